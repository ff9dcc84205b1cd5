import { VenueError } from '../../domain/errors.ts'

/** One answer of a list that goes on. */
interface Page<T> {
  readonly items: readonly T[]
  /** Null on the last page. */
  readonly cursor: string | null
}

/** Why a walk over pages ended. Only `end` means that everything was seen. */
export type WalkEnd = 'end' | 'repeats' | 'bound'

export interface PageSource<T> {
  readonly read: (cursor: string | null) => Promise<Page<T>>
  readonly idOf: (item: T) => string
  readonly maxPages: number
}

/**
 * Pages in the venue's order, each item once. Kalshi starts over, with status 200, when it does not understand a cursor
 * (seen on demo, 2026-06), so a page that holds nothing new ends the walk.
 */
async function* walkPages<T>(source: PageSource<T>): AsyncGenerator<readonly T[], WalkEnd> {
  const seen = new Set<string>()
  let cursor: string | null = null
  for (let page = 0; page < source.maxPages; page++) {
    const { items, cursor: next } = await source.read(cursor)
    const fresh = items.filter((item) => !seen.has(source.idOf(item)))
    if (items.length > 0 && fresh.length === 0) return 'repeats'
    for (const item of fresh) seen.add(source.idOf(item))
    if (fresh.length > 0) yield fresh
    // Nothing on a page is an end as well: there may be a cursor behind the last item.
    if (next === null || items.length === 0) return 'end'
    if (next === cursor) return 'repeats'
    cursor = next
  }
  return 'bound'
}

/** Every item of a list, and whether that is certainly all. */
export async function readAll<T>(source: PageSource<T>): Promise<{ items: readonly T[]; end: WalkEnd }> {
  const items: T[] = []
  const walk = walkPages(source)
  for (;;) {
    const step = await walk.next()
    if (step.done === true) return { items, end: step.value }
    items.push(...step.value)
  }
}

/** As `walkPages`, for lists that may not be cut short silently. @throws VenueError after the last page when not whole. */
export async function* walkWhole<T>(source: PageSource<T>, what: string): AsyncGenerator<readonly T[]> {
  const end = yield* walkPages(source)
  if (end === 'end') return
  const why = end === 'bound' ? `it goes on after ${source.maxPages} pages` : 'its pages began to repeat'
  throw new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'LIST_NOT_WHOLE',
    message: `Kalshi's list of ${what} could not be read to its end: ${why}.`,
    suggestions: ['Run it again, or ask for less.'],
  })
}

/** As `readAll`, for lists that are worthless in part: positions, fills, open orders. @throws VenueError when not whole. */
export async function readWhole<T>(source: PageSource<T>, what: string): Promise<readonly T[]> {
  const items: T[] = []
  for await (const page of walkWhole(source, what)) items.push(...page)
  return items
}
