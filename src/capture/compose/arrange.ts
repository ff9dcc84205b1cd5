import { createHash } from 'node:crypto'
import type { VenueId } from '../../domain/market.ts'
import { accountRenames, accountsOf } from './accounts.ts'
import { factsOf } from './facts.ts'
import { type Renames, renameEntry, renameText } from './rewrite.ts'
import type { SceneExchange, SceneSource } from './scene.ts'
import { Timeline } from './timeline.ts'

/** Between two sources of which one has to wait for the other. */
const GAP_MS = 1000

/** `venue`: side by side, except that what shares a venue follows each other. `sequence`: one after the other. */
export type Arranging = 'venue' | 'sequence'

/** One source at its place in a scene, under ids that no other source has. */
export interface ScenePart {
  readonly source: SceneSource
  readonly index: number
  readonly timeline: Timeline
  readonly renames: Renames
  readonly exchanges: readonly SceneExchange[]
  /** Operations of the engine, as JSON of their inputs. Times are the source's own. */
  readonly operations: readonly PartOperation[]
}

export interface PartOperation {
  readonly op: string
  /** Unix ms, in the source's own time. */
  readonly atMs: number
  readonly inputJson: string
  /** It ended in an error when it was recorded, which is an outcome that may be repeated. */
  readonly failed: boolean
  /** What came of it when it was recorded, as JSON. */
  readonly outcome: unknown
}

/** Puts sources beside or after each other. Those from `freeFrom` on may begin with the first: they are asked for when it is their turn. */
export function arrange(
  sources: readonly SceneSource[],
  by: Arranging,
  freeFrom = Number.POSITIVE_INFINITY,
): readonly ScenePart[] {
  const originMs = sources[0]?.manifest.clockOriginMs ?? 0
  const placed: { readonly venues: ReadonlySet<VenueId>; readonly endMs: number }[] = []
  const taken = new Set<string>()
  const accounts = accountsOf(sources)
  return sources.map((source, index) => {
    const venues = new Set(source.exchanges.map(({ _venue }) => _venue))
    const before = placed.filter((one) => by === 'sequence' || [...venues].some((venue) => one.venues.has(venue)))
    const waits = index < freeFrom ? before.map(({ endMs }) => endMs + GAP_MS) : []
    const timeline = new Timeline(Math.max(originMs, ...waits) - source.manifest.clockOriginMs)
    placed.push({ venues, endMs: timeline.at(endOf(source)) })
    const renames = new Map([...renamesFor(source, index, taken), ...accountRenames(source, accounts)])
    return {
      source,
      index,
      timeline,
      renames,
      exchanges: exchangesOf(source, index, renames),
      operations: operationsOf(source, renames),
    }
  })
}

function endOf({ manifest, exchanges, operations }: SceneSource): number {
  const ends = exchanges.map(({ startedDateTime, time }) => Date.parse(startedDateTime) + time)
  return Math.max(manifest.clockOriginMs, ...ends, ...operations.map(({ at }) => Date.parse(at)))
}

function exchangesOf(source: SceneSource, index: number, renames: Renames): readonly SceneExchange[] {
  return source.exchanges.map((entry) => ({
    source: index,
    origin: { session: source.session, seq: entry._seq },
    entry: renameEntry(entry, renames),
  }))
}

function operationsOf({ operations }: SceneSource, renames: Renames): readonly PartOperation[] {
  return operations.map(({ op, at, input, outcome }) => ({
    op,
    atMs: Date.parse(at),
    inputJson: renameText(JSON.stringify(input ?? null), renames),
    failed: typeof outcome === 'object' && outcome !== null && 'failed' in outcome,
    outcome,
  }))
}

/**
 * New names for ids that an earlier source has given to orders of its own, as when one session is used twice. An order that
 * is only looked at or cancelled here is the other source's, and keeps its name.
 */
function renamesFor(source: SceneSource, index: number, taken: Set<string>): Renames {
  const own = new Set([...idsPlaced(source, index), ...idsIntended(source)])
  const renames = new Map<string, string>()
  for (const id of own) {
    if (taken.has(id)) renames.set(id, derivedId(id, `${source.session}/${index}`))
  }
  for (const id of own) taken.add(renames.get(id) ?? id)
  return renames
}

/** Ids of orders that were placed on this tape, and of their fills. A Polymarket order's id follows from what is signed. */
function idsPlaced(source: SceneSource, index: number): readonly string[] {
  const facts = exchangesOf(source, index, new Map()).flatMap(factsOf)
  const orders = facts.flatMap((fact) => (fact.kind === 'placed' ? [fact] : []))
  const orderIds = new Set(orders.flatMap(({ orderId }) => (orderId === null ? [] : [orderId])))
  const fills = facts.flatMap((fact) =>
    fact.kind === 'fill' && orderIds.has(fact.orderId) ? [fact.id.split(':')[0] ?? fact.id] : [],
  )
  return [...orders.map(({ key }) => key), ...[...orderIds].filter((id) => !id.startsWith('0x')), ...fills]
}

const intendedId = /"(?:id|clientOrderId|tradeId|orderId)":"((?:[ot]-[0-9a-f]{12})|[0-9a-f]{8}-[0-9a-f-]{27})"/g

/** Ids that our own operations gave out. */
function idsIntended({ operations }: SceneSource): readonly string[] {
  return operations
    .filter(({ op }) => op.startsWith('place'))
    .flatMap(({ input }) => [...JSON.stringify(input).matchAll(intendedId)].flatMap((match) => match[1] ?? []))
}

/** An id of the same form that depends on where it stands alone. */
function derivedId(id: string, place: string): string {
  const hex = createHash('sha256').update(`${place}|${id}`).digest('hex')
  if (/^\d+$/.test(id)) return String(BigInt(`0x${hex.slice(0, 13)}`))
  const short = /^([ot]-)[0-9a-f]{12}$/.exec(id)?.[1]
  if (short !== undefined) return `${short}${hex.slice(0, 12)}`
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}
