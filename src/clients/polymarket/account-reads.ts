import type * as v from 'valibot'
import type { Quantity } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'
import type { Fill } from '../../domain/fill.ts'
import type { Outcome } from '../../domain/market.ts'
import type { CallOptions, VenueOpenOrder, VenuePosition } from '../../domain/venue.ts'
import type { Transport } from '../http/transport.ts'
import { type Clob, endlessList, readReply } from './clob.ts'
import { orderSchema, positionsPageSchema, tradeSchema } from './decode.ts'
import { type FillContext, ForeignAsset, fillsOfAccount } from './fills.ts'
import type { Gamma } from './gamma.ts'
import type { MarketIdentity } from './market-decode.ts'
import { unreadableTrade } from './order-reads.ts'
import { normalConditionId } from './routing.ts'

const MAX_POSITION_PAGES = 200

/** All resting orders of the API key. */
export async function listOpenOrders(
  clob: Clob,
  gamma: Gamma,
  options?: CallOptions,
): Promise<readonly VenueOpenOrder[]> {
  const call = { path: '/data/orders', endpoint: 'list_orders', query: {} }
  const orders = await clob.readAllPages(orderSchema, call, options)
  const markets = await gamma.identify(
    orders.map((order) => conditionOf(order.market)),
    options,
  )
  return orders.map((order) => {
    const identity = identityIn(markets, order.market)
    const outcome = outcomeIn(identity, order.assetId)
    if (outcome === null) throw foreign('order', order.id, identity)
    return {
      venueOrderId: order.id,
      clientOrderId: null,
      market: identity.market.id,
      outcome,
      side: order.side,
      price: order.price,
      quantity: order.originalSize,
      remainingQuantity: (order.originalSize - order.sizeMatched) as Quantity,
    }
  })
}

/** Executions of the account since a time. Whole seconds are what the venue filters by, so a second more is asked for. */
export async function listAccountFills(
  clob: Clob,
  gamma: Gamma,
  sinceMs: number | undefined,
  options?: CallOptions,
): Promise<readonly Fill[]> {
  const { funder } = await clob.getAccount()
  const query = sinceMs === undefined ? {} : { after: String(Math.max(0, Math.floor(sinceMs / 1000) - 1)) }
  const trades = await clob.readAllPages(tradeSchema, { path: '/data/trades', endpoint: 'list_trades', query }, options)
  const markets = await gamma.identify(
    trades.map((trade) => conditionOf(trade.market)),
    options,
  )
  return trades.flatMap((trade) => {
    const identity = identityIn(markets, trade.market)
    const context: FillContext = { market: identity.market, outcomeOf: (assetId) => outcomeIn(identity, assetId) }
    try {
      return fillsOfAccount(trade, funder, context)
    } catch (error) {
      if (error instanceof ForeignAsset) throw unreadableTrade(error, identity.market.id)
      throw error
    }
  })
}

/**
 * Holdings of the wallet from the data service, those of resolved but unredeemed markets included. It lags the chain by
 * seconds and leaves out holdings below 0.1 share, so it checks our own books and does not replace them.
 */
export async function listPositions(
  data: Transport,
  gamma: Gamma,
  wallet: string,
  options?: CallOptions,
): Promise<readonly VenuePosition[]> {
  const rows = await positionRows(data, wallet, options)
  const held = rows.filter((row) => row.current_size > 0n)
  const unnamed = held.filter((row) => row.slug === null || outcomeAt(row.outcome_index) === null)
  const markets = await gamma.identify(
    unnamed.map((row) => conditionOf(row.condition_id)),
    options,
  )
  return held.map((row) => {
    const outcome = outcomeAt(row.outcome_index)
    if (row.slug !== null && outcome !== null) {
      return { market: `polymarket:${row.slug}`, outcome, quantity: row.current_size }
    }
    const identity = identityIn(markets, row.condition_id)
    const byToken = outcomeIn(identity, row.token_id)
    if (byToken === null) throw foreign('position', row.token_id, identity)
    return { market: identity.market.id, outcome: byToken, quantity: row.current_size }
  })
}

type PositionRow = v.InferOutput<typeof positionsPageSchema>['data'][number]

async function positionRows(data: Transport, wallet: string, options?: CallOptions): Promise<readonly PositionRow[]> {
  const rows: PositionRow[] = []
  const cursors = new Set<string>()
  let cursor: string | null = null
  for (let page = 0; page < MAX_POSITION_PAGES; page++) {
    const query = { user: wallet, ...(cursor === null ? { limit: '100' } : { cursor }) }
    const path = '/v2/positions'
    const reply = await data.send({ ...options, method: 'GET', path, query, endpoint: 'list_positions', safe: true })
    const answer = readReply(positionsPageSchema, reply, 'list_positions')
    rows.push(...answer.data)
    cursor = answer.pagination?.next_cursor ?? null
    if (cursor === null || cursors.has(cursor)) return rows
    cursors.add(cursor)
  }
  throw endlessList('list_positions')
}

function outcomeAt(index: number | '' | null): Outcome | null {
  if (index === 0) return 'yes'
  return index === 1 ? 'no' : null
}

function conditionOf(text: string): string {
  return normalConditionId(text) ?? text
}

function identityIn(markets: ReadonlyMap<string, MarketIdentity>, conditionId: string): MarketIdentity {
  const identity = markets.get(conditionOf(conditionId))
  if (identity === undefined) throw new Error(`market ${conditionId} was not looked up`)
  return identity
}

function outcomeIn(identity: MarketIdentity, assetId: string): Outcome | null {
  return identity.assets.find((asset) => asset.assetId === assetId)?.outcome ?? null
}

function foreign(kind: string, id: string, identity: MarketIdentity): VenueError {
  return new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'ASSET_UNKNOWN',
    message: `Polymarket lists ${kind} ${id} of ${identity.market.id} in an asset that is not one of its outcomes.`,
    facts: { market: identity.market.id },
  })
}
