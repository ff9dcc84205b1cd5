import type { DetectTerms } from '../src/arb/detect.ts'
import { Detector } from '../src/arb/detector.ts'
import type { ArbPair } from '../src/arb/ports.ts'
import { type Price, parseMoney, parsePrice, parseQuantity, parseRate, type Quantity } from '../src/domain/amounts.ts'
import type { FeeSchedule } from '../src/domain/fees.ts'
import { type Market, type MarketId, marketId, type VenueId, venueIds } from '../src/domain/market.ts'
import type { BookSide, MarketEvent } from '../src/domain/market-stream.ts'
import { uniformLadder } from '../src/domain/tick-ladder.ts'
import type { BookChanges, MarketIndex } from '../src/domain/venue-stream.ts'
import { MarketFeed } from '../src/marketdata/market-feed.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { defaultLimits } from '../src/safeguards/limits.ts'

const LEVELS = 10
/** One update in so many brings a price at which the pair pays, as on a busy day: the books are then walked. */
const PAYS_EVERY = 1_000
/** One update in so many takes a level away, and as many bring one back, two in a hundred the best: as in recorded sessions. */
const GONE_EVERY = 8
/** Between two updates that are timed on their own. */
const BETWEEN = 20

const ladder = uniformLadder(parsePrice('0.01'))

function fees(rounding: 'balance' | 'five_decimals'): FeeSchedule {
  return {
    kind: 'quadratic',
    takerRate: parseRate('0.05'),
    makerRate: parseRate('0'),
    multiplier: parseRate('1'),
    exponent: 1,
    rounding,
    waivedUntil: null,
    series: null,
  }
}

function aMarket(venue: VenueId, number: number): Market {
  return {
    id: marketId(venue, `M${number}`),
    venue,
    symbol: `M${number}`,
    aliases: [],
    title: '',
    yesLabel: '',
    category: null,
    eventId: null,
    rules: '',
    status: 'open',
    untradableReason: null,
    openTime: null,
    closeTime: null,
    ladder,
    minimumQuantity: null,
    quantityStep: parseQuantity('0.01'),
    bestBid: null,
    bestAsk: null,
    lastPrice: null,
    volume: null,
    volumeUnit: 'contracts',
    result: null,
    fees: fees(venue === venueIds[0] ? 'balance' : 'five_decimals'),
    routing: {},
  }
}

const cents = (from: number, step: number): readonly Price[] =>
  Array.from({ length: LEVELS }, (_, i) => parsePrice(((from + i * step) / 100).toFixed(2)))

type Prices = Readonly<Record<BookSide, readonly Price[]>>

/** The first market of a pair has its bids far enough below for an offer between them that pays. */
const pricesOf: readonly [Prices, Prices] = [
  { bid: cents(30, -1), ask: cents(52, 1) },
  { bid: cents(48, -1), ask: cents(52, 1) },
]
const paying = parsePrice('0.40')
const sizes = Array.from({ length: 64 }, (_, i) => BigInt((i + 20) * 1_000_000) as Quantity)
const none = 0n as Quantity

function snapshotOf(market: MarketId, prices: Prices): MarketEvent {
  const side = (levels: readonly Price[]) => levels.map((price) => ({ price, quantity: parseQuantity('100') }))
  return { kind: 'snapshot', market, bids: side(prices.bid), asks: side(prices.ask), subscription: null }
}

/** A deterministic stream of numbers below 2^31, quicker than what it measures. */
export function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return state
  }
}

/** Few markets carry most of the news: here half of all updates come from an eighth of the books. */
export function pick(draw: number, books: number): number {
  const share = draw / 0x8000_0000
  return Math.floor(share * share * share * books)
}

/** A feed with the books of so many pairs, and what it is told: at any number of pairs the same mix. */
export class Rig {
  readonly #feed = new MarketFeed({ clock: systemClock, staleAfterMs: 3_600_000 })
  /** The markets, as the streams know them. */
  readonly #indexes: Int32Array
  readonly #draw: () => number
  #updates = 0
  found = 0

