import type { DecisionChangeJson, PromotionJson } from '../json/promotion-json.ts'
import type { Decision } from '../replay/decisions.ts'
import { amount, count, type Document, exact, table, text } from './document.ts'

export function promotionView({ session, directory, verdict, decisions, changes, drifts }: PromotionJson): Document {
  return [
    table(
      [
        exact('OP'),
        exact('KIND'),
        exact('MARKET'),
        exact('SIDE'),
        amount('QUANTITY'),
        amount('PRICE'),
        exact('STATUS'),
      ],
      decisions.map(({ op, kind, market, outcome, side, quantity, price, status, filled, denials }) => [
        op,
        kind,
        `${market}/${outcome}`,
        side,
        quantity,
        price,
        [status, `${filled} filled`, ...denials].join(', '),
      ]),
    ),
    ...changes.flatMap((change) => changeLines(change).map(text)),
    ...drifts.flatMap(({ explanation }) => explanation.map(text)),
    text(
      verdict === 'same'
        ? `${session} decides today as it did: ${count(decisions.length, 'decision')}.`
        : `${session} does not run today as it did: ${count(changes.length, 'decision')} changed, ${count(drifts.length, 'drift')}.`,
    ),
    text(`Review ${directory}/expected.json: it says what came of it today, which is what tests will ask for.`),
  ]
}

function changeLines({ recorded, today, differences }: DecisionChangeJson): readonly string[] {
  if (recorded === null && today !== null) return [`New decision: ${words(today)}.`]
  if (recorded !== null && today === null) return [`No longer decided: ${words(recorded)}.`]
  return [
    `Changed decision: ${recorded === null ? '' : words(recorded)}.`,
    ...differences.map(
      ({ field, recorded: was, actual }) => `  ${field}: was ${was ?? 'not there'}, is ${actual ?? 'not there'}`,
    ),
  ]
}

function words({ operation, kind, market, outcome, side, quantity, price, status }: Decision): string {
  return `operation ${operation}, ${kind}: ${side} ${quantity} ${outcome} of ${market} at ${price}, ${status}`
}
