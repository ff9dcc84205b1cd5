import type { SimulatedProcess } from './machine.ts'

/** What becomes of a socket, told to its client as events of the client's process. */
export interface SocketEnd {
  upgraded(): void
  /** The venue answered, and opened no socket. */
  refused(status: number, headers: Readonly<Record<string, string>>): void
  /** There is no connection. */
  failed(code: string): void
  received(text: string): void
  pinged(body: string): void
  /** 1006: it broke off without a word. */
  closed(code: number, reason: string): void
}

/** What a client can do with its socket. */
export interface SocketLine {
  send(text: string): void
  close(code: number): void
  /** Breaks it off without a word. */
  terminate(): void
}

export interface Handshake {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** What carries the sockets of the simulated processes. */
export interface SocketNetwork {
  connect(process: SimulatedProcess, handshake: Handshake, end: SocketEnd): SocketLine
}
