import type { Netting } from '../domain/holding.ts'
import type { VenueId } from '../domain/market.ts'
import { type Clock, isoTime } from '../runtime/clock.ts'
import { type Anchor, newestAnchor } from './anchors.ts'
import { auditDirectory, journalDirectory, viewsDirectory } from './directories.ts'
import { storageError } from './files.ts'
import { openJournal, SEGMENT_BYTES } from './journal.ts'
import { JournalLedger } from './journal-ledger.ts'
import type { Ledger } from './ledger.ts'
import { rebuild } from './rebuild.ts'
import { ViewDamaged } from './view-file.ts'
import {
  archiveNumbers,
  type Checkpoint,
  discardCheckpoint,
  matchesJournal,
  openArchives,
  readCheckpoint,
  removeOldArchives,
} from './views.ts'

export interface LedgerOptions {
  readonly dataDir: string
  /** Each environment has a journal of its own. */
  readonly environment: string
  readonly clock: Clock
  /** How a venue counts positions. */
  readonly nettingOf: (venue: VenueId) => Netting
  /** Called with what a person should know though work goes on: a torn end set aside, views made anew. */
  readonly onWarning: (message: string) => void
  /** In bytes; for tests. A segment that has reached it is followed by a new one. */
  readonly segmentBytes?: number
  /** How long another process may hold the journal before this one gives up, in ms. That of the lock when absent. */
  readonly lockWaitMs?: number
}

/**
 * Opens the ledger of an environment, making it when there is none. Reads the checkpoint and what the journal has beyond
 * it; without a usable checkpoint, the journal from its start.
 * @throws ToolkitError DATA_DIR_UNWRITABLE, JOURNAL_CORRUPT, JOURNAL_NEWER, JOURNAL_MISPLACED or LEDGER_BUSY; what is
 * there has not been changed then.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { dataDir, environment, clock, nettingOf, onWarning } = options
  const views = viewsDirectory(dataDir, environment)
  const journal = await openJournal({
    directory: journalDirectory(dataDir, environment),
    auditDirectory: auditDirectory(dataDir, environment),
    environment,
    now: () => isoTime(clock.nowMs()),
    onWarning,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
  })
  const start = await usableCheckpoint(views, journal.directory)
  const ledger = new JournalLedger({
    journal,
    viewsDirectory: views,
    clock,
    nettingOf,
    onWarning,
    ...(options.lockWaitMs === undefined ? {} : { lockWaitMs: options.lockWaitMs }),
  })
  if (start.kind === 'checkpoint') {
    const { state, position, archive } = start.checkpoint
    ledger.adopt({ state, position, archives: openArchives(views, archive), saved: true })
  } else {
    const rebuilt = await rebuild({
      viewsDirectory: views,
      journalDirectory: journal.directory,
      format: journal.format,
      nettingOf,
      upToSeq: Number.POSITIVE_INFINITY,
      aboveArchive: 0,
    }).catch((error: unknown) => {
      throw storageError(error, views)
    })
    ledger.adopt({ ...rebuilt, saved: false })
    ledger.warn(rebuilt.warnings)
    const { seq } = rebuilt.state
    if (seq > 0 && start.reason !== null) {
      onWarning(`The views were made anew from ${seq} journal records: ${start.reason}. Nothing was lost.`)
    }
    await removeOldArchives(views, rebuilt.archives.number)
  }
  // Before the journal: what another process records and anchors meanwhile is no cut.
  const anchor = await newestAnchorOf(auditDirectory(dataDir, environment), onWarning)
  await ledger.refresh()
  if (anchor !== null && anchor.seq > ledger.state.seq) onWarning(cutJournalWarning(ledger.state.seq, anchor))
  return ledger
}

/** An anchor that cannot be read must not stop anybody from cancelling. */
function newestAnchorOf(audit: string, onWarning: LedgerOptions['onWarning']): Promise<Anchor | null> {
  return newestAnchor(audit).catch((error: unknown) => {
    onWarning(
      `The ends of earlier sessions in ${audit} cannot be read, so a journal that was cut would not be noticed: ${String(error)}`,
    )
    return null
  })
}

/** Not a refusal: who lost records has all the more reason to look at the venues and to cancel. */
function cutJournalWarning(seq: number, anchor: Anchor): string {
  return `The journal ends with record ${seq}, though a session ended with record ${anchor.seq} at ${anchor.time}: records were cut off, or an older copy was put back. Orders and fills among them are not known here. Run \`crosstape audit verify\` and \`crosstape positions reconcile\`.`
}

type Start =
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  /** `reason` is null when nothing is wrong: the first process of a new ledger has not written its views yet. */
  | { readonly kind: 'none'; readonly reason: string | null }

async function usableCheckpoint(views: string, journal: string): Promise<Start> {
  try {
    const checkpoint = await readCheckpoint(views)
    if (checkpoint === null) {
      const begun = (await archiveNumbers(views)).length > 0
      return { kind: 'none', reason: begun ? null : 'there were none' }
    }
    if (await matchesJournal(journal, checkpoint)) return { kind: 'checkpoint', checkpoint }
    await discardCheckpoint(views)
    return { kind: 'none', reason: 'they did not belong to this journal, or were ahead of it' }
  } catch (error) {
    if (!(error instanceof ViewDamaged)) throw storageError(error, views)
    await discardCheckpoint(views)
    return { kind: 'none', reason: error.message }
  }
}
