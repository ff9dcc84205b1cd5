import type { DoctorJson, FindingJson } from '../json/doctor-json.ts'
import { count, type Document, text } from './document.ts'

const marks = { ok: 'ok  ', warning: 'note', problem: 'FAIL', skipped: '-   ' } as const

/** `ok   kalshi.rest: …`, with what to do below it. */
export function findingView({ check, status, message, suggestions }: FindingJson): Document {
  return [text([`${marks[status]} ${check}: ${message}`, ...suggestions.map((what) => `       ${what}`)].join('\n'))]
}

export function doctorView({ passed, warnings, problems, skipped }: DoctorJson): Document {
  const verdict = problems === 0 ? 'Nothing stands in the way.' : `${count(problems, 'problem')} to mend.`
  const others = `${passed} ok, ${count(warnings, 'note')}, ${skipped} not checked`
  return [text(`${verdict} ${others}.`)]
}
