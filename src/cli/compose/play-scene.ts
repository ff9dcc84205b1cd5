import * as v from 'valibot'
import { accountsOf } from '../../capture/compose/accounts.ts'
import type { ScenePart } from '../../capture/compose/arrange.ts'
import type { FittingPlayer } from '../../capture/compose/fitting-player.ts'
import { renameText } from '../../capture/compose/rewrite.ts'
import { cannotCompose } from '../../capture/compose/scene.ts'
import type { RecordedOperation } from '../../capture/format/manifest.ts'
import { playTape } from '../../capture/replay/replay-tape.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { Operation } from '../../engine/operations.ts'
import type { OrderRequest } from '../../engine/requests.ts'
import type { Trading } from '../../engine/trading.ts'
import { isoTime, type VirtualClock } from '../../runtime/clock.ts'
import { seededIds } from '../../runtime/ids.ts'
import { seededRandom } from '../../runtime/random.ts'
import { performOperation } from '../replay/replay-session.ts'
import { decodeBegin } from '../replay/state.ts'
import { replayTrading } from '../replay/trading.ts'
import { TapedOperations } from '../session/taped-operations.ts'
import { SceneAccount } from './account.ts'
import { composedBegin, partBegin } from './begin.ts'
import { composedWorld, type PlannedOperation, plannedOperations, requestsOf } from './world.ts'

/** Of a pair: the first two parts are its legs. */
const FIRST_UNWIND = 2

/**
 * Asks today's code for everything that the parts asked for, in the order of the scene, and answers from the parts. What it
 * decides, and what it saw on the way, are the operations of the scene.
 * @throws ToolkitError SCENE_NOT_COMPOSABLE when it asks for what no part can answer.
 */
export async function playScene(
  parts: readonly ScenePart[],
  player: FittingPlayer,
  { clock, isPair }: { readonly clock: VirtualClock; readonly isPair: boolean },
): Promise<readonly RecordedOperation[]> {
  const recorded: RecordedOperation[] = []
  const recordOperation = (operation: Omit<RecordedOperation, 'n'>): Promise<void> => {
    recorded.push({ n: recorded.length + 1, ...operation })
    return Promise.resolve()
  }
  const begin = composedBegin(parts)
  await recordOperation({ at: isoTime(clock.nowMs()), op: 'begin', input: begin, outcome: null })
  const tape = playTape(player, { name: 'scene', hosts: [], clock })
  try {
    const operations = new TapedOperations({ recordOperation }, clock)
    const trading = replayTrading({ tape, clock, ...settingOf(parts) }, begin)
    const planned = plannedOperations(parts)
    const known = requestsOf(planned)
    const account = new SceneAccount((part) => decodeBegin(partBegin(part)).state, known)
    for (const { part, operation: asked, observedUnder, outcome, atMs, failed } of isPair
      ? paired(planned, seedOf(parts))
      : planned) {
      const operation = isPair && part.index >= FIRST_UNWIND ? await ofUnwind(asked, planned, trading) : asked
      if (operation === null) continue
      clock.advanceTo(atMs)
      // An operation of both legs is the first of the second too.
      if (operation.op === 'place_pair' && isPair)
        for (const leg of parts.slice(0, FIRST_UNWIND)) account.begin(leg, trading.ledger.state)
      const observed = account.shown(part, observedUnder(player.renamesOf(part)), trading.ledger.state)
      const world = composedWorld(observed, known, clock)
      const seen = { observe: operations.watch(world.observe), readHalt: operations.watchHalt(world.readHalt) }
      const failure = await failureOf(() => performOperation({ ...trading, operations, ...seen }, operation))
      const [drift] = tape.drifts()
      if (drift !== undefined) throw cannotCompose(`operation ${operation.op}: ${drift.describe().join(' ')}`)
      requireFitting(failure, operation.op, part, failed)
      requireNoNews(part, renamedOutcome(outcome, part, player), recorded.at(-1)?.outcome)
    }
  } finally {
    await tape.close()
  }
  return recorded.map((operation) => JSON.parse(JSON.stringify(operation)))
}

async function failureOf(perform: () => Promise<unknown>): Promise<ToolkitError | null> {
  try {
    await perform()
    return null
  } catch (error) {
    if (error instanceof ToolkitError) return error
    throw error
  }
}

