import { addQuantity, formatAmount } from '../../domain/amounts.ts'
import type { Market } from '../../domain/market.ts'
import type { Order, OrderTerms } from '../../domain/order.ts'
import type { AmendLookup, CallOptions } from '../../domain/venue.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { KalshiApi } from './api.ts'
import { reportOfOrder } from './decode.ts'
import { yesPriceOf } from './encode.ts'
import { dataTime, type LookupSources, SECOND_LOOKS_MS, SIGNATURE_LIFETIME_MS } from './lookup.ts'
import { orderAnswer, type WireOrder } from './wire.ts'

/**
 * What became of a change whose answer was lost. The order with the new terms proves that it was carried out. The old
 * terms prove the opposite only in a read that is known to be newer than the last moment at which the change could arrive.
 */
export async function findAmend(
  sources: LookupSources,
  order: Order,
  market: Market,
  options?: CallOptions,
): Promise<AmendLookup> {
  const { api, clock } = sources
  const { pendingAmend } = order
  if (pendingAmend === null) throw new Error(`no change of order ${order.intent.id} is under way`)
  let seen = await look(api, order, options)
  for (const waitMs of SECOND_LOOKS_MS) {
    if (seen.kind !== 'old') break
    await clock.sleep(waitMs, options?.signal)
    seen = await look(api, order, options)
  }
  if (seen.kind !== 'old') return conclude(seen, order, market)
  const asOfMs = await dataTime(api, options)
  const provenFromMs = Date.parse(pendingAmend.askedAt) + Math.max(0, api.time.skewMs()) + SIGNATURE_LIFETIME_MS
  if (asOfMs < provenFromMs) {
    const when = `Kalshi's data is as of ${isoTime(asOfMs)}; from ${isoTime(provenFromMs)} it is proof`
    return { kind: 'not_seen', evidence: `the order still shows its old terms (${shown(order.intent)}). ${when}.` }
  }
  const last = await look(api, order, options)
  if (last.kind !== 'old') return conclude(last, order, market)
  const evidence = `as of ${isoTime(asOfMs)} the order has its old terms (${shown(order.intent)}), and a change that old is refused`
  return { kind: 'never_arrived', report: reportOfOrder(last.order, order.intent), evidence }
}

type Look =
  | { readonly kind: 'old'; readonly order: WireOrder }
  | { readonly kind: 'new'; readonly order: WireOrder }
  | { readonly kind: 'ended'; readonly order: WireOrder }
  | { readonly kind: 'other'; readonly order: WireOrder; readonly terms: OrderTerms }
  | { readonly kind: 'nothing' }

async function look(api: KalshiApi, order: Order, options?: CallOptions): Promise<Look> {
  const { venueOrderId, intent, pendingAmend } = order
  if (venueOrderId === null) return { kind: 'nothing' }
  const answer = await api.readOrNull({
    endpoint: 'get_order',
    path: `/portfolio/orders/${encodeURIComponent(venueOrderId)}`,
    schema: orderAnswer,
    isPrivate: true,
    subject: venueOrderId,
    options,
  })
  if (answer === null || answer.order.order_id !== venueOrderId) return { kind: 'nothing' }
  const found = answer.order
  if (found.status !== 'resting') return { kind: 'ended', order: found }
  const terms: OrderTerms = {
    price: yesPriceOf(intent.outcome, found.yes_price_dollars),
    // The initial count may be that of the first order; what is filled and what is left make up the present one.
    quantity: addQuantity(found.fill_count_fp, found.remaining_count_fp),
  }
  if (pendingAmend !== null && isSame(terms, pendingAmend)) return { kind: 'new', order: found }
  return isSame(terms, intent) ? { kind: 'old', order: found } : { kind: 'other', order: found, terms }
}

function conclude(seen: Exclude<Look, { kind: 'old' }>, order: Order, market: Market): AmendLookup {
  switch (seen.kind) {
    case 'new':
      return {
        kind: 'carried_out',
        report: reportOfOrder(seen.order, order.intent),
        evidence: 'the order has the terms that were asked for',
      }
    case 'ended':
      return {
        kind: 'ended',
        report: reportOfOrder(seen.order, order.intent),
        evidence: `the order has ended (${seen.order.status})`,
      }
    case 'other':
      return {
        kind: 'not_seen',
        evidence: `the order shows terms (${shown(seen.terms)}) that are neither its old ones nor those asked for: changed elsewhere?`,
      }
    case 'nothing':
      return { kind: 'not_seen', evidence: `Kalshi does not show the order in ${market.id}.` }
  }
}

function isSame(a: OrderTerms, b: OrderTerms): boolean {
  return a.price === b.price && a.quantity === b.quantity
}

function shown({ price, quantity }: OrderTerms): string {
  return `${formatAmount(quantity)} at ${formatAmount(price)}`
}
