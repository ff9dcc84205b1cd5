import type { Clock } from '../runtime/clock.ts'

/** A difference that no venue minds and that the next answer may show the other way round. */
const NOTICEABLE_SKEW_MS = 2_000

/**
 * A venue's time as far as it can be told from here: from the Date of its answers. Kalshi refuses signatures that are more
 * than some seconds off (5 s were accepted and 30 s refused on demo, 2026-06), so a wrong local clock must be corrected.
 */
export class ServerTime {
  private skew = 0
  /** Between these the difference lies, in ms, by all answers since our clock was last set. */
  private bounds = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY }

  constructor(private readonly clock: Clock) {}

  /** Unix ms, for signatures. */
  nowMs(): number {
    return this.clock.nowMs() + this.skew
  }

  /** Unix ms of our own clock. */
  localMs(): number {
    return this.clock.nowMs()
  }

  /**
   * Unix ms, as near as all answers together allow, which is better than a second: for comparing with times of the venue. Our
   * own clock stands as long as they leave it room.
   */
  nearestMs(): number {
    const { least, most } = this.bounds
    const isRight = least <= 0 && most >= 0
    return this.clock.nowMs() + (isRight ? 0 : Math.round((least + most) / 2))
  }

  /** How far the venue's clock is ahead of ours, in ms; 0 when the difference is not noticeable. */
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
    const tighter = { least: Math.max(least, this.bounds.least), most: Math.min(most, this.bounds.most) }
    this.bounds = tighter.least <= tighter.most ? tighter : { least, most }
    const isNoticeable = least > NOTICEABLE_SKEW_MS || most < -NOTICEABLE_SKEW_MS
    this.skew = isNoticeable ? Math.round((least + most) / 2) : 0
  }
}
