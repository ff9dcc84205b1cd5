import type { Fact, OrderTerms } from './fact.ts'
import { JsonView } from './json-view.ts'
import type { SceneExchange } from './scene.ts'

/** Source: Kalshi API reference, portfolio endpoints, read 2026-11. Prices on the wire are of YES. */
export function kalshiFacts({ entry }: SceneExchange): readonly Fact[] {
  const asked = JsonView.of(entry.request.postData?.text, 'request')
  const answer = JsonView.of(entry.response.content.text, 'response')
  const succeeded = entry._outcome === 'response' && entry.response.status < 300
  const { method, url } = entry.request
  switch (entry._endpoint) {
    case 'orders':
      return method === 'POST'
        ? placed(asked, answer, ending(entry.response.status, entry._outcome))
        : seen(answer, 'orders')
    case 'orders_batched':
      return method === 'POST' ? batch(asked, answer, ending(entry.response.status, entry._outcome)) : []
    case 'order':
      if (!succeeded) return []
      return method === 'DELETE' ? cancelled(answer, lastSegment(url)) : standing(answer.get('order'))
    case 'order_amend':
    case 'order_decrease':
      return succeeded ? resized(answer, lastSegment(url, 2)) : []
    case 'historical_orders':
      return seen(answer, 'orders')
    case 'fills':
    case 'historical_fills':
      return succeeded ? answer.get('fills').items().flatMap(fill) : []
    case 'balance': {
      const amount = answer.get('balance_dollars').money()
      return succeeded && amount !== null ? [{ kind: 'balance', field: 'response.balance_dollars', amount }] : []
    }
    default:
      return []
  }
}

type Ending = Extract<Fact, { kind: 'placed' }>['answered']

function ending(status: number, outcome: string): Ending {
  if (outcome === 'refused') return 'rejected'
  if (outcome !== 'response' || status >= 500) return 'unknown'
  return status < 300 ? 'accepted' : 'rejected'
}

function placed(asked: JsonView, answer: JsonView, answered: Ending): readonly Fact[] {
  const terms = termsOf(asked)
  const key = asked.get('client_order_id').text()
  if (terms === null || key === null) return []
  const orderId = answered === 'accepted' ? answer.get('order_id').text() : null
  const fact: Fact = { kind: 'placed', field: 'request', key, orderId, terms, answered }
  return [fact, ...(orderId === null ? [] : standing(answer))]
}

function batch(asked: JsonView, answer: JsonView, answered: Ending): readonly Fact[] {
  const results = answer.get('orders').items()
  return asked
    .get('orders')
    .items()
    .flatMap((order, index) => {
      const result = results[index]
      if (result === undefined) return placed(order, JsonView.of(undefined, 'response'), answered)
      const failed = result.get('error').keys().length > 0
      return placed(order, result, failed ? 'rejected' : answered)
    })
}

function termsOf(asked: JsonView): OrderTerms | null {
  const [market, side, quantity, price] = [
    asked.get('ticker').text(),
    asked.get('side').text(),
    asked.get('count').quantity(),
    asked.get('price').price(),
  ]
  if (market === null || quantity === null || price === null) return null
  return { market, side: side === 'ask' ? 'sell' : 'buy', quantity, price, spends: null }
}

function seen(answer: JsonView, list: string): readonly Fact[] {
  return answer.get(list).items().flatMap(standing)
}

/** Both shapes: what placing answers (`fill_count`) and what reading answers (`fill_count_fp`). */
function standing(order: JsonView): readonly Fact[] {
  const orderId = order.get('order_id').text()
  if (orderId === null) return []
  const filled = order.get('fill_count_fp').quantity() ?? order.get('fill_count').quantity()
  const remaining = order.get('remaining_count_fp').quantity() ?? order.get('remaining_count').quantity()
  return [{ kind: 'standing', field: `${order.path}.fill_count`, orderId, filled, remaining }]
}

function cancelled(answer: JsonView, orderId: string): readonly Fact[] {
  const reduced = answer.get('reduced_by').quantity()
  return [{ kind: 'cancelled', field: 'response.reduced_by', orderId, reduced }]
}

function resized(answer: JsonView, orderId: string): readonly Fact[] {
  const order = answer.get('order').get('order_id').text() === null ? answer : answer.get('order')
  const filled = order.get('fill_count_fp').quantity() ?? order.get('fill_count').quantity()
  const remaining = order.get('remaining_count_fp').quantity() ?? order.get('remaining_count').quantity()
  const quantity = filled === null || remaining === null ? null : ((filled + remaining) as typeof filled)
  return [{ kind: 'resized', field: 'response', orderId, quantity }]
}

function fill(row: JsonView): readonly Fact[] {
  const [id, orderId, quantity, yes] = [
    row.get('fill_id').text() ?? row.get('trade_id').text(),
    row.get('order_id').text(),
    row.get('count_fp').quantity(),
    row.get('yes_price_dollars').price(),
  ]
  if (id === null || orderId === null || quantity === null || yes === null) return []
  const atMs = row.get('created_time').timeMs()
  const fee = row.get('fee_cost').money()
  return [{ kind: 'fill', field: `${row.path}.count_fp`, id, orderId, quantity, price: yes, failed: false, atMs, fee }]
}

function lastSegment(url: string, fromEnd = 1): string {
  return new URL(url).pathname.split('/').at(-fromEnd) ?? ''
}
