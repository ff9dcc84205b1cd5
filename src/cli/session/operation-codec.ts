import * as v from 'valibot'
import { type Sent, ToolkitError, type VenueErrorKind } from '../../domain/errors.ts'
import type { Fill } from '../../domain/fill.ts'
import { type Market, type MarketId, type VenueId, venueIds } from '../../domain/market.ts'
import type { OrderBook } from '../../domain/order-book.ts'
import { type PairPlan, type Policy, policyKinds } from '../../domain/pair-plan.ts'
import type { Balance, VenueOpenOrder, VenuePosition, VenueSettlement } from '../../domain/venue.ts'
import type { Operation } from '../../engine/operations.ts'
import type { Claim } from '../../engine/requests.ts'
import {
  describeIssues,
  marketId,
  money,
  outcome,
  price,
  quantity,
  rate,
  signedQuantity,
  stringifyAmounts,
} from '../../store/amount-schema.ts'
import { fillSchema, intentSchema } from '../../store/codec.ts'
import type { Halt } from '../../store/halt.ts'
import { marketSchema } from '../../store/market-codec.ts'

/** Something that an operation took from the world, in the order in which it did. */
export type Observed =
  | { readonly kind: 'market'; readonly id: MarketId; readonly market: Market }
  | { readonly kind: 'book'; readonly book: OrderBook }
  | { readonly kind: 'positions'; readonly venue: VenueId; readonly positions: readonly VenuePosition[] }
  | { readonly kind: 'open_orders'; readonly venue: VenueId; readonly orders: readonly VenueOpenOrder[] }
  | { readonly kind: 'fills'; readonly venue: VenueId; readonly fills: readonly Fill[] }
  | { readonly kind: 'balance'; readonly venue: VenueId; readonly balance: Balance }
  | { readonly kind: 'settlement'; readonly id: MarketId; readonly settlement: VenueSettlement | null }
  /** A read that gave no answer, and of what: that is an observation too. */
  | { readonly kind: 'failed'; readonly of: string; readonly failure: ReadFailure }
  | { readonly kind: 'time'; readonly ms: number }
  /** The kill switch as an operation found it, each time that it looked. Absent on tapes of earlier versions. */
  | { readonly kind: 'halt'; readonly halt: Halt | null }

/** What a replay needs to fail a read in the same way. */
export interface ReadFailure {
  readonly code: string
  readonly message: string
  readonly kind: VenueErrorKind
  readonly sent: Sent
}

/** What a read was of: tells a failed one from another. */
export function observedSubject(kind: Exclude<Observed['kind'], 'failed' | 'time' | 'halt'>, id: string): string {
  return `${kind} ${id}`
}

const levels = v.array(v.object({ price, quantity }))
const bookSchema = v.object({
  market: marketId,
  bids: levels,
  asks: levels,
  capturedAtMs: v.number(),
}) satisfies v.GenericSchema<unknown, OrderBook>

const venueSchema = v.picklist(venueIds)
const openOrderSchema = v.object({
  venueOrderId: v.string(),
  clientOrderId: v.nullable(v.string()),
  market: marketId,
  outcome,
  side: v.picklist(['buy', 'sell']),
  price,
  quantity,
  remainingQuantity: quantity,
}) satisfies v.GenericSchema<unknown, VenueOpenOrder>
const balanceSchema = v.object({
  available: money,
  asOfMs: v.optional(v.nullable(v.number()), null),
  step: money,
  pools: v.array(v.object({ name: v.string(), available: money })),
}) satisfies v.GenericSchema<unknown, Balance>
const settlementSchema = v.object({
  market: marketId,
  payout: v.object({ yes: price, no: price }),
  paidFor: v.nullable(v.object({ yes: quantity, no: quantity })),
  time: v.nullable(v.string()),
}) satisfies v.GenericSchema<unknown, VenueSettlement>
const failureSchema = v.object({
  code: v.string(),
  message: v.string(),
  kind: v.picklist(['unavailable', 'rate_limited', 'auth', 'refused', 'not_found', 'undecodable']),
  sent: v.picklist(['no', 'maybe', 'yes']),
}) satisfies v.GenericSchema<unknown, ReadFailure>

const observedSchema = v.variant('kind', [
  v.object({ kind: v.literal('market'), id: marketId, market: marketSchema }),
  v.object({ kind: v.literal('book'), book: bookSchema }),
  v.object({
    kind: v.literal('positions'),
    venue: venueSchema,
    positions: v.array(v.object({ market: marketId, outcome, quantity: signedQuantity })),
  }),
  v.object({ kind: v.literal('open_orders'), venue: venueSchema, orders: v.array(openOrderSchema) }),
  v.object({ kind: v.literal('fills'), venue: venueSchema, fills: v.array(fillSchema) }),
  v.object({ kind: v.literal('balance'), venue: venueSchema, balance: balanceSchema }),
  v.object({ kind: v.literal('settlement'), id: marketId, settlement: v.nullable(settlementSchema) }),
  v.object({ kind: v.literal('failed'), of: v.string(), failure: failureSchema }),
  v.object({ kind: v.literal('time'), ms: v.number() }),
  v.object({
    kind: v.literal('halt'),
    halt: v.nullable(v.object({ reason: v.string(), at: v.nullable(v.string()), by: v.nullable(v.string()) })),
  }),
]) satisfies v.GenericSchema<unknown, Observed>

