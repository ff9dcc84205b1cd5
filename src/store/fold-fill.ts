import {
  addMoney,
  formatAmount,
  type Money,
  moneyOf,
  subtractMoney,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { assumedFee } from '../domain/fees.ts'
import type { Fill } from '../domain/fill.ts'
import type { Netting } from '../domain/holding.ts'
import { type MarketId, outcomes, type VenueId } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import type { OrderEvent } from '../domain/order-machine.ts'
import {
  applyFill,
  cashThrough,
  isHeld,
  type MarketPositions,
  type Position,
  type PositionKey,
  type Positions,
  positionKey,
  reverseFill,
  settleFill,
  settlePosition,
} from '../domain/position.ts'
import type { BookedSettlement } from './events.ts'
import { keepOrder, type Recall, trackedOrder, transition } from './fold-order.ts'
import type { Draft, TrackedOrder } from './fold-state.ts'

/** Positions beyond this number, flat ones, longest untouched first, leave the state: their story is in the journal. */
const POSITIONS_MAX = 1_000

/** What a fill in the journal means for an order that may know it already. */
type Meaning =
  | { readonly kind: 'book'; readonly fill: Fill }
  /** The fill as it was booked, with the finality that it has now: a failure undoes exactly what was done. */
  | { readonly kind: 'settle'; readonly fill: Fill }
  /** Taken back before it was booked: no position holds it, but the order may count it as filled. */
  | { readonly kind: 'ghost'; readonly fill: Fill }
  | { readonly kind: 'nothing' }

/**
 * Brings order, positions and the day's result to where a fill says they are. An event says what is known of the fill, so
 * the same fill may come any number of times, provisional or final, early or late: it counts once.
 */
export function applyFillEvent(
  draft: Draft,
  event: { readonly orderId: string; readonly fill: Fill; readonly time: string },
  nettingOf: (venue: VenueId) => Netting,
  recall: Recall,
): void {
  const tracked = trackedOrder(draft, event.orderId, recall)
  if (tracked === null) return
  const meaning = meaningOf(tracked, event.fill)
  if (meaning.kind === 'nothing') return
  const { fill } = meaning
  const change: OrderEvent = meaning.kind === 'book' ? { kind: 'filled', fill } : { kind: 'fill_settled', fill }
  const order = transition(draft, tracked.order, change, event.time)
  if (order === null) return
  keepOrder(draft, { ...tracked, order, provisionalFills: provisionalAfter(tracked, meaning) })
  if (meaning.kind === 'ghost') return
  const netting = nettingOf(fill.venue)
  const cash = movePositions(draft, fill.market, (market) => {
    if (meaning.kind === 'book') return applyFill(market, fill, netting)
    return fill.finality === 'failed' ? reverseFill(market, fill, netting) : settleFill(market, fill, netting)
  })
  assumeFee(draft, meaning)
  if (!isBeforeAgreement(draft, order, fill))
    moveCash(draft, fill.venue, { amount: cash, slack: slackOf(fill), computedFee: computedFeeOf(fill) })
}

/** What was traded elsewhere before the cash last agreed is in the agreed figure, whenever it is booked. */
function isBeforeAgreement(draft: Draft, { intent }: Order, fill: Fill): boolean {
  const line = draft.cash.get(fill.venue)
  if (intent.purpose.kind !== 'adopted' || line === undefined) return false
  const atMs = Date.parse(fill.time)
  // Polymarket cuts times to the second. What may have come later did: when all agreed, it was not among the holdings.
  const latestMs = atMs % 1000 === 0 ? atMs + 999 : atMs
  return latestMs < line.agreedAtMs
}

/** Rounding, and what the venue does not say: a fee that is computed may be a step off, an unknown one is anything. */
function slackOf(fill: Fill): Money {
  if (fill.fee === null) return assumedFee(fill)
  return moneyOf(fill.feeSource === 'schedule' ? 20n : 2n)
}

function computedFeeOf({ fee, feeSource }: Fill): Money {
  return fee !== null && feeSource === 'schedule' ? fee : ZERO_MONEY
}

/** Cash that moved since it last agreed with the venue. Before it ever did, nothing is kept. */
export function moveCash(
  draft: Draft,
  venue: VenueId,
  part: { readonly amount: Money; readonly slack?: Money; readonly computedFee?: Money },
): void {
  const line = draft.cash.get(venue)
  if (line === undefined) return
  const { amount, slack = ZERO_MONEY, computedFee = ZERO_MONEY } = part
  draft.cash.set(venue, {
    ...line,
    moved: addMoney(line.moved, amount),
    slack: addMoney(line.slack, slack),
    computedFees: addMoney(line.computedFees, computedFee),
  })
}

/** Books what a settled market paid. A holding other than the one that was paid for is left alone: the payout was not for it. */
export function applySettlement(draft: Draft, { market, outcome, quantity, payout }: BookedSettlement): void {
  const key = positionKey(market, outcome)
  const held = draft.positions.get(key)
  const isMoving = draft.pendingFills.has(market)
  if (held === undefined || held.quantity !== quantity || quantity === ZERO_QUANTITY || isMoving) {
    draft.warnings.push(`Record ${draft.seq} pays for ${formatAmount(quantity)} ${key}, which is not what is held.`)
    return
  }
  const cash = movePositions(draft, market, ({ positions }) => ({
    positions: new Map(positions).set(key, settlePosition(held, payout)),
    pending: null,
  }))
  moveCash(draft, held.venue, { amount: cash })
}

/** Positions say of an unknown fee that it is unknown. The day's result feeds a limit, which counts it at its worst. */
function assumeFee(draft: Draft, { kind, fill }: Extract<Meaning, { kind: 'book' | 'settle' }>): void {
  if (fill.fee !== null || (kind === 'settle' && fill.finality !== 'failed')) return
  const assumed = assumedFee(fill)
  const realized = kind === 'book' ? draft.today.realized - assumed : draft.today.realized + assumed
  draft.today = { ...draft.today, realized }
}

function meaningOf({ order, provisionalFills }: TrackedOrder, fill: Fill): Meaning {
  if (order.reversedFillIds.includes(fill.id)) return { kind: 'nothing' }
  if (!order.fillIds.includes(fill.id)) {
    return fill.finality === 'failed' ? { kind: 'ghost', fill } : { kind: 'book', fill }
  }
  if (fill.finality === 'provisional' || !order.provisionalFillIds.includes(fill.id)) return { kind: 'nothing' }
  const booked = provisionalFills.find((known) => known.id === fill.id) ?? fill
  return { kind: 'settle', fill: { ...booked, finality: fill.finality } }
}

function provisionalAfter(tracked: TrackedOrder, meaning: Exclude<Meaning, { kind: 'nothing' }>): readonly Fill[] {
  const { fill } = meaning
  const others = tracked.provisionalFills.filter((known) => known.id !== fill.id)
  return meaning.kind === 'book' && fill.finality === 'provisional' ? [...others, fill] : others
}

/**
 * Only the one market can move; what that realises, less fees, belongs to the day.
 * @returns Dollars that came in, and with a minus went out.
 */
function movePositions(draft: Draft, market: MarketId, move: (market: MarketPositions) => MarketPositions): Money {
  const before = marketOf(draft, market)
  const after = move(before)
  for (const key of new Set([...before.positions.keys(), ...after.positions.keys()])) {
    const position = after.positions.get(key)
    // Deleted first, so that the map's order is the order of last change.
    draft.positions.delete(key)
    if (position !== undefined) draft.positions.set(key, position)
  }
  if (after.pending === null) draft.pendingFills.delete(market)
  else draft.pendingFills.set(market, after.pending)
  const gained = resultOf(after.positions) - resultOf(before.positions)
  draft.today = { ...draft.today, realized: draft.today.realized + gained }
  dropOldFlatPositions(draft)
  return subtractMoney(cashThrough(after.positions.values()), cashThrough(before.positions.values()))
}

function marketOf(draft: Draft, market: MarketId): MarketPositions {
  const positions = new Map<PositionKey, Position>()
  for (const outcome of outcomes) {
    const key = positionKey(market, outcome)
    const position = draft.positions.get(key)
    if (position !== undefined) positions.set(key, position)
  }
  return { positions, pending: draft.pendingFills.get(market) ?? null }
}

/** A loss counts from its match on, a gain once it is final: a limit on losses must not wait, nor rest on what may fail. */
function resultOf(positions: Positions): bigint {
  let sum = 0n
  for (const { realizedPnl, provisionalPnl, fees } of positions.values()) {
    sum += realizedPnl + (provisionalPnl < 0n ? provisionalPnl : 0n) - fees
  }
  return sum
}

function dropOldFlatPositions(draft: Draft): void {
  let surplus = draft.positions.size - POSITIONS_MAX
  if (surplus <= 0) return
  for (const [key, position] of draft.positions) {
    if (surplus === 0) return
    if (isHeld(position) || position.totalCost !== 0n || draft.pendingFills.has(position.market)) continue
    draft.positions.delete(key)
    surplus--
  }
}
