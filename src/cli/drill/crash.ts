import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'
import { isoTime, systemClock } from '../../runtime/clock.ts'
import { usageError } from '../usage-error.ts'
import { compareBooks, readAccounts } from './books.ts'
import { comebackMs, type LifeReport, type RecoveryReport } from './player.ts'
import {
  type DrillServer,
  type Ended,
  failed,
  type Program,
  type Running,
  startProgram,
  startServer,
} from './program.ts'
import { scenarios } from './scenarios.ts'

export interface CrashOptions {
  /** The drill gets a folder of its own in here. */
  readonly dataDir: string
  readonly program: Program
  readonly points: CrashPoints
  onPoint(report: PointReport): void
  readonly signal: AbortSignal
}

/** `spread`: every call to a venue, and of all other milestones of a scenario the first and the last of its kind. */
export type CrashPoints =
  | { readonly kind: 'named'; readonly names: readonly string[] }
  | { readonly kind: 'spread' }
  | { readonly kind: 'all' }

export interface PointReport {
  /** `SCENARIO/MILESTONE#NUMBER`, the same in every run. */
  readonly point: string
  /** How the process ended: `SIGKILL`, or what it did instead. */
  readonly died: string
  /** Orders that reconciling settled, and how. */
  readonly found: string
  /** What differs between the journal and the exchange's own books afterwards. */
  readonly problems: readonly string[]
  readonly ok: boolean
  readonly ms: number
}

export interface CrashReport {
  readonly ok: boolean
  readonly points: readonly PointReport[]
  readonly durationMs: number
}

/** Each has a server of its own. More would only wait for each other: every one is up to three processes. */
const workers = 2

/**
 * Lets a process die by SIGKILL at every point of its orders' lives, comes back a minute later, reconciles, and holds
 * what the journal then says against the exchange's own books. The points are those that a first pass comes by, so that a
 * new write is drilled without being listed anywhere.
 * @throws ToolkitError (usage) for a point that does not exist.
 */
export async function crashDrill(options: CrashOptions): Promise<CrashReport> {
  const startedMs = systemClock.monotonicMs()
  return withStages(options, workers, async (stages) => {
    const { points: wanted } = options
    const all = await listPoints(stages, wanted.kind === 'named' ? wanted.names : [])
    const queue = chosen(all, wanted)
    const points: PointReport[] = []
    await Promise.all(
      stages.map(async (stage) => {
        for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
          if (options.signal.aborted) return
          const report = await dieAt(stage, point)
          points.push(report)
          options.onPoint(report)
        }
      }),
    )
    const inOrder = points.sort((a, b) => all.indexOf(a.point) - all.indexOf(b.point))
    const ok = points.length > 0 && points.every((point) => point.ok)
    return { ok, points: inOrder, durationMs: systemClock.monotonicMs() - startedMs }
  })
}

/** The names of all points. */
export function listCrashPoints(options: Omit<CrashOptions, 'points' | 'onPoint'>): Promise<readonly string[]> {
  return withStages(options, workers, (stages) => listPoints(stages, []))
}

interface Stage {
  readonly folder: string
  readonly program: Program
  readonly server: DrillServer
}

