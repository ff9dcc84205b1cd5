import { parse as parseLossless } from 'lossless-json'
import * as v from 'valibot'
import { ToolkitError } from '../../domain/errors.ts'
import { environments } from './environment.ts'
import { keyOffsets, lineAndColumn, tooDeepAt } from './json-positions.ts'

const words = v.record(v.string(), v.string('must be text or a number'))

const venueProfile = v.strictObject({
  urls: v.exactOptional(words),
  credentials: v.exactOptional(
    v.record(v.string(), v.union([v.string(), v.strictObject({ env: v.string() })], 'must be text or {"env": "NAME"}')),
  ),
})

const environmentProfile = v.strictObject({
  limits: v.exactOptional(words),
  venues: v.exactOptional(v.record(v.string(), venueProfile)),
})

const configFile = v.strictObject({
  environment: v.exactOptional(v.picklist(environments, `must be one of ${environments.join(', ')}`)),
  dataDir: v.exactOptional(v.string('must be text')),
  captureDir: v.exactOptional(v.string('must be text')),
  captureFilter: v.exactOptional(v.string('must be text')),
  limits: v.exactOptional(words),
  environments: v.exactOptional(
    v.strictObject({
      sandbox: v.exactOptional(environmentProfile),
      demo: v.exactOptional(environmentProfile),
      live: v.exactOptional(environmentProfile),
    }),
  ),
})

/** What a configuration file may hold. The top level counts for every environment, a profile for its own. */
export type ConfigFile = v.InferOutput<typeof configFile>

/** @throws ToolkitError (usage) at the first thing wrong with the text, by file, line and key. */
export function parseConfigText(
  path: string,
  text: string,
): { readonly content: ConfigFile; problem(key: string, sentence: string): ToolkitError } {
  const value = parseText(path, text)
  const offsets = keyOffsets(text)
  const problem = (key: string, sentence: string): ToolkitError => {
    const offset = offsets.get(key)
    const where = offset === undefined ? path : `${path}, line ${lineAndColumn(text, offset).line}`
    return new ToolkitError({
      code: 'CONFIG_INVALID',
      category: 'usage',
      message: `${where}: ${sentence} Nothing was sent.`,
      facts: { file: path, key },
      suggestions: ['docs/commands.md lists what a configuration file may hold.'],
    })
  }
  refuseSecrets(value, [], problem)
  refuseWhatNothingReads(text, value, problem)
  const parsed = v.safeParse(configFile, value)
  if (parsed.success) return { content: parsed.output, problem }
  const issue = parsed.issues[0]
  const key = v.getDotPath(issue) ?? ''
  throw problem(key, `${key === '' ? 'The file' : key} ${describeIssue(issue)}.`)
}

/** Settings go six deep. Far deeper text would exhaust whoever reads it, and so would far longer one. */
const DEPTH_MAX = 32
const LENGTH_MAX = 1 << 20

/** Numbers stay the text they were written as: a limit must not pass through a double. */
function parseText(path: string, text: string): unknown {
  if (text.length > LENGTH_MAX) throw notConfig(path, { line: 1, column: 1 }, `longer than ${LENGTH_MAX} characters`)
  const deep = tooDeepAt(text, DEPTH_MAX)
  if (deep !== null) throw notConfig(path, lineAndColumn(text, deep), `nested deeper than ${DEPTH_MAX}`)
  try {
    return parseLossless(text, null, { parseNumber: (digits) => digits })
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause
    const offset = Number(/at position (\d+)/.exec(cause.message)?.[1] ?? text.length)
    const what = cause.message.replace(/,? ?(but got .*|(encountered )?at position \d+)$/, '')
    throw notConfig(path, lineAndColumn(text, offset), `not JSON (${what.trim()})`)
  }
}

function notConfig(path: string, { line, column }: ReturnType<typeof lineAndColumn>, what: string): ToolkitError {
  return new ToolkitError({
    code: 'CONFIG_NOT_JSON',
    category: 'usage',
    message: `${path}, line ${line}, column ${column}: ${what}. Nothing was sent.`,
    facts: { file: path, line: String(line), column: String(column) },
    suggestions: ['Mend the file there, or name another one with --config.'],
  })
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  if (issue.type === 'strict_object' && issue.expected === 'never') return 'is not a setting that crosstape knows'
  if (issue.type === 'strict_object' || issue.type === 'record') return 'must be an object'
  return issue.message
}

/** Key material has no place in a file that gets copied, shared and committed, under whatever name. */
function refuseSecrets(
  value: unknown,
  path: readonly string[],
  problem: (key: string, sentence: string) => Error,
): void {
  if (typeof value === 'string') {
    if (!looksSecret(value)) return
    const key = path.join('.')
    throw problem(key, `${key} holds a secret; a configuration file names where a secret is and never holds it.`)
  }
  if (typeof value !== 'object' || value === null) return
  for (const [key, part] of Object.entries(value)) refuseSecrets(part, [...path, key], problem)
}

/** What validation would pass over as if it were not there: a setting that is not taken must not look as if it were. */
function refuseWhatNothingReads(text: string, value: unknown, problem: (key: string, sentence: string) => Error): void {
  // A parser makes it the object's prototype, where no list of unknown keys has it.
  if (/"__proto__"\s*:/.test(text)) throw problem('__proto__', '__proto__ is not a setting that crosstape knows.')
  const list = listIn(value, [])
  if (list !== null) throw problem(list, `${list === '' ? 'The file' : list} must be an object, and not a list.`)
}

/** Where a list stands, or null: no setting is one. */
function listIn(value: unknown, path: readonly string[]): string | null {
  if (Array.isArray(value)) return path.join('.')
  if (typeof value !== 'object' || value === null) return null
  for (const [key, part] of Object.entries(value)) {
    const found = listIn(part, [...path, key])
    if (found !== null) return found
  }
  return null
}

function looksSecret(value: string): boolean {
  return value.includes('-----BEGIN') || /^(0x)?[0-9a-f]{64}$/i.test(value.trim())
}
