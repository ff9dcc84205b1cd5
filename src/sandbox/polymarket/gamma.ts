import type { Face, FaceReply, FaceRequest, SandboxHost } from '../face.ts'
import type { SandboxEvent } from '../model.ts'
import type { Lookup, PolymarketView } from './context.ts'
import { marketFilters, selectMarkets } from './gamma-filters.ts'
import { gammaEventRow, marketWithEvent, tagId } from './gamma-rows.ts'
import { decodeSegment } from './paths.ts'
import { failure, ok } from './replies.ts'
import { isClosed } from './valuation.ts'

const DEFAULT_PAGE = 20
const MAX_PAGE = 100
/** Asked of the website, which has nothing else that programs ask for: it stands in here. */
const GEOBLOCK = '/api/geoblock'

/** The catalogue service, as far as a market sync needs it. Source: polymarket.md §5.1. */
export function createGammaFace(host: SandboxHost, lookup: Lookup): Face {
  return {
    endpoint: ({ path }) => endpointOf(path),
    handle: (request: FaceRequest) => {
      if (request.method !== 'GET') return failure(405, 'method not allowed')
      const unversioned = host.faults.takeKind('polymarket', endpointOf(request.path), 'missing_version') !== null
      const reply = answer(host, lookup, request)
      return unversioned ? withoutVersion(reply) : reply
    },
  }
}

function answer(host: SandboxHost, lookup: Lookup, { path, query }: FaceRequest): FaceReply {
  const [, kind, selector, value] = path.split('/')
  if (kind === 'markets') return marketsAnswer(host, lookup, query, selector, decode(value))
  if (kind === 'events') return eventsAnswer(host, lookup, query, selector, decode(value))
  return path === GEOBLOCK ? ok({ blocked: false, ip: '127.0.0.1', country: '', region: '' }) : notFound
}

/** Rows from before the catalogue knew of two kinds of exchange. */
function withoutVersion(reply: FaceReply): FaceReply {
  const drop = (key: string, value: unknown): unknown => (key === 'version' ? undefined : value)
  return reply.body === null ? reply : { ...reply, body: JSON.stringify(JSON.parse(reply.body), drop) }
}

const notFound = failure(404, 'not found')

function endpointOf(path: string): string {
  if (path === GEOBLOCK) return 'geoblock'
  const [, kind, selector] = path.split('/')
  if (kind !== 'markets' && kind !== 'events') return 'unknown'
  const listed = selector === undefined || selector === 'keyset'
  return kind === 'markets' ? (listed ? 'list_markets' : 'get_market') : listed ? 'list_events' : 'get_event'
}

/** Empty, which is nobody's name, where there is none. */
function decode(text: string | undefined): string {
  return decodeSegment(text ?? '') ?? ''
}

function invalid(parameter: string): FaceReply {
  return { status: 422, body: JSON.stringify({ type: 'validation error', error: `invalid ${parameter}` }) }
}

function marketsAnswer(
  host: SandboxHost,
  lookup: Lookup,
  query: URLSearchParams,
  selector: string | undefined,
  value: string,
): FaceReply {
  const row = (found: PolymarketView): unknown => marketWithEvent(host, found)
  if (selector === undefined || selector === 'keyset') {
    const found = selectMarkets(host, lookup, query)
    if (typeof found === 'string') return invalid(found)
    if (selector === 'keyset') return keyset('markets', found, query, row)
    // The older list shows only what is active.
    return offsets(
      found.filter(({ view }) => view.status !== 'unopened'),
      query,
      row,
    )
  }
  const found = selector === 'slug' ? lookup.bySlug(value) : byId(lookup, selector)
  return found === null ? notFound : ok(row(found))
}

function byId(lookup: Lookup, id: string): PolymarketView | null {
  return lookup.all().find(({ details }) => details.gammaId === id) ?? null
}

