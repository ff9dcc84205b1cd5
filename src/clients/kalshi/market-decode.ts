import { ONE_DOLLAR, type Price, type Quantity } from '../../domain/amounts.ts'
import { type Market, type MarketStatus, marketId } from '../../domain/market.ts'
import { QUANTITY_STEP } from './encode.ts'
import { feeSchedule } from './fees.ts'
import type { WireEvent, WireMarket, WireSeries } from './wire.ts'

/** Kalshi's words for a market's state are not those that its filters take. Source: OpenAPI 3.34, 2026-10. */
const statuses: Readonly<Record<string, MarketStatus>> = {
  initialized: 'unopened',
  active: 'open',
  inactive: 'paused',
  closed: 'closed',
  determined: 'determined',
  disputed: 'determined',
  amended: 'determined',
  finalized: 'settled',
}

/** A market with what its event and series say about it; without them its fees are unknown. */
export function marketOf(wire: WireMarket, event: WireEvent | null, series: WireSeries | null): Market {
  const known = Object.hasOwn(statuses, wire.status) ? statuses[wire.status] : undefined
  const title = wire.title ?? event?.title ?? wire.ticker
  return {
    id: marketId('kalshi', wire.ticker),
    venue: 'kalshi',
    symbol: wire.ticker,
    aliases: [],
    title,
    yesLabel: wire.yes_sub_title === null || wire.yes_sub_title === title ? '' : wire.yes_sub_title,
    category: event?.category ?? series?.category ?? null,
    eventId: wire.event_ticker,
    rules: [wire.rules_primary, wire.rules_secondary].filter((part) => part !== null).join('\n\n'),
    // Trading in a state that we do not know would be a guess.
    status: known ?? 'paused',
    untradableReason: untradableReason(wire, known),
    openTime: wire.open_time,
    closeTime: wire.close_time,
    ladder: wire.price_ranges,
    minimumQuantity: null,
    quantityStep: QUANTITY_STEP,
    bestBid: quoteOf(wire.yes_bid_dollars, wire.yes_bid_size_fp),
    bestAsk: quoteOf(wire.yes_ask_dollars, wire.yes_ask_size_fp),
    // A market without trades shows zero.
    lastPrice: wire.last_price_dollars === 0n ? null : wire.last_price_dollars,
    volume: wire.volume_fp,
    volumeUnit: 'contracts',
    result: resultOf(wire.result),
    fees: feeSchedule(wire, event, series),
    routing: routingOf(wire, event),
  }
}

function untradableReason(wire: WireMarket, status: MarketStatus | undefined): string | null {
  if (status === undefined) return `Kalshi calls its state "${wire.status}", which this version does not know`
  if (status !== 'open') return `Kalshi calls its state ${wire.status}`
  if (wire.market_type !== null && wire.market_type !== 'binary') return `it is a ${wire.market_type} market`
  if (wire.mve_collection_ticker !== null) return 'it is a combination of other markets'
  if (wire.notional_value_dollars === null) return 'Kalshi did not tell what a contract of it pays'
  if (wire.notional_value_dollars !== ONE_DOLLAR) return 'a contract of it does not pay one dollar'
  return wire.price_ranges.length === 0 ? 'Kalshi did not tell its price grid' : null
}

/** An empty side is printed as 0 or as 1 dollar, as the wind blows (seen 2026-10): its size tells. */
function quoteOf(price: Price | null, size: Quantity | null): Price | null {
  if (price === null || size === null || size === 0n) return null
  return price > 0n && price < ONE_DOLLAR ? price : null
}

function resultOf(result: string | null): Market['result'] {
  return result === 'yes' || result === 'no' || result === 'scalar' ? result : null
}

function routingOf(wire: WireMarket, event: WireEvent | null): Readonly<Record<string, string>> {
  return {
    ...(wire.exchange_index === null ? {} : { exchangeIndex: String(wire.exchange_index) }),
    ...(event?.series_ticker == null ? {} : { seriesTicker: event.series_ticker }),
  }
}
