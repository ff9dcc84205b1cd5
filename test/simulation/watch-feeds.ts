import type { LegPlan, Opportunity } from '../../src/arb/opportunity.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { complement, formatAmount } from '../../src/domain/amounts.ts'
import type { Market, MarketId, Outcome, VenueId } from '../../src/domain/market.ts'
import type { MarketEvent } from '../../src/domain/market-stream.ts'
import type { Level } from '../../src/domain/order-book.ts'
import type { BookChanges, MarketIndex, VenueStream } from '../../src/domain/venue-stream.ts'
import { MarketFeed } from '../../src/marketdata/market-feed.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Limits } from '../../src/safeguards/limits.ts'
import type { BookView } from '../../src/sandbox/model.ts'
import { numberOf, type SimulatedProcess } from './machine/machine.ts'
import type { Call } from './network.ts'
import { simulatedMarkets } from './simulated-markets.ts'
import type { Arrival, Connection } from './socket-connection.ts'
import type { Venues } from './venues.ts'
import { violated } from './violation.ts'

/** The connections that tell of a venue's books now. */
type ConnectionsOf = (venue: VenueId) => readonly Connection[]

/** A book at the exchange, until the next one. */
interface PastBook {
  readonly sinceMs: number
  readonly book: BookView
}

/**
 * Holds what the loop buys by against the books that the exchange had. The loop's feed is followed by a second one that is told
 * the same; what proved its books is known from what came over the network.
 */
export class FeedWatch {
  private readonly history = new Map<MarketId, PastBook[]>()
  private readonly feeds = new Map<SimulatedProcess, MarketFeed>()
  /** By process and venue: since when what came at a moment had been under way. */
  private readonly arrivals = new Map<string, Map<number, number>>()
  /** By trade and market: when the book was proven that the leg is bought by. */
  private readonly boughtBy = new Map<string, number>()

  constructor(
    private readonly venues: Venues,
    private readonly limits: Limits,
    private readonly nowMs: () => number,
  ) {}

  /** The session with sockets that tell a second feed what they tell the loop's. */
  following(process: SimulatedProcess, session: Session, clock: Clock): Session {
    const feed = new MarketFeed({ clock, staleAfterMs: this.limits.maxBookAgeMs })
    this.feeds.set(process, feed)
    this.keepHistory()
    return {
      ...session,
      openStream: async (venue, wishes) => {
        const { sink } = wishes
        const told: typeof sink = {
          ...sink,
          onMarket: (event) => {
            feed.apply(event)
            sink.onMarket(event)
          },
          ...(sink.books === undefined ? {} : { books: alsoByName(sink.books, (event) => feed.apply(event)) }),
        }
        return withWatcher(await session.openStream(venue, { ...wishes, sink: told }), feed)
      },
    }
  }

  /** This process reads its books. */
  polls(process: SimulatedProcess): void {
    this.feeds.delete(process)
  }

  private keepHistory(): void {
    if (this.history.size > 0) return
    const { core } = this.venues.host
    for (const market of simulatedMarkets) {
      this.history.set(market, [{ sinceMs: Number.NEGATIVE_INFINITY, book: core.book(market) }])
    }
    this.venues.host.onChange(({ markets }) => {
      for (const market of markets) this.history.get(market)?.push({ sinceMs: this.nowMs(), book: core.book(market) })
    })
  }

  /** Something came that may prove a book. */
  arrived(process: SimulatedProcess, venue: VenueId, { atMs, sentAtMs }: Arrival): void {
    const key = `${numberOf(process)}/${venue}`
    const known = this.arrivals.get(key) ?? new Map<number, number>()
    this.arrivals.set(key, known)
    known.set(atMs, Math.min(sentAtMs, known.get(atMs) ?? sentAtMs))
  }

  /** So may the answer to a question for books: they are as old as the question. */
  answered({ process, venue, endpoint, sentAtMs }: Call, atMs: number): void {
    if (endpoint === 'get_books') this.arrived(process, venue, { atMs, sentAtMs })
  }

  /** A loop is about to trade. */
  trading(process: SimulatedProcess, tradeId: string, { legs }: Opportunity, connections: ConnectionsOf): void {
    const feed = this.feeds.get(process)
    if (feed === undefined) return
    for (const leg of legs) {
      this.checkLeg(process, feed, tradeId, leg)
      this.checkHeard(feed, tradeId, leg.market, connections(leg.market.venue))
    }
  }

