import type { ScenePart } from '../../capture/compose/arrange.ts'
import type { FeeOf } from '../../capture/compose/refit.ts'
import { type Renames, renameText } from '../../capture/compose/rewrite.ts'
import { moveOperation } from '../../capture/compose/timeline.ts'
import { predictFee } from '../../domain/fees.ts'
import type { Market, MarketId } from '../../domain/market.ts'
import type { OrderBook } from '../../domain/order-book.ts'
import type { Operation } from '../../engine/operations.ts'
import type { OrderRequest } from '../../engine/requests.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type RecordedWorld, recordedObservations } from '../replay/observations.ts'
import { decodeOperation, type Observed } from '../session/operation-codec.ts'

/** An operation of a part at its place in the scene. */
export interface PlannedOperation {
  readonly part: ScenePart
  readonly atMs: number
  readonly operation: Operation
  readonly observed: readonly Observed[]
  /** The same under the ids that the scene has by now. */
  observedUnder(renames: Renames): readonly Observed[]
  readonly failed: boolean
  /** What came of it when it was recorded, as JSON. */
  readonly outcome: unknown
}

/** Every operation of the parts but how they began, in the order of the scene. */
export function plannedOperations(parts: readonly ScenePart[]): readonly PlannedOperation[] {
  const planned = parts.flatMap((part) =>
    part.operations
      .filter(({ op }) => op !== 'begin')
      .map(({ op, atMs, inputJson, failed, outcome }) => {
        const moved = moveOperation(inputJson, part.timeline)
        const decoded = (json: string): ReturnType<typeof decodeOperation> => {
          const input: object = JSON.parse(json)
          return decodeOperation({ op, ...input })
        }
        return {
          part,
          failed,
          outcome,
          atMs: part.timeline.at(atMs),
          ...decoded(moved),
          observedUnder: (renames: Renames) => decoded(renameText(moved, renames)).observed,
        }
      }),
  )
  return planned.sort((a, b) => a.atMs - b.atMs || a.part.index - b.part.index)
}

/**
 * What an operation sees of the world in a scene: what it saw when it was recorded, and where today's code looks again or
 * at something else, the latest that any part knows of that market.
 */
export function composedWorld(
  observed: readonly Observed[],
  known: readonly OrderRequest[],
  clock: Clock,
): RecordedWorld {
  const { observe, readHalt } = recordedObservations(observed)
  const left = { market: countOf(observed, 'market'), book: countOf(observed, 'book'), time: countOf(observed, 'time') }
  const fallback = async <T>(kind: 'market' | 'book', recorded: () => Promise<T>, latest: T | null): Promise<T> => {
    if (left[kind] > 0 || latest === null) {
      left[kind] -= 1
      return recorded()
    }
    return latest
  }
  return {
    readHalt,
    observe: {
      ...observe,
      market: (id) => fallback('market', () => observe.market(id), latestMarket(known, id)),
      book: (market) => fallback('book', () => observe.book(market), latestBook(known, market.id, clock)),
      orderTimeMs: () => (left.time-- > 0 ? observe.orderTimeMs() : clock.nowMs()),
    },
  }
}

function countOf(observed: readonly Observed[], kind: Observed['kind']): number {
  return observed.filter((seen) => seen.kind === kind).length
}

function latestMarket(known: readonly OrderRequest[], id: MarketId): Market | null {
  return known.findLast(({ market }) => market.id === id)?.market ?? null
}

/** Read just now: a replay's book would otherwise be as old as the day that it was recorded on. */
function latestBook(known: readonly OrderRequest[], id: MarketId, clock: Clock): OrderBook | null {
  const book = known.findLast(({ market, book: seen }) => market.id === id && seen !== null)?.book ?? null
  return book === null ? null : { ...book, capturedAtMs: clock.nowMs() }
}

/** The requests that a scene's operations made, with the markets and books that they were made in. */
export function requestsOf(planned: readonly PlannedOperation[]): readonly OrderRequest[] {
  return planned.flatMap(({ operation }): readonly OrderRequest[] => {
    switch (operation.op) {
      case 'place':
      case 'deny':
        return [operation.request]
      case 'place_pair':
      case 'place_batch':
        return operation.requests
      default:
        return []
    }
  })
}

/** Fees by the schedules of the markets that were traded. A market is known on the wire by its symbol or by its tokens. */
export function feesOf(requests: readonly OrderRequest[]): FeeOf {
  const named = (market: Market): readonly string[] => [market.symbol, ...Object.values(market.routing)]
  return ({ venue, market: name, side, price, quantity, isTaker }) => {
    const market = requests.find(({ market: one }) => one.venue === venue && named(one).includes(name))?.market
    if (market === undefined) return null
    return predictFee(market.fees, { side, price, quantity, liquidity: isTaker ? 'taker' : 'maker' })
  }
}

/** Every name of the market that one of them stands for, by what it is. Null when nothing was ordered there. */
export function namesOfMarket(requests: readonly OrderRequest[], name: string): ReadonlyMap<string, string> | null {
  for (const { market } of requests) {
    const names = new Map([['symbol', market.symbol], ...Object.entries(market.routing)])
    if ([...names.values()].includes(name)) return names
  }
  return null
}
