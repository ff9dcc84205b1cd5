import type { Context, RootHookObject } from 'mocha'
import { detail, exerciseLines, problemsOf, summaryLine } from './report.ts'
import { ConformanceRun, planRun } from './run.ts'
import { noteWholeFiles, wholeRun } from './whole-run.ts'

/**
 * Whatever part of the suite runs, it runs once, with the observer on where Kalshi's document is at hand. What only a
 * whole run can show (calls that nothing exercised) is judged after a whole run. Tests run in several processes: all of
 * them inherit the observer, and the first process judges what they saw when the last has ended.
 */
let run: ConformanceRun | null = null

export function mochaGlobalSetup(): void {
  const plan = planRun(process.env.CROSSTAPE_KALSHI_SPEC_DIR)
  if (plan.kind === 'skip') console.log(plan.notice)
  else run = new ConformanceRun(plan.file)
}

export function mochaGlobalTeardown(): void {
  if (run !== null) conclude(run)
}

export const mochaHooks: RootHookObject = {
  afterAll(this: Context) {
    const suite = this.test?.parent
    if (suite !== undefined) noteWholeFiles(suite)
  },
}

function conclude(finished: ConformanceRun): void {
  const whole = wholeRun(finished.folder)
  const { spentMs } = finished.end()
  const problems = problemsOf(finished.checker, whole)
  if (whole || problems.length > 0) console.log(summaryLine(finished.checker, spentMs))
  if (detail.isFull) console.log(exerciseLines(finished.checker.exercises).join('\n'))
  if (problems.length > 0) throw new Error(`Kalshi conformance:\n${problems.join('\n')}`)
}
