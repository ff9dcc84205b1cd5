import { pathToFileURL } from 'node:url'
import { Detector } from '../src/arb/detect.ts'
import type { ArbBook, ArbPair } from '../src/arb/ports.ts'
import { parseMoney, parsePrice, parseQuantity, parseRate, type Quantity } from '../src/domain/amounts.ts'
import type { FeeSchedule } from '../src/domain/fees.ts'
import { type Market, type MarketId, marketId, type VenueId, venueIds } from '../src/domain/market.ts'
import type { Level } from '../src/domain/order-book.ts'
import { uniformLadder } from '../src/domain/tick-ladder.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { defaultLimits } from '../src/safeguards/limits.ts'
import { printRatio, type Ratio } from './ratio.ts'

const UPDATES = 400_000
const ROUNDS = 5
const LEVELS = 10
/** One update in so many brings a price at which the pair pays, as on a busy day: the books are then walked. */
const PAYS_EVERY = 1_000

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

/** A book that changes in place, as a feed's does. */
interface BenchBook extends ArbBook {
  readonly bids: Level[]
  readonly asks: Level[]
  version: number
}

function aBook(market: MarketId): BenchBook {
  const side = (from: number, step: number): Level[] =>
    Array.from({ length: LEVELS }, (_, i) => ({
      price: parsePrice(((from + i * step) / 100).toFixed(2)),
      quantity: parseQuantity('100'),
    }))
  return { market, bids: side(48, -1), asks: side(52, 1), at: 0, ladder, state: { kind: 'tradable' }, version: 0 }
}

/** A deterministic stream of numbers below 2^31, quicker than what it measures. */
function draws(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fff_ffff
    return state
  }
}

/** Few markets carry most of the news: here half of all updates come from an eighth of the books. */
function pick(draw: number, books: number): number {
  const share = draw / 0x8000_0000
  return Math.floor(share * share * share * books)
}

/** Microseconds an update: a level changes, and then its pairs are looked at, if they are. */
function microseconds(pairCount: number, isDetecting: boolean): number {
  const pairs: ArbPair[] = []
  const books = new Map<MarketId, BenchBook>()
  for (let number = 0; number < pairCount; number++) {
    const markets = [aMarket('kalshi', number), aMarket('polymarket', number)] as const
    pairs.push({ key: String(number), markets, polarity: number % 2 === 0 ? 'same' : 'inverted' })
    for (const { id } of markets) books.set(id, aBook(id))
  }
  const terms = {
    minEdge: parseMoney('0.005'),
    size: null,
    limits: defaultLimits,
    exposureLeft: parseMoney('1000'),
    budgetLeft: null,
    nowMs: 0,
    spends: (market: MarketId) => market.startsWith('polymarket'),
    cash: () => null,
  }
  const detector = new Detector(
    pairs,
    (market) => books.get(market) ?? null,
    () => terms,
    terms.minEdge,
  )
  const all = [...books.values()]
  const below = draws(pairCount)
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const from = systemClock.monotonicMs()
    for (let update = 0; update < UPDATES; update++) {
      const book = all[pick(below(), all.length)]
      if (book === undefined) throw new Error('no book')
      changeLevel(book, below(), update % PAYS_EVERY === 0)
      if (isDetecting) detector.update(book)
    }
    best = Math.min(best, ((systemClock.monotonicMs() - from) * 1_000) / UPDATES)
  }
  return best
}

const sizes = Array.from({ length: 64 }, (_, i) => BigInt((i + 1) * 1_000_000) as Quantity)
const paying = parsePrice('0.40')
const usual = parsePrice('0.52')

function changeLevel(book: BenchBook, draw: number, pays: boolean): void {
  const index = draw % LEVELS
  const side = (draw & 64) === 0 ? book.bids : book.asks
  const level = side[index]
  const quantity = sizes[draw % sizes.length]
  if (level === undefined || quantity === undefined) throw new Error('no level')
  side[index] = { price: level.price, quantity }
  // The best offer of YES falls for one update and is back with the next of this book.
  const ask = book.asks[0]
  if (ask !== undefined) book.asks[0] = { price: pays ? paying : usual, quantity: ask.quantity }
  book.version++
}

export function benchDetection(): Ratio {
  const measure = (pairs: number) => ({ bare: microseconds(pairs, false), whole: microseconds(pairs, true) })
  const [few, many] = [measure(1_000), measure(10_000)]
  const told = ({ bare, whole }: typeof few): string =>
    `${whole.toFixed(2)} us (${Math.round(1_000_000 / whole).toLocaleString('en')}/s, of which the change of the book ${bare.toFixed(2)} us)`
  return {
    name: 'a book update through detection at 10,000 pairs, over 1,000',
    ratio: many.whole / few.whole,
    detail: `${told(few)} at 1,000 pairs, ${told(many)} at 10,000 (aim: at least 200,000/s)`,
    atMost: 1.3,
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printRatio(benchDetection())
