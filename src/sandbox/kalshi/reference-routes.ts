import { batchCandlesticks, eventCandlesticks, marketCandlesticks } from './candlesticks.ts'
import { getCollection, listCollections, listComboEvents } from './combos.ts'
import { getEventMetadata, listTrades, tagsByCategories } from './market-data.ts'
import { json, notFound } from './replies.ts'
import { type Route, route } from './routing.ts'

/** What is known about markets besides their terms and books. */
export const referenceRoutes: readonly Route[] = [
  route('list_combo_events', 'GET /events/multivariate', 'public', (c, r) => listComboEvents(c, r)),
  route('event_metadata', 'GET /events/:ticker/metadata', 'public', (c, _r, ticker) => getEventMetadata(c, ticker)),
  route('list_collections', 'GET /multivariate_event_collections', 'public', (c, r) => listCollections(c, r)),
  route('get_collection', 'GET /multivariate_event_collections/:ticker', 'public', (c, _r, ticker) =>
    getCollection(c, ticker),
  ),
  route('batch_candlesticks', 'GET /markets/candlesticks', 'public', (c, r) => batchCandlesticks(c, r)),
  route('candlesticks', 'GET /series/:series/markets/:ticker/candlesticks', 'public', (c, r, series, ticker) =>
    marketCandlesticks(c, ticker, r, { series }),
  ),
  route('event_candlesticks', 'GET /series/:series/events/:ticker/candlesticks', 'public', (c, r, _series, ticker) =>
    eventCandlesticks(c, ticker, r),
  ),
  route('historical_candlesticks', 'GET /historical/markets/:ticker/candlesticks', 'public', (c, r, ticker) =>
    marketCandlesticks(c, ticker, r, 'historical'),
  ),
  route('historical_trades', 'GET /historical/trades', 'public', (c, r) => listTrades(c, r, 'historical')),
  route('tags_by_categories', 'GET /search/tags_by_categories', 'public', (c) => tagsByCategories(c)),
  // Of these the sandbox has none.
  route('filters_by_sport', 'GET /search/filters_by_sport', 'public', () =>
    json(200, { filters_by_sports: {}, sport_ordering: [] }),
  ),
  route('list_milestones', 'GET /milestones', 'public', () => json(200, { milestones: [], cursor: '' })),
  route('get_milestone', 'GET /milestones/:id', 'public', () => notFound),
  route('list_structured_targets', 'GET /structured_targets', 'public', () =>
    json(200, { structured_targets: [], cursor: '' }),
  ),
  route('get_structured_target', 'GET /structured_targets/:id', 'public', () => notFound),
  route('list_incentive_programs', 'GET /incentive_programs', 'public', () =>
    json(200, { incentive_programs: [], next_cursor: '' }),
  ),
]
