import { formatAmount } from '../../domain/amounts.ts'
import type { MarketId, VenueId } from '../../domain/market.ts'
import type { EventDraft, MarketDraft } from '../catalogue/draft.ts'
import { kalshiEvent, kalshiMarket, kalshiSeries } from '../catalogue/kalshi-market.ts'
import { liquidityOf } from '../catalogue/liquidity-spec.ts'
import { createOutcomes } from '../catalogue/outcomes.ts'
import { polymarketEvent, polymarketMarket } from '../catalogue/polymarket-market.ts'
import type { Catalogue, SandboxEvent, SandboxMarket, SandboxSeries } from '../model.ts'
import type { PolymarketDetails } from '../polymarket/details.ts'
import { draftOf, type Listing } from './entry.ts'

/** Places of listed markets come behind those of every catalogue, and stay within what an id can tell. */
const FIRST_PLACE = 50_000

/** A catalogue to which events and markets are added while the sandbox runs: newest first, as at the venues. */
export class GrowingCatalogue implements Catalogue {
  readonly #listings: Listing[] = []
  readonly #markets: Record<VenueId, Map<string, SandboxMarket>> = { kalshi: new Map(), polymarket: new Map() }
  readonly #events: Record<VenueId, Map<string, SandboxEvent>> = { kalshi: new Map(), polymarket: new Map() }
  readonly #series = new Map<string, SandboxSeries>()
  readonly #outcomeOf: ReturnType<typeof createOutcomes>

  constructor(
    private readonly base: Catalogue,
    private readonly seed: string,
  ) {
    this.#outcomeOf = createOutcomes(seed)
  }

  get originMs(): number {
    return this.base.originMs
  }

  /** In the order in which they were made. */
  get listings(): readonly Listing[] {
    return this.#listings
  }

  /** How many markets were listed so far. */
  get size(): number {
    return this.#markets.kalshi.size + this.#markets.polymarket.size
  }

  /** Its symbols must be new. */
  add(listing: Listing): readonly MarketId[] {
    const { entry, place } = listing
    const draft = draftOf(entry)
    const { venue } = draft
    const markets = draft.markets.map((one, index) =>
      this.#make(draft, one, listing.createdMs, FIRST_PLACE + place + index),
    )
    const made = draft.venue === 'kalshi' ? kalshiEvent(draft) : polymarketEvent(draft, FIRST_PLACE + place, this.seed)
    const known = this.findEvent(venue, made.id)
    this.#events[venue].set(made.id, known === null ? made : { ...known, markets: [...known.markets, ...made.markets] })
    for (const market of markets) this.#markets[venue].set(market.symbol, market)
    if (draft.venue === 'kalshi' && this.findSeries(draft.series.ticker) === null) {
      this.#series.set(draft.series.ticker, kalshiSeries(draft))
    }
    this.#listings.push(listing)
    return markets.map(({ id }) => id)
  }

  #make(event: EventDraft, draft: MarketDraft, createdMs: number, position: number): SandboxMarket {
    const liquidity = liquidityOf(draft, { position, edge: false })
    const made = { createdMs, yesPayout: this.#outcomeOf(event, draft), liquidity }
    if (event.venue === 'polymarket') return polymarketMarket(event, draft, { ...made, seed: this.seed, position })
    // A series charges the same in all of its markets.
    const series = this.findSeries(event.series.ticker)
    if (series === null) return kalshiMarket(event, draft, made)
    const { feeType, feeMultiplier } = series
    return kalshiMarket(
      { ...event, ...(feeType === 'flat' ? {} : { feeType }), feeMultiplier: formatAmount(feeMultiplier) },
      draft,
      made,
    )
  }

  find(venue: VenueId, symbol: string): SandboxMarket | null {
    return this.#markets[venue].get(symbol) ?? this.base.find(venue, symbol)
  }

  list(venue: VenueId): readonly SandboxMarket[] {
    const listed = [...this.#markets[venue].values()]
    return listed.length === 0 ? this.base.list(venue) : [...listed.reverse(), ...this.base.list(venue)]
  }

  findEvent(venue: VenueId, id: string): SandboxEvent | null {
    return this.#events[venue].get(id) ?? this.base.findEvent(venue, id)
  }

  listEvents(venue: VenueId): readonly SandboxEvent[] {
    const grown = this.#events[venue]
    if (grown.size === 0) return this.base.listEvents(venue)
    const base = this.base.listEvents(venue)
    const known = new Set(base.map(({ id }) => id))
    return [
      ...base.map((event) => grown.get(event.id) ?? event),
      ...[...grown.values()].filter(({ id }) => !known.has(id)),
    ]
  }

  findSeries(ticker: string): SandboxSeries | null {
    return this.#series.get(ticker) ?? this.base.findSeries(ticker)
  }

  listSeries(): readonly SandboxSeries[] {
    return this.#series.size === 0 ? this.base.listSeries() : [...this.base.listSeries(), ...this.#series.values()]
  }

  findAsset(assetId: string): SandboxMarket | null {
    const isIn = (ids: readonly string[] | null): boolean => ids?.includes(assetId) === true
    const matches = (details: PolymarketDetails): boolean => isIn(details.clobTokenIds) || isIn(details.positionIds)
    return this.#listed(matches) ?? this.base.findAsset?.(assetId) ?? this.#searched(matches)
  }

  findCondition(conditionId: string): SandboxMarket | null {
    const full = conditionId.toLowerCase().padEnd(66, '0')
    const matches = (details: PolymarketDetails): boolean => details.conditionId === full
    return this.#listed(matches) ?? this.base.findCondition?.(conditionId) ?? this.#searched(matches)
  }

  #listed(matches: (details: PolymarketDetails) => boolean): SandboxMarket | null {
    return matching(this.#markets.polymarket.values(), matches)
  }

  /** Where only the list can tell. */
  #searched(matches: (details: PolymarketDetails) => boolean): SandboxMarket | null {
    return this.base.findAsset === undefined ? matching(this.base.list('polymarket'), matches) : null
  }
}

function matching(
  markets: Iterable<SandboxMarket>,
  matches: (details: PolymarketDetails) => boolean,
): SandboxMarket | null {
  for (const market of markets) {
    if (market.details.venue === 'polymarket' && matches(market.details)) return market
  }
  return null
}
