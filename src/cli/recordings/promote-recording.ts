import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { loadRecording, type Recording } from '../../capture/read/recording.ts'
import type { ReplayReport } from '../../capture/replay/replay.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { changedDecisions, type Decision, type DecisionChange, decisionsOf } from '../replay/decisions.ts'
import { outcomeOf, writeExpected } from '../replay/expected.ts'
import { EXPECTED_FILE } from '../replay/expected-outcome.ts'
import { loadUndamaged } from '../replay/replay-session.ts'

export interface Promotion {
  readonly session: string
  readonly from: string
  /** The folder under `recordings` that the test over all of them picks up. */
  readonly directory: string
  readonly report: ReplayReport
  readonly decisions: readonly Decision[]
  /** Orders, denials and unwinds that today's code decides otherwise than the session did. */
  readonly changes: readonly DecisionChange[]
}

export interface PromoteOptions {
  readonly captureDir: string | null
  /** Where recordings are kept as tests. */
  readonly into: string
  readonly name: string
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/**
 * Keeps a session as a test: copies it, runs it under today's code, and writes what came of it as what must come of it, for
 * a person to review. The session stays where it is.
 * @throws ToolkitError of category `usage` for a name that is taken or will not do, or a session without operations; of
 * category `drift` for one that is damaged. Nothing is left behind then.
 */
export async function promoteRecording(nameOrDirectory: string, options: PromoteOptions): Promise<Promotion> {
  const source = loadUndamaged(nameOrDirectory, options.captureDir)
  requireOperations(source)
  const directory = join(options.into, requireFreeName(options))
  // Under another name until it is complete: a test that runs meanwhile must not find half a recording.
  const draft = join(options.into, `.${options.name}.promoting`)
  rmSync(draft, { recursive: true, force: true })
  try {
    cpSync(source.directory, draft, { recursive: true, errorOnExist: true })
    const { report, decisions, outcome } = await outcomeOf(loadRecording(draft, null))
    writeExpected(draft, outcome)
    renameSync(draft, directory)
    const recorded = decisionsOf(source.operations.filter(({ op }) => op !== 'begin'))
    const changes = changedDecisions(recorded, decisions)
    return { session: basename(directory), from: source.directory, directory, report, decisions, changes }
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function requireFreeName({ name, into }: PromoteOptions): string {
  if (!NAME.test(name)) {
    throw new ToolkitError({
      code: 'SESSION_NAME_INVALID',
      category: 'usage',
      message: `${JSON.stringify(name)} cannot be a folder: use letters, digits, ".", "_" and "-". Nothing was written.`,
      suggestions: ['--as kalshi-partial-fill-then-halt'],
    })
  }
  if (!existsSync(join(into, name))) return name
  throw new ToolkitError({
    code: 'SESSION_NAME_TAKEN',
    category: 'usage',
    message: `${join(into, name)} is there already. It was not touched, and nothing was written.`,
    suggestions: [`--as another-name, or look at ${join(into, name, EXPECTED_FILE)} first.`],
  })
}

function requireOperations({ session, operations }: Recording): void {
  if (operations.some(({ op }) => op === 'begin')) return
  throw new ToolkitError({
    code: 'RECORDING_WITHOUT_OPERATIONS',
    category: 'usage',
    message: `${session} holds exchanges only, not what was decided, so there is nothing to run again.`,
    suggestions: ['Play it to your own program with crosstape/replay: see docs/replay.md.'],
  })
}
