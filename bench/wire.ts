import { constants, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { evaluatePair } from '../src/arb/detect.ts'
import { executeTrade } from '../src/arb/execute-pair.ts'
import type { Opportunity } from '../src/arb/opportunity.ts'
import { PollingFeed } from '../src/arb/polling-feed.ts'
import type { ArbPair } from '../src/arb/ports.ts'
import { readAccountFacts, termsNow } from '../src/arb/terms.ts'
import { orderOf } from '../src/arb/trade-opportunity.ts'
import { examplePair } from '../src/cli/sandbox/example-markets.ts'
import type { Session } from '../src/cli/session/session.ts'
import { loadCurve } from '../src/clients/polymarket/secp256k1.ts'
import { parseMoney, parseQuantity } from '../src/domain/amounts.ts'
import { type MarketId, pairName } from '../src/domain/market.ts'
import { defaultPlan } from '../src/domain/pair-plan.ts'
import { reconcile } from '../src/engine/reconcile.ts'
import { type Clock, systemClock } from '../src/runtime/clock.ts'
import { aWorld, type TestWorld } from '../test/support/session.ts'
import { median, printRatio, type Ratio } from './ratio.ts'

const WARM_UP = 10
const TRADES = 60
const SIGNINGS = 200

const [first, second] = [examplePair.first as MarketId, examplePair.second as MarketId]
/** Longer than the sandbox takes to make a match final. */
const FINAL_AFTER_MS = 60_000
let moved = 0
/** The clock of the account and of the venues, which is moved on between trades. */
const clock: Clock = {
  nowMs: () => systemClock.nowMs() + moved,
  monotonicMs: () => systemClock.monotonicMs() + moved,
  sleep: (ms, signal) => systemClock.sleep(ms, signal),
}

/** Every trade is checked as a live one is; only what they add up to must not end the bench. */
const room = { maxExposure: parseMoney('1000000'), maxDailyLoss: null }

/**
 * From the decision to trade to the moment at which both orders have been written to their sockets: books copied, orders
 * checked, signed and made durable. Against the bare signatures of both, measured in the same run.
 */
export async function benchWire(): Promise<readonly Ratio[]> {
  const signing = await bareSigning()
  const world = await aWorld(room, clock)
  try {
    const captured = { captureDir: join(world.dataDir, 'recordings'), session: 'bench' }
    const without = await timesOf(world, await world.open())
    const taped = await timesOf(world, await world.open(captured))
    return [ratio('without capture', without, signing), ratio('with capture', taped, signing)]
  } finally {
    await world.close()
  }
}

function ratio(how: string, { wall, cpu }: Times, signing: number): Ratio {
  const sorted = [...wall].sort((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2)
  return {
    name: `from a decision to both orders on the wire, ${how}, over bare signing for both venues`,
    ratio: median(cpu) / signing,
    detail:
      `median ${median(cpu).toFixed(2)} ms of processor time over ${signing.toFixed(2)} ms; wall time p50 ${at(0.5)} ms, ` +
      `p99 ${at(0.99)} ms, of ${wall.length} trades, the journal on the disk before either is sent`,
    atMost: 3,
  }
}

/** One RSA signature of 2048 bits and one on secp256k1, in ms of processor time: an order of each venue, and nothing around them. */
async function bareSigning(): Promise<number> {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const curve = await loadCurve()
  const secret = randomBytes(32)
  const times = Array.from({ length: SIGNINGS }, () => {
    const from = process.cpuUsage()
    sign('sha256', randomBytes(64), { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
    curve.sign(randomBytes(32), secret)
    return cpuMs(from)
  })
  return median(times)
}

function cpuMs(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1_000
}

interface Times {
  /** ms, each of one trade. */
  readonly wall: readonly number[]
  readonly cpu: readonly number[]
}

async function timesOf(world: TestWorld, session: Session): Promise<Times> {
  const { trading } = session
  const markets = [await trading.observe.market(first), await trading.observe.market(second)] as const
  const pair: ArbPair = { key: pairName([first, second]), markets, polarity: 'same' }
  const feed = new PollingFeed({ markets, read: (market) => trading.observe.book(market), clock })
  const wishes = { minEdge: parseMoney('0.01'), size: parseQuantity('5'), provisionalMax: parseQuantity('1000000') }
  const facts = await readAccountFacts(trading, [pair])
  const times: { wall: number; cpu: number }[] = []
  for (let trade = -WARM_UP; trade < TRADES; trade++) {
    await world.control.setBook(first, { bids: [['0.30', '50']], asks: [['0.40', '20']] })
    await world.control.setBook(second, { bids: [['0.50', '20']], asks: [['0.70', '50']] })
    await feed.sweep()
    const [own, other] = [feed.book(first), feed.book(second)]
    if (own === null || other === null) throw new Error('no books')
    const found = evaluatePair(pair, [own, other], termsNow(trading, wishes, facts))
    if (found.kind === 'none') throw new Error(`the bench does not pay: ${JSON.stringify(found.reason)}`)
    const took = await oneTrade(session, found, feed)
    if (trade >= 0) times.push(took)
    // Fills of the second venue are final a while later; until then the pair is under way.
    moved += FINAL_AFTER_MS
    await world.control.advance(1)
    await reconcile(trading, { fix: false, venues: markets.map(({ venue }) => venue) })
  }
  return { wall: times.map(({ wall }) => wall), cpu: times.map(({ cpu }) => cpu) }
}

async function oneTrade(
  { trading }: Session,
  found: Opportunity,
  feed: PollingFeed,
): Promise<{ wall: number; cpu: number }> {
  const written = onTheWire(2)
  const [from, cpuFrom] = [systemClock.monotonicMs(), process.cpuUsage()]
  const tradeId = trading.runtime.ids.short('t')
  const { policy } = defaultPlan(trading.limits.maxSlippage)
  const order = orderOf(trading, found, feed, { tradeId, policy, order: 'together', worst: parseMoney('5') })
  const traded = executeTrade(trading, order)
  const took = written.then(() => ({ wall: systemClock.monotonicMs() - from, cpu: cpuMs(cpuFrom) }))
  const { legs } = await traded
  const unfilled = legs.find(({ order: leg }) => leg.filledQuantity === 0n)
  if (unfilled !== undefined) throw new Error(`a leg of the bench was not filled: ${unfilled.order.reason ?? ''}`)
  return took
}

/** Resolves when so many orders have been written out. Node tells when a request's last byte has gone to its socket. */
function onTheWire(orders: number): Promise<void> {
  return new Promise((resolve) => {
    let left = orders
    const heard = (message: unknown): void => {
      if (!isOrder(message)) return
      left--
      if (left > 0) return
      unsubscribe('http.client.request.start', heard)
      resolve()
    }
    subscribe('http.client.request.start', heard)
  })
}

function isOrder(message: unknown): boolean {
  if (typeof message !== 'object' || message === null || !('request' in message)) return false
  const { request } = message
  if (typeof request !== 'object' || request === null || !('path' in request) || !('method' in request)) return false
  return request.method === 'POST' && /\/orders?$/.test(String(request.path))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const one of await benchWire()) printRatio(one)
}
