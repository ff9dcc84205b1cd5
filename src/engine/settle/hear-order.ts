import { isSettled } from '../../domain/order.ts'
import { settleTrades, type TradeChange } from '../trades/settle-trades.ts'
import type { Trading } from '../trading.ts'
import { bookMissedFills } from './book-fills.ts'
import { knownOrder } from './known-order.ts'
import { settleOrder } from './settle-order.ts'

/**
 * Asks the venue about an order of which a socket told something, books what the venue lists of it, also if the order had
 * ended, and judges two-leg trades anew. Sends nothing that could trade.
 * @throws VenueError when the venue cannot be read.
 */
export function hearOrder(trading: Trading, orderId: string, signal?: AbortSignal): Promise<readonly TradeChange[]> {
  return trading.operations.run({ op: 'hear', order: orderId }, async () => {
    await trading.ledger.refresh()
    const order = await knownOrder(trading, orderId)
    if (isSettled(order)) {
      const market = await trading.observe.market(order.intent.market, signal)
      await bookMissedFills(trading, await trading.client(order.venue), order, market, signal)
    } else await settleOrder(trading, order, 'poll', signal)
    return settleTrades(trading)
  })
}
