import { expect } from 'chai'
import { parseDuration, parseExpiry } from '../../../src/cli/flags/durations.ts'

const now = Date.parse('2026-11-20T12:00:00Z')

describe('durations and expiries', () => {
  it('reads seconds, minutes, hours and days', () => {
    expect(['30s', '10m', '6h', '2d'].map((text) => parseDuration(text, '--every'))).to.deep.equal([
      30_000, 600_000, 21_600_000, 172_800_000,
    ])
  })

  for (const text of ['', '6', 'h', '0h', '-1h', '1.5h', '6 h', '6H', '1e3s', '9999999s']) {
    it(`refuses ${JSON.stringify(text)} and names the flag`, () => {
      expect(() => parseDuration(text, '--every')).to.throw(/^--every /)
    })
  }

  it('counts a relative expiry from now', () => {
    expect(parseExpiry('+10m', '--expires', now)).to.equal('2026-11-20T12:10:00.000Z')
  })

  it('reads a time with an offset', () => {
    expect(parseExpiry('2026-11-20T18:00:00+01:00', '--expires', now)).to.equal('2026-11-20T17:00:00.000Z')
  })

  for (const text of ['tomorrow', '2026-11-20', '2026-11-20T18:00', '2026-13-40T18:00:00Z', '1763661600']) {
    it(`refuses ${text} as a time`, () => {
      expect(() => parseExpiry(text, '--expires', now)).to.throw(/--expires/)
    })
  }
})
