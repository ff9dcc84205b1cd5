import type { Face, FaceReply, FaceRequest } from '../face.ts'
import { getBalance, getOrder, listOrders, listTrades, updateBalance } from './account-reads.ts'
import {
  getBook,
  getBooks,
  getFeeRate,
  getLastTradePrice,
  getLastTradePrices,
  getMidpoint,
  getMidpoints,
  getNegRisk,
  getPrice,
  getPrices,
  getPricesHistory,
  getSpread,
  getSpreads,
  getTickSize,
} from './books.ts'
import type { Call, Caller } from './caller.ts'
import { cancelAll, cancelMarketOrders, cancelOrder, cancelOrders } from './cancels.ts'
import { getClobMarket, getMarketByToken, getMarketTerms, listClobMarkets } from './clob-markets.ts'
import type { ClobContext } from './context.ts'
import { Heartbeats } from './heartbeats.ts'
import { callerOf, createApiKey, deriveApiKey } from './logins.ts'
import { outageOf } from './outage.ts'
import { pageFrom } from './pages.ts'
import { decodeSegment } from './paths.ts'
import { placeOrder, placeOrders } from './place-order.ts'
import { SignerGate, type SignerLimits } from './rate-limit.ts'
import { failure, ok, unauthorized } from './replies.ts'
import { areOrdersScoring, noRewardRows, noRewardShares, noRewardTotals } from './scoring.ts'
import { unixSeconds } from './times.ts'

type Answer = FaceReply | Promise<FaceReply>

interface Service {
  readonly context: ClobContext
  readonly heartbeats: Heartbeats
}

type Route = {
  readonly method: string
  /** A segment that begins with `:` takes any value. */
  readonly path: readonly string[]
  readonly endpoint: string
} & (
  | { readonly access: 'public'; readonly answer: (service: Service, call: Call) => Answer }
  | { readonly access: 'private'; readonly answer: (service: Service, call: Call, caller: Caller) => Answer }
)

function open(endpoint: string, call: string, answer: (context: ClobContext, call: Call) => Answer): Route {
  const [method = '', path = ''] = call.split(' ')
  return {
    method,
    path: path.split('/'),
    endpoint,
    access: 'public',
    answer: (service, made) => answer(service.context, made),
  }
}

function login(
  endpoint: string,
  call: string,
  answer: (context: ClobContext, call: Call, caller: Caller, service: Service) => Answer,
): Route {
  const [method = '', path = ''] = call.split(' ')
  return {
    method,
    path: path.split('/'),
    endpoint,
    access: 'private',
    answer: (service, made, caller) => answer(service.context, made, caller, service),
  }
}

