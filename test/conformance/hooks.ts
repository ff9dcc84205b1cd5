import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Context, RootHookObject, Suite, Test } from 'mocha'
import { detail, exerciseLines, problemsOf, summaryLine } from './report.ts'
import { ConformanceRun, planRun } from './run.ts'

/**
 * Root hooks: whatever part of the suite runs, it runs once, with the observer on where Kalshi's document is at hand.
 * What only a whole run can show (calls that nothing exercised) is judged after a whole run.
 */
const plan = planRun(process.env.CROSSTAPE_KALSHI_SPEC_DIR)
const run = plan.kind === 'check' ? new ConformanceRun(plan.file) : null

export const mochaHooks: RootHookObject = {
  afterEach() {
    run?.catchUp()
  },
  afterAll(this: Context) {
    const suite = this.test?.parent
    if (plan.kind === 'skip') console.log(plan.notice)
    if (run !== null && suite !== undefined) conclude(run, isWhole(suite))
  },
}

function conclude(finished: ConformanceRun, whole: boolean): void {
  const { spentMs } = finished.end()
  const problems = problemsOf(finished.checker, whole)
  if (whole || problems.length > 0) console.log(summaryLine(finished.checker, spentMs))
  if (detail.isFull) console.log(exerciseLines(finished.checker.exercises).join('\n'))
  if (problems.length > 0) throw new Error(`Kalshi conformance:\n${problems.join('\n')}`)
}

/** Every test file was loaded and no test was left out by a filter. */
function isWhole(root: Suite): boolean {
  const folder = join(import.meta.dirname, '..')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'))
  const loaded = new Set(root.suites.map((suite) => suite.file))
  return files.every((file) => loaded.has(join(folder, file))) && testsOf(root).every(wasRun)
}

function testsOf(suite: Suite): readonly Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)]
}

function wasRun(test: Test): boolean {
  return test.state !== undefined || test.isPending()
}
