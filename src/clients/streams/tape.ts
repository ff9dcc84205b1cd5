import type { VenueId } from '../../domain/market.ts'

/** What is to be recorded of a handshake that ended in no socket. `response`: the venue answered with another status. */
export interface HandshakeFailure {
  readonly outcome: 'response' | 'timeout' | 'reset' | 'refused' | 'aborted'
  /** E.g. `ECONNREFUSED`. */
  readonly code: string
  readonly syscall?: string
  readonly status?: number
}

type HeaderValues = Readonly<Record<string, string | readonly string[] | undefined>>

/** Where a socket's frames go while a tape runs. The recorder's own type says more; this is what a socket needs of it. */
export interface StreamTape {
  opened(reply: { readonly status: number; readonly headers: HeaderValues }): void
  failed(failure: HandshakeFailure): void
  sent(data: string): void
  /** Opcodes: 1 text, 2 bytes, 9 ping. */
  received(data: string | Buffer, opcode?: 1 | 2 | 9): void
  /** Code is null when no close frame came. */
  closed(end: { readonly code: number | null; readonly reason: string; readonly by: 'us' | 'venue' | 'network' }): void
}

/** To be called right before a handshake is sent. */
export type OpenStreamTape = (handshake: {
  readonly alias: { readonly venue: VenueId; readonly service: string; readonly baseUrl: string }
  readonly url: string
  readonly headers: HeaderValues
}) => StreamTape
