import type { Clock } from '../../runtime/clock.ts'

/** Below this the coarseness of the Date header (whole seconds) and the travel time explain the difference. */
const NOTICEABLE_SKEW_MS = 2_000

/**
 * Kalshi's time as far as it can be told from here. It refuses signatures that are more than some seconds off (5 s were
 * accepted and 30 s refused on demo, 2026-06), so a wrong local clock is corrected from the Date of its answers.
 */
export class ServerTime {
  private skew = 0

  constructor(private readonly clock: Clock) {}

  /** Unix ms, for signatures. */
  nowMs(): number {
    return this.clock.nowMs() + this.skew
  }

  /** How far Kalshi's clock is ahead of ours, in ms; 0 when the difference is not noticeable. */
  skewMs(): number {
    return this.skew
  }

  /** Learns from an answer that just arrived. Answers from a cache say when they were made, which teaches nothing. */
  observe(headers: Readonly<Record<string, string>>): void {
    const dateMs = Date.parse(headers.date ?? '')
    if (Number.isNaN(dateMs) || Number(headers.age ?? 0) > 0) return
    // The header is cut to whole seconds: on average half a second is missing.
    const difference = dateMs + 500 - this.clock.nowMs()
    this.skew = Math.abs(difference) > NOTICEABLE_SKEW_MS ? difference : 0
  }
}
