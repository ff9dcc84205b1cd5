import type { Price } from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import type { SandboxMarket } from '../model.ts'
import type { EventDraft, MarketDraft, Topic } from './draft.ts'
import { kalshiMarket, tickerOf } from './kalshi-market.ts'
import { liquidityOf } from './liquidity-spec.ts'
import { polymarketMarket } from './polymarket-market.ts'

/** A market of a topic that is laid out; the market itself is made once, when first asked for. */
export interface Listing {
  readonly symbol: string
  market(): SandboxMarket
}

export interface Listings {
  readonly topic: Topic
  readonly bySymbol: Readonly<Record<VenueId, ReadonlyMap<string, Listing>>>
  readonly byPosition: readonly Listing[]
}

interface Making {
  readonly seed: string
  readonly originMs: number
  readonly outcomeOf: (event: EventDraft, draft: MarketDraft) => Price
}

const DAY_MS = 86_400_000
/** Places are numbered per area, so that one area can be laid out without the others. */
export const PLACES_PER_TOPIC = 1000

/** @throws Error when two markets of a venue share a symbol: a mistake of the topic's author. */
export function layOutListings(topic: Topic, topicIndex: number, making: Making): Listings {
  const edges = new Set(topic.equivalents.filter((pair) => pair.edge === true).map((pair) => pair.polymarket))
  const bySymbol: Record<VenueId, Map<string, Listing>> = { kalshi: new Map(), polymarket: new Map() }
  const byPosition: Listing[] = []
  for (const event of topic.events) {
    for (const draft of event.markets) {
      const symbol = event.venue === 'kalshi' ? tickerOf(event, draft) : draft.key
      const position = topicIndex * PLACES_PER_TOPIC + byPosition.length
      const listing = once(symbol, () =>
        make(event, draft, { making, position, edge: event.venue === 'polymarket' && edges.has(symbol) }),
      )
      if (bySymbol[event.venue].has(symbol)) throw new Error(`two markets are called ${symbol}`)
      bySymbol[event.venue].set(symbol, listing)
      byPosition.push(listing)
    }
  }
  return { topic, bySymbol, byPosition }
}

function once(symbol: string, make: () => SandboxMarket): Listing {
  let made: SandboxMarket | null = null
  return {
    symbol,
    market: () => {
      made ??= make()
      return made
    },
  }
}

function make(
  event: EventDraft,
  draft: MarketDraft,
  { making, position, edge }: { readonly making: Making; readonly position: number; readonly edge: boolean },
): SandboxMarket {
  const { openMs } = draft.life ?? event.life
  const common = {
    // Listed a day before trading, unopened ones a day before the origin; seconds apart, so that the order is total.
    createdMs: Math.min(openMs, making.originMs) - DAY_MS + position * 1000,
    yesPayout: making.outcomeOf(event, draft),
    liquidity: liquidityOf(draft, { position, edge }),
  }
  return event.venue === 'kalshi'
    ? kalshiMarket(event, draft, common)
    : polymarketMarket(event, draft, { ...common, seed: making.seed, position })
}
