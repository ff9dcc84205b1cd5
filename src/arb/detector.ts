import type { Money } from '../domain/amounts.ts'
import type { MarketId } from '../domain/market.ts'
import { noAsk, noBid, type Touch } from '../domain/touch.ts'
import { type DetectTerms, evaluatePair } from './detect.ts'
import type { Opportunity } from './opportunity.ts'
import type { ArbBook, ArbPair } from './ports.ts'
import { type TouchTerms, touchPays, touchTerms } from './touch-pays.ts'

/** What a look at a pair came to: an opportunity, or the end of one. */
export type Finding = Opportunity | { readonly kind: 'gone'; readonly pair: ArbPair }

interface Slot {
  readonly pair: ArbPair
  readonly terms: TouchTerms
  /** Of its two markets. */
  readonly rows: readonly [number, number]
  /** By its best prices as last heard. */
  pays: boolean
  /** The last look found an opportunity, so that its end is told. */
  isOpen: boolean
}

/** A market's row of numbers: its best ask and bid as last heard, how many of its pairs are watched, and its book's index. */
const ROW = 4
const ASK = 0
const BID = 1
const WATCHED = 2
const BOOK = 3

/** Whether changes behind the best prices of a book matter, by its index. As long as it is unknown they do. */
const CARES = 0
const PASSES_OVER = 1

/**
 * Knows of each pair whether its best prices pay, and looks closer at those alone. A change of a book is one comparison of
 * its best prices with those last heard, in a row of numbers; its pairs are asked only when one of the two has moved, and
 * evaluated only when they pay. Every change of a book must be told that `cares` does not wave away.
 */
export class Detector {
  readonly #rows: Int32Array
  /** The slots of each row. */
  readonly #slotsOf: Slot[][] = []
  readonly #rowOfMarket = new Map<MarketId, number>()
  /** By the index of a book: the row of its market, -1 without one. */
  readonly #rowOfBook: number[] = []
  /** By the index of a book, a byte each: asked at every change, and so kept where it is always at hand. */
  #books = new Uint8Array(64)
  /** Each change of their books matters. */
  readonly #watched = new Set<Slot>()
  #marked = new Set<Slot>()

  constructor(
    pairs: readonly ArbPair[],
    private readonly bookOf: (market: MarketId) => ArbBook | null,
    minEdge: Money,
  ) {
    for (const pair of pairs) this.#add(pair, minEdge)
    this.#rows = new Int32Array(this.#slotsOf.length * ROW)
    for (let at = 0; at < this.#rows.length; at += ROW) {
      this.#rows[at + ASK] = noAsk
      this.#rows[at + BID] = noBid
      this.#rows[at + BOOK] = -1
    }
    // Books that were there before anyone listened are news too.
    for (const market of this.#rowOfMarket.keys()) {
      const book = bookOf(market)
      if (book !== null) this.hear(book)
    }
  }

  #add(pair: ArbPair, minEdge: Money): void {
    const [first, second] = pair.markets
    const rows = [this.#rowFor(first.id), this.#rowFor(second.id)] as const
    const slot = { pair, terms: touchTerms(pair, minEdge), rows, pays: false, isOpen: false }
    for (const row of rows) this.#slotsOf[row]?.push(slot)
  }

  #rowFor(market: MarketId): number {
    const known = this.#rowOfMarket.get(market)
    if (known !== undefined) return known
    this.#rowOfMarket.set(market, this.#slotsOf.length)
    return this.#slotsOf.push([]) - 1
  }

  /** Whether there is something to look at. */
  get hasNews(): boolean {
    return this.#marked.size > 0
  }

  /** Whether changes of this book matter that leave its best prices where they are. Of a book that was never heard of, yes. */
  cares(index: number): boolean {
    return this.#books[index] !== PASSES_OVER
  }

  /** Takes note of a book that changed. */
  hear(book: ArbBook): void {
    const row = this.#rowOfBook[book.index] ?? this.#learn(book)
    if (row < 0) return
    const at = row * ROW
    const rows = this.#rows
    if (rows[at + ASK] !== book.askAt || rows[at + BID] !== book.bidAt) {
      rows[at + ASK] = book.askAt
      rows[at + BID] = book.bidAt
      for (const slot of this.#slotsOf[row] ?? []) this.#judge(slot)
    }
    if (rows[at + WATCHED] !== 0) this.#mark(row)
  }

  #learn({ market, index }: ArbBook): number {
    const row = this.#rowOfMarket.get(market) ?? -1
    this.#rowOfBook[index] = row
    while (index >= this.#books.length) this.#books = doubled(this.#books)
    if (row < 0) {
      this.#books[index] = PASSES_OVER
    } else {
      this.#rows[row * ROW + BOOK] = index
      this.#note(row)
    }
    return row
  }

  /** Keeps the byte of a row's book. */
  #note(row: number): void {
    const index = this.#rows[row * ROW + BOOK] ?? -1
    if (index >= 0) this.#books[index] = this.#watchedIn(row) === 0 ? PASSES_OVER : CARES
  }

  #mark(row: number): void {
    for (const slot of this.#slotsOf[row] ?? []) if (this.#watched.has(slot)) this.#marked.add(slot)
  }

  #judge(slot: Slot): void {
    const [first, second] = slot.rows
    slot.pays = touchPays(slot.terms, this.#touch(first), this.#touch(second))
    this.#watch(slot)
  }

  /** Watches a pair for as long as its best prices pay, or its opportunity has not been called gone. */
  #watch(slot: Slot): void {
    const matters = slot.pays || slot.isOpen
    if (matters === this.#watched.has(slot)) return
    if (matters) this.#watched.add(slot)
    else this.#watched.delete(slot)
    for (const row of slot.rows) {
      this.#rows[row * ROW + WATCHED] = this.#watchedIn(row) + (matters ? 1 : -1)
      this.#note(row)
    }
  }

  #touch(row: number): Touch {
    return { askAt: this.#rows[row * ROW + ASK] ?? noAsk, bidAt: this.#rows[row * ROW + BID] ?? noBid }
  }

  #watchedIn(row: number): number {
    return this.#rows[row * ROW + WATCHED] ?? 0
  }

  /** Limits, cash and the age of the books move on without a word: has every pair looked at that they may decide. */
  markAll(): void {
    for (const slot of this.#watched) this.#marked.add(slot)
  }

  /** Looks at the pairs that news came of: opportunities that stand now, and those that have gone. Nothing of the others. */
  look(terms: DetectTerms): readonly Finding[] {
    const marked = this.#marked
    this.#marked = new Set()
    const findings: Finding[] = []
    for (const slot of marked) {
      const found = slot.pays ? this.#evaluate(slot.pair, terms) : null
      if (found !== null) findings.push(found)
      else if (slot.isOpen) findings.push({ kind: 'gone', pair: slot.pair })
      slot.isOpen = found !== null
      this.#watch(slot)
    }
    return findings
  }

  #evaluate(pair: ArbPair, terms: DetectTerms): Opportunity | null {
    const [first, second] = [this.bookOf(pair.markets[0].id), this.bookOf(pair.markets[1].id)]
    if (first === null || second === null) return null
    const found = evaluatePair(pair, [first, second], terms)
    return found.kind === 'opportunity' ? found : null
  }
}

function doubled(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(bytes.length * 2)
  larger.set(bytes)
  return larger
}
