import type { MarketView, SandboxEvent } from '../model.ts'
import { kalshiDetails } from './context.ts'
import { dollars, unixSeconds } from './format.ts'

type Json = Readonly<Record<string, unknown>>

/** What is told of a market that is listed. Source: AsyncAPI, `market_lifecycle_v2`, read 2026-11. */
export function createdMessage({ market, schedule }: MarketView): Json {
  const details = kalshiDetails(market)
  return {
    event_type: 'created',
    market_ticker: market.symbol,
    exchange_index: details.exchangeIndex,
    open_ts: unixSeconds(schedule.openMs),
    close_ts: unixSeconds(schedule.closeMs),
    ...gridMembers(market),
    additional_metadata: {
      name: market.yesLabel,
      title: market.title,
      yes_sub_title: market.yesLabel,
      no_sub_title: market.noLabel,
      rules_primary: market.rules,
      rules_secondary: details.rulesSecondary,
      can_close_early: details.earlyCloseCondition !== null,
      event_ticker: market.eventId,
      expected_expiration_ts: unixSeconds(details.expectedExpirationMs),
      ...(details.strikeType === null ? {} : { strike_type: details.strikeType, ...details.strike }),
    },
  }
}

export function gridMembers(market: MarketView['market']): Json {
  return {
    price_level_structure: kalshiDetails(market).priceLevelStructure,
    price_ranges: market.ladder.map(({ start, end, step }) => ({
      start: dollars(start),
      end: dollars(end),
      step: dollars(step),
    })),
  }
}

/** What is told of an event that is listed. Source: AsyncAPI, `event_lifecycle`, read 2026-11. */
export function eventMessage(event: SandboxEvent, exchangeIndex: number): Json {
  return {
    event_ticker: event.id,
    exchange_index: exchangeIndex,
    title: event.title,
    subtitle: event.subtitle,
    collateral_return_type: event.mutuallyExclusive ? 'MECNET' : '',
    series_ticker: event.series ?? '',
    ...(event.strikeMs === null ? {} : { strike_date: unixSeconds(event.strikeMs) }),
  }
}
