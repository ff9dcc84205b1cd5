// The last moment that a date can hold. Source: ECMAScript, time values.
const LAST_MS = 8.64e15

/** A time or a length of time that a session can hold, in ms, or null: files say anything. */
export function plausibleMs(ms: number | null | undefined): number | null {
  return typeof ms === 'number' && ms >= 0 && ms < LAST_MS / 2 ? ms : null
}
