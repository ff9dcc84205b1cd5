import type { VenueId } from '../../src/domain/market.ts'
import type { Order } from '../../src/domain/order.ts'
import type { TestWorld } from './session.ts'

/** Makes the next call of an endpoint of the sandbox go wrong. */
export async function spoil(
  world: TestWorld,
  endpoint: string,
  fault: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const body = JSON.stringify({ endpoint, times: 1, fault, ...more })
  const reply = await fetch(`${world.sandbox.control}/faults`, { method: 'POST', body })
  if (!reply.ok) throw new Error(`the sandbox refused the fault: ${await reply.text()}`)
}

/** Takes back what is left of them. */
export async function mendAll(world: TestWorld): Promise<void> {
  const reply = await fetch(`${world.sandbox.control}/faults`, { method: 'DELETE' })
  if (!reply.ok) throw new Error(`the sandbox refused to mend: ${await reply.text()}`)
}

/** From now on the venue answers as if it had no orders and no executions. */
export async function hideOrders(world: TestWorld, venue: VenueId, orders: readonly Order[]): Promise<void> {
  const say = (endpoint: string, body: string): Promise<void> =>
    spoil(world, endpoint, 'status', { venue, status: 200, body, executed: false, times: 200 })
  if (venue === 'kalshi') {
    await say('list_orders', '{"orders":[],"cursor":""}')
    await say('list_fills', '{"fills":[],"cursor":""}')
  } else {
    await say('get_order', 'null')
    const nothing = '{"limit":100,"count":0,"next_cursor":"LTE=","data":[]}'
    await say('list_trades', nothing)
    await say('list_orders', nothing)
    const reasons = orders.map(({ venueOrderId }) => [venueOrderId, 'Order not found or already canceled'])
    await say('cancel_order', JSON.stringify({ canceled: [], not_canceled: Object.fromEntries(reasons) }))
  }
}
