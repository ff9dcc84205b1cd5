import { ZERO_QUANTITY } from '../domain/amounts.ts'
import { ToolkitError } from '../domain/errors.ts'
import type { Level } from '../domain/order-book.ts'
import { isOnLadder } from '../domain/tick-ladder.ts'
import { applyPhase } from './advance.ts'
import type { OpenAccountCommand, SetBookCommand, SetCashCommand, SetMarketCommand } from './commands.ts'
import { type Core, findCatalogued, type MarketState, makerAccountOf, onGrid } from './core.ts'
import { carryOut, endOrder } from './execution.ts'
import { keepsOrders } from './lifecycle.ts'
import { planMatch } from './matching.ts'
import type { BookSide, SandboxMarket } from './model.ts'
import { syntheticOrder, touchMarket } from './touch.ts'

/** What only the control interface may ask for. These throw on bad input: there is no venue whose refusal to imitate. */
export function openAccount(core: Core, command: OpenAccountCommand): void {
  if (core.accounts.has(command.account)) return
  core.accounts.set(command.account, {
    id: command.account,
    venue: command.venue,
    netting: command.venue === 'kalshi' ? 'net' : 'per_outcome',
    unlimited: command.unlimited,
    cash: new Map(Object.entries(command.cash)),
    holdings: new Map(),
    usedClientOrderIds: new Map(),
    orderIds: [],
    live: new Set(),
    cancelTailUntilMs: 0,
  })
}

export function setCash(core: Core, { account: id, pool, amount }: SetCashCommand): void {
  const account = core.accounts.get(id)
  if (account === undefined) throw controlError('ACCOUNT_NOT_FOUND', `The sandbox has no account ${id}.`)
  if (amount === null) account.cash.delete(pool)
  else account.cash.set(pool, amount)
}

/** Replaces the synthetic maker's quotes. New quotes trade against what others have resting, as any order would. */
export function setBook(core: Core, command: SetBookCommand): void {
  const state = touchMarket(core, marketOf(core, command.market))
  if (!keepsOrders(state.phase)) {
    throw controlError('MARKET_NOT_OPEN', `${command.market} is ${state.phase}: its book stays empty.`)
  }
  checkLevels(state, command)
  const maker = makerAccountOf(state.market.venue)
  for (const order of [...state.bids, ...state.asks]) {
    if (order.account === maker) endOrder(core, state, order, 'user')
  }
  for (const level of command.bids) quote(core, state, 'bid', level)
  for (const level of command.asks) quote(core, state, 'ask', level)
}

function checkLevels(state: MarketState, command: SetBookCommand): void {
  const all = [...command.bids, ...command.asks]
  const wrong = all.find((level) => !isOnLadder(state.market.ladder, level.price) || level.quantity <= ZERO_QUANTITY)
  if (wrong !== undefined) {
    throw controlError('BAD_LEVEL', `A level of ${command.market} is off the tick ladder or has no quantity.`)
  }
  if (command.bids.some((bid) => command.asks.some((ask) => bid.price >= ask.price))) {
    throw controlError('CROSSED_BOOK', `The bids given for ${command.market} reach its asks.`)
  }
}

function quote(core: Core, state: MarketState, side: BookSide, level: Level): void {
  const order = syntheticOrder(core, state, side, level)
  const plan = planMatch(state, order, order.amount)
  carryOut(core, state, order, plan)
}

/** Changes a market's schedule and carries out what that means now. */
export function setMarket(core: Core, command: SetMarketCommand): void {
  const state = touchMarket(core, marketOf(core, command.market))
  const next = { ...state.schedule, ...command.schedule }
  if (next.settleMs !== null && next.settleMs <= core.nowMs && next.yesPayout === null) {
    throw controlError('NO_RESULT', `${command.market} cannot settle without a result.`)
  }
  if (state.phase === 'settled') {
    throw controlError('MARKET_SETTLED', `${command.market} has been paid out; that cannot be undone.`)
  }
  if (command.grid !== undefined) {
    state.market = onGrid(state.market, command.grid)
    state.grid = command.grid
    core.changes?.lives.push({ kind: 'grid', market: state.id })
  }
  if (command.texts !== undefined) {
    state.texts = { ...state.texts, ...command.texts }
    state.market = { ...state.market, ...command.texts }
    core.changes?.lives.push({ kind: 'texts', market: state.id })
  }
  if (next.closeMs !== state.schedule.closeMs) core.changes?.lives.push({ kind: 'close', market: state.id })
  state.schedule = next
  state.updatedMs = core.nowMs
  applyPhase(core, state)
}

function marketOf(core: Core, id: SetMarketCommand['market']): SandboxMarket {
  const market = findCatalogued(core, id)
  if (market === null) throw controlError('MARKET_NOT_FOUND', `The sandbox has no market ${id}.`)
  return market
}

function controlError(code: string, message: string): ToolkitError {
  return new ToolkitError({ code, message, category: 'usage' })
}
