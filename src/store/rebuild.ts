import { applyRecords, type FoldContext } from './fold.ts'
import { recallFor } from './fold-archived.ts'
import { emptyState, type FoldState } from './fold-state.ts'
import { readForward } from './read-journal.ts'
import { type JournalPosition, journalStart } from './segments.ts'
import { type Archives, createArchives, removeArchives } from './views.ts'

/** Ended orders held in memory before they are written: bounds the memory of a rebuild. */
const FRESH_MAX = 20_000

export interface RebuildOptions {
  readonly viewsDirectory: string
  readonly journalDirectory: string
  readonly format: number
  readonly nettingOf: FoldContext['nettingOf']
  readonly upToSeq: number
  /** The new archive gets a number above this one. */
  readonly aboveArchive: number
}

export interface Rebuilt {
  readonly state: FoldState
  readonly position: JournalPosition
  readonly archives: Archives
  readonly warnings: readonly string[]
}

/**
 * Folds the journal from its first record into a state and a new archive, up to a record or to the last intact one. Reads
 * without the lock: what is there does not change any more. The old views stay as they are.
 */
export async function rebuild(options: RebuildOptions): Promise<Rebuilt> {
  const archives = await createArchives(options.viewsDirectory, options.aboveArchive)
  try {
    return await foldFromStart(options, archives)
  } catch (error) {
    await removeArchives(options.viewsDirectory, archives.number)
    throw error
  }
}

async function foldFromStart(options: RebuildOptions, archives: Archives): Promise<Rebuilt> {
  const warnings: string[] = []
  let state = emptyState
  let position = journalStart
  for await (const batch of readForward(options.journalDirectory, journalStart, options.format)) {
    const placed = batch.records.filter(({ record }) => record.seq <= options.upToSeq)
    const records = placed.map(({ record }) => record)
    const recall = await recallFor(records, state, archives)
    const outcome = applyRecords(state, records, { nettingOf: options.nettingOf, recall })
    archives.orders.put(outcome.orders)
    archives.trades.put(outcome.trades)
    warnings.push(...outcome.warnings)
    state = outcome.state
    position = batch.end?.position ?? placed.at(-1)?.after ?? position
    if (archives.orders.freshCount + archives.trades.freshCount > FRESH_MAX) {
      // No lock: nobody else knows of this archive yet.
      await archives.orders.flush()
      await archives.trades.flush()
    }
  }
  return { state, position, archives, warnings }
}
