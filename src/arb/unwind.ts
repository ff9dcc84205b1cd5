import { priceWithin, type Quantity, subtractQuantity } from '../domain/amounts.ts'
import type { Order } from '../domain/order.ts'
import { bookOf, walkDepth } from '../domain/order-book.ts'
import type { PairState } from '../domain/pair.ts'
import { placeTogether } from '../engine/place-order.ts'
import { type OrderRequest, planOrder } from '../engine/plan-order.ts'
import type { Trading } from '../engine/trading.ts'
import { seededIds } from '../runtime/ids.ts'

/** A tranche that finds no buyer is tried again as the book refills; beyond this a person decides. */
const attemptsMax = 5
const firstWaitMs = 250

/**
 * Sells the excess of the heavier leg into the bids of its own market, best price first, one immediate order at a time.
 * Stops at the first outcome that is not known: selling again on a guess could sell twice.
 */
export async function unwindExcess(
  trading: Trading,
  requests: readonly [OrderRequest, OrderRequest],
  imbalance: Extract<PairState, { kind: 'imbalanced' }>,
  tradeId: string,
  signal?: AbortSignal,
): Promise<readonly Order[]> {
  const heavy = requests[imbalance.heavy]
  const orders: Order[] = []
  let left = imbalance.excess
  for (let attempt = 0; attempt < attemptsMax && left > 0n && signal?.aborted !== true; attempt++) {
    if (attempt > 0) await trading.runtime.clock.sleep(firstWaitMs * 2 ** (attempt - 1), signal)
    const order = await sellOnce(trading, heavy, left, { tradeId, attempt }, signal)
    if (order === null) continue
    orders.push(order)
    if (order.status === 'unknown' || order.status === 'submitted') break
    left = subtractQuantity(left, order.filledQuantity)
  }
  return orders
}

/** One immediate sale into the bids as they are now, within the slippage limit. Null when nobody bids. */
async function sellOnce(
  trading: Trading,
  heavy: OrderRequest,
  quantity: Quantity,
  part: { readonly tradeId: string; readonly attempt: number },
  signal?: AbortSignal,
): Promise<Order | null> {
  const { tradeId, attempt } = part
  const { outcome } = heavy.intent
  const book = await trading.observe.book(heavy.market, signal)
  const own = bookOf(book, outcome)
  const best = own.bids[0]?.price
  if (best === undefined) return null
  // No deeper than the slippage limit: the next attempt goes on from what is best then.
  const limit = priceWithin(best, trading.limits.maxSlippage, 'below')
  const walk = walkDepth(own, { side: 'sell', quantity, limit })
  if (walk.worstPrice === null) return null
  const draft = {
    market: heavy.market.id,
    outcome,
    side: 'sell',
    quantity,
    price: walk.worstPrice,
    timeInForce: 'ioc',
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    // The second tranche of an unwind may look exactly like the first.
    allowDuplicate: true,
    purpose: { kind: 'unwind', tradeId },
  } as const
  // Ids that depend on the trade and the attempt alone, so that a replay of the trade draws the same.
  const ids = seededIds(trading.runtime.random.fork(`unwind/${tradeId}/${attempt}`))
  const plan = await planOrder(trading, draft, signal, ids)
  const [placed] = await placeTogether(trading, [plan], signal)
  return placed === undefined || placed.order.status === 'denied' ? null : placed.order
}
