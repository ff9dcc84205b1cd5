import type { VenueId } from '../domain/market.ts'
import type { Clock } from '../runtime/clock.ts'

/** What a session needs of a simulated venue: addresses and credentials, by the names of the venue's settings. */
export interface SandboxVenue {
  readonly urls: Readonly<Record<string, string | null>>
  readonly credentials: Readonly<Record<string, string>>
}

export interface SandboxHost {
  venue(venue: VenueId): Promise<SandboxVenue>
  close(): Promise<void>
}

/**
 * The sandbox that stands in for the venues: the server that runs for this data directory, or one inside this process for
 * as long as the session lasts. Started by the first venue that is asked for.
 */
export function sandboxHost(options: { readonly dataDir: string; readonly clock: Clock }): SandboxHost {
  let starting: ReturnType<typeof start> | null = null
  return {
    venue: async (venue) => {
      starting ??= start(options)
      const { describe } = await starting
      return describe(venue)
    },
    close: async () => {
      if (starting !== null) await (await starting).close()
    },
  }
}
