import { VenueError } from '../../domain/errors.ts'
import type { FeeSchedule } from '../../domain/fees.ts'
import type { Market } from '../../domain/market.ts'
import type { CallOptions, FeesNow } from '../../domain/venue.ts'
import type { CatalogueSources } from './catalogue.ts'
import { feeSchedule } from './fees.ts'
import { readWhole } from './pages.ts'
import { eventFeeChanges, seriesFeeChanges, type WireEventFeeChange } from './wire.ts'

/**
 * For so long after a change of a series its old fees may still be shown: lists of series stand in a cache for about 15 s.
 * Source: venue page §5.1, 2026-10. Events do not.
 */
const OLD_SHOWN_MS = 20_000
const CHANGES_A_PAGE = 1_000
const MAX_PAGES = 20

/**
 * What a market charges by its event and its series, both read anew, and until when by what Kalshi has announced. While an
 * old answer may be shown for the new one, the schedule is unknown.
 */
export async function getFees(sources: CatalogueSources, market: Market, options?: CallOptions): Promise<FeesNow> {
  const { api, shelf } = sources
  const { eventId } = market
  // By the venue's clock, as its announcements are; what is returned is by ours.
  const beganMs = api.time.nearestMs()
  const ahead = await readAhead(sources, eventId, market.routing.seriesTicker ?? null, options)
  const event = eventId === null ? null : await shelf.event(eventId, 0, options)
  const ticker = event?.series_ticker ?? null
  const series = ticker === null ? null : ((await shelf.seriesByTicker([ticker], 0, options)).get(ticker) ?? null)
  const waiver = market.fees.kind === 'quadratic' ? market.fees.waivedUntil : null
  const schedule = feeSchedule({ fee_waiver_expiration_time: waiver }, event, series)
  const nowMs = api.time.nearestMs()
  // What took effect while this was read was perhaps not seen: then it is to be read again at once.
  const untilMs = ahead.filter((atMs) => atMs > beganMs).sort((a, b) => a - b)[0]
  const localMs = untilMs === undefined ? null : untilMs - nowMs + api.time.localMs()
  const changedMs = shelf.changesOf(ticker).findLast((atMs) => atMs <= nowMs && nowMs - atMs < OLD_SHOWN_MS)
  if (changedMs === undefined) return { schedule, untilMs: localMs }
  return { schedule: maybeOld, untilMs: changedMs + OLD_SHOWN_MS - nowMs + api.time.localMs() }
}

const maybeOld: FeeSchedule = {
  kind: 'unknown',
  reason: 'Kalshi has just changed them and may still show the old ones',
}

/** When changes take effect, by the venue's clock, Unix ms. Those that have may be among them. */
async function readAhead(
  { api, shelf }: CatalogueSources,
  eventId: string | null,
  series: string | null,
  options: CallOptions | undefined,
): Promise<readonly number[]> {
  const ofSeries = series === null ? [] : await seriesChanges()
  shelf.rememberChanges(series, ofSeries)
  return [...ofSeries, ...(eventId === null ? [] : await eventChanges(eventId))]

  async function seriesChanges(): Promise<readonly number[]> {
    const answer = await api.read({
      endpoint: 'list_series_fee_changes',
      path: '/series/fee_changes',
      query: { series_ticker: series },
      schema: seriesFeeChanges,
      isPrivate: false,
      options,
    })
    return answer.series_fee_change_arr.filter((each) => each.series_ticker === series).map(timeOf)
  }

  async function eventChanges(event: string): Promise<readonly number[]> {
    const changes = await readWhole<WireEventFeeChange>(
      {
        maxPages: MAX_PAGES,
        idOf: (change) => change.id,
        read: async (cursor) => {
          const page = await api.read({
            endpoint: 'list_event_fee_changes',
            path: '/events/fee_changes',
            query: { event_ticker: event, limit: CHANGES_A_PAGE, cursor },
            schema: eventFeeChanges,
            isPrivate: false,
            options,
          })
          return { items: page.event_fee_changes, cursor: page.cursor }
        },
      },
      'fee changes',
    )
    return changes.filter((each) => each.event_ticker === event).map(timeOf)
  }
}

/** A time that cannot be read must not pass for no change at all. */
function timeOf({ scheduled_ts: text }: { readonly scheduled_ts: string }): number {
  const atMs = Date.parse(text)
  if (!Number.isNaN(atMs)) return atMs
  throw new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'FEE_CHANGE_UNREADABLE',
    message: `Kalshi announces a change of fees at a time that cannot be read: ${JSON.stringify(text.slice(0, 60))}.`,
  })
}
