import {
  averagePrice,
  formatAmount,
  type Money,
  moneyOf,
  type Price,
  parseMoney,
  parseQuantity,
  type Quantity,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { Fields } from './fields.ts'
import {
  costOf,
  type ExchangeView,
  fillWords,
  type OrderState,
  type OrderStep,
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

/** What an exchange with Polymarket meant. Source: Polymarket CLOB reference of 2026-11, orders; V1 orders until 2026-04. */
export function tellPolymarket(view: ExchangeView): Told {
  const { method, endpoint } = view
  switch (endpoint) {
    case 'order':
      if (method === 'POST') return tellNew(view, view.request, view.response)
      return method === 'DELETE' ? tellCancel(view, 'cancel') : tellOrder(view)
    case 'orders':
      if (method === 'POST') return tellBatch(view)
      return method === 'DELETE' ? tellCancel(view, 'cancel several') : tellOrders(view)
    case 'cancel_all':
      return tellCancel(view, 'cancel everything')
    case 'cancel_market_orders':
      return tellCancel(view, 'cancel all of the market')
    case 'trades':
      return told(`read trades: ${tradesWords(view)}`)
    case 'positions':
      return told(`read positions: ${endWords(view, String(view.response.items('data').length))}`)
    case 'balance_allowance':
      return told(`read the balance: ${endWords(view, balanceWords(view.response))}`)
    default:
      return told(`${method === 'GET' ? 'read ' : ''}${endpoint.replaceAll('_', ' ')}: ${endWords(view, 'done')}`)
  }
}

function tellNew(view: ExchangeView, request: Fields, answer: Fields): Told {
  const terms = requestTerms(request.at('order'), view)
  const type = request.text('orderType') ?? ''
  const asked = termsWords(terms)
  const ids = [answer.text('orderID')].flatMap((id) => id ?? [])
  if (view.outcome !== 'response')
    return told(`${asked}: ${unansweredWords(view.outcome)}`, unanswered(view.outcome, ids, terms))
  if (view.status >= 500)
    return told(`${asked}: status ${view.status}: it may have arrived`, unanswered('reset', ids, terms))
  const error = answer.text('errorMsg') ?? answer.text('error')
  if (view.status >= 400 || error !== null) {
    return told(`${asked}: refused, ${error ?? `status ${view.status}`}`, rejected(ids, terms))
  }
  const status = answer.text('status')
  if (status === 'delayed' || status === 'unmatched') {
    return told(`${asked}: ${status}, what became of it is not known yet`, {
      ids,
      terms,
      state: 'unknown',
      filled: null,
      cost: null,
      rests: null,
    })
  }
  const { filled, paid } = status === 'live' ? { filled: ZERO_QUANTITY, paid: null } : fillOf(answer, terms)
  const rests = restOf(type, terms.quantity, filled)
  const state = stateOf(filled, rests, terms.quantity)
  return told(`${asked}: ${fillWords(filled, rests, terms.quantity)}`, { ids, terms, state, filled, cost: paid, rests })
}

/** Of an order that may rest, what was not filled; of an immediate one nothing. */
function restOf(type: string, asked: Quantity | null, filled: Quantity | null): Quantity | null {
  if (type === 'FAK' || type === 'FOK') return ZERO_QUANTITY
  return asked === null || filled === null ? null : filled >= asked ? ZERO_QUANTITY : subtractQuantity(asked, filled)
}

function requestTerms(order: Fields, view: ExchangeView): Terms {
  const side = order.text('side') === 'SELL' ? 'sell' : 'buy'
  const [given, got] = [order.text('makerAmount'), order.text('takerAmount')]
  const [money, shares] = side === 'buy' ? [given, got] : [got, given]
  const quantity = units(shares, parseQuantity)
  const total = units(money, parseMoney)
  const price = quantity === null || total === null ? null : averagePrice(total, quantity, 'down')
  return { ...tokenTerms(order.text('tokenId'), view), side, quantity, price }
}

/** An integer of millionths, as orders write amounts. */
function units<T>(text: string | null, parse: (text: string) => T): T | null {
  if (text === null || !/^\d{1,20}$/.test(text)) return null
  const padded = text.padStart(7, '0')
  return parse(`${padded.slice(0, -6)}.${padded.slice(-6)}`)
}

function tokenTerms(token: string | null, view: ExchangeView): Pick<Terms, 'market' | 'outcome'> {
  const known = token === null ? null : view.tokenOf(token)
  if (known !== null) return { market: known.market, outcome: known.outcome }
  return { market: null, outcome: token === null ? 'shares' : `shares of ${shortToken(token)}` }
}

function shortToken(token: string): string {
  return token.length <= 10 ? token : `${token.slice(0, 4)}..${token.slice(-4)}`
}

/**
 * Answers have whole units; the venue's document shows millionths. What is more than was asked for is in millionths.
 * Source: Polymarket reference 3.7.
 */
function fillOf(
  answer: Fields,
  { side, quantity }: Terms,
): { readonly filled: Quantity | null; readonly paid: Money | null } {
  const [making, taking] = [answer.text('makingAmount'), answer.text('takingAmount')]
  const [money, shares] = side === 'buy' ? [making, taking] : [taking, making]
  const whole = answer.quantity(side === 'buy' ? 'takingAmount' : 'makingAmount')
  const isMillionths =
    shares !== null && !shares.includes('.') && whole !== null && quantity !== null && whole >= quantity * 1_000n
  if (isMillionths) return { filled: units(shares, parseQuantity), paid: units(money, parseMoney) }
  return { filled: whole, paid: answer.money(side === 'buy' ? 'makingAmount' : 'takingAmount') }
}

function tellBatch(view: ExchangeView): Told {
  const asked = view.request.items('')
  const answers = view.response.items('')
  return toldAtOnce(asked.map((request, index) => tellNew(view, request, answers[index] ?? view.response)))
}

function tellCancel(view: ExchangeView, what: string): Told {
  const asked = [view.request.text('orderID')].flatMap((id) => id ?? [])
  if (view.outcome !== 'response') return told(`${what}: ${unansweredWords(view.outcome)}`, ...asked.map(untouched))
  if (view.status >= 400) return told(`${what}: ${endWords(view, '')}`, ...asked.map(untouched))
  const canceled = view.response.texts('canceled')
  const kept = asked.filter((id) => !canceled.includes(id))
  const reason = kept.map((id) => view.response.text(`not_canceled.${id}`)).find((text) => text !== null)
  const words =
    canceled.length === 0 ? `nothing cancelled${reason == null ? '' : `, ${reason}`}` : `${canceled.length} cancelled`
  const steps = canceled.map(
    (id): OrderStep => ({ ids: [id], terms: null, state: 'cancelled', filled: null, cost: null, rests: ZERO_QUANTITY }),
  )
  return told(`${what}: ${words}`, ...steps, ...kept.map(untouched))
}

function tellOrder(view: ExchangeView): Told {
  const id = view.path.split('/').at(-1) ?? ''
  if (view.outcome !== 'response' || view.status >= 400)
    return told(`read the order: ${endWords(view, '')}`, untouched(id))
  if (view.response.text('id') === null) return told('read the order: the venue does not know it', untouched(id))
  const step = orderStep(view.response, view)
  return told(`read the order: ${standWords(step)}`, step)
}

function tellOrders(view: ExchangeView): Told {
  const steps = view.response.items('data').map((order) => orderStep(order, view))
  return toldList(steps, endWords(view, String(steps.length)))
}

const states: Readonly<Record<string, OrderState>> = { LIVE: 'resting', MATCHED: 'filled', INVALID: 'gone' }

function orderStep(order: Fields, view: ExchangeView): OrderStep {
  const status = (order.text('status') ?? '').replace(/^ORDER_STATUS_/, '')
  const state = status.startsWith('CANCELED') ? 'cancelled' : (states[status] ?? null)
  const [quantity, filled] = [order.quantity('original_size'), order.quantity('size_matched')]
  const price: Price | null = order.price('price')
  const rests = state === 'resting' ? restOf('GTC', quantity, filled) : state === null ? null : ZERO_QUANTITY
  const side = order.text('side') === 'SELL' ? 'sell' : 'buy'
  const named = tokenTerms(order.text('asset_id'), view)
  const outcome = named.market === null ? (order.text('outcome') ?? named.outcome) : named.outcome
  return {
    ids: [order.text('id')].flatMap((id) => id ?? []),
    terms: { market: named.market, outcome, side, quantity, price },
    state,
    filled,
    cost: costOf(filled, price),
    rests,
  }
}

function tradesWords(view: ExchangeView): string {
  const byStatus = new Map<string, number>()
  for (const trade of view.response.items('data')) {
    const status = (trade.text('status') ?? 'unknown').replace(/^TRADE_STATUS_/, '').toLowerCase()
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1)
  }
  const counts = [...byStatus].map(([status, count]) => `${count} ${status}`).join(', ')
  return endWords(view, counts === '' ? '0' : counts)
}

function balanceWords(response: Fields): string {
  const balance = response.text('balance')
  return balance === null || !/^\d{1,20}$/.test(balance) ? 'not said' : formatAmount(moneyOf(BigInt(balance)))
}

function endWords(view: ExchangeView, good: string): string {
  if (view.outcome !== 'response') return unansweredWords(view.outcome)
  if (view.status < 400) return good
  return view.response.text('error') ?? view.response.text('errorMsg') ?? `status ${view.status}`
}
