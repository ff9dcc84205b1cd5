/** Cursors of the order service's lists: base64 of an offset. Clients must treat them as opaque. Source: polymarket.md §3.11. */

const END_CURSOR = 'LTE='
const PAGE = 100

export interface Page {
  readonly limit: number
  readonly count: number
  readonly next_cursor: string
  readonly data: readonly unknown[]
}

/** One page from `cursor` on, or null when the cursor is none of ours. */
export function pageFrom<Item>(
  items: readonly Item[],
  cursor: string | null,
  row: (item: Item) => unknown,
  limit = PAGE,
): Page | null {
  const start = offsetOf(cursor)
  if (start === null) return null
  if (start < 0) return { limit, count: 0, next_cursor: END_CURSOR, data: [] }
  const data = items.slice(start, start + limit).map(row)
  const next = start + limit < items.length ? encode(start + limit) : END_CURSOR
  return { limit, count: data.length, next_cursor: next, data }
}

function encode(offset: number): string {
  return Buffer.from(String(offset)).toString('base64')
}

function offsetOf(cursor: string | null): number | null {
  if (cursor === null || cursor === '') return 0
  const text = Buffer.from(cursor, 'base64').toString()
  return /^(-1|\d{1,9})$/.test(text) ? Number(text) : null
}
