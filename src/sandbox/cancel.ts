import { complement, isMultipleOf, subtractQuantity } from '../domain/amounts.ts'
import { isOnLadder } from '../domain/tick-ladder.ts'
import { removeResting, replaceResting } from './book.ts'
import type {
  AmendCommand,
  AmendResult,
  CancelAllCommand,
  CancelAllResult,
  CancelCommand,
  CancelResult,
  DecreaseCommand,
  DecreaseResult,
} from './commands.ts'
import { type AccountState, type Core, count, liveOrders, type MarketState, putOrder, statusOf } from './core.ts'
import { carryOut, endOrder } from './execution.ts'
import { isTrading, keepsOrders } from './lifecycle.ts'
import { planMatch } from './matching.ts'
import type { SandboxOrder } from './model.ts'
import { refuse, refuseStatus, refuseUnfunded } from './place.ts'
import type { Refused } from './refused.ts'

interface LiveOrder {
  readonly account: AccountState
  readonly order: SandboxOrder
  readonly state: MarketState
}

/** The resting order that a command means, or why there is none. */
function findLive(core: Core, accountId: string, orderId: string): LiveOrder | Refused {
  const account = core.accounts.get(accountId)
  if (account === undefined) return refuse('account_not_found', `no account ${accountId}`)
  const order = core.orders.get(orderId)
  const state = order === undefined ? undefined : core.markets.get(order.market)
  if (order === undefined || state === undefined || order.account !== accountId) {
    return refuse('order_not_found', `no order ${orderId}`)
  }
  if (order.state === 'delayed') return refuse('order_delayed', `order ${orderId} is inside its matching delay`)
  if (order.state !== 'resting') return refuse('order_not_live', `order ${orderId} has ended`)
  if (!keepsOrders(statusOf(core, state.market))) return refuseStatus(statusOf(core, state.market))
  return { account, order, state }
}

function isRefused(value: LiveOrder | Refused): value is Refused {
  return 'kind' in value
}

export function cancel(core: Core, command: CancelCommand): CancelResult {
  const live = findLive(core, command.account, command.orderId)
  if (isRefused(live)) return live
  const order = endOrder(core, live.state, live.order, command.reason ?? 'user')
  return { kind: 'cancelled', order, reducedBy: live.order.remaining }
}

/** Cancels what rests, and with a tail what arrives soon after. Orders inside a matching delay stay. */
export function cancelAll(core: Core, command: CancelAllCommand): CancelAllResult {
  const account = core.accounts.get(command.account)
  if (account === undefined) return { kind: 'cancelled_all', orders: [] }
  const orders: SandboxOrder[] = []
  for (const order of liveOrders(core, account)) {
    const state = core.markets.get(order.market)
    if (order.state !== 'resting' || state === undefined) continue
    if (command.market !== null && order.market !== command.market) continue
    if (command.outcome !== null && order.outcome !== command.outcome) continue
    orders.push(endOrder(core, state, order, 'user'))
  }
  if (command.tailMs > 0) account.cancelTailUntilMs = core.nowMs + command.tailMs
  return { kind: 'cancelled_all', orders }
}

/** Takes contracts off a resting order, which keeps its place in the queue. */
export function decrease(core: Core, command: DecreaseCommand): DecreaseResult {
  const live = findLive(core, command.account, command.orderId)
  if (isRefused(live)) return live
  const { order, state } = live
  const { change } = command
  if (!isMultipleOf(change.quantity, state.market.quantityStep))
    return refuse('bad_quantity', 'quantity is off its step')
  const remaining = change.kind === 'to' ? change.quantity : subtractQuantity(order.remaining, change.quantity)
  if (remaining < 0n || remaining > order.remaining)
    return refuse('bad_quantity', 'only less than now remains possible')
  if (remaining === 0n) return { kind: 'decreased', order: endOrder(core, state, order, 'user') }
  const next: SandboxOrder = { ...order, remaining, updatedMs: core.nowMs }
  putOrder(core, next)
  replaceResting(state, next, core.nowMs)
  return { kind: 'decreased', order: next }
}

/** Changes price, size or expiry. A new price or a larger size loses the place in the queue and may trade at once. */
export function amend(core: Core, command: AmendCommand): AmendResult {
  const live = findLive(core, command.account, command.orderId)
  if (isRefused(live)) return live
  const { order, state } = live
  const problem = refuseAmend(core, live, command)
  if (problem !== null) return problem
  const remaining = subtractQuantity(command.total, order.filled)
  const expiresAtMs = expiryAfter(order, command)
  const changed: SandboxOrder = {
    ...order,
    clientOrderId: command.clientOrderId ?? order.clientOrderId,
    ownPrice: command.ownPrice,
    yesPrice: order.outcome === 'yes' ? command.ownPrice : complement(command.ownPrice),
    amount: { kind: 'quantity', quantity: command.total },
    remaining,
    expiresAtMs,
    updatedMs: core.nowMs,
  }
  if (remaining === 0n) return { kind: 'amended', order: endOrder(core, state, changed, 'user'), trades: [] }
  const keepsPlace = command.ownPrice === order.ownPrice && remaining <= order.remaining
  const result = keepsPlace ? amendInPlace(core, state, changed) : requeue(core, live, changed)
  if (result.kind === 'amended' && command.clientOrderId !== null) {
    live.account.usedClientOrderIds.set(command.clientOrderId, order.id)
  }
  return result
}

function refuseAmend(core: Core, { account, order, state }: LiveOrder, command: AmendCommand): Refused | null {
  const status = statusOf(core, state.market)
  if (!isTrading(status)) return refuseStatus(status)
  if (order.market !== command.market || order.side !== command.side) {
    return refuse('order_mismatch', 'market or side differ from the order')
  }
  if (!isOnLadder(state.market.ladder, command.ownPrice)) return refuse('off_ladder', 'price is not on the tick ladder')
  if (!isMultipleOf(command.total, state.market.quantityStep) || command.total < order.filled) {
    return refuse('bad_quantity', 'quantity is off its step or below what is filled')
  }
  if (command.expiry.kind === 'set' && command.expiry.atMs <= core.nowMs) return refuse('expired', 'expiry has passed')
  const reused = command.clientOrderId !== null && command.clientOrderId !== order.clientOrderId
  if (reused && account.usedClientOrderIds.has(command.clientOrderId ?? '')) {
    return refuse('duplicate_client_order_id', 'client order id was used before')
  }
  return null
}

function expiryAfter(order: SandboxOrder, command: AmendCommand): number | null {
  switch (command.expiry.kind) {
    case 'keep':
      return order.expiresAtMs
    case 'clear':
      return null
    case 'set':
      return command.expiry.atMs
  }
}

function amendInPlace(core: Core, state: MarketState, changed: SandboxOrder): AmendResult {
  putOrder(core, changed)
  replaceResting(state, changed, core.nowMs)
  return { kind: 'amended', order: changed, trades: [] }
}

function requeue(core: Core, { account, order, state }: LiveOrder, changed: SandboxOrder): AmendResult {
  const next: SandboxOrder = { ...changed, priority: count(core, 'priority') }
  const plan = planMatch(state, next, { kind: 'quantity', quantity: next.remaining })
  if (next.postOnly && (plan.fills.length > 0 || plan.stoppedAtOwn)) {
    return refuse('post_only_cross', 'post-only order would trade at once')
  }
  const short = refuseUnfunded(core, account, state, next, plan)
  if (short !== null) return short
  removeResting(state, order.id, order.bookSide, core.nowMs)
  return { kind: 'amended', ...carryOut(core, state, next, plan) }
}
