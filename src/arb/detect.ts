import { complement, type Money, SCALE } from '../domain/amounts.ts'
import type { MarketId, Outcome } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import type { Limits } from '../safeguards/limits.ts'
import type { LegOffer } from './leg-offer.ts'
import type { Evaluation, NoTradeReason, Opportunity } from './opportunity.ts'
import type { ArbBook, ArbPair } from './ports.ts'
import { type SizeTerms, sizePair, touchEdge } from './size.ts'

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
    if (fees.kind === 'unknown') return { kind: 'fee_unknown', market: id }
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

/** Stands for a side without offers, so that nothing pays with it. */
const noAsk = SCALE * 2n
const noBid = -SCALE

/** A pair as one of its markets sees it. */
interface Slot {
  readonly pair: ArbPair
  /** Where its four best prices stand: ask and bid of the first market, then of the second. */
  readonly at: number
  /** The place of the market's own two among them. */
  readonly own: 0 | 2
  /** The pair's, here once more: following a pointer costs more than all of the arithmetic. */
  readonly isInverted: boolean
}

/** What the pairs of one book came to after it changed. */
export type Finding = Opportunity | { readonly kind: 'gone'; readonly pair: ArbPair }

/**
 * Holds pairs by their markets, so that an update of a book looks at its own pairs alone, and mostly at four prices of
 * each. These are kept together, since what such a look costs is waiting for memory. Every change of a book must be told.
 */
export class Detector {
  readonly #slots = new Map<MarketId, Slot[]>()
  readonly #prices: BigInt64Array
  /** Beside the prices, one for each four: 1 where the last look found an opportunity, so that its end is told. */
  readonly #open: Uint8Array

  constructor(
    pairs: readonly ArbPair[],
    private readonly bookOf: (market: MarketId) => ArbBook | null,
    private readonly termsNow: () => DetectTerms,
    private readonly minEdge: Money,
  ) {
    this.#prices = new BigInt64Array(pairs.length * 4)
    this.#open = new Uint8Array(pairs.length)
    for (const [index, pair] of pairs.entries()) {
      for (const own of [0, 2] as const) {
        const { id } = own === 0 ? pair.markets[0] : pair.markets[1]
        const slot = { pair, at: index * 4, own, isInverted: pair.polarity === 'inverted' }
        this.#slots.set(id, [...(this.#slots.get(id) ?? []), slot])
        this.#note(slot, bookOf(id))
      }
    }
  }

  /** Opportunities that stand now in pairs of this book's market, and those that have gone. Nothing is said of the others. */
  update(book: ArbBook): readonly Finding[] {
    const slots = this.#slots.get(book.market)
    if (slots === undefined) return nothing
    let findings: Finding[] | null = null
    for (const slot of slots) {
      this.#note(slot, book)
      const finding = this.#look(slot)
      if (finding === null) continue
      findings ??= []
      findings.push(finding)
    }
    return findings ?? nothing
  }

  #note({ at, own }: Slot, book: ArbBook | null): void {
    this.#prices[at + own] = book?.asks[0]?.price ?? noAsk
    this.#prices[at + own + 1] = book?.bids[0]?.price ?? noBid
  }

  #look({ pair, at, isInverted }: Slot): Finding | null {
    const found = this.#mayPay(isInverted, at) ? this.#evaluate(pair) : null
    const wasOpen = this.#open[at / 4] === 1
    if (wasOpen !== (found !== null)) this.#open[at / 4] = found === null ? 0 : 1
    return found ?? (wasOpen ? { kind: 'gone', pair } : null)
  }

  /**
   * Whether the best offers of either way to buy both sides cost less than a dollar, and by more than is asked for, before
   * fees. What fails this cannot be an opportunity: it is all that most updates of a book need.
   */
  #mayPay(isInverted: boolean, at: number): boolean {
    const prices = this.#prices
    const [ask, bid] = [prices[at] ?? noAsk, prices[at + 1] ?? noBid]
    const [otherAsk, otherBid] = [prices[at + 2] ?? noAsk, prices[at + 3] ?? noBid]
    if (isInverted) {
      return ask + otherAsk + this.minEdge < SCALE || bid + otherBid > SCALE + this.minEdge
    }
    // NO is on offer at 1 - bid, so that YES and NO cost less than a dollar where an ask is below the other market's bid.
    return ask + this.minEdge < otherBid || otherAsk + this.minEdge < bid
  }

  #evaluate(pair: ArbPair): Opportunity | null {
    const [first, second] = [this.bookOf(pair.markets[0].id), this.bookOf(pair.markets[1].id)]
    if (first === null || second === null) return null
    const found = evaluatePair(pair, [first, second], this.termsNow())
    return found.kind === 'opportunity' ? found : null
  }
}

const nothing: readonly Finding[] = []
