import type { WireOrder } from './order-body.ts'
import {
  depositWalletTypes,
  type ExchangeName,
  exchangeDomain,
  LOGIN_DOMAIN,
  LOGIN_MESSAGE,
  loginTypes,
  ORDER_TYPE_TEXT,
  orderMessage,
  orderTypes,
  ZERO_BYTES32,
} from './typed-data.ts'

// Loaded on the first signature: most requests carry none.
const loadEthers = () => import('ethers')
type Ethers = Awaited<ReturnType<typeof loadEthers>>

export type SignatureVerdict =
  | { readonly kind: 'valid'; readonly orderId: string }
  /** Good, but for another exchange: the order was built for the wrong kind of market. */
  | { readonly kind: 'other_version' }
  | { readonly kind: 'invalid' }

/**
 * Checks that the EOA `owner` signed this order for this exchange. The order id is the digest under the exchange's domain
 * for every signature type. Source: polymarket.md §3.2 and §3.3.
 */
export async function verifyOrder(order: WireOrder, exchange: ExchangeName, owner: string): Promise<SignatureVerdict> {
  const ethers = await loadEthers()
  if (isSignedFor(ethers, order, exchange, owner)) return { kind: 'valid', orderId: digest(ethers, order, exchange) }
  const otherVersion: readonly ExchangeName[] = exchange === 'v3' ? ['v2', 'v2NegRisk'] : ['v3']
  return otherVersion.some((other) => isSignedFor(ethers, order, other, owner))
    ? { kind: 'other_version' }
    : { kind: 'invalid' }
}

function digest({ TypedDataEncoder }: Ethers, order: WireOrder, exchange: ExchangeName): string {
  return TypedDataEncoder.hash(exchangeDomain(exchange), orderTypes, orderMessage(order))
}

function isSignedFor(ethers: Ethers, order: WireOrder, exchange: ExchangeName, owner: string): boolean {
  const signer =
    order.signatureType === 3
      ? recoverWrapped(ethers, order, exchange)
      : recover(ethers, digest(ethers, order, exchange), order.signature)
  return signer !== null && signer.toLowerCase() === owner.toLowerCase()
}

/** Null for bytes that are no signature of anything. */
function recover({ recoverAddress }: Ethers, hash: string, signature: string): string | null {
  if (signature.length !== 2 + 65 * 2) return null
  try {
    return recoverAddress(hash, signature)
  } catch {
    return null
  }
}

/** Inner signature 65 bytes, domain separator 32, struct hash 32, type text, its length in two bytes. */
function recoverWrapped(ethers: Ethers, order: WireOrder, exchange: ExchangeName): string | null {
  const { TypedDataEncoder } = ethers
  const domain = exchangeDomain(exchange)
  const contents = orderMessage(order)
  const inner = order.signature.slice(0, 2 + 65 * 2)
  const expectedTail = [
    TypedDataEncoder.hashDomain(domain).slice(2),
    TypedDataEncoder.hashStruct('Order', orderTypes, contents).slice(2),
    Buffer.from(ORDER_TYPE_TEXT).toString('hex'),
    ORDER_TYPE_TEXT.length.toString(16).padStart(4, '0'),
  ].join('')
  if (order.signature.slice(2 + 65 * 2).toLowerCase() !== expectedTail) return null
  const wrapped = TypedDataEncoder.hash(domain, depositWalletTypes, {
    contents,
    name: 'DepositWallet',
    version: '1',
    chainId: domain.chainId,
    verifyingContract: order.maker,
    salt: ZERO_BYTES32,
  })
  return recover(ethers, wrapped, inner)
}

/** Whether `address` signed this login. */
export async function verifyLogin(login: {
  readonly address: string
  readonly timestamp: string
  readonly nonce: string
  readonly signature: string
}): Promise<boolean> {
  const ethers = await loadEthers()
  const message = {
    address: login.address,
    timestamp: login.timestamp,
    nonce: login.nonce,
    message: LOGIN_MESSAGE,
  }
  const hash = ethers.TypedDataEncoder.hash(LOGIN_DOMAIN, loginTypes, message)
  return recover(ethers, hash, login.signature)?.toLowerCase() === login.address.toLowerCase()
}
