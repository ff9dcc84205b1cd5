import { type Clock, systemClock } from './clock.ts'
import { type Ids, seededIds } from './ids.ts'
import { freshSeed, type Random, seededRandom } from './random.ts'

/** Every source of nondeterminism that code above the edge may use, handed in together. */
export interface Runtime {
  readonly clock: Clock
  readonly ids: Ids
  readonly random: Random
  /** Repeats `ids` and `random` when given to `createRuntime` again. */
  readonly seed: string
}

export function createRuntime(options: { readonly clock?: Clock; readonly seed?: string } = {}): Runtime {
  const seed = options.seed ?? freshSeed()
  const random = seededRandom(seed)
  return { clock: options.clock ?? systemClock, ids: seededIds(random.fork('ids')), random, seed }
}
