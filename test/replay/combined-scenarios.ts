import { join } from 'node:path'
import type { SceneOptions } from '../../src/replay/types.ts'

/** The sessions of the scenario library, each of one venue, recorded apart. */
export const library = join(import.meta.dirname, '../../recordings')

export interface CombinedScenario {
  readonly name: string
  readonly what: string
  readonly sessions: readonly string[]
}

/** The two-leg scenarios of the confidence strategy. What the last session sells is what unwinding sells. */
export const combinedScenarios: readonly CombinedScenario[] = [
  { name: 'combined-both-fill', what: 'both legs fill', sessions: ['kalshi-full-fill', 'polymarket-full-fill'] },
  {
    name: 'combined-kalshi-fills-polymarket-fails',
    what: 'Kalshi fills and Polymarket finds nothing, so that the Kalshi leg is sold again',
    sessions: ['kalshi-full-fill', 'polymarket-no-fill', 'kalshi-sale'],
  },
  {
    name: 'combined-both-partial',
    what: 'both fill in part, Kalshi more, so that the excess is sold again',
    sessions: ['kalshi-partial-fill', 'polymarket-partial-fill', 'kalshi-sale'],
  },
  {
    name: 'combined-kalshi-fails-polymarket-fills',
    what: 'Kalshi finds nothing and Polymarket fills, so that the Polymarket leg is sold again',
    sessions: ['kalshi-no-fill', 'polymarket-full-fill', 'polymarket-sale'],
  },
]

export function sceneOf({ name, sessions }: CombinedScenario): SceneOptions {
  return { name, sessions, captureDir: library, pair: true }
}
