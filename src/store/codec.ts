import * as v from 'valibot'
import type { FeeDrift } from '../domain/fee-drift.ts'
import type { Fill } from '../domain/fill.ts'
import { amendOutcomes, type OrderIntent, type OrderReport, timesInForce } from '../domain/order.ts'
import { stories } from '../domain/stories.ts'
import type { ApprovedPair, RejectedPair } from '../pairs/approved-pair.ts'
import {
  describeIssues,
  formatStored,
  marketId,
  money,
  optionalText,
  outcome,
  price,
  quantity,
  signedQuantity,
  venue,
  wholeNumber,
} from './amount-schema.ts'
import type { ArbTrade, BookedSettlement, BreakerMemory, IgnoredOrder, JournalEvent, JournalRecord } from './events.ts'
import { JOURNAL_FORMAT, upcast } from './upcast.ts'

const side = v.picklist(['buy', 'sell'])

export const intentSchema = v.object({
  id: v.string(),
  clientOrderId: v.string(),
  market: marketId,
  outcome,
  side,
  quantity,
  price,
  timeInForce: v.picklist(timesInForce),
  expiresAt: optionalText,
  postOnly: v.boolean(),
  reduceOnly: v.boolean(),
  purpose: v.variant('kind', [
    v.object({ kind: v.literal('manual') }),
    v.object({ kind: v.literal('arb_leg'), tradeId: v.string() }),
    v.object({ kind: v.literal('unwind'), tradeId: v.string() }),
    v.object({ kind: v.literal('adopted') }),
  ]),
  createdAtMs: wholeNumber,
}) satisfies v.GenericSchema<unknown, OrderIntent>

const reportSchema = v.object({
  venueOrderId: v.string(),
  clientOrderId: optionalText,
  status: v.picklist(['resting', 'filled', 'partially_filled', 'cancelled', 'expired', 'rejected', 'unknown']),
  filledQuantity: quantity,
  reversedQuantity: v.exactOptional(quantity),
  remainingQuantity: v.nullable(quantity),
  averagePrice: v.nullable(price),
  fees: v.nullable(money),
  provisional: v.boolean(),
}) satisfies v.GenericSchema<unknown, OrderReport>

export const fillSchema = v.object({
  id: v.string(),
  venue,
  market: marketId,
  venueOrderId: v.string(),
  outcome,
  side,
  quantity,
  price,
  fee: v.nullable(money),
  feeSource: v.exactOptional(v.literal('schedule')),
  liquidity: v.nullable(v.picklist(['taker', 'maker'])),
  finality: v.picklist(['provisional', 'final', 'failed']),
  time: v.string(),
}) satisfies v.GenericSchema<unknown, Fill>

export const feeDriftSchema = v.object({
  charged: money,
  predicted: money,
  worst: money,
  series: optionalText,
  schedule: v.string(),
}) satisfies v.GenericSchema<unknown, FeeDrift>

export const breakerSchema = v.object({
  state: v.picklist(['closed', 'open', 'half_open', 'recovering']),
  consecutiveFailures: wholeNumber,
  failedWrites: v.exactOptional(wholeNumber),
  sinceMs: v.nullable(wholeNumber),
  trialSinceMs: v.exactOptional(wholeNumber),
}) satisfies v.GenericSchema<unknown, BreakerMemory>

export const tradeSchema = v.object({
  id: v.string(),
  status: v.picklist(['open', 'balanced', 'unwound', 'imbalanced', 'frozen', 'failed']),
  legs: v.array(
    v.object({
      orderId: v.string(),
      market: marketId,
      outcome: v.exactOptional(outcome),
      limit: v.exactOptional(v.string()),
      bid: v.exactOptional(v.string()),
      filledQuantity: optionalText,
    }),
  ),
  unwindOrderIds: v.array(v.string()),
  completionOrderIds: v.exactOptional(v.array(v.string())),
  pair: v.exactOptional(v.string()),
  policy: v.exactOptional(v.string()),
  worstLossExpected: v.exactOptional(v.string()),
  edgeExpected: v.string(),
  edgeRealized: optionalText,
  imbalance: optionalText,
  fees: optionalText,
  provisional: v.exactOptional(v.boolean()),
}) satisfies v.GenericSchema<unknown, ArbTrade>

