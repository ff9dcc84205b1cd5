import { marketId } from '../../domain/market.ts'
import type { StreamSink, VenueNews } from '../../domain/venue-stream.ts'
import { decodeWith } from '../decode.ts'
import { parseJson } from '../json.ts'
import { isMembers, type Members, textOf, wholeOrNull } from '../streams/frame.ts'
import { feeSchedule } from './fees.ts'
import { eventFeeUpdate } from './wire.ts'

/** Turns in a market's life that `lifecycleOf` has told of in full. */
const toldElsewhere: ReadonlySet<string> = new Set([
  'activated',
  'deactivated',
  'determined',
  'settled',
  'price_level_structure_updated',
])

/** What a lifecycle message says besides what it means for trading. Null: nothing. Source: AsyncAPI, read 2026-11. */
export function lifeNewsOf(msg: Members): VenueNews | null {
  const market = marketId('kalshi', textOf(msg, 'market_ticker'))
  const type = textOf(msg, 'event_type')
  switch (type) {
    case 'created':
      return { kind: 'market_listed', venue: 'kalshi', market, ...listedOf(msg) }
    case 'metadata_updated':
      return { kind: 'texts_changed', venue: 'kalshi', market, what: 'metadata' }
    case 'close_date_updated':
      return { kind: 'texts_changed', venue: 'kalshi', market, what: 'end' }
    default:
      return toldElsewhere.has(type) ? null : { kind: 'unknown', venue: 'kalshi', type }
  }
}

type Listed = Omit<Extract<VenueNews, { readonly kind: 'market_listed' }>, 'kind' | 'venue' | 'market'>

function listedOf(msg: Members): Listed {
  const more = isMembers(msg.additional_metadata) ? msg.additional_metadata : {}
  const { title, event_ticker: event } = more
  return {
    event: typeof event === 'string' ? event : null,
    title: typeof title === 'string' ? title : '',
    opensAtMs: secondsOrNull(msg, 'open_ts'),
    closesAtMs: secondsOrNull(msg, 'close_ts'),
  }
}

function secondsOrNull(msg: Members, name: string): number | null {
  const seconds = wholeOrNull(msg, name)
  return seconds === null ? null : seconds * 1000
}

/** @throws VenueError of kind `undecodable`. */
export function feeNewsOf(text: string): VenueNews {
  const { msg } = decodeWith(eventFeeUpdate, parseJson(text), "Kalshi's message event_fee_update")
  const { event_ticker: event, fee_type_override: type, fee_multiplier_override: multiplier } = msg
  // What the event leaves to its series is not in the message.
  const told =
    type === null || multiplier === null
      ? null
      : feeSchedule({ fee_waiver_expiration_time: null }, { ...msg, series_ticker: null }, null)
  return { kind: 'fees_changed', venue: 'kalshi', event, told }
}

/** Tells what Kalshi announces, on the channel of the lives of markets. */
export class KalshiNews {
  constructor(private readonly sink: StreamSink) {}

  life(msg: Members): void {
    const news = lifeNewsOf(msg)
    if (news !== null) this.sink.onNews?.(news)
  }

  event(msg: Members): void {
    const [event, title] = [textOf(msg, 'event_ticker'), textOf(msg, 'title')]
    this.sink.onNews?.({ kind: 'event_listed', venue: 'kalshi', event, title })
  }

  fees(text: string): void {
    this.sink.onNews?.(feeNewsOf(text))
  }

  /** Nobody says again what was missed, or could not be read: what it was about, as far as it says. */
  missedFees(msg: unknown = null): void {
    const event = isMembers(msg) && typeof msg.event_ticker === 'string' ? msg.event_ticker : null
    this.sink.onNews?.({ kind: 'fees_changed', venue: 'kalshi', event, told: null })
  }

  unknown(type: string): void {
    this.sink.onNews?.({ kind: 'unknown', venue: 'kalshi', type })
  }
}
