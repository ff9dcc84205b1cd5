import {
  addMoney,
  formatAmount,
  type Money,
  type Price,
  parseQuotedPrice,
  type Quantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { Fields } from './fields.ts'
import {
  costOf,
  type ExchangeView,
  fillWords,
  type OrderState,
  type OrderStep,
  onYesSide,
  rejected,
  standWords,
  stateOf,
  type Terms,
  type Told,
  termsWords,
  told,
  toldAtOnce,
  toldList,
  unanswered,
  unansweredWords,
  untouched,
} from './told.ts'

/** What an exchange with Kalshi meant. Source: Kalshi Trade API of 2026-11, orders; the V1 calls as they were until 2026-06. */
export function tellKalshi(view: ExchangeView): Told {
  const { method, endpoint } = view
  switch (endpoint) {
    case 'orders':
      if (method === 'POST') return tellNew(view, view.request, view.response)
      return method === 'DELETE' ? told(`cancel everything: ${plainEnd(view)}`) : tellOrders(view)
    case 'orders_batched':
      return tellBatch(view)
    case 'order':
      return method === 'DELETE' ? tellCancel(view) : tellOrder(view)
    case 'order_amend':
      return tellChange(view, `change it to ${termsWords(termsOf(view.request))}`)
    case 'order_decrease': {
      const [by, to] = [view.request.text('reduce_by'), view.request.text('reduce_to')]
      return tellChange(view, by === null ? `reduce it to ${to ?? '?'}` : `take ${by} off it`)
    }
    case 'fills':
      return told(`read fills: ${countWords(view, 'fills')}`)
    case 'positions':
      return told(`read positions: ${countWords(view, 'market_positions')}`)
    case 'balance':
      return told(`read the balance: ${endWords(view, view.response.text('balance_dollars') ?? 'not said')}`)
    default:
      return told(`${method === 'GET' ? 'read ' : ''}${endpoint.replaceAll('_', ' ')}: ${plainEnd(view)}`)
  }
}

function tellNew(view: ExchangeView, request: Fields, answer: Fields): Told {
  const terms = termsOf(request)
  const ids = [answer.text('order_id'), answer.text('order.order_id'), request.text('client_order_id')].flatMap(
    (id) => id ?? [],
  )
  const asked = termsWords(terms)
  if (view.outcome !== 'response') {
    return told(`${asked}: ${unansweredWords(view.outcome)}`, unanswered(view.outcome, ids, terms))
  }
  if (view.status >= 500)
    return told(`${asked}: ${errorWords(view)}: it may have arrived`, unanswered('reset', ids, terms))
  if (view.status >= 400 || answer.has('error')) {
    return told(`${asked}: refused, ${errorWords(view, answer)}`, rejected(ids, terms))
  }
  const order = answer.has('order') ? answer.at('order') : answer
  const filled = order.quantity('fill_count_fp', 'fill_count')
  const rests = order.quantity('remaining_count_fp', 'remaining_count')
  return told(`${asked}: ${fillWords(filled, rests, terms.quantity)}`, {
    ids,
    terms,
    state: stateOf(filled, rests, terms.quantity),
    filled,
    cost: order.money('taker_fill_cost_dollars') ?? costOf(filled, order.price('average_fill_price')),
    rests,
  })
}

function tellBatch(view: ExchangeView): Told {
  const asked = view.request.items('orders')
  if (view.method === 'DELETE') {
    const steps = view.response
      .items('orders')
      .map((entry) => cancelStep(entry.text('order_id'), entry.quantity('reduced_by')))
    return told(`cancel ${asked.length} orders: ${endWords(view, `${steps.length} answered`)}`, ...steps)
  }
  const answers = view.response.items('orders')
  return toldAtOnce(asked.map((request, index) => tellNew(view, request, answers[index] ?? view.response)))
}

function tellCancel(view: ExchangeView): Told {
  const id = view.path.split('/').at(-1) ?? null
  if (view.outcome !== 'response') return told(`cancel: ${unansweredWords(view.outcome)}`, ...seenStep(id))
  if (view.status >= 400) return told(`cancel: refused, ${errorWords(view)}`, ...seenStep(id))
  const by = view.response.quantity('reduced_by', 'reduced_by_fp')
  return told(`cancel: ${by === null ? 'accepted' : `${formatAmount(by)} taken back`}`, cancelStep(id, by))
}

function cancelStep(id: string | null, by: Quantity | null): OrderStep {
  const state = by === null || by > 0n ? 'cancelled' : null
  return {
    ids: id === null ? [] : [id],
    terms: null,
    state,
    filled: null,
    cost: null,
    rests: state === null ? null : ZERO_QUANTITY,
  }
}

function seenStep(id: string | null): readonly OrderStep[] {
  return id === null ? [] : [untouched(id)]
}

function tellChange(view: ExchangeView, what: string): Told {
  const id = view.path.split('/').at(-2) ?? null
  if (view.outcome !== 'response') return told(`${what}: ${unansweredWords(view.outcome)}`, ...seenStep(id))
  if (view.status >= 400) return told(`${what}: refused, ${errorWords(view)}`, ...seenStep(id))
  const rests = view.response.quantity('remaining_count')
  const step: OrderStep = {
    ids: id === null ? [] : [id],
    terms: view.endpoint === 'order_amend' ? termsOf(view.request) : null,
    state: rests === null ? null : rests > 0n ? 'resting' : 'gone',
    filled: view.response.quantity('fill_count'),
    cost: null,
    rests,
  }
  return told(`${what}: ${rests === null ? 'done' : `${formatAmount(rests)} rest`}`, step)
}

function tellOrder(view: ExchangeView): Told {
  if (!view.response.has('order'))
    return told(`read an order: ${plainEnd(view)}`, ...seenStep(view.path.split('/').at(-1) ?? null))
  const step = orderStep(view.response.at('order'))
  return told(`read the order: ${standWords(step)}`, step)
}

function tellOrders(view: ExchangeView): Told {
  return toldList(view.response.items('orders').map(orderStep), countWords(view, 'orders'))
}

function orderStep(order: Fields): OrderStep {
  const filled = order.quantity('fill_count_fp', 'fill_count')
  const rests = order.quantity('remaining_count_fp', 'remaining_count')
  const costs = [order.money('taker_fill_cost_dollars'), order.money('maker_fill_cost_dollars')].flatMap(
    (one): readonly Money[] => (one === null ? [] : [one]),
  )
  return {
    ids: [order.text('order_id'), order.text('client_order_id')].flatMap((id) => id ?? []),
    terms: termsOf(order),
    state: states[order.text('status') ?? ''] ?? null,
    filled,
    cost: costs.length === 0 ? null : addMoney(...costs),
    rests,
  }
}

const states: Readonly<Record<string, OrderState>> = { resting: 'resting', canceled: 'cancelled', executed: 'filled' }

/** Terms of a request or an order, in today's members or in those before 2026. */
function termsOf(order: Fields): Terms {
  const market = order.text('ticker')
  const quantity = order.quantity('initial_count_fp', 'initial_count', 'count', 'count_fp')
  const book = order.text('book_side') ?? order.text('side')
  if (book === 'bid' || book === 'ask') {
    const price = order.price('price', 'yes_price_dollars')
    return { market, outcome: 'yes', side: book === 'bid' ? 'buy' : 'sell', quantity, price }
  }
  const outcome = order.text('side') === 'no' ? 'no' : 'yes'
  const side = order.text('action') === 'sell' ? 'sell' : 'buy'
  const price = order.price(`${outcome}_price_dollars`) ?? cents(order.text(`${outcome}_price`))
  return { market, quantity, ...onYesSide(outcome, side, price) }
}

/** Whole cents, as prices were until 2026-03. */
function cents(text: string | null): Price | null {
  if (text === null || !/^\d{1,2}$/.test(text)) return null
  return parseQuotedPrice(`0.${text.padStart(2, '0')}`)
}

function countWords(view: ExchangeView, member: string): string {
  return endWords(view, String(view.response.items(member).length))
}

function endWords(view: ExchangeView, good: string): string {
  return view.outcome === 'response' && view.status < 400 ? good : plainEnd(view)
}

function plainEnd(view: ExchangeView): string {
  if (view.outcome !== 'response') return unansweredWords(view.outcome)
  return view.status < 400 ? 'done' : errorWords(view)
}

function errorWords({ status, response }: ExchangeView, answer: Fields = response): string {
  const error = answer.has('error.code') ? answer.at('error') : answer
  const words = [error.text('code'), error.text('details') ?? error.text('message')].flatMap((word) => word ?? [])
  return words.length === 0 ? `status ${status}` : words.join(': ')
}
