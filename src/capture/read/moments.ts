import type { RecordedFrame, RecordedStream } from '../format/stream.ts'
import type { ExchangeIndex, Recording } from './recording.ts'

/** One thing that happened while a session was recorded. */
export type Moment = {
  /** Unix ms, with a fraction. */
  readonly atMs: number
} & (
  | { readonly kind: 'opened' | 'lost'; readonly stream: RecordedStream }
  | { readonly kind: 'frame'; readonly stream: RecordedStream; readonly frame: RecordedFrame }
  | { readonly kind: 'asked' | 'answered'; readonly exchange: ExchangeIndex }
)

/**
 * Everything on a tape in the order in which it happened, what happened at once in the order of the tape's numbers. A
 * socket that was still open at the end is not lost: nothing more is heard of it.
 */
export function momentsOf({ exchanges, streams }: Pick<Recording, 'exchanges' | 'streams'>): readonly Moment[] {
  const numbered = [
    ...exchanges.map((exchange) => ({ seq: exchange.seq, moments: ofExchange(exchange) })),
    ...streams.map((stream) => ({ seq: stream.seq, moments: ofStream(stream) })),
  ]
  const inOrder = numbered.sort((a, b) => a.seq - b.seq).flatMap(({ moments }) => moments)
  return inOrder.sort((a, b) => a.atMs - b.atMs)
}

function ofExchange(exchange: ExchangeIndex): readonly Moment[] {
  const { startedAtMs, endedAtMs } = exchange
  return [
    { kind: 'asked', atMs: startedAtMs, exchange },
    { kind: 'answered', atMs: endedAtMs, exchange },
  ]
}

function ofStream(stream: RecordedStream): readonly Moment[] {
  const { opened, closed, frames } = stream
  return [
    ...(opened === null ? [] : [{ kind: 'opened', atMs: opened.atMs, stream } as const]),
    ...frames.map((frame) => ({ kind: 'frame', atMs: frame.atMs, stream, frame }) as const),
    ...(closed === null ? [] : [{ kind: 'lost', atMs: closed.atMs, stream } as const]),
  ]
}
