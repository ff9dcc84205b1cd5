import { closeSync, existsSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'
import { seqOfFileName } from '../format/exchange.ts'
import { MANIFEST_FILE, OPERATIONS_FILE, PROGRESS_FILE } from '../format/session-files.ts'
import { seqOfStreamFile } from '../format/stream.ts'
import { corrupt, listExchangeFiles, listStreamFiles } from '../read/recording.ts'
import { verifyRecording } from '../read/verify.ts'
import { toHarEntry } from './har-entry.ts'
import { toHarSocket } from './har-stream.ts'

/** Files of a session that are no traffic: they travel as they are, so that an import gets the same session back. */
export const sideFiles: readonly string[] = [MANIFEST_FILE, OPERATIONS_FILE, PROGRESS_FILE]

export interface HarExport {
  readonly session: string
  readonly file: string
  readonly entries: number
  /** Of the file, in UTF-8. */
  readonly bytes: number
}

export interface HarExportOptions {
  /** Of this program, for the log. */
  readonly creatorVersion: string
  /** `keep`: a file that exists is not touched. */
  readonly existing: 'keep' | 'replace'
}

/**
 * Writes a session as one HAR 1.2 log into a file, an entry at a time: memory does not grow with the session.
 * @throws ToolkitError of category `usage` when the recording is damaged or the file cannot be made or exists.
 */
export function exportHar(directory: string, out: string, { creatorVersion, existing }: HarExportOptions): HarExport {
  const check = verifyRecording(directory)
  const [problem] = check.problems
  if (check.status === 'damaged' && problem !== undefined) throw corrupt(directory, problem)
  const file = createFile(out, existing)
  let bytes = 0
  let entries = 0
  try {
    for (const piece of harText(directory, creatorVersion, () => (entries += 1))) bytes += writeSync(file, piece)
  } catch (error) {
    rmSync(out, { force: true })
    throw unusable(out, error)
  } finally {
    closeSync(file)
  }
  return { session: check.session, file: out, entries, bytes }
}

/** The log in pieces. Source: HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/ */
function* harText(directory: string, creatorVersion: string, onEntry: () => void): Generator<string> {
  const files = Object.fromEntries(
    sideFiles
      .filter((name) => existsSync(join(directory, name)))
      .map((name) => [name, readFileSync(join(directory, name), 'utf8')]),
  )
  const head = JSON.stringify({ version: '1.2', creator: { name: 'crosstape', version: creatorVersion }, pages: [] })
  yield `{"log":${head.slice(0, -1)},\n"entries":[`
  let separator = '\n'
  for (const { name, toHar } of numberedFiles(directory)) {
    yield `${separator}${JSON.stringify(toHar(readFileSync(join(directory, name), 'utf8')))}`
    separator = ',\n'
    onEntry()
  }
  yield `\n],\n"_crosstape":${JSON.stringify({ files })}}}\n`
}

/** Exchanges and sockets as they are numbered. */
function numberedFiles(directory: string) {
  const exchanges = listExchangeFiles(directory).map((name) => ({ name, toHar: toHarEntry }))
  const sockets = listStreamFiles(directory).map((name) => ({ name, toHar: toHarSocket }))
  const seqOf = ({ name }: { readonly name: string }): number => seqOfFileName(name) ?? seqOfStreamFile(name) ?? 0
  return [...exchanges, ...sockets].sort((a, b) => seqOf(a) - seqOf(b))
}

function createFile(path: string, existing: HarExportOptions['existing']): number {
  try {
    return openSync(path, existing === 'keep' ? 'wx' : 'w')
  } catch (error) {
    throw unusable(path, error)
  }
}

function unusable(path: string, error: unknown): ToolkitError {
  const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
  const why = exists ? 'it exists already' : error instanceof Error ? error.message : String(error)
  return new ToolkitError({
    code: 'EXPORT_FILE_UNUSABLE',
    category: 'usage',
    message: `Cannot export to ${path}: ${why}. Nothing was written.`,
    facts: { file: path },
    suggestions: ['Name a new file in a folder that you can write: --out session.har', '--force replaces a file.'],
    cause: error,
  })
}
