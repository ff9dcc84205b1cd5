import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isoTime } from '../../runtime/clock.ts'
import { type ExchangeEntry, exchangeFileName } from '../format/exchange.ts'
import type { Manifest, RecordedOperation, RecordingTrigger } from '../format/manifest.ts'
import { writeManifest } from '../format/manifest-file.ts'
import { OPERATIONS_FILE } from '../format/session-files.ts'
import type { RecordedStream } from '../format/stream.ts'
import { accountsOf } from './accounts.ts'
import { cannotCompose, type SceneExchange, type SceneSource } from './scene.ts'
import { streamText } from './streams.ts'

export interface ComposedSession {
  readonly manifest: Manifest
  /** By file name, in sequence. */
  readonly entries: ReadonlyMap<string, ExchangeEntry>
  readonly operations: readonly RecordedOperation[]
  readonly streams: readonly RecordedStream[]
}

/** A scene as a session like any other. */
export function composedSession(
  session: string,
  sources: readonly SceneSource[],
  scene: {
    readonly exchanges: readonly SceneExchange[]
    readonly operations: readonly RecordedOperation[]
    readonly streams: readonly RecordedStream[]
    readonly trigger: RecordingTrigger
  },
): ComposedSession {
  const [first] = sources
  if (first === undefined) throw cannotCompose('there are none')
  const { exchanges, operations, streams, trigger } = scene
  const entries = new Map(exchanges.map(({ entry }) => [fileOf(entry), entry]))
  const files = [
    ...[...entries].map(([file, entry]) => [file, hashOf(entryText(entry))] as const),
    ...streams.map((stream) => [stream.file, hashOf(streamText(stream))] as const),
  ]
  const ends = [
    ...[...entries.values()].map(({ startedDateTime, time }) => Date.parse(startedDateTime) + Math.ceil(time)),
    ...streams
      .flatMap(({ frames, closed }) => [...frames, ...(closed === null ? [] : [closed])])
      .map(({ atMs }) => Math.ceil(atMs)),
  ]
  const startMs = first.manifest.clockOriginMs
  return {
    manifest: {
      ...first.manifest,
      session,
      startedAt: isoTime(startMs),
      endedAt: isoTime(Math.max(startMs, ...ends, ...operations.map(({ at }) => Date.parse(at)))),
      outcome: 'composed',
      filter: commonFilter(sources),
      venues: [
        ...new Set([...[...entries.values()].map(({ _venue }) => _venue), ...streams.map(({ venue }) => venue)]),
      ],
      counts: {
        exchanges: entries.size,
        operations: operations.length,
        streams: streams.length,
        frames: streams.reduce((sum, { frames }) => sum + frames.length, 0),
      },
      redaction: [...new Set(sources.flatMap(({ manifest }) => manifest.redaction))],
      files: Object.fromEntries([...files, [OPERATIONS_FILE, hashOf(operationsText(operations))]]),
      unrecorded: [],
      trigger,
      accounts: accountsOf(sources),
    },
    entries,
    operations,
    streams,
  }
}

/** Writes a session folder whole. The folder must not be there. */
export function writeSession(directory: string, { manifest, entries, operations, streams }: ComposedSession): void {
  mkdirSync(directory, { recursive: true })
  for (const [file, entry] of entries) writeFileSync(join(directory, file), entryText(entry))
  for (const stream of streams) writeFileSync(join(directory, stream.file), streamText(stream))
  writeFileSync(join(directory, OPERATIONS_FILE), operationsText(operations))
  writeManifest(directory, manifest)
}

function fileOf(entry: ExchangeEntry): string {
  return exchangeFileName({
    seq: entry._seq,
    method: entry.request.method,
    venue: entry._venue,
    endpoint: entry._endpoint,
  })
}

function entryText(entry: ExchangeEntry): string {
  return `${JSON.stringify(entry, null, 2)}\n`
}

function operationsText(operations: readonly RecordedOperation[]): string {
  return operations.map((operation) => `${JSON.stringify(operation)}\n`).join('')
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What a scene left out because one of its parts did is not a request that was not made. */
function commonFilter(sources: readonly SceneSource[]): string {
  const filters = [...new Set(sources.map(({ manifest }) => manifest.filter))]
  const [only = 'orders'] = filters
  return filters.length === 1 ? only : 'orders'
}
