import { expect } from 'chai'
import { allPages, type ClobMarket, findMarket, setBook } from '../support/polymarket-markets.ts'
import { type Clob, clobClient } from '../support/polymarket-sdk.ts'
import { ServedSandbox } from '../support/program.ts'
import { at, listAt, numberAt, textAt } from '../support/read.ts'

describe('clob-client-v2: markets', () => {
  let sandbox: ServedSandbox
  let clob: Clob
  let market: ClobMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    // Market data needs no signer.
    clob = await clobClient(sandbox, { signer: 'none' })
    market = await findMarket(clob)
    await setBook(
      sandbox,
      market,
      [
        ['0.40', '100'],
        ['0.41', '50'],
      ],
      [
        ['0.45', '30'],
        ['0.47', '60'],
      ],
    )
  })

  after(() => sandbox.stop())

  it('says that it is there, what time it is, and which orders it takes', async () => {
    expect(await clob.getOk()).to.equal('OK')
    expect(await clob.getServerTime())
      .to.be.a('number')
      .that.is.closeTo(Date.now() / 1_000, 5)
    expect(await clob.getVersion()).to.equal(2)
  })

  it('lists every market once over all pages, in full and in short', async () => {
    const full = await allPages((cursor) => clob.getMarkets(cursor))
    const ids = full.map((row) => textAt(row, 'condition_id'))
    expect(new Set(ids).size).to.equal(ids.length)
    expect(ids.length).to.be.greaterThan(100)
    const short = await allPages((cursor) => clob.getSimplifiedMarkets(cursor))
    expect(short.map((row) => textAt(row, 'condition_id'))).to.deep.equal(ids)
    const open = await allPages((cursor) => clob.getSamplingMarkets(cursor))
    const openIds = open.map((row) => textAt(row, 'condition_id'))
    expect(ids).to.include.members(openIds)
    expect(openIds).to.include(market.conditionId)
    const openShort = await allPages((cursor) => clob.getSamplingSimplifiedMarkets(cursor))
    expect(openShort.map((row) => textAt(row, 'condition_id'))).to.deep.equal(openIds)
  })

  it('reads the terms of one market, older and newer form', async () => {
    const row = await clob.getMarket(market.conditionId)
    expect(at(row, 'tokens.0.token_id')).to.equal(market.yes)
    const terms = await clob.getClobMarketInfo(market.conditionId)
    expect(at(terms, 't.1.t')).to.equal(market.no)
    expect(numberAt(terms, 'mts')).to.equal(0.01)
    expect(await clob.getTickSize(market.yes)).to.equal('0.01')
    expect(await clob.getNegRisk(market.yes)).to.equal(false)
    expect(await clob.getFeeExponent(market.yes)).to.be.a('number')
    expect(await clob.getFeeRateBps(market.yes)).to.equal(1_000)
  })

  it('finds out the terms of a token by itself', async () => {
    const fresh = await clobClient(sandbox, { signer: 'none' })
    expect(await fresh.getTickSize(market.no)).to.equal('0.01')
    expect(await fresh.getNegRisk(market.no)).to.equal(false)
    expect(await fresh.getFeeExponent(market.no)).to.equal(await clob.getFeeExponent(market.no))
  })

  it('reads books whose hash the SDK agrees with', async () => {
    const book = await clob.getOrderBook(market.yes)
    expect(listAt(book, 'bids')).to.deep.equal([
      { price: '0.4', size: '100' },
      { price: '0.41', size: '50' },
    ])
    expect(listAt(book, 'asks').at(-1)).to.deep.equal({ price: '0.45', size: '30' })
    const served = textAt(book, 'hash')
    expect(await clob.getOrderBookHash(book)).to.equal(served)
    const books = await clob.getOrderBooks([
      { token_id: market.yes, side: 'BUY' },
      { token_id: market.no, side: 'BUY' },
    ])
    expect(listAt(books, '').map((row) => at(row, 'asset_id'))).to.have.members([market.yes, market.no])
  })

  it('mirrors the book of one outcome in that of the other', async () => {
    const book = await clob.getOrderBook(market.no)
    expect(listAt(book, 'bids').at(-1)).to.deep.equal({ price: '0.55', size: '30' })
    expect(listAt(book, 'asks').at(-1)).to.deep.equal({ price: '0.59', size: '50' })
  })

  it('reads prices, midpoints and spreads, one by one and together', async () => {
    const both = [
      { token_id: market.yes, side: 'BUY' },
      { token_id: market.no, side: 'SELL' },
    ]
    // BUY is the best bid.
    expect(await clob.getPrice(market.yes, 'BUY')).to.deep.equal({ price: '0.41' })
    expect(await clob.getPrice(market.yes, 'SELL')).to.deep.equal({ price: '0.45' })
    expect(await clob.getPrices(both)).to.deep.equal({ [market.yes]: { BUY: '0.41' }, [market.no]: { SELL: '0.59' } })
    expect(await clob.getMidpoint(market.yes)).to.deep.equal({ mid: '0.43' })
    expect(await clob.getMidpoints(both)).to.deep.equal({ [market.yes]: '0.43', [market.no]: '0.57' })
    expect(await clob.getSpread(market.yes)).to.deep.equal({ spread: '0.04' })
    expect(await clob.getSpreads(both)).to.deep.equal({ [market.yes]: '0.04', [market.no]: '0.04' })
  })

  it('reads last trades and the price history', async () => {
    expect(await clob.getLastTradePrice(market.yes)).to.deep.equal({ price: '0.5', side: '' })
    const several = await clob.getLastTradesPrices([{ token_id: market.yes, side: 'BUY' }])
    expect(several).to.deep.equal([{ token_id: market.yes, price: '0.5', side: '' }])
    const history = await clob.getPricesHistory({ market: market.yes, interval: '1d' })
    expect(numberAt(history, 'history.0.p')).to.be.within(0, 1)
  })

  it('lets the SDK work out what a market order costs', async () => {
    expect(await clob.calculateMarketPrice(market.yes, 'BUY', 10, 'FOK')).to.equal(0.45)
    expect(await clob.calculateMarketPrice(market.yes, 'BUY', 20, 'FOK')).to.equal(0.47)
    expect(await clob.calculateMarketPrice(market.yes, 'SELL', 120, 'FOK')).to.equal(0.4)
    const beyond: unknown = await clob
      .calculateMarketPrice(market.yes, 'BUY', 10_000, 'FOK')
      .catch((error: unknown) => error)
    expect(beyond).to.have.property('message', 'no match')
    expect(await clob.calculateMarketPrice(market.yes, 'BUY', 10_000, 'FAK')).to.equal(0.47)
  })

  it('lists the rewards that no market pays', async () => {
    expect(await clob.getCurrentRewards()).to.deep.equal([])
    expect(await clob.getRawRewardsForMarket(market.conditionId)).to.deep.equal([])
  })

  it('knows finer ticks, neg-risk markets and position ids', async () => {
    for (const wish of [{ tick: '0.001' }, { negRisk: true }, { version: 3 }] as const) {
      const other = await findMarket(clob, wish)
      expect(await clob.getTickSize(other.yes)).to.equal(other.tickSize)
      expect(await clob.getNegRisk(other.yes)).to.equal(other.negRisk)
    }
  })

  it('hands over what the venue says of things that do not exist', async () => {
    const noBook = { error: 'No orderbook exists for the requested token id', status: 404 }
    expect(await clob.getOrderBook('123')).to.deep.equal(noBook)
    expect(await clob.getMidpoint('123')).to.deep.equal(noBook)
    expect(await clob.getMarket(`0x${'0'.repeat(64)}`)).to.deep.equal({ error: 'market not found', status: 404 })
    const strict = await clobClient(sandbox, { signer: 'none', throwOnError: true })
    const thrown: unknown = await strict.getOrderBook('123').catch((error: unknown) => error)
    expect(thrown).to.include({ name: 'ApiError', status: 404, message: noBook.error })
    expect(await clob.getPrice(market.yes, 'HOLD')).to.deep.equal({ error: 'Invalid side', status: 400 })
  })
})
