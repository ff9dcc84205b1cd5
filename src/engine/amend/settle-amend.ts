import type { Market } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import type { Amends, CallOptions } from '../../domain/venue.ts'
import type { JournalEvent, ReportSource } from '../../store/events.ts'
import type { Trading } from '../trading.ts'

/**
 * Looks for what became of a change of an order that was not answered clearly, and journals what is proven. Sends nothing.
 * Gives the evidence in words.
 * @throws VenueError when the venue cannot be read.
 */
export async function settleAmend(
  trading: Trading,
  amends: Amends,
  subject: { readonly order: Order; readonly market: Market; readonly source: ReportSource },
  options: CallOptions,
): Promise<string> {
  const { order, market, source } = subject
  const orderId = order.intent.id
  const lookup = await amends.findAmend(order, market, options)
  const { kind, evidence } = lookup
  const events: JournalEvent[] = [{ type: 'order.evidence', orderId, finding: `amend_${kind}`, evidence }]
  switch (lookup.kind) {
    case 'carried_out':
      events.push({ type: 'amend.answered', orderId, outcome: 'amended', message: null })
      events.push({ type: 'order.reported', orderId, report: lookup.report, source })
      break
    case 'never_arrived':
      events.push({ type: 'amend.answered', orderId, outcome: 'never_arrived', message: evidence })
      events.push({ type: 'order.reported', orderId, report: lookup.report, source })
      break
    case 'ended':
      events.push({ type: 'order.reported', orderId, report: lookup.report, source })
      break
    case 'not_seen':
      break
  }
  await trading.ledger.append(...events)
  return evidence
}
