import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/** A market that is not open often has no book, and is denied for that alone. */
export const bookKnown: Check = (_intent, { market, book }) =>
  book === null && market.status === 'open' ? [deny('BOOK_UNKNOWN', { market: market.id })] : []
