import type { VenueId } from '../../domain/market.ts'
import type { TapeAlias } from '../format/endpoints.ts'
import {
  describeRequest,
  type ExchangeEntry,
  headerValue,
  type LiveRequest,
  recordedBody,
  recordedWire,
} from '../format/exchange.ts'
import { parseJsonOrUndefined } from '../format/json-text.ts'
import type { Body } from '../format/packed-body.ts'
import { accepts } from '../format/packed-body.ts'
import type { RecordedStream } from '../format/stream.ts'
import { type Recording, targetOf } from '../read/recording.ts'
import type { NameValue } from '../redact/redact.ts'
import { redactionRules } from '../redact/redaction-rules.ts'
import { type Drift, type DriftFacts, drift, type ExchangePlace, type RequestSummary } from '../replay/drift.ts'
import { Player, type PlayMode } from '../replay/player.ts'
import type { FaultOverride, ServedFault } from './fault-overrides.ts'
import { IdTranslation } from './id-translation.ts'
import type { LatencyFactor } from './latency.ts'
import { SocketScript } from './socket-script.ts'
import { standInKeys } from './stand-in-keys.ts'
import { idFields, isChance, steadyTarget } from './tolerance.ts'

export interface TapeServerOptions {
  readonly mode: PlayMode
  readonly latency: LatencyFactor
  readonly faults: readonly FaultOverride[]
  /** The ids that the orders in a request's body can get, where a venue's ids follow from the order. */
  readonly orderIdsOf?: (venue: VenueId, body: unknown) => Promise<readonly (readonly string[])[]>
}

export interface ServedAnswer {
  readonly status: number
  readonly statusText: string
  readonly headers: readonly NameValue[]
  readonly body: Body
}

/** What is done with a request, after `delayMs`. */
export type Served =
  | { readonly kind: 'answer'; readonly delayMs: number; readonly answer: ServedAnswer }
  /** Half of the answer, then the connection breaks off. */
  | { readonly kind: 'truncated'; readonly delayMs: number; readonly answer: ServedAnswer }
  | { readonly kind: 'reset'; readonly delayMs: number }
  /** No answer as long as the client cares to wait. */
  | { readonly kind: 'silence' }

export interface ServeReport {
  readonly sessions: readonly string[]
  /** Exchanges and sockets that were asked for as on the tape. */
  readonly served: number
  readonly drifts: readonly Drift[]
  readonly unused: readonly ExchangePlace[]
}

/**
 * Misdirected request: no venue of ours uses it, no client of theirs retries it, and neither a rejection nor an outage
 * is meant by it. Source: RFC 9110, 15.5.20.
 */
const DRIFT_STATUS = 421

// They describe the connection or the coding of the recorded answer; ours has its own.
const connectionHeaders = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
])

/** Starts of exchanges are kept in whole ms: what came within one may have been what the order was for. */
const GRAIN_MS = 1

interface StreamSlot {
  readonly recording: Recording
  readonly stream: RecordedStream
  used: boolean
}

/**
 * Answers requests and opens sockets from tapes, and keeps account of what did not fit. Knows nothing of servers: it is
 * given requests and says what to do with them. Nothing ever reaches a venue.
 */
export class TapeServer {
  readonly #player: Player
  readonly #streams: readonly StreamSlot[]
  readonly #drifts: Drift[] = []
  readonly #scripts: SocketScript[] = []
  /** Recorded exchanges that were asked for. */
  readonly #asked = new Set<string>()
  #served = 0
  #ids = new Map<VenueId, IdTranslation>()

