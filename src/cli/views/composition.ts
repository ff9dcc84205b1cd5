import type { CompositionJson } from '../json/composition-json.ts'
import { count, type Document, text } from './document.ts'

export function compositionView({
  session,
  directory,
  exchanges,
  operations,
  sockets,
  sources,
  dropped,
}: CompositionJson): Document {
  return [
    ...sources.map(({ session: source, movedMs }) =>
      text(movedMs === 0 ? `${source}, at its own time` : `${source}, moved by ${movedMs / 1000} s`),
    ),
    ...dropped.map((exchange) => text(`Not asked for in this scene, and left out: ${exchange}`)),
    text(
      `${session}: ${parts(exchanges, sockets)}, ${count(operations, 'operation')}, coherent. It is in ${directory}.`,
    ),
  ]
}

function parts(exchanges: number, sockets: number): string {
  const spoken = count(exchanges, 'exchange')
  return sockets === 0 ? spoken : `${spoken}, ${count(sockets, 'socket')}`
}
