import { maxQuantity, minQuantity, type Quantity, subtractQuantity } from './amounts.ts'
import type { AmendOutcome, Order, OrderTerms } from './order.ts'

/** The terms that tie up most of those that the order may have. */
export function worstTerms({ intent, pendingAmend }: Order): OrderTerms {
  const { price, quantity } = intent
  if (pendingAmend === null) return { price, quantity }
  const isWorse = intent.side === 'buy' ? pendingAmend.price > price : pendingAmend.price < price
  return { price: isWorse ? pendingAmend.price : price, quantity: maxQuantity(quantity, pendingAmend.quantity) }
}

/** An order whose change is about to be sent. Null when it cannot be changed now: it must rest, with no other change under way. */
export function withAmendAsked(order: Order, terms: OrderTerms, at: string): Order | null {
  if (order.status !== 'resting' || order.pendingAmend !== null) return null
  return { ...order, pendingAmend: { ...terms, askedAt: at }, updatedAt: at }
}

/** The order after an answer to its change. Late news, after the change was settled otherwise, changes nothing. */
export function withAmendAnswered(order: Order, outcome: AmendOutcome, at: string): Order {
  if (order.pendingAmend === null || outcome === 'unknown') return order
  return outcome === 'amended'
    ? { ...withPendingTerms(order), updatedAt: at }
    : { ...order, pendingAmend: null, updatedAt: at }
}

/** More is filled than the old terms allow: then the new ones hold, whatever the answer to the change was. */
export function provenByFill(order: Order, filledQuantity: Quantity): Order {
  const { intent, pendingAmend } = order
  return pendingAmend !== null && filledQuantity > intent.quantity ? withPendingTerms(order) : order
}

function withPendingTerms(order: Order): Order {
  const { intent, pendingAmend, status, filledQuantity } = order
  if (pendingAmend === null) return order
  const { price, quantity } = pendingAmend
  const left = subtractQuantity(quantity, minQuantity(quantity, filledQuantity))
  return {
    ...order,
    intent: { ...intent, price, quantity },
    firstTerms: order.firstTerms ?? { price: intent.price, quantity: intent.quantity },
    pendingAmend: null,
    status: status === 'resting' && left === 0n ? 'filled' : status,
    remainingQuantity: status === 'resting' ? left : order.remainingQuantity,
  }
}
