import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { venueIds } from '../domain/market.ts'
import { AppendFile } from './append-file.ts'
import { checkedLine } from './line-check.ts'
import type { UnrecordedExchange } from './manifest.ts'
import { PROGRESS_FILE } from './session-files.ts'

/**
 * The notes of an open session: what began, whose file stands and with which checksum, what could not be written. They
 * live here and not in memory, which must not grow with a session.
 */
export class ProgressFile {
  readonly #path: string
  readonly #file: AppendFile
  /** Of the last line: each line vouches for those before it. */
  #check = ''

  constructor(directory: string) {
    this.#path = join(directory, PROGRESS_FILE)
    this.#file = new AppendFile(this.#path)
  }

  /** @throws when it cannot be written. */
  note(note: object): void {
    const { line, check } = checkedLine(note, this.#check)
    this.#file.append(`${line}\n`)
    this.#check = check
  }

  /** What the manifest takes over. Nothing can be noted afterwards. */
  conclude(): { readonly files: Record<string, string>; readonly unrecorded: readonly UnrecordedExchange[] } {
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
