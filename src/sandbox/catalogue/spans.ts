import type { Span } from './draft.ts'

/** Chances in basis points, one after the other on the draw: the spans of mutually exclusive outcomes. */
export function consecutive(chances: readonly number[]): readonly Span[] {
  let from = 0
  return chances.map((chance) => {
    const span: Span = [from, from + chance]
    from += chance
    return span
  })
}
