import type { Money } from '../domain/amounts.ts'
import type { MarketId } from '../domain/market.ts'
import { type DetectTerms, evaluatePair } from './detect.ts'
import type { Opportunity } from './opportunity.ts'
import type { ArbBook, ArbPair } from './ports.ts'
import { type BoardPair, NO_LINK, pairOf, TouchBoard } from './touch-board.ts'
import { type TouchTerms, touchPays, touchTerms } from './touch-pays.ts'

/** What a look at a pair came to: an opportunity, or the end of one. */
export type Finding = Opportunity | { readonly kind: 'gone'; readonly pair: ArbPair }

/** What is known of a pair: by its best prices as last heard it pays. */
const PAYS = 1
/** The last look found an opportunity, so that its end is told. */
const OPEN = 2
/** Each change of its books matters, since one of the two holds. */
const WATCHED = 4

/** Whether changes behind the best prices of a book matter, by its index. As long as it is unknown they do. */
const CARES = 0
const PASSES_OVER = 1

/**
 * Knows of each pair whether its best prices pay, and looks closer at those alone. A change of a book is one comparison of
 * its best prices with those last heard; its pairs are asked only when one of the two has moved, and evaluated only when they
 * pay. Every change of a book must be told that `cares` does not wave away. Markets and pairs are numbers here.
 */
export class Detector {
  readonly #board: TouchBoard
  readonly #numbers = new Map<MarketId, number>()
  readonly #terms: TouchTerms[]
  readonly #pairs: ArbPair[]
  readonly #numberOfPair: ReadonlyMap<string, number>
  /** Of each pair. */
  readonly #state: Uint8Array
  /** How many pairs of each market are watched. */
  readonly #watchedOf: Int32Array
  /** Of each market, the index of its book; -1 before it was heard of. */
  readonly #bookOf: Int32Array
  /** By the index of a book: its market, -1 when it is in no pair. */
  readonly #marketOf: number[] = []
  /** By the index of a book, a byte each: asked at every change, and so kept where it is always at hand. */
  #passes = new Uint8Array(64)
  readonly #watched = new Set<number>()
  #marked = new Set<number>()

  constructor(
    pairs: readonly ArbPair[],
    private readonly bookOf: (market: MarketId) => ArbBook | null,
    private readonly minEdge: Money,
  ) {
    this.#pairs = [...pairs]
    this.#numberOfPair = new Map(pairs.map(({ key }, number) => [key, number]))
    const judged = pairs.map((pair) => ({ pair, terms: touchTerms(pair, minEdge) }))
    this.#terms = judged.map(({ terms }) => terms)
    const onBoard = judged.map(({ pair: { markets }, terms }): BoardPair => {
      const [first, second] = markets
      return { markets: [this.#numberOf(first.id), this.#numberOf(second.id)], terms }
    })
    this.#board = new TouchBoard(this.#numbers.size, onBoard)
    this.#state = new Uint8Array(pairs.length)
    this.#watchedOf = new Int32Array(this.#numbers.size)
    this.#bookOf = new Int32Array(this.#numbers.size).fill(-1)
    // Books that were there before anyone listened are news too.
    for (const market of this.#numbers.keys()) {
      const book = bookOf(market)
      if (book !== null) this.hear(book)
    }
  }

  #numberOf(market: MarketId): number {
    const known = this.#numbers.get(market)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(market, number)
    return number
  }

  /** Whether there is something to look at. */
  get hasNews(): boolean {
    return this.#marked.size > 0
  }

  /** Whether changes of this book matter that leave its best prices where they are. Of a book that was never heard of, yes. */
  cares(index: number): boolean {
    return this.#passes[index] !== PASSES_OVER
  }

  /** Takes note of a book that changed. */
  hear(book: ArbBook): void {
    const market = this.#marketOf[book.index] ?? this.#learn(book)
    if (market < 0) return
    const board = this.#board
    if (board.hear(market, book)) {
      for (let link = board.first(market); link !== NO_LINK; link = board.next(link)) this.#judge(pairOf(link))
    }
    if (this.#watchedIn(market) > 0) this.#mark(market)
  }

  #learn({ market, index }: ArbBook): number {
    const number = this.#numbers.get(market) ?? -1
    this.#marketOf[index] = number
    while (index >= this.#passes.length) this.#passes = doubled(this.#passes)
    this.#passes[index] = PASSES_OVER
    if (number >= 0) {
      this.#bookOf[number] = index
      this.#note(number)
    }
    return number
  }

  /** A pair whose markets are known otherwise now, fees and all: it is judged anew. Its place on the board asks for no fees. */
  replace(pair: ArbPair): void {
    const number = this.#numberOfPair.get(pair.key)
    if (number === undefined) return
    this.#pairs[number] = pair
    this.#terms[number] = touchTerms(pair, this.minEdge)
    this.#judge(number)
    if (this.#is(number, WATCHED)) this.#marked.add(number)
  }

  /** Keeps the byte of a market's book. */
  #note(market: number): void {
    const index = this.#bookOf[market] ?? -1
    if (index >= 0) this.#passes[index] = this.#watchedIn(market) > 0 ? CARES : PASSES_OVER
  }

  #mark(market: number): void {
    const board = this.#board
    for (let link = board.first(market); link !== NO_LINK; link = board.next(link)) {
      if (this.#is(pairOf(link), WATCHED)) this.#marked.add(pairOf(link))
    }
  }

  #judge(pair: number): void {
    this.#set(pair, PAYS, this.#board.mayPay(pair) && this.#pays(pair))
    this.#watch(pair)
  }

  /** Fees included. */
  #pays(pair: number): boolean {
    const [terms, board] = [this.#terms[pair], this.#board]
    return (
      terms !== undefined && touchPays(terms, board.touch(board.market(pair, 0)), board.touch(board.market(pair, 1)))
    )
  }

  /** Watches a pair for as long as its best prices pay, or its opportunity has not been called gone. */
  #watch(pair: number): void {
    const matters = this.#is(pair, PAYS | OPEN)
    if (matters === this.#is(pair, WATCHED)) return
    this.#set(pair, WATCHED, matters)
    if (matters) this.#watched.add(pair)
    else this.#watched.delete(pair)
    for (const leg of [0, 1] as const) {
      const market = this.#board.market(pair, leg)
      this.#watchedOf[market] = this.#watchedIn(market) + (matters ? 1 : -1)
      this.#note(market)
    }
  }

  #watchedIn(market: number): number {
    return this.#watchedOf[market] ?? 0
  }

  /** Whether any of these holds. */
  #is(pair: number, bits: number): boolean {
    return ((this.#state[pair] ?? 0) & bits) !== 0
  }

  #set(pair: number, bit: number, holds: boolean): void {
    const state = this.#state[pair] ?? 0
    this.#state[pair] = holds ? state | bit : state & ~bit
  }

  /** Limits, cash and the age of the books move on without a word: has every pair looked at that they may decide. */
  markAll(): void {
    for (const pair of this.#watched) this.#marked.add(pair)
  }

  /** Looks at the pairs that news came of: opportunities that stand now, and those that have gone. Nothing of the others. */
  look(terms: DetectTerms): readonly Finding[] {
    const marked = this.#marked
    this.#marked = new Set()
    const findings: Finding[] = []
    for (const number of marked) {
      const pair = this.#pairs[number]
      if (pair === undefined) continue
      const found = this.#is(number, PAYS) ? this.#evaluate(pair, terms) : null
      if (found !== null) findings.push(found)
      else if (this.#is(number, OPEN)) findings.push({ kind: 'gone', pair })
      this.#set(number, OPEN, found !== null)
      this.#watch(number)
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
