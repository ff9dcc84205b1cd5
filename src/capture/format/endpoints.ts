import type { VenueId } from '../../domain/market.ts'

/** One HTTP face of a venue, as it is known on tapes whatever host serves it. */
export interface TapeAlias {
  readonly venue: VenueId
  /** Which of the venue's services, e.g. `rest`, `clob`, `gamma`, `data`. */
  readonly service: string
  /** Base URL of this run. Its path is left off before the endpoint is looked up. */
  readonly baseUrl: string
}

/**
 * What a body may hold. `public`: market data, no account in it. `account`: kept field by field from the allow-list.
 * `credentials`: API keys; such an exchange is never taped. `frame`: a message of a socket that knows the account, kept
 * like `account` with the members of the socket's own protocol.
 */
export type EndpointContent = 'public' | 'account' | 'credentials' | 'frame'

export interface Endpoint {
  /** Stable short name; part of the file name. */
  readonly name: string
  readonly content: EndpointContent
  /** Belongs to the life of an order: what the `orders` filter keeps. */
  readonly isOrder: boolean
  /** Can create an order, so that it must not be sent when it cannot be recorded. */
  readonly places: boolean
}

interface Row {
  readonly name: string
  /** Path below the base URL; `*` stands for one segment. */
  readonly path: string
  readonly content: EndpointContent
  readonly isOrder?: boolean
  /** The methods that can create an order there. */
  readonly places?: readonly string[]
}

// Paths as in the venues' references of 2026-11-20. The first row that matches counts.
const kalshiRows: readonly Row[] = [
  { name: 'orders', path: '/portfolio/events/orders', content: 'account', isOrder: true, places: ['POST'] },
  {
    name: 'orders_batched',
    path: '/portfolio/events/orders/batched',
    content: 'account',
    isOrder: true,
    places: ['POST'],
  },
  {
    name: 'order_amend',
    path: '/portfolio/events/orders/*/amend',
    content: 'account',
    isOrder: true,
    places: ['POST'],
  },
  { name: 'order_decrease', path: '/portfolio/events/orders/*/decrease', content: 'account', isOrder: true },
  { name: 'order', path: '/portfolio/events/orders/*', content: 'account', isOrder: true },
  { name: 'orders', path: '/portfolio/orders', content: 'account', isOrder: true, places: ['POST'] },
  { name: 'queue_positions', path: '/portfolio/orders/queue_positions', content: 'account', isOrder: true },
  { name: 'order', path: '/portfolio/orders/*', content: 'account', isOrder: true },
  { name: 'queue_position', path: '/portfolio/orders/*/queue_position', content: 'account', isOrder: true },
  { name: 'fills', path: '/portfolio/fills', content: 'account', isOrder: true },
  { name: 'historical_orders', path: '/historical/orders', content: 'account', isOrder: true },
  { name: 'historical_fills', path: '/historical/fills', content: 'account', isOrder: true },
  // Says how fresh the order reads are: without it the tape cannot show why an order was called absent.
  { name: 'user_data_timestamp', path: '/exchange/user_data_timestamp', content: 'public', isOrder: true },
  { name: 'historical_positions', path: '/historical/positions', content: 'account' },
  { name: 'positions', path: '/portfolio/positions', content: 'account' },
  { name: 'balance', path: '/portfolio/balance', content: 'account' },
  { name: 'settlements', path: '/portfolio/settlements', content: 'account' },
  { name: 'api_keys', path: '/api_keys', content: 'credentials' },
  { name: 'api_keys_generate', path: '/api_keys/generate', content: 'credentials' },
  { name: 'api_key', path: '/api_keys/*', content: 'credentials' },
  { name: 'historical_cutoff', path: '/historical/cutoff', content: 'public' },
  { name: 'historical_markets', path: '/historical/markets', content: 'public' },
  { name: 'historical_market', path: '/historical/markets/*', content: 'public' },
  { name: 'markets', path: '/markets', content: 'public' },
  { name: 'orderbooks', path: '/markets/orderbooks', content: 'public' },
  { name: 'market_trades', path: '/markets/trades', content: 'public' },
  { name: 'market', path: '/markets/*', content: 'public' },
  { name: 'orderbook', path: '/markets/*/orderbook', content: 'public' },
  { name: 'events', path: '/events', content: 'public' },
  { name: 'event_fee_changes', path: '/events/fee_changes', content: 'public' },
  { name: 'event', path: '/events/*', content: 'public' },
  { name: 'series_fee_changes', path: '/series/fee_changes', content: 'public' },
  { name: 'series_list', path: '/series', content: 'public' },
  { name: 'series', path: '/series/*', content: 'public' },
  { name: 'exchange_status', path: '/exchange/status', content: 'public' },
  { name: 'exchange_schedule', path: '/exchange/schedule', content: 'public' },
]

