import * as v from 'valibot'
import type { VenueError } from '../../domain/errors.ts'
import type { Cancellation } from '../../domain/venue.ts'
import type { HttpReply } from '../transport.ts'
import { cancelSchema } from './decode.ts'
import { judgeRefusal } from './errors.ts'

/** Reasons that mean there is no such live order. Free text: anything else is a refusal, the order may still be live. */
const NOT_LIVE = /not found|can.t be found|already (canceled|cancelled|matched)|canceled or matched/i

/** What the answer to `DELETE /order` proves. A cancel that did not happen comes with HTTP 200 and a reason. */
export function judgeCancellation(reply: HttpReply, orderId: string): Cancellation {
  if (reply.status < 200 || reply.status > 299) {
    const refusal = judgeRefusal(reply)
    if (refusal.kind === 'refused' || refusal.kind === 'rate_limited') {
      return NOT_LIVE.test(refusal.message)
        ? { kind: 'not_live', message: refusal.message }
        : { kind: 'refused', code: refusal.code, message: refusal.message }
    }
    return { kind: 'unknown', code: refusal.code, message: refusal.message }
  }
  const parsed = v.safeParse(cancelSchema, reply.json)
  if (!parsed.success) {
    return {
      kind: 'unknown',
      code: 'ANSWER_UNREADABLE',
      message: 'Polymarket answered, but not in a way that can be read.',
    }
  }
  const wanted = orderId.toLowerCase()
  // The answer does not say how much was left on the book.
  if (parsed.output.canceled.some((id) => id.toLowerCase() === wanted)) return { kind: 'cancelled', reducedBy: null }
  const reason = Object.entries(parsed.output.notCanceled).find(([id]) => id.toLowerCase() === wanted)?.[1]
  if (reason === undefined) {
    return { kind: 'unknown', code: 'NOT_MENTIONED', message: 'The answer to the cancel does not mention the order.' }
  }
  return NOT_LIVE.test(reason)
    ? { kind: 'not_live', message: reason.slice(0, 300) }
    : { kind: 'refused', code: 'NOT_CANCELED', message: reason.slice(0, 300) }
}

/** A cancel that got no answer. */
export function lostCancellation(error: VenueError): Cancellation {
  return error.sent === 'no'
    ? { kind: 'refused', code: 'NOT_SENT', message: `The cancel was not sent: ${error.message}` }
    : { kind: 'unknown', code: error.code, message: error.message }
}
