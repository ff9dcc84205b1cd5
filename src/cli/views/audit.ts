import type { AuditExportJson } from '../audit/export.ts'
import type { AuditListJson, AuditVerifyJson } from '../audit/trail.ts'
import { amount, count, type Document, exact, orUnknown, sentence, table, text, words } from './document.ts'

export function auditListView({ entries }: AuditListJson): Document {
  if (entries.length === 0) return [text('The journal has no such entries.')]
  return [
    table(
      [
        amount('ID'),
        exact('TIME'),
        exact('ACTION'),
        exact('ORDER'),
        words('MARKET'),
        exact('SIDE'),
        amount('AMOUNT'),
        exact('SUCCESS'),
        sentence('DETAILS'),
      ],
      entries.map((entry) => [
        String(entry.id),
        entry.time,
        entry.action,
        entry.order ?? '',
        entry.market ?? '',
        entry.side ?? '',
        entry.amount ?? '',
        orUnknown(entry.success === null ? null : entry.success ? 'yes' : 'no'),
        entry.error ??
          Object.entries(entry.metadata)
            .map((pair) => pair.join('='))
            .join(' '),
      ]),
    ),
  ]
}

export function auditVerifyView(verdict: AuditVerifyJson): Document {
  const { environment, ok, records, sealed, anchors, head, notes, problem } = verdict
  const held = `${count(sealed, 'seal')} checked, ${count(anchors, "session's end", "sessions' ends")} met.`
  const proven = `${count(records, 'record')} of the ${environment} journal proven intact and in their place. ${held}`
  const remarks = notes.map((note) => text(note))
  if (ok || problem === null) {
    if (head === null) return [text(proven), ...remarks]
    return [
      text(proven),
      ...remarks,
      text(`Head: ${head.seq}:${head.hash}`),
      text('Keep the head elsewhere: with --expect it proves later that nothing up to here was changed.'),
    ]
  }
  return [
    text(`${problem.file}, line ${problem.line}, record ${problem.seq}: ${problem.what}`),
    text(proven),
    ...remarks,
    text('Nothing was changed. Keep the file: it is evidence.'),
  ]
}

export function auditExportView({ environment, entries, file }: AuditExportJson): Document {
  return [
    text(`${count(entries, 'entry', 'entries')} of the ${environment} trail written to ${file ?? 'standard output'}.`),
  ]
}
