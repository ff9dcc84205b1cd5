import type { ExchangeFailure } from '../format/exchange.ts'
import { failureOf } from '../record/axios-shapes.ts'

/** Why a request of `http` or `fetch` got no answer. `fetch` wraps the socket's own error. */
export function failureOfError(error: unknown): ExchangeFailure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  if (error instanceof Error && 'code' in error && error.code === 'ABORT_ERR') return abortFailure(patience(cause))
  const failure = failureOf(cause)
  // undici's names for its time limits. One that ran out while connecting is no connection.
  if (failure.code === 'UND_ERR_CONNECT_TIMEOUT') return { ...failure, outcome: 'refused' }
  return /^UND_ERR_.*TIMEOUT$/.test(failure.code) ? { ...failure, outcome: 'timeout' } : failure
}

/** Why a signal was given: a time limit that is a signal has a reason of its own. */
export function patience(reason: unknown): 'timeout' | 'aborted' {
  return reason instanceof Error && reason.name === 'TimeoutError' ? 'timeout' : 'aborted'
}

/** How an aborted request ended: by the program's time limit, or because it wanted no answer any more. */
export function abortFailure(kind: 'timeout' | 'aborted'): ExchangeFailure {
  return { outcome: kind, code: kind === 'timeout' ? 'ETIMEDOUT' : 'ABORT_ERR', syscall: null }
}
