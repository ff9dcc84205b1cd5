import { venueIds } from '../../domain/market.ts'
import { fillScenarios, saleScenario } from './fills.ts'
import { refusalScenarios, tickerScenarios } from './refusals.ts'
import type { Scenario } from './scenario.ts'
import { settlementScenarios, troubleScenarios } from './trouble.ts'

/** Every scenario of one venue that can be recorded, by venue. Those of both venues together are composed of these. */
export const scenarios: readonly Scenario[] = [
  ...venueIds.flatMap((venue) => [
    ...fillScenarios(venue),
    ...refusalScenarios(venue),
    ...[...tickerScenarios, ...settlementScenarios].filter((scenario) => scenario.venue === venue),
    ...troubleScenarios(venue),
  ]),
  ...venueIds.map(saleScenario),
]

export const scenarioNames: readonly string[] = scenarios.map(({ name }) => name)

export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name)
  if (found === undefined) throw new Error(`there is no scenario ${name}`)
  return found
}
