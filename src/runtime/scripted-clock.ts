import { type Clock, turn } from './clock.ts'

/** What happens by itself, each thing at its time. */
export interface Script {
  /** Unix ms of what comes next. Null: nothing more. */
  readonly nextAtMs: number | null
  /** Lets the next thing happen. */
  happen(): void
}

const nothing: Script = { nextAtMs: null, happen: () => undefined }

interface Waiter {
  readonly atMs: number
  wake(): void
}

/**
 * The clock of a world whose events are written down. Time passes only while everybody waits: it goes to what comes first,
 * an event or the end of somebody's wait, and whoever that woke runs up to their next wait before it goes on. So the same
 * script gives the same run, as long as nobody waits for anything but this clock.
 */
export class ScriptedClock implements Clock {
  #waiters: readonly Waiter[] = []
  #script = nothing
  #isRunning = false

  /** @param now Unix ms, with a fraction. */
  constructor(private now: number) {}

  play(script: Script): void {
    this.#script = script
  }

  nowMs(): number {
    return Math.floor(this.now)
  }

  monotonicMs(): number {
    return this.now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiters = this.#waiters.filter((one) => one !== waiter)
        signal?.removeEventListener('abort', wake)
        resolve()
      }
      const waiter = { atMs: this.now + Math.max(0, ms), wake }
      signal?.addEventListener('abort', wake, { once: true })
      this.#waiters = [...this.#waiters, waiter]
      if (!this.#isRunning) void this.#run()
    })
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    for (;;) {
      await turn()
      const [first, ...others] = this.#waiters
      if (first === undefined) break
      // Of those that end together, the one that began first.
      this.#step(others.reduce((soonest, one) => (one.atMs < soonest.atMs ? one : soonest), first))
    }
    this.#isRunning = false
  }

  #step(waiter: Waiter): void {
    const { nextAtMs } = this.#script
    const isEvent = nextAtMs !== null && nextAtMs <= waiter.atMs
    this.now = Math.max(this.now, isEvent ? nextAtMs : waiter.atMs)
    if (isEvent) this.#script.happen()
    else waiter.wake()
  }
}
