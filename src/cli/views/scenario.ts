import type { RecordedScenarioJson } from '../json/scenario-json.ts'
import { amount, type Document, exact, orUnknown, table, text, words } from './document.ts'

export function recordedScenarioView(recorded: RecordedScenarioJson): Document {
  const { scenario, environment, directory, how, atRisk, expected, contradictions } = recorded
  return [
    text(`${scenario}, ${environment}: ${how}.`),
    table(
      [
        words('MARKET'),
        exact('SIDE'),
        amount('QUANTITY'),
        amount('PRICE'),
        exact('STATUS'),
        amount('FILLED'),
        amount('FEES'),
      ],
      expected.orders.map((order) => [
        order.market,
        `${order.side} ${order.outcome}`,
        order.quantity,
        order.price,
        order.status,
        order.filledQuantity,
        orUnknown(order.fees),
      ]),
    ),
    text(`Cash moved by ${orUnknown(expected.cash)} dollars; at worst it could have been ${atRisk}.`),
    ...contradictions.map((contradiction) => text(`NOT as the exchange says: ${contradiction}`)),
    text(`Recorded in ${directory}, with what must come out of it in expected.json. Look it over before you keep it.`),
  ]
}
