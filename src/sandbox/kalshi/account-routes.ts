import { createKey, deleteKey, generateKey, listKeys, upgradeLevel, volumeProgress } from './account.ts'
import { subaccountBalances, subaccountNetting, totalRestingOrderValue } from './cash.ts'
import { changeOrderGroup, createOrderGroup, getOrderGroup, limitOrderGroup, listOrderGroups } from './order-groups.ts'
import { queuePositions } from './portfolio.ts'
import { json } from './replies.ts'
import { type Route, route } from './routing.ts'

/** The account apart from its orders: keys, level, order groups and cash. */
export const accountRoutes: readonly Route[] = [
  route('list_api_keys', 'GET /api_keys', 'signed', (c) => listKeys(c)),
  route('create_api_key', 'POST /api_keys', 'signed', (c, r) => createKey(c, r)),
  route('generate_api_key', 'POST /api_keys/generate', 'signed', (c, r) => generateKey(c, r)),
  route('delete_api_key', 'DELETE /api_keys/:id', 'signed', (c, _r, id) => deleteKey(c, id)),
  route('upgrade_level', 'POST /account/api_usage_level/upgrade', 'signed', (c) => upgradeLevel(c)),
  route('volume_progress', 'GET /account/api_usage_level/volume_progress', 'signed', (c) => volumeProgress(c)),
  route('list_order_groups', 'GET /portfolio/order_groups', 'signed', (c, r) => listOrderGroups(c, r)),
  route('create_order_group', 'POST /portfolio/order_groups/create', 'signed', (c, r) => createOrderGroup(c, r)),
  route('get_order_group', 'GET /portfolio/order_groups/:id', 'signed', (c, _r, id) => getOrderGroup(c, id)),
  route('delete_order_group', 'DELETE /portfolio/order_groups/:id', 'signed', (c, r, id) =>
    changeOrderGroup(c, id, r, 'delete'),
  ),
  route('reset_order_group', 'PUT /portfolio/order_groups/:id/reset', 'signed', (c, r, id) =>
    changeOrderGroup(c, id, r, 'reset'),
  ),
  route('trigger_order_group', 'PUT /portfolio/order_groups/:id/trigger', 'signed', (c, r, id) =>
    changeOrderGroup(c, id, r, 'trigger'),
  ),
  route('limit_order_group', 'PUT /portfolio/order_groups/:id/limit', 'signed', (c, r, id) =>
    limitOrderGroup(c, id, r),
  ),
  route('queue_positions', 'GET /portfolio/orders/queue_positions', 'signed', (c, r) => queuePositions(c, r)),
  route('resting_order_value', 'GET /portfolio/summary/total_resting_order_value', 'signed', (c) =>
    totalRestingOrderValue(c),
  ),
  route('subaccount_balances', 'GET /portfolio/subaccounts/balances', 'signed', (c) => subaccountBalances(c)),
  route('subaccount_netting', 'GET /portfolio/subaccounts/netting', 'signed', (c) => subaccountNetting(c)),
  // With one subaccount, nothing moves between subaccounts; nobody has asked for a balance across shards.
  route('subaccount_transfers', 'GET /portfolio/subaccounts/transfers', 'signed', () =>
    json(200, { transfers: [], cursor: '' }),
  ),
  route('target_allocation', 'GET /portfolio/target_balance_allocation', 'signed', () =>
    json(200, { allocations: [], resting_margin_reservation: 'sum' }),
  ),
  // Cash comes and goes through the control interface alone.
  route('list_deposits', 'GET /portfolio/deposits', 'signed', () => json(200, { deposits: [], cursor: '' })),
  route('list_withdrawals', 'GET /portfolio/withdrawals', 'signed', () => json(200, { withdrawals: [], cursor: '' })),
]
