import { formatAmount } from '../../domain/amounts.ts'
import type { FaceReply, FaceRequest } from '../face.ts'
import { toldChanges } from '../fee-changes.ts'
import type { KalshiContext } from './context.ts'
import { time } from './format.ts'
import { pageOf, readLimit } from './pages.ts'
import { json, queryFailure } from './replies.ts'

/** `GET /series/fee_changes`: those to come, and with `show_historical` those of the past. Source: OpenAPI 3.34, 2026-10. */
export function listSeriesFeeChanges({ host }: KalshiContext, { query }: FaceRequest): FaceReply {
  const ticker = query.get('series_ticker')
  const past = query.get('show_historical') === 'true'
  const changes = toldChanges(host.exchange.fees(), 'series', host.clock.nowMs(), past)
  return json(200, {
    series_fee_change_arr: changes
      .filter((change) => ticker === null || ticker === change.ticker)
      .map(({ id, ticker: series_ticker, type, multiplier, atMs }) => ({
        id,
        series_ticker,
        fee_type: type,
        fee_multiplier: multiplier === null ? null : Number(formatAmount(multiplier)),
        scheduled_ts: time(atMs),
      })),
  })
}

/** Overrides of events' fees that have taken effect and that the venue tells of, as its socket words them, by their ids. */
export function feeUpdates({ host }: KalshiContext): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const nowMs = host.clock.nowMs()
  const inForce = toldChanges(host.exchange.fees(), 'event', nowMs, true).filter(({ atMs }) => atMs <= nowMs)
  return new Map(
    inForce.map(({ id, ticker, type, multiplier }) => [
      id,
      {
        event_ticker: ticker,
        fee_type_override: type,
        fee_multiplier_override: multiplier === null ? null : Number(formatAmount(multiplier)),
      },
    ]),
  )
}

/** `GET /events/fee_changes`, in pages, those of the past included. Source: OpenAPI 3.34, 2026-10. */
export function listEventFeeChanges({ host }: KalshiContext, { query }: FaceRequest): FaceReply {
  const limit = readLimit(query.get('limit'), { min: 1, max: 1000, fallback: 100 })
  if (typeof limit !== 'number') return queryFailure('GetEventFeeChanges', 'Limit', limit)
  const wanted = query.get('event_ticker') ?? ''
  const changes = toldChanges(host.exchange.fees(), 'event', host.clock.nowMs(), true).filter(
    ({ ticker }) => wanted === '' || ticker === wanted,
  )
  const page = pageOf(changes, ({ id }) => id, limit, query.get('cursor'))
  return json(200, {
    event_fee_changes: page.items.map(({ id, ticker, type, multiplier, atMs }) => ({
      id,
      event_ticker: ticker,
      series_ticker: host.catalogue.findEvent('kalshi', ticker)?.series ?? '',
      fee_type_override: type,
      fee_multiplier_override: multiplier === null ? null : Number(formatAmount(multiplier)),
      scheduled_ts: time(atMs),
    })),
    cursor: page.cursor,
  })
}
