import { expect } from 'chai'
import { allPages, type PlainMarket, plainMarket } from '../support/kalshi-markets.ts'
import { type KalshiApis, kalshiApis, refusal } from '../support/kalshi-sdk.ts'
import { ServedSandbox } from '../support/program.ts'
import { at, listAt, textAt } from '../support/read.ts'

describe('kalshi-typescript: markets', () => {
  let sandbox: ServedSandbox
  let apis: KalshiApis
  let market: PlainMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    // Market data needs no login.
    apis = await kalshiApis(sandbox, null)
    market = await plainMarket(apis)
  })

  after(() => sandbox.stop())

  it('lists every market once over all pages, whatever their size', async () => {
    const { MarketApi } = apis
    const wide = await allPages((cursor) => MarketApi.getMarkets(1_000, cursor), 'markets')
    const narrow = await allPages((cursor) => MarketApi.getMarkets(37, cursor), 'markets')
    const tickers = wide.map((row) => textAt(row, 'ticker'))
    expect(new Set(tickers).size).to.equal(tickers.length)
    expect(narrow.map((row) => textAt(row, 'ticker'))).to.deep.equal(tickers)
    expect(tickers).to.have.length.greaterThan(100)
  })

  it('filters markets by status, event, series, tickers and combos', async () => {
    const { MarketApi } = apis
    const none = Array<undefined>(7)
    const closed = await MarketApi.getMarkets(10, undefined, undefined, undefined, ...none, 'closed')
    const statuses = listAt(closed.data, 'markets').map((row) => textAt(row, 'status'))
    expect(statuses).to.satisfy((all: string[]) => all.every((one) => one === 'closed' || one === 'determined'))
    const event = await MarketApi.getMarkets(1_000, undefined, market.eventTicker)
    expect(listAt(event.data, 'markets').map((row) => at(row, 'event_ticker'))).to.include(market.eventTicker)
    const series = await MarketApi.getMarkets(1_000, undefined, undefined, market.seriesTicker)
    expect(listAt(series.data, 'markets').map((row) => at(row, 'ticker'))).to.include(market.ticker)
    const named = await MarketApi.getMarkets(10, undefined, undefined, undefined, ...none, undefined, market.ticker)
    expect(listAt(named.data, 'markets').map((row) => at(row, 'ticker'))).to.deep.equal([market.ticker])
    const combos = await MarketApi.getMarkets(
      10,
      undefined,
      undefined,
      undefined,
      ...none,
      undefined,
      undefined,
      'only',
    )
    expect(listAt(combos.data, 'markets').every((row) => textAt(row, 'mve_collection_ticker') !== '')).to.equal(true)
  })

  it('reads one market, its event and its series', async () => {
    const { MarketApi, EventsApi } = apis
    const { data } = await MarketApi.getMarket(market.ticker)
    expect(at(data, 'market.status')).to.equal('active')
    const outside = await EventsApi.getEvent(market.eventTicker)
    expect(listAt(outside.data, 'markets').map((row) => at(row, 'ticker'))).to.include(market.ticker)
    const nested = await EventsApi.getEvent(market.eventTicker, true)
    expect(listAt(nested.data, 'event.markets').map((row) => at(row, 'ticker'))).to.include(market.ticker)
    expect(listAt(nested.data, 'markets')).to.deep.equal([])
    const series = await MarketApi.getSeries(market.seriesTicker)
    expect(at(series.data, 'series.ticker')).to.equal(market.seriesTicker)
    const all = await MarketApi.getSeriesList()
    expect(listAt(all.data, 'series').map((row) => at(row, 'ticker'))).to.include(market.seriesTicker)
  })

  it('lists every event over all pages, with and without its markets', async () => {
    const { EventsApi } = apis
    const plain = await allPages((cursor) => EventsApi.getEvents(200, cursor), 'events')
    const nested = await allPages((cursor) => EventsApi.getEvents(77, cursor, true), 'events')
    const tickers = plain.map((row) => textAt(row, 'event_ticker'))
    expect(nested.map((row) => textAt(row, 'event_ticker'))).to.deep.equal(tickers)
    expect(new Set(tickers).size).to.equal(tickers.length)
    const ours = nested.find((row) => at(row, 'event_ticker') === market.eventTicker)
    expect(listAt(ours, 'markets').map((row) => at(row, 'ticker'))).to.include(market.ticker)
  })

  it('lists the events of combos apart from the others', async () => {
    const { EventsApi } = apis
    const combos = await allPages(
      (cursor) => EventsApi.getMultivariateEvents(100, cursor, undefined, undefined, true),
      'events',
    )
    const others = await allPages((cursor) => EventsApi.getEvents(200, cursor), 'events')
    expect(combos).to.have.length.greaterThan(0)
    const known = new Set(others.map((row) => textAt(row, 'event_ticker')))
    expect(combos.filter((row) => known.has(textAt(row, 'event_ticker')))).to.deep.equal([])
    const collection = textAt(combos[0], 'markets.0.mve_collection_ticker')
    const same = await EventsApi.getMultivariateEvents(100, undefined, undefined, collection, true)
    expect(at(same.data, 'events.0.markets.0.mve_collection_ticker')).to.equal(collection)
  })

  it('shows the collections that combos come from', async () => {
    const { MultivariateApi } = apis
    const { data } = await MultivariateApi.getMultivariateEventCollections()
    const collection = textAt(data, 'multivariate_contracts.0.collection_ticker')
    const one = await MultivariateApi.getMultivariateEventCollection(collection)
    expect(at(one.data, 'multivariate_contract')).to.deep.equal(at(data, 'multivariate_contracts.0'))
  })

  it('reads what is known about events besides their terms', async () => {
    const { EventsApi, SearchApi, MilestoneApi, StructuredTargetsApi, IncentiveProgramsApi } = apis
    const metadata = await EventsApi.getEventMetadata(market.eventTicker)
    expect(listAt(metadata.data, 'market_details').map((row) => at(row, 'market_ticker'))).to.include(market.ticker)
    const tags = await SearchApi.getTagsForSeriesCategories()
    const series = await apis.MarketApi.getSeries(market.seriesTicker)
    expect(at(tags.data, 'tags_by_categories')).to.have.property(textAt(series.data, 'series.category'))
    expect(at((await SearchApi.getFiltersForSports()).data, 'sport_ordering')).to.deep.equal([])
    expect(at((await MilestoneApi.getMilestones(10)).data, 'milestones')).to.deep.equal([])
    expect((await refusal(MilestoneApi.getMilestone('none'))).status).to.equal(404)
    expect(at((await StructuredTargetsApi.getStructuredTargets()).data, 'structured_targets')).to.deep.equal([])
    expect((await refusal(StructuredTargetsApi.getStructuredTarget('none'))).status).to.equal(404)
    expect(at((await IncentiveProgramsApi.getIncentivePrograms()).data, 'incentive_programs')).to.deep.equal([])
  })

  it('reads books: bids of both outcomes, the best row last', async () => {
    const { MarketApi } = apis
    await sandbox.setBook(
      `kalshi:${market.ticker}`,
      [
        ['0.40', '10'],
        ['0.41', '5'],
      ],
      [['0.45', '7']],
    )
    const single = await MarketApi.getMarketOrderbook(market.ticker)
    expect(single.data).to.deep.equal({
      orderbook_fp: {
        yes_dollars: [
          ['0.4000', '10.00'],
          ['0.4100', '5.00'],
        ],
        no_dollars: [['0.5500', '7.00']],
      },
    })
    const shallow = await MarketApi.getMarketOrderbook(market.ticker, 1)
    expect(at(shallow.data, 'orderbook_fp.yes_dollars')).to.deep.equal([['0.4100', '5.00']])
    const several = await MarketApi.getMarketOrderbooks([market.ticker, 'KXNOSUCH'])
    expect(listAt(several.data, 'orderbooks').map((row) => at(row, 'ticker'))).to.deep.equal([
      market.ticker,
      'KXNOSUCH',
    ])
    expect(at(several.data, 'orderbooks.0.orderbook_fp')).to.deep.equal(at(single.data, 'orderbook_fp'))
  })

  it('reads status, schedule, freshness and fee changes of the exchange', async () => {
    const { ExchangeApi, EventsApi } = apis
    const status = await ExchangeApi.getExchangeStatus()
    expect(at(status.data, 'trading_active')).to.equal(true)
    const schedule = await ExchangeApi.getExchangeSchedule()
    expect(at(schedule.data, 'schedule.standard_hours.0.monday.0.open_time')).to.equal('00:00')
    const freshness = await ExchangeApi.getUserDataTimestamp()
    expect(Date.parse(textAt(freshness.data, 'as_of_time'))).to.be.closeTo(Date.now(), 5_000)
    expect(listAt((await ExchangeApi.getSeriesFeeChanges()).data, 'series_fee_change_arr')).to.deep.equal([])
    expect(listAt((await EventsApi.getEventFeeChanges()).data, 'event_fee_changes')).to.deep.equal([])
  })

  it('surfaces what the venue says of unknown names and bad parameters', async () => {
    const { MarketApi, EventsApi } = apis
    const unknown = await refusal(MarketApi.getMarket('KXNOSUCH'))
    expect([unknown.status, at(unknown.data, 'error.code')]).to.deep.equal([404, 'not_found'])
    expect((await refusal(EventsApi.getEvent('KXNOSUCH'))).status).to.equal(404)
    expect((await refusal(MarketApi.getSeries('KXNOSUCH'))).status).to.equal(404)
    const wide = await refusal(MarketApi.getMarkets(1_001))
    expect(wide.status).to.equal(400)
    expect(at(wide.data, 'msg')).to.include("failed on the 'lte' tag")
    const deep = await refusal(MarketApi.getMarketOrderbook(market.ticker, 101))
    expect([deep.status, textAt(deep.data, 'msg')]).to.satisfy(
      ([s, m]: [number, string]) => s === 400 && m.includes('Depth'),
    )
  })

  it('starts again at the first page when the cursor is garbage', async () => {
    const { MarketApi } = apis
    const first = await MarketApi.getMarkets(3)
    const garbage = await MarketApi.getMarkets(3, 'no-cursor-of-ours')
    expect(garbage.data).to.deep.equal(first.data)
  })
})
