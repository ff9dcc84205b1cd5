import { createHash, hash } from 'node:crypto'
import { closeSync, existsSync, openSync, rename, renameSync, rmSync, writeFile } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { bodyLength, type ExchangeEntry } from '../format/exchange.ts'
import { checkedLine } from '../format/line-check.ts'
import { PENDING_FILE } from '../format/session-files.ts'
import { AppendFile, writeWhole } from './append-file.ts'

// A disk this far behind is caught up with at once: memory stays flat, whatever the disk does.
const QUEUE_MAX = 512
const QUEUE_BYTES_MAX = 8_000_000
const PENDING_BYTES_MAX = 1_000_000
// A body of this many characters is written piece by piece, straight into its own file.
const LARGE_BODY = 1_000_000
const PIECE = 64 * 1024

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

export interface ExchangeFileEvents {
  onWritten(written: WrittenFile): void
  onFailed(seq: number, file: string, error: unknown): void
  /** What was told of files until now must survive the process by itself. @throws when it cannot be written. */
  keepTold(): void
}

/**
 * Makes the numbered files. Creating a file can take milliseconds while the disk is busy, and an order's answer must not
 * wait for that: the exchange is first appended to one open file, which is fast, and gets its own file right
 * after. When the process is killed in between, `restorePending` finishes the work.
 */
export class ExchangeFiles {
  #pending: AppendFile
  /** Of the last line that is pending: each vouches for those before it. */
  #check = ''
  #queue: (Waiting & { readonly bytes: number })[] = []
  #queuedBytes = 0
  #working: Promise<void> | null = null

  constructor(
    private readonly directory: string,
    private readonly events: ExchangeFileEvents,
  ) {
    this.#pending = new AppendFile(join(directory, PENDING_FILE))
  }

  /** When it returns, the exchange survives the process. @throws when it cannot be appended. */
  add(exchange: Waiting): void {
    if (largestBody(exchange.entry) >= LARGE_BODY) {
      this.events.onWritten(writeExchange(this.directory, exchange))
      this.events.keepTold()
      return
    }
    const { line, check } = checkedLine(exchange, this.#check)
    this.#pending.append(`${line}\n`)
    this.#check = check
    if (this.#queue.length >= QUEUE_MAX || this.#queuedBytes >= QUEUE_BYTES_MAX) {
      this.#writeNow(exchange)
      return
    }
    this.#queue.push({ ...exchange, bytes: line.length })
    this.#queuedBytes += line.length
    this.#working ??= this.#work()
  }

  #writeNow(exchange: Waiting, temporaryName = exchange.file): void {
    try {
      this.events.onWritten(writeExchange(this.directory, exchange, temporaryName))
    } catch (error) {
      this.events.onFailed(exchange.seq, exchange.file, error)
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
        this.events.onWritten({ seq, file, sha256: hashOf(text) })
      } catch (error) {
        this.events.onFailed(seq, file, error)
      }
      this.#queue.shift()
      this.#queuedBytes -= next.bytes
    }
    this.#working = null
    if (this.#pending.length <= PENDING_BYTES_MAX) return
    try {
      this.events.keepTold()
      this.#pending.empty()
      this.#check = ''
    } catch {
      // What could not be noted stays pending: it is tried again when the next exchanges have their files.
    }
  }

  /** Waits until every exchange has its file. */
  async close(): Promise<void> {
    await this.#working
    this.#pending.close()
    rmSync(join(this.directory, PENDING_FILE))
  }

  /**
   * As `close`, for a process that is about to end and can wait for nothing. A file that is being written at this moment
   * is written once more under another temporary name: the content is the same, whichever of the two stands last.
   */
  closeNow(): void {
    for (const waiting of this.#queue.splice(0)) this.#writeNow(waiting, `last-${waiting.file}`)
    this.#pending.close()
    rmSync(join(this.directory, PENDING_FILE))
  }
}

/** Writes an exchange's own file whole, if it is not there. */
export function writeExchange(
  directory: string,
  { seq, file, entry }: Waiting,
  temporaryName: string = file,
): WrittenFile {
  const path = join(directory, file)
  if (existsSync(path)) return { seq, file, sha256: hashOfExchange(entry) }
  const temporary = temporaryPath(directory, temporaryName)
  const open = openSync(temporary, 'w')
  try {
    const sha256 = writePieces(filePieces(entry), (bytes) => writeWhole(open, bytes))
    renameSync(temporary, path)
    return { seq, file, sha256 }
  } finally {
    closeSync(open)
  }
}

/** SHA-256 of the file that an exchange has or will have. */
export function hashOfExchange(entry: ExchangeEntry): string {
  return writePieces(filePieces(entry), () => undefined)
}

function writePieces(pieces: Iterable<string>, write: (bytes: Uint8Array) => void): string {
  const sha256 = createHash('sha256')
  for (const piece of pieces) {
    const bytes = Buffer.from(piece)
    sha256.update(bytes)
    write(bytes)
  }
  return sha256.digest('hex')
}

function largestBody({ request, response }: ExchangeEntry): number {
  return Math.max(bodyLength(request.postData), bodyLength(response.content))
}

function fileText(entry: ExchangeEntry): string {
  return `${JSON.stringify(entry, null, 2)}\n`
}

/** The text of an exchange's file, a large response body cut in pieces: it is never in memory twice. */
function* filePieces(entry: ExchangeEntry): Generator<string> {
  const { text = '' } = entry.response.content
  if (text.length < LARGE_BODY) {
    yield fileText(entry)
    return
  }
  const mark = `body:${hashOf(entry.startedDateTime)}`
  const content = { ...entry.response.content, text: mark }
  const [before = '', after = ''] = fileText({ ...entry, response: { ...entry.response, content } }).split(mark)
  yield before
  for (let from = 0; from < text.length; ) {
    const to = pieceEnd(text, from + PIECE)
    yield JSON.stringify(text.slice(from, to)).slice(1, -1)
    from = to
  }
  yield after
}

/** Not between the halves of a character. */
function pieceEnd(text: string, at: number): number {
  const code = text.charCodeAt(at - 1)
  return at < text.length && code >= 0xd800 && code <= 0xdbff ? at + 1 : Math.min(at, text.length)
}

function temporaryPath(directory: string, file: string): string {
  return join(directory, `.${file}.tmp`)
}

function hashOf(text: string): string {
  return hash('sha256', text)
}
