import type { FaceReply } from '../face.ts'

/** Kalshi's answers and its four error envelopes. Source: venue page §6, state of 2026-11. */

export function json(status: number, value: unknown): FaceReply {
  return { status, body: JSON.stringify(value) }
}

export const noContent: FaceReply = { status: 204, body: null }

export interface ErrorParts {
  readonly code: string
  readonly message: string
  readonly details?: string
}

/** `{"error":{…}}`: what nearly all calls answer with. */
export function failure(status: number, parts: ErrorParts): FaceReply {
  return json(status, { error: parts })
}

/** `{"code":…}` without a wrapper: requests that could not even be decoded. */
export function flatFailure(status: number, parts: ErrorParts): FaceReply {
  return json(status, parts)
}

/** `{"msg":…}`: a query parameter out of its bounds. */
export function queryFailure(operation: string, field: string, rule: string): FaceReply {
  const key = `Key: '${operation}Params.${field}'`
  return json(400, {
    msg: `Parameter validation failed for ${operation}: ${key} Error:Field validation for '${field}' failed on the '${rule}' tag`,
  })
}

export const notFound: FaceReply = failure(404, { code: 'not_found', message: 'not found' })

export const marketNotFound: FaceReply = failure(404, { code: 'market_not_found', message: 'market not found' })

export function invalidParameters(details?: string): FaceReply {
  return failure(400, {
    code: 'invalid_parameters',
    message: 'invalid parameters',
    ...(details === undefined ? {} : { details }),
  })
}
