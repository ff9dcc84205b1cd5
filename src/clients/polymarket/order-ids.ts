import { exchanges } from './contracts.ts'
import { loadEvm } from './evm.ts'
import { type DomainVersion, exchangeDomain, orderTypes } from './typed-data.ts'

/**
 * The ids that an order's request body implies: its hash at each exchange that it can be signed for, in a fixed order. Which
 * one counts is told by the market, or by the answer. Empty for a body that is no order.
 */
export async function loadOrderIds(): Promise<(requestBody: string) => readonly string[]> {
  const evm = await loadEvm()
  const domains = routes.map(({ version, contract }) => exchangeDomain(version, contract))
  return (requestBody) => {
    const order = orderIn(requestBody)
    if (order === null) return []
    try {
      return domains.map((domain) => evm.typedDataDigest(domain, orderTypes, order))
    } catch {
      // Not an order that this version can hash, as when a field of it was redacted.
      return []
    }
  }
}

const routes: readonly { readonly version: DomainVersion; readonly contract: string }[] = [
  { version: '2', contract: exchanges.v2 },
  { version: '2', contract: exchanges.v2NegRisk },
  { version: '3', contract: exchanges.v3 },
]

/** The order as it is signed: the wire has its side as a word, and its salt as a number. */
function orderIn(requestBody: string): Readonly<Record<string, unknown>> | null {
  let body: unknown
  try {
    body = JSON.parse(requestBody)
  } catch {
    return null
  }
  const order: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'order') : null
  if (typeof order !== 'object' || order === null) return null
  return { ...order, salt: String(Reflect.get(order, 'salt')), side: Reflect.get(order, 'side') === 'SELL' ? 1 : 0 }
}
