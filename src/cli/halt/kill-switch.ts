import { ToolkitError } from '../../domain/errors.ts'
import type { CancelAllOutcome } from '../../engine/cancel/cancel-all.ts'
import { type Clock, isoTime, systemClock } from '../../runtime/clock.ts'
import type { JournalEvent } from '../../store/events.ts'
import { clearHalt, type Halt, readHalt, setHalt } from '../../store/halt.ts'
import type { LedgerState } from '../../store/ledger.ts'
import type { Settings } from '../config/settings.ts'
import { uncancelled } from './cancel-reasons.ts'
import { openHaltLedger } from './halt-ledger.ts'
import type { EmptiedVenue, HaltReport } from './halt-report.ts'
import { untilAnswered } from './under-way.ts'
import { openVenues, type VenuesToEmpty } from './venues-to-empty.ts'

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

type Timed = HaltOptions & { readonly clock: Clock; readonly sinceStart: () => number }

/**
 * Throws the kill switch, and cancels all that rests at every venue with an account. The file comes first. Neither step
 * needs the journal or its views, and neither waits for the other to succeed: what cannot be halted here is still
 * cancelled there. That it is also journalled is good to have, so a journal that cannot be written is a warning.
 *
 * An order that had passed its checks when the file came may reach its venue after everything there was cancelled. None is
 * begun later, so once each has its answer, or can have none any more, the venues are read again, and emptied again.
 */
export async function halt(options: HaltOptions): Promise<HaltReport> {
  const { settings, clock = systemClock, onProgress } = options
  const startedMs = clock.monotonicMs()
  const timed: Timed = { ...options, clock, sinceStart: () => clock.monotonicMs() - startedMs }
  const { halted, problem } = await throwSwitch(options, clock)
  const haltedAfterMs = timed.sinceStart()
  onProgress(problem ?? `Halted after ${Math.round(haltedAfterMs)} ms: no process begins another order.`)
  const { emptied, state } = await emptyAndJournal(timed, halted)
  const open = state === null ? null : [...state.openOrders.values()]
  const unanswered = open?.filter(({ status }) => status === 'submitted' || status === 'unknown')
  return {
    halted,
    problem,
    haltedAfterMs,
    environment: settings.environment,
    venues: emptied,
    unanswered: unanswered?.length ?? null,
    stillBooked: open === null ? null : open.length - (unanswered?.length ?? 0),
  }
}

async function throwSwitch(
  { settings: { dataDir }, reason, onWarning }: HaltOptions,
  clock: Clock,
): Promise<Pick<HaltReport, 'halted' | 'problem'>> {
  try {
    await setHalt(dataDir, { reason, at: isoTime(clock.nowMs()), by: 'crosstape safeguards halt' })
    return { halted: await readHalt(dataDir), problem: null }
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    const standing = await readHalt(dataDir)
    if (standing !== null) {
      onWarning(`halted before already, and the new reason could not be written. ${error.message}`)
      return { halted: standing, problem: null }
    }
    return { halted: null, problem: notHalted(error) }
  }
}

/** Another data directory would halt nobody: the processes that trade look into this one. */
function notHalted({ message }: ToolkitError): string {
  return `NOT halted, orders may still be placed. ${message} End the processes that trade yourself, or make the folder writable and run this again.`
}

interface Emptied {
  readonly emptied: readonly EmptiedVenue[]
  /** Null when the journal could not be read. */
  readonly state: LedgerState | null
}

async function emptyAndJournal(options: Timed, halted: Halt | null): Promise<Emptied> {
  const thrown: readonly JournalEvent[] =
    halted === null ? [] : [{ type: 'safeguards.halted', reason: options.reason } as const]
  if (!options.cancel) return { emptied: [], state: await noteAlone(thrown, options) }
  const venues = openVenues(options)
  try {
    const first = await venues.empty()
    const ledger = await openHaltLedger(options)
    try {
      const state = await ledger.note([...thrown, ...first.flatMap(eventsOf)])
      // Without a halt, whoever trades goes on, and there is no end to wait for.
      if (halted === null) return { emptied: withMissed(first, venues, state, options), state }
      const waited = await untilAnswered({ ...options, ledger, state })
      const again = await (waited ? venues.empty() : venues.confirm(first))
      const latest = await ledger.note(again.filter((venue) => !first.includes(venue)).flatMap(eventsOf))
      return { emptied: withMissed(together(first, again), venues, latest, options), state: latest }
    } finally {
      await ledger.close()
    }
  } finally {
    await venues.close()
  }
}

async function noteAlone(events: readonly JournalEvent[], options: Timed): Promise<LedgerState | null> {
  const ledger = await openHaltLedger(options)
  try {
    return await ledger.note(events)
  } finally {
    await ledger.close()
  }
}

/** What the second round found stands, with what both took off the books. */
function together(first: readonly EmptiedVenue[], again: readonly EmptiedVenue[]): readonly EmptiedVenue[] {
  return again.map((venue, index) => {
    const before = first[index]
    if (before === undefined || before === venue) return venue
    const isCounted = before.cancelled !== null && venue.cancelled !== null
    return { ...venue, cancelled: isCounted ? before.cancelled + venue.cancelled : null }
  })
}

function withMissed(
  emptied: readonly EmptiedVenue[],
  { leftOut }: VenuesToEmpty,
  state: LedgerState | null,
  { sinceStart }: Timed,
): readonly EmptiedVenue[] {
  const missed = state === null ? [] : uncancelled(leftOut, state)
  return [...emptied, ...missed.map((venue) => ({ ...venue, afterMs: sinceStart() }))]
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
  const ledger = await openHaltLedger({ ...options, clock })
  try {
    const event: JournalEvent = { type: 'safeguards.resumed', reason: 'resumed by hand' }
    await ledger.note([event], ({ feeDrifts }) => wasHalted || feeDrifts.size > 0)
  } finally {
    await ledger.close()
  }
  return wasHalted
}
