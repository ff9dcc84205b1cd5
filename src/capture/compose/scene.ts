import { ToolkitError } from '../../domain/errors.ts'
import type { VenueId } from '../../domain/market.ts'
import type { ExchangeEntry } from '../format/exchange.ts'
import type { Manifest, RecordedOperation } from '../format/manifest.ts'
import type { RecordedStream } from '../format/stream.ts'

/** A recorded session in memory, as a part of a scene. */
export interface SceneSource {
  readonly session: string
  readonly manifest: Manifest
  /** In sequence. */
  readonly exchanges: readonly ExchangeEntry[]
  readonly operations: readonly RecordedOperation[]
  readonly streams: readonly RecordedStream[]
}

/** One exchange of a scene, and where it came from. */
export interface SceneExchange {
  /** Index of its source in the scene. */
  readonly source: number
  /** Its session and number there: what a person looks up. */
  readonly origin: { readonly session: string; readonly seq: number }
  readonly entry: ExchangeEntry
}

/** Something in a scene that no venue could have answered. */
export interface Incoherence {
  /** `session/003`, as recorded. */
  readonly exchange: string
  readonly venue: VenueId
  /** The member that says so, e.g. `response.fills.0.count_fp`. */
  readonly field: string
  readonly what: string
}

export function nameOf({ origin }: Pick<SceneExchange, 'origin'>): string {
  return `${origin.session}/${String(origin.seq).padStart(3, '0')}`
}

function describeIncoherence({ exchange, venue, field, what }: Incoherence): string {
  return `${exchange} (${venue}), ${field}: ${what}`
}

/** The error for a scene that cannot be. Every reason is told, the first in the headline. */
export function impossibleScene(found: readonly Incoherence[]): ToolkitError {
  const [first] = found
  return new ToolkitError({
    code: 'SCENE_IMPOSSIBLE',
    category: 'usage',
    message: `This scene cannot be: ${first === undefined ? 'it does not fit together' : describeIncoherence(first)}. Nothing was written.`,
    facts: { reasons: found.map(describeIncoherence).join('; ') },
    suggestions: found.slice(1, 6).map((one) => `Also: ${describeIncoherence(one)}`),
  })
}

/** The error for parts that cannot be put together as asked. */
export function cannotCompose(what: string, suggestions: readonly string[] = []): ToolkitError {
  return new ToolkitError({
    code: 'SCENE_NOT_COMPOSABLE',
    category: 'usage',
    message: `These recordings cannot be composed: ${what}. Nothing was written.`,
    suggestions,
  })
}
