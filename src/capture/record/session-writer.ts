import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { VenueId } from '../../domain/market.ts'
import { type Clock, isoTime } from '../../runtime/clock.ts'
import { reached } from '../../runtime/milestones.ts'
import { SOCKET } from '../format/endpoints.ts'
import {
  type DescribedRequest,
  describeExchange,
  describeRequest,
  type ExchangeFailure,
  exchangeFileName,
  type HarResponse,
  type LiveRequest,
  type LiveResponse,
  type RecordedBody,
  recordedWire,
  wireLoss,
} from '../format/exchange.ts'
import type { Manifest, UnrecordedExchange } from '../format/manifest.ts'
import { writeManifest } from '../format/manifest-file.ts'
import { OPERATIONS_FILE } from '../format/session-files.ts'
import { type StreamTape, streamFileName } from '../format/stream.ts'
import { describeHandshake, describeStream, type LiveStream, type StreamHeader } from '../format/stream-header.ts'
import { SecretScanner } from '../redact/secrets.ts'
import { AppendFile } from './append-file.ts'
import { ExchangeFiles } from './exchange-files.ts'
import { isObserving } from './observing.ts'
import { ProgressFile } from './progress-file.ts'
import { StreamFile, type StreamFileEvents, silentStream } from './stream-file.ts'

/** A place on the tape, taken at request start. */
export interface Ticket {
  readonly seq: number
  readonly live: LiveRequest
  readonly described: DescribedRequest
  readonly inFlight: readonly number[]
  readonly isObserved: boolean
  readonly startedAtMs: number
  readonly startedMonotonicMs: number
}

/** Something that is missing from the tape, for the person who reads the summary. Never contains the thing itself. */
export interface TapeProblem {
  readonly file: string
  readonly what: string
}

/** What a sealed session holds, and when it was sealed. */
export type SealedCounts = Manifest['counts'] & { readonly endedAt: string }

export type ManifestStart = Omit<Manifest, 'endedAt' | 'outcome' | 'counts' | 'files' | 'unrecorded' | 'venues'>

/** As many calls as may wait for a rate limit at a time: what ended longer ago was overtaken by nothing. */
const ENDED_KEPT = 1_000

/**
 * Writes one session. Every exchange goes to the disk when it ends and is then forgotten, so that memory stays flat and
 * a killed process loses only what was in flight: an answer that is handed on is an answer that is on the tape.
 */
export class SessionWriter {
  readonly problems: TapeProblem[] = []
  #seq = 0
  #exchanges = 0
  #operations = 0
  #streams = 0
  #frames = 0
  #openStreams = new Set<StreamFile>()
  #venues = new Set<VenueId>()
  #inFlight = new Set<number>()
  /** The latest exchanges that ended, and when, in monotonic ms. */
  #ended: { readonly seq: number; readonly atMs: number }[] = []
  #operationsHash = createHash('sha256')
  #files: ExchangeFiles
  #progress: ProgressFile
  #operationsFile: AppendFile

