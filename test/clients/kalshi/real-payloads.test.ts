import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { expect } from 'chai'
import * as v from 'valibot'
import { parseJson } from '../../../src/clients/json.ts'
import { bookOfLadders, fillOf, positionOf } from '../../../src/clients/kalshi/decode.ts'
import { placementOf } from '../../../src/clients/kalshi/errors.ts'
import { feeSchedule } from '../../../src/clients/kalshi/fees.ts'
import { marketOf } from '../../../src/clients/kalshi/market-decode.ts'
import {
  marketAnswer,
  orderbookAnswer,
  positionsPage,
  seriesAnswer,
  userDataTimestamp,
  wireEvent,
  wireFill,
  wireMarket,
  wireSeries,
} from '../../../src/clients/kalshi/wire.ts'
import { averagePrice, parseMoney, parseQuantity } from '../../../src/domain/amounts.ts'
import { feeDrift } from '../../../src/domain/fee-drift.ts'
import type { Fill } from '../../../src/domain/fill.ts'
import { oppositeOutcome } from '../../../src/domain/market.ts'
import { isCrossed } from '../../../src/domain/order-book.ts'
import { isOnLadder } from '../../../src/domain/tick-ladder.ts'
import { aFill, anIntent } from '../../support/builders.ts'

const shared = process.env.CROSSTAPE_SHARED_DIR ?? fileURLToPath(new URL('../../../../shared', import.meta.url))
const real = `${shared}/data/real`

function textOf(path: string): string {
  const bytes = readFileSync(`${real}/${path}`)
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
}

function load(path: string): Record<string, unknown> {
  return parseJson(textOf(path)) as Record<string, unknown>
}

function lines(path: string): readonly Record<string, unknown>[] {
  return textOf(path)
    .trim()
    .split('\n')
    .map((line) => parseJson(line) as Record<string, unknown>)
}

/** What Kalshi really sent. The data is not ours to pass on, so this runs only where it lies beside the repository. */
const describeReal = existsSync(real) ? describe : describe.skip

