import type { DenialJson, PlacementJson } from '../json/order-json.ts'
import { type Block, type Document, fields, text } from './document.ts'
import { feeDriftText, orderAdvice, orderPhrase, orderSentence } from './order-text.ts'

export function placementView({ order, denials, dryRun, preview }: PlacementJson): Document {
  if (dryRun && preview !== null) {
    return [
      text(orderPhrase(order)),
      text('Dry run: checked and signed, then kept back. Nothing was sent or journalled. It would be:'),
      fields(Object.entries(preview)),
    ]
  }
  const advice = orderAdvice(order)
  const drift = feeDriftText(order)
  return [
    text(orderPhrase(order)),
    text(orderSentence(order)),
    ...denials.flatMap(denialBlocks),
    ...(order.provisionalQuantity === '0'
      ? []
      : [text(`${order.provisionalQuantity} of it can still be reversed until the venue calls it final.`)]),
    ...(drift === null ? [] : [text(drift)]),
    ...(order.venueOrderId === null ? [] : [text(`Venue's order id: ${order.venueOrderId}`)]),
    ...(advice === null ? [] : [text(advice)]),
  ]
}

export function denialBlocks(denial: DenialJson): readonly Block[] {
  return [
    text(`- ${denial.message} [${denial.code}]`),
    ...(denial.suggestion === '' ? [] : [text(`  Try: ${denial.suggestion}`)]),
  ]
}
