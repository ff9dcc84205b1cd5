import { pathToFileURL } from 'node:url'
import { Detector, type DetectTerms } from '../src/arb/detect.ts'
import type { ArbPair } from '../src/arb/ports.ts'
import { KalshiProtocol } from '../src/clients/kalshi/stream-protocol.ts'
import { type Price, parseMoney, parsePrice, parseQuantity, parseRate, type Quantity } from '../src/domain/amounts.ts'
import type { FeeSchedule } from '../src/domain/fees.ts'
import { type Market, type MarketId, marketId, type VenueId, venueIds } from '../src/domain/market.ts'
import type { BookSide, MarketEvent } from '../src/domain/market-stream.ts'
import { uniformLadder } from '../src/domain/tick-ladder.ts'
import { MarketFeed } from '../src/marketdata/market-feed.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { defaultLimits } from '../src/safeguards/limits.ts'
import { printRatio, type Ratio } from './ratio.ts'

const UPDATES = 400_000
const ROUNDS = 5
const LEVELS = 10
/** One update in so many brings a price at which the pair pays, as on a busy day: the books are then walked. */
const PAYS_EVERY = 1_000
/** Updates that make a pair pay, each timed on its own, with so many others between two of them. */
const DECISIONS = 5_000
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

/** A feed with the books of so many pairs, and what it is told. */
class Rig {
  readonly #feed = new MarketFeed({ clock: systemClock, staleAfterMs: 3_600_000 })
  readonly #markets: MarketId[] = []
  readonly #below: () => number
  #updates = 0
  found = 0
  changes = 0

  constructor(pairCount: number, isDetecting: boolean) {
    this.#below = draws(pairCount)
    const pairs: ArbPair[] = []
    for (let number = 0; number < pairCount; number++) {
      const markets = [aMarket('kalshi', number), aMarket('polymarket', number)] as const
      pairs.push({ key: String(number), markets, polarity: number % 2 === 0 ? 'same' : 'inverted' })
      for (const [index, market] of markets.entries()) {
        this.#feed.watch(market)
        this.#feed.apply(snapshotOf(market.id, pricesOf[index === 0 ? 0 : 1]))
        this.#markets.push(market.id)
      }
    }
    if (isDetecting) this.#detect(pairs)
  }

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
    const bookOf = (market: MarketId) => this.#feed.book(market)
    const detector = new Detector(pairs, bookOf, () => terms, terms.minEdge)
    this.#feed.onChange((book) => {
      this.changes++
      for (const { kind } of detector.update(book)) if (kind === 'opportunity') this.found++
    })
  }

  hear(event: MarketEvent): void {
    this.#feed.apply(event)
  }

  /** One update of one book, as a stream tells it: a level as it stands now. */
  update(): void {
    const picked = pick(this.#below(), this.#markets.length)
    const draw = this.#below()
    if (this.#updates++ % PAYS_EVERY === 0) {
      // An offer of the first market at which the pair pays, and its end: one update more.
      this.#level(picked & ~1, 'ask', paying, sizes[draw % sizes.length])
      this.#level(picked & ~1, 'ask', paying, none)
    } else {
      const side: BookSide = (draw & 64) === 0 ? 'bid' : 'ask'
      this.#level(picked, side, pricesOf[(picked & 1) as 0 | 1][side][draw % LEVELS], sizes[draw % sizes.length])
    }
  }

  /** Microseconds from an update that makes a pair pay to the sized opportunity. */
  decision(): number {
    for (let update = 0; update < BETWEEN; update++) this.update()
    const picked = pick(this.#below(), this.#markets.length) & ~1
    const before = this.found
    const from = systemClock.monotonicMs()
    this.#level(picked, 'ask', paying, sizes[0])
    const took = systemClock.monotonicMs() - from
    if (this.found === before) throw new Error('an update that pays was not found')
    this.#level(picked, 'ask', paying, none)
    return took * 1_000
  }

  #level(index: number, side: BookSide, price: Price | undefined, quantity: Quantity | undefined): void {
    const market = this.#markets[index]
    if (market === undefined || price === undefined || quantity === undefined) throw new Error('no level')
    this.#feed.apply({ kind: 'level', market, side, price, quantity })
  }
}

