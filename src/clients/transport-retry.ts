import type { AxiosError } from 'axios'
import type { Clock } from '../runtime/clock.ts'
import { ownRefusal } from './transport-errors.ts'

const BASE_DELAY_MS = 150
const LONGEST_DELAY_MS = 5_000

/** Code of the error that stands for a whole reply of 429 or 5xx to a safe request. */
export const TEMPORARY_REPLY = 'TEMPORARY_REPLY'

/** Failures of a network that may be gone in a moment. A timeout is not among them: the caller has waited once already. */
const PASSING_FAILURES = new Set(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'EAI_AGAIN', TEMPORARY_REPLY])

/**
 * Only requests marked safe, only for failures that may pass. axios-retry's default would have sent a POST again after a
 * reset, which can buy twice.
 */
export function isRetryable(error: AxiosError): boolean {
  if (ownRefusal(error) !== null) return false
  return error.config?.crosstape?.safe === true && PASSING_FAILURES.has(error.code ?? '')
}

/** Doubling, spread by up to half, or what the venue asked for, within reason. Milliseconds. */
export function retryDelayMs(attempt: number, error: AxiosError, clock: Clock): number {
  const backoff = BASE_DELAY_MS * 2 ** (attempt - 1)
  // The digits below a millisecond are as good as random for keeping two programs apart, and repeat under a virtual clock.
  const spread = backoff * 0.5 * (clock.monotonicMs() % 1)
  const asked = Number(error.response?.headers['retry-after'] ?? 0) * 1000
  return Math.min(LONGEST_DELAY_MS, Math.max(backoff + spread, Number.isFinite(asked) ? asked : 0))
}