  constructor(
    readonly pairCount: number,
    isDetecting: boolean,
  ) {
    this.#draw = draws(pairCount)
    this.#indexes = new Int32Array(pairCount * 2)
    const pairs: ArbPair[] = []
    for (let number = 0; number < pairCount; number++) {
      const markets = [aMarket('kalshi', number), aMarket('polymarket', number)] as const
      pairs.push({ key: String(number), markets, polarity: number % 2 === 0 ? 'same' : 'inverted' })
      for (const [index, market] of markets.entries()) {
        this.#feed.watch(market)
        this.#feed.apply(snapshotOf(market.id, pricesOf[index === 0 ? 0 : 1]))
        this.#indexes[number * 2 + index] = this.#feed.indexOf(market.id)
      }
    }
    if (isDetecting) this.#detect(pairs)
  }

  /** As the loop of `arb run` does it, with a look after each update that is worth one. */
  #detect(pairs: readonly ArbPair[]): void {
    const terms: DetectTerms = {
      minEdge: parseMoney('0.005'),
      size: null,
      limits: { ...defaultLimits, maxBookAgeMs: 3_600_000 },
      exposureLeft: parseMoney('1000'),
      budgetLeft: null,
      nowMs: systemClock.monotonicMs(),
      spends: (market: MarketId) => market.startsWith('polymarket'),
      cash: () => null,
    }
    const detector = new Detector(pairs, (market) => this.#feed.book(market), terms.minEdge)
    this.#feed.onChange(
      (book) => {
        detector.hear(book)
        if (!detector.hasNews) return
        for (const { kind } of detector.look(terms)) if (kind === 'opportunity') this.found++
      },
      (index) => detector.cares(index),
    )
  }

  /** How often levels changed, of all books together. */
  get changes(): number {
    let sum = 0
    for (const { levelChanges } of this.#feed.books) sum += levelChanges
    return sum
  }

  get books(): BookChanges {
    return this.#feed
  }

  hear(event: MarketEvent): void {
    this.#feed.apply(event)
  }

  /** One update of one book, as a stream tells it: a level as it stands now. */
  update(): void {
    const picked = pick(this.#draw(), this.#indexes.length)
    const draw = this.#draw() >> 8
    if (this.#updates++ % PAYS_EVERY === 0) {
      // An offer of the first market at which the pair pays, and its end: one update more.
      this.#level(picked & ~1, 'ask', paying, sizes[draw % sizes.length])
      this.#level(picked & ~1, 'ask', paying, none)
    } else {
      const side: BookSide = (draw & 64) === 0 ? 'bid' : 'ask'
      const price = pricesOf[(picked & 1) as 0 | 1][side][(draw >> 7) % LEVELS]
      this.#level(picked, side, price, (draw >> 11) % GONE_EVERY === 0 ? none : sizes[draw % sizes.length])
    }
  }

  /** Microseconds from an update that makes a pair pay to the sized opportunity. */
  decision(): number {
    for (let update = 0; update < BETWEEN; update++) this.update()
    const picked = pick(this.#draw(), this.#indexes.length) & ~1
    const before = this.found
    const from = systemClock.monotonicMs()
    this.#level(picked, 'ask', paying, sizes[0])
    const took = systemClock.monotonicMs() - from
    if (this.found === before) throw new Error('an update that pays was not found')
    this.#level(picked, 'ask', paying, none)
    return took * 1_000
  }

  #level(index: number, side: BookSide, price: Price | undefined, quantity: Quantity | undefined): void {
    const market = this.#indexes[index] as MarketIndex | undefined
    if (market === undefined || price === undefined || quantity === undefined) throw new Error('no level')
    this.#feed.level(market, side, price, quantity)
  }
}
