import { type AxiosAdapter, AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios'
import type { Permit } from './rates/budget.ts'
import { isRefusal, type Refusal } from './rates/charge.ts'
import type { Meter, MeteredCall, Verdict } from './rates/meter.ts'
import type { HttpRequest } from './transport.ts'
import { NEVER_CONNECTED } from './transport-connections.ts'

/** What travels with an attempt through axios. */
export interface AttemptState extends Pick<HttpRequest, 'safe' | 'auth' | 'onAttempt' | 'endpoint'> {
  readonly call: MeteredCall
  /** Leave to send it. Ended with the attempt. */
  readonly permit?: Permit
  /** Why our own budget holds it back. */
  readonly refusal?: Refusal
  /** How long it waited for room, in ms: a tape needs it to tell what could have come in another order. */
  readonly waitedMs?: number
}

/** The state with which an attempt goes on, or `given_up` when its signal aborted while it waited. */
export async function admitAttempt(
  meter: Meter,
  state: AttemptState,
  options: { readonly signal: AbortSignal | undefined; readonly monotonicMs: () => number },
): Promise<AttemptState | 'given_up'> {
  const fromMs = options.monotonicMs()
  const asked = meter.admit(state.call, options.signal)
  const admission = asked instanceof Promise ? await asked : asked
  const { permit: _ended, refusal: _earlier, ...rest } = state
  const waited = { ...rest, waitedMs: options.monotonicMs() - fromMs }
  switch (admission.kind) {
    case 'admitted':
      return { ...waited, permit: admission.permit }
    case 'refused':
      return { ...waited, refusal: admission.code }
    case 'given_up':
      return 'given_up'
  }
}

/**
 * An adapter that does not send what the budget held back. It fails here and not earlier, so that a tape outside of it
 * shows the order that stayed behind, and a replay can tell it again.
 */
export function keepBack(adapter: AxiosAdapter): AxiosAdapter {
  return (config) => {
    const refusal = config.crosstape?.refusal
    if (refusal !== undefined) return Promise.reject(new AxiosError('held back by the rate budget', refusal, config))
    return adapter(config)
  }
}

/** Tells the budget how the attempt ended, and what the answer proves where it was 429. */
export function endAttempt(meter: Meter, reply: AxiosResponse<unknown>): Verdict {
  const { crosstape: state } = reply.config
  if (state?.permit === undefined) return 'taken'
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(reply.headers)) headers[name.toLowerCase()] = String(value)
  const text = typeof reply.data === 'string' ? reply.data : ''
  return meter.settle(state.call, state.permit, { kind: 'answered', status: reply.status, headers, text })
}

/** As `endAttempt`, for one that got no answer. */
export function endFailedAttempt(meter: Meter, error: unknown): void {
  if (!(error instanceof Error) || !('config' in error)) return
  const { crosstape } = error.config as InternalAxiosRequestConfig
  if (crosstape?.permit === undefined) return
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const unsent = NEVER_CONNECTED.has(code ?? '') || isRefusal(code)
  meter.settle(crosstape.call, crosstape.permit, { kind: unsent ? 'unsent' : 'lost' })
}