/** A failure that was recorded is an outcome like any other; every other one says that the parts do not fit. */
function requireFitting(failure: ToolkitError | null, op: string, { source }: ScenePart, recorded: boolean): void {
  if (failure === null) return
  if (failure.code.startsWith('SCENE_')) throw failure
  // It looks further when something does not agree.
  if (failure.code === 'OBSERVATION_NOT_RECORDED' && op === 'reconcile')
    throw cannotCompose(
      `${source.session} was reconciled with what the venue showed then, which does not agree with what this scene holds`,
    )
  if (!recorded) throw cannotCompose(`operation ${op} fails: ${failure.message}`)
}

/**
 * What a reconciliation finds in a scene it has found when it was recorded: else the parts do not fit, and not the venue is
 * wrong but the scene.
 */
function requireNoNews({ source }: ScenePart, was: unknown, is: unknown): void {
  const known = new Set(differencesIn(was).map(({ key }) => key))
  const news = differencesIn(is).find(({ key }) => !known.has(key))
  if (news === undefined) return
  throw cannotCompose(
    `${source.session} would find at the venue what it did not find when it was recorded: ${news.text}`,
  )
}

function renamedOutcome(outcome: unknown, part: ScenePart, player: FittingPlayer): unknown {
  const text = renameText(JSON.stringify(outcome ?? null), part.renames)
  return JSON.parse(renameText(text, player.renamesOf(part)))
}

const reportSchema = v.object({
  differences: v.array(v.object({ kind: v.string(), subject: v.string(), ours: v.string(), theirs: v.string() })),
})

function differencesIn(outcome: unknown): readonly { readonly key: string; readonly text: string }[] {
  const parsed = v.safeParse(reportSchema, outcome)
  if (!parsed.success) return []
  return parsed.output.differences.map(({ kind, subject, ours, theirs }) => ({
    key: `${kind} ${subject}`,
    text: `${kind} of ${subject} is ${ours} here and ${theirs} there`,
  }))
}

function settingOf(parts: readonly ScenePart[]): {
  readonly seed: string
  readonly environment: string
  readonly accounts: ScenePart['source']['manifest']['accounts']
} {
  const accounts = accountsOf(parts.map(({ source }) => source))
  return { seed: seedOf(parts), environment: parts[0]?.source.manifest.environment ?? 'sandbox', accounts }
}

function seedOf(parts: readonly ScenePart[]): string {
  return parts[0]?.source.manifest.seed ?? ''
}

/** The first order of each of the first two parts as one trade. Orders of the other parts are what unwinding asks for. */
function paired(planned: readonly PlannedOperation[], seed: string): readonly PlannedOperation[] {
  const [first, second] = [legOf(planned, 0), legOf(planned, 1)]
  const tradeId = seededIds(seededRandom(seed).fork('composed trade')).short('t')
  const asLeg = (request: OrderRequest): OrderRequest => ({
    ...request,
    // A market's name for itself differs by session, its intent does not.
    intent: { ...request.intent, purpose: { kind: 'arb_leg', tradeId } },
  })
  const requests = [asLeg(first.request), asLeg(second.request)] as const
  const pair: PlannedOperation = {
    part: first.planned.part,
    atMs: Math.max(first.planned.atMs, second.planned.atMs),
    operation: { op: 'place_pair', requests, edgeExpected: '0', tradeId },
    observed: [],
    observedUnder: () => [],
    failed: false,
    outcome: null,
  }
  const consumed = new Set([first.planned, second.planned])
  const rest = planned.filter(
    (one) => !consumed.has(one) && !(one.part.index >= FIRST_UNWIND && one.operation.op === 'place'),
  )
  return [pair, ...rest]
}

/**
 * What a part that answers unwinding did later with its own order, asked of the order that unwinding placed in its stead. Null
 * when it placed none.
 */
async function ofUnwind(
  operation: Operation,
  planned: readonly PlannedOperation[],
  trading: Trading,
): Promise<Operation | null> {
  if (!('order' in operation) || operation.order === null) return operation
  const recorded = planned.flatMap(({ part, operation: one }) =>
    part.index >= FIRST_UNWIND && one.op === 'place' ? [one.request.intent.id] : [],
  )
  const [trade] = await trading.ledger.listTrades({})
  const order = trade?.unwindOrderIds[recorded.indexOf(operation.order)]
  return order === undefined ? null : { ...operation, order }
}

function legOf(
  planned: readonly PlannedOperation[],
  index: number,
): { readonly planned: PlannedOperation; readonly request: OrderRequest } {
  for (const one of planned) {
    if (one.part.index === index && one.operation.op === 'place')
      return { planned: one, request: one.operation.request }
  }
  throw cannotCompose(`recording ${index + 1} places no order that could be a leg`)
}
