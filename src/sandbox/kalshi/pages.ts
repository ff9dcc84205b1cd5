/** One page of a list, and where the next one begins. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Empty at the end. */
  readonly cursor: string
}

/**
 * The page after the item that the cursor names. A cursor that names nothing starts again at the first page, as the venue
 * does (venue page §4.7).
 */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  limit: number,
  cursor: string | null,
): Page<Item> {
  const after = cursor === null || cursor === '' ? null : Buffer.from(cursor, 'base64url').toString('utf8')
  const start = after === null ? 0 : items.findIndex((item) => keyOf(item) === after) + 1
  const page = items.slice(start, start + limit)
  const last = page[page.length - 1]
  const more = start + limit < items.length && last !== undefined
  return { items: page, cursor: more ? Buffer.from(keyOf(last), 'utf8').toString('base64url') : '' }
}

/** A whole number between bounds, the fallback when absent, or the rule that it breaks. */
export function readLimit(
  text: string | null,
  bounds: { readonly min: number; readonly max: number; readonly fallback: number },
): number | 'lte' | 'gte' | 'numeric' {
  if (text === null || text === '') return bounds.fallback
  if (!/^-?\d{1,9}$/.test(text)) return 'numeric'
  const value = Number(text)
  if (value > bounds.max) return 'lte'
  if (value < bounds.min) return 'gte'
  // Zero is allowed where the venue says so, and means the default.
  return value === 0 ? bounds.fallback : value
}

/** Unix seconds as milliseconds; null when absent or not a number. */
export function readSeconds(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) * 1_000 : null
}

/** A comma list without blanks; null when absent. */
export function readList(text: string | null): readonly string[] | null {
  if (text === null || text === '') return null
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
}
