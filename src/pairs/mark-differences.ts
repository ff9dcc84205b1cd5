import { clauseOf } from './skeleton.ts'
import { fold } from './text.ts'

/** A sentence as the venue wrote it, and whether the other text has it in the same words. */
export interface MarkedSentence {
  readonly text: string
  readonly shared: boolean
}

/** Both rule texts in sentences, with what only one of them says marked. Nothing is left out of either. */
export function markDifferences(
  first: string,
  second: string,
): readonly [readonly MarkedSentence[], readonly MarkedSentence[]] {
  const [a, b] = [piecesOf(first), piecesOf(second)]
  return [marked(a, b), marked(b, a)]
}

function piecesOf(text: string): readonly string[] {
  return text
    .split(/\n+|(?<=[.!?]["')\]]?)\s+(?=[\p{Lu}"'(])/u)
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '')
}

function marked(pieces: readonly string[], others: readonly string[]): readonly MarkedSentence[] {
  const known = new Set(others.map(plain))
  return pieces.map((text) => ({ text, shared: known.has(plain(text)) }))
}

function plain(text: string): string {
  return clauseOf(fold(text, text.length))
}
