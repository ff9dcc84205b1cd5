import type { SandboxHost } from '../face.ts'
import type { Lookup, PolymarketView } from './context.ts'
import { figuresOf, tagId } from './gamma-rows.ts'
import { isClosed } from './valuation.ts'

/** A filter that the request asks for, or why it cannot be read. */
type Filter = (found: PolymarketView) => boolean

const WORDS = new Set(['true', 'false'])

/**
 * The market filters of a query: a repeated key is a list, ranges include their ends. Unknown keys are ignored, as the
 * service does. The text names a parameter with an unusable value. Source: polymarket.md §5.1.
 */
export function marketFilters(host: SandboxHost, query: URLSearchParams): readonly Filter[] | string {
  const filters: Filter[] = []
  const closed = query.get('closed')
  if (closed !== null) {
    if (!WORDS.has(closed)) return 'closed'
    filters.push((found) => isClosed(found) === (closed === 'true'))
  }
  for (const [key, read] of lists) {
    const wanted = new Set(query.getAll(key).map((value) => value.toLowerCase()))
    if (wanted.size > 0) filters.push((found) => read(found).some((value) => wanted.has(value.toLowerCase())))
  }
  for (const [key, read] of ranges) {
    for (const end of ['min', 'max'] as const) {
      const text = query.get(`${key}_${end}`)
      if (text === null) continue
      const bound = key.endsWith('date') ? Date.parse(text) : Number(text)
      if (Number.isNaN(bound)) return `${key}_${end}`
      filters.push((found) => (end === 'min' ? read(host, found) >= bound : read(host, found) <= bound))
    }
  }
  return filters
}

const lists: readonly (readonly [key: string, read: (found: PolymarketView) => readonly string[]])[] = [
  ['id', ({ details }) => [details.gammaId]],
  ['slug', ({ market }) => [market.symbol]],
  // Both spellings of a v2 condition are understood.
  ['condition_ids', ({ details }) => [details.conditionId, details.conditionId.slice(0, 64)]],
  ['clob_token_ids', ({ details }) => details.clobTokenIds ?? []],
  ['position_ids', ({ details }) => details.positionIds ?? []],
  ['question_ids', ({ details }) => [details.questionId]],
  ['tag_id', ({ details }) => details.tags.map(tagId)],
  ['sports_market_types', ({ details }) => (details.sportsMarketType === null ? [] : [details.sportsMarketType])],
  [
    'uma_resolution_status',
    ({ view }) => (view.status === 'settled' ? ['resolved'] : view.status === 'determined' ? ['proposed'] : []),
  ],
]

const ranges: readonly (readonly [key: string, read: (host: SandboxHost, found: PolymarketView) => number])[] = [
  ['end_date', (_host, { details }) => details.endMs],
  ['start_date', (_host, { market }) => market.schedule.createdMs],
  ['liquidity_num', (host, found) => figuresOf(host, found).liquidity],
  ['volume_num', (host, found) => figuresOf(host, found).volume],
]

/** Fields that lists can be ordered by. The venue takes any JSON field; others than these order by id. */
function sortKey(host: SandboxHost, field: string): (found: PolymarketView) => number | string {
  switch (field) {
    case 'endDate':
      return ({ details }) => details.endMs
    case 'startDate':
    case 'createdAt':
      return ({ market }) => market.schedule.createdMs
    case 'slug':
      return ({ market }) => market.symbol
    case 'volume':
    case 'volumeNum':
      return (found) => figuresOf(host, found).volume
    case 'liquidity':
    case 'liquidityNum':
      return (found) => figuresOf(host, found).liquidity
    default:
      return ({ details }) => Number(details.gammaId)
  }
}

/** Markets in the order that `order` (a comma list) and `ascending` ask for; ties by id. */
function sorted(
  host: SandboxHost,
  found: readonly PolymarketView[],
  query: URLSearchParams,
): readonly PolymarketView[] {
  const fields = (query.get('order') ?? 'id').split(',').filter((field) => field !== '')
  const keys = [...fields, 'id'].map((field) => sortKey(host, field))
  const sign = query.get('order') !== null && query.get('ascending') === 'false' ? -1 : 1
  return [...found].sort((a, b) => {
    for (const key of keys) {
      const [left, right] = [key(a), key(b)]
      if (left !== right) return left < right ? -sign : sign
    }
    return 0
  })
}

/** Markets that pass every filter, or the name of the parameter that cannot be read. */
export function selectMarkets(
  host: SandboxHost,
  lookup: Lookup,
  query: URLSearchParams,
): readonly PolymarketView[] | string {
  const filters = marketFilters(host, query)
  if (typeof filters === 'string') return filters
  return sorted(
    host,
    lookup.all().filter((found) => filters.every((filter) => filter(found))),
    query,
  )
}
