import { parseJson } from '../json.ts'
import { askedWaitMs, msUntil } from '../rates/backoff.ts'
import type { Admission, Permit, RateBudget } from '../rates/budget.ts'
import type { RateBudgets } from '../rates/budgets.ts'
import type { AttemptEnd, Charge, Priority } from '../rates/charge.ts'
import type { RateLimit } from '../rates/limit.ts'
import type { Meter, MeteredCall, Verdict } from '../rates/meter.ts'

export type PolymarketService = 'clob' | 'gamma' | 'data'

/** Most calls of one kind that an address may make. */
interface Window {
  readonly service: PolymarketService | '*'
  readonly method: string
  /** Goes on in any way when it ends in `*`. */
  readonly path: string
  readonly inTenSeconds: number
  readonly inTenMinutes?: number
}

function window(service: Window['service'], call: string, inTenSeconds: number, inTenMinutes?: number): Window {
  const [method = '*', path = '*'] = call.split(' ')
  return { service, method, path, inTenSeconds, ...(inTenMinutes === undefined ? {} : { inTenMinutes }) }
}

/**
 * A call counts in every window that it fits. Markets and events of the catalogue have a window in common as well, which
 * the two of their own never fill. Source: Polymarket's page on rate limits, state of 2026-09-30.
 */
const windows: readonly Window[] = [
  window('*', '* *', 15_000),
  window('clob', '* *', 9_000),
  window('clob', 'GET /ok', 100),
  window('clob', 'GET /book', 1_500),
  window('clob', 'GET /price', 1_500),
  window('clob', 'GET /midpoint', 1_500),
  window('clob', 'POST /books', 500),
  window('clob', 'POST /prices', 500),
  window('clob', 'POST /midpoints', 500),
  window('clob', 'GET /prices-history', 1_000),
  window('clob', 'GET /tick-size*', 200),
  window('clob', 'GET /data/*', 900),
  window('clob', 'GET /data/orders', 500),
  window('clob', 'GET /data/trades', 500),
  window('clob', 'GET /notifications', 125),
  window('clob', 'GET /balance-allowance', 200),
  window('clob', 'GET /balance-allowance/update', 50),
  window('clob', '* /auth/*', 100),
  window('clob', 'POST /order', 5_000, 120_000),
  window('clob', 'DELETE /order', 5_000, 120_000),
  window('clob', 'POST /orders', 2_000, 21_000),
  window('clob', 'DELETE /orders', 2_000, 15_000),
  window('clob', 'DELETE /cancel-all', 250, 6_000),
  window('clob', 'DELETE /cancel-market-orders', 1_500, 21_000),
  window('gamma', '* *', 4_000),
  window('gamma', 'GET /events*', 500),
  window('gamma', 'GET /markets*', 300),
  window('data', '* *', 800),
  window('data', 'GET /v2/trades', 300),
  window('data', 'GET /v2/positions', 200),
  window('data', 'GET /v2/activity', 200),
  window('data', 'GET /v2/prices-history', 200),
  window('data', 'GET /v2/status', 100),
]

type SignerPool = 'orders' | 'cancels'
type Tier = Readonly<Record<SignerPool, readonly [perSecond: number, atOnce: number]>>

/** What every signer may send, and what we assume until the venue names another tier. */
const standard: Tier = { orders: [40, 60], cancels: [80, 120] }

/** Orders and cancels a second, and how many at once, by signer. Source: as above. */
const tiers: Readonly<Record<string, Tier>> = {
  standard,
  copper: { orders: [60, 90], cancels: [120, 180] },
  bronze: { orders: [80, 120], cancels: [160, 240] },
  silver: { orders: [200, 300], cancels: [400, 600] },
  gold: { orders: [400, 600], cancels: [800, 1_200] },
  platinum: { orders: [450, 675], cancels: [900, 1_350] },
  diamond: { orders: [525, 787], cancels: [1_050, 1_575] },
  elite: { orders: [600, 900], cancels: [1_200, 1_800] },
}

/** Which of the signer's two buckets a call takes from. Reads take from neither. */
const signerCalls: Readonly<Record<string, SignerPool>> = {
  'POST /order': 'orders',
  'POST /orders': 'orders',
  'DELETE /order': 'cancels',
  'DELETE /orders': 'cancels',
  'DELETE /cancel-all': 'cancels',
  'DELETE /cancel-market-orders': 'cancels',
}

/** Calls that cost one more for each order that they turned out to cancel. */
const sweeps = new Set(['DELETE /cancel-all', 'DELETE /cancel-market-orders'])

/** The budget of a venue's address, whichever of its services is called. */
export function polymarketBudget(budgets: RateBudgets, clobUrl: string): RateBudget {
  return budgets.budget(`polymarket ${clobUrl}`, limitOfPool)
}

/** Polymarket's rules over the budget of its address, for one of its services. */
export class PolymarketMeter implements Meter {
  constructor(
    private readonly budget: RateBudget,
    private readonly service: PolymarketService,
    /** Address of the signer; null while nothing has been signed. */
    private readonly signer: () => string | null,
  ) {}

  admit(call: MeteredCall, signal?: AbortSignal): Admission | Promise<Admission> {
    return this.budget.admit(this.chargeOf(call), signal)
  }

