import type { LevelJson, MarketDetailJson, MarketJson, MarketListJson, SyncJson } from '../json/market-json.ts'
import { amount, count, type Document, exact, fields, orUnknown, table, text, words } from './document.ts'
import { dollars } from './dollars.ts'

/** Levels of the book shown on each side. `--json` has them all. */
const LEVELS_SHOWN = 10

export function marketListView({ markets, syncedAt }: MarketListJson): Document {
  if (markets.length === 0) {
    const missing = Object.entries(syncedAt).flatMap(([venue, at]) => (at === null ? [venue] : []))
    if (missing.length === 0) return [text('No market matches.')]
    return [text(`No market matches. Never synced: ${missing.join(', ')}. Run: crosstape markets sync`)]
  }
  return [
    table(
      [exact('MARKET'), words('TITLE'), exact('STATUS'), amount('BID'), amount('ASK'), amount('TICK'), exact('CLOSES')],
      markets.map(marketRow),
    ),
  ]
}

function marketRow(market: MarketJson): readonly string[] {
  return [
    market.id,
    market.title,
    market.status,
    dollars(market.bestBid),
    dollars(market.bestAsk),
    orUnknown(market.tick),
    orUnknown(market.closeTime),
  ]
}

export function marketDetailView({ market, book }: MarketDetailJson): Document {
  const ladder = market.ladder.map(({ start, end, step }) => `${step} from ${start} to ${end}`).join(', ')
  return [
    text(market.title),
    fields([
      ['market', market.id],
      ...market.aliases.map((alias) => ['also', alias] as const),
      ['status', market.status],
      ...(market.untradableReason === null ? [] : [['no orders', market.untradableReason] as const]),
      ...(market.yesLabel === '' ? [] : [['yes means', market.yesLabel] as const]),
      ['opens', orUnknown(market.openTime)],
      ['closes', orUnknown(market.closeTime)],
      ['prices', ladder],
      ['order size', `multiples of ${market.quantityStep}, at least ${market.minimumQuantity ?? market.quantityStep}`],
      ['last price', dollars(market.lastPrice)],
      ['volume', market.volume === null ? orUnknown(null) : `${market.volume} ${market.volumeUnit}`],
      ...(market.result === null ? [] : [['result', market.result] as const]),
    ]),
    ...(book === null ? [text('The venue shows no book.')] : bookBlocks(book)),
    ...(market.rules === '' ? [] : [text(`Rules: ${market.rules}`)]),
  ]
}

function bookBlocks(book: NonNullable<MarketDetailJson['book']>): Document {
  const depth = Math.max(book.bids.length, book.asks.length)
  if (depth === 0) return [text('The book is empty.')]
  const rows = Array.from({ length: Math.min(depth, LEVELS_SHOWN) }, (_, index) => [
    ...levelCells(book.bids[index]).reverse(),
    ...levelCells(book.asks[index]),
  ])
  const hidden = depth - rows.length
  return [
    text(`Book in YES prices at ${book.capturedAt}:`),
    table([amount('BID SIZE'), amount('BID'), amount('ASK'), amount('ASK SIZE')], rows),
    ...(hidden > 0 ? [text(`and ${count(hidden, 'deeper level')}`)] : []),
  ]
}

function levelCells(level: LevelJson | undefined): string[] {
  return level === undefined ? ['', ''] : [dollars(level.price), level.quantity]
}

export function syncView({ venues }: SyncJson): Document {
  return venues.map(({ venue, markets, added, removed, error }) =>
    text(
      error === null
        ? `${venue}: ${count(markets, 'market')}, ${added} new, ${removed} gone`
        : `${venue}: not synced, the earlier catalogue stands. ${error.message} [${error.code}]`,
    ),
  )
}
