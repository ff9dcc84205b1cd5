import type { AmendmentJson } from '../json/order-json.ts'
import type { AmendPreviewJson } from '../json/preview-json.ts'
import { type Document, fields, lines, text } from './document.ts'
import { dollars } from './dollars.ts'
import { changeSentence, orderAdvice, orderPhrase, orderSentence } from './order-text.ts'
import { denialBlocks } from './placement.ts'

const sentences: Readonly<Record<string, string>> = {
  amended: 'Changed.',
  unchanged: 'Nothing to change.',
  not_live: 'Not changed: the venue has no such order at rest.',
  refused: 'Not changed.',
  denied: 'Not changed: a safeguard refused it, and nothing was sent.',
  held_back: 'Not changed.',
  unknown: 'Whether it was changed is not known.',
  withheld: 'Dry run: checked, then kept back. Nothing was sent or journalled.',
}

export function amendmentView({ order, outcome, message, denials, preview }: AmendmentJson): Document {
  return [
    text(orderPhrase(order)),
    ...lines([sentences[outcome] ?? outcome, message ?? ''].join(' ').trim()),
    ...(outcome === 'withheld' && preview !== null ? [fields(Object.entries(preview))] : []),
    ...denials.flatMap(denialBlocks),
    ...lines(orderSentence(order), changeSentence(order), orderAdvice(order)),
  ]
}

export function amendPreviewView(preview: AmendPreviewJson): Document {
  const { environment, order, terms, kind, remaining, worstCost, expected, queue } = preview
  const now = `${order.quantity} @ ${dollars(order.price)}`
  return [
    text(`${environment === 'live' ? 'LIVE' : environment}: change ${order.id}, ${orderPhrase(order)}`),
    fields([
      ['market', preview.title],
      ['from', `${now}, of which ${order.filledQuantity} filled`],
      ['to', `${terms.quantity} @ ${dollars(terms.price)}, so that ${remaining} are left`],
      ...(worstCost === null || kind === 'decrease' ? [] : [['the rest costs at most', dollars(worstCost)] as const]),
      ...(kind === 'decrease' ? [] : [['in the book now', expectation(expected)] as const]),
      ['place in the queue', queue],
      ...preview.addresses.map(({ name, url, source }) => ['address', `${name} ${url} (${source})`] as const),
    ]),
  ]
}

function expectation({ quantity, averagePrice }: AmendPreviewJson['expected']): string {
  if (averagePrice === null) return 'nothing fills at once'
  return `${quantity} would fill at once, at ${dollars(averagePrice)} on average`
}
