import type { Signed, Traded } from '../../arb/arb-event.ts'
import type { LegPlan, NoTradeReason, Opportunity } from '../../arb/opportunity.ts'
import { annualisedReturn, edgePerPair, lockedUntilMs } from '../../arb/opportunity.ts'
import type { ArbPair } from '../../arb/ports.ts'
import type { RunReport } from '../../arb/run.ts'
import type { WorstLoss } from '../../arb/worst-loss.ts'
import { formatAmount, parseMoney } from '../../domain/amounts.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { ArbTrade } from '../../store/events.ts'
import { reasonText } from '../arb/reason-text.ts'

/** Amounts are decimal strings of dollars or contracts. */
export interface OpportunityJson {
  readonly pair: string
  readonly legs: readonly {
    readonly market: string
    readonly outcome: string
    readonly limit: string
    readonly quantity: string
    readonly expected: string
    readonly cost: string
    readonly fee: string
  }[]
  readonly pairs: string
  readonly edge: string
  readonly edgePerPair: string
  readonly collateral: string
  /** What ended the size. */
  readonly boundBy: string
  /** When both venues can have paid at the earliest. Null when one does not say. */
  readonly lockedUntil: string | null
  /** A share a year: 0.1 is 10 %. */
  readonly annualisedReturn: string | null
  /** If one leg fills and the other never does. */
  readonly worstLoss: { readonly ifFirstAlone: string; readonly ifSecondAlone: string; readonly most: string }
}

export interface ScannedJson {
  readonly pair: string
  readonly polarity: string
  readonly markets: readonly {
    readonly market: string
    readonly title: string
    readonly status: string
    /** Null: the book was never read. */
    readonly bookAgeMs: number | null
    readonly book: string
  }[]
  readonly opportunity: OpportunityJson | null
  readonly reason: { readonly code: string; readonly message: string } | null
}

export interface ScanJson {
  readonly pairs: readonly ScannedJson[]
  /** Approved once, and not looked at. */
  readonly leftOut: readonly { readonly pair: string; readonly reason: string }[]
}

export interface TradedJson {
  readonly trade: ArbTrade
  readonly opportunity: OpportunityJson
  readonly legs: readonly { readonly order: string; readonly status: string; readonly filled: string | null }[]
  readonly unwinds: readonly string[]
  readonly completions: readonly string[]
  readonly denials: readonly { readonly code: string; readonly message: string }[]
  /** Whether the trade lost no more than was expected at worst. Null while its result is not known. */
  readonly withinWorstLoss: boolean | null
}

export interface SignedJson {
  readonly opportunity: OpportunityJson
  readonly orders: readonly {
    readonly market: string
    readonly preview: Readonly<Record<string, string>> | null
    readonly denials: readonly { readonly code: string; readonly message: string }[]
  }[]
}

/** A run on the books of a recording: nothing of it happened. */
export interface PaperJson {
  readonly session: string
  /** RFC 3339, both ends of what was played. */
  readonly from: string
  readonly to: string
  readonly latencyMs: number
  /** In order, at the times of the tape. */
  readonly decisions: readonly { readonly time: string; readonly kind: string; readonly line: string }[]
  /** How often a pair was looked at after a book of it changed, by what it came to: `pays`, or what bound first. */
  readonly looks: readonly { readonly pair: string; readonly counts: Readonly<Record<string, number>> }[]
}

export interface ArbRunJson {
  readonly pairs: number
  readonly opportunities: number
  readonly trades: readonly TradedJson[]
  readonly signed: readonly SignedJson[]
  readonly mended: readonly ArbTrade[]
  readonly open: readonly ArbTrade[]
  readonly unsettled: readonly string[]
  readonly cancelled: readonly string[]
  readonly leftOut: ScanJson['leftOut']
  /** Why nothing was traded: orders of more than a minute ago have no clear answer. Null when it was. */
  readonly refused: { readonly code: string; readonly message: string; readonly suggestion: string } | null
  /** Null when it was no run on paper. */
  readonly paper: PaperJson | null
}

