import type { Checker, Exercise, Violation } from './checker.ts'
import { clientCalls } from './client-calls.ts'
import { servedOperations } from './sandbox-routes.ts'

/** Whether the report names every operation. */
export const detail = { isFull: false }

/** Everything that makes a run fail. */
export function problemsOf(checker: Checker, whole: boolean): readonly string[] {
  return [
    ...checker.found().map(violationText),
    ...unlisted(checker.exercises).map((id) => `${id}: our client asks it, and client-calls.ts does not say so`),
    ...(whole ? [...notAsked(checker.exercises), ...notAnswered(checker)] : []),
    ...(whole ? checker.staleGaps().map((gap) => `known-gaps.ts: nothing needs the row "${gap.because}"`) : []),
  ]
}

/** Calls of our client that nothing in the run made. */
function notAsked(exercises: ReadonlyMap<string, Exercise>): readonly string[] {
  return Object.entries(clientCalls).flatMap(([name, operation]) =>
    (exercises.get(operation)?.asked ?? 0) > 0 ? [] : [`${operation}: our client (${name}) never asked it`],
  )
}

/** Operations that the sandbox serves, or our client asks, and that the sandbox never answered with success. */
function notAnswered({ document, exercises }: Checker): readonly string[] {
  const expected = new Set([...Object.values(clientCalls), ...servedOperations(document)])
  return [...expected].flatMap((operation) => {
    const statuses = [...(exercises.get(operation)?.statuses.keys() ?? [])]
    return statuses.some((status) => status < 300) ? [] : [`${operation}: the sandbox never answered it with success`]
  })
}

/** Operations that our client asked for and that the table of its calls does not name. */
function unlisted(exercises: ReadonlyMap<string, Exercise>): readonly string[] {
  const listed = Object.values(clientCalls)
  return [...exercises].filter(([id, { asked }]) => asked > 0 && !listed.includes(id)).map(([id]) => id)
}

const SAMPLE_CHARACTERS = 300

function violationText({ violation, count }: { readonly violation: Violation; readonly count: number }): string {
  const { side, operation, status, pointer, message, sample } = violation
  const where = side === 'request' ? 'request of our client' : `answer ${status} of the sandbox`
  const what = `${operation}, ${where}: ${pointer === '' ? 'the body' : pointer} ${message} (${count}x)`
  return `${what}\n    ${sample.slice(0, SAMPLE_CHARACTERS)}`
}

export function summaryLine(checker: Checker, spentMs: number): string {
  const exercises = [...checker.exercises.values()]
  const asked = sum(exercises.map((one) => one.asked))
  const answers = sum(exercises.flatMap(({ statuses }) => [...statuses.values()]))
  const what = `${exercises.length} operations, ${asked} requests of our client, ${answers} answers of the sandbox`
  return `Kalshi conformance: ${what}, in ${(spentMs / 1000).toFixed(1)} s.`
}

/** One line an operation. */
export function exerciseLines(exercises: ReadonlyMap<string, Exercise>): readonly string[] {
  return [...exercises]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([id, { asked, distinct, statuses }]) => {
      const byStatus = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${status}: ${count}`)
      return `  ${id.padEnd(32)} asked ${asked}, distinct ${distinct}, answered ${byStatus.join(', ') || 'never'}`
    })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}
