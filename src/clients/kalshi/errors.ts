import * as v from 'valibot'
import { VenueError, type VenueErrorKind } from '../../domain/errors.ts'
import type { Cancellation, Placement } from '../../domain/venue.ts'
import { textOrNull } from '../decode.ts'
import type { HttpReply } from '../transport.ts'

/** What Kalshi said in one of its four error shapes. */
export interface Envelope {
  readonly code: string | null
  /** For a person: bounded and free of control characters, since it ends on a terminal. */
  readonly text: string
}

const coded = v.object({ code: v.pipe(v.string(), v.nonEmpty()), message: textOrNull, details: textOrNull })
const shapes = v.union([
  v.pipe(
    v.object({ error: coded }),
    v.transform(({ error }) => error),
  ),
  coded,
  v.pipe(
    v.object({ msg: v.string() }),
    v.transform(({ msg }) => ({ code: null, message: msg, details: null })),
  ),
  v.pipe(
    v.object({ error: v.string() }),
    v.transform(({ error }) => ({ code: null, message: error, details: null })),
  ),
])

/** The error in a reply, or null when it is not one of Kalshi's, e.g. a page of the network in front of it. */
export function readEnvelope(json: unknown): Envelope | null {
  const read = v.safeParse(shapes, json)
  if (!read.success) return null
  const { code, message, details } = read.output
  const parts = [message, details].filter((part) => part !== null)
  return { code, text: plain(parts.join(': ') || (code ?? '')) }
}

function plain(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

/**
 * What a code says in plain words. Every code here is definite: when it answers an order, there is no order.
 * Source: Kalshi's OpenAPI and changelog, recorded answers of 2026-02 to 2026-10.
 */
const meanings: Readonly<Record<string, string>> = {
  insufficient_balance: 'there is not enough cash on the exchange shard of this market',
  available_balance_too_low: 'there is not enough cash on the exchange shard of this market',
  invalid_price: 'the price is not on the price grid of this market',
  invalid_order: 'the order breaks a rule of the venue',
  invalid_order_size: 'the size of the order is not allowed',
  invalid_parameters: 'a member of the order is not allowed',
  bad_request: 'the order could not be read',
  invalid_content_type: 'the order could not be read',
  market_not_found: 'the market is not known, or lives on another exchange shard',
  user_not_found: 'the account is not set up on the exchange shard of this market',
  not_found: 'it is not known',
  fill_or_kill_insufficient_resting_volume: 'the book could not fill the whole order at once',
  trading_is_paused: 'trading is paused',
  exchange_is_paused: 'the exchange is paused',
  market_closed: 'the market is not open for trading',
  deprecated_v1_order_endpoint: 'this way of ordering no longer exists',
  authentication_error: 'it does not accept the API key or its signature',
  signature_is_missing_from_headers: 'the signature is missing',
  header_timestamp_expired: 'the clock of this machine is off',
}

/** Codes with status 409 that say for certain that there is no order. Any other conflict is ambiguous. */
const definiteConflicts = new Set([
  'fill_or_kill_insufficient_resting_volume',
  'trading_is_paused',
  'exchange_is_paused',
  'market_closed',
])

type Judgement =
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'rate_limited'; readonly code: string; readonly message: string }
  | { readonly kind: 'duplicate' | 'not_found'; readonly message: string }
  /** The venue may or may not have acted. */
  | { readonly kind: 'ambiguous'; readonly code: string; readonly message: string }

/** What a reply other than success says about whether Kalshi acted. */
function judge(reply: HttpReply): Judgement {
  const envelope = readEnvelope(reply.json)
  const { status } = reply
  if (status === 429)
    return { kind: 'rate_limited', code: 'RATE_LIMITED', message: 'Kalshi takes no more calls just now.' }
  // Anybody in front of Kalshi can answer in its place; only its own words prove that it refused.
  if (envelope === null || status < 400 || status === 408 || status >= 499) {
    return { kind: 'ambiguous', code: `HTTP_${status}`, message: `Kalshi answered ${status} without a clear reason.` }
  }
  const message = `Kalshi refused it: ${meaning(envelope)}.`
  if (status === 404 && (envelope.code === 'not_found' || envelope.code === null)) return { kind: 'not_found', message }
  if (status !== 409) return { kind: 'refused', code: refusalCode(status, envelope), message }
  if (envelope.code === 'order_already_exists') {
    return { kind: 'duplicate', message: 'Kalshi already has an order with this client order id.' }
  }
  if (envelope.code !== null && definiteConflicts.has(envelope.code)) {
    return { kind: 'refused', code: refusalCode(status, envelope), message }
  }
  return { kind: 'ambiguous', code: 'HTTP_409', message: `Kalshi reports a conflict: ${envelope.text}.` }
}

