import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/** A book dated ahead of the clock says as little about now as an old one. */
export const staleBook: Check = (_intent, { book, nowMs }, { maxBookAgeMs: maxMs }) => {
  if (book === null) return []
  const ageMs = nowMs - book.capturedAtMs
  return Math.abs(ageMs) <= maxMs ? [] : [deny('BOOK_STALE', { ageMs, maxMs })]
}
