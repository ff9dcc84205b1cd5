import type { VenueId } from '../../domain/market.ts'
import type { ExchangeEntry } from '../format/exchange.ts'
import { flattenJson } from '../format/json-text.ts'
import type { NameValue } from '../redact/redact.ts'
import { type Difference, moneyFirst } from '../replay/compare.ts'
import type { IdPairs } from './id-pairs.ts'
import { looksLikeId, volatile } from './volatile.ts'

const SHOWN_MAX = 120

/** An exchange of a session, with what is compared of it. */
export interface DiffItem {
  readonly seq: number
  readonly file: string
  readonly venue: VenueId
  readonly endpoint: string
  /** Path below the base path and query. */
  readonly target: string
  readonly entry: ExchangeEntry
}

/** Every field that differs between two exchanges, those about money first. Ids count as the same when they are a pair. */
export function compareExchanges(a: DiffItem, b: DiffItem, ids: IdPairs): readonly Difference[] {
  const { venue } = a
  const [was, is] = [new URL(a.target, 'http://tape'), new URL(b.target, 'http://tape')]
  return moneyFirst([
    ...comparePaths(was.pathname, is.pathname, ids),
    ...compareQueries(venue, was.searchParams, is.searchParams, ids),
    ...compareHeaders('request', a.entry.request.headers, b.entry.request.headers),
    ...compareBodies('request', venue, a.entry.request.postData, b.entry.request.postData, ids),
    ...compareValues('outcome', a.entry._outcome, b.entry._outcome),
    ...compareValues('response.status', String(a.entry.response.status), String(b.entry.response.status)),
    ...compareHeaders('response', a.entry.response.headers, b.entry.response.headers),
    ...compareBodies('response', venue, a.entry.response.content, b.entry.response.content, ids),
  ])
}

/** The request of an exchange without what is volatile in it: equal for two that ask for the same. */
export function signatureOf({ venue, entry, target }: DiffItem): string {
  const { pathname, searchParams } = new URL(target, 'http://tape')
  const path = pathname.split('/').map((segment) => (looksLikeId(segment) ? '{id}' : segment))
  const query = [...searchParams].filter(([name]) => kindOf(venue, name) === 'plain').map((pair) => pair.join('='))
  const leaves = leavesOf(entry.request.postData)
  const body = [...(leaves ?? [])].flatMap(([field, text]) =>
    kindOf(venue, lastName(field)) === 'plain' ? [`${field}=${text}`] : [],
  )
  return [path.join('/'), ...query.sort(), ...body.sort()].join('\n')
}

function comparePaths(was: string, is: string, ids: IdPairs): readonly Difference[] {
  const [before, after] = [was.split('/'), is.split('/')]
  const alike =
    before.length === after.length && before.every((segment, index) => sameSegment(segment, after[index] ?? '', ids))
  return alike ? [] : compareValues('request.path', was, is)
}

function sameSegment(was: string, is: string, ids: IdPairs): boolean {
  return was === is || (looksLikeId(was) && looksLikeId(is) && ids.same(was, is))
}

function compareQueries(
  venue: VenueId,
  was: URLSearchParams,
  is: URLSearchParams,
  ids: IdPairs,
): readonly Difference[] {
  const textOf = (query: URLSearchParams, name: string): string | null =>
    query.has(name) ? query.getAll(name).join(',') : null
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((name) =>
    compareLeaf(`request.query.${name}`, name, venue, textOf(was, name), textOf(is, name), ids),
  )
}

// Of headers, only what is said about the body and about limits is the same from run to run; the names tell the rest.
const comparedHeaders = new Set(['content-type', 'retry-after'])

function compareHeaders(
  side: 'request' | 'response',
  was: readonly NameValue[],
  is: readonly NameValue[],
): readonly Difference[] {
  const valuesOf = (list: readonly NameValue[]) =>
    new Map(list.map(({ name, value }) => [name, comparedHeaders.has(name) ? value : 'present']))
  const [before, after] = [valuesOf(was), valuesOf(is)]
  // Which headers an answer has beside those is up to whatever stands in front of the venue.
  const names = [...new Set([...before.keys(), ...after.keys()])].filter(
    (name) => side === 'request' || comparedHeaders.has(name),
  )
  return names.flatMap((name) =>
    compareValues(`${side}.headers.${name}`, before.get(name) ?? null, after.get(name) ?? null),
  )
}

type Content = { readonly text?: string; readonly encoding?: 'base64' } | undefined

function compareBodies(
  side: 'request' | 'response',
  venue: VenueId,
  was: Content,
  is: Content,
  ids: IdPairs,
): readonly Difference[] {
  const [before, after] = [leavesOf(was), leavesOf(is)]
  if (before === null || after === null) return compareValues(`${side}.body`, was?.text ?? null, is?.text ?? null)
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) =>
    compareLeaf(
      `${side}.${field === '' ? 'body' : field}`,
      lastName(field),
      venue,
      before.get(field) ?? null,
      after.get(field) ?? null,
      ids,
    ),
  )
}

/** Members by path; keys that are ids by what they are, since two runs name them differently. Null when it is not JSON. */
function leavesOf(content: Content): ReadonlyMap<string, string> | null {
  if (content?.text === undefined || content.text === '') return new Map()
  const leaves = content.encoding === 'base64' ? null : flattenJson(content.text)
  if (leaves === null) return null
  return new Map(
    [...leaves].map(([field, text]) => [
      field
        .split('.')
        .map((name) => (looksLikeId(name) ? '{id}' : name))
        .join('.'),
      text,
    ]),
  )
}

function compareLeaf(
  field: string,
  name: string,
  venue: VenueId,
  was: string | null,
  is: string | null,
  ids: IdPairs,
): readonly Difference[] {
  if (was === is) return []
  const kind = kindOf(venue, name)
  const bothThere = was !== null && is !== null
  // That one has a time or an id and the other has none is a difference; which one it is is not.
  if (bothThere && isText(was) === isText(is)) {
    if (kind === 'ignored') return []
    if (kind === 'id' && ids.same(was, is)) return []
  }
  return compareValues(field, was, is)
}

function isText(leaf: string): boolean {
  return leaf.startsWith('"') && leaf !== '""'
}

function kindOf(venue: VenueId, name: string): 'id' | 'ignored' | 'plain' {
  const { ids, ignored, ignoredPattern } = volatile[venue]
  if (ids.has(name)) return 'id'
  return ignored.has(name) || ignoredPattern.test(name) ? 'ignored' : 'plain'
}

function lastName(field: string): string {
  return field.split('.').findLast((name) => !/^\d+$/.test(name)) ?? field
}

function compareValues(field: string, recorded: string | null, actual: string | null): readonly Difference[] {
  if (recorded === actual) return []
  return [{ field, recorded: shortened(recorded), actual: shortened(actual) }]
}

function shortened(text: string | null): string | null {
  return text === null || text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX - 3)}...`
}
