import {
  addMoney,
  addQuantity,
  averagePrice,
  complement,
  cost,
  minQuantity,
  type Money,
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
  /** Dollars paid for what is held, fees excluded. */
  readonly totalCost: Money
  /** Dollars made or lost on what was sold, fees excluded. */
  readonly realizedPnl: Money
  readonly fees: Money
}

/** `net`: one signed position per market, NO bought while YES is held closes YES. `per_outcome`: both can be held. */
export type Netting = 'net' | 'per_outcome'

export type PositionKey = `${MarketId}/${Outcome}`

export function positionKey(market: MarketId, outcome: Outcome): PositionKey {
  return `${market}/${outcome}`
}

export function emptyPosition(market: MarketId, outcome: Outcome): Position {
  return {
    venue: venueOf(market),
    market,
    outcome,
    quantity: ZERO_QUANTITY,
    provisionalQuantity: ZERO_QUANTITY,
    totalCost: ZERO_MONEY,
    realizedPnl: ZERO_MONEY,
    fees: ZERO_MONEY,
  }
}

export function averageCost(position: Position): Price | null {
  return averagePrice(position.totalCost, position.quantity, 'up')
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
  const charge = (outcome: Outcome): void => {
    const key = positionKey(fill.market, outcome)
    const held = next.get(key) ?? emptyPosition(fill.market, outcome)
    next.set(key, { ...held, fees: addMoney(held.fees, fill.fee ?? ZERO_MONEY) })
  }
  for (const trade of tradesOf(positions, fill, netting)) {
    const key = positionKey(fill.market, trade.outcome)
    const held = next.get(key) ?? emptyPosition(fill.market, trade.outcome)
    const moved = trade.side === 'buy' ? bought(held, trade) : sold(held, trade)
    next.set(key, fill.finality === 'provisional' && trade.side === 'buy' ? markProvisional(moved, trade.quantity) : moved)
  }
  charge(fill.outcome)
  return next
}

/** One fill as trades of this venue's positions: at most one that closes and one that opens. */
function tradesOf(positions: Positions, fill: Fill, netting: Netting): readonly Trade[] {
  const plain: Trade = { side: fill.side, outcome: fill.outcome, quantity: fill.quantity, price: fill.price }
  if (netting === 'per_outcome') return [plain]
  const opposite = oppositeOutcome(fill.outcome)
  // Buying one outcome is selling the other at the complement: first close what is held, then open the rest.
  const [closing, opening]: [Outcome, Outcome] = fill.side === 'buy' ? [opposite, fill.outcome] : [fill.outcome, opposite]
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
  return {
    ...held,
    quantity: addQuantity(held.quantity, trade.quantity),
    totalCost: addMoney(held.totalCost, cost(trade.price, trade.quantity, 'up')),
  }
}

function sold(held: Position, trade: Trade): Position {
  const proceeds = cost(trade.price, trade.quantity, 'down')
  const released = held.quantity > 0n ? minQuantity(held.quantity, trade.quantity) : ZERO_QUANTITY
  const releasedCost = released === 0n ? ZERO_MONEY : proportion(held.totalCost, released, held.quantity, 'up')
  const quantity = subtractQuantity(held.quantity, trade.quantity)
  return {
    ...held,
    quantity,
    provisionalQuantity: clampProvisional(held.provisionalQuantity, quantity),
    totalCost: subtractMoney(held.totalCost, releasedCost),
    realizedPnl: addMoney(held.realizedPnl, subtractMoney(proceeds, releasedCost)),
  }
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
  const reversed = applyFill(
    positions,
    {
      ...fill,
      side: fill.side === 'buy' ? 'sell' : 'buy',
      fee: fill.fee === null ? null : (-fill.fee as Money),
      finality: 'final',
    },
    netting,
  )
  return reversed
}

/** Dollars that the holding would gain if it could be sold at `price` now. Null when there is no price. */
export function unrealizedPnl(position: Position, price: Price | null): Money | null {
  if (position.quantity === 0n) return ZERO_MONEY
  if (price === null) return null
  return subtractMoney(cost(price, position.quantity, 'down'), position.totalCost)
}
