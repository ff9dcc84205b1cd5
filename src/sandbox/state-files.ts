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
import type { Command } from './commands.ts'
import { decodeJson, encodeJson } from './json.ts'
import type { ExchangeSnapshot } from './snapshot.ts'

/** Raised when the files of an older version could not be read by this one. */
const FORMAT = 1

/** What a sandbox is, apart from what happened in it. */
export interface SandboxOrigin {
  readonly seed: string
  readonly originMs: number
}

export interface SavedState extends SandboxOrigin {
  readonly format: number
  /** Commands up to this number are in the snapshot. */
  readonly sequence: number
  readonly clockOffsetMs: number
  readonly snapshot: ExchangeSnapshot | null
}

/** One line of the log. */
export interface LogEntry {
  readonly n: number
  /** The exchange's time, Unix ms. */
  readonly t: number
  readonly command?: Command
  /** The clock was moved: milliseconds ahead of the host's clock from here on. */
  readonly clockOffsetMs?: number
}

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
    unusable: (cause) => unreadable(statePath, cause),
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
    const state = decodeJson<SavedState>(readFileSync(path, 'utf8'))
    if (state.format === FORMAT) return state
  } catch (error) {
    throw unreadable(path, error)
  }
  throw unreadable(path, null)
}

function readLog(path: string): readonly LogEntry[] {
  const text = readFileSync(path, 'utf8')
  const end = text.lastIndexOf('\n') + 1
  // Without this the next line would be appended to the torn one.
  if (end < text.length) truncateSync(path, Buffer.byteLength(text.slice(0, end)))
  try {
    return text
      .slice(0, end)
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => decodeJson<LogEntry>(line))
  } catch (error) {
    throw unreadable(path, error)
  }
}

function unreadable(path: string, cause: unknown): ToolkitError {
  return new ToolkitError({
    code: 'SANDBOX_STATE_UNREADABLE',
    message: `The sandbox's state at ${path} cannot be read by this version. Nothing was sent.`,
    category: 'usage',
    facts: { path },
    suggestions: ['Run: crosstape sandbox reset (forgets the sandbox account, nothing else).'],
    cause,
  })
}

export function newState(origin: SandboxOrigin): SavedState {
  return { ...origin, format: FORMAT, sequence: 0, clockOffsetMs: 0, snapshot: null }
}
