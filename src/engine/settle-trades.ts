import type { Order } from '../domain/order.ts'
import type { ArbTrade } from '../store/events.ts'
import { type TradeTerms, tradeRecord, tradeWord } from './trade-record.ts'
import type { Trading } from './trading.ts'

/** A two-leg trade that stands otherwise than its record said. Amounts are decimal strings; null means not known. */
export interface TradeChange {
  readonly tradeId: string
  readonly from: string
  readonly to: string
  /** Contracts held on one leg without the other. */
  readonly imbalance: string | null
}

/**
 * Judges two-leg trades that had not ended anew, by their orders as they stand now: a frozen trade thaws once its orders are
 * settled, and one that a killed process left open gets its end. Buys and sells nothing.
 */
export async function settleTrades(trading: Trading): Promise<readonly TradeChange[]> {
  const { openTrades } = await trading.ledger.refresh()
  const changes: TradeChange[] = []
  for (const trade of openTrades.values()) {
    const record = await judgeAnew(trading, trade)
    if (record !== null && JSON.stringify(record) !== JSON.stringify(trade)) {
      await trading.ledger.append({ type: 'trade.updated', trade: record })
      const [from, to] = [tradeWord(trade), tradeWord(record)]
      if (from !== to) changes.push({ tradeId: trade.id, from, to, imbalance: record.imbalance })
    }
  }
  return changes
}

function neverSent(trade: ArbTrade): ArbTrade {
  const legs = trade.legs.map((leg) => ({ ...leg, filledQuantity: '0' }))
  return { ...trade, status: 'failed', legs, edgeRealized: '0', imbalance: '0', fees: '0' }
}

async function judgeAnew(trading: Trading, trade: ArbTrade): Promise<ArbTrade | null> {
  const [firstLeg, secondLeg] = trade.legs
  if (firstLeg === undefined || secondLeg === undefined) return null
  const first = await trading.ledger.findOrder(firstLeg.orderId)
  const second = await trading.ledger.findOrder(secondLeg.orderId)
  // Intents are durable before a byte leaves, and both at once: without them, nothing was ever sent.
  if (first === null && second === null) return neverSent(trade)
  if (first === null || second === null) return null
  const unwinds: Order[] = []
  for (const id of trade.unwindOrderIds) {
    const order = await trading.ledger.findOrder(id)
    if (order === null) return null
    unwinds.push(order)
  }
  const terms: TradeTerms = { id: trade.id, edgeExpected: trade.edgeExpected, legs: [firstLeg, secondLeg] }
  return tradeRecord(terms, [first, second], unwinds)
}
