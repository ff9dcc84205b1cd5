import { expect } from 'chai'
import { VenueError } from '../../../src/domain/errors.ts'
import { aMarket, anIntent, anOrder, aTimeMs } from '../../support/builders.ts'
import { type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const FILLS = 'GET /portfolio/fills'

/** Recorded on demo on 2026-06-11, with our own ids. */
function wireFill(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    fill_id: 'f4a42159',
    trade_id: 'f4a42159',
    order_id: 'venue-order-1',
    ticker: 'KXTEST-26DEC31-A',
    market_ticker: 'KXTEST-26DEC31-A',
    outcome_side: 'yes',
    book_side: 'bid',
    side: 'yes',
    action: 'buy',
    count_fp: '1.00',
    yes_price_dollars: '0.5200',
    no_price_dollars: '0.4800',
    is_taker: true,
    fee_cost: '0.017500',
    created_time: '2026-06-11T06:29:30.164956Z',
    ts: 1781159370,
    ...changes,
  }
}

const ask = { outcome_side: 'no', book_side: 'ask' }

describe('kalshi portfolio', () => {
  let venue: ScriptedVenue
  beforeEach(async () => {
    venue = await scriptedVenue()
  })
  afterEach(() => venue.close())

  async function problemOf(reading: Promise<unknown>): Promise<VenueError> {
    const outcome: unknown = await reading.catch((error: unknown) => error)
    expect(outcome).to.be.instanceOf(VenueError)
    return outcome as VenueError
  }

  it('gives a fill in the terms of its order', async () => {
    venue.answer(FILLS, { body: { fills: [wireFill()], cursor: '' } })
    // Selling NO at 0.48 is buying YES at 0.52, and that is how Kalshi reports it.
    const order = anOrder({ intent: anIntent({ outcome: 'no', side: 'sell', price: '0.40' }) })
    const [fill] = await venue.client.listFills({ order: { order, market: aMarket() } })
    expect(fill).to.deep.include({ outcome: 'no', side: 'sell', price: 480_000n, fee: 17_500n, liquidity: 'taker' })
    expect(venue.asked[0]?.query.get('order_id')).to.equal('venue-order-1')
  })

  it('gives a fill of an unknown order as the purchase of the same effect', async () => {
    venue.answer(FILLS, { body: { fills: [wireFill(), wireFill({ fill_id: 'b', ...ask })] } })
    const [bid, offer] = await venue.client.listFills({ sinceMs: aTimeMs })
    expect(bid).to.deep.include({ outcome: 'yes', side: 'buy', price: 520_000n })
    expect(offer).to.deep.include({ outcome: 'no', side: 'buy', price: 480_000n })
  })

  it('refuses a fill on the other side of the book than its order', async () => {
    venue.answer(FILLS, { body: { fills: [wireFill(ask)] } })
    const problem = await problemOf(venue.client.listFills({ order: { order: anOrder(), market: aMarket() } }))
    expect(problem.kind).to.equal('undecodable')
  })

  it('takes the side of a fill that does not tell it from its order, and from nowhere else', async () => {
    venue.answer(FILLS, { body: { fills: [wireFill({ outcome_side: undefined, book_side: null, side: 'no' })] } })
    const [fill] = await venue.client.listFills({ order: { order: anOrder(), market: aMarket() } })
    expect(fill).to.deep.include({ outcome: 'yes', side: 'buy', price: 520_000n })
    expect((await problemOf(venue.client.listFills({ sinceMs: aTimeMs }))).kind).to.equal('undecodable')
  })

  it('leaves out fills of other orders, whatever the filter let through', async () => {
    venue.answer(FILLS, { body: { fills: [wireFill({ order_id: 'x' }), wireFill()] } })
    expect(await venue.client.listFills({ order: { order: anOrder(), market: aMarket() } })).to.have.length(1)
  })

  it('does not read a fill without its fee, and leaves whose it was unknown', async () => {
    const feeless = { fills: [wireFill({ fee_cost: undefined })] }
    venue.answer(FILLS, { body: feeless }, { body: { fills: [wireFill({ is_taker: undefined })] } })
    expect((await problemOf(venue.client.listFills({ sinceMs: aTimeMs }))).message).to.contain('fee_cost is missing')
    const [fill] = await venue.client.listFills({ sinceMs: aTimeMs })
    expect(fill?.liquidity).to.equal(null)
  })

  it('dates a fill by either of the two members that tell its time', async () => {
    const timed = (change: Record<string, unknown>) => ({ body: { fills: [wireFill(change)] } })
    venue.answer(FILLS, timed({ created_time: undefined }), timed({ created_time: undefined, ts: undefined }))
    const [fill] = await venue.client.listFills({ sinceMs: aTimeMs })
    expect(fill?.time).to.equal('2026-06-11T06:29:30.000Z')
    expect((await problemOf(venue.client.listFills({ sinceMs: aTimeMs }))).kind).to.equal('undecodable')
  })

  it('joins the archive to the live list without counting a fill twice', async () => {
    venue.answer(FILLS, { body: { fills: [wireFill()] } })
    venue.answer('GET /historical/fills', { body: { fills: [wireFill(), wireFill({ fill_id: 'old' })] } })
    const fills = await venue.client.listFills({ sinceMs: aTimeMs - 100 * 86_400_000 })
    expect(fills.map(({ id }) => id)).to.deep.equal(['f4a42159', 'old'])
  })

  it('calls a fill unreadable whose time has no date, or that names no market', async () => {
    const changes = [
      { created_time: null, ts: 9_007_199_254_740_991 },
      { created_time: 'soon', ts: null },
      { ticker: 'KX A' },
      { ticker: '../KXA' },
    ]
    for (const change of changes) {
      venue.answer(FILLS, { body: { fills: [{ ...wireFill(), ...change }], cursor: '' } })
      const { kind } = await problemOf(venue.client.listFills({ sinceMs: aTimeMs }))
      expect(kind, JSON.stringify(change)).to.equal('undecodable')
    }
  })

  it('does not pass off a part of a list as the whole', async () => {
    venue.answer(FILLS, { body: { fills: [wireFill()], cursor: 'round-and-round' } })
    expect((await problemOf(venue.client.listFills({ sinceMs: aTimeMs }))).code).to.equal('LIST_NOT_WHOLE')
  })

  it('reads net positions: above zero is YES, below is NO, flat is nothing', async () => {
    const market_positions = [
      { ticker: 'KXA', position_fp: '3.00' },
      { ticker: 'KXB', position_fp: '-2.50' },
      { ticker: 'KXC', position_fp: '0.00' },
    ]
    venue.answer('GET /portfolio/positions', { body: { market_positions, event_positions: [], cursor: '' } })
    expect(await venue.client.listPositions()).to.deep.equal([
      { market: 'kalshi:KXA', outcome: 'yes', quantity: 3_000_000n },
      { market: 'kalshi:KXB', outcome: 'no', quantity: 2_500_000n },
    ])
  })

  it('keeps the cash of each shard apart', async () => {
    const balance_breakdown = [
      { exchange_index: 0, balance: '98.0186' },
      { exchange_index: 2, balance: '5.0000' },
    ]
    const body = { balance: 10301, balance_dollars: '103.0186', portfolio_value: 198, balance_breakdown }
    venue.answer('GET /portfolio/balance', { body })
    const balance = await venue.client.getBalance()
    expect(balance.available).to.equal(103_018_600n)
    expect(balance.pools).to.deep.equal([
      { name: '0', available: 98_018_600n },
      { name: '2', available: 5_000_000n },
    ])
  })

  it('does not invent a balance that is missing, nor takes whole cents for it', async () => {
    venue.answer('GET /portfolio/balance', { body: { balance: 9801, portfolio_value: 3 } })
    expect((await problemOf(venue.client.getBalance())).message).to.contain('balance_dollars is missing')
  })

  it('lists open orders as purchases, with what is left of them', async () => {
    const order = {
      order_id: 'o1',
      client_order_id: '',
      ticker: 'KXA',
      status: 'resting',
      yes_price_dollars: '0.3000',
      initial_count_fp: '10.00',
      fill_count_fp: '4.00',
      remaining_count_fp: '6.00',
      taker_fill_cost_dollars: '0.000000',
      maker_fill_cost_dollars: '1.200000',
      taker_fees_dollars: '0.000000',
      maker_fees_dollars: '0.000000',
      ...ask,
    }
    venue.answer('GET /portfolio/orders', { body: { orders: [order], cursor: null } })
    const [open] = await venue.client.listOpenOrders()
    expect(open).to.deep.equal({
      venueOrderId: 'o1',
      clientOrderId: '',
      market: 'kalshi:KXA',
      outcome: 'no',
      side: 'buy',
      price: 700_000n,
      quantity: 10_000_000n,
      remainingQuantity: 6_000_000n,
    })
    expect(venue.asked[0]?.query.get('status')).to.equal('resting')
  })

  it('corrects its signatures by the time of the venue', async () => {
    const fiveMinutesAhead = { date: new Date(aTimeMs + 300_000).toUTCString() }
    venue.answer('GET /portfolio/balance', { body: { balance_dollars: '0.0100' }, headers: fiveMinutesAhead })
    await venue.client.getBalance()
    await venue.client.getBalance()
    const stamps = venue.asked.map(({ headers }) => Number(headers['kalshi-access-timestamp']) - aTimeMs)
    expect(stamps[0]).to.equal(0)
    expect(stamps[1]).to.be.within(300_000, 301_000)
  })

  it('learns no time from an answer out of a cache', async () => {
    const old = { date: new Date(aTimeMs - 15_000).toUTCString(), age: '15' }
    venue.answer('GET /portfolio/balance', { body: { balance_dollars: '0.0100' }, headers: old })
    await venue.client.getBalance()
    await venue.client.getBalance()
    expect(Number(venue.asked[1]?.headers['kalshi-access-timestamp'])).to.equal(aTimeMs)
  })

  it('says that a private question needs an account, before it asks', async () => {
    const reader = await scriptedVenue({ account: null })
    const problem: unknown = await reader.client.getBalance().catch((error: unknown) => error)
    expect(String(problem)).to.contain('needs an API key')
    expect(reader.asked).to.have.length(0)
    reader.close()
  })
})
