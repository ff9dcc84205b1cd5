import { averagePrice, type Money, type Quantity } from '../../domain/amounts.ts'
import type { Fact, OrderTerms } from './fact.ts'
import { JsonView } from './json-view.ts'
import type { SceneExchange } from './scene.ts'

/** Source: Polymarket CLOB reference, order and trade endpoints, read 2026-11. Amounts of a request are millionths. */
export function polymarketFacts({ entry }: SceneExchange): readonly Fact[] {
  const asked = JsonView.of(entry.request.postData?.text, 'request')
  const answer = JsonView.of(entry.response.content.text, 'response')
  const succeeded = entry._outcome === 'response' && entry.response.status < 300
  const answered = endingOf(entry.response.status, entry._outcome)
  switch (entry._endpoint) {
    case 'order':
      if (entry.request.method === 'POST') return placed(asked, answer, answered)
      return entry.request.method === 'DELETE' ? cancelled(answer) : standing(answer)
    case 'orders':
      if (entry.request.method === 'POST') return batch(asked, answer, answered)
      return entry.request.method === 'DELETE' ? cancelled(answer) : listed(answer).flatMap(standing)
    case 'cancel_all':
    case 'cancel_market_orders':
      return cancelled(answer)
    case 'trades':
      return succeeded ? listed(answer).flatMap(fills) : []
    case 'balance_allowance': {
      // Of collateral: a token's balance is a holding.
      if (new URL(entry.request.url).searchParams.get('asset_type') === 'CONDITIONAL') return []
      const amount = millionths(answer.get('balance'))
      return succeeded && amount !== null
        ? [{ kind: 'balance', field: 'response.balance', amount: amount as Money }]
        : []
    }
    default:
      return []
  }
}

type Ending = Extract<Fact, { kind: 'placed' }>['answered']

/** 425: the matching engine restarts, and the order may be in its queue. */
function endingOf(status: number, outcome: string): Ending {
  if (outcome === 'refused') return 'rejected'
  if (outcome !== 'response' || status >= 500 || status === 425) return 'unknown'
  return status < 300 ? 'accepted' : 'rejected'
}

function placed(asked: JsonView, answer: JsonView, answered: Ending): readonly Fact[] {
  const order = asked.get('order')
  const terms = termsOf(order, asked.get('orderType').text())
  const key = order.get('salt').text()
  if (terms === null || key === null) return []
  const accepted = answered === 'accepted' && answer.get('success').isTrue()
  const ending = answered === 'accepted' && !accepted ? 'rejected' : answered
  const orderId = accepted ? answer.get('orderID').text() : null
  const fact: Fact = { kind: 'placed', field: 'request.order', key, orderId, terms, answered: ending }
  if (orderId === null) return [fact]
  const filled = answer.get(terms.side === 'buy' ? 'takingAmount' : 'makingAmount').quantity()
  const field = `${answer.path}.${terms.side === 'buy' ? 'takingAmount' : 'makingAmount'}`
  return [fact, { kind: 'standing', field, orderId, filled, remaining: null }]
}

function batch(asked: JsonView, answer: JsonView, answered: Ending): readonly Fact[] {
  const results = answer.items()
  return asked
    .items()
    .flatMap((order, index) => placed(order, results[index] ?? JsonView.of(undefined, 'response'), answered))
}

function termsOf(order: JsonView, orderType: string | null): OrderTerms | null {
  const [market, makes, takes] = [
    order.get('tokenId').text(),
    millionths(order.get('makerAmount')),
    millionths(order.get('takerAmount')),
  ]
  if (market === null || makes === null || takes === null || makes === 0n || takes === 0n) return null
  const side = order.get('side').text() === 'SELL' ? 'sell' : 'buy'
  const [shares, dollars] = side === 'buy' ? [takes, makes] : [makes, takes]
  const price = averagePrice(dollars as Money, shares as Quantity, side === 'buy' ? 'up' : 'down')
  if (price === null) return null
  const immediate = orderType === 'FAK' || orderType === 'FOK'
  const spends = immediate && side === 'buy' ? (dollars as Money) : null
  return { market, side, quantity: shares as Quantity, price, spends }
}

function millionths(view: JsonView): bigint | null {
  const text = view.text()
  return text !== null && /^\d+$/.test(text) ? BigInt(text) : null
}

function listed(answer: JsonView): readonly JsonView[] {
  const rows = answer.get('data').items()
  return rows.length > 0 ? rows : answer.items()
}

function standing(order: JsonView): readonly Fact[] {
  const orderId = order.get('id').text()
  if (orderId === null) return []
  const filled = order.get('size_matched').quantity()
  const size = order.get('original_size').quantity()
  const remaining = filled === null || size === null || filled > size ? null : ((size - filled) as Quantity)
  return [{ kind: 'standing', field: `${order.path}.size_matched`, orderId, filled, remaining }]
}

function cancelled(answer: JsonView): readonly Fact[] {
  return answer
    .get('canceled')
    .items()
    .flatMap((id) => {
      const orderId = id.text()
      return orderId === null ? [] : [{ kind: 'cancelled', field: id.path, orderId, reduced: null } as const]
    })
}

/** Our side of a trade: the taker's order, or those of the makers that have our address. */
function fills(trade: JsonView): readonly Fact[] {
  const id = trade.get('id').text()
  if (id === null) return []
  const failed = trade.get('status').text() === 'FAILED'
  const atMs = trade.get('match_time').timeMs()
  const own = (row: JsonView, orderMember: string, sizeMember: string): readonly Fact[] => {
    const [orderId, quantity, price] = [
      row.get(orderMember).text(),
      row.get(sizeMember).quantity(),
      row.get('price').price(),
    ]
    if (orderId === null || quantity === null || price === null) return []
    const field = `${row.path}.${sizeMember}`
    return [{ kind: 'fill', field, id: `${id}:${orderId}`, orderId, quantity, price, failed, atMs, fee: null }]
  }
  if (trade.get('trader_side').text() !== 'MAKER') return own(trade, 'taker_order_id', 'size')
  const address = trade.get('maker_address').text()
  return trade
    .get('maker_orders')
    .items()
    .filter((maker) => maker.get('maker_address').text() === address)
    .flatMap((maker) => own(maker, 'order_id', 'matched_amount'))
}
