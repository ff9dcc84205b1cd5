import { fstatSync, writeSync } from 'node:fs'
import { type FileHandle, open, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ToolkitError } from '../domain/errors.ts'
import { hasListener, reached } from '../runtime/milestones.ts'
import { appendAnchor } from './anchors.ts'
import { type AuditKey, auditKeyFile, auditKeyFor } from './audit-key.ts'
import type { JournalEvent } from './events.ts'
import { makeDirectory, storageError, syncDirectory } from './files.ts'
import { encodeLines, GENESIS } from './line.ts'
import { lastLine } from './read-from.ts'
import { type PlacedRecord, type ReadEnd, readForward, readHeader } from './read-journal.ts'
import { sealIn } from './seal.ts'
import { type JournalPosition, journalStart, listSegments, segmentFile } from './segments.ts'
import { readTail, refuseDamageInside, setTornTailAside } from './torn-tail.ts'
import { JOURNAL_FORMAT, type JournalHeader } from './upcast.ts'

export const SEGMENT_BYTES = 32 << 20

/** The writing end of one journal. Everything but `open` and `readAhead` is called under the lock. */
export interface Journal {
  readonly directory: string
  readonly position: JournalPosition
  /** Of the records that are there. */
  readonly format: number
  /** Starts over from a checkpoint, or from the beginning. */
  rewind(position: JournalPosition): void
  /** Reads what is there without the lock, up to the last intact line. For long tails. */
  readAhead(consume: Consume): Promise<void>
  /** Reads all that other processes appended; a torn end is set aside. Leaves the journal ready to append. */
  catchUp(consume: Consume): Promise<void>
  /**
   * What has to be recorded before anything else: that lines are sealed from here on, or with another key than so far.
   * Null when the last line carries a seal of today's key. Call it after `catchUp`.
   */
  keyChange(): Promise<KeyChange | null>
  /** Durable when it resolves. @throws ToolkitError DATA_DIR_FULL or DATA_DIR_UNWRITABLE; then nothing was appended. */
  append(texts: readonly string[]): Promise<void>
  /** Notes outside the journal with which record it ends, so that nobody can cut it off unnoticed. */
  anchor(): Promise<void>
  close(): Promise<void>
}

type KeyChange = Extract<JournalEvent, { readonly type: 'journal.keyed' }>
type Consume = (records: readonly PlacedRecord[]) => Promise<void>

export interface JournalOptions {
  readonly directory: string
  /** Where the key and the anchors are. */
  readonly auditDirectory: string
  readonly environment: string
  /** RFC 3339; for the header of a new journal, and for anchors. */
  readonly now: () => string
  readonly onWarning: (message: string) => void
  /** A segment that has reached this size is followed by a new one. */
  readonly segmentBytes: number
}

/** @throws ToolkitError JOURNAL_NEWER, JOURNAL_CORRUPT, JOURNAL_MISPLACED or DATA_DIR_UNWRITABLE; nothing is touched then. */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  await makeDirectory(options.directory)
  const header = await readHeader(options.directory).catch((error: unknown) => {
    throw storageError(error, segmentFile(options.directory, 1))
  })
  if (header !== null) checkEnvironment(header, options)
  return new SegmentedJournal(options, header?.format ?? JOURNAL_FORMAT)
}

function checkEnvironment(header: JournalHeader, { directory, environment }: JournalOptions): void {
  if (header.environment === environment) return
  throw new ToolkitError({
    code: 'JOURNAL_MISPLACED',
    category: 'usage',
    message: `${directory} holds the journal of the environment ${header.environment}, not of ${environment}. Nothing was changed.`,
    facts: { directory, environment, found: header.environment },
    suggestions: ['Move the folder back to where it was, or name another --data-dir.'],
  })
}

class SegmentedJournal implements Journal {
  readonly directory: string
  position: JournalPosition = journalStart
  /** Of the segment that `position` is in, once it has been read to its end. */
  private handle: FileHandle | null = null
  private key: AuditKey | null = null
  /** Whether the last line is known to carry a seal of our key. */
  private keySettled = false
  /** The segment whose name this process knows to be durable, with those of the folders above it. */
  private namedSegment = 0

  constructor(
    private readonly options: JournalOptions,
    readonly format: number,
  ) {
    this.directory = options.directory
  }

  rewind(position: JournalPosition): void {
    this.position = position
  }

  async readAhead(consume: Consume): Promise<void> {
    const { position, end } = await this.read(consume)
    if (end === 'broken') refuseDamageInside(this.directory, position, await readTail(this.directory, position))
  }

  async catchUp(consume: Consume): Promise<void> {
    try {
      if (this.isCurrent()) return
      await this.close()
      if ((await listSegments(this.directory)).length === 0) await this.begin()
      const { position, end } = await this.read(consume)
      if (end !== 'clean') await this.repair()
      if (position.segment === 1 && position.line === 0) await this.begin()
      this.handle = await open(this.file(), 'a')
    } catch (error) {
      throw storageError(error, this.file())
    }
  }

  private async read(consume: Consume): Promise<ReadEnd> {
    let result: ReadEnd = { position: this.position, end: 'clean' }
    for await (const { records, end } of readForward(this.directory, this.position, this.format)) {
      await consume(records)
      // Step by step, so that position and fold agree also when a later batch throws.
      this.position = end?.position ?? records.at(-1)?.after ?? this.position
      if (end !== null) result = end
    }
    return result
  }

  private file(): string {
    return segmentFile(this.directory, this.position.segment)
  }

  /** The common case costs one call to the system: nobody else has written. */
  private isCurrent(): boolean {
    if (this.handle === null) return false
    const { size, nlink } = fstatSync(this.handle.fd)
    if (nlink === 0) throw this.vanished()
    // A full segment may have a successor by now.
    return size === this.position.offset && size < this.options.segmentBytes
  }

