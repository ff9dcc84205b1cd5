import type { KalshiApis } from './kalshi-sdk.ts'
import { at, listAt, textAt } from './read.ts'

export interface PlainMarket {
  readonly ticker: string
  readonly eventTicker: string
  readonly seriesTicker: string
}

const MONTH_MS = 30 * 86_400_000

/** All rows of a list that hands out cursors. */
export async function allPages(
  list: (cursor: string | undefined) => Promise<{ readonly data: unknown }>,
  rows: string,
): Promise<readonly unknown[]> {
  const found: unknown[] = []
  let cursor: string | undefined
  do {
    const { data } = await list(cursor)
    found.push(...listAt(data, rows))
    cursor = textAt(data, 'cursor')
  } while (cursor !== '')
  return found
}

/** An open market of a shard, in whole cents, which closes in a month at the earliest. */
export async function plainMarket({ MarketApi, EventsApi }: KalshiApis, shard = 0): Promise<PlainMarket> {
  const markets = await allPages(
    (cursor) => MarketApi.getMarkets(1_000, cursor, ...Array<undefined>(9), 'open', undefined, 'exclude'),
    'markets',
  )
  const found = markets.find(
    (market) =>
      at(market, 'exchange_index') === shard &&
      at(market, 'market_type') === 'binary' &&
      at(market, 'price_level_structure') === 'linear_cent' &&
      Date.parse(textAt(market, 'close_time')) > Date.now() + MONTH_MS,
  )
  if (found === undefined) throw new Error(`the sandbox has no plain market on shard ${shard}`)
  const [ticker, eventTicker] = [textAt(found, 'ticker'), textAt(found, 'event_ticker')]
  const { data } = await EventsApi.getEvent(eventTicker)
  return { ticker, eventTicker, seriesTicker: textAt(data, 'event.series_ticker') }
}