describeReal('kalshi answers that were recorded', () => {
  it('reads one market alike from an event and alone, and its book', () => {
    const { nested, single, orderbook } = load('http/kalshi_prod_2026-08/market_single.json')
    const market = marketOf(v.parse(marketAnswer, single).market, null, null)
    expect(marketOf(v.parse(wireMarket, nested), null, null)).to.deep.equal(market)
    expect(market.untradableReason).to.equal(null)
    const book = bookOfLadders(v.parse(orderbookAnswer, orderbook), market.id, 0)
    expect(isCrossed(book)).to.equal(false)
    expect([book.bids[0]?.price, book.asks[0]?.price]).to.deep.equal([market.bestBid, market.bestAsk])
  })

  it('reads events with their markets, every quote on the grid of its market', () => {
    const events = load('catalogue/kalshi_raw_2026-08/events_sports_nested.json.gz') as unknown as unknown[]
    let quotes = 0
    for (const event of events.map((one) => v.parse(wireEvent, one))) {
      for (const market of event.markets.map((wire) => marketOf(wire, event, null))) {
        expect(market.ladder, market.id).to.not.have.length(0)
        for (const quote of [market.bestBid, market.bestAsk].filter((price) => price !== null)) {
          expect(isOnLadder(market.ladder, quote), `${market.id} ${quote}`).to.equal(true)
          quotes += 1
        }
      }
    }
    expect(quotes).to.be.above(100)
  })

  it('reads settled markets with their results', () => {
    const { markets } = load('http/kalshi_prod_2026-08/markets_settled.json')
    const read = (markets as unknown[]).map((one) => marketOf(v.parse(wireMarket, one), null, null))
    expect(read.filter((market) => market.status === 'settled' && market.result === null)).to.deep.equal([])
    expect(read.filter((market) => market.untradableReason === null)).to.deep.equal([])
  })

  it('keeps combinations and empty sides apart from what can be traded', () => {
    const markets = load('catalogue/small_raw_2026-06-21/kalshi_markets.json') as unknown as unknown[]
    for (const wire of markets.map((one) => v.parse(wireMarket, one))) {
      const market = marketOf(wire, null, null)
      if (wire.mve_collection_ticker !== null) expect(market.untradableReason, market.id).to.not.equal(null)
      expect(market.bestBid, market.id).to.not.equal(0n)
      expect(market.bestAsk, market.id).to.not.equal(1_000_000n)
    }
  })

  it('reads the fee fields of series', () => {
    const { payloads } = load('http/kalshi_prod_2026-08/series_fee_fields.json')
    const kinds = Object.values(payloads as Record<string, unknown>).map((one) => v.parse(seriesAnswer, one).series)
    expect(kinds.filter((series) => series.fee_type === null || series.fee_multiplier === null)).to.deep.equal([])
  })

  it('reads a book of spring 2026, and a small answer', () => {
    const { response } = load('http/misc/kalshi_orderbook_sample_2026-04.json')
    expect(isCrossed(bookOfLadders(v.parse(orderbookAnswer, response), 'kalshi:KXBTC', 0))).to.equal(false)
    v.parse(userDataTimestamp, load('http/kalshi_golden_2026-01/user_data_timestamp_response.json').response)
  })

  it('explains every fee that an account was charged in May 2026, to the last digit', () => {
    const schedule = feeSchedule(
      { fee_waiver_expiration_time: null },
      null,
      v.parse(wireSeries, { ticker: 'KXBTC15M', fee_type: 'quadratic', fee_multiplier: parseJson('1') }),
    )
    const byOrder = new Map<string, Fill[]>()
    for (const row of lines('executions/kalshi_ioc_btc15m_2026-05/fills.jsonl')) {
      const wire = v.parse(wireFill, row)
      // The recording's own words: what was sold is the other outcome than the one named.
      const [side, named] = [row.action === 'sell' ? 'sell' : 'buy', row.side === 'yes' ? 'yes' : 'no'] as const
      const outcome = side === 'buy' ? named : oppositeOutcome(named)
      const fill = fillOf(wire, anIntent({ side, outcome }))
      byOrder.set(fill.venueOrderId, [...(byOrder.get(fill.venueOrderId) ?? []), fill])
    }
    for (const [order, fills] of byOrder) {
      const [first] = fills
      if (first === undefined) continue
      expect(feeDrift(schedule, { side: first.side, price: first.price }, fills), order).to.equal(null)
    }
    expect([...byOrder.values()].filter((fills) => fills.length > 1)).to.have.length(4)
  })

  it('explains the fees of orders of January 2026', () => {
    const schedule = feeSchedule(
      { fee_waiver_expiration_time: null },
      null,
      v.parse(wireSeries, { ticker: 'KXS', fee_type: 'quadratic', fee_multiplier: parseJson('1') }),
    )
    for (const name of ['kalshi_full_fill', 'kalshi_partial_fill', 'kalshi_sell_full_fill']) {
      const { response } = load(`http/two_venue_orders_2026-01/${name}.json`)
      const { order } = parseJson((response as { body_raw: string }).body_raw) as { order: Record<string, unknown> }
      const quantity = parseQuantity(String(order.fill_count))
      const price = averagePrice(parseMoney(String(order.taker_fill_cost_dollars)), quantity, 'up')
      if (price === null) throw new Error(`${name} filled nothing`)
      const fill = aFill({ quantity, price, fee: parseMoney(String(order.taker_fees_dollars)) })
      expect(feeDrift(schedule, fill, [fill]), name).to.equal(null)
    }
  })

  it('reads net positions', () => {
    const market_positions = lines('executions/kalshi_ioc_btc15m_2026-05/positions.jsonl')
    const positions = v.parse(positionsPage, { market_positions }).market_positions.map(positionOf)
    expect(positions.filter((position) => position !== null)).to.not.have.length(0)
  })

  it('takes a market on another shard for what it was', () => {
    const { response } = load('http/two_venue_orders_2026-01/kalshi_market_not_found.json')
    const { status, body_raw } = response as { status: { text: string }; body_raw: string }
    const notFound = placementOf({
      status: Number(status.text),
      headers: {},
      text: body_raw,
      json: parseJson(body_raw),
    })
    expect(notFound).to.deep.include({ kind: 'rejected', code: 'MARKET_NOT_FOUND' })
  })
})
