import { venueSettings } from '../../clients/index.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type VenueId, venueIds } from '../../domain/market.ts'
import type { LedgerState } from '../../store/ledger.ts'
import type { Settings } from './settings.ts'

/** The venues that an account command can work on, and those that it has to leave out. */
export interface UsableVenues {
  readonly venues: readonly VenueId[]
  readonly leftOut: readonly VenueId[]
}

/**
 * Without `--venue`, only venues with an account: whoever trades on one venue must be able to cancel and reconcile there.
 * A venue that was named stays, and so do all when none has an account: the client then says what is missing.
 */
export function usableVenues(settings: Pick<Settings, 'environment' | 'venues'>, named?: VenueId): UsableVenues {
  if (named !== undefined) return { venues: [named], leftOut: [] }
  const venues = venueIds.filter((venue) => hasAccount(settings, venue))
  if (venues.length === 0) return { venues: venueIds, leftOut: [] }
  return { venues, leftOut: venueIds.filter((venue) => !venues.includes(venue)) }
}

/**
 * Refuses early what would be refused late: in demo and live nothing can be sent without an account, and finding that out should ask nothing
 * of the network.
 * @throws ToolkitError (usage)
 */
export function requireAccount(settings: Pick<Settings, 'environment' | 'venues'>, venue: VenueId): void {
  const { urls } = settings.venues[venue]
  // A venue without an address is refused by its client, which knows why there is none.
  const isSomewhere = Object.values(urls).some((url) => url !== null)
  if (settings.environment === 'sandbox' || hasAccount(settings, venue) || !isSomewhere) return
  const { label, credentials } = venueSettings[venue]
  throw new ToolkitError({
    code: 'ACCOUNT_MISSING',
    category: 'usage',
    message: `No account is set for ${label} in ${settings.environment}. Nothing was sent.`,
    facts: { venue, environment: settings.environment },
    suggestions: [`Set ${credentials.map(({ env }) => env).join(', ')} as far as they apply.`],
  })
}

/** A venue where the journal has something open or held is never left out of a comparison: it must not pass unseen. */
export function withBooked(
  { venues, leftOut }: UsableVenues,
  { openOrders, positions }: Pick<LedgerState, 'openOrders' | 'positions'>,
): UsableVenues {
  const held = [...positions.values()].filter(({ quantity }) => quantity !== 0n)
  const booked = new Set([...openOrders.values(), ...held].map(({ venue }) => venue))
  const missed = leftOut.filter((venue) => booked.has(venue))
  return { venues: [...venues, ...missed], leftOut: leftOut.filter((venue) => !missed.includes(venue)) }
}

/** The sandbox brings its own addresses and keys for every venue that is not pointed elsewhere. */
function hasAccount({ environment, venues }: Pick<Settings, 'environment' | 'venues'>, venue: VenueId): boolean {
  const { urls, credentials, overrides } = venues[venue]
  if (environment === 'sandbox' && overrides.length === 0) return true
  return Object.keys(credentials).length > 0 && Object.values(urls).some((url) => url !== null)
}

/** `Polymarket is left out: no account is set for it.` */
export function leftOutNotice(venue: VenueId): string {
  return `${venueSettings[venue].label} is left out: no account is set for it in this environment.`
}
