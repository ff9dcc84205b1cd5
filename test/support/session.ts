import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../../src/cli/config/settings.ts'
import { type SandboxControl, sandboxControl } from '../../src/cli/rehearsal/sandbox-control.ts'
import { describeSandboxVenue } from '../../src/cli/sandbox/host.ts'
import { openSession, type Session, type SessionOptions } from '../../src/cli/session/session.ts'
import { parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { type MarketId, perVenue, type VenueId } from '../../src/domain/market.ts'
import { type PlaceOutcome, placeOrder } from '../../src/engine/place/place-order.ts'
import { type OrderDraft, planOrder } from '../../src/engine/place/plan-order.ts'
import { type Clock, systemClock } from '../../src/runtime/clock.ts'
import { defaultLimits, type Limits } from '../../src/safeguards/limits.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'

/** Markets that the sandbox lists for years whatever its seed, moving in cents around the middle. */
export const marketOf: Readonly<Record<VenueId, MarketId>> = {
  kalshi: 'kalshi:KXHOUSE-28-D',
  polymarket: 'polymarket:republicans-at-most-50-senate-seats-after-2028',
}

export interface TestWorld {
  readonly dataDir: string
  readonly control: SandboxControl
  readonly sandbox: RunningSandbox
  settings(changes?: Partial<Settings>): Settings
  /** A session as a command would open it: its own process state, the shared journal. */
  open(changes?: Partial<Settings>, options?: Partial<SessionOptions>): Promise<Session>
  readonly warnings: string[]
  /** The sandbox's control interface past its helpers, e.g. for faults. */
  post(path: string, body: object): Promise<void>
  close(): Promise<void>
}

/** A sandbox server and a data directory of their own: real files, real sockets, both venues, and one clock for all. */
export async function aWorld(limits: Partial<Limits> = {}, clock: Clock = systemClock): Promise<TestWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-test-'))
  const sandbox = await startSandbox({ dataDir, clock, seed: '00'.repeat(32), rateLimit: 'off' })
  const warnings: string[] = []
  const opened: Session[] = []
  const settings = (changes: Partial<Settings> = {}): Settings => ({
    environment: 'sandbox',
    dataDir,
    captureDir: null,
    captureFilter: 'orders',
    session: null,
    limits: { ...defaultLimits, ...limits },
    venues: perVenue((venue) => ({
      ...describeSandboxVenue(sandbox, venue),
      overrides: [{ name: 'sandbox', url: sandbox.control, source: 'test' }],
    })),
    ...changes,
  })
  return {
    dataDir,
    control: sandboxControl(sandbox.control),
    sandbox,
    settings,
    warnings,
    post: async (path, body) => {
      const reply = await fetch(`${sandbox.control}${path}`, { method: 'POST', body: JSON.stringify(body) })
      if (!reply.ok) throw new Error(`the sandbox refused ${path}: ${await reply.text()}`)
    },
    open: async (changes, options) => {
      const session = await openSession({
        settings: settings(changes),
        command: 'test',
        dryRun: false,
        needs: 'venues',
        onWarning: (message) => warnings.push(message),
        signal: new AbortController().signal,
        clock,
        ...options,
      })
      opened.push(session)
      return session
    },
    close: async () => {
      try {
        for (const session of opened) await session[Symbol.asyncDispose]()
      } finally {
        await sandbox.close()
        rmSync(dataDir, { recursive: true, force: true })
      }
    },
  }
}

export interface Wanted {
  readonly venue?: VenueId
  readonly market?: MarketId
  readonly outcome?: OrderDraft['outcome']
  readonly side?: OrderDraft['side']
  readonly quantity: string
  readonly price: string
  readonly timeInForce?: OrderDraft['timeInForce']
  readonly expiresAt?: string
  readonly postOnly?: boolean
  readonly allowDuplicate?: boolean
  readonly purpose?: OrderDraft['purpose']
}

export function aDraft(wanted: Wanted): OrderDraft {
  return {
    market: wanted.market ?? marketOf[wanted.venue ?? 'kalshi'],
    outcome: wanted.outcome ?? 'yes',
    side: wanted.side ?? 'buy',
    quantity: parseQuantity(wanted.quantity),
    price: parsePrice(wanted.price),
    timeInForce: wanted.timeInForce ?? 'ioc',
    expiresAt: wanted.expiresAt ?? null,
    postOnly: wanted.postOnly ?? false,
    reduceOnly: false,
    allowDuplicate: wanted.allowDuplicate ?? false,
    ...(wanted.purpose === undefined ? {} : { purpose: wanted.purpose }),
  }
}

/** Plans and places, as `trade place` does after the question. */
export async function place({ trading }: Session, wanted: Wanted): Promise<PlaceOutcome> {
  return placeOrder(trading, await planOrder(trading, aDraft(wanted)))
}
