import type { FaceReply, FaceRequest } from '../face.ts'
import type { MarketView, SandboxEvent } from '../model.ts'
import { type KalshiContext, kalshiDetails, viewOf } from './context.ts'
import { time } from './format.ts'
import { pageOf, readLimit } from './pages.ts'
import { renderEvent } from './render-market.ts'
import { json, notFound, queryFailure } from './replies.ts'

/** Combos: markets made of the markets of other events, and the collections that they come from. */

/** `GET /events/multivariate`: the events that `GET /events` leaves out. */
export function listComboEvents(context: KalshiContext, request: FaceRequest): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), { min: 1, max: 200, fallback: 100 })
  if (typeof limit === 'string') return queryFailure('GetMultivariateEvents', 'Limit', limit)
  const [series, collection] = [query.get('series_ticker'), query.get('collection_ticker')]
  if (series !== null && collection !== null) {
    return queryFailure('GetMultivariateEvents', 'CollectionTicker', 'excluded_with')
  }
  const events = context.host.catalogue.listEvents('kalshi').filter((event) => {
    const collections = collectionsOf(context, event)
    return (
      collections.length > 0 &&
      (series === null || event.series === series) &&
      (collection === null || collections.includes(collection))
    )
  })
  const page = pageOf(events, (event) => event.id, limit, query.get('cursor'))
  const nested = query.get('with_nested_markets') === 'true'
  return json(200, { events: page.items.map((event) => renderEvent(context, event, nested)), cursor: page.cursor })
}

function viewsOf(context: KalshiContext, event: SandboxEvent): readonly MarketView[] {
  return event.markets.flatMap((symbol) => viewOf(context, symbol) ?? [])
}

function collectionsOf(context: KalshiContext, event: SandboxEvent): readonly string[] {
  return viewsOf(context, event).flatMap((view) => kalshiDetails(view.market).collectionTicker ?? [])
}

interface Collection {
  readonly ticker: string
  readonly event: SandboxEvent
  readonly views: readonly MarketView[]
}

/** What the combos in the catalogue say about their collections. */
function collections(context: KalshiContext): readonly Collection[] {
  const found = new Map<string, Collection>()
  for (const event of context.host.catalogue.listEvents('kalshi')) {
    for (const view of viewsOf(context, event)) {
      const ticker = kalshiDetails(view.market).collectionTicker
      if (ticker === null) continue
      found.set(ticker, { ticker, event, views: [...(found.get(ticker)?.views ?? []), view] })
    }
  }
  return [...found.values()]
}

export function listCollections(context: KalshiContext, request: FaceRequest): FaceReply {
  const { query } = request
  const limit = readLimit(query.get('limit'), { min: 1, max: 200, fallback: 100 })
  if (typeof limit === 'string') return queryFailure('GetMultivariateEventCollections', 'Limit', limit)
  const [status, series, associated] = ['status', 'series_ticker', 'associated_event_ticker'].map((name) =>
    query.get(name),
  )
  if (status && !['unopened', 'open', 'closed'].includes(status)) {
    return queryFailure('GetMultivariateEventCollections', 'Status', 'oneof')
  }
  const wanted = collections(context).filter(
    (one) =>
      (!status || statusOf(context, one) === status) &&
      (!series || one.event.series === series) &&
      (!associated || legEvents(one).includes(associated)),
  )
  const page = pageOf(wanted, (one) => one.ticker, limit, query.get('cursor'))
  return json(200, { multivariate_contracts: page.items.map(renderCollection), cursor: page.cursor })
}

export function getCollection(context: KalshiContext, ticker: string): FaceReply {
  const found = collections(context).find((one) => one.ticker === ticker)
  return found === undefined ? notFound : json(200, { multivariate_contract: renderCollection(found) })
}

function openMs({ views }: Collection): number {
  return Math.min(...views.map((view) => view.schedule.openMs))
}

function closeMs({ views }: Collection): number {
  return Math.max(...views.map((view) => view.schedule.closeMs))
}

function statusOf(context: KalshiContext, collection: Collection): 'unopened' | 'open' | 'closed' {
  const nowMs = context.host.clock.nowMs()
  if (nowMs < openMs(collection)) return 'unopened'
  return nowMs < closeMs(collection) ? 'open' : 'closed'
}

function legEvents({ views }: Collection): readonly string[] {
  const legs = views.flatMap((view) => kalshiDetails(view.market).selectedLegs)
  return [...new Set(legs.map((leg) => leg.eventTicker))]
}

function renderCollection(collection: Collection): Readonly<Record<string, unknown>> {
  const events = legEvents(collection)
  const [first] = collection.views
  return {
    collection_ticker: collection.ticker,
    series_ticker: collection.event.series ?? '',
    ...(first === undefined ? {} : { exchange_index: kalshiDetails(first.market).exchangeIndex }),
    title: collection.event.title,
    description: collection.event.title,
    open_date: time(openMs(collection)),
    close_date: time(closeMs(collection)),
    associated_events: events.map((ticker) => ({
      ticker,
      is_yes_only: false,
      size_max: 1,
      size_min: null,
      active_quoters: [],
    })),
    associated_event_tickers: events,
    is_ordered: false,
    is_single_market_per_event: true,
    is_all_yes: false,
    size_min: 2,
    size_max: events.length,
    functional_description: '',
  }
}
