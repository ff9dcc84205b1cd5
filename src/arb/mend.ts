import {
  type Money,
  type Price,
  priceWithin,
  type Quantity,
  roundDownToStep,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { VenueError } from '../domain/errors.ts'
import type { Market, Outcome } from '../domain/market.ts'
import { isUnsettled, type Order } from '../domain/order.ts'
import { bookOf, type OrderBook, walkDepth } from '../domain/order-book.ts'
import { judgePair, type Legs } from '../domain/pair.ts'
import type { Policy } from '../domain/pair-plan.ts'
import { placeTogether } from '../engine/place/place-order.ts'
import { type OrderDraft, planOrder } from '../engine/place/plan-order.ts'
import type { OrderRequest } from '../engine/requests.ts'
import { recordTrade } from '../engine/trades/record-trade.ts'
import { type Mending, type TradeTerms, tradeRecord } from '../engine/trades/trade-record.ts'
import type { Trading } from '../engine/trading.ts'
import { seededIds } from '../runtime/ids.ts'
import { ladderFor, rungPrice } from './ladder.ts'
import { type LossBound, leastSalePrice, lossBound, mostPurchasePrice } from './loss-bound.ts'
import { quantityForDollars } from './lots.ts'
import { nextStep, type Step, type TradeView } from './next-step.ts'

/** The first wait between two attempts; each further one is twice as long, while the book refills. */
const firstWaitMs = 250

/** One side of a trade, as far as mending needs it. */
export interface LegMarket {
  readonly market: Market
  readonly outcome: Outcome
  /** The best bid and the limit when the trade began, in prices of the outcome. Null: not known, and taken as they are now. */
  readonly entry: { readonly bid: Price | null; readonly limit: Price } | null
}

export interface TradeInHand {
  readonly terms: TradeTerms
  readonly legs: Legs
  readonly mending: Mending
  readonly markets: readonly [LegMarket, LegMarket]
  readonly policy: Policy
  /** Dollars that the trade may lose in all. Null: nothing was said of it. */
  readonly worst: Money | null
  /** Tells the ids of these attempts from those of an earlier time that the same trade was mended. */
  readonly round: string
}

export interface Mended {
  readonly mending: Mending
  /** Where it came to rest: never `buy` or `sell` unless the signal aborted. */
  readonly rest: Step
}

export function legMarketOf({ intent, market, book }: OrderRequest): LegMarket {
  const { outcome, price: limit } = intent
  const bid = book === null ? null : (bookOf(book, outcome).bids[0]?.price ?? null)
  return { market, outcome, entry: { bid, limit } }
}

/**
 * Takes one step after the other until nothing is to be done or nothing may be done. Stops at the first outcome that is not
 * known: another order on a guess could sell twice.
 */
export async function mendTrade(trading: Trading, hand: TradeInHand, signal?: AbortSignal): Promise<Mended> {
  let view = viewOf(hand)
  for (;;) {
    const step = nextStep(view, hand.policy)
    if ((step.kind !== 'sell' && step.kind !== 'buy') || signal?.aborted === true) {
      return { mending: view.mending, rest: step }
    }
    if (step.attempt > 0) await trading.runtime.clock.sleep(firstWaitMs * 2 ** (step.attempt - 1), signal)
    const order = await attempt(trading, { ...hand, mending: view.mending }, step, signal)
    view = afterAttempt(view, step, order)
    if (order !== null && isUnsettled(order)) trading.breakers.recordTwoLeg('unavailable')
  }
}

function viewOf({ legs, mending, markets }: TradeInHand): TradeView {
  const smallest = ({ market }: LegMarket): Quantity => market.minimumQuantity ?? market.quantityStep
  return {
    legs,
    mending,
    tried: { unwinds: 0, completions: 0 },
    smallest: [smallest(markets[0]), smallest(markets[1])],
  }
}

type Trial = Extract<Step, { kind: 'sell' | 'buy' }>

function afterAttempt(view: TradeView, { kind }: Trial, order: Order | null): TradeView {
  const { tried, mending } = view
  const added = order === null ? [] : [order]
  return kind === 'sell'
    ? {
        ...view,
        tried: { ...tried, unwinds: tried.unwinds + 1 },
        mending: { ...mending, unwinds: [...mending.unwinds, ...added] },
      }
    : {
        ...view,
        tried: { ...tried, completions: tried.completions + 1 },
        mending: { ...mending, completions: [...mending.completions, ...added] },
      }
}

/** Null when the venue does not answer, or has no book any more: nobody to trade with, for this attempt. */
async function readOrNull<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof VenueError) return null
    throw error
  }
}

/**
 * One immediate order into the book as it is now. Null when nobody trades at its rung or within the worst loss of the trade, or
 * a safeguard said no.
 */
