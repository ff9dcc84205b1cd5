import type { OrderJson, ResendJson } from '../json/order-json.ts'
import { type Document, text } from './document.ts'
import { orderAdvice, orderPhrase, orderSentence } from './order-text.ts'
import { denialBlocks } from './placement.ts'

/** What is about to happen, before a person is asked. */
export function resendQuestionView(order: OrderJson): Document {
  return [
    text(orderPhrase(order)),
    text(`Order ${order.id} was sent at ${order.createdAt} and never clearly answered.`),
    text(
      'If it did not arrive then, it is placed now and may trade at once. If it did, the venue refuses the second one.',
    ),
  ]
}

export function resendView({ order, denials, answer }: ResendJson): Document {
  const advice = orderAdvice(order)
  return [
    text(orderPhrase(order)),
    text(answerSentence(answer)),
    ...denials.flatMap(denialBlocks),
    text(orderSentence(order)),
    ...(advice === null ? [] : [text(advice)]),
  ]
}

function answerSentence(answer: ResendJson['answer']): string {
  switch (answer) {
    case null:
      return 'It was not sent again, so nothing changed.'
    case 'accepted':
      return 'The venue took it now: the first attempt had not arrived.'
    case 'duplicate':
      return 'The venue has it already: the first attempt had arrived. Nothing was placed twice.'
    default:
      return `The second attempt was answered without proof (${answer.replace('_', ' ')}).`
  }
}
