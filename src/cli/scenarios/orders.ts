import {
  addQuantity,
  type Price,
  parsePrice,
  parseQuantity,
  type Quantity,
  roundDownToStep,
} from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type MarketId, marketId } from '../../domain/market.ts'
import type { Order, TimeInForce } from '../../domain/order.ts'
import type { Level } from '../../domain/order-book.ts'
import { neighbours } from '../../domain/tick-ladder.ts'
import { type PlaceOutcome, placeOrder } from '../../engine/place/place-order.ts'
import { type OrderPlan, planOrder } from '../../engine/place/plan-order.ts'
import { requireSettled } from '../../engine/place/require-settled.ts'
import { refreshOrder } from '../../engine/settle/order-status.ts'
import type { Stage } from './scenario.ts'

/** How an order of a scenario is asked for: a purchase of YES, so that what it can lose is what it costs, or a sale of YES that are held. */
export interface Wanted {
  /** A purchase when absent. */
  readonly side?: 'sell'
  readonly price: Price
  readonly quantity: Quantity
  readonly timeInForce: TimeInForce
}

/** The best offer. @throws ToolkitError when there is none: the scenario cannot be brought about here. */
export function bestOffer({ book, market }: Stage): Level {
  const [best] = book.asks
  if (best === undefined) throw cannotHappen(`nobody offers YES in ${market.id} now`)
  return best
}

/** The best bid. @throws ToolkitError when there is none: the scenario cannot be brought about here. */
export function bestBid({ book, market }: Stage): Level {
  const [best] = book.bids
  if (best === undefined) throw cannotHappen(`nobody buys YES in ${market.id} now`)
  return best
}

/** A price at which nobody sells now: the best bid, or one step above nothing. */
export function stalePrice({ book, market }: Stage): Price {
  const [best] = book.bids
  const lowest = market.ladder[0]?.step
  const price = best?.price ?? lowest
  if (price === undefined) throw cannotHappen(`${market.id} has no price that nobody sells at`)
  return price
}

export function plan(stage: Stage, wanted: Wanted): Promise<OrderPlan> {
  return planOrder(
    stage.session.trading,
    {
      market: stage.market.id,
      outcome: 'yes',
      side: 'buy',
      ...wanted,
      expiresAt: null,
      postOnly: false,
      reduceOnly: false,
      allowDuplicate: false,
    },
    stage.signal,
  )
}

/** Plans, shows, has agreed to, and sends. @throws ToolkitError when a safeguard says no: the budget is one of them. */
export async function place(stage: Stage, wanted: Wanted): Promise<Order> {
  return send(stage, await plan(stage, wanted))
}

export async function send(stage: Stage, planned: OrderPlan): Promise<Order> {
  await requireSettled(stage.session.trading)
  if (planned.verdict.kind === 'denied') throw denied(planned.verdict.denials.map(({ message }) => message))
  await stage.agree(planned)
  const { order, denials }: PlaceOutcome = await placeOrder(stage.session.trading, planned, stage.signal)
  if (denials.length > 0) throw denied(denials.map(({ message }) => message))
  return order
}

/** The same order for a market that does not exist. */
export function forUnknownMarket(planned: OrderPlan, symbol: string): OrderPlan {
  const id: MarketId = marketId(planned.market.venue, symbol)
  const book = planned.book === null ? null : { ...planned.book, market: id }
  return {
    ...planned,
    market: { ...planned.market, id, symbol, aliases: [] },
    intent: { ...planned.intent, market: id },
    book,
  }
}

// Longer than any venue takes to call a match final, in ordinary times.
const settlementMs = 60_000

/** Waits until what was matched is final, or not: on the clock of the session, which in the sandbox costs nothing. */
export async function untilFinal(stage: Stage, order: Order): Promise<Order> {
  if (order.provisionalQuantity === 0n) return order
  await stage.session.trading.runtime.clock.sleep(settlementMs, stage.signal)
  return (await refreshOrder(stage.session.trading, order.intent.id, stage.signal)).order
}

const whole = parseQuantity('1')

/** Whole contracts, since a venue may want what an order spends in whole cents. */
export function wholeContracts(quantity: Quantity): Quantity {
  const down = roundDownToStep(quantity, whole)
  return down === quantity ? down : addQuantity(down, whole)
}

/** As many contracts as the scenario wants of the best level of a side. @throws ToolkitError when it holds fewer. */
export function within(stage: Stage, best: Level): Quantity {
  if (best.quantity >= stage.size) return stage.size
  throw cannotHappen(`the best price in ${stage.market.id} holds less than the smallest order`)
}

/** More than the best offer holds, by as little as the market takes. */
export function moreThan({ size }: Stage, offer: Level): Quantity {
  return size > offer.quantity ? size : addQuantity(wholeContracts(offer.quantity), size)
}

/** The price nearest to half a dollar: for a market that has no book any more. */
export function middlePrice({ market }: Stage): Price {
  const { below, above } = neighbours(market.ladder, parsePrice('0.5'))
  const price = below ?? above
  if (price === null) throw cannotHappen(`${market.id} has no price ladder`)
  return price
}

export function cannotHappen(why: string): ToolkitError {
  return new ToolkitError({
    code: 'SCENARIO_CANNOT_HAPPEN',
    category: 'denied',
    message: `The scenario cannot be brought about: ${why}. Nothing further was sent.`,
    suggestions: ['Name another market with --market, or record it in the sandbox.'],
  })
}

function denied(messages: readonly string[]): ToolkitError {
  return new ToolkitError({
    code: 'SCENARIO_STOPPED',
    category: 'denied',
    message: `The scenario stopped before its next order: ${messages.join(' ')}`,
    suggestions: ['Choose a market with a smaller best offer (--market), or raise --budget.'],
  })
}
