import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Accounts, compareBooks, readAccounts } from '../../src/cli/drill/books.ts'
import { type DrillServer, type Ended, startProgram, startServer } from '../../src/cli/drill/program.ts'
import type { ArbRunJson } from '../../src/cli/json/arb-json.ts'
import { openLiveBooks } from '../../src/cli/markets/live-books.ts'
import type { InjectionRequest, SandboxControl } from '../../src/cli/rehearsal/sandbox-control.ts'
import { openSession, type Session } from '../../src/cli/session/session.ts'
import { parseMoney, parsePrice } from '../../src/domain/amounts.ts'
import { type MarketId, pairName, perVenue, venueIds } from '../../src/domain/market.ts'
import { approvePair, readPair } from '../../src/engine/markets/pairs.ts'
import { syncMarkets } from '../../src/engine/markets/sync-markets.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { defaultLimits } from '../../src/safeguards/limits.ts'
import { createCatalogue } from '../../src/sandbox/catalogue/catalogue.ts'
import { startSandbox } from '../../src/sandbox/serve.ts'
import type { ArbTrade } from '../../src/store/events.ts'
import { builtProgram } from '../support/built.ts'

export interface Pair {
  readonly markets: readonly [MarketId, MarketId]
  readonly polarity: 'same' | 'inverted'
}

/** A sandbox in a process of its own, a loop that trades there in another, and a session of the test's. */
export interface ArbWorld {
  readonly control: SandboxControl
  readonly session: Session
  /** The same question at both venues, approved by nobody. */
  readonly unwatched: Pair
  /** A pair that is quoted so that it pays nothing, and was not given out before. A refused one rests for ten seconds. */
  pair(polarity?: Pair['polarity']): Pair
  inject(pair: Pair, how?: Partial<InjectionRequest>): Promise<string>
  /** Resolves when a trade of a pair is in the journal. */
  begun(pair: Pair): Promise<ArbTrade>
  /** The newest trade of a pair once its orders have ended and nothing is left to mend. */
  traded(pair: Pair, withinMs?: number): Promise<ArbTrade>
  /** The same, once nothing of it can be taken back any more. */
  ended(pair: Pair, withinMs: number): Promise<ArbTrade>
  /** What journal, positions or cash say otherwise than the exchange's own books, in words. */
  differences(): Promise<readonly string[]>
  /** Another loop in the place of the one that was interrupted. */
  start(limits: Limits, ...args: readonly string[]): Promise<void>
  /** Interrupts the loop, and returns what it reports. */
  interrupt(): Promise<{ readonly ended: Ended; readonly report: ArbRunJson }>
  close(): Promise<void>
}

const patienceMs = 40_000

interface Limits {
  readonly maxExposure: string
}

const seed = '00'.repeat(32)

export async function anArbWorld(limits: Limits): Promise<ArbWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'crosstape-arb-'))
  await startSandbox({ dataDir: folder, clock: systemClock, seed }).then((begun) => begun.close())
  const server = await startServer(builtProgram(), folder)
  const session = await sessionIn(folder, limits)
  await syncMarkets(session.trading, session.catalogue, { venues: venueIds, onProgress: () => undefined })
  const [unwatched, ...pairs] = pairsIn((await server.control.origin()).originMs)
  if (unwatched === undefined) throw new Error('the sandbox has no pairs')
  // What the sandbox quotes of its own accord may pay.
  for (const market of pairs.flatMap(({ markets }) => markets)) {
    await server.control.setBook(market, { bids: [['0.45', '50']], asks: [['0.55', '50']] })
  }
  for (const { markets, polarity } of pairs) {
    await approvePair(session.trading, await readPair(session.catalogue, markets), { polarity, by: 'test' })
  }
  const world = worldOf(folder, server, session, { unwatched, pairs }, await readAccounts(server.control))
  await world.start(limits)
  return world
}

/** Pairs where a contract costs whole cents on Polymarket and nobody is held back, each market once, those that last longest first. */
function pairsIn(originMs: number): readonly Pair[] {
  const catalogue = createCatalogue({ seed, originMs })
  const listed = catalogue.equivalentPairs().flatMap(({ kalshi, polymarket, polarity }) => {
    const [first, second] = [catalogue.find('kalshi', kalshi), catalogue.find('polymarket', polymarket)]
    const isPlain = second?.ladder.every(({ step }) => step === parsePrice('0.01')) === true
    if (first === null || second === null || first.category === 'Sports' || !isPlain) return []
    return [{ markets: [first.id, second.id] as const, polarity, closeMs: first.schedule.closeMs }]
  })
  const taken = new Set<MarketId>()
  const unique = listed
    .toSorted((a, b) => b.closeMs - a.closeMs)
    .filter(({ markets }) => {
      const isNew = markets.every((market) => !taken.has(market))
      for (const market of markets) taken.add(market)
      return isNew
    })
  return unique.slice(0, 24).map(({ markets, polarity }) => ({ markets, polarity }))
}

