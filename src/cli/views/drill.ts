import type { CrashDrillJson, CrashPointsJson } from '../json/drill-json.ts'
import { amount, count, type Document, exact, table, text, words } from './document.ts'

export function crashDrillView({ ok, points, durationMs }: CrashDrillJson): Document {
  const bad = points.filter((point) => !point.ok)
  return [
    table(
      [exact('POINT'), exact('DIED'), words('RECONCILE FOUND'), exact('VERDICT'), amount('MS')],
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
