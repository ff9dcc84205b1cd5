import { expect } from 'chai'
import { defaultLimits, formatLimits, limitKeys, parseLimits } from '../../src/safeguards/limits.ts'

const problemsOf = (raw: Readonly<Record<string, string>>): readonly string[] => {
  const parsed = parseLimits(raw)
  return parsed.kind === 'problems' ? parsed.problems.map(({ key, message }) => `${key} | ${message}`) : []
}

describe('limits', () => {
  it('are those of the design where nothing is set', () => {
    expect(formatLimits(defaultLimits)).to.deep.equal({
      minNotional: '0.1',
      maxNotional: '100',
      maxSlippage: '0.05',
      maxExposure: '1000',
      maxDailyLoss: null,
      maxBookAgeMs: '10000',
      duplicateWindowMs: '60000',
      sessionBudget: null,
    })
    expect(parseLimits({})).to.deep.equal({ kind: 'limits', limits: defaultLimits })
  })

  it('are all known by their keys', () => {
    expect(Object.keys(defaultLimits)).to.deep.equal([...limitKeys])
  })

  it('are read from configuration over what stands', () => {
    const first = parseLimits({ maxNotional: '50', maxDailyLoss: '20', duplicateWindowMs: '0' })
    if (first.kind === 'problems') throw new Error('unexpected')
    const second = parseLimits({ maxDailyLoss: 'none' }, first.limits)
    if (second.kind === 'problems') throw new Error('unexpected')
    expect(formatLimits(second.limits)).to.include({ maxNotional: '50', maxDailyLoss: null, duplicateWindowMs: '0' })
  })

  it('read back what they write', () => {
    const written = Object.entries(formatLimits(defaultLimits)).map(([key, value]) => [key, value ?? 'none'])
    expect(parseLimits(Object.fromEntries(written))).to.deep.equal({ kind: 'limits', limits: defaultLimits })
  })

  it('a key that is not known is a problem, with the keys there are', () => {
    expect(problemsOf({ maxNotionl: '50' })[0]).to.match(/^maxNotionl \| There is no limit "maxNotionl"; .*maxNotional/)
    expect(problemsOf({ constructor: '1' })).to.have.length(1)
  })

  const wrong: readonly (readonly [string, string, string])[] = [
    ['maxNotional', 'a lot', '"a lot" is not a plain decimal number'],
    ['maxNotional', '', 'is not a plain decimal number'],
    ['maxNotional', '1e3', 'is not a plain decimal number'],
    ['maxNotional', '-5', '-5 is not more than 0 dollars'],
    ['maxExposure', '0', '0 is not more than 0 dollars'],
    ['maxNotional', 'none', 'is not a plain decimal number'],
    ['maxSlippage', '5', '5 % is written 0.05'],
    ['maxSlippage', '-0.05', 'zero or more'],
    ['maxBookAgeMs', '10s', 'whole number of milliseconds from 1'],
    ['maxBookAgeMs', '0', 'whole number of milliseconds from 1'],
    ['maxBookAgeMs', '1.5', 'whole number of milliseconds'],
    ['duplicateWindowMs', '86400001', 'whole number of milliseconds from 0'],
    ['maxDailyLoss', 'off', 'is not a plain decimal number'],
    ['minNotional', '200', 'limits.minNotional (200) is above limits.maxNotional (100)'],
  ]
  for (const [key, text, problem] of wrong) {
    it(`${key} of ${JSON.stringify(text)} stops the program`, () => {
      const [first] = problemsOf({ [key]: text })
      expect(first).to.include(problem).and.include(`${key} | limits.${key}`)
    })
  }

  it('every problem is named at once', () => {
    expect(problemsOf({ maxNotional: 'x', maxSlippage: 'y', other: 'z' })).to.have.length(3)
  })
})
