import { closeSync, constants, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
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

/** Written over and then cut, since a file system may flush a file that is emptied first: ten times the work of a case. */
function writeOver(path: string, text: string): void {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  try {
    ftruncateSync(file, writeSync(file, text, 0))
  } finally {
    closeSync(file)
  }
}

/** A decoder that reads a file in a folder of its own. */
export function inFolder({ name, covers, seeds, file, beside, wrap, read }: FileDecoder): Decoder {
  const folders = new Set<string>()
  const put = (inside: string, text: string): void => {
    const path = join(workFolder(), name, inside)
    const around = dirname(path)
    if (!folders.has(around)) mkdirSync(around, { recursive: true })
    folders.add(around)
    writeOver(path, text)
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
