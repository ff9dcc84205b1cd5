import { open } from 'node:fs/promises'
import { type PlacedRecord, type ReadBatch, readForward } from './read-journal.ts'
import { corruptJournal, type JournalPosition, journalStart, listSegments, segmentFile } from './segments.ts'
import { readTail, refuseDamageInside } from './torn-tail.ts'

/** More than any record needs. */
const PEEK_BYTES = 1 << 20

/**
 * The journal's records from a number on, in order, read without the lock up to the last intact one.
 * @throws ToolkitError JOURNAL_CORRUPT naming file and line.
 */
export async function* readFrom(directory: string, format: number, fromSeq: number): AsyncGenerator<PlacedRecord> {
  const start = await startOfSegmentWith(directory, fromSeq)
  for await (const placed of readToEnd(directory, readForward(directory, start, format))) {
    if (placed.record.seq >= fromSeq) yield placed
  }
}

/** The records of these batches, one by one. @throws ToolkitError JOURNAL_CORRUPT when they end before damage, not at a torn end. */
export async function* readToEnd(directory: string, batches: AsyncIterable<ReadBatch>): AsyncGenerator<PlacedRecord> {
  for await (const { records, end } of batches) {
    yield* records
    if (end?.end === 'broken') refuseDamageInside(directory, end.position, await readTail(directory, end.position))
  }
}

/** The start of the segment that holds a record, so that reading the newest records does not read the oldest. */
async function startOfSegmentWith(directory: string, seq: number): Promise<JournalPosition> {
  const segments = await listSegments(directory)
  for (const segment of segments.toReversed()) {
    if (segment === 1) break
    const start = await segmentStart(directory, segment)
    if (start !== null && start.seq < seq) return start
  }
  return journalStart
}

/** The position before the first line of a segment, or null when the segment is still empty. */
export async function segmentStart(directory: string, segment: number): Promise<JournalPosition | null> {
  if (segment === 1) return journalStart
  const file = segmentFile(directory, segment)
  const beginning = await peek(file, 'start')
  const first = /^[0-9a-f]{64} \{"seq":(\d{1,15}),/.exec(beginning)
  if (first?.[1] === undefined) {
    if (beginning.includes('\n')) throw corruptJournal(file, 1, 'the first line is not a record')
    return null
  }
  const before = segmentFile(directory, segment - 1)
  const hash = /^([0-9a-f]{64}) \{/.exec(await lastLine(before))
  if (hash?.[1] === undefined) throw corruptJournal(before, 1, 'the last line is not a record')
  return { seq: Number(first[1]) - 1, segment, offset: 0, lineStart: 0, line: 0, hash: hash[1] }
}

/** The last line of a segment that ends with a whole one, without its newline; empty when the segment is. One character a byte. */
export async function lastLine(file: string): Promise<string> {
  const ending = await peek(file, 'end')
  return ending.slice(ending.lastIndexOf('\n', ending.length - 2) + 1, -1)
}

/** Enough of one end of a file to hold a whole record. One character a byte. */
async function peek(file: string, end: 'start' | 'end'): Promise<string> {
  const handle = await open(file, 'r')
  try {
    const { size } = await handle.stat()
    const from = end === 'start' ? 0 : Math.max(0, size - PEEK_BYTES)
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(PEEK_BYTES), 0, PEEK_BYTES, from)
    return buffer.toString('latin1', 0, bytesRead)
  } finally {
    await handle.close()
  }
}
