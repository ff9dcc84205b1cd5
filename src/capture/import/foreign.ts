import type { TapeAlias } from '../endpoints.ts'
import type { ExchangeFailure, LiveRequest, LiveResponse } from '../exchange.ts'

/** An exchange that another program recorded, as it stands in its file: not redacted. Held in memory only. */
export interface ForeignExchange extends Pick<LiveRequest, 'method' | 'url' | 'headers' | 'body'> {
  /** Where it stands, for messages: `entry 12`, a file name. */
  readonly place: string
  /** The service, when the file says which it is. */
  readonly service: TapeAlias | null
  /** Unix ms. Null when the file does not say. */
  readonly startedAtMs: number | null
  /** Null when the file does not say. */
  readonly latencyMs: number | null
  readonly result: LiveResponse | ExchangeFailure
  /** There was a body in the answer, and the file does not have it. */
  readonly isBodyMissing: boolean
}

/** The kinds of recording that can be taken in. */
export type ForeignFormat = 'crosstape' | 'har' | 'vcr' | 'exchange_files'

/** What another program recorded. */
export interface ForeignSession {
  readonly format: Exclude<ForeignFormat, 'crosstape'>
  /** The program that recorded it, in its own words, or null. */
  readonly creator: string | null
  readonly exchanges: readonly ForeignExchange[]
  /** What could not be read as an exchange, a line each. */
  readonly notes: readonly string[]
}
