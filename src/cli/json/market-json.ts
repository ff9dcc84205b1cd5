import { formatAmount, type Price } from '../../domain/amounts.ts'
import type { Market, VenueId } from '../../domain/market.ts'
import type { Level, OrderBook } from '../../domain/order-book.ts'
import { stepAt } from '../../domain/tick-ladder.ts'
import type { MarketDetail } from '../../engine/markets/show-market.ts'
import type { VenueSync } from '../../engine/markets/sync-markets.ts'
import { isoTime } from '../../runtime/clock.ts'
import { amountText } from './amount-text.ts'

export interface MarketJson {
  readonly id: string
  readonly venue: string
  readonly title: string
  readonly status: string
  readonly closeTime: string | null
  /** Of YES, in dollars. */
  readonly bestBid: string | null
  readonly bestAsk: string | null
  /** The step between prices where the market trades now. */
  readonly tick: string | null
  readonly volume: string | null
}

export interface MarketListJson {
  readonly markets: readonly MarketJson[]
  /** When each venue was last synced, or null if never. */
  readonly syncedAt: Readonly<Record<VenueId, string | null>>
}

export interface MarketDetailJson {
  readonly market: MarketJson & {
    readonly aliases: readonly string[]
    readonly yesLabel: string
    readonly category: string | null
    readonly eventId: string | null
    readonly rules: string
    readonly untradableReason: string | null
    readonly openTime: string | null
    readonly ladder: readonly { readonly start: string; readonly end: string; readonly step: string }[]
    readonly minimumQuantity: string | null
    readonly quantityStep: string
    readonly lastPrice: string | null
    readonly volumeUnit: string
    readonly result: string | null
  }
  readonly book: BookJson | null
}

export interface BookJson {
  readonly capturedAt: string
  /** YES prices, best first. */
  readonly bids: readonly LevelJson[]
  readonly asks: readonly LevelJson[]
}

export interface LevelJson {
  readonly price: string
  readonly quantity: string
}

export interface SyncJson {
  readonly venues: readonly VenueSync[]
}

export function marketJson(market: Market): MarketJson {
  return {
    id: market.id,
    venue: market.venue,
    title: market.title,
    status: market.status,
    closeTime: market.closeTime,
    bestBid: amountText(market.bestBid),
    bestAsk: amountText(market.bestAsk),
    tick: amountText(tickNow(market)),
    volume: amountText(market.volume),
  }
}

/** A ladder can have several steps; the one at the current price is the one that matters, else the one at half a dollar. */
function tickNow(market: Market): Price | null {
  const half = 500_000n as Price
  return stepAt(market.ladder, market.bestAsk ?? market.bestBid ?? market.lastPrice ?? half)
}

export function marketDetailJson({ market, book }: MarketDetail): MarketDetailJson {
  return {
    market: {
      ...marketJson(market),
      aliases: market.aliases,
      yesLabel: market.yesLabel,
      category: market.category,
      eventId: market.eventId,
      rules: market.rules,
      untradableReason: market.untradableReason,
      openTime: market.openTime,
      ladder: market.ladder.map(({ start, end, step }) => ({
        start: formatAmount(start),
        end: formatAmount(end),
        step: formatAmount(step),
      })),
      minimumQuantity: amountText(market.minimumQuantity),
      quantityStep: formatAmount(market.quantityStep),
      lastPrice: amountText(market.lastPrice),
      volumeUnit: market.volumeUnit,
      result: market.result,
    },
    book: book === null ? null : bookJson(book),
  }
}

function bookJson(book: OrderBook): BookJson {
  const levels = (side: readonly Level[]): readonly LevelJson[] =>
    side.map(({ price, quantity }) => ({ price: formatAmount(price), quantity: formatAmount(quantity) }))
  return { capturedAt: isoTime(book.capturedAtMs), bids: levels(book.bids), asks: levels(book.asks) }
}
