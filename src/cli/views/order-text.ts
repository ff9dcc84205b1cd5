import { formatAmount, parseMoney, parseQuantity, subtractQuantity } from '../../domain/amounts.ts'
import type { FeeDriftJson, OrderJson } from '../json/order-json.ts'
import { dollars } from './dollars.ts'

/** `buy 5 yes @ $0.45 on kalshi:TICKER (ioc)`. */
export function orderPhrase(
  order: Pick<OrderJson, 'side' | 'quantity' | 'outcome' | 'price' | 'market' | 'timeInForce'>,
): string {
  const { side, quantity, outcome, price, market, timeInForce } = order
  return `${side} ${quantity} ${outcome} @ ${dollars(price)} on ${market} (${timeInForce})`
}

/** What became of an order, in a sentence which never calls an unknown order failed, and what its venue took back. */
export function orderSentence(order: OrderJson): string {
  return `${statusSentence(order)}${surplusSentence(order)}${reversedSentence(order)}`
}

/** Where an immediate purchase spends dollars, a better price gives more contracts instead of costing less. */
function surplusSentence({ filledQuantity, quantity }: OrderJson): string {
  const surplus = subtractQuantity(parseQuantity(filledQuantity), parseQuantity(quantity))
  return surplus > 0n
    ? ` That is ${formatAmount(surplus)} more than asked for: the venue spends the dollars of the order, which the better price made go further.`
    : ''
}

/** A match that does not settle is bad news that nobody may miss. */
function reversedSentence({ reversedQuantity }: OrderJson): string {
  return reversedQuantity === '0'
    ? ''
    : ` The venue matched ${reversedQuantity} more and took it back: nothing moved for it, and it is in no position.`
}

function statusSentence(order: OrderJson): string {
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

/** What the venue charged and should have, and what to do; null when nothing is wrong as far as it tells. */
export function feeDriftText({ feeDrift }: Pick<OrderJson, 'feeDrift'>): string | null {
  return feeDrift === null ? null : driftSentence(feeDrift)
}

export function driftSentence(drift: FeeDriftJson): string {
  const { charged, predicted, worst, series, schedule } = drift
  const where = series === null ? 'here' : `in series ${series}`
  const facts = `Fee drift: ${dollars(charged)} was charged where the venue's schedule ${where} gives ${dollars(predicted)} (${schedule}).`
  const beyond = ` Limits had counted at most ${dollars(worst)}: new positions ${where} wait for crosstape safeguards resume.`
  return parseMoney(charged) > parseMoney(worst) ? `${facts}${beyond}` : facts
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
