import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolkitError } from '../domain/errors.ts'
import { isMissing } from './files.ts'
import { decodeLine, GENESIS, type Line } from './line.ts'

/** A place between two lines of the journal, and the chain up to there. */
export interface JournalPosition {
  /** Of the last record before it; 0 when there is none. */
  readonly seq: number
  readonly segment: number
  /** In bytes. */
  readonly offset: number
  /** Where the last line before it begins, in bytes. */
  readonly lineStart: number
  /** Lines before it in this segment. */
  readonly line: number
  /** Of the last line before it. */
  readonly hash: string
}

export const journalStart: JournalPosition = { seq: 0, segment: 1, offset: 0, lineStart: 0, line: 0, hash: GENESIS }

/** A line with the position after it. `seq` is that of the start of the scan: lines are not yet decoded. */
export interface ScannedLine extends Line {
  readonly after: Omit<JournalPosition, 'seq'>
}

/** How a scan ended: at the end of the file, before a line without newline, or before a line that breaks the chain. */
export interface ScanEnd {
  readonly kind: 'clean' | 'incomplete' | 'broken'
  readonly at: Omit<JournalPosition, 'seq'>
}

/** Lines in order; the last batch says how the scan ended. */
export interface ScanBatch {
  readonly lines: readonly ScannedLine[]
  readonly end: ScanEnd | null
}

const CHUNK_BYTES = 1 << 20
/** No record comes near it: a longer line is damage. Bounds the memory of a scan. */
const LINE_BYTES_MAX = 16 << 20
const NEWLINE = 0x0a

export function segmentFile(directory: string, segment: number): string {
  return join(directory, `${String(segment).padStart(8, '0')}.jsonl`)
}

/** Segment numbers in ascending order. @throws ToolkitError JOURNAL_CORRUPT when one is missing in between. */
export async function listSegments(directory: string): Promise<readonly number[]> {
  const { present, missing } = await segmentsThere(directory)
  if (missing !== null) throw missingSegment(directory, missing)
  return present
}

/** The segments from the first on, up to one that is missing while later ones exist. */
export async function segmentsThere(
  directory: string,
): Promise<{ readonly present: readonly number[]; readonly missing: number | null }> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isMissing(error)) return []
    throw error
  })
  const numbers = names.filter((name) => /^\d{8}\.jsonl$/.test(name)).map((name) => Number(name.slice(0, 8)))
  numbers.sort((a, b) => a - b)
  const gap = numbers.findIndex((number, index) => number !== index + 1)
  return gap < 0 ? { present: numbers, missing: null } : { present: numbers.slice(0, gap), missing: gap + 1 }
}

export function missingSegment(directory: string, segment: number): ToolkitError {
  return corruptJournal(segmentFile(directory, segment), 1, 'the file is missing while later ones exist')
}

/** The lines of one segment from a position on, in batches, each line checked against the chain. */
export async function* scanSegment(directory: string, from: Omit<JournalPosition, 'seq'>): AsyncGenerator<ScanBatch> {
  const file = segmentFile(directory, from.segment)
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    if (size < from.offset) throw corruptJournal(file, from.line, 'it is shorter than it was when last read')
    let at = from
    let rest: Buffer = Buffer.alloc(0)
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
      const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES, at.offset + rest.length)
      if (bytesRead === 0) {
        yield { lines: [], end: { kind: rest.length === 0 ? 'clean' : 'incomplete', at } }
        return
      }
      rest = Buffer.concat([rest, chunk.subarray(0, bytesRead)])
      const { lines, consumed, broken } = splitLines(rest, at)
      at = lines.at(-1)?.after ?? at
      const damaged = broken || rest.length - consumed > LINE_BYTES_MAX
      yield { lines, end: damaged ? { kind: 'broken', at } : null }
      if (damaged) return
      rest = rest.subarray(consumed)
    }
  } finally {
    await handle.close()
  }
}

function splitLines(bytes: Buffer, from: Omit<JournalPosition, 'seq'>) {
  const lines: ScannedLine[] = []
  let at = from
  let consumed = 0
  for (;;) {
    const end = bytes.indexOf(NEWLINE, consumed)
    if (end < 0) return { lines, consumed, broken: false }
    const line = decodeLine(bytes.subarray(consumed, end), at.hash)
    if (line === null) return { lines, consumed, broken: true }
    const lineStart = at.offset
    at = { segment: at.segment, lineStart, offset: lineStart + end + 1 - consumed, line: at.line + 1, hash: line.hash }
    lines.push({ ...line, after: at })
    consumed = end + 1
  }
}

/** The refusal to go on over damage. Nothing has been changed or dropped when it is thrown. */
export function corruptJournal(file: string, line: number, what: string): ToolkitError {
  return new ToolkitError({
    code: 'JOURNAL_CORRUPT',
    category: 'usage',
    message: `The journal is damaged at ${file}, line ${line}: ${what}. Nothing was changed; no order is placed on a damaged record.`,
    facts: { file, line: String(line), problem: what },
    suggestions: [
      'Run `crosstape audit verify` for the extent of the damage.',
      'Restore the journal folder from a backup, or move it and the audit folder away, begin anew, and run `crosstape positions reconcile`.',
    ],
  })
}
