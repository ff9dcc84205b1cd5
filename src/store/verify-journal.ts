import { ToolkitError } from '../domain/errors.ts'
import { systemClock } from '../runtime/clock.ts'
import { anchorsFile, readAnchors } from './anchors.ts'
import { auditKeyFile, findAuditKey, looseKeyWarning } from './audit-key.ts'
import { auditDirectory, journalDirectory, viewsDirectory } from './directories.ts'
import { readingError } from './files.ts'
import { type PlacedRecord, type ReadEnd, readForward, readHeaderLine } from './read-journal.ts'
import { SealCheck } from './seal-check.ts'
import { type JournalPosition, journalStart, listSegments, segmentFile } from './segments.ts'
import { SEALED_FORMAT } from './upcast.ts'
import { ViewDamaged } from './view-file.ts'
import { type Checkpoint, matchesJournal, readCheckpoint } from './views.ts'
import { type Witness, Witnesses } from './witnesses.ts'

/** Where a journal is not proven any more. */
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
  /** Of these, the ones whose own seal was checked with the key. The others are only as safe as the first seal after them. */
  readonly sealed: number
  /** Ends of earlier sessions that the journal was held against. */
  readonly anchors: number
  /** The last proven record. Noted elsewhere, it proves later that nothing before it was changed, whoever has the key. */
  readonly head: { readonly seq: number; readonly hash: string } | null
  /** What a person should know about the strength of this proof. */
  readonly notes: readonly string[]
  readonly problem: JournalProblem | null
}

export interface VerifyPlace {
  readonly dataDir: string
  readonly environment: string
  /** Heads that were noted elsewhere. */
  readonly expected?: readonly { readonly seq: number; readonly hash: string }[]
}

/** Looks at an unfinished last line this often before calling it torn: another process may be writing it. */
const LOOKS = 5
const PAUSE_MS = 50

/**
 * Walks the whole chain of a journal: finds changed, missing, added and swapped records, with the key also those whose
 * chain was computed anew; and, with anchors, checkpoint and heads noted elsewhere, records cut off its end. Changes
 * nothing and needs no lock.
 * @throws ToolkitError JOURNAL_NEWER for a journal that a later version wrote, DATA_DIR_UNREADABLE for files that cannot be
 * read.
 */
export async function verifyJournal(place: VerifyPlace): Promise<JournalVerdict> {
  const { verdict, provisional } = await look(place)
  if (!provisional) return verdict
  // The very first process may be between making the key and its first record.
  await systemClock.sleep(PAUSE_MS)
  return (await look(place)).verdict
}

async function look(place: VerifyPlace): Promise<{ readonly verdict: JournalVerdict; readonly provisional: boolean }> {
  const audit = auditDirectory(place.dataDir, place.environment)
  // What has seen the journal is read before the journal: what is recorded meanwhile only makes it longer.
  const found = await readable(findAuditKey(audit), auditKeyFile(audit))
  const key = found.kind === 'key' ? found.key : null
  const { anchors, unreadable } = await readable(readAnchors(audit, key), anchorsFile(audit))
  const seals = new SealCheck(key)
  const checkpoint = await trustedCheckpoint(place)
  const trusted = anchors.filter(({ proof }) => proof !== 'broken')
  const witnesses = new Witnesses([...trusted.map(asWitness), ...(place.expected ?? []).map(asExpected)])
  const journal = journalDirectory(place.dataDir, place.environment)
  const walk = await readable(walkJournal(journal, seals, witnesses), journal)
  const broken = anchors.find(({ proof }) => proof === 'broken')
  const cut = walk.problem === null || walk.isTorn ? cutOff(walk, lastSeen(witnesses, walk, checkpoint)) : null
  const seen = cut ?? walk.problem ?? (await againstCheckpoint(walk, checkpoint))
  const keyless = seen === null ? unproven(auditKeyFile(audit), walk, seals) : null
  const problem = seen ?? keyless ?? (broken === undefined ? null : brokenAnchor(audit, walk.reached, broken))
  const { seq, hash } = walk.reached
  const verdict: JournalVerdict = {
    ok: problem === null,
    records: Math.min(seq, (problem?.seq ?? seq + 1) - 1),
    sealed: Math.min(seals.sealed, seq),
    anchors: witnesses.anchorsMet,
    head: seq === 0 || problem !== null ? null : { seq, hash },
    notes: [
      ...(found.kind === 'key' && found.looseMode !== null
        ? [looseKeyWarning(auditKeyFile(audit), found.looseMode)]
        : []),
      ...strength(seq, seals),
      ...(problem === null && key !== null ? unanchored(seq, trusted) : []),
      ...(unreadable === 0 ? [] : [`${anchorsFile(audit)}: ${unreadable} unreadable, as a crash may leave one.`]),
    ],
    problem,
  }
  return { verdict, provisional: keyless !== null }
}

