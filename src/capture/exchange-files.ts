import { createHash } from 'node:crypto'
import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  rename,
  renameSync,
  rmSync,
  writeFile,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ExchangeEntry } from './exchange.ts'
import { PENDING_FILE } from './session-files.ts'

// A disk this far behind is caught up with at once: memory stays flat, whatever the disk does.
const QUEUE_MAX = 512
const PENDING_BYTES_MAX = 1_000_000

// The functions of node:fs/promises make an object per file, which is most of what they cost here.
const writeFileSoon = promisify(writeFile)
const renameSoon = promisify(rename)

interface Waiting {
  readonly seq: number
  readonly file: string
  readonly entry: ExchangeEntry
}

export interface WrittenFile {
  readonly seq: number
  readonly file: string
  readonly sha256: string
}

/**
 * Makes the numbered files. Creating a file can take milliseconds while the disk is busy, and an order's answer must not
 * wait for that: the exchange is first appended to one open file, which is fast, and gets its own file right
 * after. When the process is killed in between, `restorePending` finishes the work.
 */
export class ExchangeFiles {
  #pending: number
  #pendingBytes = 0
  #queue: Waiting[] = []
  #working: Promise<void> | null = null

  constructor(
    private readonly directory: string,
    private readonly onWritten: (written: WrittenFile) => void,
    private readonly onFailed: (seq: number, file: string, error: unknown) => void,
  ) {
    this.#pending = openSync(join(directory, PENDING_FILE), 'ax')
  }

  /** When it returns, the exchange survives the process. @throws when it cannot be appended. */
  add(exchange: Waiting): void {
    this.#pendingBytes += writeSync(this.#pending, `${JSON.stringify(exchange)}\n`)
    if (this.#queue.length >= QUEUE_MAX) {
      this.#writeNow(exchange)
      return
    }
    this.#queue.push(exchange)
    this.#working ??= this.#work()
  }

  #writeNow(exchange: Waiting): void {
    try {
      this.onWritten(writeExchange(this.directory, exchange))
    } catch (error) {
      this.onFailed(exchange.seq, exchange.file, error)
    }
  }

  async #work(): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const { seq, file } = next
      try {
        const text = fileText(next.entry)
        const temporary = temporaryPath(this.directory, file)
        await writeFileSoon(temporary, text)
        await renameSoon(temporary, join(this.directory, file))
        this.onWritten({ seq, file, sha256: hashOf(text) })
      } catch (error) {
        this.onFailed(seq, file, error)
      }
      this.#queue.shift()
    }
    this.#working = null
    if (this.#pendingBytes > PENDING_BYTES_MAX) this.#empty()
  }

  #empty(): void {
    ftruncateSync(this.#pending)
    this.#pendingBytes = 0
  }

  /** Waits until every exchange has its file. */
  async close(): Promise<void> {
    await this.#working
    closeSync(this.#pending)
    rmSync(join(this.directory, PENDING_FILE))
  }

  /**
   * As `close`, for a process that is about to end and can wait for nothing. A file that is being written at this moment
   * is written once more under another temporary name: the content is the same, whichever of the two stands last.
   */
  closeNow(): void {
    for (const { seq, file, entry } of this.#queue.splice(0)) {
      try {
        const text = fileText(entry)
        const temporary = temporaryPath(this.directory, `last-${file}`)
        writeFileSync(temporary, text)
        renameSync(temporary, join(this.directory, file))
        this.onWritten({ seq, file, sha256: hashOf(text) })
      } catch (error) {
        this.onFailed(seq, file, error)
      }
    }
    closeSync(this.#pending)
    rmSync(join(this.directory, PENDING_FILE))
  }
}

/** Writes an exchange's own file whole, if it is not there. */
export function writeExchange(directory: string, exchange: Waiting): WrittenFile {
  const text = fileText(exchange.entry)
  const path = join(directory, exchange.file)
  if (!existsSync(path)) {
    const temporary = temporaryPath(directory, exchange.file)
    writeFileSync(temporary, text)
    renameSync(temporary, path)
  }
  return { seq: exchange.seq, file: exchange.file, sha256: hashOf(text) }
}

function fileText(entry: ExchangeEntry): string {
  return `${JSON.stringify(entry, null, 2)}\n`
}

function temporaryPath(directory: string, file: string): string {
  return join(directory, `.${file}.tmp`)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
