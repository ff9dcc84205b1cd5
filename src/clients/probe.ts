import { createHash } from 'node:crypto'
import { ToolkitError, VenueError } from '../domain/errors.ts'
import type { Clock } from '../runtime/clock.ts'
import type { HttpReply, HttpRequest } from './http/request.ts'
import type { Transport } from './http/transport.ts'
import type { SharedKeyFiles } from './key-file.ts'
import type { ClientOptions, CredentialValues } from './venue-module.ts'

/** Why a check did not pass: what decides the exit code. */
export type FindingCause = 'unreachable' | 'configuration'

/** What one check found. Safe to print and to keep. */
export interface Finding {
  /** Stable, e.g. `kalshi.clock`. */
  readonly check: string
  /** `skipped`: there was nothing to check, and the message says why. */
  readonly status: 'ok' | 'warning' | 'problem' | 'skipped'
  /** Set exactly for problems. */
  readonly cause: FindingCause | null
  /** One sentence: what is true. */
  readonly message: string
  /** What to do; empty when all is well. */
  readonly suggestions: readonly string[]
}

/** What a venue's checks may use. They read, and change nothing at the venue. */
export interface ProbeOptions extends Pick<ClientOptions, 'urls' | 'clock' | 'timeoutMs' | 'userAgent'> {
  /** Empty when no account is configured. */
  readonly credentials: CredentialValues
  /** `refuse` when absent. */
  readonly sharedKeyFiles?: SharedKeyFiles
  readonly signal?: AbortSignal
}

/** A venue's checks, one after the other, each as it is done. */
export type Probe = (options: ProbeOptions) => AsyncIterable<Finding>

export function passed(check: string, message: string): Finding {
  return { check, status: 'ok', cause: null, message, suggestions: [] }
}

export function warned(check: string, message: string, ...suggestions: readonly string[]): Finding {
  return { check, status: 'warning', cause: null, message, suggestions }
}

export function skipped(check: string, message: string, ...suggestions: readonly string[]): Finding {
  return { check, status: 'skipped', cause: null, message, suggestions }
}

export function failed(
  check: string,
  cause: FindingCause,
  message: string,
  ...suggestions: readonly string[]
): Finding {
  return { check, status: 'problem', cause, message, suggestions }
}

/** An error met by a check, as its finding. A venue that refuses us has answered: that is ours to put right. */
export function failureOf(check: string, error: unknown): Finding {
  if (!(error instanceof ToolkitError)) throw error
  const away = error instanceof VenueError && !['auth', 'refused', 'not_found'].includes(error.kind)
  return failed(check, away ? 'unreachable' : 'configuration', error.message, ...error.suggestions)
}

export interface Asked {
  readonly reply: HttpReply
  /** Our clock, Unix ms. */
  readonly sentAtMs: number
  readonly receivedAtMs: number
}

/** Asks a service one question and keeps when. @throws VenueError when there is no answer. */
export async function ask(
  transport: Transport,
  clock: Clock,
  request: Omit<HttpRequest, 'method' | 'safe'>,
): Promise<Asked> {
  const sentAtMs = clock.nowMs()
  const reply = await transport.send({ ...request, method: 'GET', safe: true })
  return { reply, sentAtMs, receivedAtMs: clock.nowMs() }
}

export function answeredIn({ sentAtMs, receivedAtMs }: Asked): string {
  return `answers in ${Math.max(0, Math.round(receivedAtMs - sentAtMs))} ms`
}

/** Kalshi accepted 5 s and refused 30 s (recorded 2026-06); nobody documents a tolerance. */
const SKEW_NOTICED_MS = 2_000
const SKEW_TOLERATED_MS = 5_000

/**
 * Our clock against a time that the venue named while it answered: `venueMs` to `venueMs + resolutionMs`, Unix ms. What the
 * network took is not counted against us.
 */
