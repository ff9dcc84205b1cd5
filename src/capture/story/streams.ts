import type { RecordedFrame, RecordedStream } from '../format/stream.ts'
import { Fields } from './fields.ts'

/** `12 messages: 1 orderbook_snapshot, 11 orderbook_delta; closed by the venue`. */
export function streamWords({ frames, opened, failed, closed }: RecordedStream): string {
  if (failed !== null) return `not opened: ${failed.outcome} (${failed.status ?? failed.code})`
  if (opened === null) return 'the handshake had no answer yet'
  const end =
    closed === null ? 'left open' : `closed by ${closedBy[closed.by]}${closed.code === null ? '' : ` (${closed.code})`}`
  return `${frames.length} ${frames.length === 1 ? 'message' : 'messages'}${kinds(frames)}; ${end}`
}

const closedBy = { us: 'us', venue: 'the venue', network: 'the network' } as const

function kinds(frames: readonly RecordedFrame[]): string {
  const counts = new Map<string, number>()
  for (const frame of frames) counts.set(frameWord(frame), (counts.get(frameWord(frame)) ?? 0) + 1)
  const parts = [...counts].map(([kind, count]) => `${count} ${kind}`)
  return parts.length === 0 ? '' : `: ${parts.slice(0, 6).join(', ')}${parts.length > 6 ? ', ...' : ''}`
}

/** What a message calls itself. */
export function frameWord({ data, opcode }: RecordedFrame): string {
  if (opcode === 9) return 'ping'
  if (opcode === 10) return 'pong'
  if (typeof data !== 'string') return 'binary'
  const fields = Fields.of(data)
  const one = fields.items('')[0] ?? fields
  const word = one.text('cmd') ?? one.text('event_type') ?? one.text('type') ?? one.text('operation')
  return word ?? (data.length <= 12 ? data.trim() : 'text')
}