async function withStages<T>(
  { dataDir, program }: Pick<CrashOptions, 'dataDir' | 'program'>,
  howMany: number,
  use: (stages: readonly Stage[]) => Promise<T>,
): Promise<T> {
  const folder = join(dataDir, 'drills', `crash-${isoTime(systemClock.nowMs()).replaceAll(':', '-')}`)
  const stages: Stage[] = []
  try {
    for (let number = 1; number <= howMany; number++) {
      const own = join(folder, String(number))
      stages.push({ folder: own, program, server: await startServer(program, own) })
    }
    return await use(stages)
  } finally {
    for (const { server } of stages) await server.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What every scenario comes by when nothing kills it; only the scenarios that are asked for, when some are. */
async function listPoints(stages: readonly Stage[], asked: readonly string[]): Promise<readonly string[]> {
  const names = scenarios.map(({ name }) => name)
  const wanted =
    asked.length === 0 ? names : names.filter((name) => asked.some((point) => point.startsWith(`${name}/`)))
  const lists = new Map<string, readonly string[]>()
  const queue = [...wanted]
  await Promise.all(
    stages.map(async (stage) => {
      for (let name = queue.shift(); name !== undefined; name = queue.shift())
        lists.set(name, await passBy(stage, name))
    }),
  )
  return wanted.flatMap((name) => lists.get(name) ?? [])
}

async function passBy(stage: Stage, scenario: string): Promise<readonly string[]> {
  await beginAnew(stage)
  const ended = await startLife(stage, scenario, null).ended
  if (ended.code !== 0) throw failed(`scenario ${scenario}`, ended)
  const { reached }: LifeReport = JSON.parse(ended.stdout)
  return reached.flatMap((milestone) => {
    const point = `${scenario}/${milestone}`
    const held = heldCall(milestone.replace(':before#', ':held#'))
    return held === null ? [point] : [point, `${scenario}/${milestone.replace(':before#', ':held#')}`]
  })
}

function chosen(all: readonly string[], wanted: CrashPoints): string[] {
  switch (wanted.kind) {
    case 'all':
      return [...all]
    case 'spread':
      return all.filter((point) => isCall(point) || isEdge(all, point))
    case 'named': {
      const unknown = wanted.names.find((point) => !all.includes(point))
      if (unknown !== undefined) throw usageError(`There is no point ${unknown}.`, 'verify crash --list')
      return [...wanted.names]
    }
  }
}

function isCall(point: string): boolean {
  return heldCall(point.replace(/^[^/]*\//, '').replace(/:[a-z]+#/, ':held#')) !== null
}

/** The first or the last of its kind in its scenario. */
function isEdge(all: readonly string[], point: string): boolean {
  const kind = point.replace(/#\d+$/, '#')
  const same = all.filter((each) => each.startsWith(kind))
  return point === same[0] || point === same.at(-1)
}

/** A milestone that is the exchange's: the order is in its books and its answer is held back. */
function heldCall(
  milestone: string,
): { readonly venue: string; readonly endpoint: string; readonly number: number } | null {
  const [, venue, endpoint, number] = /^([a-z]+)\.([a-z_]+):held#(\d+)$/.exec(milestone) ?? []
  if (venue === undefined || endpoint === undefined || ['journal', 'views', 'capture', 'trade'].includes(venue))
    return null
  return { venue, endpoint, number: Number(number) }
}

async function dieAt(stage: Stage, point: string): Promise<PointReport> {
  const startedMs = systemClock.monotonicMs()
  const { folder, program, server } = stage
  await beginAnew(stage)
  const before = await readAccounts(server.control)
  const [scenario = '', milestone = ''] = point.split('/')
  const ended = await killAt(stage, scenario, milestone)
  const died = ended.signal ?? `exit ${ended.code}`
  // The exchange lives on while nobody looks.
  await server.control.advance(comebackMs)
  const back = await startProgram(program, folder, [
    'verify',
    'player',
    '--role',
    'recover',
    '--scenario',
    scenario,
    '--json',
  ]).ended
  const report: RecoveryReport | null = back.code === 0 ? JSON.parse(back.stdout) : null
  const problems = [
    ...(ended.signal === 'SIGKILL' ? [] : [`it did not die: ${ended.stderr.trim().slice(-200)}`]),
    ...(report === null ? [failed('coming back', back).message] : problemsOf(report)),
    ...(await compareBooks(folder, before, await readAccounts(server.control)).catch(unreadable)),
  ]
  return {
    point,
    died,
    found: report === null ? 'did not reconcile' : foundBy(report),
    problems,
    ok: problems.length === 0,
    ms: systemClock.monotonicMs() - startedMs,
  }
}

function problemsOf({ unsettled, differences, left }: RecoveryReport): readonly string[] {
  return [
    ...unsettled.map(({ orderId, reason }) => `unsettled: ${orderId}: ${reason}`),
    ...differences.map(({ subject, ours, theirs }) => `difference: ${subject}: ${ours} here, ${theirs} there`),
    ...left.map((trade) => `not mended: ${trade}`),
  ]
}

function foundBy({ settled }: RecoveryReport): string {
  const found = settled.map(({ from, to }) => `${from} is ${to}`).join(', ')
  return found === '' ? 'nothing open' : found
}

/** One point that leaves a journal nobody can read is what the drill is there to find, and no end of the drill. */
function unreadable(error: unknown): readonly string[] {
  if (error instanceof ToolkitError) return [`journal: ${error.message}`]
  throw error
}

async function killAt(stage: Stage, scenario: string, milestone: string): Promise<Ended> {
  const held = heldCall(milestone)
  if (held === null) return startLife(stage, scenario, milestone).ended
  const { venue, endpoint, number } = held
  const { control } = stage.server
  await control.fault({ venue, endpoint, skip: number - 1, times: 1, fault: 'delay', ms: holdMs })
  const life = startLife(stage, scenario, null)
  const isOver = { over: false }
  const ended = life.ended.finally(() => {
    isOver.over = true
  })
  // The drill's own rule: a scenario may make others, for calls that come later.
  while (!isOver.over && !(await control.firstFaultUsedUp())) await systemClock.sleep(pollMs)
  life.child.kill('SIGKILL')
  return ended
}

/** Longer than it takes to see that the order has arrived, and shorter than any client waits. */
const holdMs = 8_000
const pollMs = 10

function startLife({ program, folder }: Stage, scenario: string, milestone: string | null): Running {
  const args = ['verify', 'player', '--role', 'live', '--scenario', scenario, '--json']
  return startProgram(program, folder, milestone === null ? args : [...args, '--die-at', milestone])
}

/** Everything but the sandbox itself goes. */
async function beginAnew({ folder, server }: Stage): Promise<void> {
  const names = await readdir(folder)
  for (const name of names) if (name !== 'sandbox') await rm(join(folder, name), { recursive: true, force: true })
  await server.control.reset()
}
