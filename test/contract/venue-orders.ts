import { parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import type { Market } from '../../src/domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent } from '../../src/domain/order.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'
import type { Placement, PreparedOrder } from '../../src/domain/venue.ts'
import { isoTime } from '../../src/runtime/clock.ts'
import { seededIds } from '../../src/runtime/ids.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import type { VenueHarness } from './venue-client.ts'

export interface Wanted {
  readonly price?: string
  readonly quantity?: string
  readonly side?: OrderIntent['side']
  readonly timeInForce?: OrderIntent['timeInForce']
}

export interface Prepared {
  readonly prepared: PreparedOrder
  /** As the journal would hold it before the answer. */
  readonly submitted: Order
}

/** Orders for one market of a harness, past the safeguards: what is tested here is the venue's client. */
export class OrderMaker {
  private readonly ids

  constructor(
    private readonly venue: VenueHarness,
    private readonly market: Market,
    seed: string,
  ) {
    this.ids = seededIds(seededRandom(seed))
  }

  async prepare(wanted: Wanted = {}): Promise<Prepared> {
    const { price = '0.42', quantity = '10', side = 'buy', timeInForce = 'gtc' } = wanted
    const intent: OrderIntent = {
      id: this.ids.short('o'),
      clientOrderId: this.ids.uuid(),
      market: this.market.id,
      outcome: 'yes',
      side,
      timeInForce,
      expiresAt: null,
      postOnly: false,
      reduceOnly: false,
      purpose: { kind: 'manual' },
      createdAtMs: this.venue.clock.nowMs(),
      price: parsePrice(price),
      quantity: parseQuantity(quantity),
    }
    const prepared = await this.venue.client.prepareOrder({ intent } as ApprovedOrder, this.market)
    const submitted = submittedOrder(intent, prepared.venueOrderId, isoTime(this.venue.clock.nowMs()))
    return { prepared, submitted }
  }

  /** Placed alone, and accepted. */
  async place(wanted: Wanted = {}): Promise<Order> {
    const { prepared, submitted } = await this.prepare(wanted)
    return { ...submitted, ...acceptedAs(await this.venue.client.placeOrder(prepared)) }
  }
}

export function acceptedAs(placement: Placement | undefined): Pick<Order, 'venueOrderId' | 'filledQuantity'> & {
  readonly status: 'resting'
} {
  if (placement?.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(placement)}`)
  const { venueOrderId, filledQuantity } = placement.report
  return { venueOrderId, filledQuantity, status: 'resting' }
}
