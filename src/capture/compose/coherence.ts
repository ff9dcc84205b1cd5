import {
  addQuantity,
  cost,
  formatAmount,
  type Money,
  type Quantity,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { Fact, OrderTerms } from './fact.ts'
import { factsOf } from './facts.ts'
import { type Incoherence, nameOf, type SceneExchange } from './scene.ts'

/** Venues tell times of fills in whole seconds. */
const TIME_GRAIN_MS = 1000

interface KnownOrder {
  readonly key: string
  readonly exchange: string
  readonly terms: OrderTerms
  answered: 'accepted' | 'rejected' | 'unknown'
  orderId: string | null
  quantity: Quantity
  /** What the order ended with, once an answer said that nothing remains. */
  endedWith: Quantity | null
  reported: Quantity
  cancelledAtMs: number | null
  readonly fills: Map<string, { readonly quantity: Quantity; readonly dollars: Money; failed: boolean }>
}

export interface CoherenceContext {
  /** Orders that were there before the scene: fills of theirs are no riddle. */
  readonly earlierOrders: ReadonlySet<string>
}

/**
 * What of a scene no venue could have answered: a fill larger than its order, two orders with one id, time that runs back,
 * a balance that moves by itself. Each finding names the exchange and the member that says so.
 */
export function findIncoherences(
  exchanges: readonly SceneExchange[],
  context: CoherenceContext,
): readonly Incoherence[] {
  const venues = new Map<VenueId, VenueReading>()
  return exchanges.flatMap((exchange) => {
    const { _venue: venue } = exchange.entry
    const reading = venues.get(venue) ?? new VenueReading(context)
    venues.set(venue, reading)
    return reading.read(exchange).map(({ field, what }) => ({ exchange: nameOf(exchange), venue, field, what }))
  })
}

interface Finding {
  readonly field: string
  readonly what: string
}

/** One venue's exchanges, read from first to last. */
class VenueReading {
  readonly #byKey = new Map<string, KnownOrder>()
  readonly #byId = new Map<string, KnownOrder>()
  readonly #strangers: Set<string>
  #last: { readonly exchange: string; readonly atMs: number } | null = null
  /** When each source's exchanges begin: what was filled before then is no riddle. */
  readonly #beganMs = new Map<number, number>()
  #balance: { readonly exchange: string; readonly source: number; readonly amount: Money } | null = null
  /** Dollars that could have moved, either way, since the balance was read. */
  #movable: bigint = 0n

  constructor(context: CoherenceContext) {
    this.#strangers = new Set(context.earlierOrders)
  }

  read(exchange: SceneExchange): readonly Finding[] {
    return [...this.#readTime(exchange), ...factsOf(exchange).flatMap((fact) => this.#readFact(fact, exchange))]
  }

  #readTime(exchange: SceneExchange): readonly Finding[] {
    const { startedDateTime } = exchange.entry
    const atMs = Date.parse(startedDateTime)
    const last = this.#last
    if (!this.#beganMs.has(exchange.source)) this.#beganMs.set(exchange.source, atMs)
    this.#last = { exchange: nameOf(exchange), atMs: Math.max(atMs, last?.atMs ?? atMs) }
    if (last === null || atMs >= last.atMs) return []
    const what = `it begins at ${startedDateTime}, before ${last.exchange}, which comes before it and begins at ${isoTime(last.atMs)}`
    return [{ field: 'startedDateTime', what }]
  }

  #readFact(fact: Fact, exchange: SceneExchange): readonly Finding[] {
    switch (fact.kind) {
      case 'placed':
        return this.#placed(fact, nameOf(exchange))
      case 'standing':
        return this.#standing(fact)
      case 'fill':
        return this.#fill(fact, this.#beganMs.get(exchange.source) ?? 0)
      case 'cancelled':
        return this.#cancelled(fact, Date.parse(exchange.entry.startedDateTime) + exchange.entry.time)
      case 'resized':
        return this.#resized(fact)
      case 'balance':
        return this.#balanceRead(fact, exchange)
    }
  }

  #placed(fact: Extract<Fact, { kind: 'placed' }>, exchange: string): readonly Finding[] {
    const { field, key, terms, answered, orderId } = fact
    this.#movable += terms.quantity
    const twin = this.#byKey.get(key)
    if (twin !== undefined) {
      const clash = clashOf(twin, fact)
      // Sending the same order again is what settles a lost answer, and what a venue refuses as a duplicate.
      if (clash === null) this.#learn(twin, answered, orderId)
      return clash === null ? [] : [{ field, what: clash }]
    }
    const order: KnownOrder = {
      key,
      exchange,
      terms,
      answered,
      orderId: null,
      quantity: terms.quantity,
      endedWith: null,
      reported: ZERO_QUANTITY,
      cancelledAtMs: null,
      fills: new Map(),
    }
    this.#byKey.set(key, order)
    const owner = orderId === null ? undefined : this.#byId.get(orderId)
    if (owner !== undefined)
      return [{ field, what: `order ${orderId} is the order of ${owner.exchange} already: two orders have one id` }]
    this.#learn(order, answered, orderId)
    return []
  }

  #learn(order: KnownOrder, answered: KnownOrder['answered'], orderId: string | null): void {
    if (order.answered !== 'accepted') order.answered = answered
    if (orderId === null || order.orderId !== null) return
    order.orderId = orderId
    this.#byId.set(orderId, order)
  }

  #standing(fact: Extract<Fact, { kind: 'standing' }>): readonly Finding[] {
    const { field, orderId, filled, remaining } = fact
    const order = this.#find(orderId)
    if (order === null) {
      this.#strangers.add(orderId)
      return []
    }
    const { quantity, terms } = order
    if (filled !== null && filled > quantity && terms.spends === null) {
      return [{ field, what: `${formatAmount(filled)} are filled of an order of ${formatAmount(quantity)}` }]
    }
    if (filled !== null && remaining !== null && addQuantity(filled, remaining) > quantity && terms.spends === null) {
      return [
        {
          field,
          what: `${formatAmount(filled)} filled and ${formatAmount(remaining)} remaining are more than the order's ${formatAmount(quantity)}`,
        },
      ]
    }
    if (filled !== null && filled > order.reported) order.reported = filled
    if (filled !== null && remaining === 0n) order.endedWith = filled
    return []
  }

  #fill(fact: Extract<Fact, { kind: 'fill' }>, beganMs: number): readonly Finding[] {
    const { field, id, orderId, quantity, price, failed, atMs, fee } = fact
    const order = this.#find(orderId)
    if (order === null) {
      const before = this.#strangers.has(orderId) || atMs === null || atMs + TIME_GRAIN_MS <= beganMs
      return before ? [] : [{ field, what: `it fills order ${orderId}, which nobody placed` }]
    }
    const booked = order.fills.get(id)
    if (booked !== undefined) {
      booked.failed ||= failed
      const same = booked.quantity === quantity
      return same
        ? []
        : [
            {
              field,
              what: `fill ${id} is of ${formatAmount(quantity)} here and was of ${formatAmount(booked.quantity)} before`,
            },
          ]
    }
    order.fills.set(id, { quantity, dollars: cost(price, quantity, 'down'), failed })
    if (!failed) this.#movable += quantity + (fee ?? quantity)
    return wrongFill(order, fact)
  }

  #cancelled(fact: Extract<Fact, { kind: 'cancelled' }>, atMs: number): readonly Finding[] {
    const { field, orderId, reduced } = fact
    const order = this.#find(orderId)
    if (order === null) return []
    this.#movable += order.quantity
    order.cancelledAtMs ??= atMs
    const left = subtractQuantity(order.quantity, order.reported)
    if (reduced === null || reduced <= left) return []
    return [
      {
        field,
        what: `the cancel took ${formatAmount(reduced)} off, and only ${formatAmount(left)} of order ${orderId} remained`,
      },
    ]
  }

  #resized(fact: Extract<Fact, { kind: 'resized' }>): readonly Finding[] {
    const order = this.#find(fact.orderId)
    if (order === null) return []
    this.#movable += order.quantity
    order.endedWith = null
    if (fact.quantity !== null && fact.quantity > order.quantity) order.quantity = fact.quantity
    return []
  }

  #balanceRead(fact: Extract<Fact, { kind: 'balance' }>, exchange: SceneExchange): readonly Finding[] {
    const before = this.#balance
    const movable = this.#movable
    this.#balance = { exchange: nameOf(exchange), source: exchange.source, amount: fact.amount }
    this.#movable = 0n
    // Within one recording a deposit or a payout may have come between.
    if (before === null || before.source === exchange.source) return []
    const moved = fact.amount > before.amount ? fact.amount - before.amount : before.amount - fact.amount
    if (moved <= movable) return []
    const what = `the balance is ${formatAmount(fact.amount)} and was ${formatAmount(before.amount)} in ${before.exchange}: nothing between moved that much`
    return [{ field: fact.field, what }]
  }

  /** The order that an id belongs to. An order whose answer was lost has whichever id turns up for it. */
  #find(orderId: string): KnownOrder | null {
    const known = this.#byId.get(orderId)
    if (known !== undefined) return known
    if (this.#strangers.has(orderId)) return null
    const lost = [...this.#byKey.values()].filter(({ answered, orderId: id }) => answered === 'unknown' && id === null)
    const [only] = lost
    if (lost.length !== 1 || only === undefined) {
      if (lost.length > 1) this.#strangers.add(orderId)
      return null
    }
    this.#learn(only, 'unknown', orderId)
    return only
  }
}

