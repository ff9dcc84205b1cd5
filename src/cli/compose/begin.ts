import type { ScenePart } from '../../capture/compose/arrange.ts'
import { cannotCompose } from '../../capture/compose/scene.ts'
import { moveOperation } from '../../capture/compose/timeline.ts'
import { type VenueId, venueIds } from '../../domain/market.ts'

type Json = Readonly<Record<string, unknown>>

/**
 * What a scene begins with: limits, day and breakers of its first part, and of each venue what the first part that trades
 * there began with. What a later part of the same venue began with is what the earlier ones leave.
 */
export function composedBegin(parts: readonly ScenePart[]): Json {
  const [first] = parts
  const input = first === undefined ? null : beginOf(first)
  if (first === undefined || input === null) throw cannotCompose('the first one does not say what it began with')
  const state: Record<string, unknown> = { ...objectOf(input.state) }
  const seen = new Set<VenueId>(venuesOf(first))
  for (const part of parts.slice(1)) {
    const more = objectOf(beginOf(part)?.state)
    const fresh = venuesOf(part).filter((venue) => !seen.has(venue))
    for (const venue of fresh) {
      for (const list of ['positions', 'orders', 'pending', 'cash', 'cancelledAllAt', 'ignoredOrders']) {
        const others = listOf(state[list]).filter((item) => !isAbout(item, venue))
        state[list] = [...others, ...listOf(more[list]).filter((item) => isAbout(item, venue))]
      }
      seen.add(venue)
    }
  }
  return { ...input, state }
}

/** What a part itself began with. @throws ToolkitError SCENE_NOT_COMPOSABLE when it does not say. */
export function partBegin(part: ScenePart): Json {
  const begin = beginOf(part)
  if (begin === null) throw cannotCompose(`${part.source.session} does not say what it began with`)
  return begin
}

function beginOf(part: ScenePart): Json | null {
  const begin = part.operations.find(({ op }) => op === 'begin')
  if (begin === undefined) return null
  const parsed: unknown = JSON.parse(moveOperation(begin.inputJson, part.timeline))
  return objectOf(parsed)
}

function venuesOf({ exchanges }: ScenePart): readonly VenueId[] {
  return venueIds.filter((venue) => exchanges.some(({ entry }) => entry._venue === venue))
}

/** Whether an item of a stored state is of a venue: by its `venue`, or by the market or key that begins with it. */
function isAbout(item: unknown, venue: VenueId): boolean {
  const text = JSON.stringify(item) ?? ''
  return text.includes(`"${venue}"`) || text.includes(`"${venue}:`) || text.includes(`"${venue}/`)
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {}
}
