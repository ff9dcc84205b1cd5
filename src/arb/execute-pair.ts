import { formatAmount, type Money, minQuantity, type Quantity, roundDownToStep } from '../domain/amounts.ts'
import { isUnsettled, type Order } from '../domain/order.ts'
import { bookOf, walkDepth } from '../domain/order-book.ts'
import { deniedOrder } from '../domain/order-machine.ts'
import type { Legs } from '../domain/pair.ts'
import { defaultPlan, type PairPlan, type Policy } from '../domain/pair-plan.ts'
import { type PlaceOutcome, placeTogether } from '../engine/place/place-order.ts'
import type { OrderRequest } from '../engine/requests.ts'
import { recordTrade } from '../engine/trades/record-trade.ts'
import { type LegTerms, openedTrade, type TradeTerms, tradeRecord, unmended } from '../engine/trades/trade-record.ts'
import type { Trading } from '../engine/trading.ts'
import { isoTime } from '../runtime/clock.ts'
import type { ArbTrade, JournalEvent } from '../store/events.ts'
import { quantityForDollars } from './lots.ts'
import { legMarketOf, mendTrade } from './mend.ts'
import { followable, type Step } from './next-step.ts'

export interface PairOutcome {
  readonly trade: ArbTrade
  readonly legs: readonly [PlaceOutcome, PlaceOutcome]
  readonly unwinds: readonly Order[]
  readonly completions: readonly Order[]
  /** Where the trade came to rest. */
  readonly rest: Step
}

type Requests = readonly [OrderRequest, OrderRequest]

/** A two-leg trade as it is to be carried out. */
export interface TradeOrder {
  readonly requests: Requests
  /** Dollars, net of fees. */
  readonly edgeExpected: Money
  readonly tradeId: string
  readonly plan: PairPlan
}

/** `executeTrade` with both legs at once and the excess of one sold again. */
export function executePair(
  trading: Trading,
  requests: Requests,
  edgeExpected: Money,
  tradeId: string,
  signal?: AbortSignal,
): Promise<PairOutcome> {
  const plan = defaultPlan(trading.limits.maxSlippage)
  return executeTrade(trading, { requests, edgeExpected, tradeId, plan }, signal)
}

/**
 * Sends both legs, at once or one after the other, and mends what one of them holds in excess as the plan says. A leg whose
 * outcome is not known freezes the trade: nothing is bought or sold on a guess, `reconcile` settles it first.
 */
export function executeTrade(trading: Trading, order: TradeOrder, signal?: AbortSignal): Promise<PairOutcome> {
  const { requests, tradeId, plan } = order
  const terms = termsOf(order)
  const operation = { op: 'place_pair', requests, edgeExpected: terms.edgeExpected, tradeId, plan } as const
  return trading.operations.run(operation, async () => {
    const outcomes = await placeLegs(trading, order, { type: 'trade.opened', trade: openedTrade(terms) }, signal)
    const legs: Legs = [outcomes[0].order, outcomes[1].order]
    recordAvailability(trading, outcomes)
    const markets = [legMarketOf(requests[0]), legMarketOf(requests[1])] as const
    const hand = { terms, legs, mending: unmended, markets, policy: plan.policy, worst: plan.worstLoss, round: tradeId }
    const { mending, rest } = await mendTrade(trading, hand, signal)
    const trade = tradeRecord(terms, legs, mending)
    await recordTrade(trading, { type: 'trade.updated', trade })
    return { trade, legs: outcomes, ...mending, rest }
  })
}

function termsOf({ requests, edgeExpected, tradeId, plan }: TradeOrder): TradeTerms {
  const { pair, worstLoss, policy } = plan
  return {
    id: tradeId,
    edgeExpected: formatAmount(edgeExpected),
    legs: [legTerms(requests[0]), legTerms(requests[1])],
    policy: policy.kind,
    ...(pair === null ? {} : { pair }),
    ...(worstLoss === null ? {} : { worstLossExpected: formatAmount(worstLoss) }),
  }
}

