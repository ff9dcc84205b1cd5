import { addMoney, complement, type Money, negateMoney, SCALE, ZERO_MONEY, ZERO_QUANTITY } from '../domain/amounts.ts'
import { ToolkitError } from '../domain/errors.ts'
import { type Core, type MarketState, sweptAtMs } from './core.ts'
import { endOrder } from './execution.ts'
import { addCash, book, holdingOf } from './ledger.ts'
import { keepsOrders, statusAt, sweptAfterCloseMs } from './lifecycle.ts'
import type { CancelReason, SandboxOrder, SandboxTrade, TradeParty, Transfer } from './model.ts'
import { matchDelayed } from './place.ts'
import { failsAtMs } from './settlement.ts'
import { isClockTime } from './times.ts'
import { seedBook } from './touch.ts'
import { landTransfer } from './transfer.ts'

type OrderTimer = 'expiry' | 'match' | 'tail'

/** Something that the clock makes happen. */
type Due =
  | {
      readonly kind: 'market' | 'close_sweep'
      readonly atMs: number
      readonly key: string
      readonly state: MarketState
    }
  | { readonly kind: OrderTimer; readonly atMs: number; readonly key: string }
  | { readonly kind: 'transfer'; readonly atMs: number; readonly key: string; readonly transfer: Transfer }
  | { readonly kind: 'fail'; readonly atMs: number; readonly key: string; readonly trade: SandboxTrade }

const rank: Readonly<Record<Due['kind'], number>> = {
  market: 0,
  close_sweep: 1,
  expiry: 2,
  tail: 3,
  match: 4,
  fail: 5,
  transfer: 6,
}

/**
 * Brings the exchange to a later time. What falls due happens in the order of its times and at those times, so the result
 * does not depend on how often this is called.
 */
export function advance(core: Core, nowMs: number): void {
  // By a clock that is no number, what is long done falls due again, for ever.
  if (!isClockTime(nowMs)) throw new RangeError(`the exchange cannot be brought to ${nowMs}`)
  const done = new Set<string>()
  for (;;) {
    const due = earliestDue(core, nowMs)
    if (due === null) break
    const name = `${due.kind} ${due.atMs} ${due.key}`
    if (done.has(name)) throw contradicted(due)
    done.add(name)
    core.nowMs = Math.max(core.nowMs, due.atMs)
    carryOutDue(core, due)
  }
  core.nowMs = Math.max(core.nowMs, nowMs)
}

/** What is due and was just carried out: only a state that somebody changed by hand comes to that. */
function contradicted({ kind, key }: Due): ToolkitError {
  return new ToolkitError({
    code: 'SANDBOX_STATE_CONTRADICTORY',
    category: 'usage',
    message: `The sandbox's state contradicts itself: ${kind} of ${key} falls due for ever. The simulated exchange stands still; no venue was asked.`,
    facts: { due: kind, subject: key },
    suggestions: ['Make the sandbox anew: crosstape sandbox reset'],
  })
}

function earliestDue(core: Core, untilMs: number): Due | null {
  let best: Due | null = null
  const offer = (due: Due): void => {
    if (due.atMs <= untilMs && (best === null || comesBefore(due, best))) best = due
  }
  for (const state of core.markets.values()) {
    const atMs = nextPhaseMs(state, core.nowMs, untilMs)
    if (atMs !== null) offer({ kind: 'market', atMs, key: state.id, state })
    const sweepMs = closeSweepMs(state)
    if (sweepMs !== null) offer({ kind: 'close_sweep', atMs: sweepMs, key: state.id, state })
  }
  for (const id of core.timedOrders) {
    const order = core.orders.get(id)
    if (order === undefined) continue
    if (order.expiresAtMs !== null) offer({ kind: 'expiry', atMs: order.expiresAtMs, key: id })
    if (order.matchAtMs !== null) offer({ kind: 'match', atMs: order.matchAtMs, key: id })
    const account = core.accounts.get(order.account)
    const sweepMs = account === undefined ? null : sweptAtMs(account, order)
    if (sweepMs !== null) offer({ kind: 'tail', atMs: sweepMs, key: id })
  }
  for (const sequence of core.doomedTrades) {
    const trade = core.trades[sequence - 1]
    if (trade !== undefined) offer({ kind: 'fail', atMs: failsAtMs(trade), key: trade.id, trade })
  }
  for (const transfer of core.transfers) {
    if (!transfer.arrived) offer({ kind: 'transfer', atMs: transfer.arrivesMs, key: transfer.id, transfer })
  }
  return best
}

function comesBefore(a: Due, b: Due): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs
  if (rank[a.kind] !== rank[b.kind]) return rank[a.kind] < rank[b.kind]
  return a.key < b.key
}

/** When a closed market loses the orders that still stand in it. */
function closeSweepMs(state: MarketState): number | null {
  if (keepsOrders(state.phase) || (state.bids.length === 0 && state.asks.length === 0)) return null
  return state.schedule.closeMs + sweptAfterCloseMs(state.market.venue)
}

/** When a market next changes its status, at or before `untilMs`. A status that is already outdated is due at once. */
function nextPhaseMs(state: MarketState, nowMs: number, untilMs: number): number | null {
  if (statusAt(state.schedule, nowMs) !== state.phase) return nowMs
  const { openMs, closeMs, determineMs, settleMs } = state.schedule
  let next: number | null = null
  for (const time of [openMs, closeMs, determineMs, settleMs]) {
    if (time === null || time <= nowMs || time > untilMs || (next !== null && time >= next)) continue
    if (statusAt(state.schedule, time) !== state.phase) next = time
  }
  return next
}