export function opportunityJson(found: Opportunity, worst: WorstLoss, nowMs: number): OpportunityJson {
  const { pair, legs, pairs, edge, collateral, boundBy } = found
  const untilMs = lockedUntilMs(pair)
  const yearly = annualisedReturn(found, nowMs)
  return {
    pair: pair.key,
    legs: legs.map(legJson),
    pairs: formatAmount(pairs),
    edge: formatAmount(edge),
    edgePerPair: formatAmount(edgePerPair(found)),
    collateral: formatAmount(collateral),
    boundBy,
    lockedUntil: untilMs === null ? null : isoTime(untilMs),
    annualisedReturn: yearly === null ? null : formatAmount(yearly),
    worstLoss: {
      ifFirstAlone: formatAmount(worst.ifFirstAlone),
      ifSecondAlone: formatAmount(worst.ifSecondAlone),
      most: formatAmount(worst.most),
    },
  }
}

function legJson({ market, outcome, limit, quantity, expected, cost, fee }: LegPlan): OpportunityJson['legs'][number] {
  return {
    market: market.id,
    outcome,
    limit: formatAmount(limit),
    quantity: formatAmount(quantity),
    expected: formatAmount(expected),
    cost: formatAmount(cost),
    fee: formatAmount(fee),
  }
}

export function reasonJson(reason: NoTradeReason): NonNullable<ScannedJson['reason']> {
  return { code: reason.kind.toUpperCase(), message: reasonText(reason) }
}

export function scannedMarkets(
  { markets }: ArbPair,
  bookOf: (market: string) => { readonly ageMs: number | null; readonly book: string },
): ScannedJson['markets'] {
  return markets.map(({ id, title, status }) => {
    const { ageMs, book } = bookOf(id)
    return { market: id, title, status, bookAgeMs: ageMs === null ? null : Math.round(ageMs), book }
  })
}

export function tradedJson({ found, worst, outcome }: Traded, nowMs: number): TradedJson {
  const { trade, legs, unwinds, completions } = outcome
  return {
    trade,
    opportunity: opportunityJson(found, worst, nowMs),
    legs: legs.map(({ order }, index) => ({
      order: order.intent.id,
      status: order.status,
      filled: trade.legs[index]?.filledQuantity ?? null,
    })),
    unwinds: unwinds.map(({ intent }) => intent.id),
    completions: completions.map(({ intent }) => intent.id),
    denials: legs.flatMap(({ denials }) => denials.map(({ code, message }) => ({ code, message }))),
    withinWorstLoss: isWithin(trade),
  }
}

/** What happened, against what was expected at worst. */
export function isWithin({ edgeRealized, worstLossExpected }: ArbTrade): boolean | null {
  if (edgeRealized === null || worstLossExpected === undefined) return null
  return -parseMoney(edgeRealized) <= parseMoney(worstLossExpected)
}

function signedJson({ found, worst, orders }: Signed, nowMs: number): SignedJson {
  return {
    opportunity: opportunityJson(found, worst, nowMs),
    orders: orders.map(({ intent, preview, denials }) => ({
      market: intent.market,
      preview,
      denials: denials.map(({ code, message }) => ({ code, message })),
    })),
  }
}

export function arbRunJson(
  report: RunReport,
  about: {
    readonly pairs: number
    readonly leftOut: ScanJson['leftOut']
    readonly nowMs: number
    readonly paper?: PaperJson
  },
): ArbRunJson {
  const { traded, signed, mended, open, unsettled, cancelled, opportunities, refused } = report
  return {
    pairs: about.pairs,
    opportunities,
    trades: traded.map((each) => tradedJson(each, about.nowMs)),
    signed: signed.map((each) => signedJson(each, about.nowMs)),
    mended,
    open,
    unsettled,
    cancelled: cancelled.flatMap(({ order }) => order?.intent.id ?? []),
    leftOut: about.leftOut,
    refused,
    paper: about.paper ?? null,
  }
}
