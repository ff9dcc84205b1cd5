import { probeVenue } from '../../clients/index.ts'
import type { Finding } from '../../clients/probe.ts'
import type { VenueId } from '../../domain/market.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Settings } from '../config/settings.ts'
import type { SandboxHost } from '../sandbox/host.ts'
import { connectionOf, sharedKeyFilesIn } from '../session/venue-access.ts'
import { toolVersion } from '../version.ts'
import { examineMachine } from './machine.ts'
import { examineSafeguards } from './safeguards.ts'

/** Long enough for a slow line, short enough that a dead address is told while one still looks. */
const timeoutMs = 5_000

export interface Examination {
  readonly settings: Settings
  readonly venues: readonly VenueId[]
  readonly sandbox: SandboxHost
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Every check, from this machine outwards, as it is done. Changes nothing, here or at a venue. */
export async function* examine({ settings, venues, sandbox, clock, signal }: Examination): AsyncGenerator<Finding> {
  yield* examineMachine(settings)
  yield* examineSafeguards(settings, clock)
  for (const venue of venues) {
    const { urls, credentials } = await connectionOf(venue, { settings, sandbox })
    yield* probeVenue(venue, {
      urls,
      credentials,
      sharedKeyFiles: sharedKeyFilesIn(settings),
      clock,
      timeoutMs,
      userAgent: `crosstape/${toolVersion}`,
      signal,
    })
  }
}
