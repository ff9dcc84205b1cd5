import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  type ExchangeEntry,
  exchangeFileName,
  headerValue,
  recordedBody,
  recordedWire,
  seqOfFileName,
  wireLoss,
} from '../format/exchange.ts'
import { parseJsonOrUndefined } from '../format/json-text.ts'
import type { Manifest } from '../format/manifest.ts'
import { readManifestFile } from '../format/manifest-file.ts'
import { travelledBody } from '../format/packed-body.ts'
import { MANIFEST_FILE, OPERATIONS_FILE, PROGRESS_FILE, RECORDING_FORMAT } from '../format/session-files.ts'
import { type RecordedStream, seqOfStreamFile } from '../format/stream.ts'
import { secretByForm, unredacted, unredactedStream } from '../redact/secret-rules.ts'
import { compareTexts } from '../replay/compare.ts'
import { type RecordingProblem, readLines } from './problems.ts'
import { type Progress, readProgress } from './progress-reader.ts'
import { listExchangeFiles, listStreamFiles, readExchange, readOperations } from './recording.ts'
import { restorePending } from './restore.ts'
import { misnamed, readStream } from './stream-reader.ts'

export interface RecordingCheck {
  readonly session: string
  readonly directory: string
  /** `ended_early`: its process died, and what is there is whole. `damaged`: see `problems`. */
  readonly status: 'whole' | 'ended_early' | 'damaged'
  readonly exchanges: number
  readonly operations: number
  /** Sockets, and the messages of all of them. */
  readonly streams: number
  readonly frames: number
  readonly problems: readonly RecordingProblem[]
  /** What a person should know that is not a fault, e.g. which request was in flight. */
  readonly notes: readonly string[]
}

/** Checks a session folder: format, sequence, checksums, what was in flight, and that no secret is in it. */
export function verifyRecording(directory: string): RecordingCheck {
  const read = readManifestFile(directory)
  const { manifest, format, broken } = read.ok ? read.value : { manifest: null, format: RECORDING_FORMAT, broken: null }
  const problems: RecordingProblem[] = [...(read.ok ? [] : [read.problem]), ...(broken === null ? [] : [broken])]
  const isClosed = manifest !== null && manifest.endedAt !== null
  const endedEarly = manifest !== null && !isClosed
  const restored = endedEarly ? restorePending(directory, format) : { files: [], problems: [] }
  const progress = readProgress(directory, format)
  problems.push(...restored.problems, ...progress.problems)
  const files = listExchangeFiles(directory)
  const exchanges = files.map((file) => checkExchange(directory, file, format))
  problems.push(...exchanges.flatMap((exchange) => exchange.problems))
  const sockets = listStreamFiles(directory).map((file) => checkStream(directory, file, { format, isClosed }))
  problems.push(...sockets.flatMap((socket) => socket.problems))
  const numbered = [...files, ...sockets.map(({ file }) => file)]
  problems.push(...checkSequence(numbered, manifest, progress))
  problems.push(...checkSums(directory, numbered, isClosed ? manifest.files : progress.checksums, isClosed))
  const { operations, problems: unreadable } = readOperations(directory, { format, isClosed })
  problems.push(...unreadable, ...checkOperations(directory, progress), ...checkForms(directory))
  const counts = {
    exchanges: files.length,
    operations: operations.length,
    streams: sockets.length,
    frames: sockets.reduce((sum, { stream }) => sum + (stream?.frames.length ?? 0), 0),
  }
  // Frames of a file that cannot be read are not missing: they are unknown.
  const isCounted = sockets.every(({ stream }) => stream !== null)
  if (isClosed)
    problems.push(...checkCounts({ ...manifest.counts, ...(isCounted ? {} : { frames: counts.frames }) }, counts))
  const notes = [
    ...(endedEarly ? earlyNotes(files, restored.files, progress) : []),
    ...sockets.flatMap((socket) => openNotes(socket, isClosed)),
    ...exchanges.flatMap(({ notes: ofExchange }) => ofExchange),
  ]
  return {
    session: basename(directory),
    directory,
    status: problems.length > 0 ? 'damaged' : endedEarly ? 'ended_early' : 'whole',
    ...counts,
    problems,
    notes,
  }
}

function checkExchange(directory: string, file: string, format: number): Pick<RecordingCheck, 'problems' | 'notes'> {
  const read = readExchange(directory, file, format)
  if (!read.ok) return { problems: [read.problem], notes: [] }
  const entry = read.value
  const { _seq: seq, _venue: venue, _endpoint: endpoint } = entry
  const name = exchangeFileName({ seq, method: entry.request.method, venue, endpoint })
  const wrongName = name === file ? [] : [{ file, where: '_seq', what: `by its content this file should be ${name}` }]
  const problems = [...wrongName, ...checkCopies(file, entry), ...checkWires(file, entry), ...unredacted(file, entry)]
  return { problems, notes: withheldNotes(file, entry) }
}

