import { addMoney, type Money, type Price } from '../domain/amounts.ts'
import { VenueError } from '../domain/errors.ts'
import { type Exposure, exposureOf } from '../domain/exposure.ts'
import { bookOf } from '../domain/order-book.ts'
import { knownFees, type Position, unrealizedPnl } from '../domain/position.ts'
import type { Trading } from './trading.ts'

export interface PositionRow {
  readonly position: Position
  /** What the holding could be sold at now: the best bid for its outcome. Null when there is none or it was not asked. */
  readonly marketPrice: Price | null
  readonly unrealizedPnl: Money | null
}

export interface PositionsReport {
  /** What is held now. */
  readonly positions: readonly PositionRow[]
  readonly exposure: Exposure
  /** Over all positions that the journal keeps in view, closed ones included, in dollars. */
  readonly totals: { readonly realizedPnl: Money; readonly fees: Money | null }
}

/** What the journal says is held, priced at what it could be sold for. A market that cannot be read leaves the price unknown. */
export async function listPositions(
  trading: Trading,
  options: { readonly prices: boolean },
  signal?: AbortSignal,
): Promise<PositionsReport> {
  const state = await trading.ledger.refresh()
  const held = [...state.positions.values()].filter((position) => position.quantity !== 0n)
  const positions = await Promise.all(
    held.map(async (position) => {
      const marketPrice = options.prices ? await sellingPrice(trading, position, signal) : null
      return { position, marketPrice, unrealizedPnl: unrealizedPnl(position, marketPrice) }
    }),
  )
  const all = [...state.positions.values()]
  return {
    positions,
    exposure: exposureOf(all, state.openOrders.values()),
    totals: {
      realizedPnl: addMoney(...all.map(({ realizedPnl }) => realizedPnl)),
      fees: all.some((position) => knownFees(position) === null) ? null : addMoney(...all.map(({ fees }) => fees)),
    },
  }
}

async function sellingPrice(trading: Trading, position: Position, signal?: AbortSignal): Promise<Price | null> {
  try {
    const market = await trading.observe.market(position.market, signal)
    const book = bookOf(await trading.observe.book(market, signal), position.outcome)
    return book.bids[0]?.price ?? null
  } catch (error) {
    if (error instanceof VenueError) return null
    throw error
  }
}
