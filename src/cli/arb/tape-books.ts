import { recordedBody } from '../../capture/format/exchange.ts'
import type { RecordedStream } from '../../capture/format/stream.ts'
import { type Moment, momentsOf } from '../../capture/read/moments.ts'
import { type ExchangeIndex, entryOf, type Recording } from '../../capture/read/recording.ts'
import { readTape } from '../../clients/index.ts'
import type { SocketReader, TapeReader } from '../../clients/venue-module.ts'
import { assertNever, type VenueError } from '../../domain/errors.ts'
import type { FeeSchedule } from '../../domain/fees.ts'
import { type Market, type MarketId, type VenueId, venueIds, venueOf } from '../../domain/market.ts'
import type { MarketEvent } from '../../domain/market-stream.ts'
import type { StreamSink, VenueNews } from '../../domain/venue-stream.ts'
import { MarketFeed } from '../../marketdata/market-feed.ts'
import type { Script } from '../../runtime/scripted-clock.ts'

export interface TapeBooksOptions {
  readonly recording: Recording
  readonly markets: readonly Market[]
  /** Of the tape's clock: Unix ms, and the same as monotonic. */
  readonly clock: ConstructorParameters<typeof MarketFeed>[0]['clock']
  readonly staleAfterMs: number
  onProblem(problem: VenueError): void
  /** After what it tells of fees counts. */
  onNews(news: VenueNews): void
  /** Everything on the tape has happened, and a moment has passed for what followed from it. */
  onEnd(): void
}

/** For so long after the last thing on the tape the loop may still look, ms. */
const lastLookMs = 1

/** The books of a recording, as they were told: frames and answers go through the code that read them when they came. */
export class TapeBooks implements Script {
  readonly feed: MarketFeed
  readonly #readers = new Map<VenueId, TapeReader>()
  readonly #sockets = new Map<RecordedStream, SocketReader>()
  readonly #answers = new Map<ExchangeIndex, (answer: string | null) => void>()
  readonly #seen = new Set<MarketId>()
  /** By venue and event. */
  readonly #fees = new Map<string, FeeSchedule | null>()
  readonly #moments: readonly Moment[]
  readonly #endAtMs: number
  #next = 0
  #hasEnded = false

  private constructor(private readonly options: TapeBooksOptions) {
    const { recording, clock, staleAfterMs, markets } = options
    this.feed = new MarketFeed({ clock, staleAfterMs })
    for (const market of markets) this.feed.watch(market)
    this.feed.onDoubt((market) => this.#readers.get(venueOf(market))?.doubted(market))
    this.#moments = momentsOf(recording)
    this.#endAtMs = (this.#moments.at(-1)?.atMs ?? 0) + lastLookMs
  }

  static async open(options: TapeBooksOptions): Promise<TapeBooks> {
    const books = new TapeBooks(options)
    const sink: StreamSink = {
      onMarket: (event) => books.#apply(event),
      books: books.feed,
      onNews: (news) => books.#announce(news),
      onProblem: options.onProblem,
    }
    for (const venue of venueIds) {
      const markets = options.markets.filter((market) => market.venue === venue)
      const nowMs = (): number => options.clock.monotonicMs()
      books.#readers.set(venue, await readTape(venue, { sink, markets, nowMs }))
    }
    for (const stream of options.recording.streams) {
      const reader = books.#readers.get(stream.venue)?.socket({ url: stream.request.url, sent: sentOn(stream) })
      if (reader != null) books.#sockets.set(stream, reader)
    }
    return books
  }

  /** Unix ms of the first thing that happens. */
  get startsAtMs(): number {
    return this.#moments[0]?.atMs ?? 0
  }

  get endsAtMs(): number {
    return this.#endAtMs
  }

  /** Markets of which the tape has shown a whole book so far. */
  get shown(): ReadonlySet<MarketId> {
    return this.#seen
  }

  /** What was told so far of what a market charges. Undefined: nothing. Null: that it changed, and not to what. */
  feesTold({ venue, eventId, fees }: Market): FeeSchedule | null | undefined {
    const told = this.#fees.get(`${venue} ${eventId}`)
    if (told?.kind !== 'quadratic' || fees.kind !== 'quadratic') return told
    return { ...told, series: fees.series, waivedUntil: fees.waivedUntil }
  }

  #announce(news: VenueNews): void {
    // That something may have been missed is no word of a change: what the loop read then, it read from the venue.
    if (news.kind === 'fees_changed' && news.event !== null) this.#fees.set(`${news.venue} ${news.event}`, news.told)
    this.options.onNews(news)
  }

  get nextAtMs(): number | null {
    if (this.#hasEnded) return null
    return this.#moments[this.#next]?.atMs ?? this.#endAtMs
  }

  happen(): void {
    const moment = this.#moments[this.#next]
    this.#next++
    if (moment !== undefined) this.#play(moment)
    else if (!this.#hasEnded) {
      this.#hasEnded = true
      this.options.onEnd()
    }
  }

  #apply(event: MarketEvent): void {
    if (event.kind === 'snapshot') this.#seen.add(event.market)
    this.feed.apply(event)
  }

  #play(moment: Moment): void {
    switch (moment.kind) {
      case 'opened':
        this.#sockets.get(moment.stream)?.opened()
        break
      case 'lost':
        this.#sockets.get(moment.stream)?.lost()
        break
      case 'frame': {
        const { type, opcode, data, withheld } = moment.frame
        const isMessage = type === 'receive' && opcode <= 2 && withheld === null
        if (isMessage) this.#sockets.get(moment.stream)?.received(String(data))
        break
      }
      case 'asked':
        this.#ask(moment.exchange)
        break
      case 'answered':
        this.#answer(moment.exchange)
        break
      default:
        assertNever(moment)
    }
  }

  #ask(exchange: ExchangeIndex): void {
    const { venue, method, target } = exchange
    const reader = this.#readers.get(venue)
    if (reader === undefined) return
    const body = method === 'GET' ? '' : (entryOf(this.options.recording, exchange).request.postData?.text ?? '')
    const take = reader.call({ method, target, body })
    if (take !== null) this.#answers.set(exchange, take)
  }

  #answer(exchange: ExchangeIndex): void {
    const take = this.#answers.get(exchange)
    if (take === undefined) return
    this.#answers.delete(exchange)
    const { _outcome, response } = entryOf(this.options.recording, exchange)
    const isThere = _outcome === 'response' && response.status >= 200 && response.status < 300
    take(isThere ? String(recordedBody(response.content)) : null)
  }
}

function sentOn({ frames }: RecordedStream): readonly string[] {
  return frames.flatMap(({ type, opcode, data }) => (type === 'send' && opcode === 1 ? [String(data)] : []))
}
