import * as v from 'valibot'
import { VenueError, type VenueErrorKind } from '../../domain/errors.ts'
import type { HttpReply } from '../http/request.ts'
import { retryHintMs } from '../http/retry-hint.ts'
import {
  type Answer,
  conclude,
  type Finding,
  findingByRow,
  findingOfEach,
  findRefusal,
  isHtml,
  type Judgement,
  type Operation,
  printable,
  type Refusal,
} from '../refusal-table.ts'
import { polymarketRefusals } from './refusals.ts'
import { refusalsOfCalls } from './refusals-of-calls.ts'

const optionalText = v.nullish(v.string(), '')
const envelope = v.union([
  // The service has been quoted with a bare JSON string.
  v.pipe(
    v.string(),
    v.transform((error) => ({ error, errorMsg: '', error_msg: '', code: '' })),
  ),
  v.object({ error: optionalText, errorMsg: optionalText, error_msg: optionalText, code: optionalText }),
])

/** The venue's error in any of its envelopes. No text when the body has none: HTML, nothing, other JSON. */
function wordsOf(json: unknown): Pick<Answer, 'code' | 'text'> {
  const read = v.safeParse(envelope, json)
  if (!read.success) return { code: null, text: null }
  const { error, errorMsg, error_msg, code } = read.output
  return { code: code || null, text: error || errorMsg || error_msg || null }
}

/** What an answer other than 2xx proves about the request. */
export function judge(reply: HttpReply, operation: Operation): Judgement {
  return conclude(findingOf(answerOf(reply), operation, retryHintMs(reply)), operation)
}

/** What an answer other than 2xx to a batch proves about each order in it. */
export function judgeBatch(reply: HttpReply, operation: Operation): Judgement {
  const finding = findingOf(answerOf(reply), operation, retryHintMs(reply))
  return conclude(findingOfEach(finding, refusalsOfCalls), operation)
}

function answerOf({ status, headers, json, text }: HttpReply): Answer {
  return { status, ...wordsOf(json), headers, isHtml: isHtml(text) }
}

/** What a text inside a 200 proves: `errorMsg` of an order, or why a cancel did not happen. */
export function judgeText(text: string, operation: Operation): Judgement {
  return conclude(findingOf({ status: 200, code: null, text, headers: {}, isHtml: false }, operation, null), operation)
}

/** Only the table decides. */
function findingOf(answer: Answer, operation: Operation, hintMs: number | null): Finding {
  const row = findRefusal(polymarketRefusals, answer, operation, countsAt)
  return row === null ? unclear(answer) : findingByRow('Polymarket', row, answer.text, hintMs)
}

/**
 * Under the very statuses and envelopes of its refusals Polymarket also says that a match is delayed and that the order is
 * there already, so a text that is new proves nothing.
 */
function unclear({ status, text }: Answer): Finding {
  const said = printable(text ?? '')
  const reason = said === '' ? 'no reason that can be read' : `a reason that is new: "${said}"`
  return {
    meaning: 'unknown',
    code: status === 200 ? 'TEXT_UNKNOWN' : `HTTP_${status}`,
    what: `Polymarket answered ${status} with ${reason}.`,
    advice: '',
    retry: 'read_first',
    retryAfterMs: null,
    basis: 'nothing',
  }
}

/** Statuses between which the service moves its texts. A 200 carries them in `errorMsg`. */
const spoken: ReadonlySet<number> = new Set([200, 400, 401, 403, 404])

function countsAt({ match, statuses }: Refusal, status: number): boolean {
  return match.texts !== undefined && spoken.has(status) && statuses.some((one) => spoken.has(one))
}

/**
 * Whether an answer shows the venue as available, for its breaker; null when it says nothing about that. A restart (425) is
 * an outage. The three known modes of 503 are not: the service is there and says plainly what it takes, and an open breaker
 * would hide that and keep back the post-only orders that it does take.
 */
export function availabilityOf(reply: HttpReply): boolean | null {
  if (reply.status === 425) return false
  if (reply.status < 500) return true
  return judge(reply, 'place').meaning === 'unknown' ? false : null
}

/** The error of a read, or of cancelling everything, that was answered with something other than 2xx. */
export function readFailure(reply: HttpReply, what: string, operation: 'read' | 'cancel_all' = 'read'): VenueError {
  const { basis, code, statement, advice } = judge(reply, operation)
  const known = typeof basis === 'object' ? basis.readKind : undefined
  return new VenueError({
    kind: known ?? kindOfStatus(reply.status),
    sent: 'yes',
    code,
    message: `Polymarket did not answer ${what}. ${statement}`,
    httpStatus: reply.status,
    venueCode: printable(wordsOf(reply.json).text ?? '') || null,
    facts: { venue: 'polymarket', endpoint: what, status: String(reply.status) },
    suggestions: advice === '' ? [] : [advice],
  })
}

function kindOfStatus(status: number): VenueErrorKind {
  if (status === 401 || status === 403) return 'auth'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  return status >= 500 ? 'unavailable' : 'refused'
}
