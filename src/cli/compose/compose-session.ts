import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Arranging, arrange, type ScenePart } from '../../capture/compose/arrange.ts'
import { withBalancesCarried } from '../../capture/compose/balances.ts'
import { findIncoherences } from '../../capture/compose/coherence.ts'
import { FittingPlayer, nameOfUnused } from '../../capture/compose/fitting-player.ts'
import { cannotCompose, impossibleScene, type SceneSource } from '../../capture/compose/scene.ts'
import { type Splice, spliced } from '../../capture/compose/splice.ts'
import { withStreams } from '../../capture/compose/streams.ts'
import { type ComposedSession, composedSession, writeSession } from '../../capture/compose/write-session.ts'
import { isOrderEndpoint, socketEndpoint } from '../../capture/format/endpoints.ts'
import type { RecordedOperation } from '../../capture/format/manifest.ts'
import type { RecordedStream } from '../../capture/format/stream.ts'
import { entryOf, indexOf, type Recording } from '../../capture/read/recording.ts'
import type { Playable } from '../../capture/replay/player.ts'
import { loadImpliedOrderIds } from '../../clients/index.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type Clock, VirtualClock } from '../../runtime/clock.ts'
import { decisionsOf } from '../replay/decisions.ts'
import { loadUndamaged, replayWithBooks } from '../replay/replay-session.ts'
import { playScene } from './play-scene.ts'
import { feesOf, namesOfMarket, plannedOperations, requestsOf } from './world.ts'

export interface ComposeRequest {
  readonly sources: readonly Recording[]
  readonly name: string
  readonly by: Arranging
  /** The first order of each of the first two becomes a leg of one trade. What unwinding sells is answered by the others. */
  readonly isPair: boolean
  readonly splices: readonly SpliceRequest[]
}

export interface SpliceRequest extends Splice {
  /** The recording that the donor is in. */
  readonly from: Recording
  readonly text: string
}

export interface Composition {
  readonly recording: Recording & Pick<Playable, 'entries'>
  readonly session: ComposedSession
  readonly sources: readonly { readonly session: string; readonly movedMs: number }[]
  /** Exchanges that nothing asks for any more, since what came before them ends otherwise now. */
  readonly dropped: readonly string[]
}

/**
 * Puts recordings together into one session whose ids, sizes, prices, fees, balances and times fit, and proves that it can
 * be: every exchange is held against those before it, and the whole is replayed.
 * @throws ToolkitError of category `usage`: SCENE_IMPOSSIBLE with every reason, or SCENE_NOT_COMPOSABLE.
 */
export async function compose(request: ComposeRequest): Promise<Composition> {
  const loaded = request.sources.map(sourceOf)
  const sources = loaded.map((source) => withSplices(source, request))
  const freeFrom = request.isPair ? 2 : Number.POSITIVE_INFINITY
  const parts = arrange(sources, request.by, freeFrom)
  const clock = new VirtualClock(sources[0]?.manifest.clockOriginMs ?? 0)
  const player = await fittingPlayer(parts, clock)
  const operations = await played(parts, player, { clock, isPair: request.isPair })
  const dropped = player.unused().map(nameOfUnused)
  const [left] = dropped
  if (left !== undefined && request.splices.length === 0 && !request.isPair) {
    throw cannotCompose(`today's code does not ask for ${left} in this scene${denialsIn(operations)}`)
  }
  for (const { session, seq } of player.unused()) {
    const socket = sources.find((source) => source.session === session)?.streams[0]
    if (socket !== undefined)
      throw cannotCompose(
        `${session}/${socket.file} may tell of what ${session} did in ${seq}, which is not done in this scene`,
      )
  }
  const { exchanges, streams } = withStreams(withBalancesCarried(player.scene()), parts, player)
  const found = findIncoherences(exchanges, { earlierOrders: earlierOrders(loaded) })
  if (found.length > 0) throw impossibleScene(found)
  const session = composedSession(request.name, sources, {
    exchanges,
    operations,
    streams,
    trigger: triggerOf(request, parts),
  })
  const recording = recordingOf(session)
  await requireReplays(recording)
  const moved = parts.map(({ source, timeline }) => ({ session: source.session, movedMs: timeline.shiftMs }))
  return { recording, session, sources: moved, dropped: [...dropped, ...marketStreams(request.sources)] }
}

/** The usual reason: the order is denied where it stands now, e.g. as the second of its kind within a minute. */
function denialsIn(operations: readonly RecordedOperation[]): string {
  const denied = decisionsOf(operations).filter(({ kind }) => kind === 'denial')
  const words = denied.map(
    ({ side, quantity, market, denials }) => `${side} ${quantity} of ${market}: ${denials.join(', ')}`,
  )
  return words.length === 0 ? '' : `, since it denies to ${words.join('; ')}`
}

/** Composes and writes a session folder below `captureDir`. Nothing is left behind when it cannot be. */
export async function composeRecording(
  request: ComposeRequest,
  captureDir: string,
): Promise<Composition & { readonly directory: string }> {
  const directory = join(captureDir, request.name)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(request.name) || existsSync(directory))
    throw nameUnusable(request.name, directory)
  const composition = await compose(request)
  const draft = join(captureDir, `.${request.name}.composing`)
  rmSync(draft, { recursive: true, force: true })
  try {
    writeSession(draft, composition.session)
    loadUndamaged(draft, null)
    renameSync(draft, directory)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
  return { ...composition, directory }
}

