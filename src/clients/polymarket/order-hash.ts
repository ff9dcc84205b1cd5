import { loadEvm } from './evm.ts'
import { type OrderStruct, orderTypes, type TypedDataDomain } from './typed-data.ts'

/**
 * The order's id at the venue: the EIP-712 digest of the order under its exchange's domain, for every signature type.
 * Known before anything is sent, so that an order whose answer is lost can be looked up.
 */
export async function orderId(order: OrderStruct, domain: TypedDataDomain): Promise<string> {
  const evm = await loadEvm()
  return evm.typedDataDigest(domain, orderTypes, { ...order })
}
