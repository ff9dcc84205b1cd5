import type { VenueId } from '../../domain/market.ts'
import { endpointFinder } from '../endpoints.ts'
import { describeExchange, describeRequest, type ExchangeEntry, type LiveRequest } from '../exchange.ts'
import { secretByForm } from '../secret-rules.ts'
import type { SecretScanner } from '../secrets.ts'
import type { ForeignExchange } from './foreign.ts'
import { type HostEnvironment, type KnownService, serviceOf } from './hosts.ts'
import { keepableBody, learnSecrets } from './redact-foreign.ts'

/** Foreign exchanges as entries of a session, redacted and numbered. */
export interface TakenIn {
  readonly entries: readonly ExchangeEntry[]
  readonly venues: readonly VenueId[]
  /** `mixed` when the hosts are of several. */
  readonly environment: HostEnvironment | 'mixed'
  /** Exchanges that were not taken in, by reason. */
  readonly left: readonly { readonly reason: string; readonly count: number }[]
}

interface Recognised {
  readonly exchange: ForeignExchange
  readonly service: KnownService
  readonly live: LiveRequest
}

/** Redacts, orders by time and numbers. `fallbackMs` dates exchanges of a source that has no times at all. */
export function takeIn(
  exchanges: readonly ForeignExchange[],
  services: readonly KnownService[],
  fallbackMs: number,
): TakenIn {
  const left = new Map<string, number>()
  const leave = (reason: string): readonly [] => {
    left.set(reason, (left.get(reason) ?? 0) + 1)
    return []
  }
  const recognised = exchanges.flatMap((exchange) => {
    const found = recognise(exchange, services)
    return typeof found === 'string' ? leave(found) : [found]
  })
  const secrets = learnSecrets(exchanges, (exchange) => serviceOf(exchange, services)?.venue ?? null)
  const dated = inOrder(recognised, fallbackMs)
  const entries: ExchangeEntry[] = []
  for (const { startedAtMs, ...each } of dated) {
    const entry = entryOf(each, { seq: entries.length + 1, startedAtMs, inFlight: inFlightAt(startedAtMs, entries) })
    if (holdsSecret(entry, secrets)) leave('a secret stands where it would be kept')
    else entries.push(entry)
  }
  return {
    entries,
    venues: [...new Set(entries.map((entry) => entry._venue))],
    environment: environmentOf(recognised),
    left: [...left].map(([reason, count]) => ({ reason, count })),
  }
}

function recognise(exchange: ForeignExchange, services: readonly KnownService[]): Recognised | string {
  const service = serviceOf(exchange, services)
  if (service === null) return `another host (${exchange.url.hostname})`
  if (!/^[A-Z]+$/.test(exchange.method)) return 'no HTTP method'
  // Browsers ask before they ask; no client of ours does.
  if (exchange.method === 'OPTIONS') return 'a preflight request of a browser'
  const endpoint = endpointFinder(service)(exchange.method, exchange.url)
  if (endpoint.content === 'credentials') return 'it carries credentials'
  const { method, url, headers } = exchange
  const { content } = endpoint
  const body =
    exchange.body === null ? null : keepableBody(exchange.body, { venue: service.venue, content, of: 'request' })
  const basePath = new URL(service.baseUrl).pathname.replace(/\/+$/, '')
  return { exchange, service, live: { alias: service, basePath, endpoint, method, url, headers, body } }
}

type Dated = Recognised & { readonly startedAtMs: number }

/** By time. What has no time keeps its place after what stands before it in the source. */
function inOrder(recognised: readonly Recognised[], fallbackMs: number): readonly Dated[] {
  let last = recognised.find(({ exchange }) => exchange.startedAtMs !== null)?.exchange.startedAtMs ?? fallbackMs
  const dated = recognised.map((each) => {
    last = each.exchange.startedAtMs ?? last
    return { ...each, startedAtMs: last }
  })
  return dated.sort((a, b) => a.startedAtMs - b.startedAtMs)
}

function inFlightAt(startedAtMs: number, before: readonly ExchangeEntry[]): readonly number[] {
  return before
    .filter((entry) => Date.parse(entry.startedDateTime) + entry.time > startedAtMs)
    .map((entry) => entry._seq)
}

function entryOf(
  { exchange, live }: Recognised,
  place: { readonly seq: number; readonly startedAtMs: number; readonly inFlight: readonly number[] },
): ExchangeEntry {
  const { result } = exchange
  const venue = live.alias.venue
  const { content } = live.endpoint
  const redacted =
    'outcome' in result ? result : { ...result, body: keepableBody(result.body, { venue, content, of: 'answer' }) }
  return describeExchange({
    ...place,
    live,
    described: describeRequest(live),
    isObserved: false,
    durationMs: exchange.latencyMs ?? 0,
    result: redacted,
  })
}

function holdsSecret(entry: ExchangeEntry, secrets: SecretScanner): boolean {
  const text = JSON.stringify(entry)
  return secretByForm(text) !== null || secrets.finds(text)
}

function environmentOf(recognised: readonly Recognised[]): TakenIn['environment'] {
  const [first, ...others] = new Set(recognised.map(({ service }) => service.environment))
  return others.length === 0 && first !== undefined ? first : 'mixed'
}
