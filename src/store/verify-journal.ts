import { ToolkitError } from '../domain/errors.ts'
import { systemClock } from '../runtime/clock.ts'
import { journalDirectory, viewsDirectory } from './directories.ts'
import { type ReadEnd, readForward, readHeader } from './read-journal.ts'
import { type JournalPosition, journalStart, segmentFile } from './segments.ts'
import { ViewDamaged } from './view-file.ts'
import { matchesJournal, readCheckpoint } from './views.ts'

/** Where the chain of a journal is broken. */
export interface JournalProblem {
  readonly file: string
  readonly line: number
  /** Of the first record that is not proven. */
  readonly seq: number
  readonly what: string
}

export interface JournalVerdict {
  readonly ok: boolean
  /** Records proven intact and in their place, from the first on. */
  readonly records: number
  readonly problem: JournalProblem | null
}

/** Looks at an unfinished last line this often before calling it torn: another process may be writing it. */
const LOOKS = 5
const PAUSE_MS = 50

/**
 * Walks the whole chain of a journal: finds changed, missing, added and swapped records, and, with the help of the
 * checkpoint, records cut off its end. Changes nothing and needs no lock.
 * @throws ToolkitError JOURNAL_NEWER for a journal that a later version wrote.
 */
export async function verifyJournal(place: {
  readonly dataDir: string
  readonly environment: string
}): Promise<JournalVerdict> {
  const directory = journalDirectory(place.dataDir, place.environment)
  let reached: JournalPosition = journalStart
  try {
    const header = await readHeader(directory)
    for (let look = 1; header !== null; look++) {
      let ending: ReadEnd['end'] = 'clean'
      for await (const { records, end } of readForward(directory, reached, header.format)) {
        reached = end?.position ?? records.at(-1)?.after ?? reached
        ending = end?.end ?? ending
      }
      if (ending === 'clean') break
      if (ending === 'broken') return failed(directory, reached, 'the line does not match its checksum')
      if (look === LOOKS) return failed(directory, reached, 'the last line is incomplete, as a crash leaves it')
      await systemClock.sleep(PAUSE_MS)
    }
  } catch (error) {
    if (!(error instanceof ToolkitError) || error.code !== 'JOURNAL_CORRUPT') throw error
    const { file = directory, line = '1', problem = error.message } = error.facts
    return {
      ok: false,
      records: reached.seq,
      problem: { file, line: Number(line), seq: reached.seq + 1, what: problem },
    }
  }
  return againstCheckpoint(place, reached)
}

function failed(directory: string, reached: JournalPosition, what: string): JournalVerdict {
  const file = segmentFile(directory, reached.segment)
  return { ok: false, records: reached.seq, problem: { file, line: reached.line + 1, seq: reached.seq + 1, what } }
}

/** A chain without its last links is still a chain: only something that has seen them can tell. */
async function againstCheckpoint(
  { dataDir, environment }: { readonly dataDir: string; readonly environment: string },
  reached: JournalPosition,
): Promise<JournalVerdict> {
  const directory = journalDirectory(dataDir, environment)
  const checkpoint = await readCheckpoint(viewsDirectory(dataDir, environment)).catch((error: unknown) => {
    if (error instanceof ViewDamaged) return null
    throw error
  })
  if (checkpoint === null) return { ok: true, records: reached.seq, problem: null }
  const { seq, segment, line } = checkpoint.position
  if (reached.seq < seq) {
    const what = `it ends with record ${reached.seq}, though record ${seq} has been there: records were cut off its end`
    return failed(directory, reached, what)
  }
  if (await matchesJournal(directory, checkpoint)) return { ok: true, records: reached.seq, problem: null }
  const what = `record ${seq} is not the one that was there when the views were written: the journal was replaced`
  return { ok: false, records: seq - 1, problem: { file: segmentFile(directory, segment), line, seq, what } }
}
