import type {
  EventDraft,
  FeeCategory,
  KalshiEventDraft,
  KalshiGrid,
  Lifetime,
  LookAlikeKind,
  PolymarketTick,
  Protocol,
  QuoteHint,
  Source,
  Span,
  Strike,
  Topic,
} from './draft.ts'
import { kalshiSingle, polymarketSingle } from './shapes.ts'

/** One question that both venues list, alike or nearly so. */
export interface Twins {
  readonly draw: string
  readonly categories: readonly [kalshi: string, polymarket: string]
  readonly sources: readonly Source[]
  readonly life: Lifetime
  /** When it ends by name, Unix ms. */
  readonly endMs: number
  readonly kalshi: {
    readonly ticker: string
    readonly series?: readonly [ticker: string, title: string]
    readonly question: string
    readonly claim: string
    readonly terms: string
    readonly span: Span
    readonly grid?: KalshiGrid
    readonly feeType?: KalshiEventDraft['feeType']
    readonly feeMultiplier?: string
    readonly shard?: number
    readonly strike?: Strike
    readonly quote?: QuoteHint
    readonly life?: Lifetime
  }
  readonly polymarket: {
    readonly slug: string
    readonly question: string
    readonly rules: string
    /** Where it differs; else Kalshi's, inverted where told so. */
    readonly span?: Span
    readonly tick?: PolymarketTick
    readonly fees: FeeCategory
    readonly tags: readonly string[]
    readonly protocol?: Protocol
    readonly quote?: QuoteHint
    readonly endMs?: number
    readonly life?: Lifetime
  }
  readonly relation:
    | { readonly kind: 'same' | 'inverted'; readonly why: string; readonly edge?: true }
    | { readonly kind: 'look_alike'; readonly trap: LookAlikeKind; readonly why: string }
    /** Neither: the same subject asked in ways that nobody takes for one. */
    | { readonly kind: 'unrelated' }
}

/** The other part of the draw, for a span that begins at 0 or ends at 10,000. */
function rest([from, to]: Span): Span {
  return from === 0 ? [to, 10_000] : [0, from]
}

function eventsOf(twins: Twins): readonly EventDraft[] {
  const { draw, sources, life, kalshi, polymarket, relation } = twins
  const series = kalshi.series ?? [kalshi.ticker.split('-')[0] ?? '', kalshi.question]
  return [
    kalshiSingle({
      ticker: kalshi.ticker,
      series: { ticker: series[0], title: series[1], frequency: 'custom' },
      question: kalshi.question,
      claim: kalshi.claim,
      secondary: kalshi.terms,
      span: kalshi.span,
      category: twins.categories[0],
      draw,
      sources,
      life: kalshi.life ?? life,
      grid: kalshi.grid ?? 'linear_cent',
      ...(kalshi.feeType && { feeType: kalshi.feeType }),
      ...(kalshi.feeMultiplier && { feeMultiplier: kalshi.feeMultiplier }),
      ...(kalshi.shard !== undefined && { shard: kalshi.shard }),
      ...(kalshi.strike && { strike: kalshi.strike }),
      ...(kalshi.quote && { quote: kalshi.quote }),
    }),
    polymarketSingle({
      slug: polymarket.slug,
      question: polymarket.question,
      rules: polymarket.rules,
      span: polymarket.span ?? (relation.kind === 'inverted' ? rest(kalshi.span) : kalshi.span),
      category: twins.categories[1],
      draw,
      sources,
      life: polymarket.life ?? life,
      tick: polymarket.tick ?? '0.01',
      fees: polymarket.fees,
      tags: polymarket.tags,
      endMs: polymarket.endMs ?? twins.endMs,
      ...(polymarket.protocol && { protocol: polymarket.protocol }),
      ...(polymarket.quote && { quote: polymarket.quote }),
    }),
  ]
}

/** The topic made of such questions. */
export function topicOfTwins(all: readonly Twins[]): Topic {
  const ids = (twins: Twins): { kalshi: string; polymarket: string } => ({
    kalshi: twins.kalshi.ticker,
    polymarket: twins.polymarket.slug,
  })
  return {
    events: all.flatMap(eventsOf),
    equivalents: all.flatMap((twins) => {
      const { relation } = twins
      if (relation.kind !== 'same' && relation.kind !== 'inverted') return []
      return [
        { ...ids(twins), polarity: relation.kind, why: relation.why, ...(relation.edge && { edge: relation.edge }) },
      ]
    }),
    lookAlikes: all.flatMap((twins) => {
      const { relation } = twins
      return relation.kind === 'look_alike' ? [{ ...ids(twins), kind: relation.trap, why: relation.why }] : []
    }),
  }
}

/** Several topics as one. */
export function mergeTopics(topics: readonly Topic[]): Topic {
  return {
    events: topics.flatMap((topic) => topic.events),
    equivalents: topics.flatMap((topic) => topic.equivalents),
    lookAlikes: topics.flatMap((topic) => topic.lookAlikes),
  }
}
