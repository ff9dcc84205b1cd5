import { venueSettings } from '../../clients/index.ts'
import type { VenueId } from '../../domain/market.ts'
import type { Clock } from '../../runtime/clock.ts'

/** What a session needs of a simulated venue: addresses and credentials, by the names of the venue's settings. */
export interface SandboxVenue {
  readonly urls: Readonly<Record<string, string | null>>
  readonly credentials: Readonly<Record<string, string>>
}

export interface SandboxHost {
  venue(venue: VenueId): Promise<SandboxVenue>
  close(): Promise<void>
}

type Described = Readonly<Record<VenueId, object>>

/**
 * The sandbox that stands in for the venues: the server that runs for this data directory, or one inside this process for
 * as long as the session lasts. Started by the first venue that is asked for.
 */
export function sandboxHost(options: { readonly dataDir: string; readonly clock: Clock }): SandboxHost {
  let starting: Promise<{ readonly sandbox: Described; readonly close: () => Promise<void> }> | null = null
  return {
    venue: async (venue) => {
      starting ??= findOrStart(options)
      return describeSandboxVenue((await starting).sandbox, venue)
    },
    close: async () => {
      // A sandbox that could not start has been reported to whoever asked for a venue, and left nothing to close.
      const started = await starting?.catch(() => null)
      await started?.close()
    },
  }
}

async function findOrStart(options: {
  readonly dataDir: string
  readonly clock: Clock
}): Promise<{ readonly sandbox: Described; readonly close: () => Promise<void> }> {
  const { findRunningSandbox } = await import('../../sandbox/discover.ts')
  const running = await findRunningSandbox(options.dataDir)
  if (running !== null) return { sandbox: running, close: () => Promise.resolve() }
  const { startSandbox } = await import('../../sandbox/serve.ts')
  const sandbox = await startSandbox(options)
  return { sandbox, close: () => sandbox.close() }
}

/** One venue of a sandbox as addresses and credentials. The sandbox names them as the venue's settings do. */
export function describeSandboxVenue(sandbox: Described, venue: VenueId): SandboxVenue {
  const { urls, credentials } = venueSettings[venue]
  const known = new Map<string, string>()
  for (const [name, value] of Object.entries(sandbox[venue])) {
    if (typeof value === 'string' || typeof value === 'number') known.set(name, String(value))
  }
  return {
    urls: Object.fromEntries(urls.map(({ name }) => [name, known.get(name) ?? null])),
    credentials: Object.fromEntries(
      credentials.flatMap(({ name }) => {
        const value = known.get(name)
        return value === undefined ? [] : [[name, value]]
      }),
    ),
  }
}
