import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writeExchange } from './exchange-files.ts'
import { pendingSchema } from './manifest.ts'
import { readJson, readLines } from './problems.ts'
import { PENDING_FILE } from './session-files.ts'

/**
 * Makes the files that a killed session had not come to. Doing it twice, or beside the session that is writing them, does
 * no harm: the content is the same. Returns the names of the files it made.
 * @throws when the folder cannot be written.
 */
export function restorePending(directory: string): readonly string[] {
  return readLines(join(directory, PENDING_FILE), false).flatMap((line, index) => {
    const checked = readJson(pendingSchema, PENDING_FILE, line, { line: index + 1 })
    if (!checked.ok || existsSync(join(directory, basename(checked.value.file)))) return []
    const { seq, file, entry } = checked.value
    return [writeExchange(directory, { seq, file: basename(file), entry }).file]
  })
}
