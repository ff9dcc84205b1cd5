import * as v from 'valibot'
import type { CallOptions } from '../../domain/venue.ts'
import { integer, listOf, type Schema } from '../decode.ts'
import type { RateLimit } from '../rates/limit.ts'
import type { KalshiApi } from './api.ts'
import type { KalshiLimits } from './rates.ts'

const bucket: Schema<RateLimit> = v.pipe(
  v.object({ refill_rate: integer, bucket_capacity: integer }),
  v.check(({ refill_rate, bucket_capacity }) => refill_rate > 0 && bucket_capacity > 0, 'expected a limit above zero'),
  v.transform(({ refill_rate, bucket_capacity }) => ({
    kind: 'bucket' as const,
    capacity: bucket_capacity,
    refillPerSecond: refill_rate,
  })),
)
const accountLimits = v.object({ read: bucket, write: bucket })
const positive: Schema<number> = v.pipe(
  integer,
  v.check((cost) => cost > 0, 'expected a cost above zero'),
)
const endpointCosts = v.object({
  default_cost: positive,
  endpoint_costs: listOf(v.object({ method: v.string(), path: v.string(), cost: positive })),
})

/** What Kalshi grants the account, and what each call costs there. @throws VenueError when it does not say. */
export async function readLimits(api: KalshiApi, baseUrl: string, options?: CallOptions): Promise<KalshiLimits> {
  const { read, write } = await api.read({
    endpoint: 'get_account_limits',
    path: '/account/limits',
    schema: accountLimits,
    isPrivate: true,
    options,
  })
  const { default_cost: defaultCost, endpoint_costs: costs } = await api.read({
    endpoint: 'get_endpoint_costs',
    path: '/account/endpoint_costs',
    schema: endpointCosts,
    isPrivate: false,
    options,
  })
  return { read, write, defaultCost, costs: costs.map((one) => ({ ...one, path: fromBase(one.path, baseUrl) })) }
}

/** Kalshi lists full paths: `/trade-api/v2/portfolio/orders/{order_id}` is `/portfolio/orders/{order_id}` to us. */
function fromBase(path: string, baseUrl: string): string {
  const prefix = new URL(baseUrl).pathname.replace(/\/$/, '')
  return path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
}