function eventsAnswer(
  host: SandboxHost,
  lookup: Lookup,
  query: URLSearchParams,
  selector: string | undefined,
  value: string,
): FaceReply {
  const row = (event: SandboxEvent): unknown => gammaEventRow(host, lookup, event)
  if (selector === undefined || selector === 'keyset') {
    const found = selectEvents(host, lookup, query)
    if (typeof found === 'string') return invalid(found)
    return selector === 'keyset' ? keyset('events', found, query, row) : offsets(found, query, row)
  }
  const event =
    selector === 'slug'
      ? host.catalogue.findEvent('polymarket', value)
      : (host.catalogue.listEvents('polymarket').find(({ gammaId }) => gammaId === selector) ?? null)
  return event === null ? notFound : ok(row(event))
}

/** Events pass with any market that passes; the ids and slugs of the query are the event's own. */
function selectEvents(host: SandboxHost, lookup: Lookup, query: URLSearchParams): readonly SandboxEvent[] | string {
  const ofMarkets = new URLSearchParams([...query].filter(([key]) => !['id', 'slug', 'closed', 'tag_id'].includes(key)))
  const filters = marketFilters(host, ofMarkets)
  if (typeof filters === 'string') return filters
  const [ids, slugs, tags, excluded] = ['id', 'slug', 'tag_id', 'exclude_tag_id'].map(
    (key) => new Set(query.getAll(key)),
  )
  const closed = query.get('closed')
  const title = query.get('title_search')?.toLowerCase() ?? ''
  const found = host.catalogue.listEvents('polymarket').flatMap((event) => {
    const markets = event.markets.flatMap((slug) => lookup.bySlug(slug) ?? [])
    const tagIds = (markets[0]?.details.tags ?? []).map(tagId)
    if (ids?.size && !ids.has(event.gammaId ?? '')) return []
    if (slugs?.size && !slugs.has(event.id)) return []
    if (tags?.size && !tagIds.some((id) => tags.has(id))) return []
    if (tagIds.some((id) => excluded?.has(id))) return []
    if (closed !== null && markets.every(isClosed) !== (closed === 'true')) return []
    if (!event.title.toLowerCase().includes(title)) return []
    return markets.some((market) => filters.every((filter) => filter(market)))
      ? [{ event, endMs: event.strikeMs ?? 0 }]
      : []
  })
  const sign = query.get('ascending') === 'false' ? -1 : 1
  const byEnd = query.get('order')?.startsWith('endDate') === true
  return found.sort((a, b) => (byEnd ? sign * (a.endMs - b.endMs) : 0)).map(({ event }) => event)
}

function limitOf(query: URLSearchParams): number | null {
  const text = query.get('limit') ?? String(DEFAULT_PAGE)
  return /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PAGE ? Number(text) : null
}

/** A page by cursor; the last page has none. `offset` belongs to the older lists and is refused. */
function keyset<Item>(
  name: 'markets' | 'events',
  items: readonly Item[],
  query: URLSearchParams,
  row: (item: Item) => unknown,
): FaceReply {
  const limit = limitOf(query)
  if (limit === null) return invalid('limit')
  if (query.has('offset')) return invalid('offset')
  const start = startOf(query.get('after_cursor'))
  if (start === null) return invalid('after_cursor')
  const next = start + limit
  return ok({
    [name]: items.slice(start, next).map(row),
    ...(next < items.length && { next_cursor: Buffer.from(`after:${next}`).toString('base64url') }),
  })
}

function startOf(cursor: string | null): number | null {
  if (cursor === null) return 0
  const place = /^after:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  return place === undefined ? null : Number(place)
}

function offsets<Item>(items: readonly Item[], query: URLSearchParams, row: (item: Item) => unknown): FaceReply {
  const limit = limitOf(query)
  const offset = Number(query.get('offset') ?? '0')
  if (limit === null) return invalid('limit')
  if (!Number.isSafeInteger(offset) || offset < 0) return invalid('offset')
  return ok(items.slice(offset, offset + limit).map(row))
}
