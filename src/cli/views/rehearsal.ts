import type { RehearsalJson } from '../json/rehearsal-json.ts'
import { amount, count, type Document, exact, fields, orUnknown, table, text, words } from './document.ts'
import { dollars } from './dollars.ts'

export function rehearsalView(report: RehearsalJson): Document {
  const failed = report.steps.filter((step) => !step.ok)
  return [
    text('Orders sent:'),
    table(
      [
        exact('ORDER'),
        words('MARKET'),
        exact('SIDE'),
        amount('QUANTITY'),
        amount('PRICE'),
        exact('STATUS'),
        amount('FILLED'),
        amount('FEES'),
      ],
      report.orders.map((order) => [
        order.id,
        order.market,
        `${order.side} ${order.outcome}`,
        order.quantity,
        dollars(order.price),
        order.status,
        order.filledQuantity,
        dollars(order.fees),
      ]),
    ),
    text(report.positions.length === 0 ? 'Held at the end: nothing.' : 'Held at the end:'),
    table(
      [words('MARKET'), exact('OUTCOME'), amount('QUANTITY'), amount('COST EACH')],
      report.positions.map(({ market, outcome, quantity, averageCost }) => [
        market,
        outcome,
        quantity,
        dollars(averageCost),
      ]),
    ),
    ...failed.map(({ name, expected, observed }) =>
      text(`Not as expected: ${name}. Expected ${expected}; saw ${observed}.`),
    ),
    fields([
      ['steps', `${report.steps.length - failed.length} of ${count(report.steps.length, 'step')} as expected`],
      ['fees', orUnknown(report.fees === null ? null : dollars(report.fees))],
      ['took', `${report.durationMs} ms`],
      ['tape', report.tape],
      ['journal', report.journal],
    ]),
    text(report.ok ? 'The rehearsal went as expected.' : 'The rehearsal did NOT go as expected.'),
  ]
}
