import type { TapeAlias } from '../format/endpoints.ts'
import type { ExchangeFailure, LiveRequest, LiveResponse } from '../format/exchange.ts'
import type { Body } from '../format/packed-body.ts'
import type { FrameType } from '../format/stream.ts'
import type { NameValue } from '../redact/redact.ts'

/** An exchange that another program recorded, as it stands in its file: not redacted. Held in memory only. */
export interface ForeignExchange extends Pick<LiveRequest, 'method' | 'url' | 'headers' | 'body' | 'wire'> {
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

/** A socket that another program recorded. */
export interface ForeignSocket extends Pick<ForeignExchange, 'place' | 'service' | 'startedAtMs' | 'url' | 'headers'> {
  readonly opened: { readonly status: number; readonly headers: readonly NameValue[] } | null
  readonly messages: readonly {
    /** Unix ms, or null when the file does not say. */
    readonly atMs: number | null
    readonly type: FrameType
    readonly data: Body
  }[]
}

/** The kinds of recording that can be taken in. */
export type ForeignFormat = 'crosstape' | 'har' | 'vcr' | 'exchange_files'

/** What another program recorded. */
export interface ForeignSession {
  readonly format: Exclude<ForeignFormat, 'crosstape'>
  /** The program that recorded it, in its own words, or null. */
  readonly creator: string | null
  readonly exchanges: readonly ForeignExchange[]
  readonly sockets: readonly ForeignSocket[]
  /** What could not be read as an exchange, a line each. */
  readonly notes: readonly string[]
}
