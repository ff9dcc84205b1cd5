import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { CHANGED_LINE, ownCheck, readCheck } from '../format/line-check.ts'
import { pendingSchema } from '../format/manifest.ts'
import { PENDING_FILE } from '../format/session-files.ts'
import { hashOfExchange, writeExchange } from '../record/exchange-files.ts'
import { type RecordingProblem, readJson, readLines } from './problems.ts'

export interface Restored {
  /** Names of the files that were made. */
  readonly files: readonly string[]
  readonly problems: readonly RecordingProblem[]
}

/**
 * Makes the files that a killed session had not come to. Doing it twice, or beside the session that is writing them, does
 * no harm: the content is the same. A line that was changed makes no file: it is named.
 * @throws when the folder cannot be written.
 */
export function restorePending(directory: string, format: number): Restored {
  const files: string[] = []
  const problems: RecordingProblem[] = []
  let before = ''
  for (const [index, line] of readLines(join(directory, PENDING_FILE), false).entries()) {
    const where = `line ${index + 1}`
    const isChanged = format > 1 && readCheck(line, before) === null
    before = ownCheck(line)
    const checked = readJson(pendingSchema, PENDING_FILE, line, { line: index + 1 })
    if (!checked.ok) problems.push(checked.problem)
    else if (isChanged) {
      problems.push({
        file: PENDING_FILE,
        where,
        what: CHANGED_LINE,
      })
    } else {
      const { seq, entry } = checked.value
      const file = basename(checked.value.file)
      const path = join(directory, file)
      if (!existsSync(path)) files.push(writeExchange(directory, { seq, file, entry }).file)
      else if (sha256(path) !== hashOfExchange(entry)) {
        problems.push({
          file,
          where: null,
          what: `the content was changed: ${PENDING_FILE}, ${where}, has it otherwise`,
        })
      }
    }
  }
  return { files, problems }
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}
