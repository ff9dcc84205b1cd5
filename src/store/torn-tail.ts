import { open, truncate } from 'node:fs/promises'
import { syncDirectory, systemCode } from './files.ts'
import { holdsIntactRecord } from './line.ts'
import { corruptJournal, type JournalPosition, segmentFile } from './segments.ts'

/** The bytes from a position to the end of its segment. */
export async function readTail(directory: string, position: Omit<JournalPosition, 'seq'>): Promise<Buffer> {
  const handle = await open(segmentFile(directory, position.segment), 'r')
  try {
    const { size } = await handle.stat()
    const bytes = Buffer.alloc(Math.max(0, size - position.offset))
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, position.offset)
    return bytes.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}

/**
 * Refuses to take damage inside the journal for its torn end.
 * @throws ToolkitError JOURNAL_CORRUPT when intact records follow the damaged line.
 */
export function refuseDamageInside(directory: string, position: Omit<JournalPosition, 'seq'>, tail: Buffer): void {
  if (!holdsIntactRecord(tail, position.hash)) return
  const what = 'the line does not match its checksum, and intact records follow it'
  throw corruptJournal(segmentFile(directory, position.segment), position.line + 1, what)
}

/**
 * Sets a torn end aside: what a crash left of a write that never returned. Its bytes move to `<segment>.torn-<n>` beside
 * the segment, which then ends at its last intact line. Call it under the lock. Returns the side file.
 * @throws ToolkitError JOURNAL_CORRUPT when intact records follow the damaged line.
 */
export async function setTornTailAside(directory: string, position: JournalPosition): Promise<string> {
  const tail = await readTail(directory, position)
  refuseDamageInside(directory, position, tail)
  const file = segmentFile(directory, position.segment)
  const side = await keepBytes(file, tail)
  // Only now that the bytes are safe elsewhere.
  syncDirectory(directory)
  await truncate(file, position.offset)
  await syncFile(file)
  return side
}

async function keepBytes(file: string, bytes: Buffer): Promise<string> {
  for (let number = 1; ; number++) {
    const side = `${file}.torn-${number}`
    try {
      const handle = await open(side, 'wx', 0o600)
      try {
        await handle.writeFile(bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      return side
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
    }
  }
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
