import { ToolkitError } from '../domain/errors.ts'
import { systemClock } from '../runtime/clock.ts'
import { anchorsFile, readAnchors } from './anchors.ts'
import { auditKeyFile, findAuditKey, looseKeyWarning } from './audit-key.ts'
import { auditDirectory, journalDirectory, viewsDirectory } from './directories.ts'
import { type PlacedRecord, type ReadEnd, readForward, readHeaderLine } from './read-journal.ts'
import { SealCheck } from './seal-check.ts'
import { type JournalPosition, journalStart, segmentFile } from './segments.ts'
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
 * @throws ToolkitError JOURNAL_NEWER for a journal that a later version wrote.
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
  const found = await findAuditKey(audit)
  const key = found.kind === 'key' ? found.key : null
  const { anchors, unreadable } = await readAnchors(audit, key)
  const seals = new SealCheck(key)
  const checkpoint = await trustedCheckpoint(place)
  const trusted = anchors.filter(({ proof }) => proof !== 'broken')
  const witnesses = new Witnesses([...trusted.map(asWitness), ...(place.expected ?? []).map(asExpected)])
  const walk = await walkJournal(journalDirectory(place.dataDir, place.environment), seals, witnesses)
  const broken = anchors.find(({ proof }) => proof === 'broken')
  const seen = walk.problem ?? cutOff(walk, witnesses) ?? (await againstCheckpoint(walk, checkpoint))
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
      ...(unreadable === 0 ? [] : [`${anchorsFile(audit)}: ${unreadable} unreadable, as a crash may leave one.`]),
    ],
    problem,
  }
  return { verdict, provisional: keyless !== null }
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
  readonly problem: JournalProblem | null
}

async function walkJournal(directory: string, seals: SealCheck, witnesses: Witnesses): Promise<Walk> {
  let reached: JournalPosition = journalStart
  let begun = false
  const end = (problem: JournalProblem | null): Walk => ({ directory, reached, begun, problem })
  try {
    const first = await readHeaderLine(directory)
    if (first === null) return end(null)
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
      if (look === LOOKS) return end(after(directory, reached, 'the last line is incomplete, as a crash leaves it'))
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

/** A chain without its last links is still a chain: only something that has seen them can tell. */
function cutOff(walk: Walk, witnesses: Witnesses): JournalProblem | null {
  const last = witnesses.beyond(walk.reached.seq)
  if (last === null) return null
  const what = `it ends with record ${walk.reached.seq}, though record ${last.seq} has been there (${last.source}): records were cut off its end`
  return after(walk.directory, walk.reached, what)
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
  if (seq === 0 || before === 0) return []
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

function trustedCheckpoint({ dataDir, environment }: VerifyPlace): Promise<Checkpoint | null> {
  return readCheckpoint(viewsDirectory(dataDir, environment)).catch((error: unknown) => {
    if (error instanceof ViewDamaged) return null
    throw error
  })
}

async function againstCheckpoint(
  { directory, reached }: Walk,
  checkpoint: Checkpoint | null,
): Promise<JournalProblem | null> {
  if (checkpoint === null) return null
  const { seq, segment, line } = checkpoint.position
  if (reached.seq < seq) {
    const what = `it ends with record ${reached.seq}, though record ${seq} has been there: records were cut off its end`
    return after(directory, reached, what)
  }
  if (await matchesJournal(directory, checkpoint)) return null
  const what = `record ${seq} is not the one that was there when the views were written: the journal was replaced`
  return { file: segmentFile(directory, segment), line, seq, what }
}
