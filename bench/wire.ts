import { constants, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { keccak_256 as keccak256 } from '@noble/hashes/sha3.js'
import { evaluatePair } from '../src/arb/detect.ts'
import { executeTrade } from '../src/arb/execute-pair.ts'
import type { Opportunity } from '../src/arb/opportunity.ts'
import { PollingFeed } from '../src/arb/polling-feed.ts'
import type { ArbPair } from '../src/arb/ports.ts'
import { readAccountFacts, termsNow } from '../src/arb/terms.ts'
import { orderOf } from '../src/arb/trade-opportunity.ts'
import type { Settings } from '../src/cli/config/settings.ts'
import { type SandboxControl, sandboxControl } from '../src/cli/rehearsal/sandbox-control.ts'
import { examplePair } from '../src/cli/sandbox/example-markets.ts'
import { openSession, type Session } from '../src/cli/session/session.ts'
import { loadKalshiAccount } from '../src/clients/kalshi/auth.ts'
import { l2Signature } from '../src/clients/polymarket/auth-l2.ts'
import { exchanges } from '../src/clients/polymarket/contracts.ts'
import { type Curve, loadCurve } from '../src/clients/polymarket/secp256k1.ts'
import { exchangeDomain, orderTypes, ZERO_BYTES32 } from '../src/clients/polymarket/typed-data.ts'
import { typedDataHash } from '../src/clients/polymarket/typed-data-hash.ts'
import { parseMoney, parseQuantity } from '../src/domain/amounts.ts'
import { type MarketId, pairName } from '../src/domain/market.ts'
import { defaultPlan } from '../src/domain/pair-plan.ts'
import { reconcile } from '../src/engine/reconcile/reconcile.ts'
import { type Clock, systemClock } from '../src/runtime/clock.ts'
import { defaultLimits } from '../src/safeguards/limits.ts'
import { median, printRatio, type Ratio } from './ratio.ts'
import { startVenues } from './venues.ts'

/** Trades until the engine has compiled what a trade runs through. */
const WARM_UP = 150
const COLD = 10
const TRADES = 100

const [first, second] = [examplePair.first as MarketId, examplePair.second as MarketId]
/** Longer than the sandbox takes to make a match final. */
const FINAL_AFTER_MS = 60_000
let moved = 0
/** The clock of the account, moved on between trades together with that of the venues. */
const clock: Clock = {
  nowMs: () => systemClock.nowMs() + moved,
  monotonicMs: () => systemClock.monotonicMs() + moved,
  sleep: (ms, signal) => systemClock.sleep(ms, signal),
}

/** Every trade is checked as a live one is; only what they add up to must not end the bench. */
const limits = { ...defaultLimits, maxExposure: parseMoney('1000000'), maxDailyLoss: null }

/**
 * From the decision to trade to the moment at which both orders have been written to their sockets: books copied, orders
 * checked, signed and made durable. Over what signing the two orders takes by itself, done right before each trade, so that
 * both are measured in the same state of the machine. Processor time of all threads; the venues stand in a process of their own.
 */
export async function benchWire(): Promise<readonly Ratio[]> {
  const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-bench-'))
  const venues = await startVenues(dataDir)
  try {
    const ratios: Ratio[] = []
    for (const captureDir of [null, join(dataDir, 'recordings')]) {
      await using session = await open({ dataDir, captureDir, venues: venues.settings })
      const how = captureDir === null ? 'without capture' : 'with capture'
      ratios.push(ratio(how, await timesOf(session, sandboxControl(venues.control))))
    }
    return ratios
  } finally {
    await venues.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function open(of: Pick<Settings, 'dataDir' | 'captureDir' | 'venues'>): Promise<Session> {
  const settings: Settings = { ...of, environment: 'sandbox', captureFilter: 'orders', session: 'bench', limits }
  return openSession({
    settings,
    command: 'bench',
    dryRun: false,
    needs: 'venues',
    onWarning: (message) => console.error(message),
    signal: new AbortController().signal,
    clock,
  })
}

function ratio(how: string, times: readonly Times[]): Ratio {
  const [cold, warm] = [times.slice(0, COLD), times.slice(WARM_UP)]
  const sorted = warm.map(({ wall }) => wall).sort((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2)
  const bare = (what: keyof BareSigning): number =>
    median(warm.filter(({ signed }) => signed === what).map((each) => each.signing))
  const [cpu, signing, curves] = [median(warm.map((each) => each.cpu)), bare('orders'), bare('curves')]
  return {
    name: `from a decision to both orders on the wire, ${how}, over bare signing for both venues`,
    ratio: cpu / signing,
    detail:
      `median ${cpu.toFixed(2)} ms of processor time over ${signing.toFixed(2)} ms, ` +
      `and ${(cpu / curves).toFixed(2)}x the ${curves.toFixed(2)} ms of the two operations on keys alone; wall time p50 ${at(0.5)} ms, ` +
      `p99 ${at(0.99)} ms, of ${warm.length} trades, the journal on the disk before either is sent; ` +
      `the first ${COLD} trades of a process ${median(cold.map((each) => each.cpu)).toFixed(2)} ms of processor time, ` +
      `wall time ${median(cold.map((each) => each.wall)).toFixed(2)} ms`,
    atMost: 3,
  }
}

/** What nobody who trades on both venues can do without. */
interface BareSigning {
  /** One RSA signature of 2048 bits and one on secp256k1, of bytes that are there. */
  curves(): void
  /** The signatures of one order of each venue: the same two, of what they have to cover, and the login of the second. */
  orders(): void
}

async function bareSigning(): Promise<BareSigning> {
  const { privateKey: key } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const curve: Curve = await loadCurve()
  const [secret, message, digest] = [randomBytes(32), randomBytes(64), randomBytes(32)]
  const privateKeyPem = key.export({ type: 'pkcs1', format: 'pem' }).toString()
  const { sign: signKalshi } = await loadKalshiAccount({ keyId: 'bench', privateKeyPem })
  // Of its own: what our client's has in memory of its last order must not be lost to this one.
  const hash = typedDataHash(keccak256)
  const domain = exchangeDomain('2', exchanges.v2)
  const [apiSecret, wallet] = [randomBytes(32).toString('base64'), `0x${randomBytes(20).toString('hex')}`]
  const tokenId = BigInt(`0x${randomBytes(32).toString('hex')}`).toString()
  const fixed = { maker: wallet, signer: wallet, tokenId, side: 0, signatureType: 0 }
  const empty = { metadata: ZERO_BYTES32, builder: ZERO_BYTES32 }
  const body = 'x'.repeat(BODY_LENGTH)
  let number = 0
  return {
    curves: () => {
      sign('sha256', message, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 })
      curve.sign(digest, secret)
    },
    orders: () => {
      const at = clock.nowMs()
      signKalshi(`${at}POST/trade-api/v2/portfolio/events/orders`)
      const amounts = { makerAmount: String(2_000_000 + ++number), takerAmount: '5000000' }
      const order = { ...fixed, ...empty, ...amounts, salt: String(number), timestamp: String(at) }
      curve.sign(hash.digest(domain, orderTypes, order), secret)
      l2Signature(apiSecret, { timestampS: Math.floor(at / 1000), method: 'POST', path: '/order', body })
    },
  }
}

/** Characters of an order to Polymarket. */
const BODY_LENGTH = 780

function cpuOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  return cpuMs(before)
}

function cpuMs(from: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(from)
  return (user + system) / 1_000
}

/** ms, of one trade: from its decision to the wire, and of bare signing of one kind right before. */
interface Times {
  readonly wall: number
  readonly cpu: number
  readonly signing: number
  readonly signed: keyof BareSigning
}

async function timesOf(session: Session, control: SandboxControl): Promise<readonly Times[]> {
  const { trading } = session
  const markets = [await trading.observe.market(first), await trading.observe.market(second)] as const
  const pair: ArbPair = { key: pairName([first, second]), markets, polarity: 'same' }
  const feed = new PollingFeed({ markets, read: (market) => trading.observe.book(market), clock })
  const wishes = { minEdge: parseMoney('0.01'), size: parseQuantity('5'), provisionalMax: parseQuantity('1000000') }
  const facts = await readAccountFacts(trading, [pair])
  const bare = await bareSigning()
  const times: Times[] = []
  for (let trade = 0; trade < WARM_UP + TRADES; trade++) {
    await control.setBook(first, { bids: [['0.30', '50']], asks: [['0.40', '20']] })
    await control.setBook(second, { bids: [['0.50', '20']], asks: [['0.70', '50']] })
    await feed.sweep()
    const [own, other] = [feed.book(first), feed.book(second)]
    if (own === null || other === null) throw new Error('no books')
    const found = evaluatePair(pair, [own, other], termsNow(trading, wishes, facts))
    if (found.kind === 'none') throw new Error(`the bench does not pay: ${JSON.stringify(found.reason)}`)
    // One of the two before each trade: the second would find what the first has fetched.
    const signed = trade % 2 === 0 ? 'orders' : 'curves'
    times.push({ signed, signing: cpuOf(bare[signed]), ...(await oneTrade(session, found, feed)) })
    // Fills of the second venue are final a while later; until then the pair is under way.
    moved += FINAL_AFTER_MS
    await control.advance(FINAL_AFTER_MS)
    await reconcile(trading, { fix: false, venues: markets.map(({ venue }) => venue) })
  }
  return times
}

async function oneTrade(
  { trading }: Session,
  found: Opportunity,
  feed: PollingFeed,
): Promise<Pick<Times, 'wall' | 'cpu'>> {
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
