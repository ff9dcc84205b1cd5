import type { AxiosError } from 'axios'
import type { Random } from '../../runtime/random.ts'
import { askedWaitMs } from '../rates/backoff.ts'
import { ownRefusal } from './errors.ts'

const BASE_DELAY_MS = 150
const LONGEST_DELAY_MS = 5_000
const RETRIES = 2
/** With the waits between them some ten seconds: a cancel has to get through, and a person waits for it. */
const CANCEL_RETRIES = 5
/** What axios-retry may do at most; `isRetryable` says how much of it. */
export const MOST_RETRIES = Math.max(RETRIES, CANCEL_RETRIES)

/** Code of the error that stands for a whole reply of 429 or 5xx to a safe request. */
export const TEMPORARY_REPLY = 'TEMPORARY_REPLY'

/** Code of the error that stands for a 429 which proves that the venue did not act on a cancel. */
export const TURNED_AWAY = 'TURNED_AWAY'

/** Failures of a network that may be gone in a moment. A timeout is not among them: the caller has waited once already. */
const PASSING_FAILURES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'EAI_AGAIN', TEMPORARY_REPLY])

/**
 * Requests marked safe, for failures that may pass, and cancels that the venue turned away unread. axios-retry's default
 * would have sent a POST again after a reset, which can buy twice.
 */
export function isRetryable(error: AxiosError): boolean {
  if (ownRefusal(error) !== null) return false
  const retried = error.config?.['axios-retry']?.retryCount ?? 0
  if (error.code === TURNED_AWAY) return retried < CANCEL_RETRIES
  return error.config?.crosstape?.safe === true && PASSING_FAILURES.has(error.code ?? '') && retried < RETRIES
}

/**
 * Doubling, spread by up to half, or what the venue asked for, within reason. Milliseconds. Zero after a 429 where a
 * budget is kept: it then holds back the next attempt, like everybody else's.
 */
export function retryDelayMs(
  attempt: number,
  error: AxiosError,
  options: { readonly random: Random; readonly isMetered: boolean },
): number {
  if (options.isMetered && error.response?.status === 429) return 0
  const backoff = BASE_DELAY_MS * 2 ** (attempt - 1)
  const spread = options.random.below(Math.floor(backoff / 2))
  const { 'retry-after': retryAfter = '', date = '' } = error.response?.headers ?? {}
  const asked = askedWaitMs({ 'retry-after': String(retryAfter), date: String(date) }) ?? 0
  return Math.min(LONGEST_DELAY_MS, Math.max(backoff + spread, asked))
}
