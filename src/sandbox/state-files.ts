import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { ToolkitError } from '../domain/errors.ts'
import { encodeJson } from './json.ts'
import { Damaged, decodeEntry, decodeState, type LogEntry, type SavedState } from './saved/saved.ts'

/** Where the exchange's commands go before they are answered for. */
export interface StateStore {
  load(): { readonly state: SavedState | null; readonly log: readonly LogEntry[] }
  append(entry: LogEntry): void
  /** Replaces snapshot and log. */
  save(state: SavedState): void
  /** Forgets everything. */
  reset(): void
  close(): void
  /** The error of a state that was loaded and cannot be gone on from. */
  unusable(cause: unknown): unknown
}

/** Keeps nothing. */
export const memoryStore: StateStore = {
  load: () => ({ state: null, log: [] }),
  append: () => {},
  save: () => {},
  reset: () => {},
  close: () => {},
  unusable: (cause) => cause,
}

/**
 * A snapshot and the commands since, in one folder. A line is handed to the operating system before `append` returns, so
 * that a killed process forgets nothing it answered; a torn last line was never answered for and is dropped.
 */
export function fileStore(folder: string): StateStore {
  makeFolder(folder)
  const statePath = join(folder, 'state.json')
  const logPath = join(folder, 'commands.jsonl')
  let log: number | null = null
  const closeLog = (): void => {
    if (log !== null) closeSync(log)
    log = null
  }
  return {
    load() {
      const state = existsSync(statePath) ? readState(statePath) : null
      const entries = existsSync(logPath) ? readLog(logPath) : []
      return { state, log: entries.filter((entry) => entry.n > (state?.sequence ?? 0)) }
    },
    append(entry) {
      log ??= openSync(logPath, 'a', 0o600)
      writeSync(log, `${encodeJson(entry)}\n`)
    },
    save(state) {
      writeFileSync(`${statePath}.new`, encodeJson(state), { mode: 0o600 })
      renameSync(`${statePath}.new`, statePath)
      // The snapshot holds these commands; should we die between the two steps, their numbers say so.
      closeLog()
      rmSync(logPath, { force: true })
    },
    reset() {
      closeLog()
      rmSync(logPath, { force: true })
      rmSync(statePath, { force: true })
    },
    close: closeLog,
    unusable: (cause) => unreadable({ path: statePath }, cause),
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new ToolkitError({
      code: 'SANDBOX_UNWRITABLE',
      message: `The sandbox cannot keep its state in ${folder}: the folder cannot be made. Nothing was sent.`,
      category: 'usage',
      facts: { folder },
      suggestions: ['Choose another data directory with --data-dir, or make this one writable.'],
      cause: error,
    })
  }
}

function readState(path: string): SavedState {
  try {
    return decodeState(readFileSync(path, 'utf8'))
  } catch (error) {
    throw unreadable({ path }, error)
  }
}

function readLog(path: string): readonly LogEntry[] {
  const text = readFileSync(path, 'utf8')
  const end = text.lastIndexOf('\n') + 1
  // Without this the next line would be appended to the torn one.
  if (end < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, end)))
  const entries: LogEntry[] = []
  for (const [index, line] of text.slice(0, end).split('\n').entries()) {
    if (line === '') continue
    try {
      entries.push(entryAfter(entries.at(-1), line))
    } catch (error) {
      throw unreadable({ path, line: String(index + 1) }, error)
    }
  }
  return entries
}

/** The entry of a line. One that stands there twice would be carried out twice. */
function entryAfter(last: LogEntry | undefined, line: string): LogEntry {
  const entry = decodeEntry(line)
  if (last !== undefined && entry.n <= last.n) throw new Damaged(`n: ${entry.n} does not follow ${last.n}`)
  return entry
}

function unreadable(facts: { readonly path: string; readonly line?: string }, cause: unknown): ToolkitError {
  const where = facts.line === undefined ? facts.path : `${facts.path}, line ${facts.line},`
  const why = cause instanceof Damaged ? ` (${cause.message})` : ''
  return new ToolkitError({
    code: 'SANDBOX_STATE_UNREADABLE',
    message: `The sandbox's state at ${where} cannot be read by this version${why}. Nothing was sent.`,
    category: 'usage',
    facts,
    suggestions: ['Run: crosstape sandbox reset (forgets the sandbox account, nothing else).'],
    cause,
  })
}
