import { readFileSync, statSync } from 'node:fs'
import * as v from 'valibot'
import { JsonSyntaxError, lineOfPath, walkJson } from '../format/json-text.ts'

/** What is wrong with a recording, and exactly where. */
export interface RecordingProblem {
  /** File name inside the session folder. */
  readonly file: string
  /** `line 4, column 7`, a field such as `request.url`, or null when it concerns the whole file. */
  readonly where: string | null
  /** What is wrong, in plain words. */
  readonly what: string
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: RecordingProblem }

/** `007_POST_kalshi_orders.json, line 4, column 7: expected a value`. */
export function describeProblem(problem: RecordingProblem): string {
  return `${problem.file}${problem.where === null ? '' : `, ${problem.where}`}: ${problem.what}`
}

/** Reads a text file; a missing or unreadable one is a problem, not an exception. */
export function readText(path: string, file: string): Checked<string> {
  try {
    return { ok: true, value: readFileSync(path, 'utf8') }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return problem(file, null, code === 'ENOENT' ? 'the file is missing' : `the file cannot be read (${code})`)
  }
}

export interface ReadOptions {
  /** Its line, when the text is one of a file. */
  readonly line?: number
  /** Brings the value of an older recording to the form of today before it is checked. */
  readonly convert?: (value: unknown) => unknown
}

/** Parses and validates JSON, naming line and column of a syntax error and the field of a wrong value. */
export function readJson<Schema extends v.GenericSchema>(
  schema: Schema,
  file: string,
  text: string,
  options: ReadOptions = {},
): Checked<v.InferOutput<Schema>> {
  const { line = null, convert } = options
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return problem(file, line === null ? null : `line ${line}`, syntaxProblem(text, line))
  }
  const result = v.safeParse(schema, convert === undefined ? value : convert(value))
  if (result.success) return { ok: true, value: result.output }
  const [issue] = result.issues
  const path = (issue.path ?? []).map(({ key }) => String(key))
  const at = line ?? lineOfPath(text, path)
  return problem(file, `line ${at}, ${path.length === 0 ? 'the whole' : path.join('.')}`, wording(issue))
}

function syntaxProblem(text: string, line: number | null): string {
  try {
    walkJson(text, { enter: () => true, leaf: () => undefined })
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error
    return `not JSON: ${line === null ? error.message : error.message.replace(/^line \d+, /, '')}`
  }
  return 'not JSON'
}

function wording(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'regex' || issue.type === 'check') return `${issue.message}: ${issue.received}`.slice(0, 160)
  return issue.expected === null ? issue.message : `expected ${issue.expected}, found ${issue.received}`.slice(0, 160)
}

export function problem(file: string, where: string | null, what: string): { ok: false; problem: RecordingProblem } {
  return { ok: false, problem: { file, where, what } }
}

/** The lines of a JSONL file, with or without one that has no line end. Empty when there is no such file. */
export function readLines(path: string, withTornTail: boolean): readonly string[] {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  const tail = lines.pop() ?? ''
  return tail !== '' && withTornTail ? [...lines, tail] : lines
}
