import { contentOfFrame } from '../format/endpoints.ts'
import { parseJsonOrUndefined } from '../format/json-text.ts'
import type { RecordedFrame, RecordedStream, StreamEnd } from '../format/stream.ts'
import { redactBody } from '../redact/redact.ts'
import { redactionRules } from '../redact/redaction-rules.ts'
import { compareTexts, type Difference } from '../replay/compare.ts'
import type { DriftFacts, RequestSummary } from '../replay/drift.ts'
import type { IdTranslation } from './id-translation.ts'
import type { LatencyFactor } from './latency.ts'
import { idFields, isChance } from './tolerance.ts'

/** What the venue's side of a socket does next. */
export type SocketStep =
  | { readonly kind: 'send'; readonly delayMs: number; readonly opcode: number; readonly data: string | Buffer }
  | { readonly kind: 'close'; readonly delayMs: number; readonly end: StreamEnd }
  /** Nothing until the client has sent something, here or as a request. */
  | { readonly kind: 'wait' }

interface ScriptOptions {
  /** Whether everything has been asked for that may have brought about what the venue sent at this time, Unix ms. */
  readonly isDue: (atMs: number) => boolean
  readonly ids: IdTranslation
  readonly latency: LatencyFactor
  readonly onDrift: (facts: Omit<DriftFacts, 'operation' | 'recorded'>) => void
}

/**
 * A recorded socket as the venue's part in it: what was received is sent as soon as everything has come that had been sent
 * before it, and every order been asked for that had been before it: what an order does to a book is not known before the
 * order. What the client sends is held against the tape in order. Keep-alives are no part of it: how many there are
 * depends on the time that a run takes.
 */
export class SocketScript {
  readonly #frames: readonly RecordedFrame[]
  /** Called when what was waited for may have come. */
  onNews: () => void = () => undefined
  /** Frames before this index have been played. */
  #next = 0
  /** How many recorded frames of the client have come. */
  #came = 0
  #lastAtMs: number
  #isBroken = false

  constructor(
    private readonly stream: RecordedStream,
    private readonly options: ScriptOptions,
  ) {
    this.#frames = stream.frames.filter((frame) => !isKeepAlive(frame))
    this.#lastAtMs = stream.opened?.atMs ?? stream.startedAtMs
  }

  /** The next thing to do. Frames are handed out once. */
  next(): SocketStep {
    for (let frame = this.#frames[this.#next]; frame !== undefined; frame = this.#frames[this.#next]) {
      if (frame.type === 'send' && this.#sentBefore(this.#next) >= this.#came) return { kind: 'wait' }
      if (frame.type === 'receive' && !this.options.isDue(frame.atMs)) return { kind: 'wait' }
      this.#next += 1
      const delayMs = this.#delayTo(frame.atMs)
      if (frame.type === 'send' || frame.withheld !== null) continue
      return { kind: 'send', delayMs, opcode: frame.opcode, data: this.#live(frame) }
    }
    const { closed } = this.stream
    if (closed === null || closed.by === 'us' || !this.options.isDue(closed.atMs)) return { kind: 'wait' }
    return { kind: 'close', delayMs: this.#delayTo(closed.atMs), end: closed }
  }

  #sentBefore(index: number): number {
    return this.#frames.slice(0, index).filter(({ type }) => type === 'send').length
  }

  #delayTo(atMs: number): number {
    const delayMs = Math.max(0, atMs - this.#lastAtMs) * this.options.latency
    this.#lastAtMs = atMs
    return delayMs
  }

  #live({ data }: RecordedFrame): string | Buffer {
    return typeof data === 'string' ? this.options.ids.toLive(data) : data
  }

  /** Takes what the client sent. An explanation: it does not fit the tape, and the socket cannot go on. */
  take(text: string): string | null {
    if (this.#isBroken || isKeepAliveText(text)) return null
    const expected = this.#expected()
    if (expected === undefined) return this.#drift('unexpected_request', text, [], 'The tape has no further message.')
    const recorded = typeof expected.data === 'string' ? expected.data : expected.data.toString('base64')
    const differences = expected.withheld === null ? this.#differences(recorded, text) : []
    if (differences.length > 0) return this.#drift('different_request', text, differences, null)
    const ids = idFields(this.stream.venue)
    this.options.ids.learn(recorded, text, (field) => ids.has(field))
    this.#came += 1
    return null
  }

  #expected(): RecordedFrame | undefined {
    return this.#frames.filter(({ type }) => type === 'send')[this.#came]
  }

  #differences(recorded: string, text: string): readonly Difference[] {
    const { venue } = this.stream
    const volatile = redactionRules[venue].volatileFields
    return compareTexts(recorded, this.#redacted(this.options.ids.toRecorded(text)), {
      at: 'message',
      volatile,
    }).filter((difference) => !isChance(venue, difference))
  }

  #redacted(text: string): string {
    const json = parseJsonOrUndefined(text)
    return redactBody(this.stream.venue, contentOfFrame(new URL(this.stream.request.url), json), text, json).text
  }

  #drift(kind: DriftFacts['kind'], text: string, differences: readonly Difference[], note: string | null): string {
    this.#isBroken = true
    this.options.onDrift({ kind, request: this.#summary(this.#redacted(text)), differences, note })
    const what = differences.map(({ field }) => field).join(', ')
    return `Not as on the tape${what === '' ? '' : `: ${what}`}.`
  }

  /** The socket is over. What the client was still to send is missing. */
  ended(): void {
    const missing = this.#isBroken ? undefined : this.#expected()
    if (missing === undefined) return
    this.#isBroken = true
    const text = typeof missing.data === 'string' ? missing.data : 'bytes'
    const note = `The socket ended before the client had sent: ${text.slice(0, 120)}`
    this.options.onDrift({ kind: 'unused_exchange', request: null, differences: [], note })
  }

  #summary(body: string): RequestSummary {
    const { venue, service, request } = this.stream
    return { venue, service, method: 'WS', target: new URL(request.url).pathname, body }
  }
}

function isKeepAlive({ opcode, data }: RecordedFrame): boolean {
  return opcode > 8 || (typeof data === 'string' && isKeepAliveText(data))
}

/** One venue's keep-alive is a text of its own. */
export function isKeepAliveText(text: string): boolean {
  return text === 'PING' || text === 'PONG'
}
