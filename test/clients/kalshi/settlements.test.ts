import { expect } from 'chai'
import { VenueError } from '../../../src/domain/errors.ts'
import type { VenueSettlement } from '../../../src/domain/venue.ts'
import { aMarket } from '../../support/builders.ts'
import { type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

/** A row of `GET /portfolio/settlements`, composed from Kalshi's OpenAPI. */
function row(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ticker: 'KXTEST-26DEC31-A',
    exchange_index: 0,
    event_ticker: 'KXTEST-26DEC31',
    market_result: 'yes',
    yes_count_fp: '3.00',
    yes_total_cost_dollars: '2.500000',
    no_count_fp: '0.00',
    no_total_cost_dollars: '0.000000',
    revenue: 300,
    value: 100,
    fee_cost: '0.018900',
    settled_time: '2026-06-11T19:05:00Z',
    ...changes,
  }
}

describe('kalshi settlements', () => {
  let venue: ScriptedVenue
  beforeEach(async () => {
    venue = await scriptedVenue()
  })
  afterEach(() => venue.close())

  function read(...rows: readonly unknown[]): Promise<VenueSettlement | null> {
    venue.answer('GET /portfolio/settlements', { body: { settlements: rows, cursor: '' } })
    return venue.client.getSettlement(aMarket())
  }

  it('say what each contract paid, for how many, and when', async () => {
    expect(await read(row())).to.deep.equal({
      market: 'kalshi:KXTEST-26DEC31-A',
      payout: { yes: 1_000_000n, no: 0n },
      paidFor: { yes: 3_000_000n, no: 0n },
      time: '2026-06-11T19:05:00Z',
    })
    expect(venue.asked[0]?.query.get('ticker')).to.equal('KXTEST-26DEC31-A')
  })

  it('pay both sides of a scalar result in part', async () => {
    const scalar = row({ market_result: 'scalar', value: 7, no_count_fp: '2.00', revenue: 207 })
    expect((await read(scalar))?.payout).to.deep.equal({ yes: 70_000n, no: 930_000n })
  })

  it('follow from a plain result where the value is missing', async () => {
    expect((await read(row({ value: null })))?.payout.yes).to.equal(1_000_000n)
    expect((await read(row({ value: null, market_result: 'no', revenue: 0 })))?.payout.no).to.equal(1_000_000n)
  })

  for (const [what, changes] of [
    ['a scalar without a value', { market_result: 'scalar', value: null }],
    ['a result that nobody knows', { market_result: 'void', value: null }],
    ['a value beyond a dollar', { value: 250 }],
  ] as const) {
    it(`are not known from ${what}`, async () => {
      expect(await read(row(changes))).to.equal(null)
    })
  }

  it('are none where the market is not listed', async () => {
    expect(await read(row({ ticker: 'KXOTHER' }))).to.equal(null)
  })

  it('that credit another amount than the result pays are refused, not averaged', async () => {
    const failure: unknown = await read(row({ revenue: 200 })).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(VenueError)
    expect(failure).to.include({ code: 'SETTLEMENT_CONTRADICTS', kind: 'undecodable' })
  })

  it('of parts of a contract may be a cent off, since revenue is told in cents', async () => {
    expect((await read(row({ yes_count_fp: '0.33', value: 50, revenue: 16 })))?.payout.yes).to.equal(500_000n)
  })
})