  constructor(
    private readonly recordings: readonly Recording[],
    private readonly options: TapeServerOptions,
  ) {
    this.#player = new Player(recordings, { mode: options.mode, tolerance: { steadyTarget, isChance } })
    this.#streams = recordings.flatMap((recording) =>
      recording.streams.map((stream) => ({ recording, stream, used: false })),
    )
  }

  async answer(live: LiveRequest): Promise<Served> {
    if (live.endpoint.content === 'credentials') return this.#answerKeys(live)
    const ids = this.#idsOf(live.alias.venue)
    learnKey(ids, live)
    const asked: LiveRequest = {
      ...live,
      url: ids.urlToRecorded(live.url),
      body: typeof live.body === 'string' ? ids.toRecorded(live.body) : live.body,
    }
    const match = this.#player.match(asked)
    if (match?.kind !== 'found') {
      if (match !== null) this.#drifts.push(drift({ ...match.facts, operation: null }))
      return this.#answerDrift()
    }
    this.#served += 1
    const { entry, place } = match
    this.#asked.add(nameOf(place))
    for (const script of this.#scripts) script.onNews()
    const isId = (field: string): boolean => idFields(live.alias.venue).has(field)
    if (typeof live.body === 'string') {
      ids.learn(entry.request.postData?.text ?? '', live.body, isId)
      if (live.endpoint.places) await this.#learnOrderIds(ids, entry, live.alias.venue, live.body)
    }
    return serve(entry, this.#faultOf(place), { ids, latency: this.options.latency, live })
  }

  /** An order of this run has another id than the one on the tape, and a program can know it. */
  async #learnOrderIds(ids: IdTranslation, entry: ExchangeEntry, venue: VenueId, body: string): Promise<void> {
    const { orderIdsOf } = this.options
    const answered = entry.response.content.text ?? ''
    if (orderIdsOf === undefined || answered === '') return
    const [was, is] = await Promise.all(
      [entry.request.postData?.text ?? '', body].map((text) => orderIdsOf(venue, parseJsonOrUndefined(text))),
    )
    for (const [order, recordedIds] of (was ?? []).entries()) {
      for (const [place, recordedId] of recordedIds.entries()) {
        const liveId = is?.[order]?.[place]
        const raw = JSON.stringify(recordedId)
        if (liveId !== undefined && answered.includes(raw)) ids.pair('', raw, JSON.stringify(liveId))
      }
    }
  }

  #faultOf({ session, seq }: ExchangePlace): ServedFault | null {
    return (
      this.options.faults.find((one) => one.seq === seq && (one.session === null || one.session === session))?.fault ??
      null
    )
  }

  #answerKeys(live: LiveRequest): Served {
    const keys = standInKeys(live)
    if (keys !== null) return plain(200, keys)
    return this.#drifted({
      kind: 'unexpected_request',
      request: summaryOf(live),
      recorded: null,
      differences: [],
      note: 'Calls about API keys are never on a tape, and nothing stands in for this one.',
    })
  }

  #drifted(facts: Omit<DriftFacts, 'operation'>): Served {
    this.#drifts.push(drift({ ...facts, operation: null }))
    return this.#answerDrift()
  }

  /** The latest drift, explained to whoever made the request. */
  #answerDrift(): Served {
    const latest = this.#drifts.at(-1)
    const lines = latest?.describe() ?? []
    const { kind = null, recorded = null, differences = [], note = null } = latest ?? {}
    return plain(DRIFT_STATUS, {
      code: 'TAPE_DRIFT',
      error: lines[0] ?? '',
      message: lines.join('\n'),
      drift: { kind, expected: recorded, differences, note },
    })
  }

  /** The next recorded socket of this address, to be played; or the status to refuse the handshake with. */
  openSocket(alias: TapeAlias, url: URL): SocketScript | { readonly refused: number; readonly body: string } {
    const slot = this.#streams.find(
      ({ stream, used }) =>
        !used && stream.venue === alias.venue && lastSegment(stream.request.url) === lastSegment(url.href),
    )
    if (slot === undefined) {
      const request = {
        venue: alias.venue,
        service: alias.service,
        method: 'WS',
        target: targetOf('', url),
        body: null,
      }
      const note = 'The tape has no further socket of this address.'
      this.#drifts.push(
        drift({ kind: 'unexpected_request', request, recorded: null, operation: null, differences: [], note }),
      )
      return { refused: DRIFT_STATUS, body: this.#drifts.at(-1)?.describe().join('\n') ?? '' }
    }
    slot.used = true
    this.#served += 1
    if (slot.stream.opened === null) return { refused: slot.stream.failed?.status ?? 0, body: '' }
    const script = new SocketScript(slot.stream, {
      ids: this.#idsOf(alias.venue),
      latency: this.options.latency,
      isDue: this.#dueWith(slot),
      onDrift: (facts) => {
        this.#drifts.push(drift({ ...facts, recorded: placeOf(slot), operation: null }))
      },
    })
    this.#scripts.push(script)
    return script
  }

  /** By what the venue was asked to change before: reads bring nothing about. */
  #dueWith({ recording: { session, exchanges }, stream }: StreamSlot): (atMs: number) => boolean {
    const changes = exchanges.filter(({ venue, method }) => venue === stream.venue && method !== 'GET')
    return (atMs) =>
      changes.every(
        ({ seq, startedAtMs }) => startedAtMs + GRAIN_MS >= atMs || this.#asked.has(nameOf({ session, seq })),
      )
  }

  /** What has become of the tapes. Sockets that are still open are over with it. */
  finish(): ServeReport {
    for (const script of this.#scripts) script.ended()
    const sockets = this.#streams.filter(({ used }) => !used).map(placeOf)
    return {
      sessions: this.recordings.map(({ session }) => session),
      served: this.#served,
      drifts: [...this.#drifts],
      unused: [...this.#player.unused(), ...sockets],
    }
  }

  #idsOf(venue: VenueId): IdTranslation {
    const known = this.#ids.get(venue) ?? new IdTranslation()
    this.#ids.set(venue, known)
    return known
  }
}

function serve(
  entry: ExchangeEntry,
  fault: ServedFault | null,
  { ids, latency, live }: { readonly ids: IdTranslation; readonly latency: LatencyFactor; readonly live: LiveRequest },
): Served {
  const delayMs = entry.time * latency + (fault?.kind === 'delay' ? fault.ms : 0)
  if (fault?.kind === 'status') return plain(fault.status, { error: `fault: ${fault.status}` }, delayMs)
  if (fault?.kind === 'timeout') return { kind: 'silence' }
  if (fault?.kind === 'reset') return { kind: 'reset', delayMs }
  switch (entry._outcome) {
    case 'response':
      return { kind: fault?.kind === 'truncated' ? 'truncated' : 'answer', delayMs, answer: answerOf(entry, ids, live) }
    case 'timeout':
    case 'aborted':
      return { kind: 'silence' }
    // Whoever was refused could not connect. Here they can, and it ends the same: without an answer.
    case 'refused':
    case 'reset':
      return { kind: 'reset', delayMs }
  }
}

/**
 * The bytes on the wire as they were recorded, when nothing in them had to be replaced and the client can read them;
 * otherwise the text, and no word of a coding.
 */
function answerOf({ response }: ExchangeEntry, ids: IdTranslation, { headers: asked }: LiveRequest): ServedAnswer {
  const { status, statusText, content } = response
  const headers = response.headers.filter(
    ({ name, value }) => !connectionHeaders.has(name.toLowerCase()) && !value.startsWith('{{'),
  )
  const body = recordedBody(content)
  const text = typeof body === 'string' ? ids.toLive(body) : body
  const wire = text === body ? recordedWire(content) : null
  const coding = headerValue(response.headers, 'content-encoding')
  if (wire === null || coding === null || !accepts(headerValue(asked, 'accept-encoding'), coding)) {
    return { status, statusText, headers, body: text }
  }
  return { status, statusText, headers: [...headers, { name: 'content-encoding', value: coding }], body: wire }
}

function plain(status: number, body: object, delayMs = 0): Served {
  const headers = [{ name: 'content-type', value: 'application/json' }]
  return { kind: 'answer', delayMs, answer: { status, statusText: '', headers, body: JSON.stringify(body) } }
}

/** Answers that repeat the program's own API key have a placeholder on the tape. */
function learnKey(ids: IdTranslation, { alias, headers }: LiveRequest): void {
  for (const [header, word] of redactionRules[alias.venue].placeholders) {
    const value = word === 'key' ? headers.find(({ name }) => name.toLowerCase() === header)?.value : undefined
    if (value !== undefined) ids.pair(header, JSON.stringify(`{{${alias.venue}.key}}`), JSON.stringify(value))
  }
}

function summaryOf(live: LiveRequest): RequestSummary {
  const { request } = describeRequest(live)
  const { venue, service } = live.alias
  const target = targetOf(live.basePath, new URL(request.url))
  return { venue, service, method: live.method, target, body: request.postData?.text ?? null }
}

function placeOf({ recording, stream }: StreamSlot): ExchangePlace {
  const { seq, file, venue, request } = stream
  return { session: recording.session, seq, file, venue, method: 'WS', target: targetOf('', new URL(request.url)) }
}

function nameOf({ session, seq }: Pick<ExchangePlace, 'session' | 'seq'>): string {
  return `${session}/${seq}`
}

function lastSegment(url: string): string {
  return new URL(url).pathname.split('/').filter(Boolean).at(-1) ?? ''
}
