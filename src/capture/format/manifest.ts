import * as v from 'valibot'
import { venueIds } from '../../domain/market.ts'
import { type ExchangeEntry, exchangeOutcomes } from './exchange.ts'
import { wireLosses } from './packed-body.ts'
import { RECORDING_FORMAT } from './session-files.ts'
import { closers, frameOpcodes, frameTypes } from './stream.ts'

const rfc3339 = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'not a time'),
)
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, 'not a SHA-256 in hex'))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

const triggerSchema = v.variant('kind', [
  v.object({ kind: v.literal('command'), argv: v.array(v.string()) }),
  /** `how` says in words how it was brought about. */
  v.object({ kind: v.literal('scenario'), name: v.string(), how: v.exactOptional(v.string()) }),
  /** A program that is not ours, taped as it ran. It has no operations: `capture serve` plays it, not `capture replay`. */
  v.object({ kind: v.literal('program'), name: v.string(), node: v.string() }),
  /** Taken in from another program's recording: `source` is the name of its file or folder. */
  v.object({
    kind: v.literal('import'),
    format: v.picklist(['har', 'vcr', 'exchange_files']),
    source: v.string(),
    creator: v.nullable(v.string()),
    /** What the source did not say of some exchanges, so that the tape's value is a stand-in. */
    unknown: v.array(v.picklist(['times', 'latencies', 'bodies'])),
  }),
  /** Put together from other sessions, in this order; `movedMs` is how far the times of each were moved. */
  v.object({
    kind: v.literal('composed'),
    by: v.picklist(['venue', 'sequence']),
    isPair: v.boolean(),
    sources: v.array(v.object({ session: v.string(), movedMs: v.number(), startedAt: rfc3339 })),
    splices: v.array(v.string()),
  }),
])

/** A request or a socket (method `WS`) that has a number but no file: it could not be written. */
const unrecordedSchema = v.object({
  seq: count,
  method: v.string(),
  venue: v.picklist(venueIds),
  endpoint: v.string(),
  reason: v.string(),
})

export const manifestSchema = v.object({
  format: v.literal(RECORDING_FORMAT),
  session: v.string(),
  environment: v.string(),
  toolVersion: v.string(),
  startedAt: rfc3339,
  /** Null while the session is open, and for ever when its process was killed. */
  endedAt: v.nullable(rfc3339),
  /** What close() was told, e.g. `done`; null until then. */
  outcome: v.nullable(v.string()),
  /** Unix ms at the start: where the virtual clock of a replay begins. */
  clockOriginMs: v.pipe(v.number(), v.integer()),
  /** Repeats every id and random draw of the session. */
  seed: v.string(),
  filter: v.string(),
  venues: v.array(v.picklist(venueIds)),
  /** `frames` counts the messages of all sockets. */
  counts: v.object({ exchanges: count, operations: count, streams: count, frames: count }),
  /** Names of the redaction rules that were applied. */
  redaction: v.array(v.string()),
  /** SHA-256 by file name, of every file but this one. */
  files: v.record(v.string(), sha256),
  unrecorded: v.array(unrecordedSchema),
  trigger: triggerSchema,
  /** What a replay needs to compute the same order ids. Public values only, e.g. addresses. */
  accounts: v.record(v.string(), v.record(v.string(), v.string())),
})

export type Manifest = Readonly<v.InferOutput<typeof manifestSchema>>
export type RecordingTrigger = Readonly<v.InferOutput<typeof triggerSchema>>
export type UnrecordedExchange = Readonly<v.InferOutput<typeof unrecordedSchema>>

export const operationSchema = v.object({
  /** 1, 2, 3, … */
  n: v.pipe(v.number(), v.integer(), v.minValue(1)),
  at: rfc3339,
  op: v.string(),
  input: v.unknown(),
  outcome: v.unknown(),
})

/** One operation of the engine: what a replay asks for again, and what it compares. */
export type RecordedOperation = Readonly<v.InferOutput<typeof operationSchema>>

const text = v.object({ name: v.string(), value: v.string() })
const base64 = v.literal('base64')
/** How a compressed body travelled: its bytes, or why they are not kept. */
export const wireSchema = v.union([
  v.object({ text: v.string(), encoding: base64 }),
  v.object({ missing: v.picklist(wireLosses) }),
])
const content = {
  text: v.exactOptional(v.string()),
  encoding: v.exactOptional(base64),
  _wire: v.exactOptional(wireSchema),
}

