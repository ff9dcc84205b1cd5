import FetchAdapterModule from '@pollyjs/adapter-fetch'
import HttpAdapterModule from '@pollyjs/adapter-node-http'
import type { Polly, Request } from '@pollyjs/core'
import type { ExchangeFailure, LiveResponse } from '../format/exchange.ts'
import { classOf } from '../record/polly.ts'
import { callOf } from '../record/session-persister.ts'
import { ForeignCall } from './foreign-call.ts'
import { ForeignTape } from './foreign-tape.ts'

export const PollyHttpAdapter = classOf(HttpAdapterModule)
export const PollyFetchAdapter = classOf(FetchAdapterModule)

/** Polly makes its adapters itself, so what they work for comes through their options. */
export function tapeIn(options: object): ForeignTape {
  const tape: unknown = Reflect.get(options, 'tape')
  if (!(tape instanceof ForeignTape)) throw new Error('the adapter needs a tape')
  return tape
}

/** Null for a request that is on its way untaped. */
function foreignCallOf(request: Request): ForeignCall | null {
  const call = callOf(request)
  return call instanceof ForeignCall ? call : null
}

/** Puts a request's end on the tape, through Polly's persister. The first end counts. */
export function putOnTape(
  persister: Polly['persister'],
  request: Request,
  result: LiveResponse | ExchangeFailure,
): void {
  const call = foreignCallOf(request)
  if (call === null) return
  call.result ??= result
  persister?.recordRequest(request)
}

/** Polly keeps every request of its life in a list that only its own matching reads; ours must not grow with a program. */
export function forgetRequests(polly: object, request: Request): void {
  const kept: unknown = Reflect.get(polly, '_requests')
  if (Array.isArray(kept)) kept.length = 0
  // Polly rejects this promise when a request fails. The failure reaches the program through the adapter.
  request.promise.catch(() => undefined)
}

/** Polly parses and rebuilds URLs, which can change a query. The URL that is asked for stands with the call instead. */
export const POLLY_URL = 'http://tape/'
