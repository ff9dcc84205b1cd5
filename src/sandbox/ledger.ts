import {
  addMoney,
  complement,
  cost,
  type Money,
  minQuantity,
  type Price,
  proportion,
  type Quantity,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { type MarketId, type Outcome, oppositeOutcome } from '../domain/market.ts'
import type { Side } from '../domain/side.ts'
import { type AccountState, type Core, emptyHolding, liveOrders } from './core.ts'
import type { Holding, SandboxOrder } from './model.ts'

/** One side of an execution as its account books it. */
export interface Booking {
  readonly outcome: Outcome
  readonly side: Side
  readonly quantity: Quantity
  /** Dollars for all contracts in terms of `outcome`. */
  readonly money: Money
}

/** Cash movement of a booking before fees, and the holding after it. */
export interface Booked {
  readonly revenue: Money
  readonly holding: Holding
}

/**
 * Books one execution against a holding. On a netting venue the part that meets the opposite outcome closes it, at a
 * dollar for each pair; elsewhere the outcomes stay apart.
 */
export function book(holding: Holding, booking: Booking, netting: 'net' | 'per_outcome'): Booked {
  if (netting === 'per_outcome') return bookPlain(holding, booking)
  const opposite = oppositeOutcome(booking.outcome)
  const closing = booking.side === 'buy' ? opposite : booking.outcome
  const held = holding[closing]
  const closed = minQuantity(held > 0n ? held : ZERO_QUANTITY, booking.quantity)
  const closedMoney = proportion(booking.money, closed, booking.quantity, 'down')
  const first = bookPlain(holding, inTermsOf(closing, booking, closed, closedMoney))
  const opened = subtractQuantity(booking.quantity, closed)
  const opening = oppositeOutcome(closing)
  const second = bookPlain(
    first.holding,
    inTermsOf(opening, booking, opened, subtractMoney(booking.money, closedMoney)),
  )
  return { revenue: addMoney(first.revenue, second.revenue), holding: second.holding }
}

/** Buying one outcome is selling the other at what is left of a dollar. */
function inTermsOf(outcome: Outcome, booking: Booking, quantity: Quantity, money: Money): Booking {
  if (outcome === booking.outcome) return { outcome, side: booking.side, quantity, money }
  return { outcome, side: booking.side === 'buy' ? 'sell' : 'buy', quantity, money: (quantity - money) as Money }
}

function bookPlain(holding: Holding, booking: Booking): Booked {
  const { outcome, side, quantity, money } = booking
  if (quantity === 0n) return { revenue: ZERO_MONEY, holding }
  const costKey = outcome === 'yes' ? 'yesCost' : 'noCost'
  const traded = addMoney(holding.traded, money)
  if (side === 'buy') {
    return {
      revenue: -money as Money,
      holding: {
        ...holding,
        traded,
        [outcome]: (holding[outcome] + quantity) as Quantity,
        [costKey]: addMoney(holding[costKey], money),
      },
    }
  }
  const held = holding[outcome]
  const part = held <= 0n ? ZERO_MONEY : proportion(holding[costKey], minQuantity(held, quantity), held, 'up')
  return {
    revenue: money,
    holding: {
      ...holding,
      traded,
      [outcome]: subtractQuantity(held, quantity),
      [costKey]: subtractMoney(holding[costKey], part),
      realizedPnl: addMoney(holding.realizedPnl, subtractMoney(money, part)),
    },
  }
}

export function holdingOf(account: AccountState, market: MarketId): Holding {
  return account.holdings.get(market) ?? emptyHolding
}

export function cashOf(account: AccountState, pool: string): Money {
  return account.cash.get(pool) ?? ZERO_MONEY
}

export function addCash(account: AccountState, pool: string, amount: Money): void {
  account.cash.set(pool, addMoney(cashOf(account, pool), amount))
}

/** Dollars that live orders of one pool tie up, in the worst order of execution. Fees are not reserved. */
export function reservedCash(core: Core, account: AccountState, pool: string, extra?: SandboxOrder): Money {
  const orders = liveOrders(core, account).filter((order) => order.id !== extra?.id)
  if (extra !== undefined) orders.push(extra)
  const byMarket = new Map<MarketId, SandboxOrder[]>()
  for (const order of orders) {
    if (core.markets.get(order.market)?.market.pool !== pool) continue
    const list = byMarket.get(order.market)
    if (list === undefined) byMarket.set(order.market, [order])
    else list.push(order)
  }
  let total = ZERO_MONEY
  for (const [market, list] of byMarket) total = addMoney(total, reservedIn(account, market, list))
  return addMoney(total, doomedProceeds(core, account, pool))
}

function reservedIn(account: AccountState, market: MarketId, orders: readonly SandboxOrder[]): Money {
  if (account.netting === 'per_outcome') {
    return addMoney(...orders.filter((order) => order.side === 'buy').map(collateralOf))
  }
  const holding = holdingOf(account, market)
  return addMoney(
    uncovered(
      orders.filter((order) => order.bookSide === 'bid'),
      holding.no,
    ),
    uncovered(
      orders.filter((order) => order.bookSide === 'ask'),
      holding.yes,
    ),
  )
}

/**
 * What one side of a netting account's orders can cost beyond what is held. The holding covers the cheapest orders first:
 * whichever fills first, the reserve is then enough for the rest.
 */
function uncovered(orders: readonly SandboxOrder[], held: Quantity): Money {
  let cover = held
  let total = ZERO_MONEY
  const cheapestFirst = [...orders].sort((a, b) => (openingPrice(a) < openingPrice(b) ? -1 : 1))
  for (const order of cheapestFirst) {
    const covered = minQuantity(cover, order.remaining)
    cover = subtractQuantity(cover, covered)
    total = addMoney(total, cost(openingPrice(order), subtractQuantity(order.remaining, covered), 'up'))
  }
  return total
}

/** Dollars per contract that opening a position through this order costs. */
function openingPrice(order: SandboxOrder): Price {
  return order.bookSide === 'bid' ? order.yesPrice : complement(order.yesPrice)
}

function collateralOf(order: SandboxOrder): Money {
  return order.amount.kind === 'budget' ? order.amount.budget : cost(order.ownPrice, order.remaining, 'up')
}

/** Proceeds of executions that will fail are not there to be spent. */
function doomedProceeds(core: Core, account: AccountState, pool: string): Money {
  let total = ZERO_MONEY
  for (const party of doomedParties(core, account)) {
    if (party.side === 'sell' && core.markets.get(party.market)?.market.pool === pool)
      total = addMoney(total, party.money)
  }
  return total
}

/** Contracts of one outcome that live sales and failing executions tie up. */
export function reservedTokens(
  core: Core,
  account: AccountState,
  market: MarketId,
  outcome: Outcome,
  exceptOrder: string | null,
): Quantity {
  let total = 0n
  for (const order of liveOrders(core, account)) {
    if (order.id === exceptOrder || order.market !== market) continue
    if (order.side === 'sell' && order.outcome === outcome) total += order.remaining
  }
  for (const party of doomedParties(core, account)) {
    if (party.market === market && party.side === 'buy' && party.outcome === outcome) total += party.quantity
  }
  return total as Quantity
}

function doomedParties(core: Core, account: AccountState): readonly (Booking & { readonly market: MarketId })[] {
  const parties: (Booking & { readonly market: MarketId })[] = []
  for (const sequence of core.doomedTrades) {
    const trade = core.trades[sequence - 1]
    if (trade === undefined) continue
    for (const party of [trade.taker, trade.maker]) {
      if (party.account === account.id) parties.push({ ...party, market: trade.market, quantity: trade.quantity })
    }
  }
  return parties
}
