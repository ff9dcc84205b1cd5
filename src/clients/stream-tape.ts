import type { VenueId } from '../domain/market.ts'

/** How a connection that never opened ended. */
export interface HandshakeFailure {
  readonly outcome: 'refused' | 'reset' | 'timeout' | 'aborted'
  readonly status?: number
  readonly code?: string
  readonly syscall?: string
}

/** Where a socket's frames are written while capture is on. */
export interface StreamTape {
  opened(answer: {
    readonly status: number
    readonly headers: readonly { readonly name: string; readonly value: string }[]
  }): void
  failed(failure: HandshakeFailure): void
  sent(data: string | Uint8Array, opcode?: number): void
  received(data: string | Uint8Array, opcode?: number): void
  closed(end: { readonly code: number; readonly reason: string; readonly by: 'us' | 'venue' | 'network' }): void
}

export interface StreamHandshake {
  readonly alias: { readonly venue: VenueId; readonly service: string; readonly baseUrl: string }
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

export type OpenStreamTape = (handshake: StreamHandshake) => StreamTape
