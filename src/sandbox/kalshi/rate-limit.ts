import type { Clock } from '../../runtime/clock.ts'
import type { FaceRequest } from '../face.ts'
import { type BucketLimit, TokenBucket } from '../token-bucket.ts'

export interface RateLimits {
  readonly tier: string
  readonly read: BucketLimit
  readonly write: BucketLimit
}

/** Calls without a signature, by address: about what the lowest tier has. Source: venue page §7, October 2026. */
const publicReads: BucketLimit = { refillPerSecond: 200, capacity: 600 }

/** Source: venue page §7, October 2026. Reads of both tiers and writes of Advanced hold three seconds. */
export const rateLimits = {
  basic: {
    tier: 'basic',
    read: { refillPerSecond: 200, capacity: 600 },
    write: { refillPerSecond: 100, capacity: 100 },
  },
  advanced: {
    tier: 'advanced',
    read: { refillPerSecond: 300, capacity: 900 },
    write: { refillPerSecond: 300, capacity: 900 },
  },
} as const satisfies Readonly<Record<string, RateLimits>>

/** Costs that differ from the default of 10. A batch costs this much for each of its orders. */
export const endpointCosts: Readonly<Record<string, number>> = {
  cancel_order: 2,
  batch_cancel: 2,
  cancel_all: 2,
  get_order: 2,
}
export const defaultCost = 10

export interface LimitedCall {
  readonly endpoint: string
  readonly signed: boolean
  readonly request: FaceRequest
  readonly items: number
}

/**
 * Whether a call still fits its bucket, which then has paid for it. Null limits let everything through; buckets are full
 * anew when the limits change.
 */
export function createAdmission(limitsNow: () => RateLimits | null, clock: Clock): (call: LimitedCall) => boolean {
  let limits: RateLimits | null = null
  let buckets = new Map<string, TokenBucket>()
  const bucket = (name: string, limit: BucketLimit): TokenBucket => {
    const known = buckets.get(name) ?? new TokenBucket(limit, clock)
    buckets.set(name, known)
    return known
  }
  return ({ endpoint, signed, request, items }) => {
    if (limits !== limitsNow()) [limits, buckets] = [limitsNow(), new Map()]
    if (limits === null) return true
    const cost = (endpointCosts[endpoint] ?? defaultCost) * items
    if (request.method !== 'GET') return bucket(`write ${shardOf(endpoint, request)}`, limits.write).take(cost)
    return signed ? bucket('read', limits.read).take(cost) : bucket('public', publicReads).take(cost)
  }
}

/** A single write that names a shard other than 0 is counted there; everything else, batches too, in common. */
function shardOf(endpoint: string, { query, body }: FaceRequest): string {
  if (endpoint.startsWith('batch_')) return 'common'
  const named = query.get('exchange_index') ?? /"exchange_index"\s*:\s*(\d+)/.exec(body)?.[1] ?? '0'
  return /^[1-9]\d*$/.test(named) ? `shard ${named}` : 'common'
}
