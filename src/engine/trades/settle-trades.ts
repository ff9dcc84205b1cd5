import { parsePrice } from '../../domain/amounts.ts'
import type { Order } from '../../domain/order.ts'
import { deniedOrder } from '../../domain/order-machine.ts'
import type { Legs } from '../../domain/pair.ts'
import type { ArbTrade } from '../../store/events.ts'
import type { Trading } from '../trading.ts'
import { recordTrade } from './record-trade.ts'
import { type LegTerms, type Mending, type TradeTerms, termsOf, tradeRecord, tradeWord } from './trade-record.ts'

/** A two-leg trade that stands otherwise than its record said. Amounts are decimal strings; null means not known. */
export interface TradeChange {
  readonly tradeId: string
  readonly from: string
  readonly to: string
  /** Contracts held on one leg without the other. */
  readonly imbalance: string | null
}

/** How many trades that had ended are looked at again: a fill that a venue tells late comes soon or never. */
const ENDED_MAX = 20

/**
 * Judges two-leg trades anew, by their orders as they stand now: a frozen trade thaws once its orders are settled, one that
 * a killed process left open gets its end, and one that had ended is opened again by a fill that was told late. Buys and
 * sells nothing.
 */
export async function settleTrades(trading: Trading): Promise<readonly TradeChange[]> {
  const { openTrades } = await trading.ledger.refresh()
  const latest = await trading.ledger.listTrades({ limit: ENDED_MAX })
  const ended = latest.filter(({ id }) => !openTrades.has(id))
  const changes: TradeChange[] = []
  for (const trade of [...openTrades.values(), ...ended]) {
    const record = await judgeAnew(trading, trade)
    if (record === null || standing(record) === standing(trade)) continue
    await recordTrade(trading, { type: 'trade.updated', trade: record })
    const [from, to] = [tradeWord(trade), tradeWord(record)]
    if (from !== to) changes.push({ tradeId: trade.id, from, to, imbalance: record.imbalance })
  }
  return changes
}

/** All that a judgement says of a trade. */
function standing({ status, legs, edgeRealized, imbalance, fees, provisional = false }: ArbTrade): string {
  return JSON.stringify([status, legs.map((leg) => leg.filledQuantity), edgeRealized, imbalance, fees, provisional])
}

function neverSent(trade: ArbTrade): ArbTrade {
  const legs = trade.legs.map((leg) => ({ ...leg, filledQuantity: '0' }))
  return { ...trade, status: 'failed', legs, edgeRealized: '0', imbalance: '0', fees: '0' }
}

async function judgeAnew(trading: Trading, trade: ArbTrade): Promise<ArbTrade | null> {
  const terms = termsOf(trade)
  if (terms === null) return null
  const legs = await findLegs(trading, terms)
  // Intents are durable before a byte leaves: without them, nothing was ever sent.
  if (legs === null) return neverSent(trade)
  return tradeRecord(terms, legs, await findMending(trading, trade))
}

/** Both legs of a trade as they stand. Null when neither was ever sent. */
export async function findLegs(trading: Trading, { legs }: TradeTerms): Promise<Legs | null> {
  const first = await trading.ledger.findOrder(legs[0].orderId)
  const second = await trading.ledger.findOrder(legs[1].orderId)
  if (first === null) return second === null ? null : [neverPlaced(legs[0], second), second]
  return [first, second ?? neverPlaced(legs[1], first)]
}

/** A leg that was to follow the other one, and did not come to it. */
function neverPlaced({ orderId: id, market, outcome, limit }: LegTerms, { intent, createdAt }: Order): Order {
  const known = {
    ...(outcome === undefined ? {} : { outcome }),
    ...(limit === undefined ? {} : { price: parsePrice(limit) }),
  }
  return deniedOrder({ ...intent, id, market, ...known }, 'Not sent.', createdAt)
}

/** The orders that mended a trade. One that was named and never submitted was never sent. */
export async function findMending(trading: Trading, trade: ArbTrade): Promise<Mending> {
  const find = async (ids: readonly string[]): Promise<readonly Order[]> => {
    const orders = await Promise.all(ids.map((id) => trading.ledger.findOrder(id)))
    return orders.flatMap((order) => order ?? [])
  }
  return { unwinds: await find(trade.unwindOrderIds), completions: await find(trade.completionOrderIds ?? []) }
}
