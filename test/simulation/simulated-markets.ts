import type { MarketId } from '../../src/domain/market.ts'

export const simulatedMarkets = [
  'kalshi:KXSIM-A',
  'kalshi:KXSIM-B',
  'polymarket:sim-c',
  'polymarket:sim-d',
] as const satisfies readonly MarketId[]

/** Two markets that a person takes for one question: buying both sides of it pays a dollar whatever happens. */
export interface SimulatedPair {
  readonly markets: readonly [MarketId, MarketId]
  readonly polarity: 'same' | 'inverted'
}

export const simulatedPairs = [
  { markets: [simulatedMarkets[0], simulatedMarkets[2]], polarity: 'same' },
  { markets: [simulatedMarkets[1], simulatedMarkets[3]], polarity: 'inverted' },
] as const satisfies readonly SimulatedPair[]
