import { expect } from 'chai'
import fc from 'fast-check'
import { type Price, parsePrice, parseQuantity, parseSignedQuantity, type Quantity } from '../../src/domain/amounts.ts'
import type { MarketEvent } from '../../src/domain/market-stream.ts'
import { buildBook, type Level } from '../../src/domain/order-book.ts'
import type { LiveBook } from '../../src/marketdata/book-feed.ts'
import { copyOfBook, MarketFeed } from '../../src/marketdata/market-feed.ts'
import { aMarket } from '../support/builders.ts'
import { TimedClock } from '../support/timed-clock.ts'

const market = 'kalshi:KXTEST-26DEC31-A'
const startMs = Date.parse('2026-11-20T12:00:00Z')

const levels = (rows: readonly (readonly [string, string])[]): readonly Level[] =>
  rows.map(([price, quantity]) => ({ price: parsePrice(price), quantity: parseQuantity(quantity) }))

const snapshot: MarketEvent = {
  kind: 'snapshot',
  market,
  bids: levels([['0.44', '100']]),
  asks: levels([['0.46', '50']]),
  subscription: 'one',
}

const none = 0n as Quantity

const shown = (book: LiveBook | null): unknown =>
  book === null ? null : [book.bids, book.asks, book.bidAt, book.askAt, book.state, book.levelChanges]

function change(side: 'bid' | 'ask', price: string, by: string): MarketEvent {
  return { kind: 'change', market, side, price: parsePrice(price), by: parseSignedQuantity(by) }
}