  settle(call: MeteredCall, permit: Permit, end: AttemptEnd): Verdict {
    if (end.kind === 'answered' && end.status === 429) return this.settleRefusal(call, permit, end.headers)
    permit.end(end.kind === 'unsent' ? 'unseen' : 'counted')
    if (end.kind !== 'answered') return 'unclear'
    const pool = this.signerPool(call)
    const canceled = sweeps.has(nameOf(call)) ? canceledIn(end.text) : 0
    // Before the headers are read: what they say is left has this taken off already.
    if (pool !== null && canceled > 0) this.budget.debit({ pool, cost: canceled })
    if (pool !== null) this.learn(pool, end.headers)
    this.budget.takenByVenue(permit)
    return 'taken'
  }

  /**
   * The signer's limit names itself: it did nothing and charged nothing, but the address was counted before it. Any other
   * 429 is from the network in front, which counts by address and may have passed the call on. Pools are paused before the
   * permit ends, which would let the next one into what it frees.
   */
  private settleRefusal(call: MeteredCall, permit: Permit, headers: Headers): Verdict {
    const pool = this.signerPool(call)
    const address = permit.charge.costs.filter((one) => one.pool !== pool)
    if (pool === null || !hasSignerHeaders(headers)) {
      const pools = address.map((one) => one.pool)
      this.budget.refusedByVenue(permit, pools, waitOf(headers))
      permit.end('counted')
      return 'unclear'
    }
    this.budget.refusedByVenue(permit, [pool], waitOf(headers))
    this.learn(pool, headers)
    permit.end('unseen')
    for (const one of address) this.budget.debit(one)
    return 'not_executed'
  }

  /** One in each window of the address; orders and cancels also one an item in the signer's own bucket. */
  chargeOf(call: MeteredCall): Charge {
    const signerPool = this.signerPool(call)
    const address = poolsOfAddress(this.service, call).map((pool) => ({ pool, cost: 1 }))
    const signer = signerPool === null ? [] : [{ pool: signerPool, cost: Math.max(1, call.items ?? 1) }]
    return { priority: this.priorityOf(call), costs: [...address, ...signer] }
  }

  priorityOf(call: MeteredCall): Priority {
    const kind = signerCalls[nameOf(call)]
    if (kind === 'cancels') return 'cancel'
    return kind === 'orders' ? 'order' : 'read'
  }

  private signerPool(call: MeteredCall): string | null {
    const kind = this.service === 'clob' ? signerCalls[nameOf(call)] : undefined
    const signer = this.signer()
    return kind === undefined || signer === null ? null : `signer ${signer}/${kind}`
  }

  private learn(pool: string, headers: Headers): void {
    const tier = tiers[headers['poly-ratelimit-tier']?.trim().toLowerCase() ?? '']
    if (tier !== undefined) {
      const signer = pool.slice(0, pool.lastIndexOf('/'))
      this.budget.relimit(`${signer}/orders`, bucketOf(tier.orders))
      this.budget.relimit(`${signer}/cancels`, bucketOf(tier.cancels))
    }
    const remaining = headers['poly-ratelimit-remaining'] ?? ''
    if (/^\d+$/.test(remaining)) this.budget.lower(pool, Number(remaining))
  }
}

type Headers = Extract<AttemptEnd, { kind: 'answered' }>['headers']

function nameOf({ method, path }: MeteredCall): string {
  return `${method} ${path}`
}

/** Names of pools of the address, which also tell their limits. */
function poolsOfAddress(service: PolymarketService, { method, path }: MeteredCall): readonly string[] {
  const pools: string[] = []
  for (const [index, one] of windows.entries()) {
    if (one.service !== '*' && one.service !== service) continue
    if (one.method !== '*' && one.method !== method) continue
    if (one.path.endsWith('*') ? !path.startsWith(one.path.slice(0, -1)) : path !== one.path) continue
    pools.push(...(poolNames[index] ?? []))
  }
  return pools
}

/** As `windows`, one name for each of its periods. */
const poolNames: readonly (readonly string[])[] = windows.map(({ service, method, path, inTenMinutes }) => {
  const name = `address/${service} ${method} ${path}`
  return inTenMinutes === undefined ? [`${name} in 10 s`] : [`${name} in 10 s`, `${name} in 10 min`]
})

const addressLimits: ReadonlyMap<string, RateLimit> = new Map(
  windows.flatMap(({ inTenSeconds, inTenMinutes }, index): [string, RateLimit][] =>
    (poolNames[index] ?? []).map((name, period) =>
      period === 0
        ? [name, { kind: 'window', most: inTenSeconds, periodMs: 10_000 }]
        : [name, { kind: 'window', most: inTenMinutes ?? inTenSeconds, periodMs: 600_000 }],
    ),
  ),
)

function limitOfPool(pool: string): RateLimit {
  return addressLimits.get(pool) ?? bucketOf(pool.endsWith('/cancels') ? standard.cancels : standard.orders)
}

function bucketOf([refillPerSecond, capacity]: readonly [perSecond: number, atOnce: number]): RateLimit {
  return { kind: 'bucket', capacity, refillPerSecond }
}

/** How many orders a sweep cancelled is known only from its answer. */
function canceledIn(text: string): number {
  const answer = parseJson(text)
  const canceled: unknown = typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'canceled') : null
  return Array.isArray(canceled) ? canceled.length : 0
}

function hasSignerHeaders(headers: Headers): boolean {
  return Object.keys(headers).some((name) => name.startsWith('poly-ratelimit-'))
}

/** `Retry-After`, else the time at which the signer's bucket is said to be full again. */
function waitOf(headers: Headers): number | null {
  const reset = headers['poly-ratelimit-reset'] ?? ''
  return askedWaitMs(headers) ?? (/^\d{1,12}$/.test(reset) ? msUntil(Number(reset) * 1000, headers) : null)
}
