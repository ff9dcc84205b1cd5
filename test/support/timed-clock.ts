import type { Clock } from '../../src/runtime/clock.ts'

interface Timer {
  readonly atMs: number
  readonly ring: () => void
}

/**
 * A clock on which several sleep at once: time moves to the next one who wakes, and only when `advance` is called. With
 * `VirtualClock` one sleeper moves the time of all.
 */
export class TimedClock implements Clock {
  private timers: Timer[] = []

  constructor(private now = 0) {}

  nowMs(): number {
    return this.now
  }

  monotonicMs(): number {
    return this.now
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve()
    return new Promise((resolve) => {
      const timer: Timer = { atMs: this.now + Math.max(0, ms), ring: resolve }
      this.timers.push(timer)
      signal?.addEventListener(
        'abort',
        () => {
          this.timers = this.timers.filter((one) => one !== timer)
          resolve()
        },
        { once: true },
      )
    })
  }

  /** Wakes the next sleeper at its time. False when nobody sleeps, or nobody wakes until then. */
  advance(untilMs = Number.POSITIVE_INFINITY): boolean {
    const next = this.timers.reduce<Timer | null>(
      (best, one) => (best === null || one.atMs < best.atMs ? one : best),
      null,
    )
    if (next === null || next.atMs > untilMs) {
      if (Number.isFinite(untilMs)) this.now = Math.max(this.now, untilMs)
      return false
    }
    this.timers = this.timers.filter((one) => one !== next)
    this.now = Math.max(this.now, next.atMs)
    next.ring()
    return true
  }
}

/** Lets everything that is ready run. */
export function quiet(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
