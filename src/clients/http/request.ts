import type { LastLook } from '../../domain/venue.ts'

export type HttpMethod = 'GET' | 'POST' | 'DELETE' | 'PUT'

/** What a signature may cover. */
interface Attempt {
  readonly method: HttpMethod
  /** Full path from the host root, without the query. */
  readonly path: string
  /** Exactly what is sent; empty when there is no body. */
  readonly body: string
}

export type Headers = Readonly<Record<string, string>>

export interface HttpRequest {
  readonly method: HttpMethod
  /** From the base URL, e.g. `/markets/KXFED`. Parts that come from outside are encoded by the caller. */
  readonly path: string
  /** A list repeats its key. */
  readonly query?: Readonly<Record<string, string | readonly string[]>>
  readonly body?: string
  /** Sending it again cannot do anything twice: it may be retried. Never set for an order. */
  readonly safe: boolean
  /** Called for every attempt, so that no signature is sent twice. */
  readonly auth?: (attempt: Attempt) => Promise<Headers> | Headers
  /** Called when an attempt is about to leave, after whatever it had to wait for. */
  readonly onAttempt?: () => void
  /** How many orders a batch holds: venues charge for each. 1 when absent. */
  readonly items?: number
  readonly signal?: AbortSignal
  /** Asked right before an attempt leaves, after whatever it had to wait for. */
  readonly lastLook?: LastLook
  /** Short name for tapes and messages, e.g. `place_order`. */
  readonly endpoint: string
}

export interface HttpReply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Headers
  readonly text: string
  /** The text parsed by `parseJson`; undefined when it is not JSON. */
  readonly json: unknown
}
