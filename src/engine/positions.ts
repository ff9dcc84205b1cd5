import {
  addMoney,
  addQuantity,
  type Money,
  type Price,
  type Quantity,
  roundDownToStep,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { VenueError } from '../domain/errors.ts'
import { type Exposure, exposureOf } from '../domain/exposure.ts'
import type { Market } from '../domain/market.ts'
import type { Order } from '../domain/order.ts'
import { bookOf } from '../domain/order-book.ts'
import {
  emptyPosition,
  isHeld,
  knownFees,
  type Position,
  type Positions,
  positionKey,
  unrealizedPnl,
} from '../domain/position.ts'
import type { ArbTrade } from '../store/events.ts'
import type { Trading } from './trading.ts'

export interface PositionRow {
  readonly position: Position
  /** Contracts that orders report as bought (negative: sold) and whose fills are not booked yet. */
  readonly claimedQuantity: Quantity
  /** What is left of the holding beyond whole steps of its market, which cannot be sold. Null when it was not asked. */
  readonly dustQuantity: Quantity | null
  /** What the holding could be sold at now: the best bid for its outcome. Null when there is none or it was not asked. */
  readonly marketPrice: Price | null
  readonly unrealizedPnl: Money | null
}

export interface PositionsReport {
  /** What is held now. */
  readonly positions: readonly PositionRow[]
  /** Two-leg trades that have not ended. */
  readonly trades: readonly ArbTrade[]
  readonly exposure: Exposure
  /** Over all positions that the journal keeps in view, closed ones included, in dollars. */
  readonly totals: { readonly realizedPnl: Money; readonly provisionalPnl: Money; readonly fees: Money | null }
}

/** What the journal says is held, priced at what it could be sold for. A market that cannot be read leaves the price unknown. */
export async function listPositions(
  trading: Trading,
  options: { readonly prices: boolean },
  signal?: AbortSignal,
): Promise<PositionsReport> {
  const state = await trading.ledger.refresh()
  const orders = [...state.openOrders.values()]
  const held = shownPositions(state.positions, orders)
  const positions = await Promise.all(
    held.map(async (position): Promise<PositionRow> => {
      const market = options.prices ? await readMarket(trading, position, signal) : null
      const marketPrice = market === null ? null : await sellingPrice(trading, market, position, signal)
      return {
        position,
        claimedQuantity: claimedIn(position, orders),
        dustQuantity: market === null ? null : dustOf(position, market),
        marketPrice,
        unrealizedPnl: unrealizedPnl(position, marketPrice),
      }
    }),
  )
  const all = [...state.positions.values()]
  return {
    positions,
    trades: [...state.openTrades.values()],
    exposure: exposureOf(all, state.openOrders.values()),
    totals: {
      realizedPnl: addMoney(...all.map(({ realizedPnl }) => realizedPnl)),
      provisionalPnl: addMoney(...all.map(({ provisionalPnl }) => provisionalPnl)),
      fees: all.some((position) => knownFees(position) === null) ? null : addMoney(...all.map(({ fees }) => fees)),
    },
  }
}

/** What is held or may be again, and what orders claim without a fill to show for it. */
function shownPositions(positions: Positions, orders: readonly Order[]): readonly Position[] {
  const shown = new Map([...positions].filter(([_key, position]) => isHeld(position)))
  for (const { intent, filledQuantity, bookedQuantity } of orders) {
    const key = positionKey(intent.market, intent.outcome)
    if (filledQuantity === bookedQuantity || shown.has(key)) continue
    shown.set(key, positions.get(key) ?? emptyPosition(intent.market, intent.outcome))
  }
  return [...shown.values()]
}

/** What orders claim to have filled here and cannot show yet. */
function claimedIn({ market, outcome }: Position, orders: readonly Order[]): Quantity {
  const here = orders.filter(({ intent }) => intent.market === market && intent.outcome === outcome)
  return here.reduce((sum, { intent, filledQuantity, bookedQuantity }) => {
    const claimed = subtractQuantity(filledQuantity, bookedQuantity)
    return intent.side === 'buy' ? addQuantity(sum, claimed) : subtractQuantity(sum, claimed)
  }, ZERO_QUANTITY)
}

function dustOf({ quantity }: Position, { quantityStep }: Market): Quantity {
  return quantity > 0n ? subtractQuantity(quantity, roundDownToStep(quantity, quantityStep)) : ZERO_QUANTITY
}

async function readMarket(trading: Trading, { market }: Position, signal?: AbortSignal): Promise<Market | null> {
  return unlessUnreadable(() => trading.observe.market(market, signal))
}

async function sellingPrice(
  trading: Trading,
  market: Market,
  { outcome }: Position,
  signal?: AbortSignal,
): Promise<Price | null> {
  const book = await unlessUnreadable(() => trading.observe.book(market, signal))
  return book === null ? null : (bookOf(book, outcome).bids[0]?.price ?? null)
}

/** Null when the venue cannot be read. */
async function unlessUnreadable<T>(read: () => Promise<T>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof VenueError) return null
    throw error
  }
}
