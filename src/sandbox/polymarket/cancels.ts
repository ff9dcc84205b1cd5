import type { MarketId, Outcome } from '../../domain/market.ts'
import type { FaceReply } from '../face.ts'
import { isRecord, parseBody } from '../json-body.ts'
import type { SandboxOrder } from '../model.ts'
import type { RefusalReason } from '../refused.ts'
import type { Call, Caller } from './caller.ts'
import type { ClobContext } from './context.ts'
import { failure, ok } from './replies.ts'

const ORDER_ID = /^0x[0-9a-fA-F]{64}$/
const MAX_CANCELS = 3000

/** `DELETE /order`. A cancel that finds nothing is no HTTP error. Source: polymarket.md §3.9. */
export function cancelOrder(context: ClobContext, call: Call, caller: Caller): FaceReply {
  const body = parseBody(call.request.body)
  const orderId = isRecord(body) ? body.orderID : undefined
  if (typeof orderId !== 'string' || !ORDER_ID.test(orderId)) return failure(400, 'Invalid orderID')
  return ok(answerOf(cancelEach(context, caller, [orderId])))
}

/** `DELETE /orders`. */
export function cancelOrders(context: ClobContext, call: Call, caller: Caller): FaceReply {
  const ids = parseBody(call.request.body)
  if (!Array.isArray(ids)) return failure(400, 'Invalid payload')
  if (ids.length > MAX_CANCELS) return failure(400, 'Payload exceeds the limit')
  const texts = ids.filter((id): id is string => typeof id === 'string' && ORDER_ID.test(id))
  if (texts.length !== ids.length) return failure(400, 'Invalid orderID')
  return ok(answerOf(context.host.faults.entriesOf('polymarket', call.endpoint, cancelEach(context, caller, texts))))
}

/** What became of each: null when it was cancelled, else why not. */
type Told = readonly [id: string, problem: string | null]

function cancelEach(context: ClobContext, caller: Caller, ids: readonly string[]): readonly Told[] {
  return ids.map((id) => [id, cancelOne(context, caller, id.toLowerCase())])
}

function answerOf(told: readonly Told[]): unknown {
  const refused = told.flatMap(([id, problem]) => (problem === null ? [] : [[id, problem] as const]))
  return {
    canceled: told.flatMap(([id, problem]) => (problem === null ? [id] : [])),
    not_canceled: Object.fromEntries(refused),
  }
}

/** Null when the order was cancelled, else why not. */
function cancelOne({ host }: ClobContext, caller: Caller, orderId: string): string | null {
  const owner = caller.traders.find((trader) => host.exchange.order(trader.account, orderId) !== null)
  if (owner === undefined) return 'Order not found or already canceled'
  const before = host.exchange.order(owner.account, orderId)
  const result = host.exchange.execute({ kind: 'cancel', account: owner.account, orderId })
  return result.kind === 'cancelled' ? null : reasonText(result.reason, before)
}

function reasonText(reason: RefusalReason, order: SandboxOrder | null): string {
  if (reason === 'order_delayed') return 'order is being matched'
  return order?.state === 'filled' ? 'Order already matched' : 'already canceled or matched'
}

/** `DELETE /cancel-all`. */
export function cancelAll(context: ClobContext, _call: Call, caller: Caller): FaceReply {
  return ok(cancelWhere(context, caller, { market: null, outcome: null, tailMs: 0 }))
}

/** `DELETE /cancel-market-orders`: by condition, by asset, or both. */
export function cancelMarketOrders(context: ClobContext, call: Call, caller: Caller): FaceReply {
  const body = parseBody(call.request.body)
  if (!isRecord(body)) return failure(400, 'Invalid payload')
  const { market = '', asset_id: assetId = '' } = body
  if (typeof market !== 'string' || typeof assetId !== 'string') return failure(400, 'Invalid payload')
  if (market === '' && assetId === '')
    return ok(cancelWhere(context, caller, { market: null, outcome: null, tailMs: 0 }))
  const byAsset = assetId === '' ? null : context.lookup.byAsset(assetId)
  const byMarket = market === '' ? null : context.lookup.byCondition(market)
  const found = byAsset ?? byMarket
  const contradiction = byAsset !== null && byMarket !== null && byAsset.market.id !== byMarket.market.id
  if (found === null || contradiction) return failure(400, market === '' ? 'Invalid token id' : 'Invalid market')
  return ok(cancelWhere(context, caller, { market: found.market.id, outcome: byAsset?.outcome ?? null, tailMs: 0 }))
}

function cancelWhere(
  { host }: ClobContext,
  caller: Caller,
  which: { readonly market: MarketId | null; readonly outcome: Outcome | null; readonly tailMs: number },
): unknown {
  const canceled = caller.traders.flatMap(({ account }) =>
    host.exchange.execute({ kind: 'cancel_all', account, ...which }).orders.map((order) => order.id),
  )
  return { canceled, not_canceled: {} }
}
