import {
  addMoney,
  addQuantity,
  complement,
  cost,
  type Money,
  minQuantity,
  negateMoney,
  type Price,
  proportion,
  type Quantity,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './amounts.ts'
import type { Fill } from './fill.ts'
import { type Outcome, oppositeOutcome } from './market.ts'
import type { Side } from './side.ts'

/** What fills amount to in one outcome of a market, at average cost. */
export interface Holding {
  readonly quantity: Quantity
  /** Dollars paid for what is held, fees excluded. Negative (dollars received) for a negative quantity. */
  readonly totalCost: Money
  /** Dollars made or lost on what was closed, fees excluded. */
  readonly realizedPnl: Money
  /** Dollars of the fills whose fee is known. */
  readonly fees: Money
  /** How many fills did not say what they were charged: with any, what is in `fees` is not all. */
  readonly fillsWithoutFee: number
}

/** One market's outcomes. An outcome that nothing happened to is absent. */
export type Holdings = ReadonlyMap<Outcome, Holding>

/** `net`: one signed position per market, NO bought while YES is held closes YES. `per_outcome`: both can be held. */
export type Netting = 'net' | 'per_outcome'

export const emptyHolding: Holding = {
  quantity: ZERO_QUANTITY,
  totalCost: ZERO_MONEY,
  realizedPnl: ZERO_MONEY,
  fees: ZERO_MONEY,
  fillsWithoutFee: 0,
}

interface Trade {
  readonly side: Side
  readonly outcome: Outcome
  readonly quantity: Quantity
  readonly price: Price
}

/**
 * The holdings after one more fill of their market. Selling more than is held opens the opposite outcome at the complement
 * where the venue nets, and is otherwise kept as a negative quantity, so that a missed buy shows instead of vanishing.
 */
export function holdingsAfter(holdings: Holdings, fill: Fill, netting: Netting): Holdings {
  const next = new Map(holdings)
  let feeLeft = fill.fee
  let quantityLeft = fill.quantity
  for (const trade of tradesOf(holdings, fill, netting)) {
    const held = next.get(trade.outcome) ?? emptyHolding
    const moved = trade.side === 'buy' ? bought(held, trade) : sold(held, trade)
    // Each part bears its share, and the last one what is left: nothing is lost in dividing.
    const fee = feeLeft === null ? null : proportion(feeLeft, trade.quantity, quantityLeft, 'up')
    feeLeft = feeLeft === null || fee === null ? null : subtractMoney(feeLeft, fee)
    quantityLeft = subtractQuantity(quantityLeft, trade.quantity)
    next.set(trade.outcome, charged(moved, fee))
  }
  return next
}

function charged(holding: Holding, fee: Money | null): Holding {
  if (fee === null) return { ...holding, fillsWithoutFee: holding.fillsWithoutFee + 1 }
  return { ...holding, fees: addMoney(holding.fees, fee) }
}

/** One fill as trades of this venue's positions: at most one that closes and one that opens. */
function tradesOf(holdings: Holdings, fill: Fill, netting: Netting): readonly Trade[] {
  const plain: Trade = { side: fill.side, outcome: fill.outcome, quantity: fill.quantity, price: fill.price }
  if (netting === 'per_outcome') return [plain]
  const opposite = oppositeOutcome(fill.outcome)
  // Buying one outcome is selling the other at the complement: first close what is held, then open the rest.
  const [closing, opening]: [Outcome, Outcome] =
    fill.side === 'buy' ? [opposite, fill.outcome] : [fill.outcome, opposite]
  const held = holdings.get(closing)?.quantity ?? ZERO_QUANTITY
  const closed = minQuantity(held > 0n ? held : ZERO_QUANTITY, fill.quantity)
  const opened = subtractQuantity(fill.quantity, closed)
  const priceOf = (outcome: Outcome): Price => (outcome === fill.outcome ? fill.price : complement(fill.price))
  const trades: Trade[] = []
  if (closed > 0n) trades.push({ side: 'sell', outcome: closing, quantity: closed, price: priceOf(closing) })
  if (opened > 0n) trades.push({ side: 'buy', outcome: opening, quantity: opened, price: priceOf(opening) })
  return trades
}

function bought(held: Holding, trade: Trade): Holding {
  return traded(held, trade.quantity, negateMoney(cost(trade.price, trade.quantity, 'up')))
}

function sold(held: Holding, trade: Trade): Holding {
  return traded(held, subtractQuantity(ZERO_QUANTITY, trade.quantity), cost(trade.price, trade.quantity, 'down'))
}

/**
 * The holding after `change` contracts moved for `cash` dollars (negative when paid). The part that closes what stood
 * before realises profit or loss; the rest goes to the cost of what stands now. So cash is always P&L less cost.
 */
function traded(held: Holding, change: Quantity, cash: Money): Holding {
  const size = magnitude(change)
  const standing = magnitude(held.quantity)
  const closed = held.quantity > 0n === change > 0n ? ZERO_QUANTITY : minQuantity(standing, size)
  const closingCash = proportion(cash, closed, size, 'down')
  const releasedCost = closed === 0n ? ZERO_MONEY : proportion(held.totalCost, closed, standing, 'up')
  return {
    ...held,
    quantity: addQuantity(held.quantity, change),
    totalCost: subtractMoney(subtractMoney(held.totalCost, releasedCost), subtractMoney(cash, closingCash)),
    realizedPnl: addMoney(held.realizedPnl, subtractMoney(closingCash, releasedCost)),
  }
}

export function magnitude(quantity: Quantity): Quantity {
  return quantity < 0n ? subtractQuantity(ZERO_QUANTITY, quantity) : quantity
}