function carryOutDue(core: Core, due: Due): void {
  switch (due.kind) {
    case 'market':
      applyPhase(core, due.state)
      break
    case 'close_sweep':
      cancelResting(core, due.state, 'market_closed', () => true)
      break
    case 'fail':
      failTrade(core, due.trade)
      break
    case 'transfer':
      landTransfer(core, due.transfer)
      break
    default:
      timeOrder(core, due.key, due.kind)
  }
}

function timeOrder(core: Core, orderId: string, what: OrderTimer): void {
  const order = core.orders.get(orderId)
  const state = order === undefined ? undefined : core.markets.get(order.market)
  if (order === undefined || state === undefined) return
  if (what === 'match') matchDelayed(core, state, order)
  else endOrder(core, state, order, what === 'tail' ? 'cancel_all_tail' : 'expired')
}

/** Carries out what a market's new status means: orders go at the close, positions are paid at settlement. */
export function applyPhase(core: Core, state: MarketState): void {
  const before = state.phase
  const after = statusAt(state.schedule, core.nowMs)
  if (before === after) return
  state.phase = after
  state.updatedMs = core.nowMs
  core.changes?.markets.add(state.id)
  core.changes?.lives.push({ kind: 'phase', market: state.id, before, after })
  if (keepsOrders(before) && !keepsOrders(after)) closeBook(core, state)
  if (before === 'open' && after === 'paused') cancelResting(core, state, 'paused', (order) => order.cancelOnPause)
  // Kalshi: a market that is reactivated has lost all its resting orders (venue page §5.2).
  if (before === 'paused' && after === 'open' && state.market.venue === 'kalshi') {
    cancelResting(core, state, 'halted', () => true)
    seedBook(core, state)
  }
  if (!keepsOrders(before) && keepsOrders(after)) {
    // A market that opens again opens empty, also when the sweep after its close had not come yet.
    cancelResting(core, state, 'market_closed', () => true)
    seedBook(core, state)
  }
  // What a result would pay must not be tied up in orders that are still to be swept.
  if (!keepsOrders(after) && after !== 'closed') cancelResting(core, state, 'market_closed', () => true)
  if (after !== 'settled') return
  takeBackFailing(core, state)
  payOut(core, state)
}

/** At the close the synthetic maker leaves at once; the accounts' orders stay until the venue sweeps them. */
function closeBook(core: Core, state: MarketState): void {
  const swept = sweptAfterCloseMs(state.market.venue) === 0
  cancelResting(core, state, 'market_closed', (order) => swept || core.accounts.get(order.account)?.unlimited === true)
}

function cancelResting(
  core: Core,
  state: MarketState,
  reason: CancelReason,
  chosen: (order: SandboxOrder) => boolean,
): void {
  for (const order of [...core.orders.values()]) {
    const live = order.state === 'resting' || order.state === 'delayed'
    if (live && order.market === state.id && chosen(order)) endOrder(core, state, order, reason)
  }
}

/** Pays every holder in full. What rounding leaves over stays with the venue. */
function payOut(core: Core, state: MarketState): void {
  const payout = state.schedule.yesPayout
  if (payout === null) return
  let escrow = ZERO_MONEY
  let paid = ZERO_MONEY
  for (const account of core.accounts.values()) {
    const holding = account.holdings.get(state.id)
    if (holding === undefined || (holding.yes === 0n && holding.no === 0n)) continue
    const revenue = ((payout * holding.yes) / SCALE + (complement(payout) * holding.no) / SCALE) as Money
    escrow = addMoney(escrow, holding.yes as bigint as Money)
    paid = addMoney(paid, revenue)
    addCash(account, state.market.pool, revenue)
    const gained = revenue - holding.yesCost - holding.noCost
    account.holdings.set(state.id, {
      ...holding,
      yes: ZERO_QUANTITY,
      no: ZERO_QUANTITY,
      yesCost: ZERO_MONEY,
      noCost: ZERO_MONEY,
      realizedPnl: addMoney(holding.realizedPnl, gained as Money),
      updatedMs: core.nowMs,
    })
    if (account.unlimited) continue
    core.settlements.push({
      account: account.id,
      market: state.id,
      holding,
      yesPayout: payout,
      revenue,
      timeMs: core.nowMs,
    })
  }
  core.venueCash = addMoney(core.venueCash, (escrow - paid) as Money)
}

/** Nothing is paid for trades that will fail: they go before the payout, while both sides still hold what they traded. */
function takeBackFailing(core: Core, state: MarketState): void {
  for (const sequence of [...core.doomedTrades]) {
    const trade = core.trades[sequence - 1]
    if (trade?.market === state.id) failTrade(core, trade)
  }
}

/** Takes a trade back on both sides, fees included: nothing moved after all. */
function failTrade(core: Core, trade: SandboxTrade): void {
  core.doomedTrades.delete(trade.sequence)
  core.trades[trade.sequence - 1] = { ...trade, failedMs: core.nowMs }
  const state = core.markets.get(trade.market)
  if (state === undefined) return
  for (const party of [trade.taker, trade.maker]) takeBack(core, state, trade, party)
}

function takeBack(core: Core, state: MarketState, trade: SandboxTrade, party: TradeParty): void {
  const account = core.accounts.get(party.account)
  if (account === undefined) return
  const booked = book(
    holdingOf(account, state.id),
    {
      outcome: party.outcome,
      side: party.side === 'buy' ? 'sell' : 'buy',
      quantity: trade.quantity,
      money: party.money,
    },
    account.netting,
  )
  addCash(account, state.market.pool, addMoney(booked.revenue, party.fee))
  core.venueCash = addMoney(core.venueCash, negateMoney(party.fee))
  account.holdings.set(state.id, {
    ...booked.holding,
    fees: addMoney(booked.holding.fees, negateMoney(party.fee)),
    updatedMs: core.nowMs,
  })
}