export const ignoredOrderSchema = v.object({
  venue,
  venueOrderId: v.string(),
  shown: v.string(),
  holdings: v.array(v.object({ market: marketId, outcome, quantity: signedQuantity })),
}) satisfies v.GenericSchema<unknown, IgnoredOrder>

const settlementSchema = v.object({
  market: marketId,
  outcome,
  quantity,
  payout: money,
  time: optionalText,
}) satisfies v.GenericSchema<unknown, BookedSettlement>

const pairedIds = v.tuple([marketId, marketId])

export const approvedPairSchema = v.object({
  markets: pairedIds,
  polarity: v.picklist(['same', 'inverted']),
  hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  approvedAt: v.string(),
  by: v.string(),
}) satisfies v.GenericSchema<unknown, ApprovedPair>

export const rejectedPairSchema = v.object({
  markets: pairedIds,
  rejectedAt: v.string(),
  by: v.string(),
  reason: v.string(),
}) satisfies v.GenericSchema<unknown, RejectedPair>

const denialSchema = v.object({ code: v.string(), message: v.string(), value: optionalText, limit: optionalText })
const orderId = v.string()
const codeAndReason = { orderId, code: v.string(), reason: v.string() }

const eventSchema = v.variant('type', [
  v.object({
    type: v.literal('session.started'),
    session: v.string(),
    command: v.string(),
    version: v.string(),
    tape: v.exactOptional(v.string()),
  }),
  v.object({ type: v.literal('session.ended'), session: v.string(), outcome: v.string() }),
  v.object({ type: v.literal('journal.keyed'), key: v.string(), previous: optionalText }),
  v.object({ type: v.literal('journal.cut'), upTo: wholeNumber, anchor: v.exactOptional(v.string()) }),
  v.object({ type: v.literal('order.denied'), intent: intentSchema, denials: v.array(denialSchema) }),
  v.object({ type: v.literal('order.submitted'), intent: intentSchema, venueOrderId: optionalText }),
  v.object({ type: v.literal('order.adopted'), intent: intentSchema, venueOrderId: v.string() }),
  v.object({
    type: v.literal('order.reported'),
    orderId,
    report: reportSchema,
    source: v.picklist(['placement', 'cancel', 'amend', 'poll', 'reconcile']),
  }),
  v.object({ type: v.literal('order.rejected'), ...codeAndReason }),
  v.object({ type: v.literal('order.unknown'), ...codeAndReason }),
  v.object({ type: v.literal('cancel.requested'), orderId }),
  v.object({ type: v.literal('cancel.answered'), orderId, outcome: v.string(), message: optionalText }),
  v.object({ type: v.literal('amend.requested'), orderId, price, quantity }),
  v.object({ type: v.literal('amend.denied'), orderId, price, quantity, denials: v.array(denialSchema) }),
  v.object({
    type: v.literal('amend.answered'),
    orderId,
    outcome: v.picklist(amendOutcomes),
    message: optionalText,
  }),
  v.object({ type: v.literal('cancel_all.requested'), venue }),
  v.object({ type: v.literal('cancel_all.answered'), venue, outcome: v.string(), message: optionalText }),
  v.object({ type: v.literal('fill.booked'), orderId, fill: fillSchema }),
  v.object({ type: v.literal('fill.settled'), orderId, fill: fillSchema }),
  v.object({
    type: v.literal('fee.drift'),
    orderId,
    market: marketId,
    fillIds: v.array(v.string()),
    drift: feeDriftSchema,
  }),
  v.object({
    type: v.literal('order.evidence'),
    orderId,
    finding: v.string(),
    evidence: v.string(),
    source: v.exactOptional(v.string()),
    asOf: v.exactOptional(optionalText),
    rulesOut: v.exactOptional(v.array(v.picklist(stories))),
  }),
  v.object({ type: v.literal('order.resent'), orderId }),
  v.object({ type: v.literal('order.ignored'), order: ignoredOrderSchema }),
  v.object({ type: v.literal('position.settled'), settlement: settlementSchema }),
  v.object({ type: v.literal('cash.agreed'), venue, balance: money, asOf: v.exactOptional(v.string()) }),
  v.object({ type: v.literal('cash.claimed'), venue, amount: money }),
  v.object({ type: v.literal('trade.opened'), trade: tradeSchema }),
  v.object({ type: v.literal('trade.updated'), trade: tradeSchema }),
  v.object({ type: v.literal('pair.approved'), pair: approvedPairSchema }),
  v.object({ type: v.literal('pair.rejected'), pair: rejectedPairSchema }),
  v.object({ type: v.literal('markets.synced'), venue, markets: wholeNumber }),
  v.object({ type: v.literal('safeguards.halted'), reason: v.string() }),
  v.object({ type: v.literal('safeguards.resumed'), reason: v.string() }),
  v.object({ type: v.literal('breaker.changed'), breaker: v.string(), memory: breakerSchema }),
  v.object({ type: v.literal('reconcile.finished'), settled: wholeNumber, differences: wholeNumber }),
]) satisfies v.GenericSchema<unknown, JournalEvent>

