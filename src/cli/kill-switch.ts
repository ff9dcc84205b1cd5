import { ToolkitError } from '../domain/errors.ts'
import { type Clock, isoTime, systemClock } from '../runtime/clock.ts'
import type { JournalEvent } from '../store/events.ts'
import { clearHalt, type Halt, setHalt } from '../store/halt.ts'
import type { LedgerState } from '../store/ledger.ts'
import { openLedger } from '../store/open-ledger.ts'
import { nettingOf } from './netting.ts'
import type { Settings } from './settings.ts'

export interface SwitchOptions {
  readonly settings: Settings
  onWarning(message: string): void
  readonly clock?: Clock
}

/**
 * Throws the kill switch. The file comes first and needs no healthy journal; that the halt is also journalled is good
 * to have, so a journal that cannot be written is a warning.
 * @throws ToolkitError when the file cannot be written: then nothing is halted, and the message says so.
 */
export async function switchOff(reason: string, options: SwitchOptions): Promise<Halt> {
  const clock = options.clock ?? systemClock
  const halt = { reason, at: isoTime(clock.nowMs()), by: 'crosstape safeguards halt' }
  await setHalt(options.settings.dataDir, halt)
  await journal({ type: 'safeguards.halted', reason }, options, clock)
  return halt
}

/** Takes the halt back, and accepts the fees that hold series back. False when there was no halt. */
export async function switchOn(options: SwitchOptions): Promise<boolean> {
  const clock = options.clock ?? systemClock
  const wasHalted = await clearHalt(options.settings.dataDir)
  const event: JournalEvent = { type: 'safeguards.resumed', reason: 'resumed by hand' }
  await journal(event, options, clock, ({ feeDrifts }) => wasHalted || feeDrifts.size > 0)
  return wasHalted
}

async function journal(
  event: JournalEvent,
  { settings, onWarning }: SwitchOptions,
  clock: Clock,
  isNews: (state: LedgerState) => boolean = () => true,
): Promise<void> {
  const { dataDir, environment } = settings
  try {
    const ledger = await openLedger({ dataDir, environment, clock, nettingOf, onWarning })
    if (isNews(ledger.state)) await ledger.append(event)
    await ledger.close()
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    onWarning(`the kill switch was set, but the journal could not note it. ${error.message}`)
  }
}
