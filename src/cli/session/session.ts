import { basename } from 'node:path'
import type { RecordingTrigger } from '../../capture/format/manifest.ts'
import { RateBudgets } from '../../clients/rates/budgets.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { type MarketId, parseMarketId, type VenueId, venueIds } from '../../domain/market.ts'
import type { VenueClient } from '../../domain/venue.ts'
import type { VenueStream } from '../../domain/venue-stream.ts'
import { noOperationLog } from '../../engine/operations.ts'
import { createBudget } from '../../engine/place/budget.ts'
import type { Observations, Trading } from '../../engine/trading.ts'
import type { Clock } from '../../runtime/clock.ts'
import { createRuntime, type Runtime } from '../../runtime/runtime.ts'
import { AnnouncedLedger } from '../../store/announced-ledger.ts'
import { openForgivingLedger } from '../../store/forgiving-ledger.ts'
import { type Halt, readHalt } from '../../store/halt.ts'
import type { Ledger } from '../../store/ledger.ts'
import { type Catalogue, openCatalogue } from '../../store/market-catalogue.ts'
import { memoryLedger } from '../../store/memory-ledger.ts'
import { openLedger } from '../../store/open-ledger.ts'
import { nettingOf } from '../config/netting.ts'
import type { Settings } from '../config/settings.ts'
import { sandboxHost } from '../sandbox/host.ts'
import { toolVersion } from '../version.ts'
import { createBreakers, type SessionBreakers } from './breaker-set.ts'
import { closeOnce } from './close-all.ts'
import { signOnlyClient } from './sign-only-client.ts'
import { openTapeSession, type TapeSession } from './tape-session.ts'
import { openClient, openVenueStream, type StreamWishes, type VenueAccessOptions } from './venue-access.ts'

export interface SessionOptions {
  readonly settings: Settings
  /** As typed, without arguments, e.g. `trade place`: for the journal. */
  readonly command: string
  /** Orders are checked and signed against the true state, and neither sent nor journalled. */
  readonly dryRun: boolean
  /** A session that needs no venue opens no tape and never starts a sandbox. */
  readonly needs: 'store' | 'venues'
  /**
   * `carry_on` goes on without a journal or a tape that cannot be written: for cancelling, which nothing may hold up.
   * Absent, nothing is done that is not written down.
   */
  readonly withoutBooks?: 'refuse' | 'carry_on'
  onWarning(message: string): void
  readonly signal: AbortSignal
  /** The system's unless a test or a rehearsal brings its own. */
  readonly clock?: Clock
  /** What ids and draws follow from. Fresh unless a test wants the same run twice. */
  readonly seed?: string
  /** What the recording says of how it came about; the command when absent. */
  readonly trigger?: RecordingTrigger
  /** Stands between the clients and the network for a test that brings its own network. A tape takes its place. */
  readonly attachNetwork?: NonNullable<VenueAccessOptions['attachTape']>
}

export interface Session extends AsyncDisposable {
  readonly settings: Settings
  readonly trading: Trading
  readonly catalogue: Catalogue
  readonly breakers: SessionBreakers
  /** What the venues let this process send, for all of its clients together. */
  readonly rates: RateBudgets
  /** A venue's sockets, on the tape while one runs. Closed by whoever asked for them, before the session is. */
  readonly openStream: (venue: VenueId, wishes: StreamWishes) => Promise<VenueStream>
  /** Folder of the recording. Null while capture is off. */
  readonly tapeDirectory: string | null
}

