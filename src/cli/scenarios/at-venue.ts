import type { Money } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type MarketId, venueOf } from '../../domain/market.ts'
import type { Settings } from '../config/settings.ts'
import { requireAccount } from '../config/usable-venues.ts'
import { type RecordedSession, type RecordOptions, recordSession } from './record-session.ts'
import type { Scenario } from './scenario.ts'

/**
 * Records a scenario at a real venue, in a market that a person names. Every order counts against the budget with what it
 * can cost at worst before it is sent; one that would exceed it is denied, and the scenario stops there.
 * @throws ToolkitError (usage) for a scenario that no real venue shows on request, or without a market.
 */
export function recordAtVenue(
  options: RecordOptions & {
    readonly settings: Settings
    readonly captureDir: string
    readonly budget: Money
    readonly market: MarketId | null
  },
): Promise<RecordedSession> {
  const { scenario, settings, captureDir, budget } = options
  const market = requireMarket(scenario, settings.environment, options.market)
  requireAccount(settings, scenario.venue)
  const { sessionBudget: configured } = settings.limits
  const sessionBudget = configured === null || configured > budget ? budget : configured
  return recordSession(options, {
    settings: {
      ...settings,
      captureDir,
      session: settings.session ?? `${scenario.name}-${settings.environment}`,
      limits: { ...settings.limits, sessionBudget },
    },
    market,
    control: null,
  })
}

function requireMarket({ name, venue, real }: Scenario, environment: string, market: MarketId | null): MarketId {
  if (real.kind === 'never') {
    throw new ToolkitError({
      code: 'SCENARIO_SANDBOX_ONLY',
      category: 'usage',
      message: `${name} cannot be recorded in ${environment}: ${real.why}. Nothing was sent.`,
      suggestions: [`crosstape capture record ${name} --env sandbox`],
    })
  }
  if (market !== null && venueOf(market) === venue) return market
  throw new ToolkitError({
    code: 'SCENARIO_MARKET_NEEDED',
    category: 'usage',
    message: `${name} takes place in a market of ${venue} that you choose${market === null ? '' : `, and ${market} is none`}. Nothing was sent.`,
    suggestions: [`crosstape markets list --venue ${venue} --env ${environment}`, `Then: --market ${venue}:…`],
  })
}
