import type { VenueId } from '../../domain/market.ts'
import { describeRequest, type ExchangeEntry, type LiveRequest } from '../format/exchange.ts'
import { type ExchangeIndex, entryOf, type Recording, targetOf } from '../read/recording.ts'
import { parseCaptureFilter } from '../record/filter.ts'
import { redactionRules } from '../redact/redaction-rules.ts'
import { compareQueries, compareTexts, type Difference, moneyFirst } from './compare.ts'
import type { DriftFacts, ExchangePlace, RequestSummary } from './drift.ts'

/** What can be played: a recording on the disk, or one that was composed in memory. */
export interface Playable extends Pick<Recording, 'session' | 'exchanges' | 'directory' | 'format'> {
  readonly manifest: Pick<Recording['manifest'], 'clockOriginMs' | 'filter'>
  /** By file name, of one in memory. */
  readonly entries?: ReadonlyMap<string, ExchangeEntry>
}

/** Decides what answers a request. */
export interface TapePlayer {
  /** Null: the same request again after it was refused, which is no new drift. */
  match(live: LiveRequest): Match | null
  /** Exchanges that nobody asked for yet, in sequence. */
  unused(): readonly ExchangePlace[]
}

interface Slot {
  readonly recording: Playable
  readonly exchange: ExchangeIndex
  /** Added to recorded times so that tapes of different days run side by side. */
  readonly shiftMs: number
  used: boolean
}

export type Match =
  | {
      readonly kind: 'found'
      readonly entry: ExchangeEntry
      readonly shiftMs: number
      readonly place: ExchangePlace
    }
  | { readonly kind: 'drift'; readonly facts: Omit<DriftFacts, 'operation'> }

export type PlayMode =
  /** Each venue's requests in the order of its tapes. */
  | 'strict'
  /**
   * Only requests for the same thing in the order of the tapes. A read whose recorded answers are used up gets the last of
   * them again, as often as it is asked.
   */
  | 'by-endpoint'

/** What two runs of a program need not agree on. Nothing, when left out, but what no run can repeat. */
export interface Tolerance {
  /** Path and query, so that those which count as the same are the same. */
  steadyTarget(venue: VenueId, target: string): string
  /** Whether a difference says nothing but that it is another run. */
  isChance(venue: VenueId, difference: Difference): boolean
}

export interface PlayerOptions {
  /** `strict` when left out. */
  readonly mode?: PlayMode
  readonly tolerance?: Tolerance
  /** Of several recordings: each begins when those before it are used up, at every venue. */
  readonly oneAfterTheOther?: boolean
}

const exact: Tolerance = { steadyTarget: (_venue, target) => target, isChance: () => false }

/**
 * The exchanges of one or more tapes, handed out once each and in sequence. The order is kept per venue. Exchanges that
 * were in flight together may be asked for in either order: which of two parallel requests leaves first is chance.
 */
export class Player implements TapePlayer {
  #slots: ReadonlyMap<VenueId, readonly Slot[]>
  /** Slots before this index are used up. */
  #next = new Map<VenueId, number>()
  #refused: string | null = null

  readonly #mode: PlayMode
  readonly #tolerance: Tolerance

  constructor(
    private readonly recordings: readonly Playable[],
    private readonly options: PlayerOptions = {},
  ) {
    this.#mode = options.mode ?? 'strict'
    this.#tolerance = options.tolerance ?? exact
    const slots = new Map<VenueId, Slot[]>()
    const origin = recordings[0]?.manifest.clockOriginMs ?? 0
    for (const recording of recordings) {
      const shiftMs = origin - recording.manifest.clockOriginMs
      for (const exchange of recording.exchanges) {
        const venueSlots = slots.get(exchange.venue) ?? []
        venueSlots.push({ recording, exchange, shiftMs, used: false })
        slots.set(exchange.venue, venueSlots)
      }
    }
    this.#slots = slots
  }

