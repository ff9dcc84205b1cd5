import type { VenueId } from '../../domain/market.ts'
import type { Fact } from './fact.ts'
import { kalshiFacts } from './kalshi-facts.ts'
import { polymarketFacts } from './polymarket-facts.ts'
import type { SceneExchange } from './scene.ts'

type FactReader = (exchange: SceneExchange) => readonly Fact[]

const readers: Readonly<Record<VenueId, FactReader>> = { kalshi: kalshiFacts, polymarket: polymarketFacts }

/** Everything that an exchange says about orders, in the order in which it says it. */
export function factsOf(exchange: SceneExchange): readonly Fact[] {
  return readers[exchange.entry._venue](exchange)
}
