/** Which entry of the answer to a batch speaks of an item. */
export type EntryMatch =
  | { readonly kind: 'found'; readonly entry: unknown }
  /** The answer says nothing of the item. */
  | { readonly kind: 'missing' }
  /** Several entries claim to be of the item. */
  | { readonly kind: 'ambiguous' }

/**
 * The entry of each item, in the order of the items. An entry that carries an id is of the item with that id, wherever it
 * stands. One without (a refusal often has none) is of the item in its place, but only when the answer has as many entries
 * as the batch had items and every entry with an id stands in the place of its item: otherwise places mean nothing.
 */
export function matchEntries(
  ids: readonly string[],
  entries: readonly unknown[],
  idOf: (entry: unknown) => string | null,
): readonly EntryMatch[] {
  const named = entries.map(idOf)
  const placesHold = entries.length === ids.length && named.every((name, place) => name === null || name === ids[place])
  return ids.map((id, place) => {
    const own = entries.filter((_, at) => named[at] === id)
    const [only] = own
    if (own.length > 1) return { kind: 'ambiguous' }
    if (own.length === 1) return { kind: 'found', entry: only }
    return placesHold && named[place] === null ? { kind: 'found', entry: entries[place] } : { kind: 'missing' }
  })
}
