import { join } from 'node:path'
import { addMoney, type Money, ZERO_MONEY } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type Market, perVenue, type VenueId, venueIds } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import { listPositions, type PositionRow } from '../../engine/positions.ts'
import { listOrders } from '../../engine/settle/order-status.ts'
import { isoTime, systemClock } from '../../runtime/clock.ts'
import { defaultLimits } from '../../safeguards/limits.ts'
import type { RunningSandbox } from '../../sandbox/serve.ts'
import { journalDirectory } from '../../store/directories.ts'
import { verifyJournal } from '../../store/verify-journal.ts'
import type { Settings } from '../config/settings.ts'
import { replayRecordingFolder } from '../replay/replay-session.ts'
import { describeSandboxVenue } from '../sandbox/host.ts'
import { openSession, type Session } from '../session/session.ts'
import { count } from '../views/document.ts'
import { closingSteps, syncStep } from './closing-steps.ts'
import { injectStep } from './inject-step.ts'
import { singleMarkets, twinMarkets } from './markets.ts'
import { orderSteps } from './order-steps.ts'
import { pairStep } from './pair-step.ts'
import { type SandboxControl, sandboxControl } from './sandbox-control.ts'
import type { Finding, Stage, Step } from './stage.ts'

export interface RehearsalOptions {
  /** The rehearsal gets a folder of its own in here. */
  readonly dataDir: string
  onStep(step: StepProgress): void
  onWarning(message: string): void
  readonly signal: AbortSignal
}

export interface StepProgress {
  readonly name: string
  readonly state: 'running' | 'ok' | 'failed'
  readonly detail: string
}

export interface StepReport {
  readonly name: string
  readonly ok: boolean
  readonly expected: string
  readonly observed: string
  readonly ms: number
}

export interface RehearsalReport {
  /** Every step ended as expected. */
  readonly ok: boolean
  readonly steps: readonly StepReport[]
  /** Oldest first. */
  readonly orders: readonly Order[]
  readonly positions: readonly PositionRow[]
  /** Dollars over all orders. Null when any is not known. */
  readonly fees: Money | null
  /** Folder of the recording. */
  readonly tape: string
  /** Folder of the journal. */
  readonly journal: string
  readonly durationMs: number
}

/**
 * The whole job against a sandbox of its own: sync, single orders on each venue with the answers a venue can give, a lost
 * answer, a two-leg trade, reconciliation, and the replay of the tape. Sends nothing beyond loopback and needs no
 * credentials.
 */
export async function rehearse(options: RehearsalOptions): Promise<RehearsalReport> {
  const startedMs = systemClock.monotonicMs()
  const folder = join(options.dataDir, 'rehearsals', isoTime(systemClock.nowMs()).replaceAll(':', '-'))
  const settings = rehearsalSettings(folder)
  const steps: StepReport[] = []
  const { startSandbox } = await import('../../sandbox/serve.ts')
  const sandbox = await startSandbox({ dataDir: folder, clock: systemClock, rateLimit: 'off' })
  try {
    const control = sandboxControl(sandbox.control)
    const pointed = pointedAt(settings, sandbox)
    const session = await openSession({
      settings: pointed,
      command: 'rehearse',
      dryRun: false,
      needs: 'venues',
      onWarning: options.onWarning,
      signal: options.signal,
    })
    let held: Pick<RehearsalReport, 'orders' | 'positions' | 'fees'>
    try {
      await perform(session, control, options, steps)
      held = await outcomeOf(session)
    } finally {
      await session[Symbol.asyncDispose]()
    }
    const tape = session.tapeDirectory ?? folder
    const journal = journalDirectory(folder, settings.environment)
    for (const step of [auditStep(folder, settings.environment), replayStep(tape)]) {
      steps.push(await report(step, () => step.run(), options))
    }
    const durationMs = systemClock.monotonicMs() - startedMs
    return { ok: steps.every(({ ok }) => ok), steps, ...held, tape, journal, durationMs }
  } finally {
    await sandbox.close()
  }
}

