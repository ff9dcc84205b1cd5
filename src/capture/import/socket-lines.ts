import type { TapeAlias } from '../format/endpoints.ts'
import { contentOfFrame } from '../format/endpoints.ts'
import { parseJsonOrUndefined } from '../format/json-text.ts'
import type { StreamLine } from '../format/manifest.ts'
import { describeHandshake, describeStream, type StreamHeader } from '../format/stream-header.ts'
import { redactBody, redactHeaders } from '../redact/redact.ts'
import type { ForeignSocket } from './foreign.ts'
import { keepableBody } from './redact-foreign.ts'

/** A socket's file, line by line. */
export interface SocketLines {
  readonly header: StreamHeader
  readonly lines: readonly StreamLine[]
}

/**
 * A foreign socket as our tapes keep one, redacted. How it ended is unknown: no exporter says, so its file has no end
 * either. A message without a time stands beside the one before.
 */
export function socketLines(
  socket: ForeignSocket,
  alias: TapeAlias,
  place: { readonly seq: number; readonly inFlight: readonly number[]; readonly startedAtMs: number },
): SocketLines {
  const headers = Object.fromEntries(socket.headers.map(({ name, value }) => [name, value]))
  const request = describeHandshake({ alias, url: socket.url, headers })
  const header = describeStream({ ...place, alias, request })
  // Nothing arrives before the handshake has an answer, so where there are messages there was one.
  const opened = socket.opened ?? (socket.messages.length > 0 ? { status: 101, headers: [] } : null)
  let ms = 0
  const frames = socket.messages.map((message): StreamLine => {
    ms = Math.max(ms, message.atMs === null ? ms : Math.round((message.atMs - place.startedAtMs) * 1000) / 1000)
    return { ms, type: message.type, ...frameContent(message.data, socket.url, alias) }
  })
  const answer =
    opened === null
      ? []
      : [{ ms: 0, opened: { status: opened.status, headers: [...redactHeaders(alias.venue, opened.headers)] } }]
  return { header, lines: [...answer, ...frames] }
}

type FrameContent = Pick<Extract<StreamLine, { type: unknown }>, 'opcode' | 'data' | 'encoding'>

function frameContent(data: string | Buffer, url: URL, { venue }: TapeAlias): FrameContent {
  const json = typeof data === 'string' ? parseJsonOrUndefined(data) : undefined
  const content = contentOfFrame(url, json)
  const kept = keepableBody(data, { venue, content, of: 'answer' })
  if (typeof kept !== 'string') return { opcode: 2, data: kept.toString('base64'), encoding: 'base64' }
  return { opcode: 1, data: redactBody(venue, content, kept).text }
}
