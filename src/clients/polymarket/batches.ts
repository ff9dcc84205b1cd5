import * as v from 'valibot'
import { VenueError } from '../../domain/errors.ts'
import type { CallOptions, Cancellation, CancelTarget, Placement } from '../../domain/venue.ts'
import { type EntryMatch, matchEntries } from '../batch-entries.ts'
import type { HttpReply } from '../http/request.ts'
import { cancellationFrom, placementFrom } from '../refusal-table.ts'
import { judgeCancelEntry, lostCancellation } from './cancels.ts'
import type { Clob } from './clob.ts'
import { judgeBatch } from './errors.ts'
import { judgeEntry, lostPlacement, type SentOrder } from './placement.ts'

/** Source: Polymarket order documentation, 2026-09. */
export const PLACE_MAX = 15
/** The guide says 3000 and the interface description 1000. */
export const CANCEL_MAX = 1000

const named = v.object({ orderID: v.nullish(v.string(), '') })

/** Sends once. Not atomic: each order is judged by its own entry, and a success with an error text is a refusal. */
export async function placeOrders(
  clob: Clob,
  orders: readonly { readonly body: string; readonly sent: SentOrder }[],
  options: CallOptions,
): Promise<readonly Placement[]> {
  requireFits(orders.length, PLACE_MAX)
  try {
    const body = `[${orders.map((order) => order.body).join(',')}]`
    const call = {
      method: 'POST',
      path: '/orders',
      body,
      endpoint: 'place_orders',
      safe: false,
      items: orders.length,
    } as const
    return judgePlacements(
      await clob.sendPrivate(call, options),
      orders.map(({ sent }) => sent),
    )
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    return orders.map(() => lostPlacement(error))
  }
}

function judgePlacements(reply: HttpReply, sent: readonly SentOrder[]): readonly Placement[] {
  if (reply.status < 200 || reply.status > 299) return sent.map(() => placementFrom(judgeBatch(reply, 'place')))
  const { json } = reply
  if (!Array.isArray(json)) {
    return sent.map(() => unclear('ANSWER_UNREADABLE', 'Polymarket answered, but not with an entry for each order'))
  }
  const ids = sent.map(({ orderId }) => orderId.toLowerCase())
  const matches = matchEntries(ids, json, idOf)
  return sent.map((order, index) => judgeMatch(matches[index] ?? { kind: 'missing' }, order))
}

function judgeMatch(match: EntryMatch, sent: SentOrder): Placement {
  switch (match.kind) {
    case 'found':
      return judgeEntry(match.entry, sent)
    case 'missing':
      return unclear('NOT_MENTIONED', "Polymarket's answer to the batch does not speak of this order")
    case 'ambiguous':
      return unclear('ANSWER_CONTRADICTS', "Polymarket's answer to the batch speaks of this order more than once")
  }
}

/** A refused entry often has an empty id. */
function idOf(entry: unknown): string | null {
  const read = v.safeParse(named, entry)
  return read.success ? read.output.orderID.toLowerCase() || null : null
}

function unclear(code: string, what: string): Placement {
  return {
    kind: 'unknown',
    code,
    message: `${what}. The order may be live: do not send it again before it is reconciled.`,
  }
}

/** The answer is one list of what was cancelled and one of what was not, for all of them. */
export async function cancelOrders(
  clob: Clob,
  targets: readonly CancelTarget[],
  options: CallOptions,
): Promise<readonly Cancellation[]> {
  requireFits(targets.length, CANCEL_MAX)
  const ids = targets.map(({ venueOrderId }) => venueOrderId)
  try {
    const body = JSON.stringify(ids)
    const call = {
      method: 'DELETE',
      path: '/orders',
      body,
      endpoint: 'cancel_orders',
      safe: false,
      items: ids.length,
    } as const
    const reply = await clob.sendPrivate(call, options)
    if (reply.status < 200 || reply.status > 299) return ids.map(() => cancellationFrom(judgeBatch(reply, 'cancel')))
    return ids.map((id) => judgeCancelEntry(reply.json, id))
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    return ids.map(() => lostCancellation(error))
  }
}

function requireFits(count: number, most: number): void {
  if (count === 0 || count > most) throw new Error(`a batch of ${count} orders; 1 to ${most} are possible`)
}
