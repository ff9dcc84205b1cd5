import { executeTrade } from '../arb/execute-pair.ts'
import { mendLater } from '../arb/mend-later.ts'
import { describeProblem } from '../capture/problems.ts'
import { loadRecording } from '../capture/recording.ts'
import { type ReplayReport, type ReplaySession, type ReplaySetting, replayRecording } from '../capture/replay.ts'
import { verifyRecording } from '../capture/verify.ts'
import { createClient, venueSettings } from '../clients/index.ts'
import { RateBudgets } from '../clients/rates/budgets.ts'
import type { ServiceAlias } from '../clients/venue-module.ts'
import { parseMoney } from '../domain/amounts.ts'
import { ToolkitError, VenueError } from '../domain/errors.ts'
import type { VenueId } from '../domain/market.ts'
import { defaultPlan } from '../domain/pair-plan.ts'
import type { VenueClient } from '../domain/venue.ts'
import { amendOrder } from '../engine/amend-order.ts'
import { createBudget } from '../engine/budget.ts'
import { cancelAllOrders } from '../engine/cancel-all.ts'
import { cancelEach, cancelMarket } from '../engine/cancel-each.ts'
import { cancelOrder } from '../engine/cancel-order.ts'
import { noOperationLog, type Operation } from '../engine/operations.ts'
import { refreshOrder, updateOrder } from '../engine/order-status.ts'
import { placeBatch, placeOrder } from '../engine/place-order.ts'
import { reconcile } from '../engine/reconcile.ts'
import { resendOrder } from '../engine/resend-order.ts'
import type { Observations, Trading } from '../engine/trading.ts'
import { createRuntime } from '../runtime/runtime.ts'
import type { Ledger } from '../store/ledger.ts'
import { memoryLedger } from '../store/memory-ledger.ts'
import { createBreakers } from './breaker-set.ts'
import { nettingOf } from './netting.ts'
import { decodeOperation, encodeOutcome, type Observed, observedSubject } from './operation-codec.ts'
import { decodeBegin } from './replay-state.ts'
import { encodeFailure } from './taped-operations.ts'
import { toolVersion } from './version.ts'

/** Long enough never to matter: recorded time-outs are answered as such at once. */
const timeoutMs = 60_000

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
  const recording = loadRecording(nameOrDirectory, options.captureDir)
  const { kind } = recording.manifest.trigger
  if (kind === 'program' || kind === 'import') throw otherProgram(recording.session)
  const { status, problems } = verifyRecording(recording.directory)
  const [first] = problems
  if (status === 'damaged' && first !== undefined) throw damaged(recording.session, describeProblem(first))
  return replayRecording(recording, (setting) => openReplaySession(setting, options.atEnd))
}

