import { executeTrade } from '../../arb/execute-pair.ts'
import { mendLater } from '../../arb/mend-later.ts'
import { describeProblem } from '../../capture/read/problems.ts'
import { loadRecording, type Recording } from '../../capture/read/recording.ts'
import { verifyRecording } from '../../capture/read/verify.ts'
import {
  type ReplayReport,
  type ReplaySession,
  type ReplaySetting,
  replayRecording,
} from '../../capture/replay/replay.ts'
import { sealNetwork } from '../../capture/replay/replay-seal.ts'
import { parseMoney } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { defaultPlan } from '../../domain/pair-plan.ts'
import { amendOrder } from '../../engine/amend/amend-order.ts'
import { cancelAllOrders } from '../../engine/cancel/cancel-all.ts'
import { cancelEach, cancelMarket } from '../../engine/cancel/cancel-each.ts'
import { cancelOrder } from '../../engine/cancel/cancel-order.ts'
import type { Operation } from '../../engine/operations.ts'
import { denyPlanned, placeBatch, placeOrder } from '../../engine/place/place-order.ts'
import { resendOrder } from '../../engine/place/resend-order.ts'
import { reconcile } from '../../engine/reconcile/reconcile.ts'
import { hearOrder } from '../../engine/settle/hear-order.ts'
import { refreshOrder, updateOrder } from '../../engine/settle/order-status.ts'
import type { Trading } from '../../engine/trading.ts'
import type { Ledger } from '../../store/ledger.ts'
import { decodeOperation, encodeOutcome } from '../session/operation-codec.ts'
import { encodeFailure } from '../session/taped-operations.ts'
import { recordedObservations } from './observations.ts'
import { replayTrading } from './trading.ts'

/** A replay, and what its session holds at the end. */
export interface ReplayedBooks {
  readonly report: ReplayReport
  /** What each operation came to today, in the order of the tape. */
  readonly outcomes: readonly ReplayedOutcome[]
  /** Null when the tape does not say what it began with. */
  readonly ledger: Ledger | null
}

export interface ReplayedOutcome {
  readonly op: string
  readonly outcome: unknown
}

/**
 * Replays a recording against today's code: the recorded operations are asked for again, every request is answered from
 * the tape, and nothing leaves the process.
 * @throws ToolkitError of category `usage` when the recording cannot be read, of category `drift` when it is damaged.
 */
export async function replayRecordingFolder(
  nameOrDirectory: string,
  options: {
    readonly captureDir: string | null
    /** Is shown the journal that the replayed session came to. */
    readonly atEnd?: (ledger: Ledger) => Promise<void>
  },
): Promise<ReplayReport> {
  const recording = loadUndamaged(nameOrDirectory, options.captureDir)
  if (recording.operations.length === 0) throw nothingToReplay(recording)
  const { report, ledger } = await replayWithBooks(recording)
  if (ledger !== null) await options.atEnd?.(ledger)
  return report
}

/** The same, with what came of it. The recording is taken as it is. */
export async function replayWithBooks(recording: Recording): Promise<ReplayedBooks> {
  const outcomes: ReplayedOutcome[] = []
  const begun: Trading[] = []
  const watch = {
    began: (trading: Trading) => begun.push(trading),
    ended: (outcome: ReplayedOutcome) => outcomes.push(outcome),
  }
  // Nothing that is replayed has a way to a venue. Whatever else today's code does must not have one either.
  const seal = sealNetwork()
  try {
    const report = await replayRecording(recording, (setting) => Promise.resolve(openReplaySession(setting, watch)))
    return { report, outcomes, ledger: begun.at(-1)?.ledger ?? null }
  } finally {
    seal.release()
  }
}

/**
 * A recording that verifies.
 * @throws ToolkitError of category `usage` when it cannot be read, of category `drift` when it is damaged.
 */
export function loadUndamaged(nameOrDirectory: string, captureDir: string | null): Recording {
  const recording = loadRecording(nameOrDirectory, captureDir)
  const { status, problems } = verifyRecording(recording.directory)
  const [first] = problems
  if (status === 'damaged' && first !== undefined) throw damaged(recording.session, describeProblem(first))
  return recording
}

