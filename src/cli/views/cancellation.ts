import type { CancelAllJson, CancellationJson, CancellationsJson } from '../json/order-json.ts'
import { amount, type Document, exact, orUnknown, sentence, table, text, words } from './document.ts'
import { feeDriftText, orderAdvice, orderPhrase, orderSentence } from './order-text.ts'

const sentences: Readonly<Record<string, string>> = {
  cancelled: 'Cancelled.',
  not_live: 'There is nothing live to cancel.',
  refused: 'The venue refused to cancel.',
  unknown: 'Whether it was cancelled is not known.',
}

export function cancellationView({ order, outcome, message, cancelledQuantity }: CancellationJson): Document {
  const advice = orderAdvice(order)
  const drift = feeDriftText(order)
  const taken = cancelledQuantity === null ? '' : ` ${cancelledQuantity} taken off the book.`
  return [
    text(orderPhrase(order)),
    text(`${sentences[outcome] ?? outcome}${taken}${message === null ? '' : ` ${message}`}`),
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
