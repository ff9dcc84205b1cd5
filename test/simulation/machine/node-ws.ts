import { EventEmitter } from 'node:events'
import { machine, ProcessEnded, type SimulatedProcess } from './machine.ts'
import type { SocketLine } from './socket-network.ts'
import type { Appointment } from './timeline.ts'

/**
 * Stands in for `ws` in the simulated program: the client's side of it that the program uses, with its events in their
 * order. Belongs to the process that made it: for one that has ended nothing happens any more.
 */
export class WebSocket extends EventEmitter {
  static readonly OPEN = 1
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readyState: 0 | 1 | 2 | 3 = 0
  private readonly line: SocketLine
  private readonly process: SimulatedProcess
  private readonly patience: Appointment

  constructor(
    url: string,
    options: { readonly headers: Readonly<Record<string, string>>; readonly handshakeTimeout: number },
  ) {
    super()
    const on = machine()
    const { current, sockets } = on
    if (current === null || sockets === null) throw new Error('a socket outside a simulated process')
    if (!current.alive) throw new ProcessEnded()
    this.process = current
    this.patience = on.timeline.schedule(current, options.handshakeTimeout, () => {
      if (this.readyState === 0) this.abandon(new Error('Opening handshake has timed out'))
    })
    this.line = sockets.connect(
      current,
      { url, headers: options.headers },
      {
        upgraded: () => {
          if (this.readyState !== 0) return
          this.patience.cancel()
          this.readyState = 1
          this.emit('upgrade', { statusCode: 101, headers: {} })
          this.emit('open')
        },
        refused: (statusCode, headers) => {
          if (this.readyState !== 0) return
          this.patience.cancel()
          // Whoever listens for this one ends the socket.
          this.emit('unexpected-response', null, { statusCode, headers, destroy: () => undefined })
        },
        failed: (code) => {
          if (this.readyState === 0)
            this.abandon(Object.assign(new Error(`simulated ${code}`), { code, syscall: 'connect' }))
        },
        received: (text) => {
          if (this.isConnected) this.emit('message', Buffer.from(text), false)
        },
        pinged: (body) => {
          if (this.isConnected) this.emit('ping', Buffer.from(body))
        },
        closed: (code, reason) => this.end(code, reason),
      },
    )
  }

  private get isConnected(): boolean {
    return this.readyState === 1 || this.readyState === 2
  }

  send(text: string): void {
    if (this.readyState === 0) throw new Error('WebSocket is not open: readyState 0 (CONNECTING)')
    if (this.readyState === 1) this.line.send(text)
  }

  close(code = 1005): void {
    if (this.readyState === 0) this.terminate()
    if (this.readyState !== 1) return
    this.readyState = 2
    this.line.close(code)
  }

  terminate(): void {
    if (this.readyState === 3) return
    if (this.readyState === 0) {
      this.abandon(new Error('WebSocket was closed before the connection was established'))
      return
    }
    this.readyState = 2
    this.line.terminate()
    this.soon(() => this.end(1006, ''))
  }

  /** It never opened. As with the library, the error and the end come a moment later. */
  private abandon(error: Error): void {
    this.patience.cancel()
    this.readyState = 2
    this.line.terminate()
    this.soon(() => {
      this.emit('error', error)
      this.end(1006, '')
    })
  }

  private end(code: number, reason: string): void {
    if (this.readyState === 3) return
    this.patience.cancel()
    this.readyState = 3
    this.emit('close', code, Buffer.from(reason))
  }

  private soon(act: () => void): void {
    machine().timeline.schedule(this.process, 0, act)
  }
}
