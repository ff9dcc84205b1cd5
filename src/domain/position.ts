import {
  addMoney,
  addQuantity,
  averagePrice,
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
import { type MarketId, type Outcome, oppositeOutcome, type VenueId, venueOf } from './market.ts'
import type { Side } from './order.ts'

/** What we hold of one outcome. A fold over fills. */
export interface Position {
  readonly venue: VenueId
  readonly market: MarketId
  readonly outcome: Outcome
  readonly quantity: Quantity
  /** The part of quantity whose settlement can still fail. */
  readonly provisionalQuantity: Quantity
  /** Dollars paid for what is held, fees excluded. Negative (dollars received) for a negative quantity. */
  readonly totalCost: Money
  /** Dollars made or lost on what was closed, fees excluded. */
  readonly realizedPnl: Money
  /** Dollars of the fills whose fee is known. */
  readonly fees: Money
  /** How many fills did not say what they were charged: with any, what is in `fees` is not all. */
  readonly fillsWithoutFee: number
  /** When the venue's payout was booked, RFC 3339. */
  readonly settledAt?: string
}

/** `net`: one signed position per market, NO bought while YES is held closes YES. `per_outcome`: both can be held. */
export type Netting = 'net' | 'per_outcome'

export type PositionKey = `${MarketId}/${Outcome}`

export function positionKey(market: MarketId, outcome: Outcome): PositionKey {
  return `${market}/${outcome}`
}

function emptyPosition(market: MarketId, outcome: Outcome): Position {
  return {
    venue: venueOf(market),
    market,
    outcome,
    quantity: ZERO_QUANTITY,
    provisionalQuantity: ZERO_QUANTITY,
    totalCost: ZERO_MONEY,
    realizedPnl: ZERO_MONEY,
    fees: ZERO_MONEY,
    fillsWithoutFee: 0,
  }
}

export function averageCost(position: Position): Price | null {
  const short = position.quantity < 0n
  const total = short ? negateMoney(position.totalCost) : position.totalCost
  return averagePrice(total, magnitude(position.quantity), short ? 'down' : 'up')
}

export type Positions = ReadonlyMap<PositionKey, Position>

interface Trade {
  readonly side: Side
  readonly outcome: Outcome
  readonly quantity: Quantity
  readonly price: Price
}

/**
 * The positions after one more fill. A failed fill changes nothing: reversing a provisional one is a fill of its own kind
 * in the journal. Selling more than is held opens the opposite outcome at the complement where the venue nets, and is
 * otherwise kept as a negative quantity, so that a missed buy shows instead of vanishing.
 */
export function applyFill(positions: Positions, fill: Fill, netting: Netting): Positions {
  if (fill.finality === 'failed' || fill.quantity === 0n) return positions
  const next = new Map(positions)
  let feeLeft = fill.fee
  let quantityLeft = fill.quantity
  for (const trade of tradesOf(positions, fill, netting)) {
    const key = positionKey(fill.market, trade.outcome)
    const held = next.get(key) ?? emptyPosition(fill.market, trade.outcome)
    const moved = trade.side === 'buy' ? bought(held, trade) : sold(held, trade)
    const provisional = fill.finality === 'provisional' && trade.side === 'buy'
    // Each part bears its share, and the last one what is left: nothing is lost in dividing.
    const fee = feeLeft === null ? null : proportion(feeLeft, trade.quantity, quantityLeft, 'up')
    feeLeft = feeLeft === null || fee === null ? null : subtractMoney(feeLeft, fee)
    quantityLeft = subtractQuantity(quantityLeft, trade.quantity)
    next.set(key, charged(provisional ? markProvisional(moved, trade.quantity) : moved, fee))
  }
  return next
}

function charged(position: Position, fee: Money | null): Position {
  if (fee === null) return { ...position, fillsWithoutFee: position.fillsWithoutFee + 1 }
  return { ...position, fees: addMoney(position.fees, fee) }
}

/** Dollars charged so far. Null when a fill did not say what it cost. */
export function knownFees(position: Position): Money | null {
  return position.fillsWithoutFee === 0 ? position.fees : null
}

/** One fill as trades of this venue's positions: at most one that closes and one that opens. */
function tradesOf(positions: Positions, fill: Fill, netting: Netting): readonly Trade[] {
  const plain: Trade = { side: fill.side, outcome: fill.outcome, quantity: fill.quantity, price: fill.price }
  if (netting === 'per_outcome') return [plain]
  const opposite = oppositeOutcome(fill.outcome)
  // Buying one outcome is selling the other at the complement: first close what is held, then open the rest.
  const [closing, opening]: [Outcome, Outcome] =
    fill.side === 'buy' ? [opposite, fill.outcome] : [fill.outcome, opposite]
  const held = positions.get(positionKey(fill.market, closing))?.quantity ?? ZERO_QUANTITY
  const closed = minQuantity(held > 0n ? held : ZERO_QUANTITY, fill.quantity)
  const opened = subtractQuantity(fill.quantity, closed)
  const priceOf = (outcome: Outcome): Price => (outcome === fill.outcome ? fill.price : complement(fill.price))
  const trades: Trade[] = []
  if (closed > 0n) trades.push({ side: 'sell', outcome: closing, quantity: closed, price: priceOf(closing) })
  if (opened > 0n) trades.push({ side: 'buy', outcome: opening, quantity: opened, price: priceOf(opening) })
  return trades
}

function bought(held: Position, trade: Trade): Position {
  return traded(held, trade.quantity, negateMoney(cost(trade.price, trade.quantity, 'up')))
}

function sold(held: Position, trade: Trade): Position {
  return traded(held, subtractQuantity(ZERO_QUANTITY, trade.quantity), cost(trade.price, trade.quantity, 'down'))
}

/**
 * The position after `change` contracts moved for `cash` dollars (negative when paid). The part that closes what stood
 * before realises profit or loss; the rest goes to the cost of what stands now. So cash is always P&L less cost.
 */
function traded(held: Position, change: Quantity, cash: Money): Position {
  const size = magnitude(change)
  const standing = magnitude(held.quantity)
  const closed = held.quantity > 0n === change > 0n ? ZERO_QUANTITY : minQuantity(standing, size)
  const closingCash = proportion(cash, closed, size, 'down')
  const releasedCost = closed === 0n ? ZERO_MONEY : proportion(held.totalCost, closed, standing, 'up')
  const quantity = addQuantity(held.quantity, change)
  return {
    ...held,
    quantity,
    provisionalQuantity: clampProvisional(held.provisionalQuantity, quantity),
    totalCost: subtractMoney(subtractMoney(held.totalCost, releasedCost), subtractMoney(cash, closingCash)),
    realizedPnl: addMoney(held.realizedPnl, subtractMoney(closingCash, releasedCost)),
  }
}

function magnitude(quantity: Quantity): Quantity {
  return quantity < 0n ? subtractQuantity(ZERO_QUANTITY, quantity) : quantity
}

function markProvisional(position: Position, quantity: Quantity): Position {
  return {
    ...position,
    provisionalQuantity: clampProvisional(addQuantity(position.provisionalQuantity, quantity), position.quantity),
  }
}

function clampProvisional(provisional: Quantity, quantity: Quantity): Quantity {
  const ceiling = quantity > 0n ? quantity : ZERO_QUANTITY
  return provisional > ceiling ? ceiling : provisional
}

/** A provisional fill became final: only the provisional part of the position changes. */
export function settleFill(positions: Positions, fill: Fill): Positions {
  const key = positionKey(fill.market, fill.outcome)
  const held = positions.get(key)
  if (held === undefined || fill.side === 'sell') return positions
  const left = subtractQuantity(held.provisionalQuantity, minQuantity(held.provisionalQuantity, fill.quantity))
  return new Map(positions).set(key, { ...held, provisionalQuantity: left })
}

/** A provisional fill failed to settle: take it back as the opposite trade at its own price, fee included. */
export function reverseFill(positions: Positions, fill: Fill, netting: Netting): Positions {
  const opposite: Fill = {
    ...fill,
    side: fill.side === 'buy' ? 'sell' : 'buy',
    fee: fill.fee === null ? null : negateMoney(fill.fee),
    finality: 'final',
  }
  // What goes is the provisional part: contracts of other fills that are final stay final.
  return applyFill(settleFill(positions, fill), opposite, netting)
}

/** The market has paid `payout` dollars for all that is held of this outcome: nothing is left, and the result is known. */
export function settlePosition(position: Position, payout: Money, at: string): Position {
  return {
    ...position,
    quantity: ZERO_QUANTITY,
    provisionalQuantity: ZERO_QUANTITY,
    totalCost: ZERO_MONEY,
    realizedPnl: addMoney(position.realizedPnl, subtractMoney(payout, position.totalCost)),
    settledAt: at,
  }
}

/** What positions have brought in so far less what they have cost, in dollars: the cash that moved through them. */
export function cashThrough(positions: Iterable<Position>): Money {
  let sum = ZERO_MONEY
  for (const { realizedPnl, totalCost, fees } of positions) {
    sum = addMoney(sum, realizedPnl, negateMoney(totalCost), negateMoney(fees))
  }
  return sum
}

/** Dollars that the holding would gain if it could be sold at `price` now. Null when there is no price. */
export function unrealizedPnl(position: Position, price: Price | null): Money | null {
  if (position.quantity === 0n) return ZERO_MONEY
  if (price === null) return null
  return subtractMoney(cost(price, position.quantity, 'down'), position.totalCost)
}
