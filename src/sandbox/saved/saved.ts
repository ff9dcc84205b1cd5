import * as v from 'valibot'
import type { Command } from '../commands.ts'
import type { ExchangeSnapshot } from '../snapshot.ts'
import { commandSchema } from './command-schema.ts'
import { clockTime, duration, wholeNumber } from './parts.ts'
import { snapshotSchema } from './snapshot-schema.ts'

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

const stateSchema = v.object({
  seed: v.string(),
  originMs: clockTime,
  format: v.literal(FORMAT),
  sequence: wholeNumber,
  clockOffsetMs: duration,
  snapshot: v.nullable(snapshotSchema),
}) satisfies v.GenericSchema<unknown, SavedState>

const entrySchema = v.pipe(
  v.object({
    n: wholeNumber,
    t: clockTime,
    command: v.exactOptional(commandSchema),
    clockOffsetMs: v.exactOptional(duration),
  }),
  v.check((entry) => entry.command !== undefined || entry.clockOffsetMs !== undefined, 'expected a command'),
) satisfies v.GenericSchema<unknown, LogEntry>

/** What is wrong with a text of the sandbox's files, and where in it. */
export class Damaged extends Error {
  override readonly name = 'Damaged'
}

export function newState(origin: SandboxOrigin): SavedState {
  return { ...origin, format: FORMAT, sequence: 0, clockOffsetMs: 0, snapshot: null }
}

/** @throws Damaged */
export function decodeState(text: string): SavedState {
  return decode(stateSchema, text)
}

/** @throws Damaged */
export function decodeEntry(line: string): LogEntry {
  return decode(entrySchema, line)
}

function decode<T>(schema: v.GenericSchema<unknown, T>, text: string): T {
  const read = v.safeParse(schema, jsonOf(text), { abortEarly: true })
  if (read.success) return read.output
  throw new Damaged(complaintOf(read.issues[0]))
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new Damaged('it is not JSON', { cause: error })
  }
}

/** Where and why, in few words. The library's own would repeat the value, however long. */
function complaintOf(issue: v.BaseIssue<unknown>): string {
  const { message, expected } = issue
  const why = message.startsWith('Invalid ') && expected !== null ? `expected ${expected}` : message
  const path = v.getDotPath(issue)
  return path === null ? why : `${path.slice(0, 120)}: ${why}`
}
