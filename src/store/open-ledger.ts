import { ToolkitError } from '../domain/errors.ts'
import type { Netting } from '../domain/holding.ts'
import type { VenueId } from '../domain/market.ts'
import { type Clock, isoTime } from '../runtime/clock.ts'
import { type Anchor, newestAnchor } from './anchors.ts'
import { auditDirectory, journalDirectory, viewsDirectory } from './directories.ts'
import type { JournalEvent } from './events.ts'
import { storageError } from './files.ts'
import { type Journal, openJournal, SEGMENT_BYTES } from './journal.ts'
import { JournalLedger } from './journal-ledger.ts'
import type { Ledger } from './ledger.ts'
import { readFrom, readToEnd } from './read-from.ts'
import { readForward } from './read-journal.ts'
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
  let rebuiltFrom = 0
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
    rebuiltFrom = rebuilt.state.seq
    if (start.contradicted === null) await removeOldArchives(views, rebuilt.archives.number)
  }
  // Before the journal: what another process records and anchors meanwhile is no cut.
  const anchor = await newestAnchorOf(auditDirectory(dataDir, environment), onWarning)
  await ledger.refresh()
  const contradicted = start.kind === 'none' ? start.contradicted : null
  const replaced = await replacedRecord(journal, anchor, start)
  const loss = await noteLoss(ledger, { anchor, replaced, contradicted, onWarning })
  if (start.kind === 'none' && start.reason !== null && rebuiltFrom > 0) {
    const comfort = loss === 'none' ? ' Nothing was lost.' : ''
    onWarning(`The views were made anew from ${rebuiltFrom} journal records: ${start.reason}.${comfort}`)
  }
  // Not before: views that contradict the journal may be all that knows of the loss.
  if (contradicted !== null && loss !== 'owed') await discardCheckpoint(views)
  return ledger
}

/**
 * Records that a journal is not what has been seen of it. Not a refusal to open: who lost records has all the more reason
 * to look at the venues and to cancel. Orders are denied until each venue agrees again, in later processes too. `owed`: it
 * could not be recorded yet.
 */
async function noteLoss(
  ledger: JournalLedger,
  {
    anchor,
    replaced,
    contradicted,
    onWarning,
  }: {
    readonly anchor: Anchor | null
    readonly replaced: Anchor | null
    readonly contradicted: number | null
    readonly onWarning: LedgerOptions['onWarning']
  },
): Promise<'none' | 'noted' | 'owed'> {
  const { seq } = ledger.state
  const cut = anchor !== null && anchor.seq > seq ? anchor : null
  const unmet = cut ?? replaced
  const upTo = Math.max(unmet?.seq ?? 0, contradicted ?? 0)
  if (upTo === 0) return 'none'
  const what =
    cut !== null
      ? `The journal ends with record ${seq}, though a session ended with record ${cut.seq} at ${cut.time}`
      : replaced !== null
        ? `Record ${replaced.seq} of the journal is not the one with which a session ended at ${replaced.time}`
        : upTo > seq
          ? `The journal ends with record ${seq}, though the views were written from record ${upTo}`
          : `Record ${upTo} of the journal is not the one that the views were written from`
  onWarning(
    `${what}: records were cut off, or an older copy was put back. Orders and fills among them are not known here, and no order is placed before each venue agrees again. Run \`crosstape audit verify\` and \`crosstape positions reconcile\`.`,
  )
  const event: JournalEvent = { type: 'journal.cut', upTo, ...(unmet === null ? {} : { anchor: unmet.hash }) }
  try {
    await ledger.transact(({ lostRecords }) => {
      // A killed session leaves the anchor that gave an earlier loss away as the newest one. Views are never that old.
      const isKnown = unmet !== null && contradicted === null && lostRecords?.anchor === unmet.hash
      return { events: isKnown ? [] : [event], result: undefined }
    })
    return 'noted'
  } catch (error) {
    if (!(error instanceof ToolkitError)) throw error
    ledger.owe(event)
    onWarning(`That could not be recorded: ${error.message}`)
    return 'owed'
  }
}

/**
 * The anchor, where the journal holds another record under its number: a journal of something else has been put in its
 * place. Null also where nobody can tell without reading more than a start should: views that are younger than the anchor
 * and match the journal are believed; `audit verify` holds every anchor against it.
 */
async function replacedRecord(
  { directory, format }: Journal,
  anchor: Anchor | null,
  start: Start,
): Promise<Anchor | null> {
  if (anchor === null || anchor.seq === 0) return null
  const seen = start.kind === 'checkpoint' ? start.checkpoint.position : null
  if (seen !== null && seen.seq > anchor.seq) return null
  if (seen?.seq === anchor.seq) return seen.hash === anchor.hash ? null : anchor
  const from =
    seen === null ? readFrom(directory, format, anchor.seq) : readToEnd(directory, readForward(directory, seen, format))
  for await (const { record, after } of from) {
    if (record.seq === anchor.seq) return after.hash === anchor.hash ? null : anchor
  }
  return null
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

type Start =
  | { readonly kind: 'checkpoint'; readonly checkpoint: Checkpoint }
  | {
      readonly kind: 'none'
      /** Null when the views are not to blame: the first process of a new ledger has not written any yet. */
      readonly reason: string | null
      /** The last record of views that the journal does not hold as they saw it. */
      readonly contradicted: number | null
    }

async function usableCheckpoint(views: string, journal: string): Promise<Start> {
  try {
    const checkpoint = await readCheckpoint(views)
    if (checkpoint === null) {
      const begun = (await archiveNumbers(views)).length > 0
      return { kind: 'none', reason: begun ? null : 'there were none', contradicted: null }
    }
    if (await matchesJournal(journal, checkpoint)) return { kind: 'checkpoint', checkpoint }
    return { kind: 'none', reason: null, contradicted: checkpoint.position.seq }
  } catch (error) {
    if (!(error instanceof ViewDamaged)) throw storageError(error, views)
    await discardCheckpoint(views)
    return { kind: 'none', reason: error.message, contradicted: null }
  }
}