/**
 * The composition root: everything that a command works with, made once and closed in reverse. Nothing here talks to a
 * venue before it is asked to.
 * @throws ToolkitError when the data directory, the journal or the tape cannot be opened; nothing is changed then.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { settings, dryRun } = options
  const { clock, seed, attachNetwork } = options
  const runtime = createRuntime({
    ...(clock === undefined ? {} : { clock }),
    ...(seed === undefined ? {} : { seed }),
  })
  const { ledger, recordedAs, end } = await openBooks(options, runtime)
  const sandbox = sandboxHost({ dataDir: settings.dataDir, clock: runtime.clock })
  const breakers = createBreakers({ ledger, clock: runtime.clock, onWarning: options.onWarning })
  const rates = new RateBudgets({ clock: runtime.clock, random: runtime.random })
  const access: VenueAccessOptions = {
    settings,
    sandbox,
    clock: runtime.clock,
    rates,
    random: runtime.random.fork('clients'),
    onWarning: options.onWarning,
    onAvailability: breakers.recordVenue,
    ...(attachNetwork === undefined ? {} : { attachTape: attachNetwork }),
  }
  const tape = await openTapeIfAsked(options, { runtime, ledger, access }).catch(async (error: unknown) => {
    if (options.withoutBooks === 'carry_on' && error instanceof ToolkitError) {
      options.onWarning(`nothing is recorded, and cancelling goes on without it. ${error.message}`)
      return null
    }
    // Describing the venues to the tape may have started the sandbox: left open, it would hold the process.
    await ledger.close()
    await sandbox.close()
    throw error
  })
  if (tape !== null) recordedAs(basename(tape.directory))
  const clients = new Map<VenueId, Promise<VenueClient>>()
  const client = (venue: VenueId): Promise<VenueClient> => {
    const known = clients.get(venue)
    if (known !== undefined) return known
    const opened = openClient(venue, { ...access, ...tape?.hooks })
    const chosen = dryRun ? opened.then(signOnlyClient) : opened
    clients.set(venue, chosen)
    return chosen
  }
  const live = liveObservations(client, runtime.clock)
  const haltNow = (): Promise<Halt | null> => readHalt(settings.dataDir)
  const trading: Trading = {
    environment: settings.environment,
    runtime,
    ledger,
    limits: settings.limits,
    observe: tape?.operations.watch(live) ?? live,
    breakers,
    budget: createBudget(),
    operations: tape?.operations ?? noOperationLog,
    readHalt: tape?.operations.watchHalt(haltNow) ?? haltNow,
    client,
  }
  return {
    settings,
    trading,
    catalogue: openCatalogue({ dataDir: settings.dataDir, environment: settings.environment, clock: runtime.clock }),
    breakers,
    rates,
    openStream: (venue, wishes) => openVenueStream(venue, { ...access, ...tape?.hooks }, wishes),
    tapeDirectory: tape?.directory ?? null,
    [Symbol.asyncDispose]: closeOnce([
      () => breakers.settled(),
      () => tape?.close(outcomeOf(options)) ?? Promise.resolve(),
      () => end(outcomeOf(options)),
      () => ledger.close(),
      () => sandbox.close(),
    ]),
  }
}

function outcomeOf({ signal }: SessionOptions): string {
  return signal.aborted ? 'interrupted' : 'done'
}

interface Books {
  readonly ledger: Ledger
  /** Ties what is recorded to the session's recording. */
  readonly recordedAs: (tape: string) => void
  readonly end: (outcome: string) => Promise<void>
}

/** The journal, or for a dry run a copy of its present state in memory. */
async function openBooks(options: SessionOptions, runtime: Runtime): Promise<Books> {
  const { settings, command, dryRun, onWarning, withoutBooks = 'refuse' } = options
  const { clock } = runtime
  const open = withoutBooks === 'carry_on' ? openForgivingLedger : openLedger
  const journal = await open({
    dataDir: settings.dataDir,
    environment: settings.environment,
    clock,
    nettingOf,
    onWarning,
  })
  if (dryRun) {
    const { state } = journal
    await journal.close()
    const ledger = memoryLedger({ state, clock, nettingOf })
    return { ledger, recordedAs: () => undefined, end: () => Promise.resolve() }
  }
  const session = runtime.ids.short('s')
  const ledger = new AnnouncedLedger(journal, { session, command, version: toolVersion })
  return { ledger, recordedAs: (tape) => ledger.recordedAs(tape), end: (outcome) => ledger.end(outcome) }
}

function openTapeIfAsked(
  options: SessionOptions,
  parts: { readonly runtime: Runtime; readonly ledger: Ledger; readonly access: VenueAccessOptions },
): Promise<TapeSession | null> {
  const { settings, needs, dryRun, command, trigger } = options
  // A dry run sends no order, so there is nothing to put on a tape.
  if (settings.captureDir === null || needs === 'store' || dryRun) return Promise.resolve(null)
  const { captureDir } = settings
  return openTapeSession({ ...parts, settings, captureDir, command, ...(trigger === undefined ? {} : { trigger }) })
}

/** Market data from the venues, and the clock's time. */
function liveObservations(client: (venue: VenueId) => Promise<VenueClient>, clock: Clock): Observations {
  return {
    market: async (id, signal) => {
      const { venue, symbol } = partsOf(id)
      return (await client(venue)).getMarket(symbol, signal === undefined ? {} : { signal })
    },
    book: async (market, signal) =>
      (await client(market.venue)).getBook(market, signal === undefined ? {} : { signal }),
    positions: async (venue, signal) => (await client(venue)).listPositions(signal === undefined ? {} : { signal }),
    openOrders: async (venue, signal) => (await client(venue)).listOpenOrders(signal === undefined ? {} : { signal }),
    fills: async (venue, sinceMs, signal) =>
      (await client(venue)).listFills({ sinceMs }, signal === undefined ? {} : { signal }),
    balance: async (venue, signal) => (await client(venue)).getBalance(signal === undefined ? {} : { signal }),
    settlement: async (market, signal) =>
      (await client(market.venue)).getSettlement(market, signal === undefined ? {} : { signal }),
    orderTimeMs: () => clock.nowMs(),
  }
}

function partsOf(id: MarketId): { readonly venue: VenueId; readonly symbol: string } {
  const parts = parseMarketId(id)
  if (parts === null) throw new Error(`not a market id: ${id}; venues are ${venueIds.join(', ')}`)
  return parts
}