/** By type: the variant itself would try one after the other, for every record of an order. */
const schemas = new Map<string, v.GenericSchema<unknown, JournalEvent>>(
  eventSchema.options.map((option) => [option.entries.type.literal, option]),
)

const envelopeSchema = v.object({
  seq: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  time: v.string(),
  event: v.looseObject({ type: v.string() }),
})

/** Why a record's text is not a record. */
export type DecodeProblem =
  | { readonly kind: 'malformed'; readonly what: string }
  /** A kind of event that a later version has added: what it does to orders and positions cannot be known here. */
  | { readonly kind: 'unknown_event'; readonly type: string }

export type Decoded =
  | { readonly ok: true; readonly record: JournalRecord }
  | { readonly ok: false; readonly problem: DecodeProblem }

/**
 * The one JSON text of a record: number, time, event; of the event its type, then its other keys in ascending order, as at
 * every depth below; no insignificant space, amounts as canonical decimal strings. Text is kept as it is, not normalised:
 * it may be evidence. Beside it the record that a later process will read from it, of which only the event has to be read:
 * a number and a time are what they are.
 */
export function encodeRecord(record: JournalRecord): { readonly text: string; readonly decoded: Decoded } {
  const { seq, time, event } = record
  const { type, ...rest } = event
  const eventText = `{"type":${JSON.stringify(type)}${membersOf(rest, ',')}}`
  const text = `{"seq":${seq},"time":${JSON.stringify(time)},"event":${eventText}}`
  return { text, decoded: decodeEvent(record, parseJson(eventText)) }
}

/** Members in ascending order, each with its comma before it. What is undefined is left out, as in any JSON. */
function membersOf(value: object, before: '' | ','): string {
  let text = ''
  for (const name of Object.keys(value).sort()) {
    const part: unknown = Reflect.get(value, name)
    if (part === undefined) continue
    text += `${text === '' ? before : ','}${JSON.stringify(name)}:${textOf(part)}`
  }
  return text
}

/** Written in one go: a copy with sorted keys, and a call for every value of it, would cost an order more than the text. */
function textOf(value: unknown): string {
  if (typeof value === 'bigint') return `"${formatStored(value)}"`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(textOf).join(',')}]`
  return `{${membersOf(value, '')}}`
}

/** A record from its JSON text. Strict: an amount that does not parse exactly is a problem, never a guess. */
export function decodeRecord(text: string, format: number = JOURNAL_FORMAT): Decoded {
  const json = parseJson(text)
  if (json === undefined) return malformed('it is not JSON')
  const envelope = v.safeParse(envelopeSchema, json)
  if (!envelope.success) return malformed(describeIssues(envelope.issues))
  const { seq, time, event } = envelope.output
  return decodeEvent({ seq, time }, format === JOURNAL_FORMAT ? event : upcast(event, format), event.type)
}

function decodeEvent({ seq, time }: Omit<JournalRecord, 'event'>, raw: unknown, name?: string): Decoded {
  const type: unknown = Reflect.get(Object(raw), 'type')
  const schema = typeof type === 'string' ? schemas.get(type) : undefined
  if (schema === undefined) return { ok: false, problem: { kind: 'unknown_event', type: name ?? String(type) } }
  const event = v.safeParse(schema, raw)
  if (event.success) return { ok: true, record: { seq, time, event: event.output } }
  return malformed(`${name ?? String(type)}: ${describeIssues(event.issues)}`)
}

function malformed(what: string): Decoded {
  return { ok: false, problem: { kind: 'malformed', what } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
