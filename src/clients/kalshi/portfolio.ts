import type { Fill } from '../../domain/fill.ts'
import type { Balance, CallOptions, FillQuery, VenueOpenOrder, VenuePosition } from '../../domain/venue.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { KalshiApi } from './api.ts'
import { balanceOf, fillOf, openOrderOf, positionOf } from './decode.ts'
import { type PageSource, readWhole } from './pages.ts'
import {
  balanceAnswer,
  fillsPage,
  ordersPage,
  positionsPage,
  type WireFill,
  type WireOrder,
  type WirePosition,
} from './wire.ts'

const MAX_PAGES = 200
/** Fills leave the live list after about three months; look into the archive somewhat earlier. */
const LIVE_WINDOW_MS = 75 * 24 * 60 * 60_000

export async function listOpenOrders(api: KalshiApi, options?: CallOptions): Promise<readonly VenueOpenOrder[]> {
  const orders = await readWhole<WireOrder>(
    {
      maxPages: MAX_PAGES,
      idOf: (order) => order.order_id,
      read: async (cursor) => {
        const query = { status: 'resting', limit: 1000, cursor }
        const page = await api.read({
          endpoint: 'list_orders',
          path: '/portfolio/orders',
          query,
          schema: ordersPage,
          isPrivate: true,
          options,
        })
        return { items: page.orders, cursor: page.cursor }
      },
    },
    'open orders',
  )
  return orders.map(openOrderOf)
}

/** Newest first. Old executions are in an archive of their own: both are read when the time asked for reaches back far. */
export async function listFills(
  api: KalshiApi,
  clock: Clock,
  query: FillQuery,
  options?: CallOptions,
): Promise<readonly Fill[]> {
  const order = query.order?.order ?? null
  // No id, no executions that could be told to be its own: the order has to be found first.
  if (order !== null && order.venueOrderId === null) return []
  const sinceMs = query.sinceMs ?? order?.intent.createdAtMs ?? null
  const live = await readWhole(fillPages(api, 'list_fills', '/portfolio/fills', query, options), 'fills')
  const reachesBack = sinceMs === null || clock.nowMs() - sinceMs > LIVE_WINDOW_MS
  const archived = reachesBack
    ? await readWhole(fillPages(api, 'list_historical_fills', '/historical/fills', query, options), 'archived fills')
    : []
  const known = new Set(live.map(idOfFill))
  const fills = [...live, ...archived.filter((fill) => !known.has(idOfFill(fill)))]
  const wanted = order === null ? fills : fills.filter((fill) => fill.order_id === order.venueOrderId)
  return wanted.map((fill) => fillOf(fill, order?.intent ?? null))
}

/** Both sides of a trade between own orders share an id, so the order belongs to it. */
function idOfFill(fill: WireFill): string {
  return `${fill.fill_id ?? fill.trade_id ?? ''}/${fill.order_id}`
}

function fillPages(
  api: KalshiApi,
  endpoint: string,
  path: string,
  { order, sinceMs }: FillQuery,
  options: CallOptions | undefined,
): PageSource<WireFill> {
  // The archive has no filter by order: what is not ours to see is left out afterwards.
  const byOrder = endpoint === 'list_fills' ? { order_id: order?.order.venueOrderId ?? null } : {}
  const query = {
    ...byOrder,
    ticker: order?.market.symbol ?? null,
    min_ts: sinceMs === undefined ? null : Math.floor(sinceMs / 1000),
    limit: 1000,
  }
  return {
    maxPages: MAX_PAGES,
    idOf: idOfFill,
    read: async (cursor) => {
      const page = await api.read({
        endpoint,
        path,
        query: { ...query, cursor },
        schema: fillsPage,
        isPrivate: true,
        options,
      })
      return { items: page.fills, cursor: page.cursor }
    },
  }
}

/** Net positions of the primary account, flat ones left out. */
export async function listPositions(api: KalshiApi, options?: CallOptions): Promise<readonly VenuePosition[]> {
  const positions = await readWhole<WirePosition>(
    {
      maxPages: MAX_PAGES,
      idOf: (position) => position.ticker,
      read: async (cursor) => {
        const query = { count_filter: 'position', limit: 1000, cursor }
        const page = await api.read({
          endpoint: 'list_positions',
          path: '/portfolio/positions',
          query,
          schema: positionsPage,
          isPrivate: true,
          options,
        })
        return { items: page.market_positions, cursor: page.cursor }
      },
    },
    'positions',
  )
  return positions.map(positionOf).filter((position) => position !== null)
}

export async function getBalance(api: KalshiApi, options?: CallOptions): Promise<Balance> {
  const answer = await api.read({
    endpoint: 'get_balance',
    path: '/portfolio/balance',
    schema: balanceAnswer,
    isPrivate: true,
    options,
  })
  return { ...balanceOf(answer), asOfMs: api.time.nearestMs() }
}
