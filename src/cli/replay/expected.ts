import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Recording } from '../../capture/read/recording.ts'
import { compareTexts, type Difference } from '../../capture/replay/compare.ts'
import type { ReplayReport } from '../../capture/replay/replay.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { Ledger } from '../../store/ledger.ts'
import { outcomeSince } from '../scenarios/expected.ts'
import { type Decision, decisionsOf } from './decisions.ts'
import { EXPECTED_FILE, type ExpectedOutcome } from './expected-outcome.ts'
import { loadUndamaged, replayWithBooks } from './replay-session.ts'

export interface ExpectedCheck {
  readonly report: ReplayReport
  readonly outcome: ExpectedOutcome
  /** Fields in which today's outcome is not the expected one. */
  readonly differences: readonly Difference[]
}

/** Replays a recording and holds what comes of it against its `expected.json`. */
export async function replayExpected(
  nameOrDirectory: string,
  captureDir: string | null = null,
): Promise<ExpectedCheck> {
  const recording = loadUndamaged(nameOrDirectory, captureDir)
  const { report, outcome } = await outcomeOf(recording)
  const expected: object = JSON.parse(readExpected(recording))
  // A scenario's says what it shows as well, and nothing of decisions. What a file promises is what is asked for.
  const promised = Object.entries(outcome).filter(([name]) => name in expected)
  const [was, is] = [
    Object.fromEntries(promised.map(([name]) => [name, Reflect.get(expected, name)])),
    Object.fromEntries(promised),
  ]
  const differences = compareTexts(JSON.stringify(was), JSON.stringify(is), { at: 'expected' })
  return { report, outcome, differences }
}

/** What a recording comes to under today's code. */
export async function outcomeOf(recording: Recording): Promise<{
  readonly report: ReplayReport
  readonly outcome: ExpectedOutcome
  readonly decisions: readonly Decision[]
}> {
  const { report, outcomes, ledger } = await replayWithBooks(recording)
  const decisions = decisionsOf(outcomes)
  return { report, decisions, outcome: await expectedOf(recording, decisions, ledger) }
}

export function writeExpected(directory: string, outcome: ExpectedOutcome): void {
  writeFileSync(join(directory, EXPECTED_FILE), `${JSON.stringify(outcome, null, 2)}\n`)
}

function readExpected({ directory, session }: Recording): string {
  try {
    return readFileSync(join(directory, EXPECTED_FILE), 'utf8')
  } catch (cause) {
    throw new ToolkitError({
      code: 'EXPECTED_MISSING',
      category: 'usage',
      message: `${session} has no ${EXPECTED_FILE} that says what it must come to.`,
      facts: { directory },
      suggestions: [`crosstape capture promote ${session} --as NAME writes one for you to review.`],
      cause,
    })
  }
}

async function expectedOf(
  { manifest }: Recording,
  decisions: readonly Decision[],
  ledger: Ledger | null,
): Promise<ExpectedOutcome> {
  if (ledger === null) return { decisions, trades: [], orders: [], positions: [], cash: '0', exposure: '0' }
  const outcome = await outcomeSince(ledger, Date.parse(manifest.startedAt))
  return { decisions, trades: [...(await ledger.listTrades({}))].reverse(), ...outcome }
}
