import { RateBudgets } from '../../clients/rates/budgets.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { VenueId } from '../../domain/market.ts'
import { type CancelAllOutcome, emptyVenue } from '../../engine/cancel/cancel-all.ts'
import { type Clock, isoTime, systemClock } from '../../runtime/clock.ts'
import { freshSeed, seededRandom } from '../../runtime/random.ts'
import type { JournalEvent } from '../../store/events.ts'
import { clearHalt, readHalt, setHalt } from '../../store/halt.ts'
import type { LedgerState } from '../../store/ledger.ts'
import { openLedger } from '../../store/open-ledger.ts'
import { nettingOf } from '../config/netting.ts'
import type { Settings } from '../config/settings.ts'
import { leftOutNotice, usableVenues } from '../config/usable-venues.ts'
import { sandboxHost } from '../sandbox/host.ts'
import { openClient } from '../session/venue-access.ts'
import { uncancelled } from './cancel-reasons.ts'
import type { EmptiedVenue, HaltReport } from './halt-report.ts'

export interface SwitchOptions {
  readonly settings: Settings
  onWarning(message: string): void
  readonly clock?: Clock
}

export interface HaltOptions extends SwitchOptions {
  readonly reason: string
  /** False only halts: what rests goes on resting. */
  readonly cancel: boolean
  /** What has been reached, as it is reached: the end may have to wait for a venue. */
  onProgress(message: string): void
  readonly signal?: AbortSignal
}

/** A venue that has not let go of everything by then is reported as it is. */
const venueLimitMs = 45_000
/** The journal comes last, and somebody who halts does not wait for a process that holds it. */
const journalWaitMs = 2_000

/**
 * Throws the kill switch, and cancels all that rests at every venue with an account. The file comes first. Neither step
 * needs the journal or its views, and neither waits for the other to succeed: what cannot be halted here is still
 * cancelled there. That it is also journalled is good to have, so a journal that cannot be written is a warning.
 */
export async function halt(options: HaltOptions): Promise<HaltReport> {
  const { settings, clock = systemClock, onProgress } = options
  const startedMs = clock.monotonicMs()
  const sinceStart = (): number => clock.monotonicMs() - startedMs
  const { halted, problem } = await trySetHalt(options, clock)
  const haltedAfterMs = sinceStart()
  onProgress(problem ?? `Halted after ${Math.round(haltedAfterMs)} ms: no process begins another order.`)
  const venues = options.cancel ? await emptyVenues(options, clock, sinceStart) : { emptied: [], leftOut: [] }
  const events: JournalEvent[] = [
    ...(halted === null ? [] : [{ type: 'safeguards.halted', reason: options.reason } as const]),
    ...venues.emptied.flatMap(eventsOf),
  ]
  const state = await journal(events, { ...options, clock })
  const open = state === null ? [] : [...state.openOrders.values()]
  const missed = state === null ? [] : uncancelled(venues.leftOut, state)
  return {
    halted,
    problem,
    haltedAfterMs,
    environment: settings.environment,
    venues: [...venues.emptied, ...missed.map((venue) => ({ ...venue, afterMs: sinceStart() }))],
    unanswered:
      state === null ? null : open.filter(({ status }) => status === 'submitted' || status === 'unknown').length,
  }
}

async function trySetHalt(
  { settings, reason }: HaltOptions,
  clock: Clock,
): Promise<Pick<HaltReport, 'halted' | 'problem'>> {
  try {
    await setHalt(settings.dataDir, { reason, at: isoTime(clock.nowMs()), by: 'crosstape safeguards halt' })
    return { halted: await readHalt(settings.dataDir), problem: null }
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    const { message, suggestions } = error
    return { halted: null, problem: `NOT halted, orders may still be placed. ${[message, ...suggestions].join(' ')}` }
  }
}

async function emptyVenues(
  options: HaltOptions,
  clock: Clock,
  sinceStart: () => number,
): Promise<{ readonly emptied: readonly EmptiedVenue[]; readonly leftOut: readonly VenueId[] }> {
  const { settings, onWarning, onProgress } = options
  const { venues, leftOut } = usableVenues(settings)
  for (const venue of leftOut) onWarning(leftOutNotice(venue))
  const sandbox = sandboxHost({ dataDir: settings.dataDir, clock })
  const random = seededRandom(freshSeed())
  const rates = new RateBudgets({ clock, random })
  const limit = AbortSignal.timeout(venueLimitMs)
  const signal = options.signal === undefined ? limit : AbortSignal.any([options.signal, limit])
  const empty = async (venue: VenueId): Promise<EmptiedVenue> => {
    const access = { settings, sandbox, clock, random, rates, onWarning, onAvailability: () => undefined }
    const outcome = await openClient(venue, access)
      .then((client) => emptyVenue(client, clock, { signal }))
      .catch((error: unknown) => notEmptied(venue, error))
    const { stillResting, message } = outcome
    const resting = stillResting === null ? 'what rests could not be read' : `${stillResting} resting`
    onProgress(`${venue}: ${[resting, ...(message === null ? [] : [message])].join('. ')}`)
    return { ...outcome, afterMs: sinceStart() }
  }
  try {
    return { emptied: await Promise.all(venues.map(empty)), leftOut }
  } finally {
    await sandbox.close()
  }
}

/** Whatever went wrong at one venue, also a mistake of ours, must not keep the other from being emptied. */
function notEmptied(venue: VenueId, error: unknown): CancelAllOutcome {
  const message = error instanceof Error ? error.message : String(error)
  return { venue, outcome: 'unknown', cancelled: null, stillResting: null, message, tailUntil: null }
}

/** As `trade cancel --all` journals it: what is placed in the minute after it must know. */
function eventsOf({ venue, outcome, message }: CancelAllOutcome): readonly JournalEvent[] {
  return [
    { type: 'cancel_all.requested', venue },
    { type: 'cancel_all.answered', venue, outcome, message },
  ]
}

/** Takes the halt back, and accepts the fees that hold series back. False when there was no halt. */
export async function switchOn(options: SwitchOptions): Promise<boolean> {
  const clock = options.clock ?? systemClock
  const wasHalted = await clearHalt(options.settings.dataDir)
  const event: JournalEvent = { type: 'safeguards.resumed', reason: 'resumed by hand' }
  await journal([event], { ...options, clock }, ({ feeDrifts }) => wasHalted || feeDrifts.size > 0)
  return wasHalted
}

/** The state with the events, or null when the journal could not take them. */
async function journal(
  events: readonly JournalEvent[],
  { settings, onWarning, clock }: SwitchOptions & { readonly clock: Clock },
  isNews: (state: LedgerState) => boolean = () => true,
): Promise<LedgerState | null> {
  const { dataDir, environment } = settings
  try {
    const ledger = await openLedger({
      dataDir,
      environment,
      clock,
      nettingOf,
      onWarning,
      lockWaitMs: journalWaitMs,
    })
    try {
      if (isNews(ledger.state)) await ledger.append(...events)
      return ledger.state
    } finally {
      await ledger.close()
    }
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    onWarning(`the journal could not note it, and everything else was done. ${error.message}`)
    return null
  }
}
