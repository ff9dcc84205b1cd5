import { VenueError } from '../../domain/errors.ts'
import type { CallOptions } from '../../domain/venue.ts'
import { decodeWith, type Schema } from '../decode.ts'
import type { HttpReply } from '../http/request.ts'

/** What the calls that change something have in common: an answer, or the failure to get or to read one, as a value. */

export type Attempt =
  | { readonly kind: 'answered'; readonly reply: HttpReply }
  | { readonly kind: 'failed'; readonly failure: VenueError }

export async function attempt(send: () => Promise<HttpReply>): Promise<Attempt> {
  try {
    return { kind: 'answered', reply: await send() }
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    return { kind: 'failed', failure: error }
  }
}

type Reading<T> =
  | { readonly kind: 'read'; readonly answer: T }
  | { readonly kind: 'unreadable'; readonly failure: VenueError }

export function readAnswer<T>(schema: Schema<T>, body: unknown, endpoint: string): Reading<T> {
  try {
    return { kind: 'read', answer: decodeWith(schema, body, `Kalshi's answer to ${endpoint}`) }
  } catch (error) {
    if (!(error instanceof VenueError)) throw error
    return { kind: 'unreadable', failure: error }
  }
}

export function isSuccess(reply: HttpReply): boolean {
  return reply.status >= 200 && reply.status <= 299
}

/** What a request takes over of a call's options. */
export function optionsOf({ signal, lastLook }: CallOptions = {}): CallOptions {
  return { ...(signal === undefined ? {} : { signal }), ...(lastLook === undefined ? {} : { lastLook }) }
}
