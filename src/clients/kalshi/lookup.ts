import type { Market } from '../../domain/market.ts'
import { lastSentMs, type Order, type OrderReport } from '../../domain/order.ts'
import { missingFrom, shownBy } from '../../domain/stories.ts'
import type { CallOptions, OrderLookup } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { KalshiApi } from './api.ts'
import { reportOfOrder } from './decode.ts'
import { type PageSource, readAll, type WalkEnd } from './pages.ts'
import { orderAnswer, ordersPage, userDataTimestamp, type WireOrder } from './wire.ts'

/** Reads lag behind writes by up to some seconds (360 ms seen on demo, 2026-06). Waits before each further look, in ms. */
export const SECOND_LOOKS_MS = [250, 500, 1000] as const

/**
 * How long an attempt that got lost on the way could still arrive. Kalshi refuses signatures that are older (30 s were
 * refused on demo, 60 s on production, 2026-06 to 2026-10), so after this it cannot become an order any more.
 */
export const SIGNATURE_LIFETIME_MS = 60_000

/** Which of an order's times `min_ts` is compared with is not documented: start well before. */
const LOOK_BACK_MS = 60 * 60_000
/** Ended orders leave the live list after two weeks; look into the archive some days earlier. */
const LIVE_WINDOW_MS = 12 * 24 * 60 * 60_000
const MAX_PAGES = 50

export interface LookupSources {
  readonly api: KalshiApi
  readonly clock: Clock
}

/** One order, by Kalshi's id, or by ours while Kalshi's is not known. */
export async function getOrder(
  { api, clock }: LookupSources,
  order: Order,
  options?: CallOptions,
): Promise<OrderReport | null> {
  if (order.venueOrderId === null) {
    const listed = await search(api, order, clock.nowMs(), options)
    return listed.order === null ? null : reportOfOrder(listed.order, order.intent)
  }
  const answer = await readLive(api, order.venueOrderId, options)
  if (answer === null) return archivedReport({ api, clock }, order, options)
  return isOf(answer, order.venueOrderId) ? reportOfOrder(answer, order.intent) : null
}

/** Kalshi keeps our id with the order, so that an order known by Kalshi's alone can be told to be ours or not. */
export async function clientOrderIdOf(
  api: KalshiApi,
  venueOrderId: string,
  options?: CallOptions,
): Promise<string | null> {
  const answer = await readLive(api, venueOrderId, options)
  return answer !== null && isOf(answer, venueOrderId) ? answer.client_order_id : null
}

async function readLive(api: KalshiApi, venueOrderId: string, options?: CallOptions): Promise<WireOrder | null> {
  const answer = await api.readOrNull({
    endpoint: 'get_order',
    path: `/portfolio/orders/${encodeURIComponent(venueOrderId)}`,
    schema: orderAnswer,
    isPrivate: true,
    subject: venueOrderId,
    options,
  })
  return answer?.order ?? null
}

/** A body of another order says nothing about this one. */
function isOf(answer: WireOrder, venueOrderId: string): boolean {
  return answer.order_id === venueOrderId
}

/** An order that is not known under its id may have ended so long ago that it has left for the archive. */
async function archivedReport(
  { api, clock }: LookupSources,
  order: Order,
  options?: CallOptions,
): Promise<OrderReport | null> {
  if (!isOld(order, clock.nowMs())) return null
  const archived = await readAll(archivePages(api, order, options))
  const found = archived.items.find((candidate) => candidate.order_id === order.venueOrderId)
  return found === undefined ? null : reportOfOrder(found, order.intent)
}

function isOld(order: Order, nowMs: number): boolean {
  return nowMs - order.intent.createdAtMs > LIVE_WINDOW_MS
}

/**
 * Looks for an order whose answer was lost. Kalshi has no search by client order id, so the account's orders in the market
 * are read and compared. The list is proof of absence when it was read after Kalshi said that its reads are newer than the
 * last moment at which the attempt could arrive.
 */