function rehearsalSettings(folder: string): Settings {
  return {
    environment: 'sandbox',
    dataDir: folder,
    captureDir: join(folder, 'recordings'),
    captureFilter: 'orders',
    session: 'rehearsal',
    limits: defaultLimits,
    venues: perVenue(() => ({ urls: {}, credentials: {}, overrides: [] })),
  }
}

/** The rehearsal's own sandbox, whatever else runs on this machine. */
function pointedAt(settings: Settings, sandbox: RunningSandbox): Settings {
  return {
    ...settings,
    venues: perVenue((venue) => ({
      ...describeSandboxVenue(sandbox, venue),
      overrides: [{ name: 'sandbox', url: sandbox.control, source: 'rehearse' }],
    })),
  }
}

async function perform(
  session: Session,
  control: SandboxControl,
  options: RehearsalOptions,
  steps: StepReport[],
): Promise<void> {
  const markets = new Map<VenueId, Market>()
  const stage: Stage = {
    session,
    control,
    signal: options.signal,
    market: (venue) => {
      const market = markets.get(venue)
      if (market === undefined) throw new Error(`no market was chosen on ${venue}`)
      return market
    },
  }
  const run = async (step: Step): Promise<void> => {
    if (!options.signal.aborted) steps.push(await report(step, () => step.run(stage), options))
  }
  await run(syncStep)
  for (const [venue, market] of await singleMarkets(session)) markets.set(venue, market)
  for (const venue of venueIds) for (const step of orderSteps(venue)) await run(step)
  const [twins, others] = await twinMarkets(session, control, markets)
  await run(pairStep(twins))
  await run(injectStep(others))
  for (const step of closingSteps) await run(step)
}

async function report(
  step: Pick<Step, 'name' | 'expected'>,
  run: () => Promise<Finding>,
  options: RehearsalOptions,
): Promise<StepReport> {
  const { name, expected } = step
  options.onStep({ name, state: 'running', detail: expected })
  const startedMs = systemClock.monotonicMs()
  const { ok, observed } = await attempt(run)
  const ms = systemClock.monotonicMs() - startedMs
  options.onStep({ name, state: ok ? 'ok' : 'failed', detail: observed })
  return { name, ok, expected, observed, ms }
}

/** A step that cannot go on is a finding; the steps after it still tell something. */
async function attempt(run: () => Promise<Finding>): Promise<Finding> {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    return { ok: false, observed: `${error.code}: ${error.message}` }
  }
}

async function outcomeOf(session: Session): Promise<Pick<RehearsalReport, 'orders' | 'positions' | 'fees'>> {
  const orders = await listOrders(session.trading, { limit: 1_000, openOnly: false })
  const { positions } = await listPositions(session.trading, { prices: true })
  const fees = orders.reduce<Money | null>(
    (sum, order) => (sum === null || order.fees === null ? null : addMoney(sum, order.fees)),
    ZERO_MONEY,
  )
  return { orders: [...orders].reverse(), positions, fees }
}

type LateStep = Pick<Step, 'name' | 'expected'> & { readonly run: () => Promise<Finding> }

function auditStep(dataDir: string, environment: string): LateStep {
  return {
    name: 'verify the audit trail',
    expected: 'chain and seals hold from the first record to the last, and so do the anchors',
    run: async () => {
      const { problem, records, sealed, anchors } = await verifyJournal({ dataDir, environment })
      return problem === null
        ? { ok: true, observed: `${records} records, ${sealed} seals and ${count(anchors, 'anchor')} hold` }
        : { ok: false, observed: `${problem.file}: ${problem.what}` }
    },
  }
}

function replayStep(tape: string): LateStep {
  return {
    name: "replay the tape against today's code",
    expected: 'the same requests and the same outcomes, nothing sent',
    run: async () => {
      const replay = await replayRecordingFolder(tape, { captureDir: null })
      const { operations, exchanges } = replay
      const counts = `${operations.ok} of ${operations.ok + operations.different} operations and ${exchanges.replayed} of ${exchanges.recorded} exchanges the same`
      const [drift] = replay.drifts
      const first = drift === undefined ? '' : `; first drift: ${drift.describe().join(' ')}`
      return { ok: replay.verdict === 'same' && exchanges.recorded > 0, observed: `${counts}${first}` }
    },
  }
}
