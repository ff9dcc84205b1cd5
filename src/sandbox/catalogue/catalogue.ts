import type { VenueId } from '../../domain/market.ts'
import type { Catalogue, SandboxEvent, SandboxMarket, SandboxSeries } from '../model.ts'
import type { PolymarketDetails } from '../polymarket/details.ts'
import { createCalendar } from './calendar.ts'
import type { EquivalentPair, KalshiEventDraft, LookAlike } from './draft.ts'
import { placesOf } from './identities.ts'
import { kalshiEvent, kalshiSeries } from './kalshi-market.ts'
import { type Listing, type Listings, layOutListings, PLACES_PER_TOPIC } from './listings.ts'
import { createOutcomes } from './outcomes.ts'
import { polymarketEvent } from './polymarket-market.ts'
import { topicSources } from './topics.ts'

/** The catalogue, with a way in by Polymarket's ids, and the truth about it, which no venue publishes. */
export interface FullCatalogue extends Catalogue {
  /** The Polymarket market with this CTF token id or position id (decimal), whether or not a book exists for it. */
  findAsset(assetId: string): SandboxMarket | null
  /** The Polymarket market with this condition id: 64 hex digits, or 62 of a v2 market. */
  findCondition(conditionId: string): SandboxMarket | null
  /** Pairs of markets that pay alike in every case. */
  equivalentPairs(): readonly EquivalentPair[]
  /** Pairs that a careless reader takes for equivalent. */
  lookAlikes(): readonly LookAlike[]
}

/**
 * All markets of the sandbox: a function of the seed and the origin, over 200 on each venue. Subject areas are laid out
 * when a symbol may lie in them, and a market's ids and texts are made when they are read.
 */
export function createCatalogue(options: { readonly seed: string; readonly originMs: number }): FullCatalogue {
  const calendar = createCalendar(options.originMs)
  const outcomeOf = createOutcomes(options.seed)
  const laidOut = new Map<number, Listings>()
  const listingsAt = (index: number): Listings | null => {
    const source = topicSources[index]
    if (source === undefined) return null
    const listings = laidOut.get(index) ?? layOutListings(source.layOut(calendar), index, { ...options, outcomeOf })
    laidOut.set(index, listings)
    return listings
  }
  const all = (): readonly Listings[] => topicSources.flatMap((_, index) => listingsAt(index) ?? [])
  return {
    originMs: options.originMs,
    ...marketsOf(all, listingsAt),
    ...idsOf(options.seed, listingsAt),
    ...eventsOf(all, listingsAt, options.seed),
    equivalentPairs: () => all().flatMap((listings) => listings.topic.equivalents),
    lookAlikes: () => all().flatMap((listings) => listings.topic.lookAlikes),
  }
}

type At = (index: number) => Listings | null

function marketsOf(all: () => readonly Listings[], at: At): Pick<Catalogue, 'find' | 'list'> {
  const newestFirst = (a: SandboxMarket, b: SandboxMarket): number => b.schedule.createdMs - a.schedule.createdMs
  const lists = new Map<VenueId, readonly SandboxMarket[]>()
  return {
    find: (venue, symbol) => {
      for (const index of likelyFirst(symbol)) {
        const listing = at(index)?.bySymbol[venue].get(symbol)
        if (listing !== undefined) return listing.market()
      }
      return null
    },
    list: (venue) => {
      const made = (listings: Listings): readonly SandboxMarket[] =>
        [...listings.bySymbol[venue].values()].map((listing) => listing.market())
      const known = lists.get(venue) ?? all().flatMap(made).sort(newestFirst)
      lists.set(venue, known)
      return known
    },
  }
}

/** Likely areas first. The hints only save time: every area is asked in the end. */
function likelyFirst(symbol: string): readonly number[] {
  return [...topicSources.keys()].sort((a, b) => hinted(b, symbol) - hinted(a, symbol))
}

function hinted(index: number, symbol: string): number {
  return topicSources[index]?.hint.test(symbol) === true ? 1 : 0
}

function idsOf(seed: string, at: At): Pick<FullCatalogue, 'findAsset' | 'findCondition'> {
  const find = (id: bigint, matches: (details: PolymarketDetails) => boolean): SandboxMarket | null => {
    for (const place of placesOf(seed, id)) {
      const market = listingAt(at, place)?.market()
      if (market?.details.venue === 'polymarket' && matches(market.details)) return market
    }
    return null
  }
  return {
    findAsset: (assetId) => {
      if (!/^\d{1,78}$/.test(assetId)) return null
      return find(BigInt(assetId), ({ clobTokenIds, positionIds }) =>
        [...(clobTokenIds ?? []), ...(positionIds ?? [])].includes(assetId),
      )
    },
    findCondition: (conditionId) => {
      if (!/^0x([0-9a-f]{62}|[0-9a-f]{64})$/i.test(conditionId)) return null
      const full = conditionId.toLowerCase().padEnd(66, '0')
      return find(BigInt(full), (details) => details.conditionId === full)
    },
  }
}

function listingAt(at: At, place: number): Listing | undefined {
  return at(Math.floor(place / PLACES_PER_TOPIC))?.byPosition[place % PLACES_PER_TOPIC]
}

/** A Kalshi event without laying out the areas that it cannot lie in: its ticker begins as its markets' do. */
function findKalshiDraft(at: At, id: string, wanted: (draft: KalshiEventDraft) => boolean): KalshiEventDraft | null {
  for (const index of likelyFirst(id)) {
    for (const draft of at(index)?.topic.events ?? []) if (draft.venue === 'kalshi' && wanted(draft)) return draft
  }
  return null
}

function eventsOf(
  all: () => readonly Listings[],
  at: At,
  seed: string,
): Pick<Catalogue, 'findEvent' | 'listEvents' | 'findSeries' | 'listSeries'> {
  const byVenue = new Map<VenueId, ReadonlyMap<string, SandboxEvent>>()
  const drafts = () => all().flatMap((listings) => listings.topic.events)
  const events = (venue: VenueId): ReadonlyMap<string, SandboxEvent> => {
    const known = byVenue.get(venue)
    if (known !== undefined) return known
    const found = new Map<string, SandboxEvent>()
    for (const [position, draft] of drafts().entries()) {
      if (draft.venue !== venue) continue
      const event = draft.venue === 'kalshi' ? kalshiEvent(draft) : polymarketEvent(draft, position, seed)
      found.set(event.id, event)
    }
    byVenue.set(venue, found)
    return found
  }
  return {
    findEvent: (venue, id) => {
      if (venue === 'polymarket') return events(venue).get(id) ?? null
      const draft = findKalshiDraft(at, id, ({ ticker }) => ticker === id)
      return draft === null ? null : kalshiEvent(draft)
    },
    findSeries: (ticker) => {
      const draft = findKalshiDraft(at, ticker, ({ series }) => series.ticker === ticker)
      return draft === null ? null : kalshiSeries(draft)
    },
    listEvents: (venue) => [...events(venue).values()],
    listSeries: () => {
      const series = new Map<string, SandboxSeries>()
      for (const draft of drafts()) {
        if (draft.venue === 'kalshi' && !series.has(draft.series.ticker)) {
          series.set(draft.series.ticker, kalshiSeries(draft))
        }
      }
      return [...series.values()]
    },
  }
}
