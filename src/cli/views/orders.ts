import type { FillJson, OrderJson, OrderListJson, OrderStatusJson } from '../json/order-json.ts'
import { amount, type Document, exact, lines, orUnknown, table, text, words } from './document.ts'
import { dollars } from './dollars.ts'
import { changeSentence, feeDriftText, orderAdvice, orderPhrase, orderSentence } from './order-text.ts'
import { waitingTradeText } from './waiting-trade.ts'

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

export function orderStatusView({ order, fills, evidence, trade }: OrderStatusJson): Document {
  const advice = orderAdvice(order)
  const drift = feeDriftText(order)
  return [
    text(orderPhrase(order)),
    text(orderSentence(order)),
    ...lines(changeSentence(order)),
    ...(order.status === 'denied' && order.reason !== null ? [text(order.reason)] : []),
    ...(fills.length === 0 ? [] : [table(fillColumns, fills.map(fillRow))]),
    ...(drift === null ? [] : [text(drift)]),
    ...(evidence.length === 0 ? [] : [text('What is known of its outcome, oldest first:')]),
    ...evidence.map((found) => text(evidenceText(found))),
    ...(advice === null ? [] : [text(advice)]),
    ...(trade === null ? [] : [text(waitingTradeText(trade))]),
  ]
}

/** `2026-11-20T12:00:00.000Z list_orders not_shown: … (as of …). Rules out: live, ended.` */
function evidenceText({
  time,
  source,
  finding,
  evidence,
  asOf,
  rulesOut,
}: OrderStatusJson['evidence'][number]): string {
  const where = source === null ? finding : `${source} ${finding}`
  const fresh = asOf === null ? '' : ` (as of ${asOf})`
  const gone =
    rulesOut.length === 0 ? '' : ` Rules out: ${rulesOut.map((story) => story.replace('_', ' ')).join(', ')}.`
  return `${time} ${where}: ${evidence.replace(/\.$/, '')}${fresh}.${gone}`
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
