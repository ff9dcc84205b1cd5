import { expect } from 'chai'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { VenueError } from '../../../src/domain/errors.ts'
import type { Market } from '../../../src/domain/market.ts'
import type { MarketQuery } from '../../../src/domain/venue.ts'
import { aMarket } from '../../support/builders.ts'
import { type Answer, type ScriptedVenue, scriptedVenue } from './scripted-venue.ts'

const LIST = 'GET /events'
const TICKER = 'KXWTACHALLENGERMATCH-26JUN11JIMLEP-LEP'

/** Recorded on demo on 2026-06-11, in the present schema, texts shortened. */
function wireMarket(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ticker: TICKER,
    event_ticker: 'KXWTACHALLENGERMATCH-26JUN11JIMLEP',
    market_type: 'binary',
    exchange_index: 0,
    title: 'Will Lepchenko win the match?',
    yes_sub_title: 'Varvara Lepchenko',
    no_sub_title: 'Varvara Lepchenko',
    open_time: '2026-06-11T05:39:29Z',
    close_time: '2026-06-25T16:00:00Z',
    status: 'active',
    result: '',
    notional_value_dollars: '1.0000',
    yes_bid_dollars: '0.4700',
    yes_ask_dollars: '0.5200',
    yes_bid_size_fp: '3.00',
    yes_ask_size_fp: '3.00',
    last_price_dollars: '0.9900',
    volume_fp: '2.00',
    price_level_structure: 'linear_cent',
    price_ranges: [{ start: '0.0000', end: '1.0000', step: '0.0100' }],
    rules_primary: 'If she wins, then Yes.',
    rules_secondary: 'Ties do not happen.',
    ...changes,
  }
}

function event(ticker: string, series: string, markets: readonly unknown[]): Record<string, unknown> {
  return { event_ticker: ticker, series_ticker: series, title: `About ${ticker}`, category: 'Sports', markets }
}

function page(events: readonly unknown[], cursor = ''): Answer {
  return { body: { events, cursor } }
}

function series(ticker: string, fees: Record<string, unknown> = {}): Record<string, unknown> {
  return { ticker, title: ticker, category: 'Sports', fee_type: 'quadratic', fee_multiplier: 1, ...fees }
}

