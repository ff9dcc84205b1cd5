import type { FaceReply } from '../face.ts'
import { isRecord, parseBody } from '../json-body.ts'
import type { Call } from './caller.ts'
import type { ClobContext } from './context.ts'
import { failure } from './replies.ts'

const placing: ReadonlySet<string> = new Set(['place_order', 'place_orders'])
const cancelling: ReadonlySet<string> = new Set(['cancel_order', 'cancel_orders', 'cancel_all', 'cancel_market_orders'])

/** What the service answers instead of doing as asked, or null on an ordinary day. Source: polymarket.md §6, §10.11. */
export function outageOf({ host }: ClobContext, { endpoint, request }: Call): FaceReply | null {
  const mode = host.polymarket.mode(host.clock.nowMs())
  if (mode.kind === 'restarting' && (placing.has(endpoint) || cancelling.has(endpoint))) {
    return { status: 425, body: null, headers: { 'retry-after': '2' } }
  }
  if (!placing.has(endpoint)) return null
  switch (mode.kind) {
    case 'open':
    case 'restarting':
      return null
    case 'disabled':
      return failure(503, 'Trading is currently disabled. Check polymarket.com for updates')
    case 'cancel_only':
      return failure(503, 'Trading is currently cancel-only. New orders are not accepted, but cancels are allowed.')
    case 'post_only':
      return isPostOnly(parseBody(request.body)) ? null : postOnlyRefusal(mode.retryAfterS)
  }
}

function isPostOnly(body: unknown): boolean {
  const orders = Array.isArray(body) ? body : [body]
  return orders.every((order) => isRecord(order) && order.postOnly === true)
}

function postOnlyRefusal(retryAfterS: number): FaceReply {
  const body = {
    error: 'post-only mode: only post-only orders and cancels are allowed',
    code: 'post_only_mode',
    retry_after_seconds: retryAfterS,
  }
  return { status: 503, body: JSON.stringify(body), headers: { 'retry-after': String(retryAfterS) } }
}
