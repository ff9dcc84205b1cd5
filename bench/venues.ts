import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Settings } from '../src/cli/config/settings.ts'
import { describeSandboxVenue } from '../src/cli/sandbox/host.ts'
import { perVenue, type VenueId } from '../src/domain/market.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { startSandbox } from '../src/sandbox/serve.ts'

/** Both venues in a process of their own, so that nothing they do is counted as ours. */
export interface Venues {
  readonly settings: Settings['venues']
  /** Base URL of the control interface. */
  readonly control: string
  close(): Promise<void>
}

type Served = Readonly<Record<VenueId, object>> & { readonly control: string }

/** Kalshi's key is RSA, as most accounts have it, and as bare signing is measured. */
export async function startVenues(dataDir: string): Promise<Venues> {
  const child = fork(fileURLToPath(import.meta.url), [dataDir], { execArgv: ['--import', 'tsx'] })
  const served = await new Promise<Served>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Served))
    child.once('exit', (code) => reject(new Error(`the venues ended with ${code}`)))
  })
  const settings = perVenue((venue) => ({
    ...describeSandboxVenue(served, venue),
    overrides: [{ name: 'bench', url: served.control, source: 'bench' }],
  }))
  return { settings, control: served.control, close: () => endOf(child) }
}

/** Its state is saved when it ends. */
async function endOf(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}

async function serve(dataDir: string): Promise<void> {
  const seed = '00'.repeat(32)
  const sandbox = await startSandbox({ dataDir, clock: systemClock, seed, rateLimit: 'off', rsa: true })
  process.once('disconnect', () => void sandbox.close())
  process.send?.({ kalshi: sandbox.kalshi, polymarket: sandbox.polymarket, control: sandbox.control })
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await serve(process.argv[2] ?? '')