describe('kalshi catalogue', () => {
  let venue: ScriptedVenue
  beforeEach(async () => {
    venue = await scriptedVenue({ account: null })
  })
  afterEach(() => venue.close())

  async function list(query: MarketQuery = {}): Promise<readonly Market[]> {
    const markets: Market[] = []
    for await (const some of venue.client.listMarkets(query)) markets.push(...some)
    return markets
  }

  async function only(changes: Record<string, unknown>): Promise<Market> {
    venue.answer(LIST, page([event('KXE', 'KXS', [wireMarket(changes)])]))
    venue.answer('GET /series/KXS', { body: { series: series('KXS') } })
    const [market] = await list()
    if (market === undefined) throw new Error('no market')
    return market
  }

  it('reads a market with all that orders need', async () => {
    const market = await only({})
    expect(market).to.deep.include({
      id: `kalshi:${TICKER}`,
      title: 'Will Lepchenko win the match?',
      yesLabel: 'Varvara Lepchenko',
      category: 'Sports',
      status: 'open',
      untradableReason: null,
      rules: 'If she wins, then Yes.\n\nTies do not happen.',
      bestBid: 470_000n,
      bestAsk: 520_000n,
      volume: 2_000_000n,
      quantityStep: 10_000n,
      result: null,
    })
    expect(market.fees).to.deep.include({ kind: 'quadratic', takerRate: 70_000n, makerRate: 0n })
    expect(market.ladder).to.deep.equal([{ start: 0n, end: 1_000_000n, step: 10_000n }])
  })

  it('translates every state, and trades in none that it does not know', async () => {
    const states = [
      'initialized',
      'active',
      'inactive',
      'closed',
      'determined',
      'disputed',
      'amended',
      'finalized',
      'odd',
    ]
    const read: string[] = []
    for (const status of states) {
      const market = await only({ status })
      read.push(`${market.status}${market.untradableReason === null ? '' : ' -'}`)
    }
    expect(read).to.deep.equal([
      'unopened -',
      'open',
      'paused -',
      'closed -',
      'determined -',
      'determined -',
      'determined -',
      'settled -',
      'paused -',
    ])
  })

  it('shows no price for a side without size, whatever is printed there', async () => {
    const empty = await only({ yes_bid_size_fp: '0.00', yes_bid_dollars: '1.0000', yes_ask_size_fp: undefined })
    expect([empty.bestBid, empty.bestAsk]).to.deep.equal([null, null])
    expect((await only({ last_price_dollars: '0.0000' })).lastPrice).to.equal(null)
    expect((await only({ yes_bid_dollars: '' })).bestBid).to.equal(null)
  })

  it('says why markets of other kinds cannot be traded', async () => {
    expect((await only({ market_type: 'scalar' })).untradableReason).to.contain('scalar')
    expect((await only({ mve_collection_ticker: 'KXMVE-R' })).untradableReason).to.contain('combination')
    expect((await only({ notional_value_dollars: '10.0000' })).untradableReason).to.contain('one dollar')
    expect((await only({ price_ranges: [] })).untradableReason).to.contain('grid')
    expect((await only({ price_ranges: [{ start: '0', end: '1', step: '0' }] })).untradableReason).to.contain('grid')
  })

  it('keeps a grid of several steps', async () => {
    const tapered = [
      { start: '0.0000', end: '0.1000', step: '0.0010' },
      { start: '0.1000', end: '0.9000', step: '0.0100' },
      { start: '0.9000', end: '1.0000', step: '0.0010' },
    ]
    const { ladder } = await only({ price_ranges: tapered })
    expect(ladder.map((range) => formatAmount(range.step))).to.deep.equal(['0.001', '0.01', '0.001'])
  })

  it('filters markets as well as events, since an event matches by any of its markets', async () => {
    const markets = [wireMarket(), wireMarket({ ticker: 'KXB', status: 'finalized', result: 'yes' })]
    venue.answer(LIST, page([event('KXE', 'KXS', markets)]))
    venue.answer('GET /series/KXS', { body: { series: series('KXS') } })
    expect((await list({ status: 'settled' })).map(({ symbol }) => symbol)).to.deep.equal(['KXB'])
    expect(venue.asked[0]?.query.get('status')).to.equal('settled')
    expect((await list({ status: 'determined' })).length).to.equal(0)
  })

  it('follows the cursor and gives each market once', async () => {
    const first = event('KXE', 'KXS', [wireMarket()])
    const second = event('KXF', 'KXS', [wireMarket({ ticker: 'KXB' })])
    venue.answer(LIST, page([first], 'c1'), page([first, second], 'c2'), page([], 'c3'))
    venue.answer('GET /series/KXS', { body: { series: series('KXS') } })
    expect((await list()).map(({ symbol }) => symbol)).to.deep.equal([TICKER, 'KXB'])
    const calls = venue.asked.map(({ call, query }) => `${call} ${query.get('cursor') ?? ''}`.trim())
    expect(calls).to.deep.equal([LIST, 'GET /series/KXS', `${LIST} c1`, `${LIST} c2`])
  })

  it('gives what it read before the pages began to repeat, and then says so', async () => {
    venue.answer(LIST, page([event('KXE', 'KXS', [wireMarket()])], 'starts-over'))
    venue.answer('GET /series/KXS', { body: { series: series('KXS') } })
    const seen: Market[] = []
    const problem: unknown = await (async () => {
      for await (const some of venue.client.listMarkets({})) seen.push(...some)
    })().catch((error: unknown) => error)
    expect(seen).to.have.length(1)
    expect((problem as VenueError).code).to.equal('LIST_NOT_WHOLE')
  })

  it('stops at the limit without reading on', async () => {
    const markets = [wireMarket(), wireMarket({ ticker: 'KXB' }), wireMarket({ ticker: 'KXC' })]
    venue.answer(LIST, page([event('KXE', 'KXS', markets)], 'more'))
    venue.answer('GET /series/KXS', { body: { series: series('KXS') } })
    expect(await list({ limit: 2 })).to.have.length(2)
    expect(venue.asked.filter(({ call }) => call === LIST)).to.have.length(1)
  })

  it('reads the list of series once when a page needs many', async () => {
    const names = Array.from({ length: 9 }, (_, index) => `KXS${index}`)
    const events = names.map((name, index) => event(`KXE${index}`, name, [wireMarket({ ticker: `KXM${index}` })]))
    venue.answer(LIST, page(events.slice(0, 8), 'c1'), page(events.slice(1)))
    venue.answer('GET /series', { body: { series: names.slice(1).map((name) => series(name)) } })
    const markets = await list()
    expect(markets).to.have.length(9)
    expect(markets[0]?.fees.kind, 'a series that is not in the list').to.equal('unknown')
    expect(venue.asked.filter(({ call }) => call.startsWith('GET /series'))).to.have.length(1)
  })

  it('lists paused markets, whose events no filter finds', async () => {
    venue.answer('GET /markets', { body: { markets: [wireMarket({ status: 'inactive' })], cursor: '' } })
    venue.answer('GET /events/KXWTACHALLENGERMATCH-26JUN11JIMLEP', {
      body: { event: event('KXE', 'KXS', []), markets: [] },
    })
    venue.answer('GET /series/KXS', { body: { series: series('KXS') } })
    const [market] = await list({ status: 'paused' })
    expect([market?.status, market?.fees.kind]).to.deep.equal(['paused', 'quadratic'])
    expect(venue.asked[0]?.query.get('mve_filter')).to.equal('exclude')
  })

  it('reads one market with its fees, and asks for its series only once', async () => {
    venue.answer(`GET /markets/${TICKER}`, { body: { market: wireMarket() } })
    venue.answer('GET /events/KXWTACHALLENGERMATCH-26JUN11JIMLEP', {
      body: { event: event('KXE', 'KXS', []), markets: [] },
    })
    venue.answer('GET /series/KXS', { body: { series: series('KXS', { fee_type: 'flat' }) } })
    await venue.client.getMarket(TICKER)
    expect((await venue.client.getMarket(TICKER)).fees.kind).to.equal('unknown')
    expect(venue.asked).to.have.length(4)
  })

  it('finds a market that left the live list long after it settled', async () => {
    venue.answer(`GET /historical/markets/${TICKER}`, { body: { market: wireMarket({ status: 'finalized' }) } })
    expect((await venue.client.getMarket(TICKER)).status).to.equal('settled')
  })

  it('says not_found for a market that the venue does not know', async () => {
    const problem: unknown = await venue.client.getMarket('KXNONE').catch((error: unknown) => error)
    expect(problem).to.be.instanceOf(VenueError)
    expect((problem as VenueError).kind).to.equal('not_found')
    expect((problem as VenueError).message).to.contain('KXNONE')
  })

  describe('book', () => {
    const BOOK = 'GET /markets/KXTEST-26DEC31-A/orderbook'

    it('turns bids for NO into offers of YES, best first on both sides', async () => {
      const yes_dollars = [
        ['0.4600', '10.00'],
        ['0.4700', '3.00'],
      ]
      const no_dollars = [
        ['0.4000', '7.00'],
        ['0.4800', '3.00'],
      ]
      venue.answer(BOOK, { body: { orderbook_fp: { yes_dollars, no_dollars } } })
      const book = await venue.client.getBook(aMarket())
      expect(book.bids.map(({ price }) => formatAmount(price))).to.deep.equal(['0.47', '0.46'])
      expect(book.asks.map(({ price }) => formatAmount(price))).to.deep.equal(['0.52', '0.6'])
    })

    it('takes missing and null sides for empty ones', async () => {
      venue.answer(BOOK, { body: { orderbook_fp: { yes_dollars: null } } })
      venue.answer('GET /markets/KXTEST-26DEC31-A', { body: { market: wireMarket({ ticker: 'KXTEST-26DEC31-A' }) } })
      const book = await venue.client.getBook(aMarket())
      expect([book.bids.length, book.asks.length]).to.deep.equal([0, 0])
    })

    it('does not believe an empty book of a market that is not there', async () => {
      venue.answer(BOOK, { body: { orderbook_fp: { yes_dollars: [], no_dollars: [] } } })
      const problem: unknown = await venue.client.getBook(aMarket()).catch((error: unknown) => error)
      expect((problem as VenueError).kind).to.equal('not_found')
    })

    it('does not take an answer of another shape for an empty book', async () => {
      venue.answer(BOOK, { body: { orderbook: { yes: [], no: [] } } })
      const problem: unknown = await venue.client.getBook(aMarket()).catch((error: unknown) => error)
      expect((problem as VenueError).kind).to.equal('undecodable')
    })
  })
})
