import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Clock } from '../../runtime/clock.ts'
import { contentOfFrame } from '../format/endpoints.ts'
import { parseJsonOrUndefined } from '../format/json-text.ts'
import { checkedLine } from '../format/line-check.ts'
import type { StreamLine } from '../format/manifest.ts'
import type { Body } from '../format/packed-body.ts'
import type { FrameOpcode, FrameType, StreamEnd, StreamFailure, StreamHeaders, StreamTape } from '../format/stream.ts'
import type { StreamHeader } from '../format/stream-header.ts'
import { redactBody, redactHeaders } from '../redact/redact.ts'
import type { SecretScanner } from '../redact/secrets.ts'
import { AppendFile } from './append-file.ts'
import { headersOf } from './axios-shapes.ts'

export interface StreamFileEvents {
  /** Something is missing from the file. */
  onProblem(what: string): void
  /** The file is whole. Called once. */
  onFinished(done: { readonly sha256: string; readonly frames: number }): void
}

/** One socket's file. Each line is on the disk before the call returns, redacted, so that a killed process loses none. */
export class StreamFile implements StreamTape {
  readonly #file: AppendFile
  readonly #hash = createHash('sha256')
  readonly #startedMonotonicMs: number
  readonly #url: URL
  /** Of the last line: each vouches for those before it. */
  #check = ''
  #frames = 0
  #state: 'handshake' | 'open' | 'finished' = 'handshake'
  #isBroken = false

  /** @throws when the file cannot be made. */
  constructor(
    directory: string,
    private readonly options: {
      readonly file: string
      readonly header: StreamHeader
      readonly clock: Clock
      readonly secrets: SecretScanner
      readonly events: StreamFileEvents
    },
  ) {
    this.#startedMonotonicMs = options.clock.monotonicMs()
    this.#url = new URL(options.header.request.url)
    this.#file = new AppendFile(join(directory, options.file))
    this.#append(options.header)
  }

  opened({ status, headers }: { readonly status: number; readonly headers: StreamHeaders }): void {
    if (this.#state !== 'handshake') return
    this.#state = 'open'
    const kept = redactHeaders(this.options.header._venue, headersOf(headers))
    const shown = kept.some(({ value }) => this.options.secrets.finds(value)) ? [] : kept
    if (shown !== kept) this.options.events.onProblem('a known secret stands in the headers of the handshake’s answer')
    this.#line({ opened: { status, headers: [...shown] } })
  }

  failed(failure: StreamFailure): void {
    if (this.#state !== 'handshake') return
    this.#line({ failed: { ...failure } })
    this.finish()
  }

  sent(data: Body, opcode?: FrameOpcode): void {
    this.#frame('send', data, opcode)
  }

  received(data: Body, opcode?: FrameOpcode): void {
    this.#frame('receive', data, opcode)
  }

  closed(end: StreamEnd): void {
    if (this.#state !== 'open') return
    const reason = this.options.secrets.finds(end.reason) ? '' : end.reason
    this.#line({ closed: { code: end.code, reason, by: end.by } })
    this.finish()
  }

  /** Ends the file as it is: also for a socket that outlives its tape. */
  finish(): void {
    if (this.#state === 'finished') return
    this.#state = 'finished'
    this.#file.close()
    this.options.events.onFinished({ sha256: this.#hash.digest('hex'), frames: this.#frames })
  }

  #frame(type: FrameType, data: Body, opcode: FrameOpcode = typeof data === 'string' ? 1 : 2): void {
    if (this.#state !== 'open') return
    const content = this.#content(data, opcode)
    this.#line({ type, opcode, ...content })
    this.#frames += 1
  }

  #content(data: Body, opcode: FrameOpcode): FrameContent {
    const { secrets, events } = this.options
    const bytes = typeof data === 'string' ? Buffer.from(data) : data
    const isText = opcode === 1
    const kept = isText
      ? this.#redacted(typeof data === 'string' ? data : data.toString('utf8'))
      : bytes.toString('latin1')
    if (secrets.finds(kept)) {
      const withheld = 'a known secret stands in it'
      events.onProblem(`frame ${this.#frames + 1} is without its content: ${withheld}`)
      return { data: '', withheld }
    }
    return isText ? { data: kept } : { data: bytes.toString('base64'), encoding: 'base64' }
  }

  #redacted(text: string): string {
    const json = parseJsonOrUndefined(text)
    return redactBody(this.options.header._venue, contentOfFrame(this.#url, json), text, json).text
  }

  #line(line: LineBody): void {
    const ms = Math.round(Math.max(0, this.options.clock.monotonicMs() - this.#startedMonotonicMs) * 1000) / 1000
    this.#append({ ms, ...line })
  }

  #append(line: StreamHeader | StreamLine): void {
    if (this.#isBroken) return
    const checked = checkedLine(line, this.#check)
    const text = `${checked.line}\n`
    try {
      this.#file.append(text)
      this.#hash.update(text)
      this.#check = checked.check
    } catch (error) {
      // What follows a hole would look like a whole tape: the file ends with the last line that is.
      this.#isBroken = true
      const why = error instanceof Error ? error.message : String(error)
      this.options.events.onProblem(`it ends after ${this.#frames} frames, since it could not be written: ${why}`)
    }
  }
}

type FrameContent = { readonly data: string; readonly encoding?: 'base64'; readonly withheld?: string }
type WithoutMs<Line> = Line extends unknown ? Omit<Line, 'ms'> : never
type LineBody = WithoutMs<StreamLine>

/** For a socket that the filter leaves out, or that cannot be recorded. */
export const silentStream: StreamTape = {
  opened: () => undefined,
  failed: () => undefined,
  sent: () => undefined,
  received: () => undefined,
  closed: () => undefined,
}
