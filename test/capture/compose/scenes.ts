import type { SceneExchange } from '../../../src/capture/compose/scene.ts'
import { basePathOf, endpointFinder } from '../../../src/capture/format/endpoints.ts'
import {
  describeExchange,
  describeRequest,
  type ExchangeEntry,
  type LiveResponse,
} from '../../../src/capture/format/exchange.ts'
import type { VenueId } from '../../../src/domain/market.ts'

/** Exchanges written by hand: a test names what it is about. */
export interface Written {
  readonly venue?: VenueId
  readonly method?: string
  readonly path: string
  readonly asked?: unknown
  readonly answered?: unknown
  readonly status?: number
  readonly failed?: 'timeout' | 'reset'
  /** Seconds after noon. */
  readonly at?: number
  readonly session?: string
  readonly source?: number
}

const noonMs = Date.parse('2026-11-20T12:00:00Z')
const baseUrls: Readonly<Record<VenueId, string>> = {
  kalshi: 'http://k.invalid/trade-api/v2',
  polymarket: 'http://p.invalid',
}

export function scene(...written: readonly Written[]): readonly SceneExchange[] {
  return written.map((one, index) => {
    const entry = entryOf(one, index + 1)
    return { source: one.source ?? 0, origin: { session: one.session ?? 'day', seq: entry._seq }, entry }
  })
}

function entryOf(written: Written, seq: number): ExchangeEntry {
  const { venue = 'kalshi', path, asked, answered = {}, status = 200, failed, at = seq } = written
  const alias = { venue, service: venue === 'kalshi' ? 'rest' : 'clob', baseUrl: baseUrls[venue] }
  const url = new URL(`${baseUrls[venue]}${path}`)
  const method = written.method ?? (asked === undefined ? 'GET' : 'POST')
  const live = {
    alias,
    basePath: basePathOf(alias),
    endpoint: endpointFinder(alias)(method, url),
    method,
    url,
    headers: [],
    body: asked === undefined ? null : JSON.stringify(asked),
  }
  const response: LiveResponse = { status, statusText: '', headers: [], body: JSON.stringify(answered) }
  return describeExchange({
    seq,
    live,
    described: describeRequest(live),
    inFlight: [],
    isObserved: false,
    startedAtMs: noonMs + at * 1000,
    durationMs: 100,
    result:
      failed === undefined
        ? response
        : { outcome: failed, code: failed === 'timeout' ? 'ECONNABORTED' : 'ECONNRESET', syscall: null },
  })
}

export const kalshiOrders = '/portfolio/events/orders'

/** A Kalshi order to buy YES, and what the venue answered. */
export function kalshiOrder(
  changes: {
    readonly client?: string
    readonly id?: string
    readonly count?: string
    readonly price?: string
    readonly filled?: string
    readonly remaining?: string
    readonly status?: number
    readonly failed?: 'timeout' | 'reset'
    readonly at?: number
    readonly session?: string
    readonly source?: number
  } = {},
): Written {
  const {
    client = 'client-1',
    id = 'order-1',
    count = '10.00',
    price = '0.4500',
    filled = '0.00',
    remaining = '10.00',
    ...rest
  } = changes
  return {
    path: kalshiOrders,
    asked: { ticker: 'KX-A', side: 'bid', count, price, time_in_force: 'good_till_canceled', client_order_id: client },
    answered: { order_id: id, client_order_id: client, fill_count: filled, remaining_count: remaining },
    ...rest,
  }
}

/** What `GET /portfolio/fills` answers. */
export function kalshiFills(
  fills: readonly {
    readonly id: string
    readonly order?: string
    readonly count: string
    readonly price?: string
    readonly at?: number
  }[],
  at?: number,
): Written {
  const rows = fills.map(({ id, order = 'order-1', count, price = '0.4500', at: atS = 2 }) => ({
    fill_id: id,
    order_id: order,
    count_fp: count,
    yes_price_dollars: price,
    fee_cost: '0.1040',
    created_time: new Date(noonMs + atS * 1000).toISOString(),
  }))
  return {
    path: '/portfolio/fills?ticker=KX-A',
    answered: { fills: rows, cursor: '' },
    ...(at === undefined ? {} : { at }),
  }
}

/** A Polymarket order in millionths, and what the venue answered. */
export function polymarketOrder(
  changes: {
    readonly salt?: number
    readonly id?: string
    readonly dollars?: string
    readonly shares?: string
    readonly type?: 'GTC' | 'FAK'
    readonly side?: 'BUY' | 'SELL'
    readonly takes?: string
    readonly makes?: string
    readonly at?: number
  } = {},
): Written {
  const {
    salt = 7,
    id = '0xaa',
    dollars = '4000000',
    shares = '10000000',
    type = 'GTC',
    side = 'BUY',
    makes = '',
    takes = '',
    ...rest
  } = changes
  const [makerAmount, takerAmount] = side === 'BUY' ? [dollars, shares] : [shares, dollars]
  return {
    venue: 'polymarket',
    path: '/order',
    asked: {
      order: { salt, tokenId: '42', makerAmount, takerAmount, side, timestamp: '1795176060000' },
      orderType: type,
    },
    answered: { success: true, orderID: id, status: 'matched', makingAmount: makes, takingAmount: takes },
    ...rest,
  }
}

export function polymarketTrade(
  size: string,
  changes: { readonly status?: string; readonly price?: string } = {},
): Written {
  const { status = 'MATCHED', price = '0.4' } = changes
  const row = { id: 't-1', taker_order_id: '0xaa', size, price, status, trader_side: 'TAKER', match_time: '1795176060' }
  return { venue: 'polymarket', path: '/data/trades?market=0x1', answered: { data: [row] } }
}
