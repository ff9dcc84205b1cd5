import { type Clock, systemClock } from '../../runtime/clock.ts'
import { announceSandbox, type SandboxAccess, withdrawAnnouncement } from '../../sandbox/discover.ts'
import type { RateLimitSetting } from '../../sandbox/options.ts'
import { type RunningSandbox, startSandbox } from '../../sandbox/serve.ts'
import type { Settings } from '../config/settings.ts'

/** What `sandbox serve` prints when it is ready. The keys are those of a sandbox account: nothing of value. */
export interface SandboxReadyJson extends SandboxAccess {
  readonly ready: true
}

/** Serves both simulated venues until the signal aborts. Other commands on the same data directory find and use them. */
export async function serveSandbox(
  settings: Settings,
  options: {
    readonly port: number
    readonly rateLimit?: RateLimitSetting
    onReady(ready: SandboxReadyJson): Promise<void> | void
    readonly clock?: Clock
  },
  signal: AbortSignal,
): Promise<void> {
  const clock = options.clock ?? systemClock
  const { dataDir } = settings
  const { port, rateLimit = 'advanced' } = options
  const running = await startSandbox({ dataDir, clock, port, rateLimit, rsa: true })
  try {
    announceSandbox(dataDir, running)
    await options.onReady(readyJson(running))
    await aborted(signal)
  } finally {
    withdrawAnnouncement(dataDir)
    await running.close()
  }
}

function readyJson({ kalshi, polymarket, control }: RunningSandbox): SandboxReadyJson {
  const { rest, ws, apiKeyId, privateKeyPath } = kalshi
  return { ready: true, kalshi: { rest, ws, apiKeyId, privateKeyPath }, polymarket, control }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
