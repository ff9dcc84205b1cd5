import { ToolkitError } from '../../domain/errors.ts'
import { longUnsettled } from '../../safeguards/checks/unsettled-orders.ts'
import { deny } from '../../safeguards/denials.ts'
import type { Trading } from '../trading.ts'

/** Why nothing is to be placed now. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly suggestion: string
}

/** The refusal while an order has been without a clear answer for more than a minute, else null. */
export async function unsettledRefusal({ ledger, runtime }: Trading): Promise<Refusal | null> {
  const unsettled = longUnsettled(await ledger.refresh(), runtime.clock.nowMs())
  if (unsettled === null) return null
  const { code, message, suggestion } = deny('ORDERS_UNSETTLED', unsettled)
  return { code, message: message.replace(/^Order not sent: /, 'Nothing was traded: '), suggestion }
}

/**
 * Refuses to begin trading while an order has been without a clear answer for more than a minute, before anything is read
 * or asked. The same rule is among the safeguards, where it holds for what comes up later.
 * @throws ToolkitError `ORDERS_UNSETTLED`
 */
export async function requireSettled(trading: Trading): Promise<void> {
  const unsettled = longUnsettled(await trading.ledger.refresh(), trading.runtime.clock.nowMs())
  if (unsettled === null) return
  const { code, message, suggestion } = deny('ORDERS_UNSETTLED', unsettled)
  const [first] = unsettled.orders
  throw new ToolkitError({
    code,
    category: 'denied',
    message: `${message} Nothing was read, asked or sent.`,
    facts: { orders: unsettled.orders.join(' ') },
    suggestions: [suggestion, ...(first === undefined ? [] : [`crosstape trade status ${first}`])],
  })
}
