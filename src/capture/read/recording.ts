import { readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'
import type { VenueId } from '../../domain/market.ts'
import { pathBelow } from '../format/endpoints.ts'
import { bodyLength, type ExchangeEntry, type ExchangeOutcome, seqOfFileName } from '../format/exchange.ts'
import { upgrade } from '../format/formats.ts'
import { entrySchema, type Manifest, operationSchema, type RecordedOperation } from '../format/manifest.ts'
import { readManifest, readManifestFile } from '../format/manifest-file.ts'
import { MANIFEST_FILE, OPERATIONS_FILE } from '../format/session-files.ts'
import { type RecordedStream, seqOfStreamFile } from '../format/stream.ts'
import { type Checked, describeProblem, type RecordingProblem, readJson, readLines, readText } from './problems.ts'
import { restorePending } from './restore.ts'
import { readStream } from './stream-reader.ts'

/** What is kept in memory of an exchange: enough to find it, not its bodies. */
export interface ExchangeIndex {
  readonly seq: number
  readonly file: string
  readonly venue: VenueId
  readonly service: string
  readonly endpoint: string
  readonly method: string
  /** Host and port it went to. */
  readonly host: string
  /** Path below the base URL and query, parameters in a fixed order: the same on every host. */
  readonly target: string
  readonly outcome: ExchangeOutcome
  /** Unix ms. */
  readonly startedAtMs: number
  readonly endedAtMs: number
  /** Numbers of the exchanges that had begun before this one and had not ended. */
  readonly inFlight: readonly number[]
  /** A replay is given its result and does not make it again. */
  readonly isObserved: boolean
}

/** A session read back. */
export interface Recording {
  /** The folder's name: what a person pastes back, also when the folder was renamed. */
  readonly session: string
  readonly directory: string
  readonly manifest: Manifest
  /** Of the files on the disk; everything here is in the form of today. */
  readonly format: number
  /** In sequence. */
  readonly exchanges: readonly ExchangeIndex[]
  /** In sequence. Their numbers are of the same sequence as those of the exchanges. */
  readonly streams: readonly RecordedStream[]
  readonly operations: readonly RecordedOperation[]
}

export interface RecordingSummaryLine {
  readonly session: string
  readonly directory: string
  /** Null when the manifest cannot be read; `problem` says why. */
  readonly manifest: Manifest | null
  readonly problem: RecordingProblem | null
  /** Exchange files in the folder, which for a killed session the manifest does not know. */
  readonly exchanges: number
  /** Sockets. */
  readonly streams: number
}

/** Every session in a capture folder, newest first, broken ones included. Empty when the folder is not there. */
export function listRecordings(captureDir: string): readonly RecordingSummaryLine[] {
  const lines = listFolders(captureDir).flatMap((session) => {
    const directory = join(captureDir, session)
    const files = readdirSync(directory)
    const exchanges = files.filter((file) => seqOfFileName(file) !== null).length
    const streams = files.filter((file) => seqOfStreamFile(file) !== null).length
    if (exchanges + streams === 0 && !files.includes(MANIFEST_FILE)) return []
    const manifest = readManifest(directory)
    return [
      manifest.ok
        ? { session, directory, manifest: manifest.value, problem: null, exchanges, streams }
        : { session, directory, manifest: null, problem: manifest.problem, exchanges, streams },
    ]
  })
  const startOf = (line: RecordingSummaryLine): string => line.manifest?.startedAt ?? ''
  return lines.sort((a, b) => startOf(b).localeCompare(startOf(a)) || a.session.localeCompare(b.session))
}

function listFolders(captureDir: string): readonly string[] {
  try {
    return readdirSync(captureDir, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    )
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

/**
 * Reads a session by folder or by its name in the capture folder, and checks every file of it against the format.
 * @throws ToolkitError of category `usage`: `RECORDING_NOT_FOUND`, or `RECORDING_CORRUPT` naming file, place and fault.
 */
export function loadRecording(nameOrDirectory: string, captureDir: string | null): Recording {
  const directory = findDirectory(nameOrDirectory, captureDir)
  const { manifest, format } = orThrow(directory, readManifestFile(directory))
  const isClosed = manifest.endedAt !== null
  if (!isClosed) restorePending(directory, format)
  const memory = new EntryMemory()
  const exchanges = listExchangeFiles(directory).map((file) => {
    const entry = orThrow(directory, readExchange(directory, file, format))
    const index = indexOf(file, entry)
    memory.keep(index, entry)
    return index
  })
  exchanges.sort((a, b) => a.seq - b.seq)
  const streams = listStreamFiles(directory).map(
    (file) => orThrow(directory, readStream(directory, file, { format, isClosed })).stream,
  )
  const { operations, problems } = readOperations(directory, { format, isClosed })
  const [first] = problems
  if (first !== undefined) throw corrupt(directory, first)
  return { session: basename(directory), directory, manifest, format, exchanges, streams, operations }
}

/** The folder of a session given by path or by name. */
export function findDirectory(nameOrDirectory: string, captureDir: string | null): string {
  const places = [...(captureDir === null ? [] : [join(captureDir, nameOrDirectory)]), nameOrDirectory]
  const found = places.map((place) => resolve(place)).find(isFolder)
  if (found !== undefined) return found
  const known = captureDir === null ? [] : listRecordings(captureDir).map((line) => line.session)
  throw new ToolkitError({
    code: 'RECORDING_NOT_FOUND',
    category: 'usage',
    message: `There is no recording ${JSON.stringify(nameOrDirectory)}${captureDir === null ? '' : ` in ${captureDir}`}.`,
    facts: captureDir === null ? {} : { captureDir },
    suggestions: known.length === 0 ? ['crosstape capture list'] : [`One of: ${known.slice(0, 8).join(', ')}`],
  })
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

function orThrow<T>(directory: string, checked: Checked<T>): T {
  if (checked.ok) return checked.value
  throw corrupt(directory, checked.problem)
}

/** The error for a recording that cannot be used, naming file and place. */
export function corrupt(directory: string, found: RecordingProblem): ToolkitError {
  return new ToolkitError({
    code: 'RECORDING_CORRUPT',
    category: 'usage',
    message: `Recording ${basename(directory)} cannot be used: ${describeProblem(found)}. Nothing was sent.`,
    facts: { directory, file: found.file },
    suggestions: [`crosstape capture verify ${basename(directory)}`],
  })
}

/** Names of the exchange files, in sequence. */
export function listExchangeFiles(directory: string): readonly string[] {
  return listNumbered(directory, seqOfFileName)
}

/** Names of the sockets' files, in sequence. */
export function listStreamFiles(directory: string): readonly string[] {
  return listNumbered(directory, seqOfStreamFile)
}

function listNumbered(directory: string, seqOf: (file: string) => number | null): readonly string[] {
  return readdirSync(directory)
    .flatMap((file) => {
      const seq = seqOf(file)
      return seq === null ? [] : [{ seq, file }]
    })
    .sort((a, b) => a.seq - b.seq)
    .map(({ file }) => file)
}

// Characters of bodies. What a long session has beyond them is read again when it is asked for.
const BODIES_KEPT = 16_000_000
// What an entry takes besides its bodies, in characters.
const ENTRY_LENGTH = 1_500

const kept = new WeakMap<ExchangeIndex, ExchangeEntry>()

/** Entries that were read anyway and are small: reading a file twice is most of what a replay costs. */
class EntryMemory {
  #left = BODIES_KEPT

  keep(index: ExchangeIndex, entry: ExchangeEntry): void {
    const { request, response } = entry
    const length = ENTRY_LENGTH + bodyLength(request.postData) + bodyLength(response.content)
    if (length > this.#left) return
    this.#left -= length
    kept.set(index, entry)
  }
}

/** An exchange of a recording that was loaded, with its bodies. @throws ToolkitError when its file cannot be read any more. */
export function entryOf(recording: Pick<Recording, 'directory' | 'format'>, index: ExchangeIndex): ExchangeEntry {
  return (
    kept.get(index) ?? orThrow(recording.directory, readExchange(recording.directory, index.file, recording.format))
  )
}

export function readExchange(directory: string, file: string, format: number): Checked<ExchangeEntry> {
  const text = readText(join(directory, file), file)
  if (!text.ok) return text
  return readJson(entrySchema, file, text.value, { convert: (value) => upgrade('exchange', format, value) })
}

export function indexOf(file: string, entry: ExchangeEntry): ExchangeIndex {
  const startedAtMs = Date.parse(entry.startedDateTime)
  const url = new URL(entry.request.url)
  return {
    seq: entry._seq,
    file,
    venue: entry._venue,
    service: entry._service,
    endpoint: entry._endpoint,
    method: entry.request.method,
    host: url.host,
    target: targetOf(entry._basePath, url),
    outcome: entry._outcome,
    startedAtMs,
    endedAtMs: startedAtMs + entry.time,
    inFlight: entry._inFlight,
    isObserved: entry._observed === true,
  }
}

/** Path below the base path and query of a URL, parameters sorted by name; values of one name keep their order. */
export function targetOf(basePath: string, url: URL): string {
  const path = pathBelow(basePath, url.pathname)
  if (url.search === '') return path
  const sorted = new URLSearchParams(url.searchParams)
  sorted.sort()
  return `${path}?${sorted.toString()}`
}

/**
 * The operations of a session. A recording without the file has none. In a session that was not closed, a last line that
 * stops in the middle was being written when the process died: it is left out.
 */
export function readOperations(
  directory: string,
  { format, isClosed }: { readonly format: number; readonly isClosed: boolean },
): { readonly operations: readonly RecordedOperation[]; readonly problems: readonly RecordingProblem[] } {
  const operations: RecordedOperation[] = []
  const problems: RecordingProblem[] = []
  for (const [index, line] of readLines(join(directory, OPERATIONS_FILE), isClosed).entries()) {
    const checked = readJson(operationSchema, OPERATIONS_FILE, line, {
      line: index + 1,
      convert: (value) => upgrade('operation', format, value),
    })
    const where = `line ${index + 1}, n`
    if (!checked.ok) problems.push(checked.problem)
    else if (checked.value.n === index + 1) operations.push(checked.value)
    else problems.push({ file: OPERATIONS_FILE, where, what: `expected ${index + 1}, found ${checked.value.n}` })
  }
  return { operations, problems }
}
