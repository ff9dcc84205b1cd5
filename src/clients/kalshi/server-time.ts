import type { Clock } from '../../runtime/clock.ts'

/** A difference that no venue minds and that the next answer may show the other way round. */
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

  /** Unix ms of our own clock. */
  localMs(): number {
    return this.clock.nowMs()
  }

  /** How far Kalshi's clock is ahead of ours, in ms; 0 when the difference is not noticeable. */
  skewMs(): number {
    return this.skew
  }

  /**
   * Learns from an answer that just arrived to a request sent at `sentAtMs` (our clock). Answers from a cache say when
   * they were made, which teaches nothing.
   */
  observe(headers: Readonly<Record<string, string>>, sentAtMs: number): void {
    const dateMs = Date.parse(headers.date ?? '')
    if (Number.isNaN(dateMs) || Number(headers.age ?? 0) > 0) return
    // The answer was dated somewhere between sending and now, in whole seconds: that bounds the difference.
    const least = dateMs - this.clock.nowMs()
    const most = dateMs + 1000 - sentAtMs
    const isNoticeable = least > NOTICEABLE_SKEW_MS || most < -NOTICEABLE_SKEW_MS
    this.skew = isNoticeable ? Math.round((least + most) / 2) : 0
  }
}