function legTerms(request: OrderRequest): LegTerms {
  const { id: orderId, market, outcome, price } = request.intent
  const { entry } = legMarketOf(request)
  const bid = entry?.bid ?? null
  return {
    orderId,
    market,
    outcome,
    limit: formatAmount(price),
    ...(bid === null ? {} : { bid: formatAmount(bid) }),
  }
}

type Outcomes = readonly [PlaceOutcome, PlaceOutcome]

/** The trade becomes durable in one write with the intents of what is sent first: a second write would only cost time. */
async function placeLegs(
  trading: Trading,
  { requests, plan }: TradeOrder,
  opened: JournalEvent,
  signal?: AbortSignal,
): Promise<Outcomes> {
  if (plan.order === 'together') {
    const [first, second] = await placeTogether(trading, requests, signal, [opened])
    if (first === undefined || second === undefined) throw new Error('a pair needs two outcomes')
    return [first, second]
  }
  const [lead, rest] = plan.order === 0 ? requests : [requests[1], requests[0]]
  const first = await placeOne(trading, lead, signal, [opened])
  const follower = await followerOf(trading, first.order, rest, plan.policy)
  const second = follower === null ? notSent(trading, rest) : await placeOne(trading, follower, signal)
  return plan.order === 0 ? [first, second] : [second, first]
}

async function placeOne(
  trading: Trading,
  request: OrderRequest,
  signal?: AbortSignal,
  opening: readonly JournalEvent[] = [],
): Promise<PlaceOutcome> {
  const [outcome] = await placeTogether(trading, [request], signal, opening)
  if (outcome === undefined) throw new Error('placing one order gave no outcome')
  return outcome
}

/** The second leg cut to what the first one bought. Null when that is nothing, or not known. */
async function followerOf(
  trading: Trading,
  first: Order,
  request: OrderRequest,
  policy: Policy,
): Promise<OrderRequest | null> {
  if (isUnsettled(first)) return null
  const { intent, market, book } = request
  const { capabilities } = await trading.client(market.venue)
  const bought = followable(first, policy)
  const wanted = capabilities.immediateBuysSpend
    ? dollarsFor(request, bought)
    : roundDownToStep(bought, market.quantityStep)
  const quantity = minQuantity(wanted, intent.quantity)
  if (quantity <= 0n || quantity < (market.minimumQuantity ?? 0n)) return null
  return { ...request, intent: { ...intent, quantity }, book }
}

/** The order that spends what so many contracts cost in the book as seen. */
function dollarsFor({ intent, market, book }: OrderRequest, contracts: Quantity): Quantity {
  if (book === null) return roundDownToStep(contracts, market.quantityStep)
  const { notional } = walkDepth(bookOf(book, intent.outcome), {
    side: 'buy',
    quantity: contracts,
    limit: intent.price,
  })
  return quantityForDollars(market, intent.price, notional)
}

function notSent(trading: Trading, { intent, market }: OrderRequest): PlaceOutcome {
  const reason = 'Not sent: the other leg bought nothing that it could go with.'
  const order = deniedOrder(intent, reason, isoTime(trading.runtime.clock.nowMs()))
  return { order, denials: [], market, preview: null, answer: null }
}

/**
 * The two-leg breaker counts trades that a venue's unavailability broke, not refusals. A trade of which no leg went out
 * says nothing about the venues: it must neither end a trial nor a row of failures.
 */
function recordAvailability(trading: Trading, legs: Outcomes): void {
  const broken = legs.some(({ order }) => order.status === 'unknown' || order.status === 'submitted')
  const answered = legs.every(({ answer }) => answer === 'accepted' || answer === 'rejected' || answer === 'duplicate')
  if (broken || answered) trading.breakers.recordTwoLeg(broken ? 'unavailable' : 'available')
}
