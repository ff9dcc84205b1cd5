import type { ReplaySetting } from '../../capture/replay/replay.ts'
import { createClient, venueSettings } from '../../clients/index.ts'
import { RateBudgets } from '../../clients/rates/budgets.ts'
import type { ClientOptions, ServiceAlias } from '../../clients/venue-module.ts'
import type { VenueId } from '../../domain/market.ts'
import type { VenueClient } from '../../domain/venue.ts'
import { noOperationLog } from '../../engine/operations.ts'
import { createBudget } from '../../engine/place/budget.ts'
import type { Trading } from '../../engine/trading.ts'
import { createRuntime } from '../../runtime/runtime.ts'
import { memoryLedger } from '../../store/memory-ledger.ts'
import { nettingOf } from '../config/netting.ts'
import { createBreakers } from '../session/breaker-set.ts'
import { toolVersion } from '../version.ts'
import { recordedObservations } from './observations.ts'
import { decodeBegin } from './state.ts'

/** Long enough never to matter: recorded time-outs are answered as such at once. */
const timeoutMs = 60_000

/** All that trading needs, except that its venues are a tape and its journal is memory. */
export function replayTrading(setting: ReplaySetting, begin: unknown): Trading {
  const { clock, seed } = setting
  const { state, limits } = decodeBegin(begin)
  const runtime = createRuntime({ clock, seed })
  const ledger = memoryLedger({ state, clock, nettingOf })
  const breakers = createBreakers({ ledger, clock, onWarning: () => undefined })
  const clients = new Map<VenueId, Promise<VenueClient>>()
  // Nothing waits: what had to is on the tape when it went, and what was held back is on it as that.
  const rates = new RateBudgets({ clock, random: runtime.random, mode: 'open' })
  return {
    environment: setting.environment,
    runtime,
    ledger,
    limits,
    ...recordedObservations([]),
    breakers,
    budget: createBudget(),
    operations: noOperationLog,
    client: (venue) => {
      const known = clients.get(venue)
      if (known !== undefined) return known
      const client = replayClient(venue, setting, {
        rates,
        onAvailability: (available, call) => breakers.recordVenue(venue, available, call),
      })
      clients.set(venue, client)
      return client
    },
  }
}

/** A venue's client whose answers come from the tape. It signs with what no venue accepts. */
export function replayClient(
  venue: VenueId,
  { tape, clock, accounts }: Pick<ReplaySetting, 'tape' | 'clock' | 'accounts'>,
  options: Pick<ClientOptions, 'rates' | 'onAvailability'> = {},
): Promise<VenueClient> {
  return createClient(venue, {
    urls: tapeUrls(venue),
    account: { kind: 'replay', identity: accounts[venue] ?? {} },
    clock,
    timeoutMs,
    userAgent: `crosstape/${toolVersion}`,
    attachTape: (instance, alias: ServiceAlias) => tape.attach(instance, alias),
    ...options,
  })
}

/** Requests are matched by path, without their host, and none is sent: a host that cannot exist says so. */
function tapeUrls(venue: VenueId): Readonly<Record<string, string>> {
  const pathOf = (url: string | null): string => (url === null ? '' : new URL(url).pathname.replace(/\/$/, ''))
  const { urls } = venueSettings[venue]
  return Object.fromEntries(urls.map(({ name, defaults }) => [name, `http://tape.invalid${pathOf(defaults.live)}`]))
}
