import type { VenueId } from '../../domain/market.ts'
import { isoTime } from '../../runtime/clock.ts'
import { pathBelow } from '../format/endpoints.ts'
import {
  describeRequest,
  type ExchangeEntry,
  emptyResponse,
  exchangeFileName,
  type LiveRequest,
} from '../format/exchange.ts'
import { targetOf } from '../read/recording.ts'
import type { DriftFacts, ExchangePlace } from '../replay/drift.ts'
import type { Match, TapePlayer } from '../replay/player.ts'
import type { ScenePart } from './arrange.ts'
import type { Fact } from './fact.ts'
import { factsOf } from './facts.ts'
import { type FeeOf, type OrderChange, refitEntry } from './refit.ts'
import { type Renames, renameEntry, rewriteEntry } from './rewrite.ts'
import { nameOf, type SceneExchange } from './scene.ts'
import { moveEntry } from './timeline.ts'

export interface Fitting {
  /**
   * Ids that an order's request implies at its venue, the same number for every request: of which of them the venue goes by
   * is told by the recording. None where the venue gives out ids.
   */
  readonly orderIdsOf: (venue: VenueId, requestBody: string) => readonly string[]
  readonly feeOf: FeeOf
  /** Unix ms in the scene. */
  readonly nowMs: () => number
}

interface Slot {
  readonly part: ScenePart
  readonly atMs: number
  /** Under the ids and sizes of the scene as far as they are known, still at the source's own times. */
  exchange: SceneExchange
  used: boolean
}

type Placed = Extract<Fact, { kind: 'placed' }>

/**
 * Answers requests from the parts of a scene, and fits each part to what is asked: an order that today's code sends under
 * another id, size or price is answered as the recorded one was, told of the order that was sent. What was played is the scene.
 */
export class FittingPlayer implements TapePlayer {
  readonly #slots: readonly Slot[]
  readonly #played: { readonly slot: Slot; readonly exchange: SceneExchange }[] = []
  /** When each venue was last asked: what comes after may not begin before. */
  readonly #askedMs = new Map<VenueId, number>()
  readonly #renamed = new Map<ScenePart, Map<string, string>>()
  readonly #refitted = new Map<ScenePart, readonly string[]>()

  constructor(
    parts: readonly ScenePart[],
    private readonly fitting: Fitting,
  ) {
    const slots = parts.flatMap((part) =>
      part.exchanges.map((exchange) => {
        const atMs = Date.parse(exchange.entry.startedDateTime)
        return { part, atMs, exchange, used: false, order: part.timeline.at(atMs) }
      }),
    )
    this.#slots = slots.sort((a, b) => a.order - b.order || a.part.index - b.part.index)
  }

