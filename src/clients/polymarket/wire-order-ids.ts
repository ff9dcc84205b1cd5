import * as v from 'valibot'
import { exchanges } from './contracts.ts'
import { orderId } from './order-hash.ts'
import { exchangeDomain, type OrderStruct, type TypedDataDomain } from './typed-data.ts'

const text = v.string()
const side = v.picklist(['BUY', 'SELL'])

/** The signed part of an order as it travels. `salt` is a JSON number there. */
const wireOrder = v.object({
  order: v.object({
    salt: v.union([v.number(), text]),
    maker: text,
    signer: text,
    tokenId: text,
    makerAmount: text,
    takerAmount: text,
    side,
    signatureType: v.picklist([0, 1, 2, 3]),
    timestamp: text,
    metadata: text,
    builder: text,
  }),
})

const wireOrders = v.union([
  v.pipe(
    wireOrder,
    v.transform((one) => [one]),
  ),
  v.array(wireOrder),
])

const domains: readonly TypedDataDomain[] = [
  exchangeDomain('2', exchanges.v2),
  exchangeDomain('2', exchanges.v2NegRisk),
  exchangeDomain('3', exchanges.v3),
]

/**
 * The ids that the orders of a request can get, a list for each order: which exchange it is meant for does not stand in
 * the order, so there is one for each exchange, always in the same sequence. Empty when the body holds no orders.
 */
export async function wireOrderIds(body: unknown): Promise<readonly (readonly string[])[]> {
  const parsed = v.safeParse(wireOrders, body)
  if (!parsed.success) return []
  return Promise.all(
    parsed.output.map(({ order }) => {
      const struct: OrderStruct = { ...order, salt: String(order.salt), side: order.side === 'BUY' ? 0 : 1 }
      return Promise.all(domains.map((domain) => orderId(struct, domain)))
    }),
  )
}
