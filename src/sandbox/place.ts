import {
  addMoney,
  complement,
  isMultipleOf,
  minQuantity,
  type Quantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import type { MarketStatus } from '../domain/market.ts'
import { isOnLadder } from '../domain/tick-ladder.ts'
import type { PlaceCommand, PlaceResult } from './commands.ts'
import {
  type AccountState,
  type Core,
  count,
  drawId,
  findCatalogued,
  type MarketState,
  putOrder,
  statusOf,
} from './core.ts'
import { carryOut, endOrder, plannedExtras } from './execution.ts'
import { refuseGroup } from './groups.ts'
import { cashOf, holdingOf, reservedCash, reservedTokens } from './ledger.ts'
import { isTrading } from './lifecycle.ts'
import { type MatchPlan, planMatch } from './matching.ts'
import type { SandboxMarket, SandboxOrder } from './model.ts'
import type { RefusalReason, Refused } from './refused.ts'
import { touchMarket } from './touch.ts'

export function refuse(reason: RefusalReason, message: string): Refused {
  return { kind: 'refused', reason, message }
}

/**
 * Checks an order, matches it and rests what may rest. A refusal changes nothing, but that a killed fill-or-kill order
 * burns its client order id.
 */
export function place(core: Core, command: PlaceCommand): PlaceResult {
  const account = core.accounts.get(command.account)
  if (account === undefined) return refuse('account_not_found', `no account ${command.account}`)
  const market = findCatalogued(core, command.market)
  if (market === null || market.venue !== account.venue) {
    return refuse('market_not_found', `no market ${command.market}`)
  }
  const problem = refuseDuplicate(core, account, command) ?? refuseMalformed(core, account, market, command)
  if (problem !== null) return problem
  const state = touchMarket(core, market)
  const order = newOrder(core, command)
  if (command.delayMs > 0) return placeDelayed(core, account, state, order)
  return placeNow(core, account, state, order, command)
}

function refuseDuplicate(core: Core, account: AccountState, command: PlaceCommand): Refused | null {
  if (command.clientOrderId !== null && account.usedClientOrderIds.has(command.clientOrderId)) {
    return refuse('duplicate_client_order_id', `client order id ${command.clientOrderId} was used before`)
  }
  if (command.orderId !== null && core.orders.has(command.orderId)) {
    return refuse('duplicate_order_id', `order ${command.orderId} was placed before`)
  }
  return null
}

function refuseMalformed(
  core: Core,
  account: AccountState,
  market: SandboxMarket,
  command: PlaceCommand,
): Refused | null {
  const status = statusOf(core, market)
  if (!isTrading(status)) return refuseStatus(status)
  if (!isOnLadder(market.ladder, yesPriceOf(command))) return refuse('off_ladder', 'price is not on the tick ladder')
  const { amount } = command
  if (amount.kind === 'quantity' && (amount.quantity <= 0n || !isMultipleOf(amount.quantity, market.quantityStep))) {
    return refuse('bad_quantity', 'quantity is not a positive multiple of the step')
  }
  if (amount.kind === 'budget' && (amount.budget <= 0n || command.side !== 'buy' || command.timeInForce === 'gtc')) {
    return refuse('bad_quantity', 'a budget needs an immediate buy')
  }
  if (command.reduceOnly && (account.netting !== 'net' || amount.kind === 'budget')) {
    return refuse('bad_request', 'reduce-only needs a netting venue and a number of contracts')
  }
  if (command.expiresAtMs !== null && command.expiresAtMs <= core.nowMs) return refuse('expired', 'expiry has passed')
  return command.groupId === undefined ? null : refuseGroup(core, account, market, command.groupId)
}

export function refuseStatus(status: MarketStatus): Refused {
  return status === 'paused'
    ? refuse('market_paused', 'market is paused')
    : refuse('market_not_open', `market is ${status}`)
}

function yesPriceOf(command: PlaceCommand): PlaceCommand['ownPrice'] {
  return command.outcome === 'yes' ? command.ownPrice : complement(command.ownPrice)
}

function newOrder(core: Core, command: PlaceCommand): SandboxOrder {
  const number = count(core, 'order')
  return {
    id: command.orderId ?? drawId(core, 'order', number),
    clientOrderId: command.clientOrderId,
    account: command.account,
    market: command.market,
    outcome: command.outcome,
    side: command.side,
    ownPrice: command.ownPrice,
    bookSide: (command.outcome === 'yes') === (command.side === 'buy') ? 'bid' : 'ask',
    yesPrice: yesPriceOf(command),
    amount: command.amount,
    filled: ZERO_QUANTITY,
    remaining: command.amount.kind === 'quantity' ? command.amount.quantity : ZERO_QUANTITY,
    state: command.delayMs > 0 ? 'delayed' : 'resting',
    cancelReason: null,
    timeInForce: command.timeInForce,
    expiresAtMs: command.expiresAtMs,
    matchAtMs: command.delayMs > 0 ? core.nowMs + command.delayMs : null,
    postOnly: command.postOnly,
    reduceOnly: command.reduceOnly,
    selfTrade: command.selfTrade,
    cancelOnPause: command.cancelOnPause,
    refuseUnmatched: command.refuseUnmatched,
    doomed: command.doomed,
    ...(command.retried === true ? { retried: true } : {}),
    createdMs: core.nowMs,
    updatedMs: core.nowMs,
    priority: count(core, 'priority'),
    takerCost: ZERO_MONEY,
    makerCost: ZERO_MONEY,
    takerFees: ZERO_MONEY,
    makerFees: ZERO_MONEY,
    feeAccumulator: ZERO_MONEY,
    tradeIds: [],
    ...(command.groupId === undefined ? {} : { groupId: command.groupId }),
  }
}

function placeNow(
  core: Core,
  account: AccountState,
  state: MarketState,
  order: SandboxOrder,
  command: PlaceCommand,
): PlaceResult {
  const plan = planFor(account, state, order)
  if (order.postOnly && (plan.fills.length > 0 || plan.stoppedAtOwn || plan.withdrawn.length > 0)) {
    return refuse('post_only_cross', 'post-only order would trade at once')
  }
  if (order.timeInForce === 'fok' && !plan.complete && !plan.stoppedAtOwn) {
    if (order.clientOrderId !== null) account.usedClientOrderIds.set(order.clientOrderId, null)
    return refuse('fok_unfilled', 'not enough volume to fill the order whole')
  }
  if (command.refuseUnmatched && plan.fills.length === 0) return refuse('no_match', 'nothing to match the order with')
  const short = refuseUnfunded(core, account, state, order, plan)
  if (short !== null) return short
  if (order.clientOrderId !== null) account.usedClientOrderIds.set(order.clientOrderId, order.id)
  return { kind: 'placed', ...carryOut(core, state, order, plan) }
}

/** Funds are checked and tied up now; matching waits for `matchAtMs`. */
function placeDelayed(core: Core, account: AccountState, state: MarketState, order: SandboxOrder): PlaceResult {
  const short = refuseUnfunded(core, account, state, order, planMatch(state, order, order.amount))
  if (short !== null) return short
  if (order.clientOrderId !== null) account.usedClientOrderIds.set(order.clientOrderId, order.id)
  putOrder(core, order)
  return { kind: 'placed', order, trades: [] }
}

/** The plan of an order, held to the position where it may only reduce. */
function planFor(account: AccountState, state: MarketState, order: SandboxOrder): MatchPlan {
  if (order.amount.kind === 'budget') return planMatch(state, order, order.amount)
  const quantity = tradable(account, state, order)
  const plan = planMatch(state, order, { kind: 'quantity', quantity })
  return { ...plan, complete: plan.complete && quantity === order.remaining }
}

/** What remains of an order, and of a reduce-only one no more than closes the position. */
function tradable(account: AccountState, state: MarketState, order: SandboxOrder): Quantity {
  if (!order.reduceOnly) return order.remaining
  const holding = holdingOf(account, state.id)
  return minQuantity(order.remaining, order.bookSide === 'bid' ? holding.no : holding.yes)
}

/** Null when cash and contracts cover the order at its limit, taker fees included. */
export function refuseUnfunded(
  core: Core,
  account: AccountState,
  state: MarketState,
  order: SandboxOrder,
  plan: MatchPlan,
): Refused | null {
  if (account.unlimited) return null
  const pool = state.market.pool
  if (account.netting === 'per_outcome' && order.side === 'sell') {
    const free =
      holdingOf(account, state.id)[order.outcome] - reservedTokens(core, account, state.id, order.outcome, order.id)
    return free >= order.remaining ? null : refuse('insufficient_holdings', 'not enough contracts to sell')
  }
  const others = reservedCash(core, account, pool, emptied(order))
  const withOrder = reservedCash(core, account, pool, { ...order, remaining: tradable(account, state, order) })
  if (withOrder <= others) return null
  const needed = addMoney(withOrder, plannedExtras(core, state, order, plan))
  return needed <= cashOf(account, pool)
    ? null
    : refuse('insufficient_cash', 'not enough cash for the order and its fees')
}

/** The order with nothing left to trade, so that it reserves nothing. */
function emptied(order: SandboxOrder): SandboxOrder {
  return { ...order, remaining: ZERO_QUANTITY, amount: { kind: 'quantity', quantity: ZERO_QUANTITY } }
}

/** A delayed order's time has come: it is matched against the book of that moment. */
export function matchDelayed(core: Core, state: MarketState, order: SandboxOrder): void {
  const account = core.accounts.get(order.account)
  if (account === undefined) throw new Error(`order ${order.id} of an account that does not exist`)
  if (!isTrading(state.phase)) {
    endOrder(core, state, order, 'paused')
    return
  }
  const now: SandboxOrder = { ...order, matchAtMs: null, updatedMs: core.nowMs, priority: count(core, 'priority') }
  const plan = planFor(account, state, now)
  if (now.timeInForce === 'fok' && !plan.complete) {
    endOrder(core, state, now, 'immediate')
    return
  }
  if (refuseUnfunded(core, account, state, now, plan) !== null) {
    endOrder(core, state, now, 'immediate')
    return
  }
  carryOut(core, state, now, plan)
}
