import { parsePrice } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type Market, marketId, type VenueId, venueIds } from '../../domain/market.ts'
import { stepAt } from '../../domain/tick-ladder.ts'
import type { Session } from '../session/session.ts'
import type { TwinMarkets } from './pair-step.ts'
import type { SandboxControl } from './sandbox-control.ts'

const cent = parsePrice('0.01')
const half = parsePrice('0.5')

/**
 * An open market that moves in cents, where every price of the rehearsal is on the ladder. No sports: a venue may hold an
 * order on a live game back for seconds, which is a case of its own.
 */
function isPlain(market: Market): boolean {
  return (
    market.category !== 'Sports' &&
    market.status === 'open' &&
    market.untradableReason === null &&
    stepAt(market.ladder, half) === cent
  )
}

/** One market of each venue for its single orders. */
export async function singleMarkets(session: Session): Promise<ReadonlyMap<VenueId, Market>> {
  const chosen = new Map<VenueId, Market>()
  for (const venue of venueIds) {
    const market = (await session.catalogue.list({ venue, status: 'open', limit: 1_000 })).find(isPlain)
    if (market === undefined) throw noMarket(`an open market of ${venue} that moves in cents`)
    chosen.set(venue, market)
  }
  return chosen
}

/** Pairs of markets that ask the same question, as the sandbox itself knows, apart from those used for single orders. */
export async function twinMarkets(
  session: Session,
  control: SandboxControl,
  used: ReadonlyMap<VenueId, Market>,
): Promise<readonly [TwinMarkets, TwinMarkets]> {
  const { createCatalogue } = await import('../../sandbox/catalogue/catalogue.ts')
  const taken = [...used.values()].map(({ id }) => id)
  const found: TwinMarkets[] = []
  for (const pair of createCatalogue(await control.origin()).equivalentPairs()) {
    const first = await session.catalogue.find(marketId('kalshi', pair.kalshi))
    const second = await session.catalogue.find(marketId('polymarket', pair.polymarket))
    if (pair.polarity !== 'same' || first === null || second === null) continue
    if (isPlain(first) && isPlain(second) && !taken.includes(first.id) && !taken.includes(second.id)) {
      found.push({ first, second })
      taken.push(first.id, second.id)
    }
    const [one, other] = found
    if (one !== undefined && other !== undefined) return [one, other]
  }
  throw noMarket('a second pair of markets that ask the same question')
}

function noMarket(wanted: string): ToolkitError {
  return new ToolkitError({
    code: 'REHEARSAL_MARKET_MISSING',
    category: 'bug',
    message: `The sandbox lists no ${wanted.replace(/^an? /, '')}, so the rehearsal cannot go on.`,
  })
}
