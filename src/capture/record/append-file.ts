import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs'

/** A new file that only grows, by whole lines: what could not be written whole leaves no trace in it. */
export class AppendFile {
  readonly #file: number
  #length = 0

  /** @throws when it exists, or cannot be made. */
  constructor(path: string) {
    this.#file = openSync(path, 'ax')
  }

  /** When it returns, the text survives the process. @throws when it cannot be written. */
  append(text: string): void {
    const bytes = Buffer.from(text)
    try {
      writeWhole(this.#file, bytes)
      this.#length += bytes.length
    } catch (error) {
      ftruncateSync(this.#file, this.#length)
      throw error
    }
  }

  /** Bytes in it. */
  get length(): number {
    return this.#length
  }

  empty(): void {
    ftruncateSync(this.#file)
    this.#length = 0
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** Writes all of it: the system may take a part only, e.g. while a disk fills up. @throws when it cannot. */
export function writeWhole(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done)
}
