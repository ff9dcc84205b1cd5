import type { Plan } from './plan.ts'
import type { RunReport } from './run.ts'
import { invariants } from './violation.ts'

/** A run for a person: what was planned, what happened, and what must not have. */
export function story(report: RunReport, plan: Plan): string {
  const { violation } = report
  const { items, ...settings } = plan
  return [
    `plan ${JSON.stringify(settings)}`,
    ...items.map((item) => `  ${JSON.stringify(item)}`),
    'trace (ms since the start)',
    ...report.trace.map((line) => `  ${line}`),
    ...(violation === null
      ? []
      : [`violated: ${violation.invariant} (${invariants[violation.invariant]})`, violation.what]),
  ].join('\n')
}

/** One line that makes a failure happen again. */
export function reproduction(seed: string, keep: readonly number[]): string {
  return `npm run simulate -- --runs 1 --seed ${seed} --keep ${keep.join(',')}`
}