describe('the feed of live books', () => {
  let clock: TimedClock
  let feed: MarketFeed

  const reason = (): string => {
    const state = feed.book(market)?.state
    return state === undefined ? 'not watched' : state.kind === 'tradable' ? 'tradable' : state.reason.kind
  }

  beforeEach(() => {
    clock = new TimedClock(startMs)
    feed = new MarketFeed({ clock, staleAfterMs: 10_000 })
    feed.watch(aMarket())
  })

  it('gives the same book by changes as by a snapshot', () => {
    const level = fc.tuple(
      fc.constantFrom('bid' as const, 'ask' as const),
      fc.integer({ min: 1, max: 99 }),
      fc.integer({ min: -5, max: 9 }),
    )
    fc.assert(
      fc.property(fc.array(level, { maxLength: 60 }), (changes) => {
        const own = new MarketFeed({ clock, staleAfterMs: 10_000 })
        const book = own.watch(aMarket())
        own.apply({ ...snapshot, bids: [], asks: [] })
        const sums = { bid: new Map<Price, bigint>(), ask: new Map<Price, bigint>() }
        for (const [side, cents, by] of changes) {
          const price = (BigInt(cents) * 10_000n) as Price
          const sum = (sums[side].get(price) ?? 0n) + BigInt(by)
          if (sum < 0n) continue
          sums[side].set(price, sum)
          own.apply({ kind: 'change', market, side, price, by: BigInt(by) as Quantity })
        }
        const side = (sum: ReadonlyMap<Price, bigint>): readonly Level[] =>
          [...sum].map(([price, quantity]) => ({ price, quantity: quantity as Quantity }))
        const whole = buildBook({ market, bids: side(sums.bid), asks: side(sums.ask), capturedAtMs: 0 })
        expect(copyOfBook(book, 0)).to.deep.equal(whole)
      }),
      { numRuns: 100 },
    )
  })

  it('keeps the books of its markets apart, however they grow, shrink and go', () => {
    const names = ['kalshi:A', 'kalshi:B', 'kalshi:C'] as const
    const one = fc.constantFrom(...names)
    const cents = fc.integer({ min: 1, max: 99 })
    const step = fc.oneof(
      { weight: 30, arbitrary: fc.record({ of: one, cents, held: fc.integer({ min: 0, max: 4 }) }) },
      { weight: 1, arbitrary: fc.record({ of: one, whole: fc.uniqueArray(cents, { maxLength: 40 }) }) },
      { weight: 1, arbitrary: fc.record({ of: one, isLeft: fc.constant(true) }) },
      { weight: 2, arbitrary: fc.record({ of: one, keeps: fc.integer({ min: 0, max: 12 }) }) },
    )
    // Every seventh at a price finer than the finest tick of both venues.
    const priceOf = (value: number) => (BigInt(value) * 10_000n + (value % 7 === 0 ? 1n : 0n)) as Price
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150 }), (steps) => {
        const own = new MarketFeed({ clock, staleAfterMs: 10_000 })
        const asks = new Map<string, Map<Price, Quantity>>()
        const show = (of: (typeof names)[number], levels: readonly Level[]): void => {
          own.watch(aMarket({ id: of }))
          own.apply({ kind: 'snapshot', market: of, bids: [], asks: levels, subscription: null })
          asks.set(of, new Map(levels.map(({ price, quantity }) => [price, quantity])))
        }
        for (const name of names) show(name, [])
        for (const each of steps) {
          const { of } = each
          if ('isLeft' in each) {
            own.unwatch(of)
            show(of, [])
          } else if ('keeps' in each) {
            const held = [...(asks.get(of) ?? [])].filter(([, quantity]) => quantity > 0n)
            for (const [price] of held.slice(each.keeps)) {
              own.apply({ kind: 'level', market: of, side: 'ask', price, quantity: none })
              asks.get(of)?.delete(price)
            }
          } else if ('whole' in each) {
            show(
              of,
              each.whole.map((value) => ({ price: priceOf(value), quantity: parseQuantity('7') })),
            )
          } else {
            const [price, quantity] = [priceOf(each.cents), BigInt(each.held) as Quantity]
            own.apply({ kind: 'level', market: of, side: 'ask', price, quantity })
            asks.get(of)?.set(price, quantity)
          }
        }
        for (const name of names) {
          const levels = [...(asks.get(name) ?? [])].map(([price, quantity]) => ({ price, quantity }))
          const book = own.book(name)
          const expected = buildBook({ market: name, bids: [], asks: levels, capturedAtMs: 0 })
          expect(book === null ? null : copyOfBook(book, 0)).to.deep.equal(expected)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('takes changes by number as it takes events by name', () => {
    const names = ['kalshi:A', 'kalshi:B'] as const
    const step = fc.record({
      of: fc.constantFrom(...names),
      what: fc.constantFrom('level' as const, 'change' as const, 'change' as const, 'book' as const, 'leave' as const),
      side: fc.constantFrom('bid' as const, 'ask' as const),
      price: fc.integer({ min: 1, max: 12 }).map((cents) => (BigInt(cents) * 10_000n) as Price),
      amount: fc.integer({ min: -2, max: 4 }).map((contracts) => BigInt(contracts) as Quantity),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const [named, numbered] = [0, 1].map(() => new MarketFeed({ clock, staleAfterMs: 10_000 }))
        if (named === undefined || numbered === undefined) throw new Error('there are two')
        const doubts: string[][] = [[], []]
        const indexes = new Map(names.map((name) => [name, numbered.indexOf(name)]))
        for (const [nth, own] of [named, numbered].entries()) own.onDoubt((id) => doubts[nth]?.push(id))
        for (const { of, what, side, price, amount } of steps) {
          const index = indexes.get(of)
          const quantity = amount < 0n ? none : amount
          if (index === undefined) continue
          if (what === 'change') {
            named.apply({ kind: 'change', market: of, side, price, by: amount })
            numbered.change(index, side, price, amount)
          } else if (what === 'level') {
            named.apply({ kind: 'level', market: of, side, price, quantity })
            numbered.level(index, side, price, quantity)
          } else {
            for (const own of [named, numbered]) {
              if (what === 'leave') own.unwatch(of)
              else own.watch(aMarket({ id: of }))
              own.apply({ ...snapshot, market: of })
            }
          }
          for (const name of names) expect(shown(numbered.book(name))).to.deep.equal(shown(named.book(name)))
        }
        expect(doubts[1]).to.deep.equal(doubts[0])
      }),
      { numRuns: 150 },
    )
  })

  it('tells those who care for best prices alone of what moves them and of what else becomes of a book', () => {
    const heard: string[] = []
    let isWatched = false
    feed.onChange(
      (book) => heard.push(`${book.bids.length} ${book.state.kind}`),
      () => isWatched,
    )
    feed.apply(snapshot)
    feed.apply(change('bid', '0.43', '1'))
    feed.apply(change('bid', '0.44', '1'))
    expect(heard).to.deep.equal(['1 tradable'])
    feed.apply(change('bid', '0.45', '1'))
    feed.apply({ kind: 'status', market, status: 'paused', result: null })
    expect(heard.slice(1)).to.deep.equal(['3 tradable', '3 untradable'])
    isWatched = true
    feed.apply(change('bid', '0.42', '1'))
    feed.apply(change('bid', '0.42', '-2'))
    expect(heard.slice(3)).to.deep.equal(['4 untradable', '4 untradable'])
  })

  it('empties a book that is watched no more, for whoever still holds it', () => {
    feed.apply(snapshot)
    const held = feed.book(market)
    feed.unwatch(market)
    feed.watch(aMarket({ id: 'kalshi:OTHER' }))
    feed.apply({ ...snapshot, market: 'kalshi:OTHER' })
    expect([held?.bids, held?.asks, held?.state]).to.deep.equal([
      [],
      [],
      { kind: 'untradable', reason: { kind: 'waiting' } },
    ])
  })

  it('waits for the first book, and drops changes until it comes', () => {
    expect(reason()).to.equal('waiting')
    feed.apply(change('bid', '0.40', '5'))
    expect(feed.book(market)?.bids).to.deep.equal([])
    feed.apply(snapshot)
    expect(reason()).to.equal('tradable')
  })

  it('grows stale without proof, and is proven by any message of its subscription', () => {
    feed.apply(snapshot)
    clock.advance(startMs + 9_000)
    feed.apply({ kind: 'proven', subscription: 'one' })
    clock.advance(startMs + 19_000)
    expect(reason()).to.equal('tradable')
    clock.advance(startMs + 19_001)
    expect(feed.book(market)?.state).to.deep.equal({
      kind: 'untradable',
      reason: { kind: 'stale', ageMs: 10_001, limitMs: 10_000 },
    })
    feed.apply({ kind: 'proven', subscription: 'another' })
    expect(reason()).to.equal('stale')
  })

  it('is crossed for as long as its bid reaches its ask', () => {
    feed.apply(snapshot)
    feed.apply(change('bid', '0.46', '5'))
    expect(reason()).to.equal('crossed')
    feed.apply(change('ask', '0.46', '-50'))
    expect(reason()).to.equal('tradable')
  })

  it('stays doubtful after a gap until there is a new book, whatever else is heard', () => {
    feed.apply(snapshot)
    feed.apply({ kind: 'doubt', market, doubt: { kind: 'gap', expected: 5, received: 7 } })
    feed.apply(change('bid', '0.44', '7'))
    feed.apply({ kind: 'proven', subscription: 'one' })
    feed.apply({ kind: 'confirmed', market })
    expect(feed.book(market)?.bids).to.deep.equal(levels([['0.44', '100']]))
    expect(feed.book(market)?.state).to.deep.equal({
      kind: 'untradable',
      reason: { kind: 'gap', expected: 5, received: 7 },
    })
    feed.apply(snapshot)
    expect(reason()).to.equal('tradable')
  })

  const contradictions: readonly (readonly [string, MarketEvent])[] = [
    ['a level below zero', change('bid', '0.44', '-101')],
    ['more contracts than there can be', change('bid', '0.44', '9223372036854')],
    ['another best price', { kind: 'best', market, bid: parsePrice('0.43'), ask: parsePrice('0.46') }],
  ]
  for (const [what, event] of contradictions) {
    it(`doubts a book by itself at ${what}, and says so once`, () => {
      const doubted: string[] = []
      feed.onDoubt((id, doubt) => doubted.push(`${id} ${doubt.kind}`))
      feed.apply(snapshot)
      feed.apply(event)
      feed.apply(event)
      expect(reason()).to.equal('contradiction')
      expect(doubted).to.deep.equal([`${market} contradiction`])
    })
  }

  it('holds as many contracts as fit into a level, and not one more', () => {
    feed.apply(snapshot)
    const most = (2n ** 63n - 1n) as Quantity
    feed.apply({ kind: 'level', market, side: 'bid', price: parsePrice('0.44'), quantity: most })
    expect([reason(), feed.book(market)?.bids[0]?.quantity]).to.deep.equal(['tradable', most])
    feed.apply({ kind: 'level', market, side: 'bid', price: parsePrice('0.44'), quantity: (most + 1n) as Quantity })
    expect([reason(), feed.book(market)?.bids[0]?.quantity]).to.deep.equal(['contradiction', most])
  })

  it('doubts a book of which a level holds more than there can be', () => {
    feed.apply({ ...snapshot, bids: [{ price: parsePrice('0.44'), quantity: (2n ** 63n) as Quantity }] })
    expect(reason()).to.equal('contradiction')
  })

  it('closes by the clock when the venue says nothing', () => {
    feed.apply(snapshot)
    feed.apply({ kind: 'close_time', market, closeAtMs: startMs + 1_000 })
    expect(reason()).to.equal('tradable')
    clock.advance(startMs + 1_000)
    expect(feed.book(market)?.state).to.deep.equal({
      kind: 'untradable',
      reason: { kind: 'not_open', status: 'closed' },
    })
  })

  it('is not open while its market is paused, or while nobody knows', () => {
    feed.apply(snapshot)
    feed.apply({ kind: 'status', market, status: 'paused', result: null })
    expect(reason()).to.equal('not_open')
    feed.apply({ kind: 'status_unknown', market })
    expect(reason()).to.equal('status_unknown')
    feed.apply({ kind: 'status', market, status: 'open', result: null })
    expect(reason()).to.equal('tradable')
  })

  it('tells of each change once, with the book as it is then', () => {
    const heard: string[] = []
    feed.apply(snapshot)
    const end = feed.onChange((book) => heard.push(`${book.bids[0]?.quantity}`))
    feed.apply(change('bid', '0.44', '1'))
    feed.apply({ kind: 'proven', subscription: 'one' })
    feed.apply({ ...snapshot, market: 'kalshi:OTHER' })
    end()
    feed.apply(change('bid', '0.44', '1'))
    expect(heard).to.deep.equal(['101000000'])
  })
})
