import type { VenueId } from '../../domain/market.ts'
import { isoTime } from '../../runtime/clock.ts'
import { contentOfEndpoint } from '../format/endpoints.ts'
import type { ExchangeEntry } from '../format/exchange.ts'
import { rewriteEntry, rewriteLeaves } from './rewrite.ts'

/** Bodies tell times in whole seconds too, so a source moves by whole seconds only. */
const STEP_MS = 1000

interface Move {
  readonly fromMs: number
  readonly shiftMs: number
}

/**
 * Where the times of one source stand in the scene. A source can be moved again from some moment on, when what it has to
 * wait for took longer: what it told before then keeps its place, so that an order's creation time stays one time.
 */
export class Timeline {
  #moves: readonly Move[]

  constructor(shiftMs: number) {
    this.#moves = [{ fromMs: Number.NEGATIVE_INFINITY, shiftMs: wholeSteps(shiftMs) }]
  }

  at(ms: number): number {
    return ms + (this.#moves.findLast(({ fromMs }) => fromMs <= ms)?.shiftMs ?? 0)
  }

  /** Moves everything from `ms` (in the source's own time) on, so that `ms` comes no earlier than `notBeforeMs`. */
  delay(ms: number, notBeforeMs: number): void {
    const lag = notBeforeMs - this.at(ms)
    if (lag <= 0) return
    const shiftMs = this.at(ms) - ms + wholeSteps(lag)
    this.#moves = [...this.#moves.filter(({ fromMs }) => fromMs < ms), { fromMs: ms, shiftMs }]
  }

  /** The first shift: how far the source was moved as a whole. */
  get shiftMs(): number {
    return this.#moves[0]?.shiftMs ?? 0
  }

  get isUnmoved(): boolean {
    return this.#moves.every(({ shiftMs }) => shiftMs === 0)
  }
}

function wholeSteps(ms: number): number {
  return Math.ceil(ms / STEP_MS) * STEP_MS
}

/** Members of a venue's private bodies that are times of the account's own doings, never dates of a market. */
const timeFields: Readonly<Record<VenueId, RegExp>> = {
  kalshi: /^(?:ts|(?:created|last_update|updated|expiration|settled)_(?:time|ts)|as_of_time|.*_ts_ms|ts_ms)$/,
  polymarket: /^(?:timestamp|expiration|match_time|match_time_nano|last_update|created_at|last_event_at)$/,
}

const timeParameters = new Set(['after', 'before', 'min_ts', 'max_ts'])

/** An entry at its place in the scene: its start, and every time that it tells. */
export function moveEntry(entry: ExchangeEntry, timeline: Timeline): ExchangeEntry {
  if (timeline.isUnmoved) return entry
  const fields = timeFields[entry._venue]
  const tells =
    contentOfEndpoint(entry._venue, entry._endpoint) !== 'public' || entry._endpoint === 'user_data_timestamp'
  const moveText = (text: string): string =>
    rewriteLeaves(text, ({ name, raw }) => (fields.test(name) ? movedTime(raw, timeline) : null))
  return rewriteEntry(entry, {
    startedDateTime: isoTime(timeline.at(Date.parse(entry.startedDateTime))),
    url: (url) => moveQuery(url, timeline),
    ...(tells ? { requestText: moveText, responseText: moveText } : {}),
    header: (name, value) => (name === 'date' ? movedDate(value, timeline) : value),
  })
}

/** A socket's messages tell times under more names. Source: both venues' socket references, read 2026-11. */
const messageTimes = /^(?:time|matchtime|created_ts)$/

/** A socket's message at its place in the scene. */
export function moveMessage(venue: VenueId, text: string, timeline: Timeline): string {
  if (timeline.isUnmoved) return text
  const isTime = (name: string): boolean => timeFields[venue].test(name) || messageTimes.test(name)
  return rewriteLeaves(text, ({ name, raw }) => (isTime(name) ? movedTime(raw, timeline) : null))
}

function moveQuery(text: string, timeline: Timeline): string {
  const url = new URL(text)
  let moved = false
  for (const [name, value] of [...url.searchParams]) {
    const time = timeParameters.has(name) ? movedNumber(value, timeline) : null
    if (time === null) continue
    url.searchParams.set(name, time)
    moved = true
  }
  return moved ? url.href : text
}

/** Members of operations, their observations and outcomes that are times of the session. */
const operationFields =
  /^(?:createdAtMs|capturedAtMs|agreedAtMs|atMs|ms|at|askedAt|createdAt|updatedAt|expiresAt|time|sinceMs|trialSinceMs|asOf)$/

/** An operation's JSON at its place in the scene. */
export function moveOperation(json: string, timeline: Timeline): string {
  if (timeline.isUnmoved) return json
  return rewriteLeaves(json, ({ name, raw }) => (operationFields.test(name) ? movedTime(raw, timeline) : null))
}

/** A JSON leaf that is a time, moved; null when it is none (0, null, blank, another text). */
function movedTime(raw: string, timeline: Timeline): string | null {
  const quoted = raw.startsWith('"')
  const text = quoted ? raw.slice(1, -1) : raw
  const moved = movedNumber(text, timeline) ?? movedIso(text, timeline)
  if (moved === null) return null
  return quoted ? `"${moved}"` : moved
}

/** Unix time in seconds, ms, µs or ns, told apart by its length. */
function movedNumber(text: string, timeline: Timeline): string | null {
  if (!/^\d{10}(?:\d{3}){0,3}$/.test(text)) return null
  const unit = 10n ** BigInt(text.length - 10)
  const whole = BigInt(text)
  const ms = Number((whole * 1000n) / unit)
  const delta = BigInt(timeline.at(ms) - ms)
  return (whole + (delta * unit) / 1000n).toString()
}

function movedIso(text: string, timeline: Timeline): string | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]00:?00)$/.exec(text)
  if (match === null) return null
  const ms = Date.parse(text)
  // Moved by whole seconds, so that the fraction stays as it was written.
  const seconds = isoTime(Math.floor(timeline.at(ms) / STEP_MS) * STEP_MS).slice(0, 19)
  return `${seconds}${match[2] ?? ''}${match[3] ?? 'Z'}`
}

function movedDate(text: string, timeline: Timeline): string {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? text : new Date(timeline.at(ms)).toUTCString()
}