async function attempt(trading: Trading, hand: TradeInHand, step: Trial, signal?: AbortSignal): Promise<Order | null> {
  const leg = hand.markets[step.leg]
  const bound = boundOf(hand)
  const book = bound === 'unknown' ? null : await readOrNull(() => trading.observe.book(leg.market, signal))
  if (book === null || bound === 'unknown') return null
  const terms =
    step.kind === 'sell'
      ? saleTerms(trading, hand, leg, book, { ...step, bound })
      : await purchaseTerms(trading, hand, leg, book, { ...step, bound })
  if (terms === null) return null
  const draft: OrderDraft = {
    market: leg.market.id,
    outcome: leg.outcome,
    side: step.kind,
    ...terms,
    timeInForce: 'ioc',
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    // The second tranche may look exactly like the first.
    allowDuplicate: true,
    purpose: { kind: step.kind === 'sell' ? 'unwind' : 'arb_leg', tradeId: hand.terms.id },
  }
  // Ids that depend on the trade and the attempt alone, so that a replay of the trade draws the same.
  const ids = seededIds(trading.runtime.random.fork(`${step.kind}/${hand.round}/${step.attempt}`))
  const plan = await readOrNull(() => planOrder(trading, draft, signal, ids))
  if (plan === null || plan.verdict.kind === 'denied') return null
  await nameOrder(trading, hand, step.kind, plan.intent.id)
  const [placed] = await placeTogether(trading, [plan], signal)
  return placed === undefined || placed.order.status === 'denied' ? null : placed.order
}

/** The order belongs to the trade before it can exist: whoever comes after a crash must not mend twice. */
async function nameOrder(trading: Trading, hand: TradeInHand, kind: Trial['kind'], id: string): Promise<void> {
  const { terms, legs, mending } = hand
  const record = tradeRecord(terms, legs, mending)
  const { unwindOrderIds, completionOrderIds = [] } = record
  const named = {
    ...record,
    // Under way until this order has its answer.
    status: 'open',
    ...(kind === 'sell'
      ? { unwindOrderIds: [...unwindOrderIds, id] }
      : { completionOrderIds: [...completionOrderIds, id] }),
  } as const
  await recordTrade(trading, { type: 'trade.updated', trade: named }, kind)
}

type Terms = Pick<OrderDraft, 'price' | 'quantity'>

/** A trial, and what it may cost. Null: nothing was said of it. */
type BoundTrial = Trial & { readonly bound: LossBound | null }

function boundOf({ legs, mending, markets, worst }: TradeInHand): LossBound | 'unknown' | null {
  const others = [...mending.unwinds, ...mending.completions]
  const state = judgePair(legs, others)
  if (worst === null || state.kind !== 'imbalanced') return null
  const feesOf = ({ intent }: Order): Market['fees'] =>
    markets[intent.market === markets[0].market.id ? 0 : 1].market.fees
  return (
    lossBound(
      [...legs, ...others].map((order) => ({ order, fees: feesOf(order) })),
      state,
      worst,
    ) ?? 'unknown'
  )
}

function saleTerms(
  trading: Trading,
  { policy }: TradeInHand,
  { market, outcome, entry }: LegMarket,
  book: OrderBook,
  { attempt: number, quantity: excess, bound }: BoundTrial,
): Terms | null {
  const own = bookOf(book, outcome)
  const best = own.bids[0]?.price
  const quantity = roundDownToStep(excess, market.quantityStep)
  const least = bound === null ? null : leastSalePrice(bound, market, quantity)
  if (best === undefined || (bound !== null && least === null)) return null
  const ladder = ladderFor(market, outcome)
  const floor = rungPrice(ladder, entry?.bid ?? best, { attempt: number, rung: policy.rung, side: 'sell' })
  // No deeper than the slippage limit either: the next attempt goes on from what is best then.
  const limit = higher(least, higher(floor, priceWithin(best, trading.limits.maxSlippage, 'below')))
  const { worstPrice } = walkDepth(own, { side: 'sell', quantity, limit })
  return worstPrice === null ? null : { price: worstPrice, quantity }
}

async function purchaseTerms(
  trading: Trading,
  { policy }: TradeInHand,
  { market, outcome, entry }: LegMarket,
  book: OrderBook,
  { attempt: number, quantity: missing, bound }: BoundTrial,
): Promise<Terms | null> {
  const own = bookOf(book, outcome)
  const best = own.asks[0]?.price
  const wanted = roundDownToStep(missing, market.quantityStep)
  const most = bound === null ? null : mostPurchasePrice(bound, market, wanted)
  if (best === undefined || (bound !== null && most === null)) return null
  const ladder = ladderFor(market, outcome)
  const ceiling = rungPrice(ladder, entry?.limit ?? best, { attempt: number, rung: policy.rung, side: 'buy' })
  const limit = lower(most, lower(ceiling, priceWithin(best, trading.limits.maxSlippage, 'above')))
  const { worstPrice, notional } = walkDepth(own, { side: 'buy', quantity: wanted, limit })
  if (worstPrice === null) return null
  const { capabilities } = await trading.client(market.venue)
  if (!capabilities.immediateBuysSpend) return { price: worstPrice, quantity: wanted }
  const quantity = quantityForDollars(market, worstPrice, notional)
  return quantity === ZERO_QUANTITY ? null : { price: worstPrice, quantity }
}

function higher(a: Price | null, b: Price): Price {
  return a !== null && a > b ? a : b
}

function lower(a: Price | null, b: Price): Price {
  return a !== null && a < b ? a : b
}