async function readable<T>(reading: Promise<T>, path: string): Promise<T> {
  try {
    return await reading
  } catch (error) {
    throw readingError(error, path)
  }
}

const asWitness = ({
  seq,
  hash,
  time,
}: {
  readonly seq: number
  readonly hash: string
  readonly time: string
}): Witness => {
  return { seq, hash, kind: 'anchor', source: `a session ended with it at ${time}` }
}

const asExpected = ({ seq, hash }: { readonly seq: number; readonly hash: string }): Witness => {
  return { seq, hash, kind: 'expected', source: 'it was expected' }
}

interface Walk {
  readonly directory: string
  readonly reached: JournalPosition
  readonly begun: boolean
  /** Whether it ends in a line without its newline: torn by a crash, or cut. */
  readonly isTorn: boolean
  readonly problem: JournalProblem | null
}

async function walkJournal(directory: string, seals: SealCheck, witnesses: Witnesses): Promise<Walk> {
  let reached: JournalPosition = journalStart
  let begun = false
  const end = (problem: JournalProblem | null, isTorn = false): Walk => ({ directory, reached, begun, isTorn, problem })
  try {
    const first = await readHeaderLine(directory)
    if (first === null) {
      await listSegments(directory)
      return end(null)
    }
    begun = true
    const wrong = seals.header(first.line, first.header.format >= SEALED_FORMAT)
    if (wrong !== null) return end(after(directory, reached, `the first line is not proven: ${wrong}`))
    for (let look = 1; ; look++) {
      let ending: ReadEnd['end'] = 'clean'
      for await (const { records, end: batchEnd } of readForward(directory, reached, first.header.format)) {
        for (const placed of records) {
          const what = seals.record(placed) ?? witnesses.contradiction(placed)
          if (what !== null) return end(at(directory, placed, what))
          reached = placed.after
        }
        reached = batchEnd?.position ?? reached
        ending = batchEnd?.end ?? ending
      }
      if (ending === 'clean') return end(null)
      if (ending === 'broken') return end(after(directory, reached, 'the line does not match its checksum'))
      if (look === LOOKS) {
        const what =
          'the last line is incomplete, as a crash leaves it; the next command that records something sets it aside'
        return end(after(directory, reached, what), true)
      }
      await systemClock.sleep(PAUSE_MS)
    }
  } catch (error) {
    if (!(error instanceof ToolkitError) || error.code !== 'JOURNAL_CORRUPT') throw error
    const { file = directory, line = '1', problem = error.message } = error.facts
    return end({ file, line: Number(line), seq: reached.seq + 1, what: problem })
  }
}

/** A problem with the line after a position. */
function after(directory: string, { segment, line, seq }: JournalPosition, what: string): JournalProblem {
  return { file: segmentFile(directory, segment), line: line + 1, seq: seq + 1, what }
}

function at(directory: string, { record, after: { segment, line } }: PlacedRecord, what: string): JournalProblem {
  return { file: segmentFile(directory, segment), line, seq: record.seq, what }
}