/** Why two requests with one client id cannot both have happened so, or null. */
function clashOf(twin: KnownOrder, fact: Extract<Fact, { kind: 'placed' }>): string | null {
  const { key, terms, answered, orderId } = fact
  const bothTaken = twin.answered === 'accepted' && answered === 'accepted'
  if (bothTaken && twin.orderId !== orderId)
    return `${key} is accepted as order ${orderId}, and was as ${twin.orderId} in ${twin.exchange}: two orders have one id`
  const sameTerms =
    twin.terms.market === terms.market && twin.terms.side === terms.side && twin.terms.quantity === terms.quantity
  return sameTerms ? null : `${key} is another order than in ${twin.exchange}: two orders have one id`
}

function wrongFill(order: KnownOrder, fact: Extract<Fact, { kind: 'fill' }>): readonly Finding[] {
  const { field, price, atMs, failed } = fact
  if (failed) return []
  const { terms } = order
  const live = [...order.fills.values()].filter((fill) => !fill.failed)
  const total = addQuantity(...live.map(({ quantity }) => quantity))
  const findings: string[] = []
  if (terms.spends === null && total > order.quantity) {
    findings.push(`${formatAmount(total)} are filled of an order of ${formatAmount(order.quantity)}`)
  } else if (terms.spends !== null) {
    const spent = live.reduce((sum, { dollars }) => sum + dollars, 0n)
    if (spent > terms.spends)
      findings.push(`${formatAmount(spent as Money)} dollars are spent by an order of ${formatAmount(terms.spends)}`)
  } else if (order.endedWith !== null && total > order.endedWith) {
    findings.push(`${formatAmount(total)} are filled, and the order had ended with ${formatAmount(order.endedWith)}`)
  }
  const worse = terms.side === 'buy' ? price > terms.price : price < terms.price
  if (worse)
    findings.push(`it fills at ${formatAmount(price)} an order to ${terms.side} at ${formatAmount(terms.price)}`)
  if (order.answered === 'rejected') findings.push(`it fills an order that was rejected in ${order.exchange}`)
  const late = order.cancelledAtMs !== null && atMs !== null && atMs > order.cancelledAtMs + TIME_GRAIN_MS
  if (late) findings.push(`it fills an order that was cancelled before`)
  return findings.map((what) => ({ field, what }))
}
