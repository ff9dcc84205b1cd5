import { ToolkitError, VenueError } from '../../domain/errors.ts'
import type { Observations, Trading } from '../../engine/trading.ts'
import { type Observed, observedSubject } from '../session/operation-codec.ts'

/** What an operation took from the world when it was recorded. */
export type RecordedWorld = { readonly observe: Observations } & Pick<Trading, 'readHalt'>

/** Answers from what the recorded operation saw, each observation once and in order. */
export function recordedObservations(observed: readonly Observed[]): RecordedWorld {
  const left = [...observed]
  const take = <Kind extends Exclude<Observed['kind'], 'failed'>>(
    kind: Kind,
    of: string,
    matches: (seen: Extract<Observed, { kind: Kind }>) => boolean,
  ): Extract<Observed, { kind: Kind }> => {
    const isWanted = (seen: Observed): seen is Extract<Observed, { kind: Kind }> => seen.kind === kind
    const isFailure = (seen: Observed): boolean => seen.kind === 'failed' && seen.of === of
    const index = left.findIndex((seen) => isFailure(seen) || (isWanted(seen) && matches(seen)))
    const found = left[index]
    if (found === undefined) throw notObserved(kind)
    left.splice(index, 1)
    if (found.kind === 'failed') throw new VenueError(found.failure)
    if (!isWanted(found)) throw notObserved(kind)
    return found
  }
  const observe: Observations = {
    market: async (id) => take('market', observedSubject('market', id), (seen) => seen.id === id).market,
    book: async ({ id }) => take('book', observedSubject('book', id), ({ book }) => book.market === id).book,
    positions: async (venue) =>
      take('positions', observedSubject('positions', venue), (seen) => seen.venue === venue).positions,
    openOrders: async (venue) =>
      take('open_orders', observedSubject('open_orders', venue), (seen) => seen.venue === venue).orders,
    fills: async (venue) => take('fills', observedSubject('fills', venue), (seen) => seen.venue === venue).fills,
    balance: async (venue) =>
      take('balance', observedSubject('balance', venue), (seen) => seen.venue === venue).balance,
    settlement: async ({ id }) =>
      take('settlement', observedSubject('settlement', id), (seen) => seen.id === id).settlement,
    orderTimeMs: () => take('time', 'time', () => true).ms,
  }
  return { observe, readHalt: recordedHalts(observed) }
}

/** As it was each time that it was looked at; looked at more often today, as it was last. */
function recordedHalts(observed: readonly Observed[]): RecordedWorld['readHalt'] {
  const halts = observed.flatMap((seen) => (seen.kind === 'halt' ? [seen.halt] : []))
  let looks = 0
  return () => Promise.resolve(halts[Math.min(looks++, halts.length - 1)] ?? null)
}

function notObserved(kind: Observed['kind']): ToolkitError {
  return new ToolkitError({
    code: 'OBSERVATION_NOT_RECORDED',
    category: 'drift',
    message: `Today's code looks at a ${kind} that the recorded operation did not look at.`,
  })
}