  private vanished(): ToolkitError {
    return new ToolkitError({
      code: 'JOURNAL_GONE',
      category: 'usage',
      message: `${this.file()} was removed while in use. This step was not recorded.`,
      facts: { file: this.file() },
      suggestions: ['Restore the data directory, then run `crosstape positions reconcile`.'],
    })
  }

  private async repair(): Promise<void> {
    const side = await setTornTailAside(this.directory, this.position)
    this.options.onWarning(
      `The journal ended in an incomplete record, as a crash leaves it. Its bytes were moved to ${side}; everything before it is intact.`,
    )
  }

  private async begin(): Promise<void> {
    const header: JournalHeader = {
      format: JOURNAL_FORMAT,
      environment: this.options.environment,
      created: this.options.now(),
    }
    const { text, hash } = encodeLines(GENESIS, [JSON.stringify(header)], await this.sealingKey())
    await this.createSegment(1, text)
    this.position = { ...journalStart, offset: text.length, line: 1, hash }
  }

  /**
   * Makes the segment's name durable, or its records would vanish with it in a power cut. Also of a segment that is there
   * already: the process that made it may have been killed in between. The folders may be as new as the file.
   */
  private syncNames(segment: number): void {
    if (this.namedSegment === segment) return
    syncDirectory(this.directory)
    for (let up = 0, folder = dirname(this.directory); up < 3; up++, folder = dirname(folder)) syncDirectory(folder)
    this.namedSegment = segment
  }

  private async createSegment(segment: number, text: string): Promise<void> {
    const handle = await open(segmentFile(this.directory, segment), 'a', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    this.syncNames(segment)
  }

  async keyChange(): Promise<KeyChange | null> {
    if (this.keySettled) return null
    try {
      const { id } = await this.sealingKey()
      const { segment, offset } = this.position
      // A new segment may still be empty.
      const json = await lastLine(segmentFile(this.directory, offset > 0 ? segment : segment - 1))
      const previous = sealIn(json)?.keyId ?? null
      this.keySettled = previous === id
      if (previous !== null && !this.keySettled) this.options.onWarning(lostKeyWarning(this.options.auditDirectory))
      return this.keySettled ? null : { type: 'journal.keyed', key: id, previous }
    } catch (error) {
      throw storageError(error, this.options.auditDirectory)
    }
  }

  async anchor(): Promise<void> {
    const { auditDirectory, now } = this.options
    const { seq, hash } = this.position
    try {
      await appendAnchor(auditDirectory, await this.sealingKey(), { seq, hash, time: now() })
    } catch (error) {
      throw storageError(error, auditDirectory)
    }
  }

  private async sealingKey(): Promise<AuditKey> {
    this.key ??= await auditKeyFor(this.options.auditDirectory, this.options.onWarning)
    return this.key
  }

  async append(texts: readonly string[]): Promise<void> {
    if (texts.length === 0) return
    try {
      if (this.position.offset >= this.options.segmentBytes) await this.roll()
      this.syncNames(this.position.segment)
      const before = this.position
      const { text, hash } = encodeLines(before.hash, texts, await this.sealingKey())
      const bytes = Buffer.from(text)
      await this.write(bytes)
      this.position = {
        seq: before.seq + texts.length,
        segment: before.segment,
        offset: before.offset + bytes.length,
        lineStart: before.offset + bytes.length - lastLineBytes(bytes),
        line: before.line + texts.length,
        hash,
      }
      this.keySettled = true
    } catch (error) {
      throw storageError(error, this.file())
    }
  }

  private async roll(): Promise<void> {
    const segment = this.position.segment + 1
    await this.createSegment(segment, '')
    await this.close()
    this.position = { ...this.position, segment, offset: 0, lineStart: 0, line: 0 }
    this.handle = await open(this.file(), 'a')
  }

  private async write(bytes: Buffer): Promise<void> {
    const { handle } = this
    if (handle === null) throw new Error('append before catchUp')
    try {
      reached('journal.write:before')
      // In one piece, unless a drill wants to die in the middle.
      const pieces = hasListener() ? [bytes.length >> 1, bytes.length] : [bytes.length]
      let written = 0
      for (const end of pieces) {
        if (written > 0) reached('journal.write:half')
        // At once: it goes to the system's memory, and a turn through another thread would take longer than that.
        while (written < end) written += writeSync(handle.fd, bytes, written, end - written)
      }
      reached('journal.write:written')
      await handle.datasync()
      reached('journal.write:synced')
    } catch (error) {
      await this.takeBack()
      throw error
    }
  }

  /**
   * After a failed write: the caller is told that nothing was recorded, so nothing may stay. Where even that fails, the
   * next catch-up finds the rest, and an order that was not sent counts as unknown until it is settled.
   */
  private async takeBack(): Promise<void> {
    await this.close()
    await truncate(this.file(), this.position.offset).catch((error: unknown) => {
      this.options.onWarning(`An unfinished record could not be taken back from ${this.file()}: ${String(error)}`)
    })
  }

  async close(): Promise<void> {
    const { handle } = this
    this.handle = null
    await handle?.close()
  }
}

function lostKeyWarning(auditDirectory: string): string {
  return `${auditKeyFile(auditDirectory)} is not the key that sealed the journal so far: that one was lost or taken away, and another is used from here on. What was recorded before can be checked against accidents only. If nobody meant this, look at who can reach the folder; docs/audit.md says what is still proven.`
}

function lastLineBytes(bytes: Buffer): number {
  return bytes.length - 1 - bytes.lastIndexOf(0x0a, bytes.length - 2)
}
