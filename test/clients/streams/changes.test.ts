import { expect } from 'chai'
import { KalshiProtocol } from '../../../src/clients/kalshi/stream-protocol.ts'
import { PolymarketMarkets } from '../../../src/clients/polymarket/stream-protocol.ts'
import { formatAmount } from '../../../src/domain/amounts.ts'
import type { MarketId } from '../../../src/domain/market.ts'
import type { BookChanges, MarketIndex, StreamSink } from '../../../src/domain/venue-stream.ts'
import { marketOf, polymarketMarket } from '../../marketdata/rig.ts'

/** A listener that gives numbers, and what it was told, in order. */
function listening(): { readonly sink: StreamSink; readonly told: string[] } {
  const told: string[] = []
  const asked: MarketId[] = []
  const books: BookChanges = {
    indexOf: (market) => {
      if (!asked.includes(market)) asked.push(market)
      return (asked.indexOf(market) + 7) as MarketIndex
    },
    change: (index, side, price, by) => told.push(`change ${index} ${side} ${formatAmount(price)} ${formatAmount(by)}`),
    level: (index, side, price, quantity) =>
      told.push(`level ${index} ${side} ${formatAmount(price)} ${formatAmount(quantity)}`),
  }
  const onMarket: StreamSink['onMarket'] = (event) => {
    if (event.kind === 'change' || event.kind === 'level') told.push(`${event.kind} ${event.market}`)
  }
  return { sink: { onMarket, books }, told }
}

const nowMs = (): number => 0

describe("a stream whose listener takes changes by number, on Kalshi's socket", () => {
  const delta = (ticker: string, seq: number): string =>
    `{"type":"orderbook_delta","sid":1,"seq":${seq},"msg":{"market_ticker":"${ticker}","price_dollars":"0.4700","delta_fp":"-2.50","side":"no"}}`

  it('names the markets that are followed by their numbers, and no other', () => {
    const { sink, told } = listening()
    const protocol = new KalshiProtocol({
      sink,
      channels: { quotes: false, trades: false, account: false },
      nowMs,
      proveEveryMs: 4_000,
      answerWithinMs: 10_000,
    })
    protocol.watch(['KXA', 'KXB'])
    protocol.opened()
    protocol.received('{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}')
    protocol.received(delta('KXB', 1))
    protocol.received(delta('KXC', 2))
    protocol.unwatch(['KXB'])
    protocol.received(delta('KXB', 3))
    expect(told).to.deep.equal(['change 8 ask 0.47 -2.5', 'change kalshi:KXC', 'change kalshi:KXB'])
  })
})

describe("a stream whose listener takes changes by number, on Polymarket's socket", () => {
  it('tells of levels by the number of the market', () => {
    const { sink, told } = listening()
    const markets = new PolymarketMarkets({ sink, nowMs, proveEveryMs: 4_000 })
    markets.add(marketOf(polymarketMarket))
    markets.opened()
    const [token] = markets.tokens
    markets.received(
      `[{"event_type":"book","asset_id":"${token}","market":"0x1","timestamp":"1793000000000","hash":"x","bids":[],"asks":[]}]`,
    )
    markets.received(
      `{"event_type":"price_change","market":"0x1","timestamp":"1793000000001","price_changes":[{"asset_id":"${token}","price":"0.31","size":"12.5","side":"SELL","hash":"y"}]}`,
    )
    expect(told).to.deep.equal(['level 7 ask 0.31 12.5'])
  })
})
