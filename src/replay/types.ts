import type { NetworkSeal } from '../capture/replay/replay-seal.ts'
import type { ExpectedOutcome } from '../cli/replay/expected-outcome.ts'
import type { VenueId } from '../domain/market.ts'
import type { VenueClient } from '../domain/venue.ts'

/** The part of an axios instance that a replay needs: any instance of axios 1 has it. */
export interface AxiosLike {
  readonly defaults: object
  request(config: never): Promise<unknown>
}

/** Which service of a venue an instance talks to. */
export interface AttachedService {
  readonly venue: VenueId
  /** As on the tape: `rest` of Kalshi; `clob`, `gamma` or `data` of Polymarket. `rest` and `clob` when absent. */
  readonly service?: string
  /** Base URL that the program uses. No request reaches it. */
  readonly baseUrl: string
}

export interface ReplayOptions {
  /** Folders of sessions, or their names in `captureDir`, in the order in which they happen; or a composed scene. */
  readonly sessions: string | readonly string[] | Scene
  /** `recordings` in the current folder when absent. */
  readonly captureDir?: string
  /**
   * `strict` (when absent): requests come in the order of the tape. `by-endpoint`: in any order, each exchange once, reads
   * beyond the last of their kind answered as the last. An order is never answered twice.
   */
  readonly mode?: 'strict' | 'by-endpoint'
  /** Of several sessions: `venue` (when absent) plays each venue in an order of its own, `sequence` one session after the other. */
  readonly by?: 'venue' | 'sequence'
  /** `none` when absent. `recorded` waits in real time as long as the venue took; a number waits that much of it. */
  readonly latency?: 'none' | 'recorded' | number
  /** False leaves the rest of the process on the network. What is attached never reaches it. */
  readonly seal?: boolean
}

/** Recordings that stand in for the venues, until they are closed. */
export interface Replay extends AsyncDisposable {
  /** Time of the tape: starts where the first session did, and moves along with what is asked. */
  readonly clock: { nowMs(): number; isoTime(): string }
  /** Draws the ids that the first session drew, in the same order. */
  readonly ids: { uuid(): string; short(prefix: string): string }
  /** Of the first session. */
  readonly seed: string
  /** From now on the tape answers this instance. */
  attach(instance: AxiosLike, service: AttachedService): void
  /** Our own client of a venue, answered by the tape. It signs with what no venue accepts. */
  client(venue: VenueId): Promise<VenueClient>
  /** What was not as on the tape, explained; and every way out of the process that was tried. */
  drifts(): readonly string[]
  /** Recorded exchanges that nobody asked for: `session/003_GET_kalshi_fills.json`. */
  unused(): readonly string[]
  /** @throws Error that explains every drift. */
  expectNoDrift(): void
  /** @throws Error that names every exchange that nobody asked for. */
  expectNothingUnused(): void
  /** Lets go of what was attached, and opens the process again. Safe to call twice. */
  close(): Promise<void>
}

export interface SceneOptions {
  /** Folders of sessions, or their names in `captureDir`, in the order in which they happen. */
  readonly sessions: readonly string[]
  /** `recordings` in the current folder when absent. */
  readonly captureDir?: string
  /** `composed` when absent. */
  readonly name?: string
  readonly by?: 'venue' | 'sequence'
  /** The first order of each of the first two becomes a leg of one trade; the others answer what unwinding sells. */
  readonly pair?: boolean
  /** `SESSION/SEQ=SESSION/SEQ`: let the first exchange end as the second did. */
  readonly splice?: readonly string[]
}

/** Recordings put together, proven to fit. */
export interface Scene {
  readonly name: string
  /** Exchanges that nothing asks for any more, since what came before them ends otherwise now. */
  readonly dropped: readonly string[]
  /** Writes it as a session like any other: `captureDir/name`. Returns the folder. */
  write(captureDir: string): string
}

/** What today's code made of a recording. */
export interface Rerun {
  readonly verdict: 'same' | 'drift'
  /** Explained, one text each. */
  readonly drifts: readonly string[]
  /** Decisions, orders, trades, positions, cash and exposure at the end. Amounts are decimal strings, null is unknown. */
  readonly outcome: ExpectedOutcome
}

/** All that `crosstape/replay` exports. */
export interface Library {
  /**
   * Plays recordings to your own program and to our clients: attach an axios instance, or ask for a client, and the tape
   * answers. While it is open no socket leaves the process.
   * @throws Error with code RECORDING_NOT_FOUND or RECORDING_CORRUPT, naming the file.
   */
  openReplay(options: ReplayOptions): Replay
  /**
   * Puts recordings together into one scene: leg A from one day, leg B from another, a timeout spliced in. Ids, sizes, prices,
   * fees, balances and times are made to fit.
   * @throws Error with code SCENE_IMPOSSIBLE and every reason, when no venue could have answered so.
   */
  composeScene(options: SceneOptions): Promise<Scene>
  /** Asks today's code for everything that a recording or a scene asked for, and tells what came of it. */
  rerun(session: string | Scene, captureDir?: string): Promise<Rerun>
  /** Closes every way out of the process until it is released. `openReplay` does so by itself. */
  sealNetwork(): NetworkSeal
}
