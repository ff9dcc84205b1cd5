import type { AxiosInstance } from 'axios'
import { expect } from 'chai'
import { loadKalshiAccount } from '../../src/clients/kalshi/auth.ts'
import { createKalshiClient } from '../../src/clients/kalshi/client.ts'
import { loadPolymarketAccount } from '../../src/clients/polymarket/account.ts'
import { createPolymarketClient } from '../../src/clients/polymarket/client.ts'
import type { BudgetMode } from '../../src/clients/rates/budget.ts'
import { RateBudgets } from '../../src/clients/rates/budgets.ts'
import { parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import type { Market, VenueId } from '../../src/domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent } from '../../src/domain/order.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'
import { isOnLadder } from '../../src/domain/tick-ladder.ts'
import type { PreparedOrder, VenueClient } from '../../src/domain/venue.ts'
import { isoTime } from '../../src/runtime/clock.ts'
import { seededIds } from '../../src/runtime/ids.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { quiet, TimedClock } from '../support/timed-clock.ts'

const START_MS = Date.parse('2026-11-20T12:00:00Z')

/** The sandbox at the venues' lowest tiers, and clients that share one budget. Time moves only while nothing is under way. */
class Bench {
  readonly statuses = new Map<number, number>()
  readonly calls: string[] = []
  private constructor(
    readonly sandbox: RunningSandbox,
    readonly clock: TimedClock,
    readonly rates: RateBudgets,
  ) {}

  static async start(mode: BudgetMode): Promise<Bench> {
    const clock = new TimedClock(START_MS)
    const sandbox = await startSandbox({ dataDir: null, clock, seed: 'rates', rateLimit: 'basic' })
    return new Bench(sandbox, clock, new RateBudgets({ clock, random: seededRandom('rates'), mode }))
  }

  async connect(venue: VenueId): Promise<VenueClient> {
    const { kalshi, polymarket } = this.sandbox
    const common = { clock: this.clock, timeoutMs: 60_000, userAgent: 'crosstape/test', rates: this.rates }
    const attachTape = (instance: AxiosInstance): void => this.watch(instance)
    if (venue === 'kalshi') {
      const account = await loadKalshiAccount({ keyId: kalshi.apiKeyId, privateKeyPem: kalshi.privateKeyPem })
      return createKalshiClient({ ...common, baseUrl: kalshi.rest, account, attachTape })
    }
    const account = await loadPolymarketAccount({ privateKey: polymarket.privateKey, funder: polymarket.funder })
    return createPolymarketClient({ ...common, urls: polymarket, account, attachTape })
  }

  private watch(instance: AxiosInstance): void {
    const inner = instance.defaults.adapter
    if (typeof inner !== 'function') throw new Error('the adapter is not a function')
    instance.defaults.adapter = async (config) => {
      const reply = await inner(config)
      this.calls.push(`${config.crosstape?.endpoint} ${reply.status}`)
      this.statuses.set(reply.status, (this.statuses.get(reply.status) ?? 0) + 1)
      return reply
    }
  }

  refusals(): number {
    return this.statuses.get(429) ?? 0
  }

  async run<T>(work: Promise<T>): Promise<T> {
    let settled = false
    const done = work.finally(() => {
      settled = true
    })
    done.catch(() => undefined)
    for (await quiet(); !settled; await quiet()) {
      const underWay = this.rates.describe().some(({ pools }) => pools.some((pool) => pool.underWay > 0))
      if (!underWay) this.clock.advance()
    }
    return done
  }
}

describe('rate budgets against the sandbox', function () {
  this.timeout(60_000)
  const ids = seededIds(seededRandom('rates-test'))
  let bench: Bench

  afterEach(() => bench.sandbox.close())

  async function plainMarket(client: VenueClient): Promise<Market> {
    for await (const page of client.listMarkets({ status: 'open', limit: 400 })) {
      const found = page.find(
        (market) =>
          market.untradableReason === null &&
          isOnLadder(market.ladder, parsePrice('0.02')) &&
          market.fees.kind !== 'unknown',
      )
      if (found !== undefined) return found
    }
    throw new Error('the sandbox has no such market')
  }

  function restingOrder(market: Market): ApprovedOrder {
    const intent: OrderIntent = {
      id: ids.short('o'),
      clientOrderId: ids.uuid(),
      market: market.id,
      outcome: 'yes',
      side: 'buy',
      quantity: parseQuantity('20'),
      price: parsePrice('0.02'),
      timeInForce: 'gtc',
      expiresAt: null,
      postOnly: false,
      reduceOnly: false,
      purpose: { kind: 'manual' },
      // Polymarket's ids are hashes: equal orders of one millisecond would be one.
      createdAtMs: START_MS + placed++,
    }
    return { intent } as ApprovedOrder
  }
  let placed = 0

  interface Placed {
    readonly kind: string
    readonly order: Order
  }

  async function place(client: VenueClient, market: Market): Promise<Placed> {
    return send(client, await client.prepareOrder(restingOrder(market), market))
  }

  async function send(client: VenueClient, prepared: PreparedOrder): Promise<Placed> {
    const placement = await client.placeOrder(prepared)
    const { intent } = prepared.approved
    const order = submittedOrder(intent, prepared.venueOrderId, isoTime(intent.createdAtMs))
    if (placement.kind !== 'accepted') return { kind: 'code' in placement ? placement.code : placement.kind, order }
    return { kind: 'accepted', order: { ...order, venueOrderId: placement.report.venueOrderId } }
  }

  async function manyReads(): Promise<void> {
    const clients = await Promise.all([bench.connect('kalshi'), bench.connect('kalshi'), bench.connect('kalshi')])
    const [first] = clients
    if (first === undefined) throw new Error('no client')
    const market = await bench.run(plainMarket(first))
    const reads = clients.flatMap((client) => [
      collect(client.listMarkets({})),
      ...Array.from({ length: 30 }, () => client.getBook(market)),
      ...Array.from({ length: 30 }, () => client.getBalance()),
    ])
    await bench.run(Promise.allSettled(reads))
  }

  it('meets no 429 with three catalogues and many reads at once, where without budgets there are some', async () => {
    bench = await Bench.start('open')
    await manyReads()
    expect(bench.refusals()).to.be.greaterThan(20)
    await bench.sandbox.close()
    bench = await Bench.start('metered')
    await manyReads()
    expect(bench.refusals()).to.equal(0)
    expect(bench.statuses.get(200)).to.be.at.least(180)
  })

  it('holds orders back that Kalshi would refuse, sends those that can wait, and cancels all of them', async () => {
    bench = await Bench.start('metered')
    const client = await bench.connect('kalshi')
    const market = await bench.run(plainMarket(client))
    const placements = await bench.run(Promise.all(Array.from({ length: 30 }, () => place(client, market))))
    const kinds = placements.map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind === 'accepted')).to.have.length.within(18, 21)
    expect(new Set(kinds)).to.deep.equal(new Set(['accepted', 'RATE_BUDGET_SPENT']))
    const live = placements.filter(({ kind }) => kind === 'accepted').map(({ order }) => order)
    const cancels = live.map((order) => client.cancelOrder(order, market))
    const cancelled = await bench.run(Promise.all(cancels))
    expect(cancelled.map(({ kind }) => kind)).to.deep.equal(live.map(() => 'cancelled'))
    expect(await bench.run(client.listOpenOrders())).to.deep.equal([])
    expect(bench.refusals()).to.equal(0)
  })

  it('asks Kalshi for its limits once, when something has to wait', async () => {
    bench = await Bench.start('metered')
    const client = await bench.connect('kalshi')
    const market = await bench.run(plainMarket(client))
    await bench.run(place(client, market))
    expect(bench.calls.filter((call) => call.startsWith('get_account_limits'))).to.deep.equal([])
    await bench.run(Promise.all(Array.from({ length: 15 }, () => place(client, market))))
    expect(bench.calls.filter((call) => call.startsWith('get_account_limits'))).to.deep.equal([
      'get_account_limits 200',
    ])
    const writes = bench.rates.describe()[0]?.pools.find(({ name }) => name.endsWith('/write'))
    expect([writes?.source, writes?.limit]).to.deep.equal([
      'venue',
      { kind: 'bucket', capacity: 100, refillPerSecond: 100 },
    ])
  })

  it('asks for the limits when it is told to', async () => {
    bench = await Bench.start('metered')
    await bench.connect('kalshi')
    await bench.run(bench.rates.learn())
    const sources = bench.rates.describe().flatMap(({ pools }) => pools.map(({ name, source }) => [name, source]))
    expect(sources).to.deep.include([`${bench.sandbox.kalshi.apiKeyId}/write`, 'venue'])
  })

  it('keeps to the limits of a Polymarket signer, what a sweep cancelled included', async () => {
    bench = await Bench.start('metered')
    const client = await bench.connect('polymarket')
    const market = await bench.run(plainMarket(client))
    // Signed beforehand: time would go on while the last ones are being signed, and the first ones would wait too long.
    const orders = Array.from({ length: 80 }, () => client.prepareOrder(restingOrder(market), market))
    const prepared = await Promise.all(orders)
    const placements = await bench.run(Promise.all(prepared.map((order) => send(client, order))))
    expect(placements.filter(({ kind }) => kind === 'accepted')).to.have.length(80)
    expect(await bench.run(client.cancelAll())).to.deep.equal({ cancelled: 80 })
    const again = placements.slice(0, 40).map(({ order }) => client.cancelOrder(order, market))
    const kinds = (await bench.run(Promise.all(again))).map(({ kind }) => kind)
    expect(new Set(kinds)).to.deep.equal(new Set(['not_live']))
    expect(bench.refusals()).to.equal(0)
  })

  it('shares one budget between the clients of an account, and gives each account its own', async () => {
    bench = await Bench.start('metered')
    const [one, other] = [await bench.connect('kalshi'), await bench.connect('kalshi')]
    await bench.run(Promise.all([one.getBalance(), other.getBalance()]))
    const pools = bench.rates.describe().flatMap((budget) => budget.pools)
    expect(pools.map(({ name, left }) => [name, left])).to.deep.equal([[`${bench.sandbox.kalshi.apiKeyId}/read`, 580]])
  })
})

async function collect(pages: AsyncIterable<readonly Market[]>): Promise<number> {
  let markets = 0
  for await (const page of pages) markets += page.length
  return markets
}
