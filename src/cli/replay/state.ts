import * as v from 'valibot'
import { ToolkitError } from '../../domain/errors.ts'
import { defaultLimits, type Limits, parseLimits } from '../../safeguards/limits.ts'
import { describeIssues, stringifyAmounts } from '../../store/amount-schema.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { foldStateOf } from '../../store/memory-ledger.ts'
import { stateSchema, storeState } from '../../store/state-codec.ts'

/** The account's state as a recording keeps it: where a replay starts from. */
export function encodeState(state: LedgerState): unknown {
  return JSON.parse(stringifyAmounts(storeState(foldStateOf(state))))
}

const beginSchema = v.object({ state: stateSchema, limits: v.record(v.string(), v.nullable(v.string())) })

/**
 * State and limits that a recording began with.
 * @throws ToolkitError of category `usage` when they cannot be read.
 */
export function decodeBegin(input: unknown): { readonly state: LedgerState; readonly limits: Limits } {
  const parsed = v.safeParse(beginSchema, input)
  if (!parsed.success) throw unreadable(describeIssues(parsed.issues))
  const written = Object.entries(parsed.output.limits).map(([key, value]) => [key, value ?? 'none'] as const)
  const limits = parseLimits(Object.fromEntries(written), defaultLimits)
  if (limits.kind === 'problems') throw unreadable(limits.problems.map(({ message }) => message).join(' '))
  return { state: parsed.output.state, limits: limits.limits }
}

function unreadable(what: string): ToolkitError {
  return new ToolkitError({
    code: 'RECORDING_BEGIN_UNREADABLE',
    category: 'usage',
    message: `What the recorded session began with cannot be read: ${what}`,
    suggestions: ['crosstape capture verify names the file and the line.'],
  })
}
