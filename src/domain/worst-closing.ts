import {
  addMoney,
  addQuantity,
  cost,
  type Money,
  maxMoney,
  minQuantity,
  type Price,
  type Quantity,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from './amounts.ts'

/** Contracts that are on one side of a book of ours, or may be by now, at one price. */
export interface Lot {
  readonly price: Price
  readonly quantity: Quantity
  /** Whether these contracts may have traded without anybody knowing. What is known to be held closes nothing by itself. */
  readonly isHidden: boolean
}

/** What can close each other: contracts bought, and contracts sold. */
export interface Lots {
  readonly bought: readonly Lot[]
  readonly sold: readonly Lot[]
}

/**
 * The most dollars that closing these contracts against each other can lose, fees excluded, whichever of the hidden ones
 * traded, in whatever order and parts. At average cost every closed contract releases a mix of what was paid, so none of
 * this can be dearer than the dearest purchases against the cheapest sales, each of them once. That is what is counted.
 */
export function worstClosing({ bought, sold }: Lots): Money {
  const dearest = [...bought].sort((a, b) => byPrice(b, a))
  const cheapest = [...sold].sort(byPrice)
  // Every contract that is closed in secret has a hidden one on at least one side.
  let open = addQuantity(...[...bought, ...sold].filter((lot) => lot.isHidden).map(({ quantity }) => quantity))
  let loss = ZERO_MONEY
  let [dear, cheap] = [dearest.shift(), cheapest.shift()]
  while (dear !== undefined && cheap !== undefined && dear.price > cheap.price && open > 0n) {
    const closed = minQuantity(open, minQuantity(dear.quantity, cheap.quantity))
    const lost = subtractMoney(cost(dear.price, closed, 'up'), cost(cheap.price, closed, 'down'))
    loss = addMoney(loss, maxMoney(lost, ZERO_MONEY))
    open = subtractQuantity(open, closed)
    dear = left(dear, closed) ?? dearest.shift()
    cheap = left(cheap, closed) ?? cheapest.shift()
  }
  return loss
}

function left(lot: Lot, taken: Quantity): Lot | null {
  const quantity = subtractQuantity(lot.quantity, taken)
  return quantity === ZERO_QUANTITY ? null : { ...lot, quantity }
}

function byPrice(a: Lot, b: Lot): number {
  return a.price < b.price ? -1 : a.price > b.price ? 1 : 0
}