function nameUnusable(name: string, directory: string): ToolkitError {
  const isTaken = existsSync(directory)
  return new ToolkitError({
    code: isTaken ? 'SESSION_NAME_TAKEN' : 'SESSION_NAME_INVALID',
    category: 'usage',
    message: isTaken
      ? `${directory} is there already. It was not touched, and nothing was written.`
      : `Session name ${JSON.stringify(name)} cannot be a folder: use letters, digits, ".", "_" and "-". Nothing was written.`,
    suggestions: ['--out another-name'],
  })
}

/** What orders are made of. Market data stands with the operations that saw it; without operations, all is kept. */
function sourceOf(recording: Recording): SceneSource {
  const { session, manifest, operations } = recording
  const entries = recording.exchanges.map((exchange) => entryOf(recording, exchange))
  const replays = operations.length > 0
  const isKept = (stream: RecordedStream): boolean => !replays || knowsAccount(stream)
  const kept = entries.filter(
    ({ _venue, _endpoint, _observed }) => !replays || (isOrderEndpoint(_venue, _endpoint) && _observed !== true),
  )
  return { session, manifest, exchanges: kept, operations, streams: recording.streams.filter(isKept) }
}

function knowsAccount({ request }: RecordedStream): boolean {
  return socketEndpoint(new URL(request.url)).isOrder
}

/** Sockets of market data that operations have seen what they needed of. */
function marketStreams(recordings: readonly Recording[]): readonly string[] {
  return recordings.flatMap(({ session, operations, streams }) =>
    operations.length === 0
      ? []
      : streams.filter((stream) => !knowsAccount(stream)).map(({ file }) => `${session}/${file} (market data)`),
  )
}

function withSplices(source: SceneSource, { splices }: ComposeRequest): SceneSource {
  const own = splices.filter(({ target }) => target.session === source.session)
  const [socket] = source.streams
  if (own.length > 0 && socket !== undefined)
    throw cannotCompose(
      `${source.session}/${socket.file} tells how its orders ended, and a splice lets them end otherwise`,
    )
  return own.reduce((changed, splice) => {
    const donor = sourceOf(splice.from)
    const requests = requestsOf(plannedOperations(arrange([source, donor], 'sequence')))
    return spliced(changed, donor, splice, { feeOf: feesOf(requests), namesOf: marketNames })
  }, source)
}

function marketNames(source: SceneSource, name: string): ReadonlyMap<string, string> | null {
  return namesOfMarket(requestsOf(plannedOperations(arrange([source], 'sequence'))), name)
}

async function fittingPlayer(parts: readonly ScenePart[], clock: Clock): Promise<FittingPlayer> {
  const orderIdsOf = await loadImpliedOrderIds()
  const feeOf = feesOf(requestsOf(plannedOperations(parts)))
  return new FittingPlayer(parts, { orderIdsOf, feeOf, nowMs: () => clock.nowMs() })
}

async function played(
  parts: readonly ScenePart[],
  player: FittingPlayer,
  options: { readonly clock: VirtualClock; readonly isPair: boolean },
): Promise<readonly RecordedOperation[]> {
  const silent = parts.filter(({ operations }) => operations.length === 0)
  if (silent.length === 0) return playScene(parts, player, options)
  if (options.isPair)
    throw cannotCompose(`${silent[0]?.source.session} does not say what was wanted, only what was sent`)
  player.playAll()
  return []
}

/** Orders that were there when the recordings began: their fills are no riddle. */
function earlierOrders(sources: readonly SceneSource[]): ReadonlySet<string> {
  const begins = sources.flatMap(({ operations }) => operations.filter(({ op }) => op === 'begin'))
  const ids = begins.flatMap(({ input }) => [...JSON.stringify(input).matchAll(/"venueOrderId":"([^"]+)"/g)])
  return new Set(ids.flatMap((match) => match[1] ?? []))
}

function triggerOf(
  { by, isPair, splices }: ComposeRequest,
  parts: readonly ScenePart[],
): ComposedSession['manifest']['trigger'] {
  return {
    kind: 'composed',
    by,
    isPair,
    sources: parts.map(({ source: { session, manifest }, timeline }) => ({
      session,
      movedMs: timeline.shiftMs,
      startedAt: manifest.startedAt,
    })),
    splices: splices.map(({ text }) => text),
  }
}

function recordingOf({ manifest, entries, operations, streams }: ComposedSession): Composition['recording'] {
  const exchanges = [...entries].map(([file, entry]) => indexOf(file, entry))
  const { session, format } = manifest
  return { session, directory: '', manifest, format, exchanges, streams, operations, entries }
}

async function requireReplays(recording: Recording & Pick<Playable, 'entries'>): Promise<void> {
  if (recording.operations.length === 0) return
  const { report } = await replayWithBooks(recording)
  const [drift] = report.drifts
  if (drift !== undefined) throw cannotCompose(`the scene does not replay: ${drift.describe().join(' ')}`)
}
