import type { CaptureDiffJson } from '../json/diff-json.ts'
import { count, type Document, exact, table, text, words } from './document.ts'

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

function shapesView({
  compared,
  differences,
  onlyA,
  onlyB,
  sandboxDefects,
}: NonNullable<CaptureDiffJson['shapes']>): Document {
  const heading = sandboxDefects
    ? 'Where the venue and the sandbox differ, the sandbox is wrong:'
    : 'Members that differ:'
  return [
    ...(differences.length === 0
      ? []
      : [
          text(heading),
          table(
            [exact('VENUE'), words('MESSAGE'), exact('MEMBER'), words('A'), words('B')],
            differences.map(({ venue, message, member, a, b }) => [venue, message, member, a, b]),
          ),
        ]),
    ...(onlyA.length === 0 ? [] : [text(`Only in a, so not compared: ${onlyA.join(', ')}.`)]),
    ...(onlyB.length === 0 ? [] : [text(`Only in b, so not compared: ${onlyB.join(', ')}.`)]),
    text(`${count(compared, 'kind')} of message compared.`),
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
