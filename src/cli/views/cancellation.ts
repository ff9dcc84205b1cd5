import type { OrderStatus } from '../../domain/order.ts'
import type { CancelAllJson, CancellationJson, CancellationsJson } from '../json/order-json.ts'
import { amount, type Document, exact, orUnknown, sentence, table, text, words } from './document.ts'
import { feeDriftText, orderAdvice, orderPhrase, orderSentence } from './order-text.ts'

/** What came of the cancel, beside what is known of the order by now. */
function outcomeSentence({ order, outcome, message, cancelledQuantity }: CancellationJson): string {
  const said = message === null ? '' : ` ${message}`
  const isOpen = openStatuses.has(order.status)
  switch (outcome) {
    case 'cancelled':
      return `Cancelled.${cancelledQuantity === null ? '' : ` ${cancelledQuantity} taken off the book.`}${said}`
    case 'not_live':
      return `${isOpen ? 'The venue finds nothing live to cancel, which proves nothing yet.' : 'There is nothing live to cancel.'}${said}`
    case 'refused':
      return `Not cancelled.${said}`
    case 'unknown':
      return isOpen
        ? `Whether it was cancelled is not known.${said}`
        : 'No clear answer came, and the order is seen to have ended.'
    default:
      return `${outcome}.${said}`
  }
}

const openStatuses: ReadonlySet<string> = new Set<OrderStatus>(['submitted', 'resting', 'unknown'])

export function cancellationView(cancellation: CancellationJson): Document {
  const { order } = cancellation
  const advice = orderAdvice(order)
  const drift = feeDriftText(order)
  return [
    text(orderPhrase(order)),
    text(outcomeSentence(cancellation)),
    text(orderSentence(order)),
    ...(drift === null ? [] : [text(drift)]),
    ...(advice === null ? [] : [text(advice)]),
  ]
}

export function cancellationsView({ cancellations }: CancellationsJson): Document {
  if (cancellations.length === 0) return [text('Nothing of the account rests there.')]
  const advice = cancellations.flatMap(({ order }) => {
    const one = order === null ? null : orderAdvice(order)
    return one === null ? [] : [text(one)]
  })
  return [
    table(
      [exact('ORDER'), words('MARKET'), exact('OUTCOME'), amount('TAKEN OFF'), exact('STATUS'), sentence('MESSAGE')],
      cancellations.map(({ order, venueOrderId, market, outcome, cancelledQuantity, message }) => [
        order?.id ?? venueOrderId ?? '',
        market,
        outcome,
        orUnknown(cancelledQuantity),
        order?.status ?? 'placed elsewhere',
        message ?? '',
      ]),
    ),
    ...advice,
  ]
}

export function cancelAllView({ venues }: CancelAllJson): Document {
  return [
    table(
      [exact('VENUE'), exact('OUTCOME'), amount('CANCELLED'), amount('STILL RESTING'), sentence('MESSAGE')],
      venues.map(({ venue, outcome, cancelled, stillResting, message }) => [
        venue,
        outcome,
        orUnknown(cancelled === null ? null : String(cancelled)),
        orUnknown(stillResting === null ? null : String(stillResting)),
        message ?? '',
      ]),
    ),
    ...(venues.every(({ outcome, stillResting }) => outcome === 'cancelled' && stillResting === 0)
      ? [text('Nothing rests any more.')]
      : [text('Something may still rest. Run: crosstape positions reconcile, then: crosstape trade list --open')]),
    ...venues.flatMap(({ venue, tailUntil }) => (tailUntil === null ? [] : [text(tailText(venue, tailUntil))])),
  ]
}

function tailText(venue: string, until: string): string {
  return `Until ${until} ${venue} may cancel new orders too: orders that would rest there are denied until then.`
}
