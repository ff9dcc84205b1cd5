import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Reads what was traded off a recording with nothing but `JSON.parse`: no schema, decoder or arithmetic of ours, so that a
 * mistake in those is not made twice. Executions are told apart by the venue's ids; one that failed counts as none.
 */
export function readTraded(directory: string): { readonly quantity: number; readonly dollars: number } {
  const executions = new Map<string, { readonly quantity: number; readonly price: number }>()
  for (const file of readdirSync(directory).sort()) {
    if (!/^\d{3}_GET_(kalshi_fills|polymarket_trades)\.json$/.test(file)) continue
    const { response } = JSON.parse(readFileSync(join(directory, file), 'utf8'))
    if (response.status !== 200) continue
    const body = JSON.parse(response.content.text)
    for (const fill of body.fills ?? []) {
      const { trade_id: id, count_fp: quantity, yes_price_dollars: price } = fill
      executions.set(id, { quantity: Number(quantity), price: Number(price) })
    }
    for (const trade of body.data ?? []) {
      const { id, trader_side: side, status } = trade
      const maker = (trade.maker_orders ?? []).reduce(
        (sum: number, order: { matched_amount: string }) => sum + Number(order.matched_amount),
        0,
      )
      const quantity =
        status === 'TRADE_STATUS_FAILED' || status === 'FAILED' ? 0 : side === 'MAKER' ? maker : Number(trade.size)
      executions.set(id, { quantity, price: Number(trade.price) })
    }
  }
  const all = [...executions.values()]
  return {
    quantity: all.reduce((sum, { quantity }) => sum + quantity, 0),
    dollars: all.reduce((sum, { quantity, price }) => sum + quantity * price, 0),
  }
}
