/** The last moment that a `Date` can be, and so the last that any answer can tell. Unix ms. */
const LAST_MS = 8_640_000_000_000_000

/** How far the exchange's clock can be moved, and anything be put off. Unix ms. */
export const CLOCK_MAX_MS = Date.UTC(9999, 11, 31)

function isWhole(value: unknown, least: number, most: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most
}

/** Unix ms that can be told as a date. */
export function isTime(value: unknown): value is number {
  return isWhole(value, -LAST_MS, LAST_MS)
}

/** Unix ms that the exchange's clock can show: it goes on from where it was moved to. */
export function isClockTime(value: unknown): value is number {
  return isWhole(value, 0, 2 * CLOCK_MAX_MS)
}

/** Milliseconds that lead from any time of the clock to one that can be told. */
export function isDuration(value: unknown): value is number {
  return isWhole(value, 0, CLOCK_MAX_MS)
}
