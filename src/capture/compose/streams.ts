import { isoTime } from '../../runtime/clock.ts'
import { socketEndpoint } from '../format/endpoints.ts'
import type { StreamLine } from '../format/manifest.ts'
import { type RecordedFrame, type RecordedStream, streamFileName } from '../format/stream.ts'
import type { StreamHeader } from '../format/stream-header.ts'
import type { ScenePart } from './arrange.ts'
import { renameText } from './rewrite.ts'
import { cannotCompose, type SceneExchange } from './scene.ts'
import { moveMessage } from './timeline.ts'

/** What became of a part's orders while it was played. */
export interface PartFate {
  renamesOf(part: ScenePart): ReadonlyMap<string, string>
  /** Ids, in the scene, of orders that have another size or price there. */
  refittedOf(part: ScenePart): readonly string[]
}

/** A scene with its sockets, all numbered in one sequence by their start. */
export interface NumberedScene {
  readonly exchanges: readonly SceneExchange[]
  readonly streams: readonly RecordedStream[]
}

/**
 * The sockets of the parts at their place in the scene, under its ids and times.
 * @throws ToolkitError SCENE_NOT_COMPOSABLE for a socket whose messages cannot be made to fit.
 */
export function withStreams(
  exchanges: readonly SceneExchange[],
  parts: readonly ScenePart[],
  fate: PartFate,
): NumberedScene {
  const placed = parts
    .flatMap((part) => part.source.streams.map((stream) => ({ part, stream: atItsPlace(stream, part, fate) })))
    .sort((a, b) => a.stream.startedAtMs - b.stream.startedAtMs)
  if (placed.length === 0) return { exchanges, streams: [] }
  const before = placed.map(({ stream }) => exchanges.filter((one) => startOf(one) < stream.startedAtMs).length)
  const numberOf = (index: number): number => index + 1 + before.filter((count) => count <= index).length
  return {
    exchanges: exchanges.map((one, index) => ({
      ...one,
      entry: {
        ...one.entry,
        _seq: numberOf(index),
        _inFlight: one.entry._inFlight.map((seq) => numberOf(seq - 1)),
      },
    })),
    streams: placed.map(({ part, stream }, place) => {
      const seq = (before[place] ?? 0) + place + 1
      const inFlight = exchanges.flatMap(({ source, origin }, index) => {
        const isThere = source === part.index && stream.inFlight.includes(origin.seq)
        return isThere && numberOf(index) < seq ? [numberOf(index)] : []
      })
      const numbered = { ...stream, seq, inFlight }
      return { ...numbered, file: streamFileName(numbered) }
    }),
  }
}

function startOf({ entry }: SceneExchange): number {
  return Date.parse(entry.startedDateTime)
}

function atItsPlace(stream: RecordedStream, part: ScenePart, fate: PartFate): RecordedStream {
  const { timeline, renames, source } = part
  const name = `${source.session}/${stream.file}`
  const isPublic = socketEndpoint(new URL(stream.request.url)).content === 'public'
  if (isPublic && !timeline.isUnmoved) {
    throw cannotCompose(
      `${name} is a socket of market data, whose hashes are over its times, and it would have to move`,
    )
  }
  const data = (frame: RecordedFrame): RecordedFrame['data'] => {
    if (typeof frame.data !== 'string') return frame.data
    const renamed = renameText(renameText(frame.data, renames), fate.renamesOf(part))
    const other = fate.refittedOf(part).find((id) => renamed.includes(id))
    if (other === undefined) return moveMessage(stream.venue, renamed, timeline)
    throw cannotCompose(`${name} tells of order ${other}, which has another size or price in this scene`)
  }
  const moved = <T extends { readonly atMs: number }>(one: T): T => ({ ...one, atMs: timeline.at(one.atMs) })
  return {
    ...stream,
    startedAtMs: timeline.at(stream.startedAtMs),
    opened: stream.opened === null ? null : moved(stream.opened),
    failed: stream.failed === null ? null : moved(stream.failed),
    frames: stream.frames.map((frame) => ({ ...moved(frame), data: data(frame) })),
    closed: stream.closed === null ? null : moved(stream.closed),
  }
}

/** A socket's file, as recording writes it. */
export function streamText(stream: RecordedStream): string {
  const { seq, inFlight, venue, service, endpoint, startedAtMs, request } = stream
  const header: StreamHeader = {
    _seq: seq,
    _inFlight: inFlight,
    _venue: venue,
    _service: service,
    _endpoint: endpoint,
    startedDateTime: isoTime(startedAtMs),
    request,
  }
  return [header, ...linesOf(stream)].map((line) => `${JSON.stringify(line)}\n`).join('')
}

function linesOf({ startedAtMs, opened, failed, frames, closed }: RecordedStream): readonly StreamLine[] {
  const msOf = (atMs: number): number => Math.round((atMs - startedAtMs) * 1000) / 1000
  const lines: StreamLine[] = []
  if (opened !== null) {
    lines.push({ ms: msOf(opened.atMs), opened: { status: opened.status, headers: [...opened.headers] } })
  }
  if (failed !== null) {
    const { atMs, ...failure } = failed
    lines.push({ ms: msOf(atMs), failed: failure })
  }
  for (const { atMs, type, opcode, data, withheld } of frames) {
    const content =
      typeof data === 'string' ? { data } : ({ data: data.toString('base64'), encoding: 'base64' } as const)
    lines.push({ ms: msOf(atMs), type, opcode, ...content, ...(withheld === null ? {} : { withheld }) })
  }
  if (closed !== null) {
    const { atMs, ...end } = closed
    lines.push({ ms: msOf(atMs), closed: end })
  }
  return lines
}