function meaning({ code, text }: Envelope): string {
  const known = code !== null && Object.hasOwn(meanings, code) ? meanings[code] : undefined
  if (known === undefined) return text === '' ? 'no reason given' : text
  return text === '' || text === code ? known : `${known} ("${text}")`
}

function refusalCode(status: number, { code }: Envelope): string {
  const name =
    code === null
      ? `HTTP_${status}`
      : code
          .toUpperCase()
          .replace(/[^A-Z0-9_]+/g, '_')
          .slice(0, 60)
  return status === 401 || status === 403 ? `AUTH_${name}` : name
}

/** What an answer other than 2xx to a new order means. */
export function placementOf(reply: HttpReply): Placement {
  const judged = judge(reply)
  switch (judged.kind) {
    case 'refused':
      return { kind: 'rejected', code: judged.code, message: `${judged.message} No order was placed.` }
    case 'not_found':
      return { kind: 'rejected', code: 'NOT_FOUND', message: `${judged.message} No order was placed.` }
    case 'rate_limited':
      return { kind: 'not_sent', code: judged.code, message: `${judged.message} No order was placed.` }
    case 'duplicate':
      return { kind: 'duplicate', message: judged.message }
    case 'ambiguous':
      return { kind: 'unknown', code: judged.code, message: `${judged.message} The order may be live.` }
  }
}

/** What an answer other than 2xx to a cancel means. A 404 says the same for filled, cancelled and unknown orders. */
export function cancellationOf(reply: HttpReply): Cancellation {
  const judged = judge(reply)
  switch (judged.kind) {
    case 'not_found':
      return { kind: 'not_live', message: 'Kalshi has no live order with this id: filled, cancelled or never there.' }
    case 'refused':
    case 'rate_limited':
      return { kind: 'refused', code: judged.code, message: `${judged.message} The order stays as it is.` }
    case 'duplicate':
      return { kind: 'unknown', code: 'HTTP_409', message: judged.message }
    case 'ambiguous':
      return { kind: 'unknown', code: judged.code, message: `${judged.message} The order may still be live.` }
  }
}

/** The error of a read, or of cancelling everything, that was answered with something other than 2xx. */
export function readFailure(reply: HttpReply, endpoint: string, subject: string): VenueError {
  const envelope = readEnvelope(reply.json)
  const kind = kindOf(reply.status)
  return new VenueError({
    kind,
    sent: 'yes',
    code: codeOf(kind),
    message: `Kalshi did not answer ${endpoint}${subject === '' ? '' : ` for ${subject}`}: ${
      envelope === null ? `status ${reply.status} without a reason` : meaning(envelope)
    }.`,
    httpStatus: reply.status,
    venueCode: envelope?.code ?? null,
    facts: { venue: 'kalshi', endpoint, status: String(reply.status) },
    suggestions: suggestionsOf(kind),
  })
}

function kindOf(status: number): VenueErrorKind {
  if (status === 404) return 'not_found'
  if (status === 401 || status === 403) return 'auth'
  if (status === 429) return 'rate_limited'
  return status >= 400 && status < 499 && status !== 408 ? 'refused' : 'unavailable'
}

function codeOf(kind: VenueErrorKind): string {
  return `KALSHI_${kind.toUpperCase()}`
}

function suggestionsOf(kind: VenueErrorKind): readonly string[] {
  switch (kind) {
    case 'auth':
      return ['Check KALSHI_API_KEY_ID, its key file, the environment they belong to, and the clock of this machine.']
    case 'rate_limited':
      return ['Wait a moment and run it again.']
    default:
      return []
  }
}