  match(live: LiveRequest): Match {
    const slot = live.endpoint.places ? this.#placing(live) : this.#asked(live)
    if (slot === null) return this.#miss(live)
    const fitted = live.endpoint.places ? this.#fit(slot, bodyOf(live)) : slot.exchange
    const entry = asAsked(this.#atItsTime(slot, fitted.entry, live.endpoint.places), live)
    this.#play(slot, { ...fitted, entry })
    return { kind: 'found', entry, shiftMs: 0, place: placeOf(slot) }
  }

  /** Plays everything as it was asked then, for sources that do not say what was wanted. */
  playAll(): void {
    for (const slot of this.#slots) {
      const places = factsOf(slot.exchange).some(({ kind }) => kind === 'placed')
      const moved = moveEntry(slot.exchange.entry, slot.part.timeline)
      const body = moved.request.postData?.text ?? null
      const fitted = places ? this.#fit(slot, body) : slot.exchange
      const entry = this.#atItsTime(slot, fitted.entry, false)
      const { postData } = entry.request
      const asked = body === null || postData === undefined ? entry : rewriteEntry(entry, { requestText: () => body })
      this.#play(slot, { ...fitted, entry: asked })
    }
  }

  /** The scene, numbered in the order in which it was asked for. */
  scene(): readonly SceneExchange[] {
    const numbers = new Map(this.#played.map(({ slot }, index) => [slot, index + 1]))
    return this.#played.map(({ slot, exchange }, index) => {
      const together = this.#slots.filter(
        (other) => other.part === slot.part && exchange.entry._inFlight.includes(other.exchange.origin.seq),
      )
      const inFlight = together.flatMap((other) => numbers.get(other) ?? []).filter((seq) => seq <= index)
      return { ...exchange, entry: { ...exchange.entry, _seq: index + 1, _inFlight: inFlight } }
    })
  }

  /** Ids of a part's orders that are others now, since what was signed is not what was signed then. */
  renamesOf(part: ScenePart): Renames {
    return this.#renamed.get(part) ?? new Map()
  }

  /** Ids, in the scene, of a part's orders that have another size or price there. */
  refittedOf(part: ScenePart): readonly string[] {
    return this.#refitted.get(part) ?? []
  }

  unused(): readonly ExchangePlace[] {
    return this.#slots.flatMap((slot) => (slot.used ? [] : [placeOf(slot)]))
  }

  #play(slot: Slot, exchange: SceneExchange): void {
    slot.used = true
    this.#askedMs.set(exchange.entry._venue, Date.parse(exchange.entry.startedDateTime))
    this.#played.push({ slot, exchange })
  }

  /** The first order of the same market and side that nobody has asked for yet. */
  #placing(live: LiveRequest): Slot | null {
    const wanted = placedIn({ entry: liveEntry(live) })
    const same = (slot: Slot): boolean => {
      const placed = placedIn(slot.exchange)
      return (
        placed.length === wanted.length &&
        placed.every(({ terms }, i) => terms.market === wanted[i]?.terms.market && terms.side === wanted[i]?.terms.side)
      )
    }
    return this.#candidates(live).find(same) ?? null
  }

  /** The first that asks for the same. Since when it asks is a time like others, and follows. */
  #asked(live: LiveRequest): Slot | null {
    const wanted = withoutTimes(targetOf(live.basePath, live.url))
    const body = bodyOf(live)
    return (
      this.#candidates(live).find(({ exchange: { entry } }) => {
        const target = withoutTimes(targetOf(entry._basePath, new URL(entry.request.url)))
        return target === wanted && (entry.request.postData?.text ?? null) === body
      }) ?? null
    )
  }

  #candidates(live: LiveRequest): readonly Slot[] {
    const { alias, method, endpoint } = live
    return this.#slots.filter(
      ({ used, exchange: { entry } }) =>
        !used &&
        entry._venue === alias.venue &&
        entry._service === alias.service &&
        entry.request.method === method &&
        entry._endpoint === endpoint.name,
    )
  }

  /** Tells the rest of the part of the order that is really sent. */
  #fit(slot: Slot, body: string | null): SceneExchange {
    const { part, exchange } = slot
    const { _venue: venue } = exchange.entry
    const [was, is] = [placedIn(exchange), placedIn({ entry: withBody(exchange.entry, body) })]
    const renames = this.#renames(slot, body, was, is)
    this.#renamed.set(part, new Map([...this.renamesOf(part), ...renames]))
    const feeOf = this.fitting.feeOf
    const changes = was.flatMap(({ terms: from, orderId }, i): readonly OrderChange[] => {
      const to = is[i]?.terms
      if (to === undefined || orderId === null) return []
      return [{ venue, orderId: renames.get(orderId) ?? orderId, from, to, feeOf }]
    })
    const other = changes.filter(({ from, to }) => from.quantity !== to.quantity || from.price !== to.price)
    this.#refitted.set(part, [...this.refittedOf(part), ...other.map(({ orderId }) => orderId)])
    for (const other of this.#slots) {
      if (other.part !== part || other.used || other.exchange.entry._venue !== venue) continue
      const renamed = renameEntry(other.exchange.entry, renames)
      other.exchange = { ...other.exchange, entry: changes.reduce(refitEntry, renamed) }
    }
    return slot.exchange
  }

  #renames(
    { part, exchange }: Slot,
    body: string | null,
    was: readonly Placed[],
    is: readonly Placed[],
  ): ReadonlyMap<string, string> {
    const { entry } = exchange
    const renames = new Map(
      was.flatMap(({ key }, i) => (is[i] === undefined || is[i].key === key ? [] : [[key, is[i].key]])),
    )
    // As it was signed: before the account had the scene's name.
    const recorded = part.source.exchanges.find(({ _seq }) => _seq === exchange.origin.seq)?.request.postData?.text
    if (recorded === undefined || body === null) return renames
    const [oldIds, newIds] = [
      this.fitting.orderIdsOf(entry._venue, recorded),
      this.fitting.orderIdsOf(entry._venue, body),
    ]
    const text = JSON.stringify(part.exchanges.map((one) => one.entry))
    for (const [i, id] of oldIds.entries()) {
      const renamed = newIds[i]
      if (renamed !== undefined && renamed !== id && text.includes(id)) renames.set(id, renamed)
    }
    return renames
  }

  /** The entry at its place in the scene. It waits for what its venue was asked before, an order for all that was known by then. */
  #atItsTime({ part, atMs }: Slot, entry: ExchangeEntry, waitsForAll: boolean): ExchangeEntry {
    const asked = this.#askedMs.get(entry._venue) ?? Number.NEGATIVE_INFINITY
    part.timeline.delay(atMs, waitsForAll ? Math.max(asked, this.fitting.nowMs()) : asked)
    return moveEntry({ ...entry, startedDateTime: isoTime(atMs) }, part.timeline)
  }

  #miss(live: LiveRequest): Match {
    const { request } = describeRequest(live)
    const nearest = this.#candidates(live)[0]
    const facts: Omit<DriftFacts, 'operation'> = {
      kind: 'unexpected_request',
      request: {
        venue: live.alias.venue,
        service: live.alias.service,
        method: live.method,
        target: targetOf(live.basePath, live.url),
        body: request.postData?.text ?? null,
      },
      recorded: nearest === undefined ? null : placeOf(nearest),
      differences: [],
      note: 'No part of the scene has an answer to it.',
    }
    return { kind: 'drift', facts }
  }
}

