import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { upgrade } from '../format/formats.ts'
import { CHANGED_LINE, ownCheck, readCheck } from '../format/line-check.ts'
import { type StreamLine, streamHeaderSchema, streamLineSchema } from '../format/manifest.ts'
import { type RecordedFrame, type RecordedStream, streamFileName } from '../format/stream.ts'
import { type Checked, problem, type RecordingProblem, readJson } from './problems.ts'

/** A socket's file, read and checked line by line. */
export interface ReadStream {
  readonly stream: RecordedStream
  /** The last line stops in the middle: its process died while it wrote it. */
  readonly tornLine: number | null
  /** Lines that are not as they were written, by their checksums. Files of earlier versions have none. */
  readonly changed: readonly RecordingProblem[]
}

/**
 * Reads a socket's file. In a session that was not closed, a last line that stops in the middle is left out and named.
 */
export function readStream(
  directory: string,
  file: string,
  options: { readonly format: number; readonly isClosed: boolean },
): Checked<ReadStream> {
  const { lines, torn } = splitLines(readFileSync(join(directory, file), 'utf8'))
  const tornLine = torn === '' ? null : lines.length + 1
  if (tornLine !== null && options.isClosed) return problem(file, `line ${tornLine}`, 'the line stops in the middle')
  const [first, ...rest] = lines
  if (first === undefined) return problem(file, 'line 1', 'the first line, which tells what the socket is, is missing')
  const convert = (kind: 'stream' | 'stream_line') => (value: unknown) => upgrade(kind, options.format, value)
  const header = readJson(streamHeaderSchema, file, first, { line: 1, convert: convert('stream') })
  if (!header.ok) return header
  const parts: StreamParts = { opened: null, failed: null, frames: [], closed: null }
  const startedAtMs = Date.parse(header.value.startedDateTime)
  let lastMs = 0
  for (const [index, text] of rest.entries()) {
    const line = index + 2
    const read = readJson(streamLineSchema, file, text, { line, convert: convert('stream_line') })
    if (!read.ok) return read
    const wrong = misplaced(parts, read.value, lastMs)
    if (wrong !== null) return problem(file, `line ${line}`, wrong)
    lastMs = read.value.ms
    take(parts, read.value, startedAtMs)
  }
  const {
    _seq: seq,
    _venue: venue,
    _service: service,
    _endpoint: endpoint,
    _inFlight: inFlight,
    request,
  } = header.value
  const changed = changedLines(file, lines)
  return {
    ok: true,
    value: {
      changed,
      stream: { seq, file, venue, service, endpoint, startedAtMs, inFlight, request, ...parts },
      tornLine,
    },
  }
}

function changedLines(file: string, lines: readonly string[]): readonly RecordingProblem[] {
  if (!lines.some((line) => ownCheck(line) !== '')) return []
  return lines.flatMap((line, index) => {
    const before = ownCheck(lines[index - 1] ?? '')
    return readCheck(line, before) === null ? [{ file, where: `line ${index + 1}`, what: CHANGED_LINE }] : []
  })
}

interface StreamParts {
  opened: RecordedStream['opened']
  failed: RecordedStream['failed']
  readonly frames: RecordedFrame[]
  closed: RecordedStream['closed']
}

function take(parts: StreamParts, line: StreamLine, startedAtMs: number): void {
  const atMs = startedAtMs + line.ms
  if ('opened' in line) parts.opened = { atMs, ...line.opened }
  else if ('failed' in line) parts.failed = { atMs, ...line.failed }
  else if ('closed' in line) parts.closed = { atMs, ...line.closed }
  else {
    const { type, opcode, data, encoding, withheld = null } = line
    parts.frames.push({
      atMs,
      type,
      opcode,
      data: encoding === 'base64' ? Buffer.from(data, 'base64') : data,
      withheld,
    })
  }
}

/** Why a line cannot stand where it does, or null. */
function misplaced({ opened, failed, closed }: StreamParts, line: StreamLine, lastMs: number): string | null {
  if (line.ms < lastMs) return `time runs backwards: ${line.ms} ms after ${lastMs} ms`
  if (failed !== null) return 'nothing can follow a handshake that failed'
  if (closed !== null) return 'nothing can follow the end of the socket'
  const isHandshake = 'opened' in line || 'failed' in line
  if (isHandshake && opened !== null) return 'the handshake ended before'
  return isHandshake || opened !== null ? null : 'the handshake has not ended yet'
}

/** What in a socket's file does not fit its name. */
export function misnamed(file: string, stream: RecordedStream): readonly RecordingProblem[] {
  const name = streamFileName(stream)
  return name === file ? [] : [{ file, where: 'line 1, _seq', what: `by its content this file should be ${name}` }]
}

function splitLines(text: string): { readonly lines: readonly string[]; readonly torn: string } {
  const lines = text.split('\n')
  const torn = lines.pop() ?? ''
  return { lines, torn }
}
