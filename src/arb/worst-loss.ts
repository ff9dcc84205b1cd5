import {
  addMoney,
  cost,
  type Money,
  maxMoney,
  minQuantity,
  PAR,
  type Price,
  type Quantity,
  subtractMoney,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { worstTakerFee } from '../domain/fees.ts'
import type { Market, Outcome } from '../domain/market.ts'
import type { Level } from '../domain/order-book.ts'
import type { Policy } from '../domain/pair-plan.ts'
import { ladderFor, rungPrice } from './ladder.ts'

/** A leg as it is about to be sent, with the bids that its contracts could be sold into, in prices of its outcome. */
export interface LegAtRisk {
  readonly market: Market
  readonly outcome: Outcome
  readonly limit: Price
  readonly quantity: Quantity
  /** Contracts that it buys in the book as seen: more than `quantity` where purchases spend dollars. */
  readonly expected: Quantity
  readonly bids: readonly Level[]
}

/** Dollars that a trade loses if one leg fills and the other never does, per leg that is left alone, and at most. */
export interface WorstLoss {
  readonly ifFirstAlone: Money
  readonly ifSecondAlone: Money
  readonly most: Money
}

/**
 * The loss to expect at worst before anything is sent: a leg is paid at its limit with the highest fee, and what is sold again
 * goes at the last rung of the ladder with the highest fee, as far as the book shows bids at or above it; what nobody bids
 * for is worth nothing. Where the excess is held, all of it can be lost. Where it is completed, the missing half is bought at
 * the last rung, or else the excess is sold: the worse of both counts.
 */
export function worstLoss(legs: readonly [LegAtRisk, LegAtRisk], policy: Policy): WorstLoss {
  const ifFirstAlone = lossOf(legs[0], legs[1], policy)
  const ifSecondAlone = lossOf(legs[1], legs[0], policy)
  return { ifFirstAlone, ifSecondAlone, most: maxMoney(ifFirstAlone, ifSecondAlone) }
}

function lossOf(alone: LegAtRisk, missing: LegAtRisk, policy: Policy): Money {
  const paid = withFee(alone, 'buy', alone.limit, alone.quantity)
  const kept = policy.kind === 'hold' ? ZERO_MONEY : proceeds(alone, policy)
  const unwound = subtractMoney(paid, kept)
  if (policy.kind !== 'complete') return maxMoney(unwound, ZERO_MONEY)
  const last = { attempt: policy.attemptsMax - 1, rung: policy.rung, side: 'buy' } as const
  const dearest = rungPrice(ladderFor(missing.market, missing.outcome), missing.limit, last) ?? missing.limit
  const completed = addMoney(paid, withFee(missing, 'buy', dearest, alone.expected))
  return maxMoney(unwound, maxMoney(subtractMoney(completed, cost(PAR, alone.expected, 'down')), ZERO_MONEY))
}

/** What selling a leg brings at the end of its ladder. */
function proceeds({ market, outcome, expected, bids }: LegAtRisk, policy: Policy): Money {
  const best = bids[0]?.price
  if (best === undefined) return ZERO_MONEY
  const last = { attempt: policy.attemptsMax - 1, rung: policy.rung, side: 'sell' } as const
  const floor = rungPrice(ladderFor(market, outcome), best, last)
  if (floor === null) return ZERO_MONEY
  const shown = bids
    .filter(({ price }) => price >= floor)
    .reduce((sum, { quantity }) => (sum + quantity) as Quantity, ZERO_QUANTITY)
  const sold = minQuantity(expected, shown)
  const fee = worstTakerFee(market.fees, { side: 'sell', price: floor, quantity: sold }) ?? ZERO_MONEY
  return maxMoney(subtractMoney(cost(floor, sold, 'down'), fee), ZERO_MONEY)
}

function withFee({ market }: LegAtRisk, side: 'buy', price: Price, quantity: Quantity): Money {
  const fee = worstTakerFee(market.fees, { side, price, quantity }) ?? ZERO_MONEY
  return addMoney(cost(price, quantity, 'up'), fee)
}
