import type { Market } from '../../domain/market.ts'
import { isUnsettled, type Order, type OrderReport } from '../../domain/order.ts'
import {
  describeReport,
  describeStories,
  type Evidence,
  type Judgement,
  judgeStories,
  NEVER_REACHED,
} from '../../domain/stories.ts'
import type { CallOptions, VenueClient } from '../../domain/venue.ts'
import type { JournalEvent, ReportSource } from '../../store/events.ts'
import type { Decision } from '../../store/ledger.ts'
import { crossCheck } from '../reconcile/cross-check.ts'
import type { Trading } from '../trading.ts'
import { knownOrder } from './known-order.ts'

/** What a look for an order whose answer was lost has brought. */
interface Findings {
  readonly report: OrderReport | null
  readonly evidence: readonly Evidence[]
}

/**
 * Collects evidence about an order whose answer was lost, and settles it when exactly one story is left. The venue's own
 * record of the order is believed at once. That there is no order is believed only when every other story is ruled out
 * and neither executions, nor positions, nor cash speak against it. All evidence goes to the journal.
 * @returns What was found, for a person.
 */
export async function resolveOrder(
  trading: Trading,
  client: VenueClient,
  order: Order,
  market: Market,
  source: ReportSource,
  options: CallOptions,
): Promise<string> {
  const { report, evidence } = await client.findOrder(order, market, options)
  const seemsAbsent = report === null && judgeStories(evidence, order.landed).kind === 'no_order'
  const checks = seemsAbsent ? await crossCheck(trading, client, order, options.signal) : []
  const findings = { report, evidence: [...evidence, ...checks] }
  return trading.ledger.transact(() => conclude(trading, order, findings, source))
}

/**
 * Decided under the lock: what was collected is of the order as it was when the search began. Another process may have
 * settled it since, or sent it again, and then its absence before that means nothing.
 */
async function conclude(
  trading: Trading,
  searched: Order,
  { report, evidence }: Findings,
  source: ReportSource,
): Promise<Decision<string>> {
  const orderId = searched.intent.id
  const events: JournalEvent[] = evidence.map((each) => evidenceEvent(orderId, each))
  if (report !== null) {
    events.push({ type: 'order.reported', orderId, report, source })
    return { events, result: `the venue reports it ${describeReport(report)}` }
  }
  const order = await knownOrder(trading, orderId)
  const judgement = judgeStories(evidence, order.landed)
  const reason = sentences(evidence)
  const isAsSearched = isUnsettled(order) && order.resentAt === searched.resentAt
  if (judgement.kind === 'no_order' && isAsSearched) {
    events.push({ type: 'order.rejected', orderId, code: NEVER_REACHED, reason })
  }
  return { events, result: `${reason} ${whatIsLeft(judgement)}`.trim() }
}

export function evidenceEvent(orderId: string, evidence: Evidence): JournalEvent {
  const { source, finding, asOf, rulesOut, detail } = evidence
  return { type: 'order.evidence', orderId, finding, evidence: detail, source, asOf, rulesOut }
}

function sentences(evidence: readonly Evidence[]): string {
  return evidence.map(sentence).join(' ')
}

function sentence({ detail, asOf }: Evidence): string {
  const fresh = asOf === null ? '' : ` (as of ${asOf})`
  return `${detail.charAt(0).toUpperCase()}${detail.slice(1).replace(/\.$/, '')}${fresh}.`
}

function whatIsLeft(judgement: Judgement): string {
  switch (judgement.kind) {
    case 'landed':
      return 'So the venue took it; how it stands is not known yet.'
    case 'no_order':
      return ''
    case 'open':
      return `That leaves: ${describeStories(judgement.left)}.`
    case 'doubted':
      return 'It seems never to have arrived, but that does not go together: it stays unknown. If something was traded with another tool, book it or leave it out first: crosstape positions reconcile --claim adopt (or ignore); for cash that you moved: --accept-cash.'
    case 'contradiction':
      return 'These cannot all be true, so it stays unknown.'
  }
}
