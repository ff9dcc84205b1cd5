import type { Clock } from '../../runtime/clock.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import { isRecord, parseBody } from '../json-body.ts'
import { type BucketLimit, TokenBucket } from '../token-bucket.ts'

/** What one signer may send. The windows by address are not simulated: the network in front of the venue delays there. */
export interface SignerLimits {
  readonly tier: string
  readonly orders: BucketLimit
  readonly cancels: BucketLimit
}

/** Source: venue page §7, state of 2026-09-30. */
export const signerLimits = {
  basic: {
    tier: 'Standard',
    orders: { refillPerSecond: 40, capacity: 60 },
    cancels: { refillPerSecond: 80, capacity: 120 },
  },
  advanced: {
    tier: 'Silver',
    orders: { refillPerSecond: 200, capacity: 300 },
    cancels: { refillPerSecond: 400, capacity: 600 },
  },
} as const satisfies Readonly<Record<string, SignerLimits>>

/** Which bucket an endpoint takes from. Others take from none. */
const limited: Readonly<Record<string, 'orders' | 'cancels'>> = {
  place_order: 'orders',
  place_orders: 'orders',
  cancel_order: 'cancels',
  cancel_orders: 'cancels',
  cancel_all: 'cancels',
  cancel_market_orders: 'cancels',
}

/** A batch costs its length, all or nothing. Cancelling all costs one, and then one for each order it cancelled. */
const costsByResult = new Set(['cancel_all', 'cancel_market_orders'])

interface SignerBuckets {
  readonly orders: TokenBucket
  readonly cancels: TokenBucket
}

/** The limits by signer, which name themselves in the headers of every answer to an order or a cancel. */
export class SignerGate {
  private readonly signers = new Map<string, SignerBuckets>()

  constructor(
    private readonly limits: SignerLimits,
    private readonly clock: Clock,
  ) {}

  /** Answers in the place of the handler when the bucket cannot pay for the call. */
  async pass(
    address: string,
    endpoint: string,
    request: FaceRequest,
    answer: () => FaceReply | Promise<FaceReply>,
  ): Promise<FaceReply> {
    const kind = limited[endpoint]
    if (kind === undefined) return answer()
    const bucket = this.bucketsOf(address)[kind]
    if (!bucket.take(itemsIn(request.body))) {
      const refused = { status: 429, body: JSON.stringify({ error: 'Too Many Requests' }) }
      const waitS = Math.max(1, Math.ceil(bucket.fullInMs() / 1_000))
      return this.labelled(refused, bucket, { 'Retry-After': String(waitS) })
    }
    const reply = await answer()
    if (costsByResult.has(endpoint)) bucket.debit(canceledIn(reply))
    return this.labelled(reply, bucket, {})
  }

  private bucketsOf(address: string): SignerBuckets {
    const known = this.signers.get(address)
    if (known !== undefined) return known
    const made = {
      orders: new TokenBucket(this.limits.orders, this.clock),
      cancels: new TokenBucket(this.limits.cancels, this.clock),
    }
    this.signers.set(address, made)
    return made
  }

  private labelled(reply: FaceReply, bucket: TokenBucket, more: Readonly<Record<string, string>>): FaceReply {
    const resetMs = this.clock.nowMs() + bucket.fullInMs()
    return {
      ...reply,
      headers: {
        ...reply.headers,
        'Poly-RateLimit-Remaining': String(Math.max(0, Math.floor(bucket.left()))),
        'Poly-RateLimit-Reset': String(Math.ceil(resetMs / 1_000)),
        'Poly-RateLimit-Tier': this.limits.tier,
        ...more,
      },
    }
  }
}

function itemsIn(body: string): number {
  const value = parseBody(body)
  return Array.isArray(value) ? Math.max(1, value.length) : 1
}

function canceledIn({ body }: FaceReply): number {
  const value = parseBody(body ?? '')
  return isRecord(value) && Array.isArray(value.canceled) ? value.canceled.length : 0
}