const polymarketRows: readonly Row[] = [
  { name: 'order', path: '/order', content: 'account', isOrder: true, places: ['POST'] },
  { name: 'orders', path: '/orders', content: 'account', isOrder: true, places: ['POST'] },
  { name: 'cancel_all', path: '/cancel-all', content: 'account', isOrder: true },
  { name: 'cancel_market_orders', path: '/cancel-market-orders', content: 'account', isOrder: true },
  { name: 'order', path: '/data/order/*', content: 'account', isOrder: true },
  { name: 'orders', path: '/data/orders', content: 'account', isOrder: true },
  { name: 'trades', path: '/data/trades', content: 'account', isOrder: true },
  { name: 'auth', path: '/auth/*', content: 'credentials' },
  { name: 'auth', path: '/auth/*/*', content: 'credentials' },
  { name: 'balance_allowance', path: '/balance-allowance', content: 'account' },
  { name: 'balance_allowance_update', path: '/balance-allowance/update', content: 'account' },
  { name: 'heartbeats', path: '/v1/heartbeats', content: 'account' },
  { name: 'positions', path: '/v2/positions', content: 'account' },
  { name: 'resolutions', path: '/v2/resolutions', content: 'public' },
  { name: 'markets', path: '/markets', content: 'public' },
  { name: 'markets', path: '/markets/keyset', content: 'public' },
  { name: 'market', path: '/markets/slug/*', content: 'public' },
  { name: 'market', path: '/markets/*', content: 'public' },
  { name: 'events', path: '/events', content: 'public' },
  { name: 'events', path: '/events/keyset', content: 'public' },
  { name: 'event', path: '/events/*', content: 'public' },
  { name: 'clob_market', path: '/clob-markets/*', content: 'public' },
  { name: 'book', path: '/book', content: 'public' },
  { name: 'books', path: '/books', content: 'public' },
  { name: 'tick_size', path: '/tick-size', content: 'public' },
  { name: 'neg_risk', path: '/neg-risk', content: 'public' },
  { name: 'time', path: '/time', content: 'public' },
  { name: 'version', path: '/version', content: 'public' },
  { name: 'ok', path: '/ok', content: 'public' },
]

const tables: Readonly<Record<VenueId, readonly { readonly row: Row; readonly pattern: RegExp }[]>> = {
  kalshi: compile(kalshiRows),
  polymarket: compile(polymarketRows),
}

function compile(rows: readonly Row[]): readonly { readonly row: Row; readonly pattern: RegExp }[] {
  return rows.map((row) => ({ row, pattern: new RegExp(`^${row.path.replaceAll('*', '[^/]+')}/?$`) }))
}

/** Whether an endpoint, by the name it has on tapes, belongs to the life of an order. */
export function isOrderEndpoint(venue: VenueId, name: string): boolean {
  return tables[venue].some(({ row }) => row.name === name && row.isOrder === true)
}

/**
 * Tells which endpoint of a service a URL is. An unknown path is treated as private and, since nobody vouches for it, a
 * POST there as able to place.
 */
export function endpointFinder(alias: TapeAlias): (method: string, url: URL) => Endpoint {
  const base = basePathOf(alias)
  const rows = tables[alias.venue]
  return (method, url) => {
    const path = pathBelow(base, url.pathname)
    const row = rows.find(({ pattern }) => pattern.test(path))?.row
    if (row === undefined) {
      return { name: slug(path), content: 'account', isOrder: false, places: method === 'POST' }
    }
    const { name, content, isOrder = false } = row
    return { name, content, isOrder, places: row.places?.includes(method) === true }
  }
}

/** The path under which a service lives on its host, e.g. `/trade-api/v2`; empty when it is the whole host. */
export function basePathOf(alias: TapeAlias): string {
  return new URL(alias.baseUrl).pathname.replace(/\/+$/, '')
}

/** The path of a request without the base path: the same wherever the service lives. */
export function pathBelow(basePath: string, pathname: string): string {
  return basePath !== '' && pathname.startsWith(`${basePath}/`) ? pathname.slice(basePath.length) : pathname
}

/** What the bodies of an endpoint may hold, by the endpoint's name. Unknown names count as private. */
export function contentOfEndpoint(venue: VenueId, name: string): EndpointContent {
  return tables[venue].find(({ row }) => row.name === name)?.row.content ?? 'account'
}

/** A name for a path we have no row for. Segments that look like ids are left out: names are for people. */
function slug(path: string): string {
  const words = path.split('/').filter((part) => /^[a-z][a-z_-]{1,30}$/i.test(part))
  return words.join('_').replaceAll('-', '_').toLowerCase().slice(0, 60) || 'root'
}

/** The name of every socket on tapes. */
export const SOCKET = 'socket'

/**
 * A socket as an endpoint. The `orders` filter keeps what knows the account: one venue has a socket for that, the other
 * one for everything.
 */
export function socketEndpoint(url: URL): Endpoint {
  const isMarketData = isMarketSocket(url)
  return { name: SOCKET, content: isMarketData ? 'public' : 'frame', isOrder: !isMarketData, places: false }
}

function isMarketSocket({ pathname }: URL): boolean {
  return pathname.endsWith('/ws/market')
}

// Messages about markets on a socket that also knows the account. Source: Kalshi AsyncAPI, read 2026-11.
const marketMessages = new Set([
  'orderbook_snapshot',
  'orderbook_delta',
  'ticker',
  'trade',
  'market_lifecycle_v2',
  'multivariate_market_lifecycle',
  'event_lifecycle',
  'event_fee_update',
])

/** What one message of a socket may hold, by the socket and by the type that the message gives itself. */
export function contentOfFrame(url: URL, message: unknown): EndpointContent {
  if (isMarketSocket(url)) return 'public'
  const type: unknown = typeof message === 'object' && message !== null ? Reflect.get(message, 'type') : null
  return typeof type === 'string' && marketMessages.has(type) ? 'public' : 'frame'
}
