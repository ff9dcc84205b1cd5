import type { Finding } from '../../clients/probe.ts'
import type { VenueId } from '../../domain/market.ts'
import { type Clock, systemClock } from '../../runtime/clock.ts'
import type { Settings } from '../config/settings.ts'
import { sandboxHost } from '../sandbox/host.ts'
import { examine } from './examine.ts'

/** All checks, each told as it is done. Stops early, with what was found so far, when it is given up. */
export async function runDoctor(
  settings: Settings,
  venues: readonly VenueId[],
  signal: AbortSignal,
  onFinding: (finding: Finding) => Promise<void>,
  clock: Clock = systemClock,
): Promise<readonly Finding[]> {
  const sandbox = sandboxHost({ dataDir: settings.dataDir, clock })
  const findings: Finding[] = []
  try {
    for await (const finding of examine({ settings, venues, sandbox, clock, signal })) {
      findings.push(finding)
      await onFinding(finding)
      if (signal.aborted) break
    }
    return findings
  } finally {
    await sandbox.close()
  }
}
