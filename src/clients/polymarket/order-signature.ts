import { loadEvm } from './evm.ts'
import {
  type OrderStruct,
  orderTypeString,
  orderTypes,
  type TypedDataDomain,
  type TypedDataTypes,
  type TypedDataValue,
  walletOrderTypes,
  walletOrderValue,
} from './typed-data.ts'

/** Signs typed data with the account's own key: 65 bytes, 0x-hex. */
export type SignTypedData = (domain: TypedDataDomain, types: TypedDataTypes, value: TypedDataValue) => Promise<string>

/**
 * The signature as the venue wants it. A deposit wallet (type 3) checks signatures itself and needs, after the owner's
 * signature of the wrapped order, what it takes to rebuild the wrapping: domain separator, order hash, type text and
 * its length.
 */
export async function signOrder(order: OrderStruct, domain: TypedDataDomain, sign: SignTypedData): Promise<string> {
  if (order.signatureType !== 3) return sign(domain, orderTypes, { ...order })
  const [evm, inner] = await Promise.all([
    loadEvm(),
    sign(domain, walletOrderTypes, walletOrderValue(order, domain.chainId)),
  ])
  const typeText = Buffer.from(orderTypeString, 'ascii')
  const parts = [
    inner,
    evm.domainSeparator(domain),
    evm.structHash('Order', orderTypes, { ...order }),
    typeText.toString('hex'),
    typeText.length.toString(16).padStart(4, '0'),
  ]
  return `0x${parts.map((part) => part.replace(/^0x/, '')).join('')}`
}
