import { constants, type KeyObject, verify } from 'node:crypto'
import type { Clock } from '../../runtime/clock.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import { failure } from './replies.ts'
import type { Scope } from './scopes.ts'

/** Accepted difference between the signed time and ours. Observed: 10 s pass, 30 s do not (venue page §2). */
const SKEW_LIMIT_MS = 15_000

export interface KnownKey {
  readonly publicKey: KeyObject
  readonly name: string
  readonly scopes: readonly Scope[]
}

/** Who may call, by API key id. */
export type KeyBook = Map<string, KnownKey>

function refused(details: string): FaceReply {
  return failure(401, { code: 'authentication_error', message: 'authentication_error', details })
}

/**
 * Checks the three headers over timestamp, method and path without query. Null when they are in order.
 * `clock` is the host's own: moving the exchange's time must not lock its clients out.
 */
export function refuseUnsigned(request: FaceRequest, keys: KeyBook, clock: Clock): FaceReply | null {
  const keyId = request.headers['kalshi-access-key']
  const timestamp = request.headers['kalshi-access-timestamp']
  const signature = request.headers['kalshi-access-signature']
  if (!keyId || !timestamp || !signature) {
    return failure(401, {
      code: 'signature_is_missing_from_headers',
      message: 'signature is missing from headers',
    })
  }
  if (!/^\d{1,16}$/.test(timestamp) || Math.abs(clock.nowMs() - Number(timestamp)) > SKEW_LIMIT_MS) {
    return failure(401, { code: 'header_timestamp_expired', message: 'header timestamp expired' })
  }
  const key = keys.get(keyId)
  if (key === undefined) return refused('NOT_FOUND')
  const message = Buffer.from(`${timestamp}${request.method}${request.path}`)
  return isSignedBy(key.publicKey, message, Buffer.from(signature, 'base64'))
    ? null
    : refused('INCORRECT_API_KEY_SIGNATURE')
}

/** RSA keys sign with PSS, SHA-256 and a salt of digest length; Ed25519 keys sign the bytes as they are. */
function isSignedBy(key: KeyObject, message: Buffer, signature: Buffer): boolean {
  if (key.asymmetricKeyType === 'ed25519') return verify(null, message, key, signature)
  return verify(
    'sha256',
    message,
    { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
    signature,
  )
}

/** Children of the broad scopes, by the calls that they allow. */
const childScopes: readonly (readonly [Scope, method: 'read' | 'write', path: RegExp])[] = [
  ['read::portfolio_balance', 'read', /\/portfolio\/balance$/],
  ['write::trade', 'write', /\/portfolio\/(events\/orders|order_groups)(\/|$)/],
  ['write::transfer', 'write', /\/portfolio\/(intra_exchange_instance_transfer|subaccounts\/transfer)$/],
]

/** Whether the key of a signed request may make this call. */
export function isInScope(request: FaceRequest, keys: KeyBook): boolean {
  const scopes = keys.get(request.headers['kalshi-access-key'] ?? '')?.scopes ?? []
  const kind = request.method === 'GET' ? 'read' : 'write'
  const child = childScopes.find(([, wanted, path]) => wanted === kind && path.test(request.path))
  return scopes.includes(kind) || (child !== undefined && scopes.includes(child[0]))
}
