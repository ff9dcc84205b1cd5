import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Decoder } from './decoders.ts'
import type { Seeds } from './seeds.ts'

let folder: string | null = null

/** A folder that all cases share, gone when the process ends. */
function workFolder(): string {
  if (folder === null) {
    const made = mkdtempSync(join(tmpdir(), 'crosstape-fuzz-'))
    process.on('exit', () => rmSync(made, { recursive: true, force: true }))
    folder = made
  }
  return folder
}

interface FileDecoder extends Pick<Decoder, 'name' | 'covers' | 'seeds'> {
  readonly file: string
  /** Other files that must be there. */
  readonly beside?: (seeds: Seeds) => Readonly<Record<string, string>>
  /** What goes into the file; the text itself when absent. */
  readonly wrap?: (text: string) => string
  readonly read: (folder: string) => unknown
}

/** A decoder that reads a file in a folder of its own. */
export function inFolder({ name, covers, seeds, file, beside, wrap, read }: FileDecoder): Decoder {
  const put = (inside: string, text: string): void => {
    const path = join(workFolder(), name, inside)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text, { mode: 0o600 })
  }
  return {
    name,
    covers,
    oracle: { kind: 'none' },
    seeds: (all, found) => {
      for (const [inside, text] of Object.entries(beside?.(all) ?? {})) put(inside, text)
      return seeds(all, found)
    },
    read: (text) => {
      put(file, wrap?.(text) ?? text)
      return read(join(workFolder(), name))
    },
  }
}
