import {
  addQuantity,
  maxQuantity,
  minQuantity,
  type Quantity,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import type { Order } from '../domain/order.ts'
import { judgePair, type Legs } from '../domain/pair.ts'
import type { Policy } from '../domain/pair-plan.ts'
import type { Mending } from '../engine/trades/trade-record.ts'

/** What a trade's orders have come to, and what has been tried to mend it. */
export interface TradeView {
  readonly legs: Legs
  readonly mending: Mending
  /** Attempts so far, those that found nobody to trade with included. */
  readonly tried: { readonly unwinds: number; readonly completions: number }
  /** The smallest order that each leg's market takes. */
  readonly smallest: readonly [Quantity, Quantity]
}

export type Leftover = 'hold' | 'too_small' | 'attempts' | 'provisional'

/** What is to be done next with a trade. */
export type Step =
  /** Somebody must find out first what became of these orders. Nothing is bought or sold before. */
  | { readonly kind: 'settle'; readonly orderIds: readonly string[] }
  /** Nothing is held, or both sides hold as much. */
  | { readonly kind: 'done' }
  | { readonly kind: 'sell'; readonly leg: 0 | 1; readonly quantity: Quantity; readonly attempt: number }
  | { readonly kind: 'buy'; readonly leg: 0 | 1; readonly quantity: Quantity; readonly attempt: number }
  /** `quantity` contracts of a leg stay without their other half. */
  | { readonly kind: 'leave'; readonly leg: 0 | 1; readonly quantity: Quantity; readonly why: Leftover }

/** The state machine of two legs: from what their orders came to, whatever way they came to it, to the next action. Pure. */
export function nextStep(view: TradeView, policy: Policy): Step {
  const { legs, mending } = view
  const others = [...mending.unwinds, ...mending.completions]
  const state = judgePair(legs, others)
  switch (state.kind) {
    case 'frozen':
      return { kind: 'settle', orderIds: state.orderIds }
    case 'none':
    case 'balanced':
      return { kind: 'done' }
    case 'imbalanced':
      return mend(view, policy, state)
  }
}

interface Imbalance {
  readonly heavy: 0 | 1
  readonly excess: Quantity
}

function mend(view: TradeView, policy: Policy, { heavy, excess }: Imbalance): Step {
  const { tried, smallest } = view
  const leave = (why: Leftover): Step => ({ kind: 'leave', leg: heavy, quantity: excess, why })
  if (policy.kind === 'hold') return leave('hold')
  const light = heavy === 0 ? 1 : 0
  if (policy.kind === 'complete' && tried.completions < policy.attemptsMax) {
    const quantity = hedgeable(view, policy, { heavy, excess })
    if (quantity > 0n && quantity >= smallest[light]) {
      return { kind: 'buy', leg: light, quantity, attempt: tried.completions }
    }
    // It may yet be taken back: selling it then would leave the other side alone.
    if (quantity < excess && excess >= smallest[light]) return leave('provisional')
  }
  if (excess < smallest[heavy]) return leave('too_small')
  if (tried.unwinds >= policy.attemptsMax) return leave('attempts')
  return { kind: 'sell', leg: heavy, quantity: excess, attempt: tried.unwinds }
}

/** How much of the excess may be bought on the other side: what is final of it, and a bounded part of what is not. */
function hedgeable(view: TradeView, { provisionalMax }: Policy, { heavy, excess }: Imbalance): Quantity {
  const uncertain = minQuantity(provisionalOf(view, heavy), excess)
  return addQuantity(subtractQuantity(excess, uncertain), minQuantity(uncertain, provisionalMax))
}

/** Contracts that a leg holds by fills which can still be reversed. */
function provisionalOf({ legs, mending }: TradeView, index: 0 | 1): Quantity {
  const leg = legs[index]
  const bought = [leg, ...mending.completions.filter((order) => isSameHolding(order, leg))]
  return addQuantity(...bought.map(({ provisionalQuantity }) => provisionalQuantity))
}

function isSameHolding({ intent }: Order, { intent: leg }: Order): boolean {
  return intent.market === leg.market && intent.outcome === leg.outcome
}

/** Contracts that a first leg lets the second one buy: what it bought, and of what can be reversed a bounded part. */
export function followable(first: Order, { provisionalMax }: Policy): Quantity {
  const { filledQuantity, provisionalQuantity } = first
  const final = subtractQuantity(filledQuantity, provisionalQuantity)
  return addQuantity(maxQuantity(final, ZERO_QUANTITY), minQuantity(provisionalQuantity, provisionalMax))
}
