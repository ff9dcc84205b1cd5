import type { ClientRequest } from 'node:http'
import type { Clock } from '../../runtime/clock.ts'

// Programs and their libraries keep timers of their own, which may fire a moment before the socket's.
const SLACK_MS = 25

/**
 * The time limit that a program sets on a request. Polly's interception gives it a socket that is none, on which no time
 * ever runs out: so the limit is kept on the request that is really on its way, and its end is told to the program.
 */
export class TimeLimit {
  readonly #startedMs: number
  #limitMs = 0
  #passed = false

  constructor(
    private readonly shown: ClientRequest,
    private readonly clock: Clock,
  ) {
    this.#startedMs = clock.monotonicMs()
  }

  applyTo(sent: ClientRequest): void {
    const { socket } = this.shown
    const limit = (ms: unknown): void => {
      this.#limitMs = typeof ms === 'number' ? ms : 0
      sent.setTimeout(this.#limitMs)
    }
    const set: unknown = socket === null ? undefined : Reflect.get(socket, 'setTimeout')
    if (socket === null || typeof set !== 'function') return
    limit(Reflect.get(socket, 'timeout'))
    Reflect.set(socket, 'setTimeout', (...args: readonly unknown[]): unknown => {
      limit(args[0])
      return Reflect.apply(set, socket, args)
    })
    sent.on('timeout', () => {
      this.#passed = true
      socket.emit('timeout')
    })
  }

  /** Whether the program's patience was over. */
  hasPassed(): boolean {
    if (this.#passed) return true
    return this.#limitMs > 0 && this.clock.monotonicMs() - this.#startedMs >= this.#limitMs - SLACK_MS
  }
}
