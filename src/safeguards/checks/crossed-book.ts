import { bookOf, isCrossed } from '../../domain/order-book.ts'
import { deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

export const crossedBook: Check = (intent, { book }) => {
  if (book === null || !isCrossed(book)) return []
  const own = bookOf(book, intent.outcome)
  const [bid, ask] = [own.bids[0], own.asks[0]]
  return bid === undefined || ask === undefined ? [] : [deny('BOOK_CROSSED', { bid: bid.price, ask: ask.price })]
}
