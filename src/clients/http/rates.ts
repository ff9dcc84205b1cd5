import { type AxiosAdapter, AxiosError, type AxiosResponse, type InternalAxiosRequestConfig } from 'axios'
import type { Permit } from '../rates/budget.ts'
import type { Meter, MeteredCall, Verdict } from '../rates/meter.ts'
import { NEVER_CONNECTED } from './connections.ts'
import { isOwnRefusal, type OwnRefusal } from './errors.ts'
import type { HttpRequest } from './request.ts'

/**
 * What travels with a request through axios, and what stands of its present attempt. Of a class, since axios clones plain
 * objects whenever it merges configurations.
 */
export class RequestState {
  readonly safe: boolean
  readonly endpoint: string
  readonly auth: HttpRequest['auth']
  readonly onAttempt: HttpRequest['onAttempt']
  readonly lastLook: HttpRequest['lastLook']
  readonly call: MeteredCall
  /** Leave to send it. Ended with the attempt. */
  permit: Permit | undefined
  /** Why we keep it back ourselves. */
  refusal: OwnRefusal | undefined
  /** How long it waited for room, in ms: a tape needs it to tell what could have come in another order. */
  waitedMs = 0

  constructor(
    request: HttpRequest,
    /** Full path from the host root, without the query. */
    readonly signedPath: string,
  ) {
    const { method, path, query, body, items } = request
    this.safe = request.safe
    this.endpoint = request.endpoint
    this.auth = request.auth
    this.onAttempt = request.onAttempt
    this.lastLook = request.lastLook
    this.call = {
      method,
      path,
      isPrivate: request.auth !== undefined,
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
      ...(items === undefined ? {} : { items }),
    }
  }
}

/** Waits until the attempt may go or is held back; `given_up` when its signal aborted while it waited. */
export async function admitAttempt(
  meter: Meter,
  state: RequestState,
  options: { readonly signal: AbortSignal | undefined; readonly monotonicMs: () => number },
): Promise<'decided' | 'given_up'> {
  const asked = meter.admit(state.call, options.signal)
  const fromMs = options.monotonicMs()
  const isWaiting = asked instanceof Promise
  const admission = isWaiting ? await asked : asked
  if (admission.kind === 'given_up') return 'given_up'
  state.waitedMs = isWaiting ? options.monotonicMs() - fromMs : 0
  state.permit = admission.kind === 'admitted' ? admission.permit : undefined
  state.refusal = admission.kind === 'refused' ? admission.code : undefined
  return 'decided'
}

/**
 * An adapter that does not send what the budget or a last look held back. It fails here and not earlier, so that a tape outside of it
 * shows the order that stayed behind, and a replay can tell it again.
 */
export function keepBack(adapter: AxiosAdapter): AxiosAdapter {
  return (config) => {
    const refusal = config.crosstape?.refusal
    if (refusal !== undefined) return Promise.reject(new AxiosError('held back', refusal, config))
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
  const unsent = NEVER_CONNECTED.has(code ?? '') || isOwnRefusal(code)
  meter.settle(crosstape.call, crosstape.permit, { kind: unsent ? 'unsent' : 'lost' })
}