const requestSchema = v.object({
  intent: intentSchema,
  market: marketSchema,
  book: v.nullable(bookSchema),
  allowDuplicate: v.boolean(),
})

const policySchema = v.object({
  kind: v.picklist(policyKinds),
  attemptsMax: v.number(),
  rung: rate,
  provisionalMax: quantity,
}) satisfies v.GenericSchema<unknown, Policy>

const planSchema = v.object({
  policy: policySchema,
  order: v.picklist(['together', 0, 1]),
  worstLoss: v.nullable(money),
  pair: v.nullable(v.string()),
}) satisfies v.GenericSchema<unknown, PairPlan>

const amendSchema = v.object({
  orderId: v.string(),
  kind: v.picklist(['amend', 'decrease']),
  terms: v.object({ price, quantity }),
  market: marketSchema,
  book: v.nullable(bookSchema),
})

const venues = v.array(venueSchema)
const claimSchema = v.object({
  verdict: v.picklist(['adopt', 'ignore']),
  order: v.nullable(v.string()),
}) satisfies v.GenericSchema<unknown, Claim>

const operationSchema = v.variant('op', [
  v.object({ op: v.literal('place'), request: requestSchema }),
  v.object({ op: v.literal('deny'), request: requestSchema }),
  v.object({
    op: v.literal('place_pair'),
    requests: v.tuple([requestSchema, requestSchema]),
    edgeExpected: v.string(),
    tradeId: v.string(),
    plan: v.exactOptional(planSchema),
  }),
  v.object({
    op: v.literal('mend_trade'),
    trade: v.string(),
    policy: policySchema,
    round: v.string(),
    prices: v.exactOptional(v.picklist(['entry', 'now'])),
  }),
  v.object({ op: v.literal('place_batch'), requests: v.array(requestSchema) }),
  v.object({ op: v.literal('amend'), request: amendSchema }),
  v.object({ op: v.literal('cancel'), order: v.string() }),
  v.object({ op: v.literal('cancel_each'), orders: v.array(v.string()) }),
  v.object({ op: v.literal('cancel_market'), market: marketId }),
  v.object({ op: v.literal('cancel_all'), venues }),
  v.object({ op: v.literal('refresh'), order: v.string() }),
  v.object({ op: v.literal('update'), order: v.string() }),
  v.object({ op: v.literal('hear'), order: v.string() }),
  v.object({
    op: v.literal('reconcile'),
    order: v.nullable(v.string()),
    fix: v.boolean(),
    claim: v.optional(v.nullable(claimSchema), null),
    acceptCash: v.optional(v.boolean(), false),
    venues,
  }),
  v.object({ op: v.literal('resend'), order: v.string() }),
]) satisfies v.GenericSchema<unknown, Operation>

/** An operation and what it observed as JSON: amounts are canonical decimal strings. */
export function encodeOperation(operation: Operation, observed: readonly Observed[]): unknown {
  // The plan's verdict and expectation are conclusions; the replay draws its own.
  return plain({ ...slim(operation), observed })
}

function slim(operation: Operation): Operation {
  const request = <T extends Extract<Operation, { op: 'place' }>['request']>(one: T) => ({
    intent: one.intent,
    market: one.market,
    book: one.book,
    allowDuplicate: one.allowDuplicate,
  })
  switch (operation.op) {
    case 'place':
    case 'deny':
      return { op: operation.op, request: request(operation.request) }
    case 'place_pair':
      return { ...operation, requests: [request(operation.requests[0]), request(operation.requests[1])] }
    case 'place_batch':
      return { op: 'place_batch', requests: operation.requests.map(request) }
    case 'amend': {
      const { orderId, kind, terms, market, book } = operation.request
      return { op: 'amend', request: { orderId, kind, terms, market, book } }
    }
    default:
      return operation
  }
}

/**
 * An operation read back from a tape.
 * @throws ToolkitError of category `usage` when it is not one that this version knows.
 */
export function decodeOperation(input: unknown): {
  readonly operation: Operation
  readonly observed: readonly Observed[]
} {
  const observed = v.safeParse(v.object({ observed: v.array(observedSchema) }), input)
  const operation = v.safeParse(operationSchema, input)
  if (operation.success && observed.success) return { operation: operation.output, observed: observed.output.observed }
  const issues = operation.success ? observed.issues : operation.issues
  throw new ToolkitError({
    code: 'OPERATION_UNREADABLE',
    category: 'usage',
    message: `The recording holds an operation that cannot be read: ${issues === undefined ? 'unknown shape' : describeIssues(issues)}.`,
    suggestions: ['crosstape capture verify names the file and the line.'],
  })
}

/** What an operation gave, as JSON, without what it was given or what only this run can know. */
export function encodeOutcome(op: Operation['op'], result: unknown): unknown {
  return plain(result, op === 'refresh' ? ['market', 'preview', 'evidence'] : ['market', 'preview'])
}

function plain(value: unknown, without: readonly string[] = []): unknown {
  const json: unknown = JSON.parse(stringifyAmounts(value) ?? 'null')
  return without.length === 0 ? json : drop(json, without)
}

/** Drops members by name wherever their value is an object or a list: a position's `market` is an id and stays. */
function drop(value: unknown, names: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => drop(item, names))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, part]) => !(names.includes(name) && typeof part === 'object'))
      .map(([name, part]) => [name, drop(part, names)]),
  )
}
