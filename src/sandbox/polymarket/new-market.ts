import { formatAmount } from '../../domain/amounts.ts'
import type { SandboxEvent } from '../model.ts'
import type { PolymarketView } from './context.ts'
import { tradedIds } from './lookup.ts'

/** What is told of a market that is listed. Amounts are text here. Source: polymarket.md §8.2, 2026-11. */
export function newMarketMessage(
  { market, details, view }: PolymarketView,
  event: SandboxEvent,
  nowMs: number,
): Readonly<Record<string, unknown>> {
  const { fees } = market
  const ids = tradedIds(details) ?? []
  const isCharged = fees.kind === 'polymarket' && fees.rate !== 0n
  return {
    event_type: 'new_market',
    id: details.gammaId,
    question: market.title,
    market: details.conditionId,
    condition_id: details.conditionId,
    slug: market.symbol,
    description: market.rules,
    assets_ids: ids,
    clob_token_ids: ids,
    outcomes: [market.yesLabel, market.noLabel],
    event_message: {
      id: event.gammaId,
      ticker: event.id,
      slug: event.id,
      title: event.title,
      description: market.rules,
    },
    active: view.status !== 'unopened',
    order_price_min_tick_size: details.tickSize,
    group_item_title: details.groupItemTitle ?? '',
    fees_enabled: isCharged,
    taker_base_fee: '1000',
    ...(isCharged && {
      fee_schedule: {
        exponent: String(fees.exponent),
        rate: formatAmount(fees.rate),
        taker_only: true,
        rebate_rate: '0.25',
      },
    }),
    tags: details.tags,
    timestamp: String(nowMs),
  }
}
