import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Reads what was traded off a recording with nothing but `JSON.parse`: no schema, decoder or arithmetic of ours, so that a
 * mistake in those is not made twice. Executions are told apart by the venue's ids; one that failed counts as none. What
 * sales brought in counts as negative dollars.
 */
export function readTraded(directory: string): { readonly quantity: number; readonly dollars: number } {
  const executions = new Map<string, { readonly quantity: number; readonly price: number; readonly sold: boolean }>()
  for (const file of readdirSync(directory).sort()) {
    if (!/^\d{3}_GET_(kalshi_fills|polymarket_trades)\.json$/.test(file)) continue
    const { response } = JSON.parse(readFileSync(join(directory, file), 'utf8'))
    if (response.status !== 200) continue
    const body = JSON.parse(response.content.text)
    for (const fill of body.fills ?? []) {
      const { trade_id: id, count_fp: quantity, yes_price_dollars: price, action } = fill
      executions.set(id, { quantity: Number(quantity), price: Number(price), sold: action === 'sell' })
    }
    for (const trade of body.data ?? []) {
      const { id, trader_side: side, status } = trade
      const maker = (trade.maker_orders ?? []).reduce(
        (sum: number, order: { matched_amount: string }) => sum + Number(order.matched_amount),
        0,
      )
      const ownSide = side === 'MAKER' ? trade.maker_orders[0]?.side : trade.side
      const quantity =
        status === 'TRADE_STATUS_FAILED' || status === 'FAILED' ? 0 : side === 'MAKER' ? maker : Number(trade.size)
      executions.set(id, { quantity, price: Number(trade.price), sold: ownSide === 'SELL' })
    }
  }
  const all = [...executions.values()]
  return {
    quantity: all.reduce((sum, { quantity }) => sum + quantity, 0),
    dollars: all.reduce((sum, { quantity, price, sold }) => sum + (sold ? -1 : 1) * quantity * price, 0),
  }
}
