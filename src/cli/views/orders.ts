import type { FillJson, OrderJson, OrderListJson, OrderStatusJson } from '../json/order-json.ts'
import { amount, type Document, exact, lines, orUnknown, table, text, words } from './document.ts'
import { dollars } from './dollars.ts'
import { changeSentence, feeDriftText, orderAdvice, orderPhrase, orderSentence } from './order-text.ts'

export function orderListView({ orders }: OrderListJson): Document {
  if (orders.length === 0) return [text('No orders.')]
  return [
    table(
      [
        exact('ORDER'),
        exact('STATUS'),
        words('MARKET'),
        exact('SIDE'),
        amount('QUANTITY'),
        amount('PRICE'),
        amount('FILLED'),
        amount('OPEN'),
        exact('CREATED'),
      ],
      orders.map(orderRow),
    ),
  ]
}

function orderRow(order: OrderJson): readonly string[] {
  return [
    order.id,
    order.status,
    order.market,
    `${order.side} ${order.outcome}`,
    order.quantity,
    dollars(order.price),
    order.filledQuantity,
    orUnknown(order.remainingQuantity),
    order.createdAt,
  ]
}

export function orderStatusView({ order, fills, evidence }: OrderStatusJson): Document {
  const advice = orderAdvice(order)
  const drift = feeDriftText(order)
  return [
    text(orderPhrase(order)),
    text(orderSentence(order)),
    ...lines(changeSentence(order)),
    ...(order.status === 'denied' && order.reason !== null ? [text(order.reason)] : []),
    ...(fills.length === 0 ? [] : [table(fillColumns, fills.map(fillRow))]),
    ...(drift === null ? [] : [text(drift)]),
    ...evidence.map(({ time, finding, evidence: detail }) => text(`${time} ${finding}: ${detail}`)),
    ...(advice === null ? [] : [text(advice)]),
  ]
}

const fillColumns = [
  exact('FILL'),
  exact('TIME'),
  amount('QUANTITY'),
  amount('PRICE'),
  amount('FEE'),
  exact('ROLE'),
  exact('FINALITY'),
]

function fillRow(fill: FillJson): readonly string[] {
  return [
    fill.id,
    fill.time,
    fill.quantity,
    dollars(fill.price),
    dollars(fill.fee),
    orUnknown(fill.liquidity),
    fill.finality,
  ]
}