export async function findOrder(
  sources: LookupSources,
  order: Order,
  market: Market,
  options?: CallOptions,
): Promise<OrderLookup> {
  if (order.venueOrderId !== null) {
    const report = await getOrder(sources, order, options)
    if (report !== null) return shown('get_order', report)
  }
  const early = await searchAgain(sources, order, options)
  if (early !== null) return shown('list_orders', early)
  const asOfMs = await dataTime(sources.api, options)
  const listed = await search(sources.api, order, sources.clock.nowMs(), options)
  if (listed.order !== null) return shown('list_orders', reportOfOrder(listed.order, order.intent))
  // A clock of ours that is slow would date the attempt too early; one that is fast only makes us wait longer.
  const lastArrivalMs = lastSentMs(order) + Math.max(0, sources.api.time.skewMs()) + SIGNATURE_LIFETIME_MS
  const what = `client order id ${order.intent.clientOrderId} is not among the ${listed.count} orders in ${market.id}`
  const isWhole = listed.end === 'end'
  return { report: null, evidence: [missingFrom({ source: 'list_orders', what, asOfMs, lastArrivalMs, isWhole })] }
}

function shown(source: string, report: OrderReport): OrderLookup {
  return { report, evidence: [shownBy(source, report)] }
}

async function searchAgain(
  { api, clock }: LookupSources,
  order: Order,
  options?: CallOptions,
): Promise<OrderReport | null> {
  for (const waitMs of [0, ...SECOND_LOOKS_MS]) {
    if (waitMs > 0) await clock.sleep(waitMs, options?.signal)
    const listed = await search(api, order, clock.nowMs(), options)
    if (listed.order !== null) return reportOfOrder(listed.order, order.intent)
  }
  return null
}

interface Listed {
  readonly order: WireOrder | null
  readonly count: number
  readonly end: WalkEnd
}

/** The account's orders of this market since the attempt, live and, when it is old, archived. */
async function search(api: KalshiApi, order: Order, nowMs: number, options?: CallOptions): Promise<Listed> {
  const live = await readAll(orderPages(api, 'list_orders', '/portfolio/orders', order, options))
  const found = matching(live.items, order)
  if (found !== null || !isOld(order, nowMs)) return { order: found, count: live.items.length, end: live.end }
  const archived = await readAll(archivePages(api, order, options))
  return {
    order: matching(archived.items, order),
    count: live.items.length + archived.items.length,
    end: live.end === 'end' ? archived.end : live.end,
  }
}

function archivePages(api: KalshiApi, order: Order, options: CallOptions | undefined): PageSource<WireOrder> {
  return orderPages(api, 'list_historical_orders', '/historical/orders', order, options)
}

function matching(orders: readonly WireOrder[], order: Order): WireOrder | null {
  return orders.find((candidate) => candidate.client_order_id === order.intent.clientOrderId) ?? null
}

function orderPages(
  api: KalshiApi,
  endpoint: string,
  path: string,
  order: Order,
  options: CallOptions | undefined,
): PageSource<WireOrder> {
  const ticker = order.intent.market.slice('kalshi:'.length)
  // An adopted order is older than our record of it.
  const isOurs = order.intent.purpose.kind !== 'adopted'
  const minTs = isOurs ? Math.floor((order.intent.createdAtMs - LOOK_BACK_MS) / 1000) : null
  return {
    maxPages: MAX_PAGES,
    idOf: (candidate) => candidate.order_id,
    read: async (cursor) => {
      const query = { ticker, min_ts: minTs, limit: 1000, cursor }
      const page = await api.read({ endpoint, path, query, schema: ordersPage, isPrivate: true, options })
      return { items: page.orders, cursor: page.cursor }
    },
  }
}

/** Up to when orders and fills are certainly in the reads, Unix ms. */
export async function dataTime(api: KalshiApi, options?: CallOptions): Promise<number> {
  const answer = await api.read({
    endpoint: 'user_data_timestamp',
    path: '/exchange/user_data_timestamp',
    schema: userDataTimestamp,
    isPrivate: false,
    options,
  })
  return Date.parse(answer.as_of_time)
}
