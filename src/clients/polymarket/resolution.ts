import { complement, ONE_DOLLAR, type Price } from '../../domain/amounts.ts'
import type { Market } from '../../domain/market.ts'
import type { CallOptions, VenueSettlement } from '../../domain/venue.ts'
import type { Transport } from '../http/transport.ts'
import { readReply } from './clob.ts'
import { resolutionsPageSchema } from './decode.ts'
import { normalConditionId, routeFromRecord } from './routing.ts'

/**
 * What each share of a resolved market pays. It is paid to whoever redeems, which the data service does not tell of: that
 * the shares are gone is seen in the positions. Null until the resolution is final.
 */
export async function readResolution(
  data: Transport,
  market: Market,
  options?: CallOptions,
): Promise<VenueSettlement | null> {
  const route = routeFromRecord(market.routing)
  if (route === null) return null
  const path = '/v2/resolutions'
  const query = { condition: route.conditionId }
  const reply = await data.send({ ...options, method: 'GET', path, query, endpoint: 'list_resolutions', safe: true })
  const { data: rows } = readReply(resolutionsPageSchema, reply, 'list_resolutions')
  const row = rows.find((each) => normalConditionId(each.condition_id) === route.conditionId)
  if (row === undefined || row.status.toLowerCase() !== 'resolved') return null
  const yes = payoutOfYes(row.payouts)
  return yes === null ? null : { market: market.id, payout: { yes, no: complement(yes) }, paidFor: null, time: null }
}

/** Two payouts that make a dollar, or nothing that can be relied on. */
export function payoutOfYes(payouts: readonly number[]): Price | null {
  const [yes, no, ...more] = payouts
  if (yes === undefined || no === undefined || more.length > 0) return null
  if (yes < 0 || no < 0 || BigInt(yes) + BigInt(no) !== ONE_DOLLAR) return null
  return complement(BigInt(no) as Price)
}
