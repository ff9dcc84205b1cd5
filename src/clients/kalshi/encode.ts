import { complement, formatAmountFixed, isMultipleOf, type Price, parseQuantity } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { Outcome } from '../../domain/market.ts'
import { parseMarketId } from '../../domain/market.ts'
import type { OrderIntent, OrderTerms, TimeInForce } from '../../domain/order.ts'
import type { Side } from '../../domain/side.ts'
import type { AmendOrderBody, CreateOrderBody } from './wire.ts'

/** Orders are in hundredths of a contract on every market. Source: Kalshi changelog, fractional trading, 2026-03. */
export const QUANTITY_STEP = parseQuantity('0.01')
const PRICE_STEP = 100n

/**
 * Which side of the one book an order joins. There is one book per market, in YES dollars: buying NO is selling YES at
 * the complement.
 */
export function bookSideOf(outcome: Outcome, side: Side): 'bid' | 'ask' {
  return (outcome === 'yes') === (side === 'buy') ? 'bid' : 'ask'
}

/** A price of an outcome as the price of YES, and the other way round. */
export function yesPriceOf(outcome: Outcome, price: Price): Price {
  return outcome === 'yes' ? price : complement(price)
}

/**
 * The body of a new order. Nothing is rounded and nothing resized.
 * @throws ToolkitError of category `denied` when Kalshi cannot take such an order.
 */
export function encodeOrder(intent: OrderIntent): CreateOrderBody {
  checkEncodable(intent)
  return {
    ticker: tickerOf(intent),
    side: bookSideOf(intent.outcome, intent.side),
    count: formatAmountFixed(intent.quantity, 2),
    price: formatAmountFixed(yesPriceOf(intent.outcome, intent.price), 4),
    time_in_force: wireTimeInForce[intent.timeInForce],
    // Our resting order stays and the new one stops: nothing of ours is cancelled behind our back.
    self_trade_prevention_type: 'taker_at_cross',
    client_order_id: intent.clientOrderId,
    ...(intent.expiresAt === null ? {} : { expiration_time: Math.floor(Date.parse(intent.expiresAt) / 1000) }),
    ...(intent.postOnly ? { post_only: true as const } : {}),
    ...(intent.reduceOnly ? { reduce_only: true as const } : {}),
  }
}

/**
 * The body of a change to a price and to a quantity in all, what is filled included.
 * @throws ToolkitError of category `denied` when Kalshi cannot take such terms.
 */
export function encodeAmend(intent: OrderIntent, { price, quantity }: OrderTerms): AmendOrderBody {
  checkEncodable({ ...intent, price, quantity })
  return {
    ticker: tickerOf(intent),
    side: bookSideOf(intent.outcome, intent.side),
    price: formatAmountFixed(yesPriceOf(intent.outcome, price), 4),
    count: formatAmountFixed(quantity, 2),
  }
}

const wireTimeInForce: Readonly<Record<TimeInForce, CreateOrderBody['time_in_force']>> = {
  ioc: 'immediate_or_cancel',
  fok: 'fill_or_kill',
  gtc: 'good_till_canceled',
  // Kalshi has no fourth kind: an expiration time makes it one.
  gtd: 'good_till_canceled',
}

function tickerOf(intent: OrderIntent): string {
  const parsed = parseMarketId(intent.market)
  if (parsed?.venue !== 'kalshi') throw new Error(`not a Kalshi market: ${intent.market}`)
  return parsed.symbol
}

function checkEncodable(intent: OrderIntent): void {
  if (!isMultipleOf(intent.quantity, QUANTITY_STEP)) {
    throw denied(
      'KALSHI_COUNT',
      `Kalshi takes hundredths of a contract at the finest, not ${formatAmountFixed(intent.quantity, 2)}.`,
    )
  }
  if (intent.price % PRICE_STEP !== 0n) {
    throw denied(
      'KALSHI_PRICE',
      `Kalshi takes prices with 4 decimals at the most, not ${formatAmountFixed(intent.price, 2)}.`,
    )
  }
  const rests = intent.timeInForce === 'gtc' || intent.timeInForce === 'gtd'
  if (intent.postOnly && !rests) {
    throw denied('KALSHI_POST_ONLY', 'A post-only order must be able to rest: use gtc or gtd.')
  }
  if (intent.reduceOnly && intent.timeInForce !== 'ioc') {
    throw denied('KALSHI_REDUCE_ONLY', 'Kalshi takes reduce-only orders only as ioc.')
  }
  if ((intent.timeInForce === 'gtd') !== (intent.expiresAt !== null)) {
    throw denied('KALSHI_EXPIRY', 'An expiry time goes with gtd, and only with gtd.')
  }
  if (intent.expiresAt !== null && Number.isNaN(Date.parse(intent.expiresAt))) {
    throw denied('KALSHI_EXPIRY', `${JSON.stringify(intent.expiresAt)} is not a time such as 2026-11-20T18:00:00Z.`)
  }
}

function denied(code: string, message: string): ToolkitError {
  return new ToolkitError({ code, category: 'denied', message: `${message} Nothing was sent.` })
}
