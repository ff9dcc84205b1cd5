import { createHash } from 'node:crypto'
import { formatAmount, parseQuantity, parseQuotedPrice } from '../../domain/amounts.ts'
import type { Market } from '../../domain/market.ts'
import type { Level } from '../../domain/order-book.ts'
import { hashedBookText } from './book-hash.ts'
import type { Route } from './routing.ts'

/** A level as the venue writes it: the text is what it hashes. */
export interface TextLevel {
  readonly price: string
  readonly size: string
}

/** A whole book as the venue writes it. */
export interface TextBook {
  readonly bids: readonly TextLevel[]
  readonly asks: readonly TextLevel[]
  /** Venue's ms. */
  readonly timestamp: string
  readonly hash: string
  readonly tickSize: string | null
  readonly lastTradePrice: string | null
}

/** Verifications that may fail in a row before we stop believing that we know what is hashed. */
const STRIKES = 3

/**
 * One token's book in the venue's own words, kept so that its hash can be computed. Every change of a book carries the
 * hash of the book after it (holds for all 76 changes of 2026-04 that were recorded), so each proves the whole book: there
 * are no sequence numbers, and nothing else would show a lost message.
 */
export class TokenBook {
  private bids: TextLevel[] = []
  private asks: TextLevel[] = []
  private tickSize = ''
  private lastTradePrice = ''
  private strikes = 0
  private canVerify = false
  /** Of the last message that was taken, venue's ms. */
  atMs = 0
  /** Hash of the book as it stands, by the venue's word. */
  hash = ''
  isKnown = false

  constructor(
    readonly token: string,
    private readonly market: Market,
    private readonly route: Route,
  ) {}

  replace(book: TextBook): void {
    this.bids = [...book.bids].sort((a, b) => compareDecimals(a.price, b.price))
    this.asks = [...book.asks].sort((a, b) => compareDecimals(b.price, a.price))
    this.tickSize = book.tickSize ?? this.tickSize
    this.lastTradePrice = book.lastTradePrice ?? this.lastTradePrice
    this.atMs = Number(book.timestamp)
    this.hash = book.hash
    this.isKnown = true
    // The members that a feed's book leaves out are known from the market; whether they are right, the hash tells.
    this.canVerify = this.strikes < STRIKES && this.computeHash(book.timestamp) === book.hash
  }

  set(side: 'bids' | 'asks', level: TextLevel): void {
    // Ascending bids and descending asks: the best comes last, as the venue hashes them.
    const levels = this[side]
    const index = levels.findIndex(({ price }) => {
      const order = compareDecimals(price, level.price)
      return side === 'bids' ? order >= 0 : order <= 0
    })
    const at = index < 0 ? levels.length : index
    const isThere = levels[at] !== undefined && compareDecimals(levels[at].price, level.price) === 0
    const isGone = compareDecimals(level.size, '0') === 0
    levels.splice(at, isThere ? 1 : 0, ...(isGone ? [] : [level]))
  }

  /** As amounts, in any order. What is here was read as amounts before. */
  levels(): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } {
    const side = (levels: readonly TextLevel[]): readonly Level[] =>
      levels.map(({ price, size }) => ({ price: parseQuotedPrice(price), quantity: parseQuantity(size) }))
    return { bids: side(this.bids), asks: side(this.asks) }
  }

  /** What trades changed: it is part of what is hashed. */
  traded(price: string): void {
    this.lastTradePrice = price
  }

  /**
   * Whether the hash that came with a message is that of the book as it stands now. The trade that took a level may be told
   * after the level: then the last trade's price, which is hashed too, is `consumedAt`.
   */
  verify(timestamp: string, hash: string, consumedAt: string): 'right' | 'wrong' | 'unknown' {
    this.hash = hash
    if (!this.canVerify) return 'unknown'
    if (this.computeHash(timestamp) === hash || this.wasTradedAt(consumedAt, timestamp, hash)) {
      this.strikes = 0
      return 'right'
    }
    this.strikes++
    this.canVerify = this.strikes < STRIKES
    return 'wrong'
  }

  private wasTradedAt(price: string, timestamp: string, hash: string): boolean {
    const before = this.lastTradePrice
    this.lastTradePrice = price
    if (this.computeHash(timestamp) === hash) return true
    this.lastTradePrice = before
    return false
  }

  private computeHash(timestamp: string): string {
    const { market, route } = this
    const text = hashedBookText({
      market: route.conditionId,
      asset_id: this.token,
      timestamp,
      hash: '',
      bids: this.bids,
      asks: this.asks,
      min_order_size: market.minimumQuantity === null ? '' : formatAmount(market.minimumQuantity),
      tick_size: this.tickSize,
      neg_risk: route.negRisk,
      last_trade_price: this.lastTradePrice,
      ...(route.domainVersion === '3' ? { version: 'v2' } : {}),
    })
    return createHash('sha1').update(text).digest('hex')
  }
}

/** Order of two plain decimals of zero or more, by their text. */
function compareDecimals(a: string, b: string): number {
  const [wholeA = '', fractionA = ''] = a.split('.')
  const [wholeB = '', fractionB = ''] = b.split('.')
  const width = Math.max(wholeA.length, wholeB.length)
  const digits = Math.max(fractionA.length, fractionB.length)
  const left = wholeA.padStart(width, '0') + fractionA.padEnd(digits, '0')
  const right = wholeB.padStart(width, '0') + fractionB.padEnd(digits, '0')
  return left < right ? -1 : left > right ? 1 : 0
}
