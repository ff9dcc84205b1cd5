import { type Clock, systemClock } from '../../runtime/clock.ts'

/** Does something once, or again and again with `everyMs` between the ends and starts, until the signal aborts. */
export async function repeat<T>(
  everyMs: number | null,
  signal: AbortSignal,
  perform: () => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  for (;;) {
    const result = await perform()
    if (everyMs === null || signal.aborted) return result
    await clock.sleep(everyMs, signal)
    if (signal.aborted) return result
  }
}
