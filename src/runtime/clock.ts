/** The one source of time. Wall clock for the journal, monotonic for latencies. */
export interface Clock {
  /** Unix ms. */
  nowMs(): number
  /** Milliseconds from an arbitrary origin; never goes back. */
  monotonicMs(): number
  /** Resolves after `ms`, or early (without rejecting) when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted === true) return resolve()
      const timer = setTimeout(done, ms)
      signal?.addEventListener('abort', done, { once: true })
      function done(): void {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
    }),
}

/** Resolves when everything that is ready to run has run: promises, and what they wake. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** A clock that moves only when told, or by sleeping: waits cost nothing and land exactly. */
export class VirtualClock implements Clock {
  constructor(private now: number) {}

  nowMs(): number {
    return this.now
  }

  monotonicMs(): number {
    return this.now
  }

  /** Moves forward to `ms`. Time already passed is left alone: a tape with overlapping requests must not turn time back. */
  advanceTo(ms: number): void {
    if (ms > this.now) this.now = ms
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted !== true) this.now += Math.max(0, ms)
    return Promise.resolve()
  }
}
