import * as v from 'valibot'
import type { VenueError } from '../../domain/errors.ts'
import type { Cancellation } from '../../domain/venue.ts'
import type { HttpReply } from '../http/request.ts'
import { cancellationFrom } from '../refusal-table.ts'
import { cancelSchema } from './decode.ts'
import { judge, judgeText } from './errors.ts'

/** What the answer to `DELETE /order` proves. A cancel that did not happen comes with HTTP 200 and a reason. */
export function judgeCancellation(reply: HttpReply, orderId: string): Cancellation {
  if (reply.status < 200 || reply.status > 299) return cancellationFrom(judge(reply, 'cancel'))
  return judgeCancelEntry(reply.json, orderId)
}

/** What the answer to a cancel of one or more orders, with 2xx, proves about one of them. */
export function judgeCancelEntry(answer: unknown, orderId: string): Cancellation {
  const parsed = v.safeParse(cancelSchema, answer)
  if (!parsed.success) return unknown('ANSWER_UNREADABLE', 'Polymarket answered, but not in a way that can be read.')
  const wanted = orderId.toLowerCase()
  const { canceled, notCanceled } = parsed.output
  const isCancelled = canceled.some((id) => id.toLowerCase() === wanted)
  const reason = Object.entries(notCanceled).find(([id]) => id.toLowerCase() === wanted)?.[1]
  if (isCancelled && reason !== undefined) {
    return unknown('ANSWER_CONTRADICTS', 'Polymarket calls the order both cancelled and not.')
  }
  // The answer does not say how much was left on the book.
  if (isCancelled) return { kind: 'cancelled', reducedBy: null }
  if (reason === undefined) return unknown('NOT_MENTIONED', 'The answer to the cancel does not mention the order.')
  return cancellationFrom(judgeText(reason, 'cancel'))
}

function unknown(code: string, what: string): Cancellation {
  return { kind: 'unknown', code, message: `${what} The order may still be live.` }
}

/** A cancel that got no answer. */
export function lostCancellation(error: VenueError): Cancellation {
  return error.sent === 'no'
    ? { kind: 'refused', code: 'NOT_SENT', message: `The cancel was not sent: ${error.message}` }
    : { kind: 'unknown', code: error.code, message: error.message }
}
