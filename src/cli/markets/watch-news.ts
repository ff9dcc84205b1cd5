import { formatAmount } from '../../domain/amounts.ts'
import { describeSchedule } from '../../domain/fee-drift.ts'
import type { Market, MarketId } from '../../domain/market.ts'
import type { MarketEvent } from '../../domain/market-stream.ts'
import type { TickLadder } from '../../domain/tick-ladder.ts'
import type { VenueNews } from '../../domain/venue-stream.ts'
import { isoTime } from '../../runtime/clock.ts'
import type { WatchNewsJson } from '../json/watch-news-json.ts'
import { printable } from '../views/printable.ts'

type Told = Omit<WatchNewsJson, 'at'>

/**
 * What venues tell of the watched markets and of their events, in words. What is told again is no news, and a market that
 * was read anew is told of only where it is another than before.
 */
export class WatchNews {
  readonly #byId: ReadonlyMap<MarketId, Market>
  readonly #said = new Map<string, string>()
  readonly #unknown = new Map<string, number>()

  /** @param listings Also of what is listed, whatever is watched: venues tell of all of it. */
  constructor(
    private readonly markets: readonly Market[],
    private readonly listings: 'all' | 'none',
  ) {
    this.#byId = new Map(markets.map((market) => [market.id, market]))
    for (const { id, status, closeTime, ladder } of markets) {
      this.#said.set(`${id} status`, status)
      this.#said.set(`${id} end`, closeTime === null ? '' : isoTime(Date.parse(closeTime)))
      this.#said.set(`${id} ticks`, ticksText(ladder))
    }
  }

  /** A change of what is known of a watched market, books apart. */
  ofMarket(event: MarketEvent): Told | null {
    switch (event.kind) {
      case 'status': {
        const { market, status, result } = event
        const ended = result === null ? '' : `, with the result ${result}`
        return this.#changed({ market, news: 'status', now: status, text: `${market} is ${status} now${ended}` })
      }
      case 'close_time': {
        const now = isoTime(event.closeAtMs)
        return this.#changed({ market: event.market, news: 'end', now, text: `${event.market} closes at ${now} now` })
      }
      case 'ladder': {
        const now = ticksText(event.ladder)
        return this.#changed({ market: event.market, news: 'ticks', now, text: `${event.market} moves in ${now} now` })
      }
      default:
        return null
    }
  }

  #changed(what: {
    readonly market: MarketId
    readonly news: WatchNewsJson['news']
    readonly now: string
    readonly text: string
  }): Told | null {
    const { market, news, now, text } = what
    const watched = this.#byId.get(market)
    const key = `${market} ${news}`
    if (watched === undefined || this.#said.get(key) === now) return null
    this.#said.set(key, now)
    return { news, venue: watched.venue, market, event: watched.eventId, text }
  }

  ofVenue(news: VenueNews): Told | null {
    switch (news.kind) {
      case 'event_listed': {
        const { venue, event, title } = news
        return this.#listed({ venue, market: null, event, text: `${venue} lists the event ${event}: ${title}` })
      }
      case 'market_listed': {
        const { venue, market, event, title, closesAtMs } = news
        const closes = closesAtMs === null ? '' : `, closes at ${isoTime(closesAtMs)}`
        return this.#listed({ venue, market, event, text: `${market} is listed: ${title}${closes}` })
      }
      case 'texts_changed': {
        const { venue, market, what } = news
        const watched = this.#byId.get(market)
        // A new end is told as what it is.
        if (watched === undefined || what === 'end') return null
        const text = `${market} may read otherwise now: what was approved of it has to be read again`
        return { news: 'texts', venue, market, event: watched.eventId, text }
      }
      case 'fees_changed':
        return this.#fees(news)
      case 'unknown': {
        const key = `${news.venue} ${news.type}`
        this.#unknown.set(key, (this.#unknown.get(key) ?? 0) + 1)
        return null
      }
    }
  }

  #listed(what: Pick<Told, 'venue' | 'market' | 'event' | 'text'>): Told | null {
    // A title is the venue's own: it is one line here, whatever it holds.
    return this.listings === 'all' ? { news: 'listed', ...what, text: printable(what.text) } : null
  }

  #fees({ venue, event, told }: Extract<VenueNews, { readonly kind: 'fees_changed' }>): Told | null {
    // That something may have been missed is nothing to look at: no fees are shown here.
    if (event === null || !this.markets.some((market) => market.venue === venue && market.eventId === event))
      return null
    const now = told === null ? 'as its series says' : describeSchedule(told)
    return { news: 'fees', venue, market: null, event, text: `${event} charges otherwise now: ${now}` }
  }

  /** What was passed by, in words. Null: nothing. */
  passedBy(): string | null {
    if (this.#unknown.size === 0) return null
    const kinds = [...this.#unknown].map(([kind, count]) => `${kind} (${count})`).join(', ')
    return printable(`Messages of kinds that this version does not know were passed by: ${kinds}.`)
  }
}

function ticksText(ladder: TickLadder): string {
  const steps = ladder.map(({ start, end, step }) =>
    ladder.length === 1
      ? formatAmount(step)
      : `${formatAmount(step)} from ${formatAmount(start)} to ${formatAmount(end)}`,
  )
  return `steps of ${steps.join(', ')}`
}
