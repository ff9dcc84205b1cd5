import { createHmac } from 'node:crypto'
import type { Headers } from '../http/request.ts'

/** API key triple. All three are secrets. */
export interface ApiCredentials {
  readonly apiKey: string
  /** Base64 in either alphabet, with or without padding. */
  readonly secret: string
  readonly passphrase: string
}

export interface SignedCall {
  /** Always the signing EOA, also when a wallet is the maker. */
  readonly address: string
  /** Unix seconds. */
  readonly timestampS: number
  readonly method: string
  /** From the service's root, without host and without query: the venue leaves the query out. */
  readonly path: string
  /** Exactly the text that is sent, empty when there is none. */
  readonly body: string
}

/** HMAC over time, method, path and body, keyed with the decoded secret; URL-safe base64 with padding. */
export function l2Signature(secret: string, call: Omit<SignedCall, 'address'>): string {
  const key = Buffer.from(secret.replaceAll('-', '+').replaceAll('_', '/'), 'base64')
  return createHmac('sha256', key)
    .update(`${call.timestampS}${call.method}${call.path}${call.body}`, 'utf8')
    .digest('base64')
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}

/** Login for every call of an account, made afresh for each attempt. */
export function l2Headers(credentials: ApiCredentials, call: SignedCall): Headers {
  return {
    POLY_ADDRESS: call.address,
    POLY_SIGNATURE: l2Signature(credentials.secret, call),
    POLY_TIMESTAMP: String(call.timestampS),
    POLY_API_KEY: credentials.apiKey,
    POLY_PASSPHRASE: credentials.passphrase,
  }
}
