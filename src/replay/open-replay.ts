import type { AxiosInstance } from 'axios'
import type { Recording } from '../capture/read/recording.ts'
import type { Playable } from '../capture/replay/player.ts'
import { type NetworkSeal, sealNetwork } from '../capture/replay/replay-seal.ts'
import { openReplay, type ReplayTape } from '../capture/replay/replay-tape.ts'
import { replayClient } from '../cli/replay/trading.ts'
import { ToolkitError } from '../domain/errors.ts'
import type { VenueId } from '../domain/market.ts'
import type { VenueClient } from '../domain/venue.ts'
import { isoTime, systemClock } from '../runtime/clock.ts'
import { createRuntime, type Runtime } from '../runtime/runtime.ts'
import type { AttachedService, AxiosLike, Replay, ReplayOptions } from './types.ts'

/** The service that a program talks to when it talks to one. */
const mainService: Readonly<Record<VenueId, string>> = { kalshi: 'rest', polymarket: 'clob' }

export class OpenReplay implements Replay {
  readonly clock: Replay['clock']
  readonly #tape: ReplayTape
  readonly #runtime: Runtime
  readonly #seal: NetworkSeal | null
  readonly #clients = new Map<VenueId, Promise<VenueClient>>()
  #closing: Promise<void> | null = null

  constructor(
    private readonly recordings: readonly (Recording & Pick<Playable, 'entries'>)[],
    options: ReplayOptions,
  ) {
    const { mode = 'strict', by = 'venue' } = options
    this.#tape = openReplay(recordings, { mode, oneAfterTheOther: by === 'sequence', ...latencyOf(options) })
    const { clock } = this.#tape
    this.clock = { nowMs: () => clock.nowMs(), isoTime: () => isoTime(clock.nowMs()) }
    this.#runtime = createRuntime({ clock, seed: recordings[0]?.manifest.seed ?? '' })
    this.#seal = options.seal === false ? null : sealNetwork()
  }

  get ids(): Replay['ids'] {
    return this.#runtime.ids
  }

  get seed(): string {
    return this.#runtime.seed
  }

  attach(instance: AxiosLike, { venue, service = mainService[venue], baseUrl }: AttachedService): void {
    if (!isAxios(instance)) throw notAxios()
    this.#tape.attach(instance, { venue, service, baseUrl })
  }

  client(venue: VenueId): Promise<VenueClient> {
    const known = this.#clients.get(venue)
    if (known !== undefined) return known
    const accounts = this.recordings.find(({ manifest }) => manifest.venues.includes(venue))?.manifest.accounts ?? {}
    const client = replayClient(venue, { tape: this.#tape, clock: this.#tape.clock, accounts })
    this.#clients.set(venue, client)
    return client
  }

  drifts(): readonly string[] {
    const escapes = this.#seal?.attempts().map(({ what }) => `Something tried to ${what}. It was stopped.`) ?? []
    return [...this.#tape.drifts().map((drift) => drift.describe().join('\n')), ...escapes]
  }

  unused(): readonly string[] {
    return this.#tape.unused().map(({ session, file }) => `${session}/${file}`)
  }

  expectNoDrift(): void {
    const drifts = this.drifts()
    if (drifts.length > 0) throw failed('REPLAY_DRIFT', `The replay was not as on the tape:\n${drifts.join('\n')}`)
  }

  expectNothingUnused(): void {
    const unused = this.unused()
    if (unused.length > 0) throw failed('REPLAY_UNUSED', `Recorded and never asked for:\n${unused.join('\n')}`)
  }

  close(): Promise<void> {
    this.#closing ??= this.#tape.close().finally(() => this.#seal?.release())
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function latencyOf({ latency = 'none' }: ReplayOptions): Parameters<typeof openReplay>[1] {
  if (latency === 'none') return {}
  return { latency: { clock: systemClock, ...(latency === 'recorded' ? {} : { factor: latency }) } }
}

function isAxios(instance: AxiosLike): instance is AxiosLike & AxiosInstance {
  return typeof instance.request === 'function' && 'adapter' in instance.defaults
}

function notAxios(): ToolkitError {
  return failed(
    'NOT_AXIOS',
    'A replay can be attached to instances of axios: what axios.create() gives, or axios itself.',
  )
}

function failed(code: string, message: string): ToolkitError {
  return new ToolkitError({ code, category: 'drift', message })
}
