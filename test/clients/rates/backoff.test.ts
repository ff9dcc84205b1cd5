import { expect } from 'chai'
import fc from 'fast-check'
import { askedWaitMs, backoffMs } from '../../../src/clients/rates/backoff.ts'
import { seededRandom } from '../../../src/runtime/random.ts'

describe('backing off', () => {
  it('doubles from a quarter of a second to eight, and draws the upper half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.string(), (strikes, seed) => {
        const full = Math.min(8_000, 250 * 2 ** (strikes - 1))
        expect(backoffMs(strikes, seededRandom(seed))).to.be.within(full / 2, full)
      }),
    )
  })

  it('differs between programs, and repeats from a seed', () => {
    const waits = (seed: string): readonly number[] => {
      const random = seededRandom(seed)
      return [1, 2, 3, 4].map((strikes) => backoffMs(strikes, random))
    }
    expect(waits('one')).to.deep.equal(waits('one'))
    expect(waits('one')).to.not.deep.equal(waits('two'))
  })

  const date = 'Fri, 20 Nov 2026 12:00:00 GMT'
  for (const [what, headers, wait] of [
    ['seconds', { 'retry-after': '7' }, 7_000],
    ['a fraction of a second', { 'retry-after': '0.5' }, 500],
    ["a date, by the venue's own clock", { date, 'retry-after': 'Fri, 20 Nov 2026 12:00:09 GMT' }, 9_000],
    ['a date that has passed', { date, 'retry-after': 'Fri, 20 Nov 2026 11:00:00 GMT' }, 0],
    ['an hour, which is not waited for at once', { 'retry-after': '3600' }, 30_000],
    ['nothing', {}, null],
    ['nonsense', { date, 'retry-after': 'soon' }, null],
    ['a date from a clock we do not know', { 'retry-after': 'Fri, 20 Nov 2026 12:00:09 GMT' }, null],
  ] as const) {
    it(`reads ${what} in Retry-After`, () => {
      expect(askedWaitMs(headers)).to.equal(wait)
    })
  }
})
