import { complement, type Money } from '../domain/amounts.ts'
import type { MarketId, Outcome } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import type { Limits } from '../safeguards/limits.ts'
import { touchEdge } from './edge.ts'
import type { LegOffer } from './leg-offer.ts'
import type { Evaluation, NoTradeReason } from './opportunity.ts'
import type { ArbBook, ArbPair } from './ports.ts'
import { type SizeTerms, sizePair } from './size.ts'

/** What a pair is judged by besides its books. */
export interface DetectTerms extends Omit<SizeTerms, 'limits'> {
  readonly limits: Pick<Limits, 'minNotional' | 'maxNotional' | 'maxSlippage' | 'maxBookAgeMs'>
  /** Monotonic ms of the feed's clock. */
  readonly nowMs: number
  /** Whether an immediate purchase on this market spends dollars instead of counting contracts. */
  spends(market: MarketId): boolean
  /** Dollars for new orders on this market's venue. Null when not known. */
  cash(market: MarketId): Money | null
}

type Side = readonly [Outcome, Outcome]

/** The two ways in which a purchase of both markets pays one dollar whatever happens. */
const sidesOf: Readonly<Record<ArbPair['polarity'], readonly [Side, Side]>> = {
  same: [
    ['yes', 'no'],
    ['no', 'yes'],
  ],
  inverted: [
    ['yes', 'yes'],
    ['no', 'no'],
  ],
}

/**
 * The best trade of a pair in its books as they stand, or what binds first. Pure. The better of the two ways to buy both
 * sides is taken; of two that do not pay the reason of the one that is nearer to paying is told.
 */
export function evaluatePair(pair: ArbPair, books: readonly [ArbBook, ArbBook], terms: DetectTerms): Evaluation {
  const blocked = whatBlocks(pair, books, terms)
  if (blocked !== null) return { kind: 'none', pair, reason: blocked }
  const [first, second] = sidesOf[pair.polarity].map((sides) => evaluateSides(pair, books, sides, terms))
  if (first === undefined || second === undefined) throw new Error('a pair can be bought in two ways')
  return better(first, second)
}

function whatBlocks(pair: ArbPair, books: readonly [ArbBook, ArbBook], terms: DetectTerms): NoTradeReason | null {
  for (const { id, status, untradableReason, fees } of pair.markets) {
    if (status !== 'open') return { kind: 'market_not_open', market: id, status }
    if (untradableReason !== null) return { kind: 'market_not_open', market: id, status: untradableReason }
    if (fees.kind === 'unknown') return { kind: 'fee_unknown', market: id, why: fees.reason }
  }
  const limitMs = terms.limits.maxBookAgeMs
  for (const { market, state, at } of books) {
    if (state.kind === 'untradable') return { kind: 'book_untradable', market, doubt: state.reason.kind }
    if (at === null) return { kind: 'book_untradable', market, doubt: 'waiting' }
    const ageMs = terms.nowMs - at
    if (ageMs > limitMs) return { kind: 'book_stale', market, ageMs, limitMs }
  }
  return null
}

function evaluateSides(pair: ArbPair, books: readonly [ArbBook, ArbBook], sides: Side, terms: DetectTerms): Candidate {
  const offers = [offerOf(pair, books, sides, terms, 0), offerOf(pair, books, sides, terms, 1)] as const
  const empty = offers.find(({ asks }) => asks.length === 0)
  if (empty !== undefined) {
    return { evaluation: none(pair, { kind: 'no_offer', market: empty.market.id, outcome: empty.outcome }), net: null }
  }
  const touch = touchEdge(offers)
  const result = sizePair(offers, terms)
  const { minEdge } = terms
  switch (result.kind) {
    case 'sized':
      return { evaluation: { kind: 'opportunity', pair, ...result.sized }, net: touch.net }
    case 'too_small':
      return { evaluation: none(pair, { kind: 'too_small', bound: result.bound }), net: touch.net }
    case 'no_edge':
      return { evaluation: none(pair, reasonOf(touch, minEdge)), net: touch.net }
  }
}

function reasonOf({ gross, net }: { readonly gross: Money; readonly net: Money }, minEdge: Money): NoTradeReason {
  if (gross <= 0n) return { kind: 'no_edge', gross }
  return net <= 0n ? { kind: 'fees', gross, net } : { kind: 'min_edge', net, minEdge }
}

function none(pair: ArbPair, reason: NoTradeReason): Evaluation {
  return { kind: 'none', pair, reason }
}

/** One way to buy both sides, and what its first pair would keep. Null: it cannot be bought at all. */
interface Candidate {
  readonly evaluation: Evaluation
  readonly net: Money | null
}

function better(first: Candidate, second: Candidate): Evaluation {
  const [a, b] = [first.evaluation, second.evaluation]
  if (a.kind === 'opportunity' && b.kind === 'opportunity') return a.edge >= b.edge ? a : b
  if (a.kind === 'opportunity') return a
  if (b.kind === 'opportunity') return b
  if (second.net === null) return a
  return first.net === null || second.net > first.net ? b : a
}

function offerOf(
  { markets }: ArbPair,
  books: readonly [ArbBook, ArbBook],
  sides: Side,
  terms: DetectTerms,
  leg: 0 | 1,
): LegOffer {
  const [market, book, outcome] = [markets[leg], books[leg], sides[leg]]
  return {
    market,
    outcome,
    asks: outcome === 'yes' ? book.asks : mirrored(book.bids),
    ladder: book.ladder,
    spends: terms.spends(market.id),
    cash: terms.cash(market.id),
  }
}

function mirrored(levels: readonly Level[]): readonly Level[] {
  return levels.map(({ price, quantity }) => ({ price: complement(price), quantity }))
}
