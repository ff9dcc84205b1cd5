import { type Quantity, ZERO_QUANTITY } from '../domain/amounts.ts'
import { assertNever } from '../domain/errors.ts'
import type { OrderGroupCommand, OrderGroupResult } from './commands.ts'
import { type AccountState, type Core, count, drawId, liveOrders } from './core.ts'
import { endOrder } from './execution.ts'
import type { CancelReason, SandboxMarket, TradeParty } from './model.ts'
import type { OrderGroup } from './order-group.ts'
import type { RefusalReason, Refused } from './refused.ts'

/** Contracts are counted over this long. Source: Kalshi's OpenAPI, "Create Order Group", read 2026-10. */
const WINDOW_MS = 15_000

function refuse(reason: RefusalReason, message: string): Refused {
  return { kind: 'refused', reason, message }
}

function findGroup(core: Core, accountId: string, groupId: string): OrderGroup | null {
  const group = core.groups.get(groupId)
  return group?.account === accountId ? group : null
}

/** Null when an order may join. A group lives on one shard. */
export function refuseGroup(core: Core, account: AccountState, market: SandboxMarket, groupId: string): Refused | null {
  const group = findGroup(core, account.id, groupId)
  if (group === null || group.pool !== market.pool) return refuse('group_not_found', `no order group ${groupId}`)
  return group.triggered ? refuse('group_triggered', `order group ${groupId} has been triggered`) : null
}

export function changeGroup(core: Core, { account, action }: OrderGroupCommand): OrderGroupResult {
  if (action.kind === 'create') {
    const id = drawId(core, 'group', count(core, 'order'))
    const { pool, limit } = action
    return keep(core, { id, account, pool, limit, triggered: false, countsAfter: core.trades.length })
  }
  const group = findGroup(core, account, action.groupId)
  if (group === null) return refuse('group_not_found', `no order group ${action.groupId}`)
  switch (action.kind) {
    case 'limit':
      return keep(core, { ...group, limit: action.limit })
    case 'trigger':
      return trigger(core, group)
    case 'reset':
      return keep(core, { ...group, triggered: false, countsAfter: core.trades.length })
    case 'delete':
      cancelOrders(core, group, 'user')
      core.groups.delete(group.id)
      return { kind: 'grouped', group }
    default:
      return assertNever(action)
  }
}

function keep(core: Core, group: OrderGroup): OrderGroupResult {
  core.groups.set(group.id, group)
  return { kind: 'grouped', group }
}

function trigger(core: Core, group: OrderGroup): OrderGroupResult {
  cancelOrders(core, group, 'group_triggered')
  return keep(core, { ...group, triggered: true })
}

function cancelOrders(core: Core, group: OrderGroup, reason: CancelReason): void {
  const account = core.accounts.get(group.account)
  if (account === undefined) return
  for (const order of liveOrders(core, account)) {
    const state = core.markets.get(order.market)
    if (order.groupId === group.id && state !== undefined) endOrder(core, state, order, reason)
  }
}

/** Triggers every group whose orders have traded as much as it allows. */
export function enforceGroups(core: Core): void {
  for (const group of core.groups.values()) {
    if (!group.triggered && tradedLately(core, group) >= group.limit) trigger(core, group)
  }
}

function tradedLately(core: Core, group: OrderGroup): Quantity {
  let traded: bigint = ZERO_QUANTITY
  for (let index = core.trades.length - 1; index >= group.countsAfter; index--) {
    const trade = core.trades[index]
    if (trade === undefined || trade.timeMs <= core.nowMs - WINDOW_MS) break
    for (const party of [trade.taker, trade.maker]) if (isOf(core, group, party)) traded += trade.quantity
  }
  return traded as Quantity
}

function isOf(core: Core, group: OrderGroup, party: TradeParty): boolean {
  return party.account === group.account && core.orders.get(party.orderId)?.groupId === group.id
}
