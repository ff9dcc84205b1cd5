import type { VenueId } from '../../domain/market.ts'
import type { NameValue } from '../redact/redact.ts'
import type { ExchangeFailure, ExchangeOutcome, HarRequest } from './exchange.ts'
import type { Body } from './packed-body.ts'

export const frameTypes = ['send', 'receive'] as const
export type FrameType = (typeof frameTypes)[number]

/** Text, binary, ping and pong, as on the wire. A close frame is the `closed` line. Source: RFC 6455, 5.2. */
export const frameOpcodes = [1, 2, 9, 10] as const
export type FrameOpcode = (typeof frameOpcodes)[number]

/** Who ended a socket. `network`: it broke off without a close frame. */
export const closers = ['us', 'venue', 'network'] as const

/** How a socket ended. */
export interface StreamEnd {
  /** The close code, or null when no close frame came. */
  readonly code: number | null
  readonly reason: string
  readonly by: (typeof closers)[number]
}

/** A handshake that did not end in a socket. `response`: the venue answered with another status than 101. */
export interface StreamFailure {
  readonly outcome: ExchangeOutcome
  readonly code: ExchangeFailure['code']
  readonly syscall?: ExchangeFailure['syscall']
  readonly status?: number
}

/** Headers as `ws` and Node give and take them. */
export type StreamHeaders = Readonly<Record<string, string | readonly string[] | undefined>>

/** A socket on its way to the tape. Every call writes a line, and none throws: a tape must not cost a socket. */
export interface StreamTape {
  /** The handshake ended in a socket. */
  opened(reply: { readonly status: number; readonly headers: StreamHeaders }): void
  /** The handshake ended in nothing. The last call. */
  failed(failure: StreamFailure): void
  /** Opcode 1 for text and 2 for bytes unless it is said. */
  sent(data: Body, opcode?: FrameOpcode): void
  received(data: Body, opcode?: FrameOpcode): void
  /** The last call. */
  closed(end: StreamEnd): void
}

export interface RecordedFrame {
  /** Unix ms, with a fraction. */
  readonly atMs: number
  readonly type: FrameType
  readonly opcode: FrameOpcode
  /** Text frames as text, all others as bytes. Empty when it was withheld. */
  readonly data: Body
  /** Why the content is not on the tape, or null. */
  readonly withheld: string | null
}

/** A socket read back. */
export interface RecordedStream {
  readonly seq: number
  readonly file: string
  readonly venue: VenueId
  readonly service: string
  readonly endpoint: string
  /** Unix ms. */
  readonly startedAtMs: number
  /** Numbers of the exchanges that had begun before it and had not ended. */
  readonly inFlight: readonly number[]
  readonly request: HarRequest
  /** How the handshake ended, or null: it had not, or it failed. */
  readonly opened: { readonly atMs: number; readonly status: number; readonly headers: readonly NameValue[] } | null
  readonly failed: (StreamFailure & { readonly atMs: number }) | null
  readonly frames: readonly RecordedFrame[]
  /** Null: it was still open when the tape was closed or its process died. */
  readonly closed: (StreamEnd & { readonly atMs: number }) | null
}

/** `003_WS_kalshi.jsonl`: its place in the sequence is that of its handshake. */
export function streamFileName({ seq, venue }: { readonly seq: number; readonly venue: VenueId }): string {
  return `${String(seq).padStart(3, '0')}_WS_${venue}.jsonl`
}

const FILE_NAME = /^(\d{3,})_WS_([a-z]+)\.jsonl$/

/** The sequence number in a file name, or null when the file is not a socket. */
export function seqOfStreamFile(file: string): number | null {
  const seq = FILE_NAME.exec(file)?.[1]
  return seq === undefined ? null : Number(seq)
}
