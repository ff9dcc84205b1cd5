import { venueOf } from '../../domain/market.ts'
import type { OrderIntent } from '../../domain/order.ts'
import { checkOrder } from '../../safeguards/check-order.ts'
import type { Denial } from '../../safeguards/denials.ts'
import type { OrderRequest } from '../requests.ts'
import type { Trading } from '../trading.ts'
import { takeSnapshot } from './plan-order.ts'
import { venueRuleDenial } from './venue-rule.ts'

/** An order as it would be sent. */
export interface SignedOrder {
  readonly intent: OrderIntent
  /** Every safeguard that says no. Empty: it was signed. */
  readonly denials: readonly Denial[]
  /** What would be sent, without signatures. Null where it was denied. */
  readonly preview: Readonly<Record<string, string>> | null
}

/** Checks orders and signs them. Sends nothing, journals nothing, and reserves nothing. */
export async function signOrders(trading: Trading, requests: readonly OrderRequest[]): Promise<readonly SignedOrder[]> {
  const state = await trading.ledger.refresh()
  return Promise.all(
    requests.map(async ({ intent, market, book, allowDuplicate }) => {
      const client = await trading.client(venueOf(intent.market))
      const seen = { market, book, allowDuplicate, capabilities: client.capabilities }
      const checked = checkOrder(intent, await takeSnapshot(trading, intent, seen, state), trading.limits)
      if (checked.kind === 'denied') return { intent, denials: checked.denials, preview: null }
      try {
        const { preview } = await client.prepareOrder(checked.order, market)
        return { intent, denials: [], preview }
      } catch (error) {
        return { intent, denials: [venueRuleDenial(error)], preview: null }
      }
    }),
  )
}
