import * as v from 'valibot'
import { VenueError, type VenueErrorKind } from '../../domain/errors.ts'
import type { HttpReply } from '../transport.ts'

/**
 * What a text means for an order. `refused`: there is no order. `killed`: it took what was on offer, which was nothing, and
 * ended: how an immediate order without a match always ends. `duplicate`: an earlier attempt landed. `unclear`: the order
 * must be read.
 */
type TextMeaning = 'refused' | 'killed' | 'duplicate' | 'unclear'

interface KnownText {
  readonly text: string
  readonly meaning: TextMeaning
  readonly code: string
}

/**
 * Texts of the order service by substring, case ignored, first match wins.
 * Source: Polymarket error documentation 2026-09 and answers seen by others until 2026-08.
 */
const knownTexts: readonly KnownText[] = [
  { text: 'is invalid. duplicated', meaning: 'duplicate', code: 'DUPLICATE_ORDER' },
  { text: 'order timed out', meaning: 'unclear', code: 'ORDER_TIMED_OUT' },
  { text: 'could not insert order', meaning: 'unclear', code: 'ORDER_NOT_INSERTED' },
  { text: 'context canceled', meaning: 'unclear', code: 'CONTEXT_CANCELED' },
  { text: 'order match delayed', meaning: 'unclear', code: 'MATCH_DELAYED' },
  { text: 'rounding issues', meaning: 'unclear', code: 'MATCH_FAILED' },
  { text: 'price discrepancy', meaning: 'unclear', code: 'MATCH_FAILED' },
  { text: "order couldn't be fully filled", meaning: 'refused', code: 'FOK_NOT_FILLED' },
  { text: 'fok orders are f', meaning: 'refused', code: 'FOK_NOT_FILLED' },
  { text: 'no orders found to match with fak', meaning: 'killed', code: 'FAK_NO_MATCH' },
  { text: 'there are no matching orders', meaning: 'killed', code: 'FAK_NO_MATCH' },
  { text: 'not enough balance', meaning: 'refused', code: 'INSUFFICIENT_BALANCE' },
  { text: 'invalid signature', meaning: 'refused', code: 'INVALID_SIGNATURE' },
  { text: 'order_version_mismatch', meaning: 'refused', code: 'ORDER_VERSION_MISMATCH' },
  { text: 'invalid order version', meaning: 'refused', code: 'ORDER_VERSION_MISMATCH' },
  { text: 'order signer address has to be', meaning: 'refused', code: 'SIGNER_MISMATCH' },
  { text: 'order owner has to be', meaning: 'refused', code: 'OWNER_MISMATCH' },
  { text: 'maker address not allowed', meaning: 'refused', code: 'MAKER_NOT_ALLOWED' },
  { text: 'address banned', meaning: 'refused', code: 'ADDRESS_BANNED' },
  { text: 'closed only mode', meaning: 'refused', code: 'CLOSED_ONLY' },
  { text: 'breaks minimum tick size', meaning: 'refused', code: 'TICK_SIZE' },
  { text: 'lower than the minimum', meaning: 'refused', code: 'MINIMUM_SIZE' },
  { text: 'invalid amount for a marketable', meaning: 'refused', code: 'MINIMUM_NOTIONAL' },
  { text: 'invalid amounts', meaning: 'refused', code: 'AMOUNT_PRECISION' },
  { text: 'invalid post-only order', meaning: 'refused', code: 'POST_ONLY_WOULD_CROSS' },
  { text: 'invalid expiration', meaning: 'refused', code: 'INVALID_EXPIRATION' },
  { text: 'invalid nonce', meaning: 'refused', code: 'INVALID_NONCE' },
  { text: 'order canceled in the ctf exchange', meaning: 'refused', code: 'CANCELED_ON_CHAIN' },
  { text: 'not yet ready to process new orders', meaning: 'refused', code: 'MARKET_NOT_READY' },
  { text: 'trading restricted in your region', meaning: 'refused', code: 'REGION_RESTRICTED' },
  { text: 'trading is currently disabled', meaning: 'refused', code: 'TRADING_DISABLED' },
  { text: 'trading is disabled', meaning: 'refused', code: 'TRADING_DISABLED' },
  { text: 'cancel-only', meaning: 'refused', code: 'CANCEL_ONLY' },
  { text: 'post-only mode', meaning: 'refused', code: 'POST_ONLY_MODE' },
  { text: 'no orderbook exists', meaning: 'refused', code: 'NO_ORDERBOOK' },
  { text: 'market not found', meaning: 'refused', code: 'MARKET_NOT_FOUND' },
  { text: 'invalid api key', meaning: 'refused', code: 'AUTH_REJECTED' },
  { text: 'unauthorized', meaning: 'refused', code: 'AUTH_REJECTED' },
  { text: 'invalid l1 request headers', meaning: 'refused', code: 'AUTH_REJECTED' },
  { text: 'too many orders in payload', meaning: 'refused', code: 'BAD_PAYLOAD' },
  { text: 'payload', meaning: 'refused', code: 'BAD_PAYLOAD' },
  { text: 'invalid orderid', meaning: 'refused', code: 'INVALID_ORDER_ID' },
  { text: 'invalid token id', meaning: 'refused', code: 'BAD_PAYLOAD' },
]

