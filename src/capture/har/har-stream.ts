import * as v from 'valibot'
import { type StreamLine, streamHeaderSchema, streamLineSchema } from '../format/manifest.ts'
import { streamFileName } from '../format/stream.ts'

type Frame = Extract<StreamLine, { type: unknown }>

/**
 * A socket as Chrome exports one: an entry of its handshake with the messages in `_webSocketMessages`, their `time` in
 * seconds. What Chrome has no place for (`_ms`, how the socket opened and ended) stands beside it, for the way back.
 */
export function toHarSocket(fileText: string): Readonly<Record<string, unknown>> {
  const [first = '', ...rest] = fileText.split('\n')
  const torn = rest.pop() ?? ''
  const header: v.InferOutput<typeof streamHeaderSchema> = JSON.parse(first)
  const lines = rest.map((line): StreamLine => JSON.parse(line))
  const startedAtMs = Date.parse(header.startedDateTime)
  const [handshake, ...others] = lines
  const wait = handshake?.ms ?? 0
  const time = lines.at(-1)?.ms ?? 0
  return {
    startedDateTime: header.startedDateTime,
    time,
    request: header.request,
    response: responseOf(handshake),
    cache: {},
    timings: { blocked: -1, dns: -1, connect: -1, send: 0, wait, receive: Math.max(0, time - wait), ssl: -1 },
    _seq: header._seq,
    _inFlight: header._inFlight,
    _venue: header._venue,
    _service: header._service,
    _endpoint: header._endpoint,
    _resourceType: 'websocket',
    _webSocketMessages: others.filter(isFrame).map((frame) => messageOf(frame, startedAtMs)),
    ...(header.check === undefined ? {} : { _check: header.check }),
    _handshake: handshake ?? null,
    _end: others.find((line) => !isFrame(line)) ?? null,
    _torn: torn,
  }
}

function isFrame(line: StreamLine): line is Frame {
  return 'type' in line
}

function responseOf(handshake: StreamLine | undefined): object {
  const opened = handshake !== undefined && 'opened' in handshake ? handshake.opened : null
  const failed = handshake !== undefined && 'failed' in handshake ? handshake.failed : null
  return {
    status: opened?.status ?? failed?.status ?? 0,
    statusText: opened?.status === 101 ? 'Switching Protocols' : '',
    httpVersion: 'HTTP/1.1',
    cookies: [],
    headers: opened?.headers ?? [],
    content: { size: 0, mimeType: 'x-unknown' },
    redirectURL: '',
    headersSize: -1,
    bodySize: -1,
    ...(failed === null ? {} : { _error: `${failed.outcome}: ${failed.code}` }),
  }
}

function messageOf({ ms, type, opcode, data, encoding, withheld, check }: Frame, startedAtMs: number): object {
  const time = (startedAtMs + ms) / 1000
  const more = {
    ...(encoding === undefined ? {} : { _encoding: encoding }),
    ...(withheld === undefined ? {} : { _withheld: withheld }),
    ...(check === undefined ? {} : { _check: check }),
  }
  return { type, time, opcode, data, _ms: ms, ...more }
}

const messageSchema = v.object({
  type: v.string(),
  opcode: v.number(),
  data: v.string(),
  _ms: v.number(),
  _encoding: v.exactOptional(v.string()),
  _withheld: v.exactOptional(v.string()),
  _check: v.exactOptional(v.string()),
})
const socketSchema = v.object({
  ...v.omit(streamHeaderSchema, ['check']).entries,
  _check: v.exactOptional(v.string()),
  _webSocketMessages: v.array(messageSchema),
  _handshake: v.nullable(streamLineSchema),
  _end: v.nullable(streamLineSchema),
  _torn: v.string(),
})

/** The file of a socket that one of our exports holds, or null when the entry is no such socket. */
export function toSocketFile(harEntry: unknown): { readonly file: string; readonly text: string } | null {
  const parsed = v.safeParse(socketSchema, harEntry)
  if (!parsed.success) return null
  const { _webSocketMessages, _handshake, _end, _torn, _check, ...header } = parsed.output
  const frames = _webSocketMessages.map(({ type, opcode, data, _ms, _encoding, _withheld, _check: check }) => ({
    ms: _ms,
    type,
    opcode,
    data,
    ...(_encoding === undefined ? {} : { encoding: _encoding }),
    ...(_withheld === undefined ? {} : { withheld: _withheld }),
    ...withCheck(check),
  }))
  const first = { ...header, ...withCheck(_check) }
  const lines = [first, ...(_handshake === null ? [] : [_handshake]), ...frames, ...(_end === null ? [] : [_end])]
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
  return { file: streamFileName({ seq: header._seq, venue: header._venue }), text: `${text}${_torn}` }
}

/** The last member of a line, where it has one. */
function withCheck(check: string | undefined): { readonly check?: string } {
  return check === undefined ? {} : { check }
}
