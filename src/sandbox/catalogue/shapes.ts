import type { EventDraft, KalshiEventDraft, MarketDraft, PolymarketEventDraft, Span } from './draft.ts'

/** `1,250,000` of `1250000`. Written out because the locale machinery costs milliseconds on its first use. */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',')
}

/** One row of a ladder of thresholds: the strike and the chance, in basis points, that the number is above it. */
export type StrikeRow = readonly [strike: string, above: number]

/** Kalshi's ladder of thresholds: one market per strike, YES when the number is above it. */
export function aboveMarkets(
  rows: readonly StrikeRow[],
  text: {
    readonly title: (strike: string) => string
    readonly claim: (strike: string) => string
    readonly label?: (strike: string) => string
    readonly key?: (strike: string) => string
  },
): readonly MarketDraft[] {
  return rows.map(([strike, above]) => ({
    key: text.key?.(strike) ?? `T${strike}`,
    title: text.title(strike),
    label: text.label?.(strike) ?? `Above ${strike}`,
    claim: text.claim(strike),
    span: [0, above],
    strike: { type: 'greater', floor: strike },
  }))
}

/** An event draft without what follows from its single question. */
type One<E extends EventDraft, Derived extends keyof E> = Omit<E, 'venue' | 'markets' | 'title' | Derived> & {
  readonly question: string
  readonly span: Span
} & Pick<MarketDraft, 'quote' | 'strike' | 'outcomes' | 'sports'>

/** An event of one market on Kalshi; both carry the event's ticker. */
export function kalshiSingle(
  draft: One<KalshiEventDraft, 'subTitle' | 'exclusive'> & { readonly claim: string; readonly label?: string },
): KalshiEventDraft {
  const { question, span, claim, label, quote, strike, ...event } = draft
  return {
    ...event,
    venue: 'kalshi',
    title: question,
    subTitle: '',
    exclusive: false,
    markets: [
      {
        key: '',
        title: question,
        label: label ?? question,
        claim,
        span,
        ...(quote && { quote }),
        ...(strike && { strike }),
      },
    ],
  }
}

/** An event of one market on Polymarket; both carry the same slug. */
export function polymarketSingle(
  draft: One<PolymarketEventDraft, 'negRisk' | 'rules'> & { readonly rules: string },
): PolymarketEventDraft {
  const { question, span, quote, outcomes, sports, rules, ...event } = draft
  return {
    ...event,
    venue: 'polymarket',
    title: question,
    negRisk: false,
    rules: () => rules,
    markets: [
      {
        key: event.slug,
        title: question,
        label: '',
        claim: '',
        span,
        ...(quote && { quote }),
        ...(outcomes && { outcomes }),
        ...(sports && { sports }),
      },
    ],
  }
}