  match(live: LiveRequest): Match | null {
    const { request } = describeRequest(live)
    const url = new URL(request.url)
    const asked: Asked = {
      summary: {
        venue: live.alias.venue,
        service: live.alias.service,
        method: live.method,
        target: targetOf(live.basePath, url),
        body: request.postData?.text ?? null,
      },
      url,
      encoding: request.postData?.encoding,
    }
    // Clients retry refused reads: one drift is enough, and a retry must not use up what follows on the tape.
    const fingerprint = JSON.stringify(asked.summary)
    if (this.#refused === fingerprint) return null
    const found = this.#find(asked, live)
    this.#refused = found.kind === 'drift' ? fingerprint : null
    return found
  }

  #find(asked: Asked, live: LiveRequest): Match {
    const { venue } = asked.summary
    const remaining = this.#remaining(venue)
    const due = this.#mode === 'strict' ? inFlightTogether(remaining) : [...remaining]
    const compared = due
      .filter((slot) => this.#sameTarget(slot, asked))
      .map((slot) => compare(slot, asked, this.#tolerance))
    const same = compared.find(({ differences }) => differences.length === 0) ?? this.#readAgain(asked)
    if (same !== undefined) {
      same.slot.used = true
      return { kind: 'found', entry: same.entry, shiftMs: same.slot.shiftMs, place: placeOf(same.slot) }
    }
    const [closest] = compared.sort((a, b) => a.differences.length - b.differences.length)
    if (closest !== undefined) {
      closest.slot.used = true
      return drifted('different_request', asked, closest.slot, closest.differences, null)
    }
    return this.#explainMiss(asked, live)
  }

  /** How often a program polls is chance: by endpoint, what was last read stays what there is to read. */
  #readAgain(asked: Asked): Compared | undefined {
    if (this.#mode === 'strict' || asked.summary.method !== 'GET') return undefined
    const last = this.#slots.get(asked.summary.venue)?.findLast((slot) => slot.used && this.#sameTarget(slot, asked))
    const compared = last === undefined ? undefined : compare(last, asked, this.#tolerance)
    return compared?.differences.length === 0 ? compared : undefined
  }

  #sameTarget({ exchange }: Slot, { summary }: Asked): boolean {
    const { venue } = summary
    return (
      exchange.service === summary.service &&
      exchange.method === summary.method &&
      (exchange.target === summary.target ||
        this.#tolerance.steadyTarget(venue, exchange.target) === this.#tolerance.steadyTarget(venue, summary.target))
    )
  }

  #explainMiss(asked: Asked, live: LiveRequest): Match {
    const remaining = [...this.#remaining(asked.summary.venue)]
    const later = remaining.find(
      (slot) => this.#sameTarget(slot, asked) && compare(slot, asked, this.#tolerance).differences.length === 0,
    )
    if (later !== undefined) {
      later.used = true
      const first = remaining[0]
      const note = first === undefined ? null : `Next on the tape is ${first.exchange.file}.`
      return drifted('out_of_order', asked, later, [], note)
    }
    const nearest =
      remaining.find(
        (slot) => slot.exchange.method === asked.summary.method && slot.exchange.endpoint === live.endpoint.name,
      ) ??
      remaining.find((slot) => slot.exchange.endpoint === live.endpoint.name) ??
      remaining[0]
    if (nearest === undefined) return drifted('unexpected_request', asked, null, [], this.#noteOnEmpty(live))
    const differences = compareTargets(nearest, asked)
    return drifted('unexpected_request', asked, nearest, differences, this.#noteOnFilter(live))
  }

  #noteOnEmpty(live: LiveRequest): string {
    return this.#noteOnFilter(live) ?? `The tape has no further request to ${live.alias.venue}.`
  }

  #noteOnFilter(live: LiveRequest): string | null {
    const { method, url, endpoint } = live
    const left = this.recordings.find(
      ({ manifest }) => !parseCaptureFilter(manifest.filter).keeps({ method, url: url.href, endpoint }),
    )
    if (left === undefined) return null
    return `${left.session} was recorded with filter ${JSON.stringify(left.manifest.filter)}, which leaves this endpoint out.`
  }

  /** Exchanges that nobody asked for yet, in sequence. */
  unused(): readonly ExchangePlace[] {
    return [...this.#slots.values()].flat().flatMap((slot) => (slot.used ? [] : [placeOf(slot)]))
  }

  /** Whether the recordings before a slot's are used up, where they have to be. */
  #isDue({ recording }: Slot): boolean {
    if (this.options.oneAfterTheOther !== true) return true
    const place = this.recordings.indexOf(recording)
    const slots = [...this.#slots.values()].flat()
    return slots.every((slot) => slot.used || this.recordings.indexOf(slot.recording) >= place)
  }

  /** What is left of a venue's tape, in sequence. Lazy: a long tape is not walked for each request. */
  *#remaining(venue: VenueId): Generator<Slot> {
    const slots = this.#slots.get(venue) ?? []
    let next = this.#next.get(venue) ?? 0
    while (slots[next]?.used === true) next += 1
    this.#next.set(venue, next)
    for (let i = next; i < slots.length; i += 1) {
      const slot = slots[i]
      if (slot !== undefined && !slot.used && this.#isDue(slot)) yield slot
    }
  }
}

interface Asked {
  readonly summary: RequestSummary
  readonly url: URL
  readonly encoding: 'base64' | undefined
}

interface Compared {
  readonly slot: Slot
  readonly entry: ExchangeEntry
  readonly differences: readonly Difference[]
}

/** The next exchange, and those that had begun before it (or one begun with it) ended. */
function inFlightTogether(remaining: Iterable<Slot>): readonly Slot[] {
  const together: Slot[] = []
  for (const slot of remaining) {
    const begunWhileAllWere = together.every(
      ({ recording, exchange }) => recording === slot.recording && slot.exchange.inFlight.includes(exchange.seq),
    )
    if (!begunWhileAllWere) break
    together.push(slot)
  }
  return together
}

function compare(slot: Slot, asked: Asked, tolerance: Tolerance): Compared {
  const { recording, exchange } = slot
  const entry = recording.entries?.get(exchange.file) ?? entryOf(recording, exchange)
  const volatile = redactionRules[asked.summary.venue].volatileFields
  const { postData } = entry.request
  const [was, is] = [postData?.text ?? '', asked.summary.body ?? '']
  const sameKind = postData?.encoding === asked.encoding
  const differences = sameKind
    ? compareTexts(was, is, { at: 'body', volatile })
    : [{ field: 'body', recorded: postData?.encoding ?? 'text', actual: asked.encoding ?? 'text' }]
  const { venue } = asked.summary
  return { slot, entry, differences: differences.filter((one) => !tolerance.isChance(venue, one)) }
}

function compareTargets({ exchange }: Slot, { summary, url }: Asked): readonly Difference[] {
  const [was, is] = [new URL(exchange.target, url.origin), new URL(summary.target, url.origin)]
  const parts: readonly Difference[] = [
    { field: 'method', recorded: exchange.method, actual: summary.method },
    { field: 'service', recorded: exchange.service, actual: summary.service },
    { field: 'path', recorded: was.pathname, actual: is.pathname },
  ]
  const different = parts.filter((part) => part.recorded !== part.actual)
  return moneyFirst([...different, ...compareQueries(was.searchParams, is.searchParams)])
}

function drifted(
  kind: DriftFacts['kind'],
  asked: Asked,
  slot: Slot | null,
  differences: readonly Difference[],
  note: string | null,
): Match {
  const recorded = slot === null ? null : placeOf(slot)
  return { kind: 'drift', facts: { kind, request: asked.summary, recorded, differences, note } }
}

function placeOf({ recording, exchange }: Slot): ExchangePlace {
  const { seq, file, venue, method, target } = exchange
  return { session: recording.session, seq, file, venue, method, target }
}
