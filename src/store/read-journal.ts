import { open } from 'node:fs/promises'
import * as v from 'valibot'
import { describeIssues, wholeNumber } from './amount-schema.ts'
import { decodeRecord } from './codec.ts'
import type { JournalRecord } from './events.ts'
import { isMissing } from './files.ts'
import { decodeLine, GENESIS, type Line } from './line.ts'
import { sealIn } from './seal.ts'
import {
  corruptJournal,
  type JournalPosition,
  missingSegment,
  type ScanEnd,
  type ScannedLine,
  scanSegment,
  segmentFile,
  segmentsThere,
} from './segments.ts'
import { checkFormat, JOURNAL_FORMAT, type JournalHeader, newerJournal, SEALED_FORMAT } from './upcast.ts'

const HEADER_BYTES_MAX = 4096

const headerSchema = v.object({ format: wholeNumber, environment: v.string(), created: v.string() })

/**
 * The header of a journal, or null when there is none yet (no file, or one whose creation was cut short).
 * @throws ToolkitError JOURNAL_NEWER or JOURNAL_CORRUPT.
 */
export async function readHeader(directory: string): Promise<JournalHeader | null> {
  return (await readHeaderLine(directory))?.header ?? null
}

/** As `readHeader`, with the line that holds it. */
export async function readHeaderLine(
  directory: string,
): Promise<{ readonly header: JournalHeader; readonly line: Line } | null> {
  const file = segmentFile(directory, 1)
  const bytes = await readStart(file)
  const end = bytes.indexOf(0x0a)
  if (end < 0 && bytes.length < HEADER_BYTES_MAX) return null
  // The format comes first: a newer version may have changed how lines are hashed.
  const claimed = formatOf(bytes.toString('utf8', 0, Math.max(end, 0)))
  if (claimed !== null && claimed > JOURNAL_FORMAT)
    throw newerJournal(file, `format ${claimed}`, `format ${JOURNAL_FORMAT}`)
  const line = decodeLine(bytes.subarray(0, Math.max(end, 0)), GENESIS)
  if (line === null) throw corruptJournal(file, 1, 'the first line does not match its checksum')
  const header = v.safeParse(headerSchema, JSON.parse(line.json))
  if (!header.success) throw corruptJournal(file, 1, `the header is not one: ${describeIssues(header.issues)}`)
  checkFormat(header.output, file)
  return { header: header.output, line }
}

async function readStart(file: string): Promise<Buffer> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (handle === null) return Buffer.alloc(0)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES_MAX), 0, HEADER_BYTES_MAX, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

function formatOf(firstLine: string): number | null {
  const match = /\{"format":(\d{1,9})[,}]/.exec(firstLine)
  return match?.[1] === undefined ? null : Number(match[1])
}

/** A record with its place in the chain. */
export interface PlacedRecord {
  readonly record: JournalRecord
  /** As it stands in the line, seal included. */
  readonly json: string
  readonly hash: string
  readonly after: JournalPosition
}

/** Decodes a scanned line, which must be the next in sequence. @throws ToolkitError naming file and line. */
function decodePlaced(directory: string, line: ScannedLine, seq: number, format: number): PlacedRecord {
  const lineFormat = sealIn(line.json) === null ? format : Math.max(format, SEALED_FORMAT)
  const decoded = decodeRecord(line.json, lineFormat)
  const file = (): string => segmentFile(directory, line.after.segment)
  if (!decoded.ok) {
    const { problem } = decoded
    if (problem.kind === 'malformed') throw corruptJournal(file(), line.after.line, problem.what)
    throw newerJournal(`${file()}, line ${line.after.line},`, `the event ${problem.type}`, 'no such event')
  }
  const { record } = decoded
  if (record.seq !== seq) {
    throw corruptJournal(file(), line.after.line, `it has the number ${record.seq} where ${seq} belongs`)
  }
  return { record, json: line.json, hash: line.hash, after: { ...line.after, seq } }
}

/** Where a reading stopped, and whether that was at the end of the last segment or before a line that is not whole. */
export interface ReadEnd {
  readonly position: JournalPosition
  readonly end: ScanEnd['kind']
}

/** Records in order; the last batch says how the reading ended. */
export interface ReadBatch {
  readonly records: readonly PlacedRecord[]
  readonly end: ReadEnd | null
}

/**
 * Every record after a position, through all segments. Ends at the last intact line: the caller decides what a torn or
 * broken end means.
 * @throws ToolkitError JOURNAL_CORRUPT when a segment ends badly though another follows, or is missing; what comes before
 * has been given then.
 */
export async function* readForward(
  directory: string,
  from: JournalPosition,
  format: number,
): AsyncGenerator<ReadBatch> {
  const { present, missing } = await segmentsThere(directory)
  const last = present.at(-1)
  let position = from
  for (let segment = from.segment; last !== undefined && segment <= last; segment++) {
    for await (const { records, end } of readSegment(directory, position, format)) {
      const finished = end !== null && segment === last && missing === null
      yield { records, end: finished ? end : null }
      if (end === null || finished) continue
      if (end.end !== 'clean') {
        const file = segmentFile(directory, segment)
        throw corruptJournal(file, end.position.line + 1, 'the line does not match its checksum')
      }
      position = nextSegment(end.position)
    }
  }
  if (missing !== null) throw missingSegment(directory, missing)
}

function nextSegment(position: JournalPosition): JournalPosition {
  return { ...position, segment: position.segment + 1, offset: 0, lineStart: 0, line: 0 }
}

/** As `readForward`, to the end of the position's own segment. */
export async function* readSegment(
  directory: string,
  from: JournalPosition,
  format: number,
): AsyncGenerator<ReadBatch> {
  let { seq } = from
  for await (const { lines, end } of scanSegment(directory, from)) {
    const records: PlacedRecord[] = []
    try {
      for (const line of lines) {
        if (line.after.segment === 1 && line.after.line === 1) continue
        records.push(decodePlaced(directory, line, seq + 1, format))
        seq++
      }
    } catch (error) {
      // What comes before the refused record is good.
      yield { records, end: null }
      throw error
    }
    yield { records, end: end === null ? null : { position: { ...end.at, seq }, end: end.kind } }
  }
}
