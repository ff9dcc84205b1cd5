import type { InjectedOrderJson, InjectionJson, InjectJson } from '../json/inject-json.ts'
import { amount, type Document, exact, lines, orUnknown, table, text } from './document.ts'
import { dollars } from './dollars.ts'

const columns = [
  amount('AFTER MS'),
  exact('MARKET'),
  exact('ORDER'),
  amount('LIMIT'),
  amount('ASKED'),
  amount('FILLED'),
  amount('DOLLARS'),
  amount('FEES'),
  exact('STATE'),
]

/** `yes 0.4 + no 0.55 keeps $0.05 a pair, $1.00 for 20`. */
export function injectionLine({ legs, edge, edgePerPair, size }: InjectionJson): string {
  const offers = legs.map(({ market, outcome, price }) => `${outcome} of ${market} at ${price}`).join(' + ')
  return `${offers} keeps ${dollars(edgePerPair)} a pair, ${dollars(edge)} for ${size}`
}

export function injectView({ injection, bought, imbalance }: InjectJson): Document {
  const { endedBy, endedAfterMs, orders, problems } = injection
  const ended = endedBy === null ? 'It stands still.' : `It ended by ${endedBy} after ${endedAfterMs ?? ''} ms.`
  return [
    text(`Injected: ${injectionLine(injection)}. ${ended}`),
    ...lines(...problems.map((problem) => `Not done: ${problem}`)),
    ...(orders.length === 0 ? [text('No order came.')] : [table(columns, orders.map(row))]),
    text(
      `Bought ${bought.map(({ quantity, outcome, market }) => `${quantity} ${outcome} of ${market}`).join(' and ')}.`,
    ),
    ...lines(imbalance === '0' ? null : `One side holds ${imbalance} more than the other.`),
  ]
}

function row(order: InjectedOrderJson): readonly string[] {
  const { afterMs, market, outcome, side, price, quantity, budget, refused, state, filled, cost, fees } = order
  return [
    String(Math.round(afterMs)),
    market,
    `${side} ${outcome}`,
    price,
    quantity ?? dollars(budget),
    filled,
    dollars(cost),
    dollars(fees),
    refused === null ? orUnknown(state) : refused.replaceAll('_', ' '),
  ]
}
