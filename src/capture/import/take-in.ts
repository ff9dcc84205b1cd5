import type { VenueId } from '../../domain/market.ts'
import { endpointFinder } from '../format/endpoints.ts'
import {
  describeExchange,
  describeRequest,
  type ExchangeEntry,
  type LiveRequest,
  recordedWire,
} from '../format/exchange.ts'
import type { TravelledBody } from '../format/packed-body.ts'
import { secretByForm } from '../redact/secret-rules.ts'
import type { SecretScanner } from '../redact/secrets.ts'
import type { ForeignExchange, ForeignSession, ForeignSocket } from './foreign.ts'
import { type HostEnvironment, hostEnvironments, type KnownService, serviceOf } from './hosts.ts'
import { keepableBody, learnSecrets } from './redact-foreign.ts'
import { type SocketLines, socketLines } from './socket-lines.ts'

/** A foreign recording as a session's entries, redacted and numbered. */
export interface TakenIn {
  readonly entries: readonly ExchangeEntry[]
  readonly sockets: readonly SocketLines[]
  readonly venues: readonly VenueId[]
  /** The one with the most at stake when the hosts are of several. */
  readonly environment: HostEnvironment
  /** What was not taken in, by reason. */
  readonly left: readonly { readonly reason: string; readonly count: number }[]
}

type Item =
  | {
      readonly kind: 'exchange'
      readonly source: ForeignExchange
      readonly service: KnownService
      readonly live: LiveRequest
    }
  | { readonly kind: 'socket'; readonly source: ForeignSocket; readonly service: KnownService }

/** Redacts, orders by time and numbers. `fallbackMs` dates exchanges of a source that has no times at all. */
export function takeIn(session: ForeignSession, services: readonly KnownService[], fallbackMs: number): TakenIn {
  const left = new Map<string, number>()
  const leave = (reason: string): readonly [] => {
    left.set(reason, (left.get(reason) ?? 0) + 1)
    return []
  }
  const recognised = [
    ...session.exchanges.map((exchange) => recognise(exchange, services)),
    ...session.sockets.map((socket) => recogniseSocket(socket, services)),
  ].flatMap((found) => (typeof found === 'string' ? leave(found) : [found]))
  const secrets = learnSecrets(session, (source) => serviceOf(source, services)?.venue ?? null)
  const entries: ExchangeEntry[] = []
  const sockets: SocketLines[] = []
  let open: readonly Open[] = []
  for (const { item, startedAtMs } of inOrder(recognised, fallbackMs)) {
    open = open.filter(({ endMs }) => endMs > startedAtMs)
    const place = { seq: entries.length + sockets.length + 1, startedAtMs, inFlight: open.map(({ seq }) => seq) }
    const made = item.kind === 'exchange' ? entryOf(item, place) : socketLines(item.source, item.service, place)
    if (holdsSecret(made, secrets)) {
      leave('a secret stands where it would be kept')
    } else if ('lines' in made) {
      sockets.push(made)
      // How it ended is unknown: it is in flight to the end.
      open = [...open, { seq: place.seq, endMs: Number.POSITIVE_INFINITY }]
    } else {
      entries.push(made)
      open = [...open, { seq: place.seq, endMs: startedAtMs + made.time }]
    }
  }
  return {
    entries,
    sockets,
    venues: [...new Set([...entries.map((entry) => entry._venue), ...sockets.map(({ header }) => header._venue)])],
    environment: environmentOf(recognised),
    left: [...left].map(([reason, count]) => ({ reason, count })),
  }
}

/** A number that is taken, and until when it is in flight. */
interface Open {
  readonly seq: number
  readonly endMs: number
}

function recogniseSocket(source: ForeignSocket, services: readonly KnownService[]): Item | string {
  const service = serviceOf(source, services)
  return service === null
    ? `another host (${source.url.hostname})`
    : { kind: 'socket', source, service: { ...service, service: 'ws' } }
}

function recognise(exchange: ForeignExchange, services: readonly KnownService[]): Item | string {
  const service = serviceOf(exchange, services)
  if (service === null) return `another host (${exchange.url.hostname})`
  if (!/^[A-Z]+$/.test(exchange.method)) return 'no HTTP method'
  // Browsers ask before they ask; no client of ours does.
  if (exchange.method === 'OPTIONS') return 'a preflight request of a browser'
  const endpoint = endpointFinder(service)(exchange.method, exchange.url)
  if (endpoint.content === 'credentials') return 'it carries credentials'
  const { method, url, headers } = exchange
  const { content } = endpoint
  const of = { venue: service.venue, content, of: 'request' } as const
  const body = exchange.body === null ? { body: null } : keepable({ ...exchange, body: exchange.body }, of)
  const basePath = new URL(service.baseUrl).pathname.replace(/\/+$/, '')
  return {
    kind: 'exchange',
    source: exchange,
    service,
    live: { alias: service, basePath, endpoint, method, url, headers, ...body },
  }
}

interface Dated {
  readonly item: Item
  readonly startedAtMs: number
}

/** By time. What has no time keeps its place after what stands before it in the source. */
function inOrder(items: readonly Item[], fallbackMs: number): readonly Dated[] {
  let last = items.find(({ source }) => source.startedAtMs !== null)?.source.startedAtMs ?? fallbackMs
  const dated = items.map((item) => {
    last = item.source.startedAtMs ?? last
    return { item, startedAtMs: last }
  })
  return dated.sort((a, b) => a.startedAtMs - b.startedAtMs)
}

function entryOf(
  { source, live }: Extract<Item, { kind: 'exchange' }>,
  place: { readonly seq: number; readonly startedAtMs: number; readonly inFlight: readonly number[] },
): ExchangeEntry {
  const { result } = source
  const venue = live.alias.venue
  const { content } = live.endpoint
  const redacted = 'outcome' in result ? result : { ...result, ...keepable(result, { venue, content, of: 'answer' }) }
  return describeExchange({
    ...place,
    live,
    described: describeRequest(live),
    isObserved: false,
    durationMs: source.latencyMs ?? 0,
    result: redacted,
  })
}

function keepable({ body, wire }: TravelledBody, of: Parameters<typeof keepableBody>[1]): TravelledBody {
  const kept = keepableBody(body, of)
  if (wire === undefined) return { body: kept }
  return kept === body ? { body, wire } : { body: kept, wire: 'redacted' }
}

function holdsSecret(made: ExchangeEntry | SocketLines, secrets: SecretScanner): boolean {
  const texts = [JSON.stringify(made), ...('lines' in made ? [] : hiddenTexts(made))]
  return texts.some((text) => secretByForm(text) !== null || secrets.finds(text))
}

/** Compressed bytes can hold more than what they unpack to. */
function hiddenTexts({ request, response }: ExchangeEntry): readonly string[] {
  const wires = [request.postData ?? {}, response.content].map(recordedWire)
  return wires.flatMap((wire) => (wire === null ? [] : [wire.toString('latin1')]))
}

function environmentOf(recognised: readonly Item[]): HostEnvironment {
  const found = new Set(recognised.map(({ service }) => service.environment))
  return hostEnvironments.find((environment) => found.has(environment)) ?? 'sandbox'
}
