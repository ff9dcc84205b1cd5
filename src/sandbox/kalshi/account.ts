import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { addQuantity } from '../../domain/amounts.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import { type Fields, readBody, text } from './body.ts'
import type { KalshiContext } from './context.ts'
import { contracts, unixSeconds } from './format.ts'
import { rateLimits } from './rate-limit.ts'
import { failure, invalidParameters, json, noContent, notFound } from './replies.ts'
import { isScope, type Scope } from './scopes.ts'

/** API keys and the account's level. Keys made here last as long as the process. */

/** The body of a refusal for want of a scope is not established. */
export const forbidden: FaceReply = failure(403, { code: 'forbidden', message: 'forbidden' })

export function listKeys({ owner }: KalshiContext): FaceReply {
  return json(200, {
    api_keys: [...owner.keys].map(([api_key_id, key]) => ({ api_key_id, name: key.name, scopes: key.scopes })),
  })
}

/** A key pair made for the caller. The private half is shown once and kept nowhere. */
export function generateKey(context: KalshiContext, request: FaceRequest): FaceReply {
  const wanted = readKeyRequest(request)
  if ('status' in wanted) return wanted
  const type = wanted.fields.key_type ?? 'rsa'
  if (type !== 'rsa' && type !== 'ed25519') return invalidParameters('key_type')
  const pair = type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength: 2048 }) : generateKeyPairSync('ed25519')
  const format =
    type === 'rsa' ? ({ type: 'pkcs1', format: 'pem' } as const) : ({ type: 'pkcs8', format: 'pem' } as const)
  return json(201, {
    api_key_id: keep(context, pair.publicKey, wanted),
    key_type: type,
    private_key: pair.privateKey.export(format).toString(),
  })
}

/** Own public keys are for the higher levels. */
export function createKey(context: KalshiContext, request: FaceRequest): FaceReply {
  const wanted = readKeyRequest(request)
  if ('status' in wanted) return wanted
  if (context.owner.limits !== null) return forbidden
  const publicKey = parsePublicKey(text(wanted.fields, 'public_key') ?? '')
  return publicKey === null
    ? invalidParameters('public_key')
    : json(201, { api_key_id: keep(context, publicKey, wanted) })
}

export function deleteKey({ owner }: KalshiContext, keyId: string): FaceReply {
  return owner.keys.delete(keyId) ? noContent : notFound
}

interface KeyRequest {
  readonly fields: Fields
  readonly name: string
  readonly scopes: readonly Scope[]
}

function readKeyRequest(request: FaceRequest): KeyRequest | FaceReply {
  const body = readBody(request)
  if (body.kind === 'refused') return body.reply
  const name = text(body.fields, 'name')
  if (name === null) return invalidParameters('name')
  const asked = body.fields.scopes ?? ['read', 'write']
  if (!Array.isArray(asked) || !asked.every(isScope)) return invalidParameters('scopes')
  if (asked.includes('write') && !asked.includes('read')) return invalidParameters('scopes: write needs read')
  // A key of another subaccount would have nothing to trade with.
  if ((body.fields.subaccount ?? 0) !== 0) return invalidParameters('subaccount')
  return { fields: body.fields, name, scopes: asked }
}

function parsePublicKey(pem: string): KeyObject | null {
  try {
    return createPublicKey(pem)
  } catch {
    return null
  }
}

function keep({ owner }: KalshiContext, publicKey: KeyObject, { name, scopes }: KeyRequest): string {
  const id = keyIdOf(publicKey)
  owner.keys.set(id, { publicKey, name, scopes })
  return id
}

/** A UUID drawn from the key itself. */
function keyIdOf(publicKey: KeyObject): string {
  const hex = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

/** To Advanced, for accounts that have placed an order through the API. A higher level stays. */
export function upgradeLevel({ host, owner }: KalshiContext): FaceReply {
  if (host.exchange.orders(owner.account).length === 0) return forbidden
  if (owner.limits?.tier === rateLimits.basic.tier) owner.limits = rateLimits.advanced
  return { status: 201, body: null }
}

const MONTH_MS = 30 * 86_400_000

export function volumeProgress({ host, owner }: KalshiContext): FaceReply {
  const nowMs = host.clock.nowMs()
  const lately = host.exchange.trades({ account: owner.account }).filter((trade) => trade.timeMs > nowMs - MONTH_MS)
  return json(200, {
    volume_progress: [
      {
        computed_ts: unixSeconds(nowMs),
        trailing_30d_volume_fp: contracts(addQuantity(...lately.map((trade) => trade.quantity))),
        goals: [],
      },
    ],
  })
}