/** The tape has what the program sent, and nothing of what it did to send it. */
function otherProgram(session: string): ToolkitError {
  return new ToolkitError({
    code: 'RECORDING_OF_OTHER_PROGRAM',
    category: 'usage',
    message: `${session} is the recording of a program that is not ours, so there is nothing here to run again.`,
    facts: { session },
    suggestions: [`crosstape capture serve ${session}, and point the program at it.`],
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

/** A session like any other, except that its venues are a tape and its journal is memory. */
function openReplaySession(
  setting: ReplaySetting,
  atEnd: (ledger: Ledger) => Promise<void> = () => Promise.resolve(),
): Promise<ReplaySession> {
  let trading: Trading | null = null
  return Promise.resolve({
    perform: async (op, input) => {
      if (op === 'begin') {
        trading = replayTrading(setting, input)
        return null
      }
      if (trading === null) throw beginMissing()
      const { operation, observed } = decodeOperation({ op, ...(typeof input === 'object' ? input : {}) })
      try {
        return encodeOutcome(
          operation.op,
          await perform({ ...trading, observe: recordedObservations(observed) }, operation),
        )
      } catch (error) {
        if (error instanceof ToolkitError) return encodeFailure(error)
        throw error
      }
    },
    close: () => (trading === null ? Promise.resolve() : atEnd(trading.ledger)),
  })
}

function beginMissing(): ToolkitError {
  return new ToolkitError({
    code: 'RECORDING_BEGIN_MISSING',
    category: 'usage',
    message: 'The recording does not say what its session began with, so it cannot be replayed.',
    suggestions: ['crosstape capture show still prints it.'],
  })
}

function replayTrading(setting: ReplaySetting, begin: unknown): Trading {
  const { tape, clock, seed } = setting
  const { state, limits } = decodeBegin(begin)
  const runtime = createRuntime({ clock, seed })
  const ledger = memoryLedger({ state, clock, nettingOf })
  const breakers = createBreakers({ ledger, clock, onWarning: () => undefined })
  const clients = new Map<VenueId, Promise<VenueClient>>()
  // Nothing waits: what had to is on the tape when it went, and what was held back is on it as that.
  const rates = new RateBudgets({ clock, random: runtime.random, mode: 'open' })
  return {
    environment: setting.environment,
    runtime,
    ledger,
    limits,
    observe: recordedObservations([]),
    breakers,
    budget: createBudget(),
    operations: noOperationLog,
    readHalt: () => Promise.resolve(null),
    client: (venue) => {
      const known = clients.get(venue)
      if (known !== undefined) return known
      const client = createClient(venue, {
        urls: tapeUrls(venue),
        account: { kind: 'replay', identity: setting.accounts[venue] ?? {} },
        clock,
        timeoutMs,
        userAgent: `crosstape/${toolVersion}`,
        rates,
        onAvailability: (available) => breakers.recordVenue(venue, available),
        attachTape: (instance, alias: ServiceAlias) => tape.attach(instance, alias),
      })
      clients.set(venue, client)
      return client
    },
  }
}

/** Requests are matched by path, without their host, and none is sent: a host that cannot exist says so. */
function tapeUrls(venue: VenueId): Readonly<Record<string, string>> {
  const pathOf = (url: string | null): string => (url === null ? '' : new URL(url).pathname.replace(/\/$/, ''))
  const { urls } = venueSettings[venue]
  return Object.fromEntries(urls.map(({ name, defaults }) => [name, `http://tape.invalid${pathOf(defaults.live)}`]))
}

/** Answers from what the recorded operation saw, each observation once and in order. */
function recordedObservations(observed: readonly Observed[]): Observations {
  const left = [...observed]
  const take = <Kind extends Exclude<Observed['kind'], 'failed'>>(
    kind: Kind,
    of: string,
    matches: (seen: Extract<Observed, { kind: Kind }>) => boolean,
  ): Extract<Observed, { kind: Kind }> => {
    const isWanted = (seen: Observed): seen is Extract<Observed, { kind: Kind }> => seen.kind === kind
    const isFailure = (seen: Observed): boolean => seen.kind === 'failed' && seen.of === of
    const index = left.findIndex((seen) => isFailure(seen) || (isWanted(seen) && matches(seen)))
    const found = left[index]
    if (found === undefined) throw notObserved(kind)
    left.splice(index, 1)
    if (found.kind === 'failed') throw new VenueError(found.failure)
    if (!isWanted(found)) throw notObserved(kind)
    return found
  }
  return {
    market: async (id) => take('market', observedSubject('market', id), (seen) => seen.id === id).market,
    book: async ({ id }) => take('book', observedSubject('book', id), ({ book }) => book.market === id).book,
    positions: async (venue) =>
      take('positions', observedSubject('positions', venue), (seen) => seen.venue === venue).positions,
    openOrders: async (venue) =>
      take('open_orders', observedSubject('open_orders', venue), (seen) => seen.venue === venue).orders,
    fills: async (venue) => take('fills', observedSubject('fills', venue), (seen) => seen.venue === venue).fills,
    balance: async (venue) =>
      take('balance', observedSubject('balance', venue), (seen) => seen.venue === venue).balance,
    settlement: async ({ id }) =>
      take('settlement', observedSubject('settlement', id), (seen) => seen.id === id).settlement,
    orderTimeMs: () => take('time', 'time', () => true).ms,
  }
}

function notObserved(kind: Observed['kind']): ToolkitError {
  return new ToolkitError({
    code: 'OBSERVATION_NOT_RECORDED',
    category: 'drift',
    message: `Today's code looks at a ${kind} that the recorded operation did not look at.`,
  })
}

function perform(trading: Trading, operation: Operation): Promise<unknown> {
  switch (operation.op) {
    case 'place':
      return placeOrder(trading, operation.request)
    case 'place_pair':
      return executeTrade(trading, {
        requests: operation.requests,
        edgeExpected: parseMoney(operation.edgeExpected),
        tradeId: operation.tradeId,
        plan: operation.plan ?? defaultPlan(trading.limits.maxSlippage),
      })
    case 'mend_trade':
      return mendLater(trading, operation.trade, operation.policy, operation.round)
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
    case 'reconcile': {
      const { order, fix, claim, acceptCash, venues } = operation
      const one = order === null ? {} : { order }
      return reconcile(trading, { ...one, fix, ...(claim === null ? {} : { claim }), acceptCash, venues })
    }
    case 'resend':
      return resendOrder(trading, operation.order)
  }
}