export function clockFinding(
  check: string,
  asked: Asked,
  venue: {
    readonly label: string
    readonly venueMs: number
    readonly resolutionMs: number
    readonly corrected: boolean
  },
): Finding {
  // The venue's clock was read somewhere between sending and receiving: that bounds how far it can be ahead of ours.
  const least = venue.venueMs - asked.receivedAtMs
  const most = venue.venueMs + venue.resolutionMs - asked.sentAtMs
  const offMs = least > 0 ? least : most < 0 ? most : 0
  if (Math.abs(offMs) <= SKEW_NOTICED_MS) return passed(check, `this machine's clock agrees with ${venue.label}'s`)
  const off = `this machine's clock is ${seconds(offMs)} s ${offMs > 0 ? 'behind' : 'ahead of'} ${venue.label}'s`
  const remedy = 'Synchronise the clock (e.g. timedatectl set-ntp true); expiry times are computed from it.'
  if (venue.corrected) return warned(check, `${off}; signatures are corrected for it, expiry times are not`, remedy)
  return Math.abs(offMs) <= SKEW_TOLERATED_MS
    ? warned(check, off, remedy)
    : failed(check, 'configuration', `${off}; signatures may be refused`, remedy)
}

/** To a tenth of a second. */
function seconds(offMs: number): string {
  const tenths = Math.round(Math.abs(offMs) / 100)
  return `${Math.floor(tenths / 10)}.${tenths % 10}`
}

/** The members of an answer that we know, by the day they were written down. */
export interface KnownFields {
  /** Always there as of then. */
  readonly always: readonly string[]
  /** There under circumstances. */
  readonly sometimes: readonly string[]
}

/** One kind of object that was seen at a venue. */
export interface SeenObjects {
  readonly name: string
  readonly known: KnownFields
  readonly objects: readonly unknown[]
}

/** Which members a venue added or dropped since the version that this program knows. */
export function fieldsFinding(check: string, asOf: string, seen: readonly SeenObjects[]): Finding {
  const shown = seen.filter(({ objects }) => objects.length > 0)
  if (shown.length === 0) return skipped(check, 'no object was there to compare members with')
  const members = shown.map(({ name, known, objects }) => ({ name, known, present: membersOf(objects) }))
  const added = members.flatMap(({ name, known, present }) => {
    const all = new Set([...known.always, ...known.sometimes])
    return [...present].filter((member) => !all.has(member)).map((member) => `${name}.${member}`)
  })
  const dropped = members.flatMap(({ name, known, present }) =>
    known.always.filter((member) => !present.has(member)).map((member) => `${name}.${member}`),
  )
  const print = fingerprint(members.map(({ name, present }) => `${name}:${[...present].sort().join(',')}`))
  const compared = `${shown.map(({ name }) => name).join(', ')}; fingerprint ${print}`
  if (added.length === 0 && dropped.length === 0)
    return passed(check, `answers have the members known in ${asOf} (${compared})`)
  const changes = [
    ...(added.length === 0 ? [] : [`added ${added.join(', ')}`]),
    ...(dropped.length === 0 ? [] : [`dropped ${dropped.join(', ')}`]),
  ]
  return warned(
    check,
    `answers differ from those known in ${asOf}: ${changes.join('; ')} (${compared})`,
    ...(dropped.length === 0
      ? []
      : ['Look for a newer version before you trade: a member that orders depend on may be gone.']),
  )
}

function membersOf(objects: readonly unknown[]): ReadonlySet<string> {
  return new Set(
    objects.flatMap((object) => (typeof object === 'object' && object !== null ? Object.keys(object) : [])),
  )
}

function fingerprint(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join(';')).digest('hex').slice(0, 12)
}

/** A member of a parsed answer, however deep. Undefined when it is not there. */
export function memberOf(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name) ? Reflect.get(at, name) : undefined,
    value,
  )
}

/** A list in a parsed answer; empty when there is none. */
export function listIn(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = memberOf(value, ...path)
  return Array.isArray(found) ? found : []
}
