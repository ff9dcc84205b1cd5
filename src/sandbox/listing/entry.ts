import type { KalshiEventDraft, MarketDraft, PolymarketEventDraft } from '../catalogue/draft.ts'

/** A market as it is listed. Plain, as the log keeps it: a Polymarket market brings its own rule text. */
export interface ListedMarket extends MarketDraft {
  readonly rules?: string
}

/** An event as the catalogue's authors write it, without anything that is computed. */
export type ListedEntry =
  | (Omit<KalshiEventDraft, 'markets'> & { readonly markets: readonly ListedMarket[] })
  | (Omit<PolymarketEventDraft, 'markets' | 'rules'> & { readonly markets: readonly ListedMarket[] })

/** An entry with its place in time and among the others. */
export interface Listing {
  readonly entry: ListedEntry
  /** Unix ms. */
  readonly createdMs: number
  /** How many markets were listed before. */
  readonly place: number
}

/** The same as the catalogue's own authors write it. */
export function draftOf(entry: ListedEntry): KalshiEventDraft | PolymarketEventDraft {
  if (entry.venue === 'kalshi') return entry
  const texts = new Map(entry.markets.map(({ key, rules }) => [key, rules ?? '']))
  return { ...entry, rules: ({ key }) => texts.get(key) ?? '' }
}
