import { printable } from './printable.ts'

/** A text in pieces, each with whether the other side has it too. */
export interface MarkedPiece {
  readonly text: string
  readonly shared: boolean
}

const COLUMN_MIN = 28

/**
 * Two texts beside each other, whole: lines are wrapped, never cut. A piece that the other side does not have in the same
 * words is marked with `*`. Plain characters, so that every terminal and every log shows the same.
 */
export function sideBySide(
  titles: readonly [string, string],
  pieces: readonly [readonly MarkedPiece[], readonly MarkedPiece[]],
  width: number,
): string {
  const column = Math.max(COLUMN_MIN, Math.floor((width - 7) / 2))
  const [left, right] = pieces.map((side) => side.flatMap((piece) => wrapped(piece, column)))
  const rows = Math.max(left?.length ?? 0, right?.length ?? 0)
  const lines = Array.from({ length: rows }, (_, row) => line(left?.[row] ?? '', right?.[row] ?? '', column))
  const heads = wrapped({ text: titles[0], shared: true }, column).map((text, row) =>
    line(text, wrapped({ text: titles[1], shared: true }, column)[row] ?? '', column),
  )
  return [...heads, line('-'.repeat(column), '-'.repeat(column), column), ...lines].join('\n')
}

function line(left: string, right: string, column: number): string {
  return `${left.padEnd(column + 2)} | ${right}`.trimEnd()
}

function wrapped({ text, shared }: MarkedPiece, column: number): readonly string[] {
  const mark = shared ? '  ' : '* '
  const lines: string[] = []
  let current = ''
  for (const word of printable(text)
    .split(/\s+/)
    .filter((each) => each !== '')) {
    for (const part of parts(word, column)) {
      if (current !== '' && current.length + 1 + part.length > column) {
        lines.push(current)
        current = part
      } else current = current === '' ? part : `${current} ${part}`
    }
  }
  if (current !== '') lines.push(current)
  return lines.map((each, index) => `${index === 0 ? mark : shared ? '  ' : '* '}${each}`)
}

/** A word longer than the column goes over several lines. */
function parts(word: string, column: number): readonly string[] {
  return word.match(new RegExp(`.{1,${column}}`, 'gu')) ?? []
}