/** The last record that something has seen, when the journal ends before it. */
function lastSeen(
  witnesses: Witnesses,
  { reached }: Walk,
  checkpoint: Checkpoint | null,
): Pick<Witness, 'seq' | 'source'> | null {
  const witness = witnesses.beyond(reached.seq)
  if (witness !== null || checkpoint === null || checkpoint.position.seq <= reached.seq) return witness
  return { seq: checkpoint.position.seq, source: 'the views were written from it' }
}

/** A chain without its last links is still a chain: only something that has seen them can tell. */
function cutOff(walk: Walk, last: Pick<Witness, 'seq' | 'source'> | null): JournalProblem | null {
  if (last === null) return null
  const seen = `though record ${last.seq} has been there (${last.source})`
  return after(
    walk.directory,
    walk.reached,
    walk.isTorn
      ? `the line is incomplete, ${seen}: its end was cut off, and not torn by a crash`
      : `it ends with record ${walk.reached.seq}, ${seen}: records were cut off its end`,
  )
}

function brokenAnchor(
  audit: string,
  { seq }: JournalPosition,
  { line, ...anchor }: { readonly line: number; readonly seq: number },
): JournalProblem {
  const what = `the anchor of record ${anchor.seq} was changed by somebody without the key`
  return { file: anchorsFile(audit), line, seq: seq + 1, what }
}

/** A whole journal whose seals prove nothing, though there should be proof. */
function unproven(file: string, walk: Walk, seals: SealCheck): JournalProblem | null {
  const unsealedFrom = { file, line: 1, seq: 1 }
  switch (seals.end()) {
    case 'key_missing': {
      const upTo = walk.reached.seq
      const what = `the key of the last seals is not there: records up to ${upTo} can only be checked against accidents, not against people`
      return { ...unsealedFrom, what }
    }
    case 'nothing_sealed': {
      const what = walk.begun
        ? 'there is a key, and yet no record is sealed: the seals were removed, or the first process that had it was killed before it could write'
        : 'there is a key, and yet no journal: it was removed, or the first process was killed before it could write'
      return { ...unsealedFrom, what }
    }
    case null:
      return null
  }
}

function strength(seq: number, seals: SealCheck): readonly string[] {
  const before = seq - seals.sealed
  if (seq === 0 || before <= 0) return []
  if (seals.foreignUpTo > 0) {
    return [
      `Records up to ${seals.foreignUpTo} were sealed with a key that is not here: up to the change of keys they are checked against accidents only.`,
    ]
  }
  return seals.sealed === 0
    ? ['No record is sealed yet: this journal was begun without seals, and gets them with its next record.']
    : [
        `Records up to ${before} were written before there were seals: until then they were checked against accidents only.`,
      ]
}

/** A killed session leaves no anchor, and neither does somebody who takes anchors away. */
function unanchored(seq: number, anchors: readonly { readonly seq: number }[]): readonly string[] {
  const last = anchors.reduce((highest, anchor) => Math.max(highest, anchor.seq), 0)
  if (last >= seq) return []
  const where = last === 0 ? 'No end of a session is anchored' : `The last anchored end of a session is record ${last}`
  return [
    `${where}, as after one that was killed or while one is open: a cut after it shows by the views and by a head kept elsewhere only.`,
  ]
}

function trustedCheckpoint({ dataDir, environment }: VerifyPlace): Promise<Checkpoint | null> {
  return readCheckpoint(viewsDirectory(dataDir, environment)).catch((error: unknown) => {
    if (error instanceof ViewDamaged) return null
    throw error
  })
}

async function againstCheckpoint({ directory }: Walk, checkpoint: Checkpoint | null): Promise<JournalProblem | null> {
  if (checkpoint === null) return null
  const { seq, segment, line } = checkpoint.position
  if (await matchesJournal(directory, checkpoint)) return null
  const what = `record ${seq} is not the one that was there when the views were written: the journal was replaced`
  return { file: segmentFile(directory, segment), line, seq, what }
}
