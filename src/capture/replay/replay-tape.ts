import type { Polly } from '@pollyjs/core'
import type { AxiosInstance } from 'axios'
import { ToolkitError } from '../../domain/errors.ts'
import { type Clock, VirtualClock } from '../../runtime/clock.ts'
import type { TapeAlias } from '../format/endpoints.ts'
import { type ExchangeEntry, recordedBody, recordedWire } from '../format/exchange.ts'
import { bindInstance, type TapeSession } from '../record/axios-adapter.ts'
import { axiosFailure, axiosResponse, rejectedStatus } from '../record/axios-shapes.ts'
import { TapeCall } from '../record/tape-call.ts'
import { type Drift, drift, type ExchangePlace, type OperationPlace } from './drift.ts'
import { type Match, type Playable, Player, type PlayMode, type TapePlayer } from './player.ts'

export interface ReplayOptions {
  /** `strict`, in sequence, when absent. */
  readonly mode?: PlayMode
  /** Of several recordings: each begins when those before it are used up, at every venue. */
  readonly oneAfterTheOther?: boolean
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
 * Plays one or more recordings. A request that has no place on the tape is drift: it is noted, explained, and refused.
 * Import this module only where something is replayed: it loads Polly.
 */
export function openReplay(recordings: readonly Playable[], options: ReplayOptions = {}): ReplayTape {
  return playTape(new Player(recordings, options), {
    name: recordings.map(({ session }) => session).join('+') || 'empty',
    hosts: recordings.flatMap(({ exchanges }) => exchanges.map(({ host }) => host)),
    clock: new VirtualClock(recordings[0]?.manifest.clockOriginMs ?? 0),
    ...options,
  })
}

export interface PlayedTape extends Pick<ReplayOptions, 'latency'> {
  readonly name: string
  /** That the recordings name, to be hidden in messages. */
  readonly hosts: readonly string[]
  /** Moved along the times of what is played. */
  readonly clock: VirtualClock
}

/** A tape of which `player` decides what answers a request. */
export function playTape(player: TapePlayer, tape: PlayedTape): ReplayTape {
  return new PlayingTape(player, tape)
}

class PlayingTape implements ReplayTape, TapeSession {
  #bindings: Polly[] = []
  readonly #restores: (() => void)[] = []
  #drifts: Drift[] = []
  #operation: OperationPlace | null = null
  readonly #hosts: Set<string>
  #matches = new WeakMap<TapeCall, Extract<Match, { kind: 'found' }>>()

  constructor(
    private readonly player: TapePlayer,
    private readonly tape: PlayedTape,
  ) {
    this.#hosts = new Set(tape.hosts)
  }

  get clock(): VirtualClock {
    return this.tape.clock
  }

  attach(instance: AxiosInstance, alias: TapeAlias): void {
    this.#hosts.add(new URL(alias.baseUrl).host)
    this.#keepFromNetwork(instance)
    const wait = (recordedMs: number): Promise<void> => this.#wait(recordedMs)
    this.#bindings.push(bindInstance(this.tape.name, { kind: 'replay', wait }, { instance, alias, session: this }))
  }

  /** axios names its own adapters; a tape needs one to stand in front of, and this one never sends. */
  #keepFromNetwork({ defaults }: AxiosInstance): void {
    const { adapter } = defaults
    if (typeof adapter === 'function') return
    defaults.adapter = () => Promise.reject(new Error('a replay does not send'))
    this.#restores.push(() => Object.assign(defaults, { adapter }))
  }

  #wait(recordedMs: number): Promise<void> {
    const { latency } = this.tape
    return latency === undefined ? Promise.resolve() : latency.clock.sleep(recordedMs * (latency.factor ?? 1))
  }

  begin(...[live, config, send]: Parameters<TapeSession['begin']>): TapeCall | ToolkitError {
    const match = this.player.match(live)
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
      const wire = recordedWire(content)
      const answer = { status, statusText, headers, body: recordedBody(content), ...(wire === null ? {} : { wire }) }
      const response = axiosResponse(answer, call.config)
      call.failure = rejectedStatus(response, call.config)
      if (call.failure === null) call.response = response
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
    return this.player.unused()
  }

  hideHosts(text: string): string {
    return [...this.#hosts].reduce((shown, host) => shown.replaceAll(host, '{{host}}'), text)
  }

  async close(): Promise<void> {
    for (const polly of this.#bindings) await polly.stop()
    this.#bindings = []
    for (const restore of this.#restores.splice(0)) restore()
  }
}
