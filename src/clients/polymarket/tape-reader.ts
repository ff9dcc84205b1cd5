import type { Market, MarketId } from '../../domain/market.ts'
import { parseJson } from '../json.ts'
import { BadFrame, isMembers, type Members, parseFrame } from '../streams/frame.ts'
import type { RecordedCall, RecordedSocket, SocketReader, TapeReader, TapeReaderOptions } from '../venue-module.ts'
import { routeFromRecord } from './routing.ts'
import { bookFrameOf, tokensNamedIn } from './stream-frames.ts'
import { PolymarketMarkets } from './stream-protocol.ts'

/** Polymarket's side of a tape: its market sockets, and the books that were read from REST. */
export class PolymarketTape implements TapeReader {
  private readonly open = new Set<PolymarketMarkets>()
  private readonly byToken = new Map<string, Market>()

  constructor(private readonly options: TapeReaderOptions) {
    for (const market of options.markets) {
      const token = routeFromRecord(market.routing)?.tokens.yes
      if (token !== undefined) this.byToken.set(token, market)
    }
  }

  socket({ sent }: RecordedSocket): SocketReader | null {
    const named = new Set(sent.map(parseFrame).filter(isMembers).flatMap(tokensNamedIn))
    const { sink, nowMs } = this.options
    const protocol = new PolymarketMarkets({ sink, nowMs, proveEveryMs: Number.POSITIVE_INFINITY })
    for (const [token, market] of this.byToken) if (named.has(token)) protocol.add(market)
    if (protocol.size === 0) return null
    return {
      opened: () => {
        this.open.add(protocol)
        protocol.opened()
      },
      received: (text) => protocol.received(text),
      lost: () => {
        this.open.delete(protocol)
        protocol.lost()
      },
    }
  }

  call({ method, target, body }: RecordedCall): ((answer: string | null) => void) | null {
    const { pathname, searchParams } = new URL(target, 'http://tape.invalid')
    const named = tokensRead(method, pathname, searchParams, body)
    const tokens = named.filter((token) => this.byToken.has(token))
    if (tokens.length === 0) return null
    const sockets = [...this.open]
    for (const socket of sockets) socket.readingBegins(tokens)
    return (answer) => {
      const rows = rowsOf(answer)
      for (const socket of sockets) socket.readingEnds(tokens, rows)
      for (const token of tokens) this.takeBook(token, rows)
    }
  }

  doubted(market: MarketId): void {
    for (const socket of this.open) socket.want(market)
  }

  /** A book that no socket follows. What one follows took the answer already. */
  private takeBook(token: string, rows: readonly Members[]): void {
    const market = this.byToken.get(token)
    if (market === undefined || [...this.open].some((socket) => socket.has(market.id))) return
    const { sink } = this.options
    try {
      const row = rows.find(({ asset_id }) => asset_id === token)
      if (row === undefined) throw new BadFrame('the answer does not hold it')
      const { bids, asks } = bookFrameOf(row)
      sink.onMarket({ kind: 'snapshot', market: market.id, bids, asks, subscription: null })
    } catch (error) {
      if (!(error instanceof BadFrame)) throw error
      sink.onMarket({ kind: 'doubt', market: market.id, doubt: { kind: 'undecodable', detail: error.message } })
    }
  }
}

/** The tokens whose books a request reads. */
function tokensRead(method: string, path: string, query: URLSearchParams, body: string): readonly string[] {
  if (method === 'GET' && path === '/book') return query.getAll('token_id')
  if (method !== 'POST' || path !== '/books') return []
  const rows = parseFrame(body)
  if (!Array.isArray(rows)) return []
  return rows.filter(isMembers).flatMap(({ token_id }) => (typeof token_id === 'string' ? [token_id] : []))
}

/** None when there was no answer that could be read. */
function rowsOf(answer: string | null): readonly Members[] {
  const value = answer === null ? undefined : parseJson(answer)
  return (Array.isArray(value) ? value : [value]).filter(isMembers)
}
