import {
  addMoney,
  addQuantity,
  complement,
  cost,
  type Money,
  negateMoney,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { insertResting, removeResting, replaceResting } from './book.ts'
import { type AccountState, type Core, count, drawId, type MarketState, putOrder } from './core.ts'
import { balanceStepOf, chargedFees } from './fee-changes.ts'
import { chargeFee } from './fees.ts'
import { addCash, book, cashOf, holdingOf, reservedCash } from './ledger.ts'
import { type MatchPlan, moneyFor, type PlannedFill } from './matching.ts'
import type { CancelReason, SandboxOrder, SandboxTrade, TradeParty } from './model.ts'

/** An incoming order after its plan was carried out, and what it traded. */
export interface Carried {
  readonly order: SandboxOrder
  readonly trades: readonly SandboxTrade[]
}

/**
 * Carries out a plan: the owner's withdrawn orders go, each fill moves money and contracts on both sides, and what is
 * left of the order rests or ends by its time in force.
 */
export function carryOut(core: Core, state: MarketState, incoming: SandboxOrder, plan: MatchPlan): Carried {
  for (const own of plan.withdrawn) endOrder(core, state, own, 'self_trade')
  let order = incoming
  const trades: SandboxTrade[] = []
  for (const fill of plan.fills) {
    const executed = execute(core, state, order, fill)
    order = executed.order
    trades.push(executed.trade)
  }
  return { order: restOrEnd(core, state, order, plan), trades }
}

function restOrEnd(core: Core, state: MarketState, order: SandboxOrder, plan: MatchPlan): SandboxOrder {
  const ended = (reason: CancelReason | null): SandboxOrder => ({
    ...order,
    state: reason === null ? 'filled' : 'cancelled',
    cancelReason: reason,
    remaining: ZERO_QUANTITY,
  })
  const next = ((): SandboxOrder => {
    if (plan.complete) return ended(null)
    if (plan.stoppedAtOwn) return ended('self_trade')
    if (order.timeInForce !== 'gtc') return ended(order.reduceOnly ? 'reduce_only' : 'immediate')
    return { ...order, state: 'resting', matchAtMs: null }
  })()
  putOrder(core, next)
  if (next.state === 'resting') insertResting(state, next, core.nowMs)
  return next
}

function execute(
  core: Core,
  state: MarketState,
  taker: SandboxOrder,
  fill: PlannedFill,
): { order: SandboxOrder; trade: SandboxTrade } {
  const { maker, quantity } = fill
  const doomed = taker.doomed || maker.doomed
  const sequence = count(core, 'trade')
  const id = drawId(core, 'trade', sequence)
  const takerSide = settleSide(core, state, taker, { maker, quantity, taker: true, id })
  const makerSide = settleSide(core, state, maker, { maker, quantity, taker: false, id })
  const trade: SandboxTrade = {
    id,
    sequence,
    market: state.id,
    quantity,
    yesPrice: maker.yesPrice,
    taker: takerSide.party,
    maker: makerSide.party,
    timeMs: core.nowMs,
    doomed,
    ...(taker.retried === true || maker.retried === true ? { retried: true } : {}),
    failedMs: null,
  }
  core.trades.push(trade)
  if (doomed) core.doomedTrades.add(sequence)
  updateMaker(core, state, makerSide.order)
  state.lastPrice = maker.yesPrice
  state.volume = addQuantity(state.volume, quantity)
  state.updatedMs = core.nowMs
  return { order: takerSide.order, trade }
}

function updateMaker(core: Core, state: MarketState, order: SandboxOrder): void {
  if (order.remaining > 0n) {
    putOrder(core, order)
    replaceResting(state, order, core.nowMs)
    return
  }
  putOrder(core, { ...order, state: 'filled' })
  removeResting(state, order.id, order.bookSide, core.nowMs)
}

/** Money, contracts and fee of one side, and its order with the execution added. */
function settleSide(
  core: Core,
  state: MarketState,
  order: SandboxOrder,
  fill: PlannedFill & { readonly taker: boolean; readonly id: string },
): { order: SandboxOrder; party: TradeParty } {
  const account = accountOf(core, order)
  const { quantity } = fill
  const yesPrice = fill.maker.yesPrice
  const money = moneyFor(order.outcome, fill.maker, quantity)
  const booked = book(
    holdingOf(account, state.id),
    { outcome: order.outcome, side: order.side, quantity, money },
    account.netting,
  )
  addCash(account, state.market.pool, booked.revenue)
  account.holdings.set(state.id, { ...booked.holding, updatedMs: core.nowMs })
  const traded: SandboxOrder = {
    ...order,
    filled: addQuantity(order.filled, quantity),
    remaining: order.amount.kind === 'budget' ? ZERO_QUANTITY : subtractQuantity(order.remaining, quantity),
    takerCost: fill.taker ? addMoney(order.takerCost, money) : order.takerCost,
    makerCost: fill.taker ? order.makerCost : addMoney(order.makerCost, money),
    tradeIds: [...order.tradeIds, fill.id],
    updatedMs: core.nowMs,
  }
  const charge = account.unlimited
    ? { fee: ZERO_MONEY, accumulator: ZERO_MONEY }
    : chargeFee(chargedFees(core.fees, state.market, core.nowMs), {
        yesPrice,
        quantity,
        revenue: booked.revenue,
        taker: fill.taker,
        accumulator: order.feeAccumulator,
        balanceStep: balanceStepOf(core.fees, account.id),
      })
  const fee = fill.taker ? charge.fee : payable(core, account, state, traded, charge.fee)
  collectFee(core, account, state, fee)
  const party: TradeParty = {
    account: order.account,
    orderId: order.id,
    clientOrderId: order.clientOrderId,
    outcome: order.outcome,
    side: order.side,
    bookSide: order.bookSide,
    ownPrice: order.outcome === 'yes' ? yesPrice : complement(yesPrice),
    money,
    fee,
  }
  const updated: SandboxOrder = {
    ...traded,
    takerFees: fill.taker ? addMoney(order.takerFees, fee) : order.takerFees,
    makerFees: fill.taker ? order.makerFees : addMoney(order.makerFees, fee),
    feeAccumulator: charge.accumulator,
  }
  return { order: updated, party }
}

function collectFee(core: Core, account: AccountState, state: MarketState, fee: Money): void {
  addCash(account, state.market.pool, negateMoney(fee))
  core.venueCash = addMoney(core.venueCash, fee)
  const holding = holdingOf(account, state.id)
  account.holdings.set(state.id, { ...holding, fees: addMoney(holding.fees, fee) })
}

/** Orders reserve no fees while they rest: a maker's fee is cut to what the account has free, never below zero. */
function payable(core: Core, account: AccountState, state: MarketState, order: SandboxOrder, fee: Money): Money {
  if (fee <= 0n) return fee
  const pool = state.market.pool
  const free = subtractMoney(cashOf(account, pool), reservedCash(core, account, pool, order))
  if (free >= fee) return fee
  return free > 0n ? free : ZERO_MONEY
}

/** Takes a live order off the market for a reason. */
export function endOrder(core: Core, state: MarketState, order: SandboxOrder, reason: CancelReason): SandboxOrder {
  const ended: SandboxOrder = {
    ...order,
    state: 'cancelled',
    cancelReason: reason,
    remaining: ZERO_QUANTITY,
    matchAtMs: null,
    updatedMs: core.nowMs,
  }
  putOrder(core, ended)
  removeResting(state, order.id, order.bookSide, core.nowMs)
  return ended
}

/**
 * What a plan would cost the incoming order on top of its price, for the funds check: fees, and the millionths that fills
 * are rounded up by. A budget bounds the latter already.
 */
export function plannedExtras(core: Core, state: MarketState, order: SandboxOrder, plan: MatchPlan): Money {
  const fees = chargedFees(core.fees, state.market, core.nowMs)
  const balanceStep = balanceStepOf(core.fees, order.account)
  let total = ZERO_MONEY
  let accumulator = order.feeAccumulator
  for (const { maker, quantity } of plan.fills) {
    const { yesPrice } = maker
    const money = moneyFor(order.outcome, maker, quantity)
    const ownPrice = order.outcome === 'yes' ? yesPrice : complement(yesPrice)
    const rounding = order.amount.kind === 'budget' ? 0n : money - cost(ownPrice, quantity, 'down')
    const revenue = order.side === 'buy' ? negateMoney(money) : money
    const charge = chargeFee(fees, { yesPrice, quantity, revenue, taker: true, accumulator, balanceStep })
    total = addMoney(total, charge.fee, rounding as Money)
    accumulator = charge.accumulator
  }
  return total
}

function accountOf(core: Core, order: SandboxOrder): AccountState {
  const account = core.accounts.get(order.account)
  if (account === undefined) throw new Error(`order ${order.id} of an account that does not exist`)
  return account
}
