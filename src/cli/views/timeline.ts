import type { ExchangeJson, RecordingDetailJson, StreamJson } from '../json/recording-json.ts'
import { amount, exact, orUnknown, sentence, type TableBlock, table, UNKNOWN, words } from './document.ts'

const BAR_WIDTH = 10

/** Exchanges and sockets as they are numbered: when, how long, with whom, which order, and what it meant. */
export function timeline({ exchanges, streams, startedAt }: RecordingDetailJson): TableBlock {
  const startMs = Date.parse(startedAt)
  const longest = Math.max(1, ...exchanges.map(({ latencyMs }) => latencyMs ?? 0))
  const rows = [
    ...exchanges.map((exchange) => ({ seq: exchange.seq, cells: exchangeCells(exchange, startMs, longest) })),
    ...streams.map((stream) => ({ seq: stream.seq, cells: streamCells(stream, startMs) })),
  ]
  return table(
    [
      amount('NO'),
      amount('TIME'),
      amount('MS'),
      exact('TOOK'),
      exact('VENUE'),
      exact('CALL'),
      exact('STATUS'),
      exact('ORDER'),
      sentence('MEANING'),
      words('MARKET'),
    ],
    rows.sort((a, b) => a.seq - b.seq).map(({ cells }) => cells),
  )
}

function exchangeCells(exchange: ExchangeJson, startMs: number, longest: number): readonly string[] {
  const { seq, venue, method, endpoint, status, outcome, orders, market, meaning, latencyMs } = exchange
  return [
    String(seq),
    sinceStart(exchange.startedAt, startMs),
    latencyMs === null ? UNKNOWN : String(latencyMs),
    bar(latencyMs, longest),
    venue,
    `${method} ${endpoint}`,
    status === null ? outcome : String(status),
    orders.length > 1 ? `${orders.length} orders` : (orders[0] ?? '').slice(0, 10),
    meaning,
    market ?? '',
  ]
}

function streamCells(
  { seq, venue, startedAt, status, ended, meaning }: StreamJson,
  startMs: number,
): readonly string[] {
  const state = status === null ? orUnknown(ended) : String(status)
  return [String(seq), sinceStart(startedAt, startMs), '', '', venue, 'WS socket', state, '', meaning, '']
}

/** Seconds after the start of the session. */
function sinceStart(at: string, startMs: number): string {
  const ms = Math.max(0, Date.parse(at) - startMs)
  return `+${Math.floor(ms / 1_000)}.${String(Math.round(ms % 1_000)).padStart(3, '0')}`
}

/** As long as the exchange took, against the longest one. */
function bar(latencyMs: number | null, longest: number): string {
  if (latencyMs === null) return ''
  return '='.repeat(Math.max(1, Math.round((latencyMs / longest) * BAR_WIDTH)))
}