const routes: readonly Route[] = [
  open('get_ok', 'GET /ok', () => ok('OK')),
  open('get_time', 'GET /time', ({ host }) => ok(unixSeconds(host.clock.nowMs()))),
  open('get_version', 'GET /version', () => ok({ version: 2 })),
  open('create_api_key', 'POST /auth/api-key', createApiKey),
  open('derive_api_key', 'GET /auth/derive-api-key', deriveApiKey),
  login('list_api_keys', 'GET /auth/api-keys', ({ keys }, _call, { address }) =>
    ok({ apiKeys: keys.listFor(address) }),
  ),
  login('delete_api_key', 'DELETE /auth/api-key', ({ keys }, _call, { apiKey }) => {
    keys.revoke(apiKey)
    return ok('OK')
  }),
  login('create_readonly_key', 'POST /auth/readonly-api-key', ({ readonlyKeys }, _call, caller) =>
    readonlyKeys.create(caller),
  ),
  login('list_readonly_keys', 'GET /auth/readonly-api-keys', ({ readonlyKeys }, _call, caller) =>
    readonlyKeys.list(caller),
  ),
  login('delete_readonly_key', 'DELETE /auth/readonly-api-key', ({ readonlyKeys }, call, caller) =>
    readonlyKeys.delete(call, caller),
  ),
  login('get_ban_status', 'GET /auth/ban-status/closed-only', () => ok({ closed_only: false })),
  login('place_order', 'POST /order', placeOrder),
  login('place_orders', 'POST /orders', placeOrders),
  login('cancel_order', 'DELETE /order', cancelOrder),
  login('cancel_orders', 'DELETE /orders', cancelOrders),
  login('cancel_all', 'DELETE /cancel-all', cancelAll),
  login('cancel_market_orders', 'DELETE /cancel-market-orders', cancelMarketOrders),
  login('heartbeat', 'POST /v1/heartbeats', (_context, call, caller, { heartbeats }) => heartbeats.beat(call, caller)),
  login('heartbeat', 'POST /heartbeats', (_context, _call, caller, { heartbeats }) => heartbeats.plainBeat(caller)),
  login('get_order', 'GET /data/order/:id', getOrder),
  login('list_orders', 'GET /data/orders', listOrders),
  login('list_trades', 'GET /data/trades', listTrades),
  login('list_pre_migration_orders', 'GET /data/pre-migration-orders', () => ok(pageFrom([], null, () => null))),
  login('get_order_scoring', 'GET /order-scoring', () => ok({ scoring: false })),
  login('are_orders_scoring', 'POST /orders-scoring', areOrdersScoring),
  login('list_rewards', 'GET /rewards/user', () => noRewardRows),
  login('total_rewards', 'GET /rewards/user/total', () => noRewardTotals),
  login('reward_shares', 'GET /rewards/user/percentages', () => noRewardShares),
  login('list_market_rewards', 'GET /rewards/user/markets', () => noRewardRows),
  open('list_reward_markets', 'GET /rewards/markets/current', () => noRewardRows),
  open('get_market_rewards', 'GET /rewards/markets/:condition', () => noRewardRows),
  login('get_balance', 'GET /balance-allowance', getBalance),
  login('update_balance', 'GET /balance-allowance/update', updateBalance),
  open('get_book', 'GET /book', getBook),
  open('get_books', 'POST /books', getBooks),
  open('get_price', 'GET /price', getPrice),
  open('get_prices', 'POST /prices', getPrices),
  open('get_midpoint', 'GET /midpoint', getMidpoint),
  open('get_midpoints', 'POST /midpoints', getMidpoints),
  open('get_spread', 'GET /spread', getSpread),
  open('get_spreads', 'POST /spreads', getSpreads),
  open('get_last_trade_price', 'GET /last-trade-price', getLastTradePrice),
  open('get_last_trade_prices', 'POST /last-trades-prices', getLastTradePrices),
  open('get_tick_size', 'GET /tick-size', getTickSize),
  open('get_neg_risk', 'GET /neg-risk', getNegRisk),
  open('get_fee_rate', 'GET /fee-rate', getFeeRate),
  open('get_prices_history', 'GET /prices-history', getPricesHistory),
  open('get_builder_fees', 'GET /fees/builder-fees/:code', () =>
    ok({ builder_maker_fee_rate_bps: 0, builder_taker_fee_rate_bps: 0 }),
  ),
  open('get_market_terms', 'GET /clob-markets/:condition', getMarketTerms),
  open('list_clob_markets', 'GET /markets', (context, call) => listClobMarkets(context, call, 'full', false)),
  open('list_clob_markets', 'GET /sampling-markets', (context, call) => listClobMarkets(context, call, 'full', true)),
  open('list_clob_markets', 'GET /simplified-markets', (context, call) =>
    listClobMarkets(context, call, 'simplified', false),
  ),
  open('list_clob_markets', 'GET /sampling-simplified-markets', (context, call) =>
    listClobMarkets(context, call, 'simplified', true),
  ),
  open('get_clob_market', 'GET /markets/:condition', getClobMarket),
  open('get_market_by_token', 'GET /markets-by-token/:token', getMarketByToken),
]

interface Match {
  readonly route: Route
  readonly params: Readonly<Record<string, string>>
}

function matchRoute({ method, path }: FaceRequest): Match | null {
  const segments = path.split('/')
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path, segments) : null
    if (params !== null) return { route, params }
  }
  return null
}

function matchPath(pattern: readonly string[], segments: readonly string[]): Record<string, string> | null {
  if (pattern.length !== segments.length) return null
  const params: Record<string, string> = {}
  for (const [i, part] of pattern.entries()) {
    const segment = segments[i] ?? ''
    const value = decodeSegment(segment)
    if (value === null) return null
    if (part.startsWith(':')) params[part.slice(1)] = value
    else if (part !== segment) return null
  }
  return params
}

/** The order service. Logins are checked before anything else is looked at. Null limits let every signer through. */
export function createClobFace(context: ClobContext, limits: SignerLimits | null): Face {
  const service: Service = { context, heartbeats: new Heartbeats(context) }
  const gate = limits === null ? null : new SignerGate(limits, context.host.clock)
  return {
    endpoint: (request) => matchRoute(request)?.route.endpoint ?? 'unknown',
    handle: (request) => {
      service.heartbeats.sweep()
      const match = matchRoute(request)
      if (match === null) return failure(404, 'not found')
      const { route, params } = match
      const call: Call = { request, params, endpoint: route.endpoint }
      if (route.access === 'public') return route.answer(service, call)
      const caller = callerOf(context, request)
      if (caller === null) return unauthorized
      const answer = (): Answer => outageOf(context, call) ?? route.answer(service, call, caller)
      return gate === null ? answer() : gate.pass(caller.address, route.endpoint, request, answer)
    },
  }
}
