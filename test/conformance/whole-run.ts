import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Suite, Test } from 'mocha'

const FOLDER = 'CROSSTAPE_CONFORMANCE_FOLDER'
/** Written by every process that runs test files: those of which no test was left out, one a line. */
const WHOLE_FILES = 'whole-files.txt'

/** Tells this process and those that it starts where what they saw is collected. */
export function collectIn(folder: string): void {
  process.env[FOLDER] = folder
}

export function noteWholeFiles(root: Suite): void {
  const folder = process.env[FOLDER]
  if (folder === undefined) return
  const cut = new Set(root.suites.filter((suite) => !testsOf(suite).every(wasRun)).map(({ file }) => file))
  const whole = new Set(root.suites.map(({ file }) => file).filter((file) => !cut.has(file)))
  appendFileSync(join(folder, WHOLE_FILES), [...whole].map((file) => `${file}\n`).join(''))
}

/** Every test file was loaded and no test was left out by a filter. */
export function wholeRun(folder: string): boolean {
  const tests = join(import.meta.dirname, '..')
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'))
  const whole = new Set(readFileSync(join(folder, WHOLE_FILES), 'utf8').split('\n'))
  return files.every((file) => whole.has(join(tests, file)))
}

function testsOf(suite: Suite): readonly Test[] {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)]
}

function wasRun(test: Test): boolean {
  return test.state !== undefined || test.isPending()
}
