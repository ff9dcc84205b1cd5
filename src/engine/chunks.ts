/** A list in pieces of at most `most`, in order. */
export function chunks<T>(items: readonly T[], most: number): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / most)
  return Array.from({ length: count }, (_, turn) => items.slice(turn * most, (turn + 1) * most))
}
