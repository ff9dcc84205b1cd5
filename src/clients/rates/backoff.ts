import type { Random } from '../../runtime/random.ts'

const FIRST_MS = 250
const LONGEST_MS = 8_000
/** A longer time is not waited for at once: a header that is wrong must not stop cancels for an hour. */
const LONGEST_ASKED_MS = 30_000

/** Doubling from 250 ms to 8 s with each refusal in a row; the upper half is drawn, so that two programs part ways. */
export function backoffMs(strikes: number, random: Random): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.max(0, strikes - 1))
  return full / 2 + random.below(full / 2 + 1)
}

/**
 * The wait that an answer asks for, in ms, at most 30 s: `Retry-After` in seconds or as an HTTP date, which is held
 * against the answer's own date. Null when it asks for none that can be read.
 */
export function askedWaitMs(headers: Readonly<Record<string, string>>): number | null {
  const text = headers['retry-after']?.trim() ?? ''
  if (/^\d{1,9}(\.\d{1,9})?$/.test(text)) return Math.min(LONGEST_ASKED_MS, Number(text) * 1000)
  return msUntil(Date.parse(text), headers)
}

/** From the answer's own date, since the two clocks may differ; at most 30 s. Null when one of the times is missing. */
export function msUntil(untilMs: number, headers: Readonly<Record<string, string>>): number | null {
  const waitMs = untilMs - Date.parse(headers.date ?? '')
  return Number.isNaN(waitMs) ? null : Math.min(LONGEST_ASKED_MS, Math.max(0, waitMs))
}
