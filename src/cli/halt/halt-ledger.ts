import { ToolkitError } from '../../domain/errors.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { Ledger, LedgerState } from '../../store/ledger.ts'
import { openLedger } from '../../store/open-ledger.ts'
import { nettingOf } from '../config/netting.ts'
import type { Settings } from '../config/settings.ts'

/** The journal as the kill switch uses it: last, without long waits, and never as a condition for anything. */
export interface HaltLedger {
  /** The state, with the events where they could be written. Null once it could not be read. */
  note(events: readonly JournalEvent[], isNews?: (state: LedgerState) => boolean): Promise<LedgerState | null>
  close(): Promise<void>
}

interface HaltLedgerOptions {
  readonly settings: Pick<Settings, 'dataDir' | 'environment'>
  readonly clock: Clock
  onWarning(message: string): void
}

/** Somebody who halts does not wait for a process that holds the journal. */
const journalWaitMs = 2_000

export async function openHaltLedger({ settings, clock, onWarning }: HaltLedgerOptions): Promise<HaltLedger> {
  const { dataDir, environment } = settings
  const trying = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ToolkitError)) throw error
      onWarning(`the journal could not note it, and everything else was done. ${error.message}`)
      return null
    }
  }
  const options = { dataDir, environment, clock, nettingOf, onWarning, lockWaitMs: journalWaitMs }
  let ledger: Ledger | null = await trying(() => openLedger(options))
  return {
    note: async (events, isNews = () => true) => {
      const open = ledger
      if (open === null) return null
      const state = await trying(() => open.refresh())
      if (state === null) {
        await trying(() => open.close())
        ledger = null
        return null
      }
      // A full disk takes nothing, and yet tells what is under way.
      if (events.length > 0 && isNews(state)) await trying(() => open.append(...events))
      return open.state
    },
    close: async () => {
      const open = ledger
      if (open !== null) await trying(() => open.close())
    },
  }
}
