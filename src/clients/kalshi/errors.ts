import * as v from 'valibot'
import { VenueError, type VenueErrorKind } from '../../domain/errors.ts'
import type { Amendment, Cancellation, Placement } from '../../domain/venue.ts'
import { textOrNull } from '../decode.ts'
import type { HttpReply } from '../http/request.ts'
import { retryHintMs } from '../http/retry-hint.ts'
import {
  type Answer,
  amendmentFrom,
  cancellationFrom,
  conclude,
  type Finding,
  findingByRow,
  findingOfEach,
  findRefusal,
  isHtml,
  type Judgement,
  type Operation,
  placementFrom,
  printable,
  type Refusal,
} from '../refusal-table.ts'
import { kalshiRefusals } from './refusals.ts'
import { refusalsOfCalls } from './refusals-of-calls.ts'

/** What Kalshi said in one of its four error shapes. */
interface Envelope {
  readonly code: string | null
  /** Message and details, as they came. */
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
function readEnvelope(json: unknown): Envelope | null {
  const read = v.safeParse(shapes, json)
  if (!read.success) return null
  const { code, message, details } = read.output
  return { code, text: [message, details].filter((part) => part !== null).join(': ') }
}

/** What an answer other than 2xx proves about the request. */
export function judge(reply: HttpReply, operation: Operation): Judgement {
  return conclude(findingOf(answerOf(reply), operation, retryHintMs(reply)), operation)
}

/** What an answer other than 2xx to a batch proves about each order in it. */
function judgeBatch(reply: HttpReply, operation: Operation): Judgement {
  const finding = findingOf(answerOf(reply), operation, retryHintMs(reply))
  return conclude(findingOfEach(finding, refusalsOfCalls), operation)
}

function answerOf({ status, headers, json, text }: HttpReply): Answer {
  return { status, ...wordsOf(json), headers, isHtml: isHtml(text) }
}

/** What the `error` of an entry of a batch proves. It has no status, so only what stands in the table is believed. */
export function judgeEntry(error: unknown, operation: Operation): Judgement {
  const answer = { status: null, ...wordsOf(error), headers: {}, isHtml: false }
  return conclude(findingOf(answer, operation, null), operation)
}

function wordsOf(json: unknown): Pick<Answer, 'code' | 'text'> {
  return readEnvelope(json) ?? { code: null, text: null }
}

/** The table decides, then the class of the answer. Anything else may have been carried out. */
function findingOf(answer: Answer, operation: Operation, hintMs: number | null): Finding {
  const row = findRefusal(kalshiRefusals, answer, operation, countsAt)
  return row === null ? findingByClass(answer) : findingByRow('Kalshi', row, answer.text, hintMs)
}

/** Codes mean the same whatever the status of a refusal: Kalshi has moved them. A text counts only where it was seen. */
function countsAt({ match, statuses }: Refusal, status: number): boolean {
  return match.codes !== undefined && isDefinite(status) && statuses.some(isDefinite)
}

/** A new code under a status that is a plain no is a no. A conflict may be about the order itself, so 409 is not. */
function findingByClass(answer: Answer): Finding {
  const { status, code, text } = answer
  const said = printable(text ?? '') || 'no reason given'
  if (status !== null && status !== 409 && isDefinite(status) && code !== null && /^\w[\w.-]*$/.test(code)) {
    return {
      meaning: 'rejected',
      code: classCode(status, code),
      what: `Kalshi refused it with ${status} ${printable(code)}: ${said}.`,
      advice: 'Change what it objects to.',
      retry: 'changed',
      retryAfterMs: null,
      basis: 'class',
    }
  }
  return {
    meaning: 'unknown',
    code: status === null ? 'ENTRY_UNCLEAR' : `HTTP_${status}`,
    what: unclearSentence(answer, said),
    advice: '',
    retry: 'read_first',
    retryAfterMs: null,
    basis: 'nothing',
  }
}

/**
 * Statuses with which Kalshi itself says no. 408, 425 and from 499 on tell of something that went wrong under way; 429
 * has a row of its own. Source: Kalshi API reference, 2026-10.
 */
export function isDefinite(status: number): boolean {
  return status >= 400 && status < 499 && status !== 408 && status !== 425 && status !== 429
}

function unclearSentence({ status, text, isHtml: page }: Answer, quoted: string): string {
  if (text !== null)
    return `Kalshi answered${status === null ? '' : ` ${status}`} with a reason that is new: ${quoted}.`
  // Anybody in front of Kalshi can answer in its place; only its own words prove that it refused.
  return `The answer has status ${status ?? 'none'} and ${page ? 'a web page' : 'nothing'} in place of Kalshi's reason.`
}

function classCode(status: number, code: string): string {
  const name = code
    .toUpperCase()
    .replace(/[^A-Z0-9_]+/g, '_')
    .slice(0, 60)
  return status === 401 || status === 403 ? `AUTH_${name}` : name
}

/** What an answer other than 2xx to a new order means. */
export function placementOf(reply: HttpReply): Placement {
  return placementFrom(judge(reply, 'place'))
}

/** What an answer other than 2xx to a batch of new orders means for each of them. */
export function placementOfBatch(reply: HttpReply): Placement {
  return placementFrom(judgeBatch(reply, 'place'))
}

export function cancellationOfBatch(reply: HttpReply): Cancellation {
  return cancellationFrom(judgeBatch(reply, 'cancel'))
}

/** What an answer other than 2xx to a change of an order means. */
export function amendmentOf(reply: HttpReply): Amendment {
  return amendmentFrom(judge(reply, 'amend'))
}

/** What an answer other than 2xx to a cancel means. A 404 says the same for filled, cancelled and unknown orders. */
export function cancellationOf(reply: HttpReply): Cancellation {
  return cancellationFrom(judge(reply, 'cancel'))
}

/** The error of a read, or of cancelling everything, that was answered with something other than 2xx. */
export function readFailure(
  reply: HttpReply,
  endpoint: string,
  subject: string,
  operation: 'read' | 'cancel_all' = 'read',
): VenueError {
  const judged = judge(reply, operation)
  const kind = kindOf(reply, judged)
  const { statement, advice } = judged
  return new VenueError({
    kind,
    sent: 'yes',
    code: `KALSHI_${kind.toUpperCase()}`,
    message: `Kalshi did not answer ${endpoint}${subject === '' ? '' : ` for ${subject}`}. ${statement}`,
    httpStatus: reply.status,
    venueCode: printable(readEnvelope(reply.json)?.code ?? '') || null,
    facts: { venue: 'kalshi', endpoint, status: String(reply.status), refusal: judged.code },
    suggestions: advice === '' ? [] : [advice],
  })
}

function kindOf({ status, json }: HttpReply, { basis }: Judgement): VenueErrorKind {
  if (typeof basis === 'object' && basis.readKind !== undefined) return basis.readKind
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  // Not Kalshi's own words: it was never reached.
  if (readEnvelope(json) === null) return 'unavailable'
  if (status === 401 || status === 403) return 'auth'
  return isDefinite(status) ? 'refused' : 'unavailable'
}