const requestSchema = v.object({
  method: v.pipe(v.string(), v.regex(/^[A-Z]+$/, 'not an HTTP method')),
  url: v.pipe(
    v.string(),
    v.check((url) => URL.canParse(url), 'not a URL'),
  ),
  httpVersion: v.string(),
  cookies: v.array(text),
  headers: v.array(text),
  queryString: v.array(text),
  postData: v.exactOptional(v.object({ mimeType: v.string(), ...content, text: v.string() })),
  headersSize: v.number(),
  bodySize: v.number(),
})

const sequenceNumber = v.pipe(v.number(), v.integer(), v.minValue(1))

export const entrySchema = v.object({
  startedDateTime: rfc3339,
  time: v.pipe(v.number(), v.minValue(0)),
  request: requestSchema,
  response: v.object({
    status: v.pipe(v.number(), v.integer(), v.minValue(0)),
    statusText: v.string(),
    httpVersion: v.string(),
    cookies: v.array(text),
    headers: v.array(text),
    content: v.object({ size: v.number(), compression: v.exactOptional(v.number()), mimeType: v.string(), ...content }),
    redirectURL: v.string(),
    headersSize: v.number(),
    bodySize: v.number(),
  }),
  cache: v.object({}),
  timings: v.object({
    blocked: v.number(),
    dns: v.number(),
    connect: v.number(),
    send: v.number(),
    wait: v.number(),
    receive: v.number(),
    ssl: v.number(),
  }),
  _seq: sequenceNumber,
  _observed: v.exactOptional(v.literal(true)),
  _inFlight: v.array(sequenceNumber),
  _venue: v.picklist(venueIds),
  _service: v.string(),
  _basePath: v.string(),
  _endpoint: v.string(),
  _outcome: v.picklist(exchangeOutcomes),
  _error: v.exactOptional(v.object({ code: v.string(), syscall: v.nullable(v.string()) })),
  _requestBody: v.exactOptional(v.unknown()),
  _responseBody: v.exactOptional(v.unknown()),
})

/** A name inside the session's folder: it is read, and written again when a session was killed. */
const fileName = v.pipe(v.string(), v.regex(/^[^\p{Cc}/\\]+$/u, 'not the name of a file'))

/** A line of `exchanges.jsonl`. */
export const progressSchema = v.union([
  v.object({
    seq: count,
    began: rfc3339,
    method: v.string(),
    venue: v.picklist(venueIds),
    endpoint: v.string(),
    path: v.string(),
  }),
  v.object({ seq: count, file: fileName, sha256 }),
  v.object({ seq: count, unrecorded: v.string() }),
  v.object({ operation: count, sha256 }),
])

export type ProgressLine = Readonly<v.InferOutput<typeof progressSchema>>

/** A line of `pending.jsonl`. The entry stays as it is written, members in their order: its file has the same text. */
export const pendingSchema = v.object({
  seq: count,
  file: fileName,
  entry: v.custom<ExchangeEntry>((entry) => v.is(entrySchema, entry), 'not an exchange'),
})

/** Over the line and those before it. Absent in files of earlier versions and in those that were not written as it happened. */
const check = v.exactOptional(v.string())
const elapsedMs = v.pipe(v.number(), v.minValue(0))

/** The first line of a socket's file. */
export const streamHeaderSchema = v.object({
  _seq: sequenceNumber,
  _inFlight: v.array(sequenceNumber),
  _venue: v.picklist(venueIds),
  _service: v.string(),
  _endpoint: v.string(),
  startedDateTime: rfc3339,
  request: requestSchema,
  check,
})

const frameSchema = v.object({
  ms: elapsedMs,
  type: v.picklist(frameTypes),
  opcode: v.picklist(frameOpcodes),
  data: v.string(),
  encoding: v.exactOptional(v.literal('base64')),
  withheld: v.exactOptional(v.string()),
  check,
})

/** Every further line of a socket's file. */
export const streamLineSchema = v.union([
  v.object({ ms: elapsedMs, opened: v.object({ status: v.number(), headers: v.array(text) }), check }),
  v.object({
    ms: elapsedMs,
    failed: v.object({
      outcome: v.picklist(exchangeOutcomes),
      code: v.string(),
      syscall: v.exactOptional(v.nullable(v.string())),
      status: v.exactOptional(v.number()),
    }),
    check,
  }),
  v.object({
    ms: elapsedMs,
    closed: v.object({ code: v.nullable(v.number()), reason: v.string(), by: v.picklist(closers) }),
    check,
  }),
  frameSchema,
])

export type StreamLine = Readonly<v.InferOutput<typeof streamLineSchema>>
