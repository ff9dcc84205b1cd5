import { ToolkitError } from '../../domain/errors.ts'
import type { Order } from '../../domain/order.ts'
import type { Trading } from '../trading.ts'

/**
 * The order that a reference (our id, a prefix of it, the client id or the venue's id) names.
 * @throws ToolkitError `ORDER_NOT_FOUND`
 */
export async function knownOrder(trading: Trading, reference: string): Promise<Order> {
  const order = await trading.ledger.findOrder(reference, { prefix: true })
  if (order !== null) return order
  throw new ToolkitError({
    code: 'ORDER_NOT_FOUND',
    category: 'usage',
    message: `There is no order ${reference} in this journal (${trading.environment}). Nothing was sent.`,
    facts: { order: reference, environment: trading.environment },
    suggestions: ['crosstape trade list', 'Orders placed with another tool: crosstape positions reconcile'],
  })
}