/** Microseconds of processor time an update: the least of some rounds, since other work only ever adds. */
function microseconds(pairCount: number, isDetecting: boolean): number {
  const rig = new Rig(pairCount, isDetecting)
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const from = process.cpuUsage()
    for (let update = 0; update < UPDATES; update++) rig.update()
    const { user, system } = process.cpuUsage(from)
    best = Math.min(best, (user + system) / UPDATES)
  }
  if (isDetecting && rig.found === 0) throw new Error('nothing was detected')
  return best
}

/** The same from the text of a frame on, in the words of the first venue, whose frames are numbered. */
function microsecondsFromText(pairCount: number): number {
  const rig = new Rig(pairCount, true)
  const sink = { onMarket: (event: MarketEvent) => rig.hear(event) }
  const protocol = new KalshiProtocol({
    sink,
    channels: { quotes: false, trades: false, account: false },
    nowMs: () => systemClock.monotonicMs(),
    proveEveryMs: Number.POSITIVE_INFINITY,
    answerWithinMs: Number.POSITIVE_INFINITY,
  })
  protocol.opened()
  protocol.received('{"type":"subscribed","id":1,"msg":{"channel":"orderbook_delta","sid":1}}')
  const below = draws(pairCount)
  let seq = 0
  const frame = (): string => {
    const draw = below()
    const side = (draw & 64) === 0 ? ['yes', `0.${30 - (draw % LEVELS)}00`] : ['no', `0.${52 + (draw % LEVELS)}00`]
    const ticker = `M${pick(below(), pairCount)}`
    return `{"type":"orderbook_delta","sid":1,"seq":${++seq},"msg":{"market_ticker":"${ticker}","price_dollars":"${side[1]}","delta_fp":"1.00","side":"${side[0]}","ts_ms":1781159370164}}`
  }
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const frames = Array.from({ length: UPDATES / 4 }, frame)
    const from = process.cpuUsage()
    for (const text of frames) protocol.received(text)
    const { user, system } = process.cpuUsage(from)
    best = Math.min(best, (user + system) / frames.length)
  }
  if (rig.changes < seq) throw new Error('a frame changed nothing')
  return best
}

function ratioOfTexts(): Ratio {
  const [few, many] = [microsecondsFromText(1_000), microsecondsFromText(10_000)]
  const told = (us: number): string => `${us.toFixed(2)} us (${Math.round(1_000_000 / us).toLocaleString('en')}/s)`
  return {
    name: 'the same from the text of a Kalshi frame on',
    ratio: many / few,
    detail: `${told(few)} at 1,000 pairs, ${told(many)} at 10,000, of processor time`,
    atMost: 1.3,
  }
}

export function benchDetection(): readonly Ratio[] {
  return [ratioOfEvents(), ratioOfTexts()]
}

function ratioOfEvents(): Ratio {
  const measure = (pairs: number) => ({ feed: microseconds(pairs, false), whole: microseconds(pairs, true) })
  const [few, many] = [measure(1_000), measure(10_000)]
  const told = ({ feed, whole }: typeof few): string =>
    `${whole.toFixed(2)} us (${Math.round(1_000_000 / whole).toLocaleString('en')}/s, of which the feed ${feed.toFixed(2)} us)`
  return {
    name: 'a book update through feed and detection at 10,000 pairs, over 1,000',
    ratio: many.whole / few.whole,
    detail: `${told(few)} at 1,000 pairs, ${told(many)} at 10,000, of processor time (aim: at least 200,000/s)`,
    atMost: 1.3,
  }
}

/** How long a decision takes after the update that it follows from. */
export function printDecisions(): void {
  const rig = new Rig(10_000, true)
  for (let update = 0; update < UPDATES; update++) rig.update()
  const took = Array.from({ length: DECISIONS }, () => rig.decision()).sort((a, b) => a - b)
  const at = (share: number): string => (took[Math.floor(took.length * share)] ?? 0).toFixed(1)
  console.log(
    `${at(0.5).padStart(7)} us from a book update to the sized opportunity at 10,000 pairs, p50; p99 ${at(0.99)} us (wall time, ${DECISIONS} of them)`,
  )
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const one of benchDetection()) printRatio(one)
  printDecisions()
}