function placedIn(exchange: { readonly entry: ExchangeEntry }): readonly Placed[] {
  const facts = factsOf({ source: 0, origin: { session: '', seq: 0 }, entry: exchange.entry })
  return facts.flatMap((fact) => (fact.kind === 'placed' ? [fact] : []))
}

function bodyOf(live: LiveRequest): string | null {
  return describeRequest(live).request.postData?.text ?? null
}

function withBody(entry: ExchangeEntry, body: string | null): ExchangeEntry {
  return body === null ? entry : rewriteEntry(entry, { requestText: () => body })
}

/** A live request in the shape of an entry, as far as facts are read from one. */
function liveEntry(live: LiveRequest): ExchangeEntry {
  const { request } = describeRequest(live)
  return {
    startedDateTime: isoTime(0),
    time: 0,
    request,
    response: emptyResponse,
    cache: {},
    timings: { blocked: -1, dns: -1, connect: -1, send: 0, wait: 0, receive: 0, ssl: -1 },
    _seq: 1,
    _inFlight: [],
    _venue: live.alias.venue,
    _service: live.alias.service,
    _basePath: live.basePath,
    _endpoint: live.endpoint.name,
    _outcome: 'aborted',
  }
}

/** The entry asked for as the live request asks: its query and its body, at the recorded host. */
function asAsked(entry: ExchangeEntry, live: LiveRequest): ExchangeEntry {
  const recorded = new URL(entry.request.url)
  const path = pathBelow(live.basePath, live.url.pathname)
  const url = `${recorded.origin}${entry._basePath}${path}${live.url.search}`
  const body = bodyOf(live)
  return rewriteEntry(entry, { url: () => url, ...(body === null ? {} : { requestText: () => body }) })
}

function withoutTimes(target: string): string {
  const [path = '', query = ''] = target.split('?')
  const parameters = new URLSearchParams(query)
  for (const name of ['after', 'before', 'min_ts', 'max_ts']) parameters.delete(name)
  return `${path}?${parameters.toString()}`
}

function placeOf({ exchange }: Slot): ExchangePlace {
  const { entry, origin } = exchange
  const { _venue: venue, _endpoint: endpoint, request } = entry
  const { method } = request
  return {
    session: origin.session,
    seq: origin.seq,
    file: exchangeFileName({ seq: origin.seq, method, venue, endpoint }),
    venue,
    method,
    target: targetOf(entry._basePath, new URL(request.url)),
  }
}

/** `session/003 (GET /portfolio/fills)`, for a person. */
export function nameOfUnused({ session, seq, method, target }: ExchangePlace): string {
  return `${nameOf({ origin: { session, seq } })} (${method} ${target})`
}
