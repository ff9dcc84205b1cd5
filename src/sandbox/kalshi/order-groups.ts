import type { Quantity } from '../../domain/amounts.ts'
import type { OrderGroupCommand } from '../commands.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import type { OrderGroup } from '../order-group.ts'
import { type Fields, integer, readBody, text } from './body.ts'
import type { KalshiContext } from './context.ts'
import { readAnyCount, refusedOrder } from './create-order.ts'
import { contracts } from './format.ts'
import { invalidParameters, json, notFound } from './replies.ts'

/** Order groups: orders that are cancelled together when they trade too fast. Source: venue page §4.6. */

const shards = 4

export function createOrderGroup(context: KalshiContext, request: FaceRequest): FaceReply {
  const body = readBody(request)
  if (body.kind === 'refused') return body.reply
  const limit = readContractsLimit(body.fields)
  const shard = integer(body.fields, 'exchange_index') ?? 0
  if (limit === null) return invalidParameters('contracts_limit')
  if (shard < 0 || shard >= shards) return invalidParameters('exchange_index')
  if ((integer(body.fields, 'subaccount') ?? 0) !== 0) return invalidParameters('subaccount')
  const result = execute(context, { kind: 'create', pool: String(shard), limit })
  if (result.kind === 'refused') return refusedOrder(result)
  return json(201, { order_group_id: result.group.id, subaccount: 0, exchange_index: shard })
}

/** As a whole number or as text with decimals; when both are there they must agree. Null when there is no limit. */
function readContractsLimit(fields: Fields): Quantity | null {
  const whole = integer(fields, 'contracts_limit')
  const exact = readAnyCount(text(fields, 'contracts_limit_fp'))
  const fromWhole = whole === null || whole < 1 ? null : readAnyCount(String(whole))
  if (whole !== null && fromWhole === null) return null
  if (fromWhole !== null && exact !== null && fromWhole !== exact) return null
  const limit = exact ?? fromWhole
  return limit === 0n ? null : limit
}

export function listOrderGroups(context: KalshiContext, request: FaceRequest): FaceReply {
  const subaccount = request.query.get('subaccount') ?? '0'
  const groups = subaccount === '0' ? context.host.exchange.orderGroups(context.owner.account) : []
  return json(200, { order_groups: groups.map((group) => ({ id: group.id, ...renderGroup(group) })) })
}

export function getOrderGroup(context: KalshiContext, groupId: string): FaceReply {
  const group = findGroup(context, groupId)
  if (group === null) return notFound
  const orders = context.host.exchange
    .orders(context.owner.account)
    .filter((order) => order.groupId === groupId && order.state === 'resting')
  return json(200, { ...renderGroup(group), orders: orders.map((order) => order.id) })
}

/** A fresh group was recorded with `is_auto_cancel_enabled` false: it turns true when what is in it gets cancelled. */
function renderGroup(group: OrderGroup): Fields {
  return {
    is_auto_cancel_enabled: group.triggered,
    contracts_limit_fp: contracts(group.limit),
    exchange_index: Number(group.pool),
  }
}

export function limitOrderGroup(context: KalshiContext, groupId: string, request: FaceRequest): FaceReply {
  const body = readBody(request)
  if (body.kind === 'refused') return body.reply
  const limit = readContractsLimit(body.fields)
  return limit === null
    ? invalidParameters('contracts_limit')
    : changed(context, groupId, request, { kind: 'limit', groupId, limit })
}

export function changeOrderGroup(
  context: KalshiContext,
  groupId: string,
  request: FaceRequest,
  kind: 'trigger' | 'reset' | 'delete',
): FaceReply {
  return changed(context, groupId, request, { kind, groupId })
}

/** Like orders, groups are looked for on shard 0 unless the call says otherwise. */
function changed(
  context: KalshiContext,
  groupId: string,
  request: FaceRequest,
  action: OrderGroupCommand['action'],
): FaceReply {
  const shard = request.query.get('exchange_index') ?? '0'
  const group = findGroup(context, groupId)
  if (group === null || (shard !== '-1' && shard !== group.pool)) return notFound
  const result = execute(context, action)
  return result.kind === 'refused' ? refusedOrder(result) : json(200, {})
}

function findGroup(context: KalshiContext, groupId: string): OrderGroup | null {
  return context.host.exchange.orderGroups(context.owner.account).find((group) => group.id === groupId) ?? null
}

function execute(context: KalshiContext, action: OrderGroupCommand['action']) {
  return context.host.exchange.execute({ kind: 'order_group', account: context.owner.account, action })
}
