import type { OrderJson } from '../json/order-json.ts'
import { dollars } from './dollars.ts'

/** `buy 5 yes @ $0.45 on kalshi:TICKER (ioc)`. */
export function orderPhrase(
  order: Pick<OrderJson, 'side' | 'quantity' | 'outcome' | 'price' | 'market' | 'timeInForce'>,
): string {
  const { side, quantity, outcome, price, market, timeInForce } = order
  return `${side} ${quantity} ${outcome} @ ${dollars(price)} on ${market} (${timeInForce})`
}

/** One sentence on what became of an order, which never calls an unknown order failed. */
export function orderSentence(order: OrderJson): string {
  const at = order.averagePrice === null ? '' : ` at ${dollars(order.averagePrice)} on average`
  const fees = order.fees === null ? 'fees not known yet' : `fees ${dollars(order.fees)}`
  const filled = `${order.filledQuantity} of ${order.quantity} filled${at}, ${fees}`
  switch (order.status) {
    case 'denied':
      return `Order ${order.id} was not sent.`
    case 'rejected':
      return `Order ${order.id} was not accepted, nothing was traded: ${order.reason ?? 'no reason given'}`
    case 'unknown':
    case 'submitted':
      return `Order ${order.id} may be live: ${order.reason ?? 'its answer is not known'}`
    case 'resting':
      return `Order ${order.id} rests: ${filled}; ${order.remainingQuantity ?? 'an unknown number of'} open.`
    case 'filled':
      return `Order ${order.id} is filled: ${filled}.`
    case 'partially_filled':
      return `Order ${order.id} has ended: ${filled}; the rest is gone.`
    default:
      return `Order ${order.id} is ${order.status}: ${filled}.`
  }
}

/** What to do next, or null when nothing is left to do. */
export function orderAdvice(order: OrderJson): string | null {
  if (order.status === 'unknown' || order.status === 'submitted') {
    return `Run: crosstape positions reconcile --order ${order.id}`
  }
  if (order.bookedQuantity !== order.filledQuantity) {
    return `${order.bookedQuantity} of ${order.filledQuantity} filled are in the positions yet. Run: crosstape positions reconcile --order ${order.id}`
  }
  if (order.status === 'resting') return `To cancel: crosstape trade cancel ${order.id}`
  return null
}
