import { join } from 'node:path'
import { ownCheck, readCheck } from '../format/line-check.ts'
import { type ProgressLine, progressSchema } from '../format/manifest.ts'
import { PROGRESS_FILE } from '../format/session-files.ts'
import { type RecordingProblem, readJson, readLines } from './problems.ts'

type Begun = Extract<ProgressLine, { began: string }>

/** The notes of a session that was not closed. Empty for one that was. */
export interface Progress {
  readonly begun: ReadonlyMap<number, Begun>
  readonly unrecorded: ReadonlyMap<number, string>
  /** SHA-256 by file name. */
  readonly checksums: Readonly<Record<string, string>>
  /** SHA-256 of the lines of operations, by number. */
  readonly operations: ReadonlyMap<number, string>
  readonly problems: readonly RecordingProblem[]
}

/** Reads the notes, and checks that none was changed, taken out or put in. Those of format 1 vouch for nothing. */
export function readProgress(directory: string, format: number): Progress {
  const begun = new Map<number, Begun>()
  const unrecorded = new Map<number, string>()
  const operations = new Map<number, string>()
  const checksums: Record<string, string> = {}
  const problems: RecordingProblem[] = []
  let before = ''
  for (const [index, text] of readLines(join(directory, PROGRESS_FILE), false).entries()) {
    const line = index + 1
    const checked = readJson(progressSchema, PROGRESS_FILE, text, { line })
    if (!checked.ok) problems.push(checked.problem)
    else if ('began' in checked.value) begun.set(checked.value.seq, checked.value)
    else if ('file' in checked.value) checksums[checked.value.file] = checked.value.sha256
    else if ('operation' in checked.value) operations.set(checked.value.operation, checked.value.sha256)
    else unrecorded.set(checked.value.seq, checked.value.unrecorded)
    if (format > 1 && checked.ok && readCheck(text, before) === null) problems.push(changed(line))
    before = ownCheck(text)
  }
  return { begun, unrecorded, checksums, operations, problems }
}

function changed(line: number): RecordingProblem {
  const what = 'the line was changed, or is not the one that followed (its checksum differs)'
  return { file: PROGRESS_FILE, where: `line ${line}`, what }
}