/** A tape of another program, or one that was taken in, does not say what was asked for: only what was sent. */
function nothingToReplay({ session }: Recording): ToolkitError {
  return new ToolkitError({
    code: 'RECORDING_WITHOUT_OPERATIONS',
    category: 'usage',
    message: `${session} holds no operations, so today's code cannot be asked for them again. Nothing was sent.`,
    facts: { session },
    suggestions: [
      `crosstape capture show ${session}`,
      `crosstape capture serve ${session} answers any program from it`,
    ],
  })
}

/** What was changed after it was recorded would look like a change in the code. */
function damaged(session: string, what: string): ToolkitError {
  return new ToolkitError({
    code: 'RECORDING_DAMAGED',
    category: 'drift',
    message: `${session} was changed after it was recorded, so it was not replayed: ${what}`,
    facts: { session },
    suggestions: [`crosstape capture verify ${session} lists everything that is wrong with it.`],
  })
}

interface ReplayWatch {
  began(trading: Trading): void
  ended(outcome: ReplayedOutcome): void
}

/** A session like any other, except that its venues are a tape and its journal is memory. */
function openReplaySession(setting: ReplaySetting, watch: ReplayWatch): ReplaySession {
  let trading: Trading | null = null
  return {
    perform: async (op, input) => {
      if (op === 'begin') {
        trading = replayTrading(setting, input)
        watch.began(trading)
        return null
      }
      if (trading === null) throw beginMissing()
      const outcome = await outcomeOf(trading, op, input)
      watch.ended({ op, outcome })
      return outcome
    },
    close: () => Promise.resolve(),
  }
}

async function outcomeOf(trading: Trading, op: string, input: unknown): Promise<unknown> {
  const { operation, observed } = decodeOperation({ op, ...(typeof input === 'object' ? input : {}) })
  try {
    return encodeOutcome(
      operation.op,
      await performOperation({ ...trading, ...recordedObservations(observed) }, operation),
    )
  } catch (error) {
    if (error instanceof ToolkitError) return encodeFailure(error)
    throw error
  }
}

function beginMissing(): ToolkitError {
  return new ToolkitError({
    code: 'RECORDING_BEGIN_MISSING',
    category: 'usage',
    message: 'The recording does not say what its session began with, so it cannot be replayed.',
    suggestions: ['crosstape capture show still prints it.'],
  })
}

/** Asks for an operation of a tape again. */
export function performOperation(trading: Trading, operation: Operation): Promise<unknown> {
  switch (operation.op) {
    case 'place':
      return placeOrder(trading, operation.request)
    case 'deny':
      return denyPlanned(trading, operation.request)
    case 'place_pair':
      return executeTrade(trading, {
        requests: operation.requests,
        edgeExpected: parseMoney(operation.edgeExpected),
        tradeId: operation.tradeId,
        plan: operation.plan ?? defaultPlan(trading.limits.maxSlippage),
      })
    case 'mend_trade':
      return mendLater(trading, operation.trade, { ...operation, prices: operation.prices ?? 'now' })
    case 'place_batch':
      return placeBatch(trading, operation.requests)
    case 'amend':
      return amendOrder(trading, operation.request)
    case 'cancel':
      return cancelOrder(trading, operation.order)
    case 'cancel_each':
      return cancelEach(trading, operation.orders)
    case 'cancel_market':
      return cancelMarket(trading, operation.market)
    case 'cancel_all':
      return cancelAllOrders(trading, operation.venues)
    case 'refresh':
      return refreshOrder(trading, operation.order)
    case 'update':
      return updateOrder(trading, operation.order)
    case 'hear':
      return hearOrder(trading, operation.order)
    case 'reconcile': {
      const { order, fix, claim, acceptCash, venues } = operation
      const one = order === null ? {} : { order }
      return reconcile(trading, { ...one, fix, ...(claim === null ? {} : { claim }), acceptCash, venues })
    }
    case 'resend':
      return resendOrder(trading, operation.order)
  }
}
