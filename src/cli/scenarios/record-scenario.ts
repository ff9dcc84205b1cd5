import type { Money } from '../../domain/amounts.ts'
import type { MarketId } from '../../domain/market.ts'
import type { Settings } from '../config/settings.ts'
import { recordAtVenue } from './at-venue.ts'
import { type RecordedInSandbox, recordInSandbox } from './in-sandbox.ts'
import { scenarioNamed } from './library.ts'
import type { RecordOptions } from './record-session.ts'

/** Records a scenario where the settings say: in a sandbox of its own, or at a real venue. */
export async function recordScenario(
  options: Omit<RecordOptions, 'scenario'> & {
    readonly name: string
    readonly settings: Settings
    readonly captureDir: string
    /** Dollars that its orders may cost at worst. */
    readonly budget: Money
    /** Where to trade at a real venue. */
    readonly market: MarketId | null
  },
): Promise<RecordedInSandbox> {
  const { name, settings } = options
  const scenario = scenarioNamed(name)
  if (settings.environment === 'sandbox') return recordInSandbox({ ...options, scenario, dataDir: settings.dataDir })
  return { ...(await recordAtVenue({ ...options, scenario })), contradictions: [] }
}
