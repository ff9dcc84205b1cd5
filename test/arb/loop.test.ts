import { expect } from 'chai'
import { ArbLoop } from '../../src/arb/loop.ts'
import { parseMoney, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { MarketFeed } from '../../src/marketdata/market-feed.ts'
import { TimedClock } from '../support/timed-clock.ts'
import { aPair, detectTerms, firstMarket, secondMarket } from './support.ts'

describe('a loop over pairs whose books nobody speaks of', () => {
  it('says that an opportunity is gone once a book is stale, and finds it again when it is proven', async () => {
    const clock = new TimedClock(0)
    const feed = new MarketFeed({ clock, staleAfterMs: 10_000 })
    for (const market of [firstMarket, secondMarket]) feed.watch(market)
    const said: string[] = []
    let news = 0
    const loop = new ArbLoop<null>({
      pairs: [aPair()],
      feed,
      minEdge: parseMoney('0'),
      termsNow: () => detectTerms({ nowMs: clock.monotonicMs() }),
      nowMs: () => clock.monotonicMs(),
      deal: () => Promise.resolve({ result: null, isTrade: false, pauseMs: Number.POSITIVE_INFINITY }),
      onOpportunity: () => said.push('opportunity'),
      onGone: () => said.push('gone'),
      onDealt: () => undefined,
      onNews: () => news++,
      maxTrades: null,
      signal: new AbortController().signal,
    })
    const level = (price: string) => [{ price: parsePrice(price), quantity: parseQuantity('50') }]
    const [first, second] = [firstMarket.id, secondMarket.id]
    feed.apply({ kind: 'snapshot', market: first, bids: [], asks: level('0.40'), subscription: null })
    // Half of a pair is no news.
    expect(news).to.equal(0)
    feed.apply({ kind: 'snapshot', market: second, bids: level('0.50'), asks: [], subscription: null })
    expect(news).to.equal(1)
    await loop.look()
    clock.advance(10_001)
    await loop.look()
    for (const market of [first, second]) feed.apply({ kind: 'confirmed', market })
    clock.advance(11_001)
    await loop.look()
    loop.stop()
    expect(said).to.deep.equal(['opportunity', 'gone', 'opportunity'])
  })
})