/** The three states in which a 503 says for certain that nothing was accepted. Every other 5xx leaves it open. */
const definite503 = new Set(['TRADING_DISABLED', 'CANCEL_ONLY', 'POST_ONLY_MODE'])

export function findKnownText(text: string): KnownText | null {
  const lower = text.toLowerCase()
  return knownTexts.find((known) => lower.includes(known.text)) ?? null
}

const errorBody = v.object({
  error: v.nullish(v.string()),
  error_msg: v.nullish(v.string()),
  errorMsg: v.nullish(v.string()),
})

/** The venue's error text in any of its envelopes, shortened. Null when the body has none: HTML, nothing, other JSON. */
function errorTextOf(json: unknown): string | null {
  const parsed = v.safeParse(errorBody, json)
  if (!parsed.success) return null
  const text = parsed.output.error || parsed.output.errorMsg || parsed.output.error_msg || ''
  return text === '' ? null : text.slice(0, 300)
}

/** What a refusal of an order action says. Amounts of certainty, not of politeness: `unclear` whenever in doubt. */
export type Refusal =
  | { readonly kind: TextMeaning; readonly code: string; readonly message: string }
  /** Turned away at the door by the per-signer limit: certainly not executed. */
  | { readonly kind: 'rate_limited'; readonly code: string; readonly message: string }

/**
 * Judges an answer other than 2xx to an order action. Definite are 400, 401, 403 and 404 with an error text, 429 with the
 * signer's rate-limit headers and three known 503s; all else may have been executed.
 */
export function judgeRefusal(reply: HttpReply): Refusal {
  const text = errorTextOf(reply.json)
  const message = text ?? `HTTP ${reply.status} without a readable error`
  const known = text === null ? null : findKnownText(text)
  if (reply.status === 429) {
    return hasSignerLimitHeaders(reply)
      ? { kind: 'rate_limited', code: 'RATE_LIMITED', message }
      : { kind: 'unclear', code: 'HTTP_429', message }
  }
  const unclear: Refusal = { kind: 'unclear', code: `HTTP_${reply.status}`, message }
  if (reply.status >= 500) {
    return reply.status === 503 && known !== null && definite503.has(known.code)
      ? { kind: 'refused', code: known.code, message }
      : unclear
  }
  if (![400, 401, 403, 404].includes(reply.status) || text === null) return unclear
  return known === null
    ? { kind: 'refused', code: 'VENUE_REFUSED', message }
    : { kind: known.meaning, code: known.code, message }
}

function hasSignerLimitHeaders(reply: HttpReply): boolean {
  return Object.keys(reply.headers).some((name) => name.startsWith('poly-ratelimit-'))
}

function kindOfStatus(status: number): VenueErrorKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  return status >= 500 || status === 425 ? 'unavailable' : 'refused'
}

/** The error of a read that the venue did not answer with 2xx. */
export function readFailure(reply: HttpReply, what: string): VenueError {
  const text = errorTextOf(reply.json)
  const kind = kindOfStatus(reply.status)
  return new VenueError({
    kind,
    sent: 'yes',
    code: text === null ? `HTTP_${reply.status}` : (findKnownText(text)?.code ?? `HTTP_${reply.status}`),
    message: `Polymarket answered ${what} with HTTP ${reply.status}: ${text ?? 'no readable error'}.`,
    httpStatus: reply.status,
    venueCode: text,
    suggestions: suggestionsOf(kind),
  })
}

function suggestionsOf(kind: VenueErrorKind): readonly string[] {
  if (kind === 'auth') return ['Check POLYMARKET_API_KEY, POLYMARKET_API_SECRET and POLYMARKET_API_PASSPHRASE.']
  if (kind === 'rate_limited') return ['Wait a few seconds and try again.']
  return []
}
