import type { Polly } from '@pollyjs/core'
import type { AxiosInstance } from 'axios'
import { ToolkitError } from '../domain/errors.ts'
import { type Clock, VirtualClock } from '../runtime/clock.ts'
import { bindInstance, type TapeSession } from './axios-adapter.ts'
import { axiosFailure, axiosResponse } from './axios-shapes.ts'
import { type Drift, drift, type ExchangePlace, type OperationPlace } from './drift.ts'
import type { TapeAlias } from './endpoints.ts'
import { type ExchangeEntry, recordedBody } from './exchange.ts'
import { type Match, Player } from './player.ts'
import type { Recording } from './recording.ts'
import { TapeCall } from './tape-call.ts'

export interface ReplayOptions {
  /** Give answers after the recorded latency, times `factor`, on this clock. Left out: at once. */
  readonly latency?: { readonly clock: Clock; readonly factor?: number }
}

/** Recordings that stand in for the venues. */
export interface ReplayTape {
  /** Starts at the first tape's clock origin and follows the recorded times. */
  readonly clock: VirtualClock
  /** From now on this instance is answered from the tape and never reaches the network. */
  attach(instance: AxiosInstance, alias: TapeAlias): void
  /** Which operation the requests from now on belong to, for the explanations. */
  during(operation: OperationPlace | null): void
  /** Requests that were not as on the tape, in the order in which they were made. */
  drifts(): readonly Drift[]
  /** Recorded exchanges that nobody asked for yet. */
  unused(): readonly ExchangePlace[]
  /**
   * The text with every host of the recordings and of this run replaced by one word. Messages name hosts, and a replay
   * runs against another one.
   */
  hideHosts(text: string): string
  /** Lets go of the instances. */
  close(): Promise<void>
}

/**
 * Plays one or more recordings strictly and in sequence. A request that is not the next one on its venue's tape is drift:
 * it is noted, explained, and refused. Import this module only where something is replayed: it loads Polly.
 */
export function openReplay(recordings: readonly Recording[], options: ReplayOptions = {}): ReplayTape {
  return new PlayingTape(recordings, options)
}

class PlayingTape implements ReplayTape, TapeSession {
  readonly clock: VirtualClock
  readonly #player: Player
  readonly #name: string
  #bindings: Polly[] = []
  #drifts: Drift[] = []
  #operation: OperationPlace | null = null
  readonly #hosts: Set<string>
  #matches = new WeakMap<TapeCall, Extract<Match, { kind: 'found' }>>()

  constructor(
    recordings: readonly Recording[],
    private readonly options: ReplayOptions,
  ) {
    this.#player = new Player(recordings)
    this.#name = recordings.map(({ session }) => session).join('+') || 'empty'
    this.#hosts = new Set(recordings.flatMap(({ exchanges }) => exchanges.map(({ host }) => host)))
    this.clock = new VirtualClock(recordings[0]?.manifest.clockOriginMs ?? 0)
  }

  attach(instance: AxiosInstance, alias: TapeAlias): void {
    this.#hosts.add(new URL(alias.baseUrl).host)
    const wait = (recordedMs: number): Promise<void> => this.#wait(recordedMs)
    this.#bindings.push(bindInstance(this.#name, { kind: 'replay', wait }, { instance, alias, session: this }))
  }

  #wait(recordedMs: number): Promise<void> {
    const { latency } = this.options
    return latency === undefined ? Promise.resolve() : latency.clock.sleep(recordedMs * (latency.factor ?? 1))
  }

  begin(...[live, config, send]: Parameters<TapeSession['begin']>): TapeCall | ToolkitError {
    const match = this.#player.match(live)
    if (match?.kind === 'found') {
      const call = new TapeCall(live, config, send, null)
      this.#matches.set(call, match)
      this.clock.advanceTo(Date.parse(match.entry.startedDateTime) + match.shiftMs)
      return call
    }
    if (match !== null) this.#drifts.push(drift({ ...match.facts, operation: this.#operation }))
    const [headline = 'The request is not as on the tape. It was not sent.'] = this.#drifts.at(-1)?.describe() ?? []
    return new ToolkitError({ code: 'TAPE_DRIFT', category: 'drift', message: headline })
  }

  find(call: TapeCall): ExchangeEntry | null {
    return this.#matches.get(call)?.entry ?? null
  }

  record(): void {
    throw new Error('a replay does not record')
  }

  replayed(call: TapeCall, entry: ExchangeEntry): void {
    const shiftMs = this.#matches.get(call)?.shiftMs ?? 0
    this.clock.advanceTo(Date.parse(entry.startedDateTime) + entry.time + shiftMs)
    if (entry._outcome === 'response') {
      const { status, statusText, headers, content } = entry.response
      call.response = axiosResponse({ status, statusText, headers, body: recordedBody(content) }, call.config)
      return
    }
    const message = `${entry._outcome} on the tape (${entry._endpoint})`
    call.failure = axiosFailure({ ...entry._error, outcome: entry._outcome }, message, call.config)
  }

  during(operation: OperationPlace | null): void {
    this.#operation = operation
  }

  drifts(): readonly Drift[] {
    return [...this.#drifts]
  }

  unused(): readonly ExchangePlace[] {
    return this.#player.unused()
  }

  hideHosts(text: string): string {
    return [...this.#hosts].reduce((shown, host) => shown.replaceAll(host, '{{host}}'), text)
  }

  async close(): Promise<void> {
    for (const polly of this.#bindings) await polly.stop()
    this.#bindings = []
  }
}
