import * as v from 'valibot'
import type { CallOptions, Cancellation, CancelTarget, Placement, PreparedOrder } from '../../domain/venue.ts'
import { type EntryMatch, matchEntries } from '../batch-entries.ts'
import type { KalshiApi } from './api.ts'
import { encodeOrder } from './encode.ts'
import { cancellationOfBatch, placementOfBatch } from './errors.ts'
import { judgeCancelledEntry, judgeCreatedEntry, lostCancellation, lostPlacement, ORDERS } from './orders.ts'
import { attempt, isSuccess, optionsOf } from './write-call.ts'

const BATCHED = `${ORDERS}/batched`

/**
 * A batch must fit the account's write bucket whole, or all of it is refused: 10 tokens a new order and 2 a cancel, of 100
 * in the lowest tier. Source: Kalshi rate limits, 2026-10.
 */
export const PLACE_MAX = 10
export const CANCEL_MAX = 50

const batchAnswer = v.object({ orders: v.array(v.unknown()) })
const named = v.object({ client_order_id: v.nullish(v.string()), order_id: v.nullish(v.string()) })

/** Sends once. The call succeeds whatever becomes of its orders, so each is judged by its own entry. */
export async function placeOrders(
  api: KalshiApi,
  prepared: readonly PreparedOrder[],
  options?: CallOptions,
): Promise<readonly Placement[]> {
  requireFits(prepared.length, PLACE_MAX)
  const intents = prepared.map(({ approved }) => approved.intent)
  const sent = await attempt(() =>
    api.write({
      method: 'POST',
      path: BATCHED,
      body: JSON.stringify({ orders: intents.map(encodeOrder) }),
      endpoint: 'place_orders',
      items: intents.length,
      ...optionsOf(options),
    }),
  )
  if (sent.kind === 'failed') return intents.map(() => lostPlacement(sent.failure))
  if (!isSuccess(sent.reply)) return intents.map(() => placementOfBatch(sent.reply))
  const entries = entriesOf(sent.reply.json)
  if (entries === null) return intents.map(() => unclearPlacement('ANSWER_UNREADABLE', unreadable))
  const shared = idsNamedTwice(entries)
  const matches = matchEntries(
    intents.map(({ clientOrderId }) => clientOrderId),
    entries,
    (entry) => namesOf(entry)?.client_order_id ?? null,
  )
  return intents.map((intent, index) => {
    const match = matches[index] ?? missing
    if (match.kind !== 'found') return unclearPlacement(...reasonOf(match))
    if (shared.has(namesOf(match.entry)?.order_id ?? '')) return unclearPlacement(...reasonOf({ kind: 'ambiguous' }))
    return judgeCreatedEntry(match.entry, intent)
  })
}

/** Names each order's market: without it the cancel goes to exchange shard 0. */
export async function cancelOrders(
  api: KalshiApi,
  targets: readonly CancelTarget[],
  options?: CallOptions,
): Promise<readonly Cancellation[]> {
  requireFits(targets.length, CANCEL_MAX)
  const orders = targets.map(({ venueOrderId, market }) => ({ order_id: venueOrderId, market_ticker: market.symbol }))
  const sent = await attempt(() =>
    api.write({
      method: 'DELETE',
      path: BATCHED,
      body: JSON.stringify({ orders }),
      endpoint: 'cancel_orders',
      items: orders.length,
      ...optionsOf(options),
    }),
  )
  if (sent.kind === 'failed') return targets.map(() => lostCancellation(sent.failure))
  if (!isSuccess(sent.reply)) return targets.map(() => cancellationOfBatch(sent.reply))
  const entries = entriesOf(sent.reply.json)
  if (entries === null) return targets.map(() => unclearCancellation('ANSWER_UNREADABLE', unreadable))
  const ids = targets.map(({ venueOrderId }) => venueOrderId)
  return matchEntries(ids, entries, (entry) => namesOf(entry)?.order_id ?? null).map((match, index) =>
    match.kind === 'found'
      ? judgeCancelledEntry(match.entry, ids[index] ?? '')
      : unclearCancellation(...reasonOf(match)),
  )
}

function requireFits(count: number, most: number): void {
  if (count === 0 || count > most) throw new Error(`a batch of ${count} orders; 1 to ${most} are possible`)
}

function entriesOf(body: unknown): readonly unknown[] | null {
  const read = v.safeParse(batchAnswer, body)
  return read.success ? read.output.orders : null
}

function namesOf(entry: unknown): v.InferOutput<typeof named> | null {
  const read = v.safeParse(named, entry)
  return read.success ? read.output : null
}

/** Two orders cannot have become one: whichever of the entries is right, it is not known which. */
function idsNamedTwice(entries: readonly unknown[]): ReadonlySet<string> {
  const ids = entries.flatMap((entry) => namesOf(entry)?.order_id || [])
  return new Set(ids.filter((id, index) => ids.indexOf(id) !== index))
}

const missing: EntryMatch = { kind: 'missing' }
const unreadable = "Kalshi's answer to the batch could not be read."

function reasonOf({ kind }: Exclude<EntryMatch, { kind: 'found' }>): readonly [code: string, what: string] {
  return kind === 'missing'
    ? ['NOT_MENTIONED', "Kalshi's answer to the batch does not speak of this order."]
    : ['ANSWER_CONTRADICTS', "Kalshi's answer to the batch speaks of this order more than once."]
}

function unclearPlacement(code: string, what: string): Placement {
  return {
    kind: 'unknown',
    code,
    message: `${what} The order may be live: do not send it again before it is reconciled.`,
  }
}

function unclearCancellation(code: string, what: string): Cancellation {
  return { kind: 'unknown', code, message: `${what} The order may still be live.` }
}
