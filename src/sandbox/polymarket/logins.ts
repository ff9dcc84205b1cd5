import type { FaceReply, FaceRequest } from '../face.ts'
import type { Call, Caller } from './caller.ts'
import type { ClobContext } from './context.ts'
import { verifyLogin } from './order-signature.ts'
import { failure, ok } from './replies.ts'

const badLogin: FaceReply = failure(401, 'Invalid L1 Request headers')
const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** The address that the wallet headers prove, with its nonce, or null. */
async function provenWallet(request: FaceRequest): Promise<{ address: string; nonce: string } | null> {
  const address = request.headers.poly_address ?? ''
  const signature = request.headers.poly_signature ?? ''
  const timestamp = request.headers.poly_timestamp ?? ''
  const nonce = request.headers.poly_nonce ?? '0'
  if (!ADDRESS.test(address) || !/^\d{1,12}$/.test(timestamp) || !/^\d{1,18}$/.test(nonce)) return null
  return (await verifyLogin({ address, timestamp, nonce, signature })) ? { address, nonce } : null
}

/** `POST /auth/api-key`. */
export async function createApiKey(context: ClobContext, { request }: Call): Promise<FaceReply> {
  const wallet = await provenWallet(request)
  if (wallet === null) return badLogin
  const created = context.keys.create(wallet.address, wallet.nonce)
  return created === null ? failure(400, 'Could not create api key') : ok(created)
}

/** `GET /auth/derive-api-key`. */
export async function deriveApiKey(context: ClobContext, { request }: Call): Promise<FaceReply> {
  const wallet = await provenWallet(request)
  if (wallet === null) return badLogin
  const derived = context.keys.derive(wallet.address, wallet.nonce)
  return derived === null ? failure(400, 'Could not derive api key!') : ok(derived)
}

/** The login of a call, or null: a signed one, or for reads a read-only key as well. */
export function callerOf(context: ClobContext, request: FaceRequest): Caller | null {
  return signedCaller(context, request) ?? readingCaller(context, request)
}

/** What is shown to a read-only key is what its owner's own key is shown. */
function readingCaller(context: ClobContext, { method, headers }: FaceRequest): Caller | null {
  const { poly_address: address, poly_readonly_api_key: apiKey } = headers
  if (method !== 'GET' || !address || !apiKey || !context.readonlyKeys.isKeyOf(apiKey, address)) return null
  const [ownKey = apiKey] = context.keys.listFor(address)
  return callerFor(context, ownKey, address.toLowerCase())
}

export function callerFor(context: ClobContext, apiKey: string, address: string): Caller {
  return { apiKey, address, traders: context.traders().filter((trader) => trader.signer.toLowerCase() === address) }
}

/**
 * The login by API key, or null. What is signed is the path without its query. How far clocks may differ is not
 * documented and not checked: the sandbox's clock may have been moved. Source: polymarket.md §2.2.
 */
function signedCaller(context: ClobContext, request: FaceRequest): Caller | null {
  const { poly_address: address, poly_signature: signature, poly_timestamp: timestamp } = request.headers
  const { poly_api_key: apiKey, poly_passphrase: passphrase } = request.headers
  if (!address || !signature || !timestamp || !apiKey || !passphrase || !/^\d{1,12}$/.test(timestamp)) return null
  const message = `${timestamp}${request.method}${request.path}${request.body}`
  const owner = context.keys.verify({ apiKey, passphrase, address, message, signature })
  return owner === null ? null : callerFor(context, apiKey, owner)
}
