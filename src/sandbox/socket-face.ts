import type { FaceReply, FaceRequest } from './face.ts'
import type { HostChanges } from './host.ts'

/** One end of a socket, as a venue's session sees it. */
export interface Wire {
  /** `type` is what fault rules choose by, e.g. `orderbook_delta`. */
  send(type: string, text: string): void
  ping(body: string): void
  close(code: number, reason: string): void
}

/** A client's connection at a venue. */
export interface SocketSession {
  received(text: string): void
  /** Something changed at the exchange. */
  changed(changes: HostChanges): void
  /** Some time has passed. */
  tick(): void
}

/** What a venue makes of a request to open a socket. */
export type SocketAnswer =
  | { readonly kind: 'refuse'; readonly reply: FaceReply }
  | { readonly kind: 'open'; readonly start: (wire: Wire) => SocketSession }

/** The sockets of one venue service. */
export interface SocketFace {
  /** Null when there is no socket at this path. */
  accept(request: FaceRequest): SocketAnswer | null
}
