import type { HarExportJson, ImportJson } from '../json/transfer-json.ts'
import { count, type Document, text } from './document.ts'

export function harExportView({ session, file, entries, bytes }: HarExportJson): Document {
  return [text(`${session}: ${count(entries, 'entry', 'entries')} written to ${file} (${bytes} bytes).`)]
}

export function importView({ session, kind, exchanges, sockets, left, notes, creator }: ImportJson): Document {
  const how = kind === 'restored' ? 'restored as it was exported' : 'taken in, redacted'
  const from = creator === null ? '' : ` from ${creator}`
  return [
    text(
      `${session}: ${count(exchanges, 'exchange')}${sockets === 0 ? '' : `, ${count(sockets, 'socket')}`}${from}, ${how}.`,
    ),
    ...left.map(({ reason, count: howMany }) => text(`- left out ${howMany}: ${reason}`)),
    ...notes.map((note) => text(`- ${note}`)),
  ]
}
