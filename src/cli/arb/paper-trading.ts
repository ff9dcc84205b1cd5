import type { PaperFeed } from '../../arb/paper-feed.ts'
import { PaperVenue, type PaperVenueOptions } from '../../arb/paper-venue.ts'
import type { Recording } from '../../capture/read/recording.ts'
import type { Market, VenueId } from '../../domain/market.ts'
import type { VenueCapabilities, VenueClient } from '../../domain/venue.ts'
import { noOperationLog } from '../../engine/operations.ts'
import { createBudget } from '../../engine/place/budget.ts'
import type { Observations, Trading } from '../../engine/trading.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import type { ScriptedClock } from '../../runtime/scripted-clock.ts'
import { emptyState } from '../../store/fold-state.ts'
import { memoryLedger } from '../../store/memory-ledger.ts'
import { nettingOf } from '../config/netting.ts'
import { createBreakers } from '../session/breaker-set.ts'

export interface PaperParts {
  /** What each venue can do. */
  readonly capabilities: ReadonlyMap<VenueId, VenueCapabilities>
  readonly limits: Trading['limits']
  readonly markets: readonly Market[]
  readonly feed: PaperFeed
  readonly feesTold: PaperVenueOptions['feesTold']
  readonly clock: ScriptedClock
  readonly latencyMs: number
}

/** All that trading needs, with venues on paper: an account without orders and positions. */
export function paperTrading({ manifest }: Pick<Recording, 'manifest'>, parts: PaperParts): Trading {
  const { capabilities, limits, markets, clock } = parts
  const runtime = createRuntime({ clock, seed: manifest.seed })
  const ledger = memoryLedger({ state: emptyState, clock, nettingOf })
  const clients = new Map<VenueId, VenueClient>()
  for (const [venue, able] of capabilities) {
    const own = markets.filter((market) => market.venue === venue)
    clients.set(venue, new PaperVenue({ ...parts, venue, capabilities: able, markets: own }))
  }
  const client = (venue: VenueId): Promise<VenueClient> => {
    const found = clients.get(venue)
    return found === undefined ? Promise.reject(new Error(`no venue ${venue}`)) : Promise.resolve(found)
  }
  return {
    environment: manifest.environment,
    runtime,
    ledger,
    limits,
    observe: paperObservations(markets, client, clock),
    breakers: createBreakers({ ledger, clock, onWarning: () => undefined }),
    budget: createBudget(),
    operations: noOperationLog,
    readHalt: () => Promise.resolve(null),
    client,
  }
}

function paperObservations(markets: readonly Market[], client: Trading['client'], clock: ScriptedClock): Observations {
  const byId = new Map(markets.map((market) => [market.id, market]))
  return {
    market: async (id) => {
      const market = byId.get(id)
      if (market === undefined) throw new Error(`${id} is not on paper`)
      return market
    },
    book: async (market) => (await client(market.venue)).getBook(market),
    positions: async (venue) => (await client(venue)).listPositions(),
    openOrders: async (venue) => (await client(venue)).listOpenOrders(),
    fills: async (venue, sinceMs) => (await client(venue)).listFills({ sinceMs }),
    balance: async (venue) => (await client(venue)).getBalance(),
    settlement: () => Promise.resolve(null),
    orderTimeMs: () => clock.nowMs(),
  }
}