function sessionIn(dataDir: string, { maxExposure }: Limits): Promise<Session> {
  return openSession({
    settings: {
      environment: 'sandbox',
      dataDir,
      captureDir: null,
      captureFilter: 'orders',
      session: null,
      limits: { ...defaultLimits, maxExposure: parseMoney(maxExposure) },
      venues: perVenue(() => ({ urls: {}, credentials: {}, overrides: [] })),
    },
    command: 'test',
    dryRun: false,
    needs: 'venues',
    onWarning: () => undefined,
    signal: new AbortController().signal,
  })
}

function worldOf(
  folder: string,
  { control, close }: DrillServer,
  session: Session,
  { unwatched, pairs }: { readonly unwatched: Pair; readonly pairs: readonly Pair[] },
  before: Accounts,
): ArbWorld {
  const unused = [...pairs]
  let loop: ReturnType<typeof startProgram> | null = null
  const isAtRest = ({ status, provisional, imbalance }: ArbTrade): boolean =>
    imbalance === '0' && (status !== 'open' || provisional === true)
  const newest = async (pair: Pair): Promise<ArbTrade | null> => {
    await session.trading.ledger.refresh()
    const trades = await session.trading.ledger.listTrades({})
    return trades.find((trade) => trade.pair === pairName(pair.markets)) ?? null
  }
  const seen = async (pair: Pair, isSo: (trade: ArbTrade) => boolean, withinMs = patienceMs): Promise<ArbTrade> => {
    const untilMs = systemClock.monotonicMs() + withinMs
    for (;;) {
      const trade = await newest(pair)
      if (trade !== null && isSo(trade)) return trade
      if (loop?.child.exitCode !== null) throw new Error(`no loop: ${(await loop?.ended)?.stderr}`)
      if (systemClock.monotonicMs() > untilMs) throw new Error(`not traded: ${JSON.stringify(trade)}`)
      await systemClock.sleep(30)
    }
  }
  return {
    control,
    session,
    unwatched,
    pair: (polarity = 'same') => {
      const at = unused.findIndex((pair) => pair.polarity === polarity)
      const [pair] = at < 0 ? [] : unused.splice(at, 1)
      if (pair === undefined) throw new Error(`the sandbox has no further pair that is ${polarity}`)
      return pair
    },
    start: async (limits, ...args) => {
      const config = join(folder, 'config.json')
      await writeFile(config, JSON.stringify({ limits }))
      const options = ['--size', '10', '--json', '--config', config, ...args]
      loop = startProgram(builtProgram(), folder, ['arb', 'run', ...options])
    },
    inject: async (pair, how = {}) => {
      const wish = { edge: '0.05', size: '10', forMs: null, on: null, effects: [], ...how }
      return (await control.inject({ ...pair, ...wish })).id
    },
    begun: (pair) => seen(pair, () => true),
    traded: (pair, withinMs) => seen(pair, isAtRest, withinMs),
    ended: (pair, withinMs) => seen(pair, ({ status, imbalance }) => imbalance === '0' && status !== 'open', withinMs),
    differences: async () => compareBooks(folder, before, await readAccounts(control)),
    interrupt: async () => {
      if (loop === null) throw new Error('no loop was started')
      loop.child.kill('SIGINT')
      const ended = await loop.ended
      return { ended, report: JSON.parse(ended.stdout) }
    },
    close: async () => {
      loop?.child.kill('SIGKILL')
      await session[Symbol.asyncDispose]()
      await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/**
 * Listens to the account's own channel in a market. Resolves once it is followed, with what resolves when a fill is heard of:
 * to how the journal has its order at that moment.
 */
export async function hearFill({ session }: ArbWorld, id: MarketId): Promise<{ readonly heard: Promise<string> }> {
  const { ledger, observe } = session.trading
  const [connected, filled] = [new Signal(), new Signal()]
  const live = openLiveBooks(session, {
    news: {
      onAccount: (event) => {
        if (event.kind === 'missed') connected.give()
        if (event.kind === 'fill') filled.give()
      },
    },
    onProblem: () => undefined,
  })
  await live.watch([await observe.market(id)])
  await connected.given
  const heard = filled.given.then(async () => {
    const { openOrders } = await ledger.refresh()
    await live.close()
    return [...openOrders.values()].find(({ intent }) => intent.market === id)?.status ?? 'none'
  })
  return { heard }
}

class Signal {
  readonly given: Promise<void>
  give: () => void = () => undefined
  constructor() {
    this.given = new Promise((resolve) => {
      this.give = resolve
    })
  }
}

/** What only the venues can still say is asked, once every match is final. */
export async function settled({ control, session: { trading } }: ArbWorld): Promise<readonly string[]> {
  await control.advance(60_000)
  const { unsettled } = await reconcile(trading, { fix: false, venues: venueIds })
  return unsettled.map(String)
}
