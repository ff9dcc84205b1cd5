import { type Price, type Quantity, ZERO_MONEY, ZERO_QUANTITY } from '../domain/amounts.ts'
import type { VenueId } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import { insertResting } from './book.ts'
import { type Core, count, type MarketState, makerAccountOf, putOrder } from './core.ts'
import { keepsOrders, statusAt } from './lifecycle.ts'
import { seedLevels } from './liquidity.ts'
import type { BookSide, SandboxMarket, SandboxOrder } from './model.ts'

/** A market's stored state, made on first need with the synthetic maker's quotes in its book. */
export function touchMarket(core: Core, market: SandboxMarket): MarketState {
  const known = core.markets.get(market.id)
  if (known !== undefined) return known
  const state: MarketState = {
    id: market.id,
    market,
    grid: null,
    texts: null,
    bids: [],
    asks: [],
    schedule: market.schedule,
    phase: statusAt(market.schedule, core.nowMs),
    lastPrice: null,
    volume: ZERO_QUANTITY,
    updatedMs: market.schedule.createdMs,
    bookUpdatedMs: market.schedule.openMs,
  }
  core.markets.set(market.id, state)
  if (keepsOrders(state.phase)) seedBook(core, state)
  return state
}

/** Puts the first quotes of the synthetic maker into an empty book. */
export function seedBook(core: Core, state: MarketState): void {
  const levels = seedLevels(state.market, core.seed)
  for (const level of levels.bids) restSynthetic(core, state, syntheticOrder(core, state, 'bid', level))
  for (const level of levels.asks) restSynthetic(core, state, syntheticOrder(core, state, 'ask', level))
}

function restSynthetic(core: Core, state: MarketState, order: SandboxOrder): void {
  putOrder(core, order)
  insertResting(state, order, state.bookUpdatedMs)
}

function ensureMaker(core: Core, venue: VenueId): void {
  const id = makerAccountOf(venue)
  if (core.accounts.has(id)) return
  core.accounts.set(id, {
    id,
    venue,
    netting: 'net',
    unlimited: true,
    cash: new Map(),
    holdings: new Map(),
    usedClientOrderIds: new Map(),
    orderIds: [],
    live: new Set(),
    cancelTailUntilMs: 0,
  })
}

/** One quote of the synthetic maker: an order like any other, but that nothing backs it. */
export function syntheticOrder(core: Core, state: MarketState, side: BookSide, level: Level): SandboxOrder {
  ensureMaker(core, state.market.venue)
  const priority = count(core, 'priority')
  const price: Price = level.price
  const quantity: Quantity = level.quantity
  return {
    id: `synthetic-${priority}`,
    clientOrderId: null,
    account: makerAccountOf(state.market.venue),
    market: state.id,
    outcome: 'yes',
    side: side === 'bid' ? 'buy' : 'sell',
    ownPrice: price,
    bookSide: side,
    yesPrice: price,
    amount: { kind: 'quantity', quantity },
    filled: ZERO_QUANTITY,
    remaining: quantity,
    state: 'resting',
    cancelReason: null,
    timeInForce: 'gtc',
    expiresAtMs: null,
    matchAtMs: null,
    postOnly: false,
    reduceOnly: false,
    selfTrade: 'maker',
    cancelOnPause: false,
    refuseUnmatched: false,
    doomed: false,
    createdMs: core.nowMs,
    updatedMs: core.nowMs,
    priority,
    takerCost: ZERO_MONEY,
    makerCost: ZERO_MONEY,
    takerFees: ZERO_MONEY,
    makerFees: ZERO_MONEY,
    feeAccumulator: ZERO_MONEY,
    tradeIds: [],
  }
}