  constructor(
    private readonly directory: string,
    private readonly start: ManifestStart,
    private readonly clock: Clock,
    readonly secrets: SecretScanner,
  ) {
    this.#writeManifest({ ended: null, files: {}, unrecorded: [] })
    this.#progress = new ProgressFile(directory)
    this.#operationsFile = new AppendFile(join(directory, OPERATIONS_FILE))
    this.#files = new ExchangeFiles(directory, {
      // Until what is pending is emptied, it has the exchange itself.
      onWritten: (written) => {
        this.#exchanges += 1
        this.#progress.noteLater(written)
      },
      keepTold: () => this.#progress.flush(),
      onFailed: (seq, file, error) => this.#drop(seq, file, `it could not be written: ${reasonOf(error)}`),
    })
  }

  /**
   * Takes the next number for a request that is about to leave. Null when its request part cannot be written: then it
   * has no number, `problems` says why, and a request that can create an order must not be sent.
   */
  reserve(live: LiveRequest): Ticket | null {
    const seq = this.#seq + 1
    const described = describeRequest(live)
    const { request } = described
    const target = { seq, method: live.method, venue: live.alias.venue, endpoint: live.endpoint.name }
    const file = exchangeFileName(target)
    if (this.secrets.findsInAny([request.url, ...request.headers.map(({ value }) => value)])) {
      return this.#problem(file, 'a known secret stands in the URL or the headers of the request; it was not recorded')
    }
    if (request.postData !== undefined && this.#findsSecretInBody(request.postData)) {
      return this.#problem(file, 'a known secret stands in the body of the request; it was not recorded')
    }
    if (request.postData !== undefined && isWithheld(request.postData)) {
      return this.#problem(file, 'the body of the request is in a coding that cannot be undone; it was not recorded')
    }
    const startedAtMs = this.clock.nowMs()
    const path = request.url.slice(live.url.origin.length)
    try {
      reached('capture.number:before')
      this.#progress.note({ ...target, began: isoTime(startedAtMs), path })
    } catch (error) {
      return this.#problem(file, `the number could not be reserved: ${reasonOf(error)}`)
    }
    this.#seq = seq
    const startedMonotonicMs = this.clock.monotonicMs()
    const inFlight = [...this.#endedSince(startedMonotonicMs - (live.waitedMs ?? 0)), ...this.#inFlight]
    this.#inFlight.add(seq)
    return { seq, live, described, inFlight, isObserved: isObserving(), startedAtMs, startedMonotonicMs }
  }

  /** Takes the next number for a socket and begins its file. A socket that cannot be recorded goes on without. */
  stream(live: LiveStream): StreamTape {
    const seq = this.#seq + 1
    const { venue } = live.alias
    const target = { seq, method: 'WS', venue, endpoint: SOCKET }
    const file = streamFileName(target)
    const request = describeHandshake(live)
    if (this.secrets.findsInAny([request.url, ...request.headers.map(({ value }) => value)])) {
      this.#problem(file, 'a known secret stands in the URL or the headers of the handshake; it was not recorded')
      return silentStream
    }
    const startedAtMs = this.clock.nowMs()
    try {
      this.#progress.note({ ...target, began: isoTime(startedAtMs), path: new URL(request.url).pathname })
    } catch (error) {
      this.#problem(file, `the number could not be reserved: ${reasonOf(error)}`)
      return silentStream
    }
    this.#seq = seq
    const header = describeStream({ seq, inFlight: [...this.#inFlight], alias: live.alias, startedAtMs, request })
    return this.#openStream(file, header)
  }

  #openStream(file: string, header: StreamHeader): StreamTape {
    const { clock, secrets } = this
    const events: StreamFileEvents = {
      onProblem: (what) => this.#problem(file, what),
      onFinished: ({ sha256, frames }) => {
        this.#openStreams.delete(stream)
        this.#frames += frames
        try {
          this.#progress.note({ seq: header._seq, file, sha256 })
        } catch (error) {
          this.#problem(file, `its checksum could not be noted: ${reasonOf(error)}`)
        }
      },
    }
    let stream: StreamFile
    try {
      stream = new StreamFile(this.directory, { file, header, clock, secrets, events })
    } catch (error) {
      this.#drop(header._seq, file, `it could not be written: ${reasonOf(error)}`)
      return silentStream
    }
    this.#openStreams.add(stream)
    this.#streams += 1
    this.#venues.add(header._venue)
    return stream
  }

  /** Writes the exchange. Never throws: a tape that cannot be written must not cost the answer to an order. */
  finish(ticket: Ticket, result: LiveResponse | ExchangeFailure): void {
    const nowMs = this.clock.monotonicMs()
    const durationMs = nowMs - ticket.startedMonotonicMs
    this.#inFlight.delete(ticket.seq)
    this.#ended.push({ seq: ticket.seq, atMs: nowMs })
    if (this.#ended.length > ENDED_KEPT) this.#ended.shift()
    const entry = describeExchange({ ...ticket, durationMs, result })
    const { method, alias, endpoint } = ticket.live
    const file = exchangeFileName({ seq: ticket.seq, method, venue: alias.venue, endpoint: endpoint.name })
    try {
      // The request was looked through before it was sent.
      if (this.#findsSecretIn(entry.response) || repeatsSignature(ticket.live, entry.response)) {
        this.#drop(ticket.seq, file, 'a known secret stands in the response; it was not recorded')
        return
      }
      reached('capture.exchange:before')
      this.#files.add({ seq: ticket.seq, file, entry })
      reached('capture.exchange:after')
      this.#venues.add(alias.venue)
    } catch (error) {
      this.#drop(ticket.seq, file, `it could not be written: ${reasonOf(error)}`)
    }
  }

  /** A replay does not wait, so it may ask for a call that waited before those that overtook it. */
  #endedSince(monotonicMs: number): readonly number[] {
    // From the latest backwards, in the order of their ends: nearly always none, however many are kept.
    const last = this.#ended.findLastIndex(({ atMs }) => atMs <= monotonicMs)
    return this.#ended.slice(last + 1).map(({ seq }) => seq)
  }

  #findsSecretIn({ headers, content }: HarResponse): boolean {
    return this.#findsSecretInBody(content) || this.secrets.findsInAny(headers.map(({ value }) => value))
  }

  /** Compressed bytes can hold more than what they unpack to. */
  #findsSecretInBody(body: RecordedBody): boolean {
    const wire = recordedWire(body)
    return this.secrets.finds(body.text ?? '') || (wire !== null && this.secrets.finds(wire.toString('latin1')))
  }

  operation(operation: {
    readonly op: string
    readonly input: unknown
    readonly outcome: unknown
    readonly at: string
  }): void {
    const { op, input, outcome, at } = operation
    const line = `${JSON.stringify({ n: this.#operations + 1, at, op, input: input ?? null, outcome: outcome ?? null })}\n`
    if (this.secrets.finds(line)) {
      this.#problem(OPERATIONS_FILE, `a known secret stands in operation ${op}; it was not recorded`)
      return
    }
    try {
      reached('capture.operation:before')
      this.#operationsFile.append(line)
      reached('capture.operation:after')
      this.#operationsHash.update(line)
      this.#operations += 1
      this.#noteOperation(line)
    } catch (error) {
      this.#problem(OPERATIONS_FILE, `operation ${op} could not be written: ${reasonOf(error)}`)
    }
  }

  #noteOperation(line: string): void {
    const sha256 = createHash('sha256').update(line).digest('hex')
    try {
      this.#progress.note({ operation: this.#operations, sha256 })
    } catch {
      // It is recorded. The manifest vouches for the whole file once the session is closed.
    }
  }

  /** Seals the session: waits for the files, then the manifest takes over the checksums. Called once. */
  async close(outcome: string): Promise<SealedCounts> {
    const endedAt = isoTime(this.clock.nowMs())
    reached('capture.close:before')
    await this.#files.close()
    return this.#seal(endedAt, outcome)
  }

  /** The same for a process that is about to end and can wait for nothing. Called once, instead of `close`. */
  closeNow(outcome: string): SealedCounts {
    const endedAt = isoTime(this.clock.nowMs())
    this.#files.closeNow()
    return this.#seal(endedAt, outcome)
  }

  #seal(endedAt: string, outcome: string): SealedCounts {
    for (const stream of this.#openStreams) stream.finish()
    reached('capture.close:written')
    this.#operationsFile.close()
    const { files, unrecorded } = this.#progress.conclude()
    files[OPERATIONS_FILE] = this.#operationsHash.digest('hex')
    this.#writeManifest({ ended: { endedAt, outcome }, files, unrecorded })
    this.#progress.remove()
    return { ...this.#counts(), endedAt }
  }

  #counts(): Manifest['counts'] {
    return {
      exchanges: this.#exchanges,
      operations: this.#operations,
      streams: this.#streams,
      frames: this.#frames,
    }
  }

  #writeManifest(state: {
    readonly ended: { readonly endedAt: string; readonly outcome: string } | null
    readonly files: Readonly<Record<string, string>>
    readonly unrecorded: readonly UnrecordedExchange[]
  }): void {
    const manifest: Manifest = {
      ...this.start,
      endedAt: state.ended?.endedAt ?? null,
      outcome: state.ended?.outcome ?? null,
      venues: [...this.#venues],
      counts: this.#counts(),
      files: { ...state.files },
      unrecorded: [...state.unrecorded],
    }
    writeManifest(this.directory, manifest)
  }

  #drop(seq: number, file: string, what: string): void {
    this.#problem(file, what)
    try {
      this.#progress.note({ seq, unrecorded: what })
    } catch {
      // The disk is what failed. The gap in the numbers and `problems` still tell.
    }
  }

  #problem(file: string, what: string): null {
    this.problems.push({ file, what })
    return null
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether neither the text nor the bytes of a body are kept. */
function isWithheld(body: RecordedBody): boolean {
  const loss = wireLoss(body)
  return loss === 'unreadable' || loss === 'too_large'
}

/** An answer that repeats what the request was signed with, as a careless gateway's does. */
function repeatsSignature({ headers }: LiveRequest, { headers: answered, content }: HarResponse): boolean {
  const scanner = new SecretScanner(headers.filter(({ name }) => /signature/i.test(name)).map(({ value }) => value))
  return scanner.findsInAny([content.text ?? '', ...answered.map(({ value }) => value)])
}
