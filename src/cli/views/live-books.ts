import type { LiveBookJson } from '../json/live-book-json.ts'
import { amount, type Document, exact, lines, orUnknown, sentence, table } from './document.ts'
import { dollars } from './dollars.ts'

const columns = [
  exact('MARKET'),
  amount('BID SIZE'),
  amount('BID'),
  amount('ASK'),
  amount('ASK SIZE'),
  amount('LAST'),
  amount('VOLUME'),
  amount('OPEN INTEREST'),
  amount('AGE'),
  sentence('STATE'),
]

/** Books as they are now, one a line, and the newest of what was told beside them. */
export function liveBooksView(books: readonly LiveBookJson[], news: readonly string[]): Document {
  return [
    table(
      columns,
      books.map((book) => [
        book.market,
        orUnknown(book.bid?.quantity ?? null),
        dollars(book.bid?.price ?? null),
        dollars(book.ask?.price ?? null),
        orUnknown(book.ask?.quantity ?? null),
        dollars(book.last),
        orUnknown(book.volume),
        orUnknown(book.openInterest),
        book.ageMs === null ? orUnknown(null) : `${book.ageMs} ms`,
        book.reason ?? book.state,
      ]),
    ),
    ...lines(...news),
  ]
}
