import { join } from 'node:path'
import { perVenue, venueIds } from '../../domain/market.ts'
import { type ReconcileReport, reconcile } from '../../engine/reconcile/reconcile.ts'
import { type Clock, systemClock } from '../../runtime/clock.ts'
import { listenToMilestones } from '../../runtime/milestones.ts'
import { defaultLimits } from '../../safeguards/limits.ts'
import { findRunningSandbox } from '../../sandbox/discover.ts'
import type { Settings } from '../config/settings.ts'
import { type SandboxControl, sandboxControl } from '../rehearsal/sandbox-control.ts'
import { openSession, type Session } from '../session/session.ts'
import { usageError } from '../usage-error.ts'
import { marketOf } from './drill-markets.ts'
import { place, scenarioNamed } from './scenarios.ts'

/** What a process of a drill works on: the sandbox that is served from this folder, and nothing that is configured. */
interface PlayerOptions {
  readonly folder: string
  onWarning(message: string): void
  readonly signal: AbortSignal
}

export interface LifeReport {
  /** Every milestone in the order in which it was reached, numbered. */
  readonly reached: readonly string[]
}

/** Lives through a scenario and kills itself at a milestone: `journal.write:before#2` is the second time it gets there. */
export async function live(scenarioName: string, dieAt: string | null, options: PlayerOptions): Promise<LifeReport> {
  const scenario = scenarioNamed(scenarioName)
  const counts = new Map<string, number>()
  const reached: string[] = []
  listenToMilestones((milestone) => {
    const number = (counts.get(milestone) ?? 0) + 1
    counts.set(milestone, number)
    reached.push(`${milestone}#${number}`)
    if (reached.at(-1) === dieAt) process.kill(process.pid, 'SIGKILL')
  })
  await inSession({ ...options, clock: systemClock }, ({ trading }, control) => scenario.run(trading, control))
  return { reached }
}

/** How long after the crash the drill comes back: by then a venue can prove that an order never arrived. */
export const comebackMs = 61_000

export interface RecoveryReport extends ReconcileReport {
  /** Two-leg trades of a loop that were not brought to their end. */
  readonly left: readonly string[]
}

/**
 * Comes back after a crash, as a person does a minute later, and reconciles. Where the loop traded it trades on, and what
 * it then did is reconciled as well.
 */
export async function recover(scenarioName: string, options: PlayerOptions): Promise<RecoveryReport> {
  const { goOn } = scenarioNamed(scenarioName)
  const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + comebackMs }
  return inSession({ ...options, clock }, async ({ trading }, control) => {
    // The exchange checks signatures by its host's clock, and a first answer to an unsigned read tells a client of it.
    for (const venue of venueIds) await trading.observe.market(marketOf(venue))
    const first = await reconcile(trading, { fix: false, venues: venueIds })
    if (goOn === null || first.unsettled.length > 0) return { ...first, left: [] }
    await goOn(trading, control)
    // What is matched becomes final.
    await control.advance(comebackMs)
    const { unsettled, differences } = await reconcile(trading, { fix: false, venues: venueIds })
    const left = [...trading.ledger.state.openTrades.values()].map(({ id, status }) => `${id} is ${status}`)
    return { ...first, unsettled, differences, left }
  })
}

export interface TradeReport {
  readonly attempts: readonly {
    /** Unix ms. */
    readonly begunAtMs: number
    /** Null when it was denied. */
    readonly orderId: string | null
  }[]
  /** Codes of the denial that ended it. */
  readonly endedBy: readonly string[]
}

/** Places resting orders at both venues in turn until one is denied. */
export async function trade(options: PlayerOptions): Promise<TradeReport> {
  const attempts: { begunAtMs: number; orderId: string | null }[] = []
  const endedBy = await inSession({ ...options, clock: systemClock }, async ({ trading }) => {
    for (let turn = 0; !options.signal.aborted; turn++) {
      const market = marketOf(venueIds[turn % venueIds.length] ?? venueIds[0])
      const begunAtMs = systemClock.nowMs()
      const { order, denials } = await place(trading, { market, quantity: '5', price: '0.30', timeInForce: 'gtc' })
      attempts.push({ begunAtMs, orderId: denials.length === 0 ? order.intent.id : null })
      if (denials.length > 0) return denials.map(({ code }) => code)
    }
    return []
  })
  return { attempts, endedBy }
}

async function inSession<T>(
  { folder, onWarning, signal, clock }: PlayerOptions & { readonly clock: Clock },
  use: (session: Session, control: SandboxControl) => Promise<T>,
): Promise<T> {
  const served = await findRunningSandbox(folder)
  if (served === null) throw usageError(`No sandbox is served from ${folder}.`, 'verify crash')
  const session = await openSession({
    settings: drillSettings(folder),
    command: 'verify player',
    dryRun: false,
    needs: 'venues',
    onWarning,
    signal,
    clock,
  })
  try {
    return await use(session, sandboxControl(served.control))
  } finally {
    await session[Symbol.asyncDispose]()
  }
}

/** The sandbox and its own keys, whatever is configured; the amounts of a drill are no mistake. */
function drillSettings(folder: string): Settings {
  return {
    environment: 'sandbox',
    dataDir: folder,
    captureDir: join(folder, 'recordings'),
    captureFilter: 'orders',
    session: 'drill',
    limits: { ...defaultLimits, maxExposure: (defaultLimits.maxExposure * 8n) as typeof defaultLimits.maxExposure },
    venues: perVenue(() => ({ urls: {}, credentials: {}, overrides: [] })),
  }
}
