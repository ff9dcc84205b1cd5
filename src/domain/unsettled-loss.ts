import { worstTerms } from './amend.ts'
import {
  addMoney,
  averagePrice,
  complement,
  type Money,
  maxQuantity,
  negateMoney,
  type Price,
  parsePrice,
  type Quantity,
  type Rounding,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './amounts.ts'
import { outstandingQuantity } from './exposure.ts'
import { assumedFee } from './fees.ts'
import { type MarketId, type Outcome, type VenueId, venueOf } from './market.ts'
import { isUncertain, type Order } from './order.ts'
import { type Position, type Positions, positionKey } from './position.ts'
import type { Side } from './side.ts'
import { type Lot, type Lots, worstClosing } from './worst-closing.ts'

/** What the loss of orders without an answer depends on. */
export interface LossScope {
  readonly positions: Positions
  /** Two-leg trades that reserve their own loss: what their orders lose by themselves does not count here. */
  readonly reserving: ReadonlySet<string>
  /** Whether buying an outcome closes the opposite one there. */
  readonly nets: (venue: VenueId) => boolean
}

/** Trades that say what they lose at worst, by id. */
export function reservingTrades(
  trades: Iterable<{ readonly id: string; readonly worstLossExpected?: string }>,
): ReadonlySet<string> {
  return new Set([...trades].filter(({ worstLossExpected }) => worstLossExpected !== undefined).map(({ id }) => id))
}

/**
 * Dollars that orders without a clear answer have lost at most if they filled at their limits, fees included: what they
 * close, of what is held or of each other, is realised without anybody knowing. Never less than any of the ways in which
 * they can have filled; more where the average cost of a holding would have spread a dear purchase over what is left.
 */
export function unsettledLoss(orders: Iterable<Order>, { positions, reserving, nets }: LossScope): Money {
  const counts = ({ intent: { purpose } }: Order): boolean => !('tradeId' in purpose && reserving.has(purpose.tradeId))
  const hidden = [...orders].filter(hasHidden)
  const counted = hidden.filter(counts)
  const markets = new Set(counted.map(({ intent }) => intent.market))
  const held = [...positions.values()].filter(({ market }) => markets.has(market))
  const entries = [...held.flatMap(heldAtWorst), ...hidden.map((order) => hiddenEntry(order, counts(order)))]
  const books = booksOf(entries, nets)
  return addMoney(...books.map(worstClosing), ...counted.map(feeAtWorst))
}

/** It may have traded, or has, and no position shows it. */
function hasHidden(order: Order): boolean {
  return isUncertain(order) || order.bookedQuantity < order.filledQuantity
}

interface Entry {
  readonly market: MarketId
  readonly outcome: Outcome
  readonly side: Side
  readonly lot: Lot
}

function hiddenEntry(order: Order, isHidden: boolean): Entry {
  const { market, outcome, side } = order.intent
  return {
    market,
    outcome,
    side,
    lot: { price: worstTerms(order).price, quantity: outstandingQuantity(order), isHidden },
  }
}

/** At most one holding and one shortage: provisional fills count as settling or as failing, whichever is worse. */
function heldAtWorst({ market, outcome, quantity, totalCost, finalQuantity, finalCost }: Position): readonly Entry[] {
  const variants = [
    { quantity, total: totalCost },
    { quantity: finalQuantity, total: finalCost },
  ]
  const bought = variants.flatMap((variant) => averageLot(variant.quantity, variant.total, 'up'))
  const sold = variants.flatMap(({ quantity: short, total }) => averageLot(negated(short), negateMoney(total), 'down'))
  return [
    ...worstOf(bought, (a, b) => a > b).map((lot) => ({ market, outcome, side: 'buy' as const, lot })),
    ...worstOf(sold, (a, b) => a < b).map((lot) => ({ market, outcome, side: 'sell' as const, lot })),
  ]
}

function negated(quantity: Quantity): Quantity {
  return subtractQuantity(ZERO_QUANTITY, quantity)
}

function averageLot(quantity: Quantity, total: Money, rounding: Rounding): readonly Lot[] {
  const price = quantity > 0n ? averagePrice(total, quantity, rounding) : null
  return price === null ? [] : [{ price, quantity, isHidden: false }]
}

/** As many as in the larger of them, at the worse price of them. */
function worstOf(lots: readonly Lot[], isWorse: (price: Price, than: Price) => boolean): readonly Lot[] {
  const [first, second = first] = lots
  if (first === undefined || second === undefined) return []
  const { price } = isWorse(first.price, second.price) ? first : second
  return [{ ...first, price, quantity: maxQuantity(first.quantity, second.quantity) }]
}

/** What can close each other: one book for each market where its venue nets, and one for each outcome elsewhere. */
function booksOf(entries: readonly Entry[], nets: LossScope['nets']): readonly Lots[] {
  const books = new Map<string, { readonly bought: Lot[]; readonly sold: Lot[] }>()
  for (const { market, outcome, side, lot } of entries) {
    const isNet = nets(venueOf(market))
    const key = isNet ? market : positionKey(market, outcome)
    const book = books.get(key) ?? { bought: [], sold: [] }
    books.set(key, book)
    // Where it nets, buying one outcome is selling the other at the complement.
    const isTurned = isNet && outcome === 'no'
    const lots = (side === 'buy') === isTurned ? book.sold : book.bought
    lots.push(isTurned ? { ...lot, price: complement(lot.price) } : lot)
  }
  return [...books.values()]
}

/** A fee is highest in the middle, which a better price than the limit may be nearer to. */
function feeAtWorst(order: Order): Money {
  const { price: limit } = worstTerms(order)
  const middle = parsePrice('0.5')
  const reachesMiddle = order.intent.side === 'buy' ? limit > middle : limit < middle
  const quantity = outstandingQuantity(order)
  return quantity === 0n ? ZERO_MONEY : assumedFee({ price: reachesMiddle ? middle : limit, quantity })
}
