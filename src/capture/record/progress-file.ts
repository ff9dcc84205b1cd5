import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { venueIds } from '../../domain/market.ts'
import { checkedLine } from '../format/line-check.ts'
import type { UnrecordedExchange } from '../format/manifest.ts'
import { PROGRESS_FILE } from '../format/session-files.ts'
import { AppendFile } from './append-file.ts'

/**
 * The notes of an open session: what began, whose file stands and with which checksum, what could not be written. They
 * live here and not in memory, which must not grow with a session.
 */
export class ProgressFile {
  readonly #path: string
  readonly #file: AppendFile
  /** Of the last line: each line vouches for those before it. */
  #check = ''
  readonly #waiting: object[] = []

  constructor(directory: string) {
    this.#path = join(directory, PROGRESS_FILE)
    this.#file = new AppendFile(this.#path)
  }

  /** @throws when it cannot be written. Then it is not kept for later either. */
  note(note: object): void {
    this.#waiting.push(note)
    try {
      this.flush()
    } catch (error) {
      this.#waiting.pop()
      throw error
    }
  }

  /** With the next note: for what is told elsewhere until then. */
  noteLater(note: object): void {
    this.#waiting.push(note)
  }

  /** @throws when it cannot be written. */
  flush(): void {
    let check = this.#check
    let text = ''
    for (const note of this.#waiting) {
      const checked = checkedLine(note, check)
      text += `${checked.line}\n`
      check = checked.check
    }
    if (text === '') return
    this.#file.append(text)
    this.#check = check
    this.#waiting.length = 0
  }

  /** What the manifest takes over. Nothing can be noted afterwards. */
  conclude(): { readonly files: Record<string, string>; readonly unrecorded: readonly UnrecordedExchange[] } {
    this.flush()
    this.#file.close()
    const files: Record<string, string> = {}
    const begun = new Map<number, Omit<UnrecordedExchange, 'reason'>>()
    const reasons = new Map<number, string>()
    for (const line of readFileSync(this.#path, 'utf8').split('\n')) {
      if (line === '') continue
      const note: Record<string, unknown> = JSON.parse(line)
      const seq = Number(note.seq)
      if (typeof note.file === 'string') {
        files[note.file] = String(note.sha256)
        begun.delete(seq)
      } else if (typeof note.unrecorded === 'string') reasons.set(seq, note.unrecorded)
      else {
        const venue = venueIds.find((id) => id === note.venue)
        if (venue !== undefined)
          begun.set(seq, { seq, method: String(note.method), venue, endpoint: String(note.endpoint) })
      }
    }
    const unrecorded = [...begun.values()].map((target) => ({
      ...target,
      reason: reasons.get(target.seq) ?? 'still in flight when the session was closed',
    }))
    return { files, unrecorded }
  }

  remove(): void {
    rmSync(this.#path)
  }
}
