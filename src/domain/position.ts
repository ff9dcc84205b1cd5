import {
  addMoney,
  addQuantity,
  averagePrice,
  cost,
  type Money,
  maxMoney,
  minQuantity,
  negateMoney,
  type Price,
  type Quantity,
  subtractMoney,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './amounts.ts'
import type { Fill } from './fill.ts'
import { emptyHolding, type Holding, type Holdings, holdingsAfter, magnitude, type Netting } from './holding.ts'
import { type MarketId, type Outcome, outcomes, type VenueId, venueOf } from './market.ts'

/**
 * What we hold of one outcome, in the states that a fill goes through: `quantity` is what is held once every provisional
 * fill settles, `finalQuantity` what is held if none does. What orders claim beyond their booked fills is not in here.
 */
export interface Position {
  readonly venue: VenueId
  readonly market: MarketId
  readonly outcome: Outcome
  readonly quantity: Quantity
  readonly finalQuantity: Quantity
  /** Contracts of provisional purchases: they go when the venue reverses them. */
  readonly provisionalBought: Quantity
  /** Contracts of provisional sales: they come back when the venue reverses them. */
  readonly provisionalSold: Quantity
  /** Dollars paid for `quantity`, fees excluded. Negative (dollars received) for a negative quantity. */
  readonly totalCost: Money
  /** Dollars paid for `finalQuantity`. */
  readonly finalCost: Money
  /** The most dollars that can be at risk here: provisional purchases settle, provisional sales fail. */
  readonly worstCost: Money
  /** Dollars made or lost on what was closed by final fills, fees excluded. */
  readonly realizedPnl: Money
  /** Dollars that provisional fills add to `realizedPnl` once they settle. */
  readonly provisionalPnl: Money
  /** Dollars of the fills whose fee is known, provisional ones included: a reversal gives its fee back. */
  readonly fees: Money
  /** How many fills did not say what they were charged: with any, what is in `fees` is not all. */
  readonly fillsWithoutFee: number
}

export type PositionKey = `${MarketId}/${Outcome}`

export function positionKey(market: MarketId, outcome: Outcome): PositionKey {
  return `${market}/${outcome}`
}

/** Nothing, of an outcome that no fill has touched. */
export function emptyPosition(market: MarketId, outcome: Outcome): Position {
  const nothing = { whole: emptyHolding, final: emptyHolding, unsold: emptyHolding }
  return positionOf(market, outcome, nothing, [])
}

export type Positions = ReadonlyMap<PositionKey, Position>

/**
 * Fills of one market from the oldest provisional one on, with the holdings before it. A reversal takes its fill out as if
 * it had never been, so what came after has to be worked out anew.
 */
export interface PendingFills {
  readonly before: Holdings
  /** In the order in which they were booked. */
  readonly since: readonly Fill[]
}

/** One market's positions, and what can still change behind them. Null when every fill is final. */
export interface MarketPositions {
  readonly positions: Positions
  readonly pending: PendingFills | null
}

/** A market that nothing has happened in. */
export const noPositions: MarketPositions = { positions: new Map(), pending: null }

/** The positions of a fill's market after it. A failed fill changes nothing: taking back a booked one is `reverseFill`. */
export function applyFill(market: MarketPositions, fill: Fill, netting: Netting): MarketPositions {
  if (fill.finality === 'failed' || fill.quantity === 0n) return market
  const pending = market.pending ?? { before: holdingsOf(market.positions), since: [] }
  return workedOut(fill.market, { ...pending, since: [...pending.since, fill] }, netting)
}

/** A provisional fill became final. */
export function settleFill(market: MarketPositions, fill: Fill, netting: Netting): MarketPositions {
  return replaceFill(market, fill, (booked) => [{ ...booked, finality: 'final' }], netting)
}

/** A provisional fill failed to settle: nothing moved, and its cost, profit and fee are as if it had never been. */
export function reverseFill(market: MarketPositions, fill: Fill, netting: Netting): MarketPositions {
  return replaceFill(market, fill, () => [], netting)
}

function replaceFill(
  market: MarketPositions,
  fill: Fill,
  replacement: (booked: Fill) => readonly Fill[],
  netting: Netting,
): MarketPositions {
  const { pending } = market
  if (pending === null) return market
  const since = pending.since.flatMap((booked) =>
    isSameFill(booked, fill) && booked.finality === 'provisional' ? replacement(booked) : [booked],
  )
  return workedOut(fill.market, { ...pending, since }, netting)
}

/** The venue's fill ids are unique together with the order. */
function isSameFill(a: Fill, b: Fill): boolean {
  return a.id === b.id && a.venueOrderId === b.venueOrderId
}

/** Fills that are final up to the first provisional one go into the holdings before it. */
function workedOut(market: MarketId, { before, since }: PendingFills, netting: Netting): MarketPositions {
  const firstOpen = since.findIndex((fill) => fill.finality === 'provisional')
  const settled = firstOpen === -1 ? since : since.slice(0, firstOpen)
  const base = fold(before, settled, netting)
  const open = since.slice(settled.length)
  return {
    positions: positionsOf(market, { before: base, since: open }, netting),
    pending: open.length === 0 ? null : { before: base, since: open },
  }
}

function fold(holdings: Holdings, fills: readonly Fill[], netting: Netting): Holdings {
  return fills.reduce((held, fill) => holdingsAfter(held, fill, netting), holdings)
}

function positionsOf(market: MarketId, { before, since }: PendingFills, netting: Netting): Positions {
  const whole = fold(before, since, netting)
  const final = since.length === 0 ? whole : fold(before, since.filter(isFinal), netting)
  const unsold = since.length === 0 ? whole : fold(before, since.filter(staysAtWorst), netting)
  const positions = new Map<PositionKey, Position>()
  for (const outcome of outcomes) {
    const provisional = since.filter((fill) => !isFinal(fill) && fill.outcome === outcome)
    if (!whole.has(outcome) && !final.has(outcome) && provisional.length === 0) continue
    const variants = { whole: at(whole, outcome), final: at(final, outcome), unsold: at(unsold, outcome) }
    positions.set(positionKey(market, outcome), positionOf(market, outcome, variants, provisional))
  }
  return positions
}

function isFinal(fill: Fill): boolean {
  return fill.finality === 'final'
}

/** At worst every provisional purchase has to be paid, and no provisional sale brings anything back. */
function staysAtWorst(fill: Fill): boolean {
  return isFinal(fill) || fill.side === 'buy'
}

function at(holdings: Holdings, outcome: Outcome): Holding {
  return holdings.get(outcome) ?? emptyHolding
}

function positionOf(
  market: MarketId,
  outcome: Outcome,
  { whole, final, unsold }: Readonly<Record<'whole' | 'final' | 'unsold', Holding>>,
  provisional: readonly Fill[],
): Position {
  const sum = (side: Fill['side']): Quantity =>
    addQuantity(...provisional.filter((fill) => fill.side === side).map((fill) => fill.quantity))
  return {
    venue: venueOf(market),
    market,
    outcome,
    quantity: whole.quantity,
    finalQuantity: final.quantity,
    provisionalBought: sum('buy'),
    provisionalSold: sum('sell'),
    totalCost: whole.totalCost,
    finalCost: final.totalCost,
    worstCost: maxMoney(maxMoney(whole.totalCost, final.totalCost), unsold.totalCost),
    realizedPnl: final.realizedPnl,
    provisionalPnl: subtractMoney(whole.realizedPnl, final.realizedPnl),
    fees: whole.fees,
    fillsWithoutFee: whole.fillsWithoutFee,
  }
}

/** What the fills of positions without provisional ones amount to. */
function holdingsOf(positions: Positions): Holdings {
  const holdings = new Map<Outcome, Holding>()
  for (const { outcome, quantity, totalCost, realizedPnl, fees, fillsWithoutFee } of positions.values()) {
    holdings.set(outcome, { quantity, totalCost, realizedPnl, fees, fillsWithoutFee })
  }
  return holdings
}

export function averageCost(position: Position): Price | null {
  const short = position.quantity < 0n
  const total = short ? negateMoney(position.totalCost) : position.totalCost
  return averagePrice(total, magnitude(position.quantity), short ? 'down' : 'up')
}

/** Dollars charged so far. Null when a fill did not say what it cost. */
export function knownFees(position: Position): Money | null {
  return position.fillsWithoutFee === 0 ? position.fees : null
}

/** The part of `quantity` that the venue can still take back. */
export function provisionalQuantity({ quantity, provisionalBought }: Position): Quantity {
  return minQuantity(provisionalBought, quantity > 0n ? quantity : ZERO_QUANTITY)
}

/** Whether anything is held, or may be again. */
export function isHeld({ quantity, provisionalBought, provisionalSold }: Position): boolean {
  return quantity !== 0n || provisionalBought !== 0n || provisionalSold !== 0n
}

/** The market has paid `payout` dollars for all that is held of this outcome: nothing is left, and the result is known. */
export function settlePosition(position: Position, payout: Money): Position {
  return {
    ...position,
    quantity: ZERO_QUANTITY,
    finalQuantity: ZERO_QUANTITY,
    totalCost: ZERO_MONEY,
    finalCost: ZERO_MONEY,
    worstCost: ZERO_MONEY,
    realizedPnl: addMoney(position.realizedPnl, subtractMoney(payout, position.totalCost)),
  }
}

/** What positions have brought in so far less what they have cost, in dollars: the cash that moved through them. */
export function cashThrough(positions: Iterable<Position>): Money {
  let sum = ZERO_MONEY
  for (const { realizedPnl, provisionalPnl, totalCost, fees } of positions) {
    sum = addMoney(sum, realizedPnl, provisionalPnl, negateMoney(totalCost), negateMoney(fees))
  }
  return sum
}

/** Dollars that the holding would gain if it could be sold at `price` now. Null when there is no price. */
export function unrealizedPnl(position: Position, price: Price | null): Money | null {
  if (position.quantity === 0n) return ZERO_MONEY
  if (price === null) return null
  return subtractMoney(cost(price, position.quantity, 'down'), position.totalCost)
}
