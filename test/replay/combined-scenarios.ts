import type { SceneOptions } from '../../src/replay/types.ts'
import type { Recorded, Steps } from './record-sessions.ts'

const kalshiBuy = { quantity: '10', price: '0.45' } as const
const polymarketBuy = { outcome: 'no', quantity: '10', price: '0.40' } as const
const kalshiBook = (offered: string): Steps['book'] => ({ bids: [['0.43', '50']], asks: [['0.45', offered]] })
// Bids for YES at 0.60 are offers of NO at 0.40.
const polymarketBook = (offered: string): Steps['book'] => ({ bids: [['0.60', offered]], asks: [['0.62', '50']] })
/** Long enough for a match to be final. */
const settled = { updateAfterMs: 60_000 } as const

/** Sessions of one venue each that the two-leg scenarios are composed of. */
export const partsOfScenarios: Readonly<Record<string, Steps>> = {
  'kalshi-full-fill': { venue: 'kalshi', book: kalshiBook('50'), order: kalshiBuy },
  'kalshi-partial-fill': { venue: 'kalshi', book: kalshiBook('6'), order: kalshiBuy },
  'kalshi-no-fill': { venue: 'kalshi', book: { bids: [['0.43', '50']], asks: [['0.47', '50']] }, order: kalshiBuy },
  'kalshi-sale': {
    venue: 'kalshi',
    held: kalshiBuy,
    book: kalshiBook('50'),
    order: { side: 'sell', quantity: '10', price: '0.43' },
  },
  'polymarket-full-fill': { venue: 'polymarket', book: polymarketBook('50'), order: polymarketBuy, ...settled },
  'polymarket-partial-fill': { venue: 'polymarket', book: polymarketBook('4'), order: polymarketBuy, ...settled },
  'polymarket-no-fill': {
    venue: 'polymarket',
    book: { bids: [['0.58', '50']], asks: [['0.62', '50']] },
    order: polymarketBuy,
  },
  'polymarket-sale': {
    venue: 'polymarket',
    held: { outcome: 'no', quantity: '10', price: '0.40' },
    book: polymarketBook('50'),
    order: { outcome: 'no', side: 'sell', quantity: '10', price: '0.38' },
    ...settled,
  },
  'polymarket-ghost-fill': {
    venue: 'polymarket',
    book: polymarketBook('50'),
    order: polymarketBuy,
    fault: { endpoint: 'place_order', times: 1, fault: 'settlement_failed' },
    ...settled,
  },
  'polymarket-fill-not-watched': { venue: 'polymarket', book: polymarketBook('50'), order: polymarketBuy },
  'polymarket-lost-answer': {
    venue: 'polymarket',
    book: polymarketBook('50'),
    order: polymarketBuy,
    fault: { endpoint: 'place_order', times: 1, fault: 'drop_response' },
  },
}

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

export async function recordParts(recorded: Recorded, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const steps = partsOfScenarios[name]
    if (steps === undefined) throw new Error(`nobody says how to record ${name}`)
    await recorded.record(name, steps)
  }
}

export function sceneOf({ name, sessions }: CombinedScenario, captureDir: string): SceneOptions {
  return { name, sessions, captureDir, pair: true }
}
