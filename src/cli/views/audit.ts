import type { AuditListJson, AuditVerifyJson } from '../audit-trail.ts'
import { amount, count, type Document, exact, orUnknown, table, text, words } from './document.ts'

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
        words('DETAILS'),
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

export function auditVerifyView({ environment, ok, records, problem }: AuditVerifyJson): Document {
  const proven = `${count(records, 'record')} of the ${environment} journal proven intact and in their place.`
  if (ok || problem === null) return [text(proven)]
  return [
    text(`${problem.file}, line ${problem.line}, record ${problem.seq}: ${problem.what}`),
    text(proven),
    text('Nothing was changed. Keep the file: it is evidence.'),
  ]
}
