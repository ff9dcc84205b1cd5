/** What the authors of the catalogue write: events and markets in short form, and which of them mean the same. */

/** Kalshi's names of price grids. Source: kalshi.md §3, 2026-11. */
export const kalshiGrids = [
  'linear_cent',
  'deci_cent',
  'tapered_deci_cent',
  'center_whole_edge_half_cent',
  'center_whole_edge_quint_cent',
  'center_half_edge_half_cent',
  'center_half_edge_quint_cent',
  'center_half_edge_deci_cent',
  'center_quint_edge_quint_cent',
  'center_quint_edge_deci_cent',
  'center_centi_edge_centi_cent',
  'center_deci_edge_centi_cent',
] as const
export type KalshiGrid = (typeof kalshiGrids)[number]

export const polymarketTicks = ['0.1', '0.01', '0.005', '0.0025', '0.001', '0.0001'] as const
export type PolymarketTick = (typeof polymarketTicks)[number]

/** Which ids a Polymarket market carries: a v1 market may list position ids that no book exists for. */
export type Protocol = 'v1' | 'v1_with_position_ids' | 'v2'

export const feeCategories = [
  'crypto',
  'sports',
  'finance',
  'politics',
  'tech',
  'economics',
  'culture',
  'weather',
  'other',
  'geopolitics',
] as const
export type FeeCategory = (typeof feeCategories)[number]

/** Unix ms of the stages a market passes through. `paused` holds it between open and close. */
export interface Lifetime {
  readonly openMs: number
  readonly closeMs: number
  readonly determineMs: number
  readonly settleMs: number
  readonly paused: boolean
}

/** YES wins when the event's draw, uniform in 0 to 10,000, lies at or above the first and below the second. The width is the fair price. */
export type Span = readonly [from: number, to: number]

/** How the synthetic maker quotes, in basis points of a dollar: off the fair price by `shift`, ask minus bid of `spread`. */
export interface QuoteHint {
  readonly shift?: number
  readonly spread?: number
  /** Levels on each side; 0 leaves the book empty. */
  readonly levels?: number
}

export interface MarketDraft {
  /** What follows the event's ticker on Kalshi, or empty where both are one; the whole slug on Polymarket. */
  readonly key: string
  readonly title: string
  /** What YES stands for among the markets of its event. */
  readonly label: string
  /** What must be true for YES, as a clause. */
  readonly claim: string
  readonly span: Span
  readonly life?: Lifetime
  readonly quote?: QuoteHint
  /** Kalshi: the strike as its fields carry it. */
  readonly strike?: Strike
  /** Kalshi: for combinations. */
  readonly legs?: readonly Leg[]
  /** Polymarket: outcome labels other than Yes and No. */
  readonly outcomes?: readonly [string, string]
  /** Polymarket: sports market type and line. */
  readonly sports?: { readonly type: string; readonly line?: string }
}

export type Strike =
  | { readonly type: 'greater' | 'greater_or_equal'; readonly floor: string }
  | { readonly type: 'less' | 'less_or_equal'; readonly cap: string }
  | { readonly type: 'between'; readonly floor: string; readonly cap: string }
  | { readonly type: 'custom' | 'structured'; readonly custom: Readonly<Record<string, string>> }

export interface Leg {
  readonly eventTicker: string
  readonly marketTicker: string
  readonly side: 'yes' | 'no'
}

export interface Source {
  readonly name: string
  readonly url: string
}

interface EventBase {
  readonly title: string
  readonly category: string
  /** Names the draw that decides the results. Events of both venues about one subject share it. */
  readonly draw: string
  readonly life: Lifetime
  readonly sources: readonly Source[]
  readonly markets: readonly MarketDraft[]
}

export interface KalshiEventDraft extends EventBase {
  readonly venue: 'kalshi'
  readonly ticker: string
  readonly series: { readonly ticker: string; readonly title: string; readonly frequency: string }
  readonly subTitle: string
  readonly exclusive: boolean
  /** The exchange shard, 0 to 3. */
  readonly shard?: number
  readonly grid: KalshiGrid
  readonly feeType?: 'quadratic' | 'quadratic_with_maker_fees' | 'quadratic_with_combo_maker_fees'
  /** Decimal string; 1 when absent. */
  readonly feeMultiplier?: string
  /** `rules_secondary`: definitions, source, ties, postponement, rounding. */
  readonly secondary: string
  /** Pays between 0 and 1 dollar. The payout of YES as a decimal string. */
  readonly scalarPayout?: string
  readonly collection?: string
}

export interface PolymarketEventDraft extends EventBase {
  readonly venue: 'polymarket'
  readonly slug: string
  /** Outcomes exclude one another: the markets share one neg-risk id. */
  readonly negRisk: boolean
  readonly tick: PolymarketTick
  readonly protocol?: Protocol
  readonly fees: FeeCategory
  readonly tags: readonly string[]
  /** The description of one market. */
  readonly rules: (market: MarketDraft) => string
  /** The nominal end that Gamma prints; not a trading cutoff. */
  readonly endMs: number
  /** Sports: start of play, and the seconds that a taker order is held while play is on. */
  readonly game?: { readonly startMs: number; readonly secondsDelay: number }
}

export type EventDraft = KalshiEventDraft | PolymarketEventDraft

/** Two markets that pay alike in every case. `inverted`: YES of one is NO of the other. */
export interface EquivalentPair {
  readonly kalshi: string
  readonly polymarket: string
  readonly polarity: 'same' | 'inverted'
  readonly why: string
  /** The synthetic books leave a profit after both venues' fees. */
  readonly edge?: true
}

/** Two markets that a careless reader takes for one. */
export interface LookAlike {
  readonly kalshi: string
  readonly polymarket: string
  readonly kind: LookAlikeKind
  readonly why: string
}

export type LookAlikeKind =
  | 'source'
  | 'window'
  | 'deadline'
  | 'comparator'
  | 'bucket_or_cumulative'
  | 'announced_or_happens'
  | 'stage'
  | 'overtime'
  | 'tie'
  /** What happens when there is no event, no report or no end. */
  | 'fallback'
  | 'measure'
  | 'touch_or_close'

/** One subject area: its events on both venues and the truth about pairs. */
export interface Topic {
  readonly events: readonly EventDraft[]
  readonly equivalents: readonly EquivalentPair[]
  readonly lookAlikes: readonly LookAlike[]
}
