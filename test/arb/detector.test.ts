import { expect } from 'chai'
import * as fc from 'fast-check'
import { evaluatePair } from '../../src/arb/detect.ts'
import { Detector } from '../../src/arb/detector.ts'
import type { Evaluation } from '../../src/arb/opportunity.ts'
import type { ArbPair } from '../../src/arb/ports.ts'
import { parseMoney, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import type { FeeSchedule } from '../../src/domain/fees.ts'
import type { Market, MarketId } from '../../src/domain/market.ts'
import type { MarketEvent } from '../../src/domain/market-stream.ts'
import { MarketFeed } from '../../src/marketdata/market-feed.ts'
import { TimedClock } from '../support/timed-clock.ts'
import { aPair, balanceFee, detectTerms, firstMarket, free, nearestFee, secondMarket } from './support.ts'

const staleAfterMs = 10_000
const kalshi = firstMarket
const otherKalshi: Market = { ...firstMarket, id: 'kalshi:KXTEST-26DEC31-B' }
const polymarket = secondMarket

const told = (found: Evaluation): string => (found.kind === 'none' ? found.reason.kind : `${found.pairs} ${found.edge}`)

/** A real feed with a detector behind it, which looks after each message that it finds worth a look. */
class Watch {
  readonly clock = new TimedClock(0)
  readonly feed = new MarketFeed({ clock: this.clock, staleAfterMs })
  readonly detector: Detector
  /** What was found and not called gone, by the pair. */
  readonly open = new Map<string, string>()
  /** Findings, in the order in which they were told. */
  readonly said: string[] = []
  /** Pairs whose books were read for a closer look. */
  readonly looked: string[] = []

  constructor(
    readonly pairs: readonly ArbPair[],
    private readonly minEdge = '0',
  ) {
    for (const { markets } of pairs) for (const market of markets) this.feed.watch(market)
    const bookOf = (market: MarketId) => {
      this.looked.push(market)
      return this.feed.book(market)
    }
    this.detector = new Detector(pairs, bookOf, parseMoney(minEdge))
    this.feed.onChange(
      (book) => this.detector.hear(book),
      (index) => this.detector.cares(index),
    )
    this.looked.length = 0
  }

  get #terms() {
    const limits = { ...detectTerms().limits, maxBookAgeMs: staleAfterMs }
    return detectTerms({ minEdge: parseMoney(this.minEdge), nowMs: this.clock.monotonicMs(), limits })
  }

  tell(...events: readonly MarketEvent[]): void {
    for (const event of events) {
      this.feed.apply(event)
      this.look()
    }
  }

  look(): void {
    if (!this.detector.hasNews) return
    for (const finding of this.detector.look(this.#terms)) {
      const { key } = finding.pair
      this.said.push(`${finding.kind} ${key}`)
      if (finding.kind === 'gone') this.open.delete(key)
      else this.open.set(key, told(finding))
    }
  }

  /** What looking at every pair would find now. */
  evaluations(): ReadonlyMap<string, Evaluation> {
    return new Map(
      this.pairs.map((pair) => {
        const [first, second] = [this.feed.book(pair.markets[0].id), this.feed.book(pair.markets[1].id)]
        if (first === null || second === null) throw new Error('every market is watched')
        return [pair.key, evaluatePair(pair, [first, second], this.#terms)]
      }),
    )
  }
}

type Rows = readonly (readonly [string, string])[]

function book(market: Market, { bids = [], asks = [] }: { readonly bids?: Rows; readonly asks?: Rows }): MarketEvent {
  const side = (rows: Rows) =>
    rows.map(([price, quantity]) => ({ price: parsePrice(price), quantity: parseQuantity(quantity) }))
  return { kind: 'snapshot', market: market.id, bids: side(bids), asks: side(asks), subscription: null }
}

function level(market: Market, side: 'bid' | 'ask', price: string, quantity: string): MarketEvent {
  return { kind: 'level', market: market.id, side, price: parsePrice(price), quantity: parseQuantity(quantity) }
}

const paying = [book(kalshi, { asks: [['0.40', '50']] }), book(polymarket, { bids: [['0.50', '50']] })]

describe('the look at best prices before books are walked', () => {
  const market = fc.constantFrom(kalshi, otherKalshi, polymarket)
  const cents = fc.integer({ min: 40, max: 60 }).map((value) => `0.${value}`)
  const row = fc.tuple(cents, fc.constantFrom('3', '9', '50'))
  const rows = fc.uniqueArray(row, { selector: ([price]) => price, maxLength: 3 })
  const event = fc.oneof(
    {
      weight: 8,
      arbitrary: fc
        .tuple(
          market,
          fc.constantFrom('bid' as const, 'ask' as const),
          cents,
          fc.constantFrom('0', '0', '3', '9', '50'),
        )
        .map(([of, side, price, quantity]) => level(of, side, price, quantity)),
    },
    { weight: 2, arbitrary: fc.tuple(market, rows, rows).map(([of, bids, asks]) => book(of, { bids, asks })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(market, fc.constantFrom('paused' as const, 'open' as const))
        .map(([{ id }, status]): MarketEvent => ({ kind: 'status', market: id, status, result: null })),
    },
    {
      weight: 1,
      arbitrary: market.map(({ id }): MarketEvent => ({ kind: 'doubt', market: id, doubt: { kind: 'disconnected' } })),
    },
  )
  const schedule = fc.constantFrom<FeeSchedule>(free, balanceFee, nearestFee, { kind: 'unknown', reason: 'flat' })
  const polarity = fc.constantFrom('same' as const, 'inverted' as const)
  const start = [kalshi, otherKalshi, polymarket].map((of) =>
    book(of, { bids: [['0.48', '50']], asks: [['0.52', '50']] }),
  )
  const world = fc.record({
    fees: fc.tuple(schedule, schedule),
    polarities: fc.tuple(polarity, polarity),
    minEdge: fc.constantFrom('0', '0.03', '-0.02'),
    events: fc.array(event, { minLength: 1, maxLength: 25 }),
  })

  type Drawn = typeof world extends fc.Arbitrary<infer Value> ? Value : never

  const watchOf = ({ fees, polarities, minEdge }: Drawn): Watch => {
    const second = { ...polymarket, fees: fees[1] }
    return new Watch(
      [
        aPair({ key: 'a', markets: [{ ...kalshi, fees: fees[0] }, second], polarity: polarities[0] }),
        aPair({ key: 'b', markets: [{ ...otherKalshi, fees: fees[0] }, second], polarity: polarities[1] }),
      ],
      minEdge,
    )
  }

  it('after any messages knows the opportunities that a look at every pair finds, and no other', () => {
    fc.assert(
      fc.property(world, (drawn) => {
        const watch = watchOf(drawn)
        for (const message of [...start, ...drawn.events]) {
          watch.tell(message)
          const expected = [...watch.evaluations()].filter(([, { kind }]) => kind === 'opportunity')
          expect([...watch.open].sort()).to.deep.equal(expected.map(([key, found]) => [key, told(found)]))
        }
      }),
      { numRuns: 300 },
    )
  })

  it('reads no book of a pair whose best prices cost too much with their fees', () => {
    const tooDear = new Set(['no_edge', 'fees', 'min_edge', 'fee_unknown'])
    fc.assert(
      fc.property(world, (drawn) => {
        const watch = watchOf(drawn)
        for (const message of [...start, ...drawn.events]) {
          watch.looked.length = 0
          watch.tell(message)
          const read = new Set(watch.looked)
          for (const [key, found] of watch.evaluations()) {
            const first = key === 'a' ? kalshi.id : otherKalshi.id
            if (found.kind === 'none' && tooDear.has(found.reason.kind)) expect(read.has(first)).to.equal(false)
          }
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('an update of one book', () => {
  const pairs = [aPair({ key: 'a' }), aPair({ key: 'b', markets: [otherKalshi, polymarket] })]

  it('looks at the pairs of its own market alone', () => {
    const watch = new Watch(pairs)
    watch.tell(...paying, book(otherKalshi, { asks: [['0.41', '50']] }))
    watch.said.length = 0
    watch.tell(level(kalshi, 'ask', '0.39', '50'))
    expect(watch.said).to.deep.equal(['opportunity a'])
    watch.tell(level(polymarket, 'bid', '0.51', '50'))
    expect(watch.said).to.deep.equal(['opportunity a', 'opportunity a', 'opportunity b'])
  })

  it('says once that an opportunity is gone', () => {
    const watch = new Watch(pairs)
    watch.tell(...paying)
    watch.tell(book(kalshi, { asks: [['0.60', '50']] }), level(kalshi, 'ask', '0.61', '50'))
    expect(watch.said).to.deep.equal(['opportunity a', 'gone a'])
  })

  it('is looked at for what lies behind the best price while that pays, and not before', () => {
    const watch = new Watch(pairs)
    watch.tell(...paying)
    watch.tell(level(kalshi, 'ask', '0.41', '50'))
    expect(watch.said).to.deep.equal(['opportunity a', 'opportunity a'])
    watch.tell(book(kalshi, { asks: [['0.55', '50']] }))
    watch.looked.length = 0
    watch.tell(level(kalshi, 'ask', '0.56', '50'), level(kalshi, 'bid', '0.30', '50'))
    expect(watch.looked).to.deep.equal([])
  })

  it('is judged anew when its fees are others, without a change of a book', () => {
    const pair = aPair({ key: 'a' })
    const watch = new Watch([pair])
    watch.tell(...paying)
    const charging = (fees: FeeSchedule) => ({ ...pair, markets: [{ ...kalshi, fees }, pair.markets[1]] as const })
    watch.detector.replace(charging({ kind: 'unknown', reason: 'fees changed' }))
    watch.look()
    expect(watch.said).to.deep.equal(['opportunity a', 'gone a'])
    watch.tell(level(kalshi, 'ask', '0.39', '50'))
    expect(watch.said).to.deep.equal(['opportunity a', 'gone a'])
    watch.detector.replace(charging(balanceFee))
    watch.look()
    expect(watch.said).to.deep.equal(['opportunity a', 'gone a', 'opportunity a'])
  })

  it('of a market in no pair is passed over', () => {
    const watch = new Watch([aPair({ key: 'a' })])
    watch.feed.watch(otherKalshi)
    watch.tell(book(otherKalshi, { asks: [['0.10', '50']] }))
    expect(watch.detector.hasNews).to.equal(false)
  })

  it('is heard again of a market that was not watched for a while', () => {
    const watch = new Watch(pairs)
    watch.feed.unwatch(kalshi.id)
    watch.feed.watch(kalshi)
    watch.tell(...paying)
    expect(watch.said).to.deep.equal(['opportunity a'])
  })
})

describe('what time alone changes', () => {
  it('ends an opportunity when a book grows stale, and finds it again once the book is proven', () => {
    const watch = new Watch([aPair({ key: 'a' })])
    watch.tell(...paying)
    watch.clock.advance(staleAfterMs + 1)
    watch.detector.markAll()
    watch.look()
    expect(watch.said).to.deep.equal(['opportunity a', 'gone a'])
    // To be proven is no change of a book either.
    for (const { id } of [kalshi, polymarket]) watch.feed.apply({ kind: 'confirmed', market: id })
    expect(watch.detector.hasNews).to.equal(false)
    watch.detector.markAll()
    watch.look()
    expect(watch.said).to.deep.equal(['opportunity a', 'gone a', 'opportunity a'])
  })
})
