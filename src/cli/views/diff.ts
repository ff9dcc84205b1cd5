import type { CaptureDiffJson } from '../json/diff-json.ts'
import { count, type Document, exact, sentence, table, text, words } from './document.ts'

export function captureDiffView(diff: CaptureDiffJson): Document {
  return [
    ...diff.different.flatMap(({ explanation }) => explanation.map(text)),
    ...(diff.shapes === null ? [] : shapesView(diff.shapes)),
    ...diff.stale.map(({ session, reason, since, exchanges }) =>
      text(`Stale: ${session}, ${numbers(exchanges)}: ${reason} (since ${since}).`),
    ),
    ...diff.notes.map(text),
    text(conclusion(diff)),
  ]
}

type Shapes = NonNullable<CaptureDiffJson['shapes']>

function shapesView({ compared, differences, onlyA, onlyB, leftOut, sandboxDefects }: Shapes): Document {
  const [fromVenue, fromClient] = (['venue', 'client'] as const).map((from) =>
    differences.filter((difference) => difference.from === from),
  )
  const heading = sandboxDefects ? 'Sandbox defects: what the venue says otherwise.' : 'What the venues say otherwise:'
  return [
    ...shapeTable(heading, fromVenue ?? []),
    ...shapeTable('What the clients say otherwise:', fromClient ?? []),
    ...(onlyA.length === 0 ? [] : [text(`Only in a, so not compared: ${onlyA.join(', ')}.`)]),
    ...(onlyB.length === 0 ? [] : [text(`Only in b, so not compared: ${onlyB.join(', ')}.`)]),
    ...(leftOut === 0 ? [] : [text(`${count(leftOut, 'exchange')} of dead API versions not compared.`)]),
    text(`${count(compared, 'kind')} of message compared.`),
  ]
}

function shapeTable(heading: string, differences: Shapes['differences']): Document {
  if (differences.length === 0) return []
  return [
    text(heading),
    table(
      [exact('VENUE'), sentence('MESSAGE'), exact('MEMBER'), words('A'), words('B')],
      differences.map(({ venue, message, member, a, b }) => [venue, message, member, a, b]),
    ),
  ]
}

function numbers(exchanges: readonly number[]): string {
  const shown = exchanges.slice(0, 8).join(', ')
  return `${exchanges.length === 1 ? 'exchange' : 'exchanges'} ${shown}${exchanges.length > 8 ? ` and ${exchanges.length - 8} more` : ''}`
}

function conclusion({ mode, a, b, verdict, same, different, shapes }: CaptureDiffJson): string {
  const other = b ?? 'today’s code'
  if (mode === 'shapes') {
    return verdict === 'same'
      ? `${a} and ${other}: same shapes.`
      : `${a} and ${other}: ${count(shapes?.differences.length ?? 0, 'member')} of another shape.`
  }
  return `${a} and ${other}: ${count(same, 'exchange')} the same, ${different.length} different.`
}
