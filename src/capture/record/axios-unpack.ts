import { constants } from 'node:zlib'
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { type ExchangeFailure, headerValue, type LiveResponse } from '../format/exchange.ts'
import { isTooLarge, unpacked } from '../format/packed-body.ts'
import { axiosFailure, dataFor, failureOf, responseInside, responseOf } from './axios-shapes.ts'

/** What goes on the tape, and what the caller is given instead of the response, or null. */
export interface HandedOver {
  readonly result: LiveResponse | ExchangeFailure
  readonly error: unknown
}

/**
 * Makes of a response that came in the bytes on the wire the one that the caller of `config` would have got from axios.
 * A body that axios could not have unpacked, or would have refused for its size, is the error that axios makes of it.
 */
export function handOver(response: AxiosResponse<unknown>, config: InternalAxiosRequestConfig): HandedOver {
  const result = responseOf(response)
  const { data } = response
  response.config = config
  if (!Buffer.isBuffer(data)) return { result, error: null }
  if (config.decompress === false || !isUndone(response)) {
    response.data = dataFor(config.responseType, result.wire === undefined ? result.body : data)
    return { result, error: null }
  }
  const coding = headerValue(result.headers, 'content-encoding') ?? ''
  Reflect.deleteProperty(response.headers, 'content-encoding')
  try {
    const isWhole = Buffer.isBuffer(result.wire) || data.length === 0
    response.data = dataFor(config.responseType, isWhole ? result.body : unpackedByAxios(data, coding, config))
    return { result, error: null }
  } catch (cause) {
    const failure = axiosFailure({ outcome: 'reset', code: codeOf(cause) }, messageOf(cause, config), config, cause)
    if (isTooLarge(cause)) return { result: failureOf(failure), error: failure }
    return { result, error: Object.assign(failure, { response: Object.assign(response, { data: undefined }) }) }
  }
}

/** The same for an error of axios, which may hold a response: an instance that rejects some statuses. */
export function handOverError(error: unknown, config: InternalAxiosRequestConfig): HandedOver {
  const response = responseInside(error)
  if (error instanceof Error && 'config' in error) error.config = config
  if (response === null) return { result: failureOf(error), error }
  const given = handOver(response, config)
  // On the tape a response, to the client still the error.
  return { result: given.result, error: given.error ?? error }
}

/** Codings that axios undoes. Source: its adapter for Node, 1.21. */
const undone = new Set(['gzip', 'x-gzip', 'compress', 'x-compress', 'deflate', 'br'])

function isUndone({ headers }: AxiosResponse<unknown>): boolean {
  return undone.has(String(Reflect.get(headers, 'content-encoding') ?? '').toLowerCase())
}

/** As axios does it: what breaks off early is taken for the whole. */
function unpackedByAxios(bytes: Buffer, coding: string, config: InternalAxiosRequestConfig): Buffer {
  const name = coding.toLowerCase().replace(/^(?:x-)?compress$/, 'gzip')
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = constants
  const finishFlush = name === 'br' ? BROTLI_OPERATION_FLUSH : Z_SYNC_FLUSH
  const { maxContentLength = -1 } = config
  return unpacked(bytes, name, { finishFlush, ...(maxContentLength > 0 ? { maxOutputLength: maxContentLength } : {}) })
}

function codeOf(cause: unknown): string {
  if (isTooLarge(cause)) return 'ERR_BAD_RESPONSE'
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN'
}

function messageOf(cause: unknown, config: InternalAxiosRequestConfig): string {
  if (isTooLarge(cause)) return `maxContentLength size of ${config.maxContentLength} exceeded`
  return cause instanceof Error ? cause.message : String(cause)
}
