import { VenueError } from '../../domain/errors.ts'
import { type Market, type MarketId, marketId } from '../../domain/market.ts'
import { decodeWith } from '../decode.ts'
import { parseJson } from '../json.ts'
import { isMembers, listIn, type Members, parseFrame } from '../streams/frame.ts'
import type { RecordedCall, RecordedSocket, SocketReader, TapeReader, TapeReaderOptions } from '../venue-module.ts'
import { bookOfLadders } from './decode.ts'
import { marketOf } from './market-decode.ts'
import { KalshiProtocol } from './stream-protocol.ts'
import { marketAnswer, marketsPage, orderbookAnswer } from './wire.ts'

const noChannels = { quotes: false, trades: false, account: false }
/** A recorded conversation is never looked after: nothing in it can be late any more. */
const never = Number.POSITIVE_INFINITY

/** Kalshi's side of a tape: its sockets, and what REST says of books and of the lives of markets. */
export class KalshiTape implements TapeReader {
  private readonly followed = new Map<KalshiProtocol, ReadonlySet<string>>()
  private connections = 0

  constructor(private readonly options: TapeReaderOptions) {}

  socket({ sent }: RecordedSocket): SocketReader | null {
    const asked = sent.map(parseFrame).filter(isMembers).map(bookSubscription).filter(isMembers)
    const named = new Set(asked.flatMap((params) => [...listIn(params, 'market_tickers'), params.market_ticker]))
    const tickers = this.tickers.filter((ticker) => named.has(ticker))
    if (tickers.length === 0) return null
    const { sink, nowMs } = this.options
    const inYesPrices = asked.every(({ use_yes_price }) => use_yes_price === true)
    const protocol = new KalshiProtocol({
      sink,
      channels: noChannels,
      nowMs,
      noSidePrices: inYesPrices ? 'yes' : 'no',
      connectionsBefore: this.connections++,
      proveEveryMs: never,
      answerWithinMs: never,
    })
    protocol.watch(tickers)
    return {
      opened: () => {
        this.followed.set(protocol, new Set(tickers))
        protocol.opened()
      },
      received: (text) => {
        protocol.received(text)
      },
      lost: () => {
        this.followed.delete(protocol)
        protocol.lost()
      },
    }
  }

  call({ method, target }: RecordedCall): ((answer: string | null) => void) | null {
    if (method !== 'GET') return null
    const { pathname, searchParams } = new URL(target, 'http://tape.invalid')
    if (pathname === '/markets') {
      const asked = searchParams.get('tickers')?.split(',') ?? []
      return this.livesRead(asked, (answer) => decodeWith(marketsPage, answer, 'the listing').markets.map(lifeOf))
    }
    if (!pathname.startsWith('/markets/')) return null
    const ticker = this.tickers.find((one) => pathname.split('/')[2] === encodeURIComponent(one))
    if (ticker === undefined) return null
    if (pathname.endsWith('/orderbook')) return (answer) => this.takeBook(ticker, answer)
    return this.livesRead([ticker], (answer) => [lifeOf(decodeWith(marketAnswer, answer, 'the market').market)])
  }

  /** Its socket has its snapshots in sequence: what was asked for is on the tape. */
  doubted(): void {}

  private get tickers(): readonly string[] {
    return this.options.markets.map(({ symbol }) => symbol)
  }

  /** A book from REST has no place in a sequence: what a socket follows is left alone, as it is when it is live. */
  private takeBook(ticker: string, answer: string | null): void {
    if ([...this.followed.values()].some((tickers) => tickers.has(ticker))) return
    const market: MarketId = marketId('kalshi', ticker)
    const { sink, nowMs } = this.options
    const book = attempt(answer, (value) =>
      bookOfLadders(decodeWith(orderbookAnswer, value, 'the book'), market, nowMs()),
    )
    if (book === null) {
      sink.onMarket({ kind: 'doubt', market, doubt: { kind: 'undecodable', detail: 'the book could not be read' } })
    } else sink.onMarket({ kind: 'snapshot', market, bids: book.bids, asks: book.asks, subscription: null })
  }

  /** The states of the asked for, of whatever socket wants to know them. */
  private livesRead(
    asked: readonly string[],
    read: (answer: unknown) => readonly Market[],
  ): ((answer: string | null) => void) | null {
    const waiting = [...this.followed.keys()].map(({ lives }) => {
      const unread = lives.takeUnread(never)
      const wanted = unread.filter((ticker) => asked.includes(ticker))
      lives.readEnds(
        unread.filter((ticker) => !asked.includes(ticker)),
        null,
      )
      return { lives, wanted }
    })
    if (waiting.every(({ wanted }) => wanted.length === 0)) return null
    return (answer) => {
      const markets = attempt(answer, read)
      for (const { lives, wanted } of waiting) lives.readEnds(wanted, markets)
    }
  }
}

/** The parameters of a command that subscribes to books. Null for any other. */
function bookSubscription({ cmd, params }: Members): Members | null {
  if (cmd !== 'subscribe' || !isMembers(params)) return null
  return listIn(params, 'channels').includes('orderbook_delta') ? params : null
}

function lifeOf(wire: Parameters<typeof marketOf>[0]): Market {
  return marketOf(wire, null, null)
}

/** Null when there is no answer, or none that can be read. */
function attempt<T>(answer: string | null, read: (value: unknown) => T): T | null {
  if (answer === null) return null
  try {
    return read(parseJson(answer))
  } catch (error) {
    if (error instanceof VenueError) return null
    throw error
  }
}
