import type { HaltDrillReport } from '../drill/halt.ts'
import type { CrashDrillJson, CrashPointsJson } from '../json/drill-json.ts'
import { amount, count, type Document, exact, fields, orUnknown, sentence, table, text } from './document.ts'

export function crashDrillView({ ok, points, durationMs }: CrashDrillJson): Document {
  const bad = points.filter((point) => !point.ok)
  return [
    table(
      [exact('POINT'), exact('DIED'), sentence('RECONCILE FOUND'), exact('VERDICT'), amount('MS')],
      points.map((point) => [point.point, point.died, point.found, point.ok ? 'whole' : 'WRONG', String(point.ms)]),
    ),
    ...bad.flatMap(({ point, problems }) => problems.map((problem) => text(`${point}: ${problem}`))),
    text(`${count(points.length, 'point')} in ${Math.round(durationMs / 1000)} s, ${bad.length} wrong.`),
    text(
      ok
        ? 'Nothing was lost, nothing twice, and every position and every dollar is where the exchange has it.'
        : 'The crash drill did NOT end well. To see one again: crosstape verify crash --point NAME',
    ),
  ]
}

export function crashPointsView({ names }: CrashPointsJson): Document {
  return names.map(text)
}

export function haltDrillView(report: HaltDrillReport): Document {
  const { ok, problems, emptiedAfterMs } = report
  return [
    fields([
      ['processes trading', String(report.processes)],
      ['orders placed', String(report.placed)],
      ['halted after', `${report.haltedAfterMs} ms`],
      ['nothing resting after', orUnknown(emptiedAfterMs === null ? null : `${emptiedAfterMs} ms`)],
      ['begun after the halt', String(report.begunAfterHalt)],
      ['under way at the halt', String(report.underWayAtHalt)],
      ['resting at the end', String(report.restingAfter)],
    ]),
    ...problems.map((problem) => text(`WRONG: ${problem}.`)),
    text(ok ? 'The kill switch holds.' : 'The kill switch did NOT hold.'),
  ]
}
