import { divideRounded, formatAmount, type Money, SCALE } from '../../domain/amounts.ts'
import type { HostedExchange } from '../face.ts'
import type { SandboxOrder } from '../model.ts'
import type { Arrival, Injection } from './injection.ts'

type Json = Readonly<Record<string, unknown>>

/** An injection, and what came of it so far. Amounts are decimal strings of dollars and contracts. */
export function renderInjection(exchange: HostedExchange, injection: Injection): Json {
  const { id, wish, legs, kept, startedMs, endedBy, endedMs, arrivals, problems } = injection
  return {
    id,
    polarity: wish.polarity,
    legs: legs.map(({ market, outcome, price }) => ({ market: market.id, outcome, price: formatAmount(price) })),
    size: formatAmount(wish.size),
    edge: formatAmount(kept),
    edgePerPair: formatAmount(divideRounded(kept * SCALE, wish.size, 'down') as Money),
    endedBy,
    endedAfterMs: endedMs === null ? null : endedMs - startedMs,
    problems: [...problems],
    orders: arrivals.map((arrival) => renderArrival(exchange, arrival)),
  }
}

function renderArrival(exchange: HostedExchange, { afterMs, command, refused, orderId }: Arrival): Json {
  const order = orderId === null ? null : exchange.order(command.account, orderId)
  const { amount } = command
  return {
    afterMs,
    market: command.market,
    outcome: command.outcome,
    side: command.side,
    price: formatAmount(command.ownPrice),
    quantity: amount.kind === 'quantity' ? formatAmount(amount.quantity) : null,
    budget: amount.kind === 'budget' ? formatAmount(amount.budget) : null,
    refused,
    order: orderId,
    state: order?.state ?? null,
    filled: order === null ? '0' : formatAmount(order.filled),
    cost: order === null ? '0' : formatAmount(costOf(order)),
    fees: order === null ? '0' : formatAmount((order.takerFees + order.makerFees) as Money),
  }
}

/** Dollars of its executions, fees apart: paid by a purchase, received by a sale. */
function costOf({ takerCost, makerCost }: SandboxOrder): Money {
  return (takerCost + makerCost) as Money
}