  private checkLeg(process: SimulatedProcess, feed: MarketFeed, tradeId: string, leg: LegPlan): void {
    const { id, venue } = leg.market
    const name = `${tradeId} buys in ${id}`
    const book = feed.book(id)
    if (book === null) violated('fresh', `${name}, which no socket tells of`)
    const { state, at } = book
    if (state.kind === 'untradable') violated('fresh', `${name}, whose book is ${state.reason.kind} by its feed`)
    const sentAtMs = at === null ? undefined : this.arrivals.get(`${numberOf(process)}/${venue}`)?.get(at)
    if (at === null || sentAtMs === undefined) violated('fresh', `${name}, whose book nothing proved at ${at}`)
    this.boughtBy.set(`${tradeId}/${id}`, at)
    // Polymarket's changes go on while their hash cannot be reckoned: the book is then newer than what proved it.
    const moments = this.booksBetween(id, sentAtMs, this.nowMs())
    if (moments.some((each) => offered(each, leg) >= leg.expected)) return
    const { outcome, worst, expected } = leg
    violated(
      'fresh',
      `${name}: ${formatAmount(expected)} ${outcome} up to ${formatAmount(worst)}, by a book proven ${(this.nowMs() - at).toFixed(3)} ms ago by what was sent ${(at - sentAtMs).toFixed(3)} ms before; the exchange has not offered them since`,
    )
  }

  /** By all that has come: nothing was missed that could be noticed, and where the last of it was heard the book is the exchange's. */
  private checkHeard(feed: MarketFeed, tradeId: string, market: Market, connections: readonly Connection[]): void {
    const name = `${tradeId} buys in ${market.id}`
    if (connections.length === 0) violated('fresh', `${name}, and no socket is open that would tell of its book`)
    for (const { numbers, label } of connections) {
      if (numbers.isDoubted(market.symbol)) violated('fresh', `${name}, of whose book ${label} has missed something`)
    }
    const [only] = connections
    if (only === undefined || connections.length > 1 || !only.isCaughtUp(this.venues.nameOnSocket(market.id))) return
    const [ours, theirs] = [feed.book(market.id), this.venues.host.core.book(market.id)].map(levelsText)
    if (ours !== theirs) violated('fresh', `${name}, all heard: ${ours} is ${theirs} at the exchange`)
  }

  private booksBetween(market: MarketId, fromMs: number, toMs: number): readonly BookView[] {
    const past = this.history.get(market) ?? []
    return past
      .filter(
        ({ sinceMs }, index) => sinceMs <= toMs && (past[index + 1]?.sinceMs ?? Number.POSITIVE_INFINITY) >= fromMs,
      )
      .map(({ book }) => book)
  }

  /** When the book was proven that a leg is bought by. Null: no socket told of it. */
  provenAt(tradeId: string, market: MarketId): number | null {
    return this.boughtBy.get(`${tradeId}/${market}`) ?? null
  }
}

/** Tells of each change of a book by name too. */
function alsoByName(books: BookChanges, tell: (event: MarketEvent) => void): BookChanges {
  const names = new Map<MarketIndex, MarketId>()
  const named = (index: MarketIndex): MarketId => {
    const market = names.get(index)
    if (market === undefined) throw new Error(`a change of book ${index}, whose number nobody asked for`)
    return market
  }
  return {
    indexOf: (market) => {
      const index = books.indexOf(market)
      names.set(index, market)
      return index
    },
    change: (index, side, price, by) => {
      tell({ kind: 'change', market: named(index), side, price, by })
      books.change(index, side, price, by)
    },
    level: (index, side, price, quantity) => {
      tell({ kind: 'level', market: named(index), side, price, quantity })
      books.level(index, side, price, quantity)
    },
  }
}

function withWatcher(stream: VenueStream, feed: MarketFeed): VenueStream {
  return {
    venue: stream.venue,
    get links() {
      return stream.links
    },
    watch: (markets: readonly Market[]) => {
      for (const market of markets) feed.watch(market)
      stream.watch(markets)
    },
    unwatch: (markets) => stream.unwatch(markets),
    resync: (market) => stream.resync(market),
    close: () => stream.close(),
  }
}

function levelsText(book: Pick<BookView, 'bids' | 'asks'> | null): string {
  const side = (levels: readonly Level[]): string =>
    levels.map(({ price, quantity }) => `${formatAmount(quantity)}@${formatAmount(price)}`).join(' ')
  return book === null ? 'nothing' : `${side(book.bids)} | ${side(book.asks)}`
}

/** Contracts of an outcome that a book offers up to a leg's dearest. */
function offered({ bids, asks }: BookView, { outcome, worst }: LegPlan): bigint {
  return asksFor(outcome, bids, asks)
    .filter(({ price }) => price <= worst)
    .reduce((sum, { quantity }) => sum + quantity, 0n)
}

function asksFor(outcome: Outcome, bids: readonly Level[], asks: readonly Level[]): readonly Level[] {
  return outcome === 'yes' ? asks : bids.map(({ price, quantity }) => ({ price: complement(price), quantity }))
}
