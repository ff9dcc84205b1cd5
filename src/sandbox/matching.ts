import { complement, cost, type Money, minQuantity, type Price, type Quantity, SCALE } from '../domain/amounts.ts'
import type { Outcome } from '../domain/market.ts'
import { crosses, oppositeSide, sideOf } from './book.ts'
import type { MarketState } from './core.ts'
import type { OrderAmount, SandboxOrder } from './model.ts'

/** What an incoming order would do to the book, before anything is changed. */
export interface MatchPlan {
  readonly fills: readonly PlannedFill[]
  /** The owner's resting orders that give way. */
  readonly withdrawn: readonly SandboxOrder[]
  /** The order met its owner's order and stops there. */
  readonly stoppedAtOwn: boolean
  /** Nothing of the amount is left to trade. */
  readonly complete: boolean
}

export interface PlannedFill {
  readonly maker: SandboxOrder
  readonly quantity: Quantity
}

/**
 * Walks the opposite side from the best price, oldest order first. `cap` bounds the contracts on top of the amount.
 * Pure: the caller carries the plan out, or not.
 */
export function planMatch(state: MarketState, taker: SandboxOrder, wanted: OrderAmount): MatchPlan {
  const fills: PlannedFill[] = []
  const withdrawn: SandboxOrder[] = []
  let left = wanted
  const step = state.market.quantityStep
  for (const maker of sideOf(state, oppositeSide(taker.bookSide))) {
    if (isSpent(left, taker.ownPrice, step) || !crosses(taker.bookSide, taker.yesPrice, maker.yesPrice)) break
    if (maker.account === taker.account && taker.selfTrade !== 'allow') {
      if (taker.selfTrade === 'taker_at_cross') return { fills, withdrawn, stoppedAtOwn: true, complete: false }
      withdrawn.push(maker)
      continue
    }
    const price = taker.outcome === 'yes' ? maker.yesPrice : complement(maker.yesPrice)
    const quantity = minQuantity(maker.remaining, affordable(left, price))
    if (quantity === 0n) break
    fills.push({ maker, quantity })
    left = spend(left, taker, maker, quantity)
  }
  return { fills, withdrawn, stoppedAtOwn: false, complete: isSpent(left, taker.ownPrice, step) }
}

/**
 * Dollars for `quantity` contracts of an outcome at the resting order's price. Both outcomes add up to a dollar a contract.
 * The resting order's is the one rounded down: filled in parts, it never costs more than it tied up.
 */
export function moneyFor(outcome: Outcome, maker: SandboxOrder, quantity: Quantity): Money {
  const own = cost(maker.ownPrice, quantity, 'down')
  return outcome === maker.outcome ? own : ((quantity - own) as Money)
}

function affordable(left: OrderAmount, price: Price): Quantity {
  return left.kind === 'quantity' ? left.quantity : (((left.budget * SCALE) / price) as Quantity)
}

function spend(left: OrderAmount, taker: SandboxOrder, maker: SandboxOrder, quantity: Quantity): OrderAmount {
  return left.kind === 'quantity'
    ? { kind: 'quantity', quantity: (left.quantity - quantity) as Quantity }
    : { kind: 'budget', budget: (left.budget - moneyFor(taker.outcome, maker, quantity)) as Money }
}

/** A budget counts as spent when it no longer buys one step of contracts at the limit: the rest is dust. */
function isSpent(left: OrderAmount, limit: Price, step: Quantity): boolean {
  return left.kind === 'quantity' ? left.quantity === 0n : (left.budget * SCALE) / limit < step
}
