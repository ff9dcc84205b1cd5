import { addMoney, formatAmount, type Money, moneyOf, negateMoney, ZERO_MONEY } from '../../domain/amounts.ts'
import { exposureOf } from '../../domain/exposure.ts'
import type { Order } from '../../domain/order.ts'
import type { Ledger } from '../../store/ledger.ts'

/** What must come out of a recording, in the words of `--json`. Amounts are decimal strings; null is not known. */
export interface Expected {
  readonly orders: readonly {
    readonly market: string
    readonly outcome: string
    readonly side: string
    readonly quantity: string
    readonly price: string
    readonly timeInForce: string
    readonly status: string
    readonly filledQuantity: string
    readonly provisionalQuantity: string
    readonly averagePrice: string | null
    readonly fees: string | null
    readonly fills: number
  }[]
  readonly positions: readonly {
    readonly market: string
    readonly outcome: string
    readonly quantity: string
    readonly provisionalQuantity: string
    readonly cost: string
    readonly fees: string | null
  }[]
  /** Dollars that left (-) or came to the account. Null when a fee is not known. */
  readonly cash: string | null
  readonly exposure: string
}

/** What a session came to: its orders, what is held in their markets, and what the whole account has at risk. */
export async function outcomeSince(
  ledger: Pick<Ledger, 'state' | 'listOrders'>,
  /** Unix ms. */
  startedAtMs: number,
): Promise<Expected> {
  const { positions, openOrders } = ledger.state
  const orders = [...(await ledger.listOrders({ limit: 1_000 }))]
    .filter(({ intent }) => intent.createdAtMs >= startedAtMs)
    .reverse()
  const markets = new Set(orders.map(({ intent }) => intent.market))
  return {
    orders: orders.map(expectedOrder),
    positions: [...positions.values()]
      .filter(({ market }) => markets.has(market))
      .filter(
        ({ quantity, provisionalBought, provisionalSold }) =>
          quantity !== 0n || provisionalBought + provisionalSold !== 0n,
      )
      .map((position) => ({
        market: position.market,
        outcome: position.outcome,
        quantity: formatAmount(position.quantity),
        provisionalQuantity: formatAmount(position.provisionalBought),
        cost: formatAmount(position.totalCost),
        fees: position.fillsWithoutFee > 0 ? null : formatAmount(position.fees),
      })),
    cash: textOf(cashMoved(orders)),
    exposure: formatAmount(exposureOf(positions.values(), openOrders.values()).total),
  }
}

function expectedOrder(order: Order): Expected['orders'][number] {
  const { intent } = order
  return {
    market: intent.market,
    outcome: intent.outcome,
    side: intent.side,
    quantity: formatAmount(intent.quantity),
    price: formatAmount(intent.price),
    timeInForce: intent.timeInForce,
    status: order.status,
    filledQuantity: formatAmount(order.filledQuantity),
    provisionalQuantity: formatAmount(order.provisionalQuantity),
    averagePrice: textOf(order.averagePrice),
    fees: textOf(order.fees),
    fills: order.fillIds.length,
  }
}

/** What the booked fills cost and were charged. Scenarios buy; a sale would bring money in. */
function cashMoved(orders: readonly Order[]): Money | null {
  let moved: Money = ZERO_MONEY
  for (const { intent, bookedCost, bookedFees } of orders) {
    if (bookedFees === null) return null
    const traded = intent.side === 'buy' ? negateMoney(bookedCost) : bookedCost
    moved = addMoney(moved, traded, negateMoney(bookedFees))
  }
  return moneyOf(moved)
}

function textOf(amount: Money | Order['averagePrice']): string | null {
  return amount === null ? null : formatAmount(amount)
}