/** The parsed bodies are copies for people: one that was changed by hand is told apart, member by member. */
function checkCopies(file: string, entry: ExchangeEntry): readonly RecordingProblem[] {
  const copies = [
    { at: '_requestBody', copy: entry._requestBody, text: entry.request.postData?.text },
    { at: '_responseBody', copy: entry._responseBody, text: entry.response.content.text },
  ]
  return copies.flatMap(({ at, copy, text }) => {
    // Numbers beyond a double's reach are cut in a copy, so that texts are compared as they are parsed.
    const parsed = copy === undefined || text === undefined ? undefined : parseJsonOrUndefined(text)
    if (parsed === undefined) return []
    return compareTexts(JSON.stringify(parsed), JSON.stringify(copy), { at }).map(({ field, recorded, actual }) => ({
      file,
      where: field,
      what: `it says ${actual ?? 'nothing'}, and the text that it is a copy of says ${recorded ?? 'nothing'}`,
    }))
  })
}

function withheldNotes(file: string, { response }: ExchangeEntry): readonly string[] {
  const loss = wireLoss(response.content)
  if (loss !== 'too_large' && loss !== 'unreadable') return []
  const why = loss === 'too_large' ? 'it was too large' : 'its content coding could not be undone'
  return [`${file}: the body of the answer is not on the tape, since ${why}.`]
}

/** The compressed bytes of a body must unpack to its text: what would not is a way past the redaction. */
function checkWires(file: string, { request, response }: ExchangeEntry): readonly RecordingProblem[] {
  const bodies = [
    { at: 'request', field: 'postData', content: request.postData },
    { at: 'response', field: 'content', content: response.content },
  ] as const
  return bodies.flatMap(({ at, field, content }) => {
    const wire = content === undefined ? null : recordedWire(content)
    if (content === undefined || wire === null) return []
    const { headers, bodySize } = at === 'request' ? request : response
    const found = recordedBody(content)
    const length = Buffer.byteLength(found)
    const { body } = travelledBody(wire, headerValue(headers, 'content-encoding'), Math.max(length, wire.length))
    const where = `${at}.${field}._wire`
    const isSame = Buffer.from(body).equals(Buffer.from(found))
    if (!isSame) return [{ file, where, what: 'the compressed bytes do not unpack to the text beside them' }]
    if (bodySize === wire.length) return []
    const what = `it says ${bodySize} bytes, and the body had ${wire.length} on the wire`
    return [{ file, where: `${at}.bodySize`, what }]
  })
}

interface CheckedSocket {
  readonly file: string
  /** Null when it cannot be read. */
  readonly stream: RecordedStream | null
  readonly tornLine: number | null
  readonly problems: readonly RecordingProblem[]
}

function checkStream(
  directory: string,
  file: string,
  options: { readonly format: number; readonly isClosed: boolean },
): CheckedSocket {
  const read = readStream(directory, file, options)
  if (!read.ok) return { file, stream: null, tornLine: null, problems: [read.problem] }
  const { stream, tornLine, changed } = read.value
  const withheld = stream.frames.flatMap((frame, index) =>
    frame.withheld === null
      ? []
      : [{ file, where: `frame ${index + 1}`, what: `its content was not recorded: ${frame.withheld}` }],
  )
  return {
    file,
    stream,
    tornLine,
    problems: [...changed, ...misnamed(file, stream), ...unredactedStream(stream), ...withheld],
  }
}

/** What a person should know of a socket that did not come to its end on the tape. */
function openNotes({ file, stream, tornLine }: CheckedSocket, isClosed: boolean): readonly string[] {
  if (stream === null || stream.closed !== null || stream.failed !== null) return []
  const when = isClosed ? 'when the session was closed' : 'when the session ended'
  const state = stream.opened === null ? `its handshake had no answer yet` : `${stream.frames.length} frames intact`
  const torn = tornLine === null ? '' : ` Line ${tornLine} stops in the middle and is left out.`
  return [`${file}: the socket was still open ${when}; ${state}.${torn}`]
}

/** Numbers run 1, 2, 3, … A number without a file is explained where the session knew why. */
function checkSequence(
  files: readonly string[],
  manifest: Manifest | null,
  progress: Progress,
): readonly RecordingProblem[] {
  const seen = new Map<number, string>()
  const problems: RecordingProblem[] = []
  for (const file of files) {
    const seq = seqOfFileName(file) ?? seqOfStreamFile(file) ?? 0
    const twin = seen.get(seq)
    if (twin !== undefined) problems.push({ file, where: null, what: `number ${seq} is also the number of ${twin}` })
    seen.set(seq, file)
  }
  const reasons = new Map<number, string>(progress.unrecorded)
  for (const { seq, reason } of manifest?.unrecorded ?? []) reasons.set(seq, reason)
  const last = Math.max(0, ...seen.keys(), ...reasons.keys())
  for (let seq = 1; seq <= last; seq += 1) {
    if (seen.has(seq)) continue
    const reason = reasons.get(seq)
    const inFlight = manifest?.endedAt === null && progress.begun.has(seq)
    if (reason !== undefined) problems.push({ file: numbered(seq), where: null, what: `not recorded: ${reason}` })
    else if (!inFlight)
      problems.push({ file: numbered(seq), where: null, what: 'the exchange with this number is missing' })
  }
  return problems
}

function numbered(seq: number): string {
  return `${String(seq).padStart(3, '0')}_*.json`
}

function checkSums(
  directory: string,
  files: readonly string[],
  checksums: Readonly<Record<string, string>>,
  complete: boolean,
): readonly RecordingProblem[] {
  const problems: RecordingProblem[] = []
  const there = new Set(
    readdirSync(directory, { withFileTypes: true }).flatMap((one) => (one.isFile() ? [one.name] : [])),
  )
  for (const [file, expected] of Object.entries(checksums)) {
    // The name may be anything that somebody wrote into a manifest.
    if (!there.has(file)) problems.push({ file, where: null, what: 'the file is missing' })
    else if (sha256(join(directory, file)) !== expected) {
      problems.push({ file, where: null, what: 'the content was changed after it was recorded (SHA-256 differs)' })
    }
  }
  if (!complete) return problems
  const unlisted = files.filter((file) => checksums[file] === undefined)
  return [...problems, ...unlisted.map((file) => ({ file, where: null, what: `it is not listed in ${MANIFEST_FILE}` }))]
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

function checkCounts(said: Manifest['counts'], found: Manifest['counts']): readonly RecordingProblem[] {
  const wrong = (what: keyof Manifest['counts']): readonly RecordingProblem[] =>
    said[what] === found[what]
      ? []
      : [{ file: MANIFEST_FILE, where: `counts.${what}`, what: `it says ${said[what]}, there are ${found[what]}` }]
  return [...wrong('exchanges'), ...wrong('operations'), ...wrong('streams'), ...wrong('frames')]
}

/** Of a session that was not closed: each operation whose line was noted must still be that line. */
function checkOperations(directory: string, { operations }: Progress): readonly RecordingProblem[] {
  if (operations.size === 0) return []
  const lines = readLines(join(directory, OPERATIONS_FILE), false)
  return [...operations].flatMap(([n, expected]) => {
    const line = lines[n - 1]
    const file = OPERATIONS_FILE
    if (line === undefined) return [{ file, where: `line ${n}`, what: 'the line is missing' }]
    const found = createHash('sha256').update(`${line}\n`).digest('hex')
    return found === expected ? [] : [{ file, where: `line ${n}`, what: 'the line was changed after it was recorded' }]
  })
}

/** Key armour and signatures in the files that have no fields to check. */
function checkForms(directory: string): readonly RecordingProblem[] {
  const present = readdirSync(directory).filter((file) =>
    [MANIFEST_FILE, OPERATIONS_FILE, PROGRESS_FILE].includes(file),
  )
  return present.flatMap((file) =>
    readLines(join(directory, file), true).flatMap((line, index) => {
      const form = secretByForm(line)
      return form === null ? [] : [{ file, where: `line ${index + 1}`, what: `it holds ${form}` }]
    }),
  )
}

function earlyNotes(files: readonly string[], restored: readonly string[], progress: Progress): readonly string[] {
  const there = new Set(files.map(seqOfFileName))
  const inFlight = [...progress.begun.values()].filter(
    ({ seq, method }) => method !== 'WS' && !there.has(seq) && !progress.unrecorded.has(seq),
  )
  return [
    `The session ended early: it was never closed (or is still open). ${files.length} exchanges intact.`,
    ...(restored.length === 0 ? [] : [`${restored.length} of them had no file of their own yet and got one now.`]),
    ...inFlight.map(
      ({ seq, method, venue, path, began }) =>
        `Exchange ${seq} was in flight: ${method} ${path} to ${venue}, begun ${began}. Its outcome is not on the tape.`,
    ),
  ]
}
