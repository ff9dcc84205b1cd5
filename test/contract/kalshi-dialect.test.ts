import { expect } from 'chai'
import { loadKalshiAccount } from '../../src/clients/kalshi/auth.ts'
import { createKalshiClient } from '../../src/clients/kalshi/client.ts'
import { addQuantity, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { predictFee } from '../../src/domain/fees.ts'
import type { Market } from '../../src/domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent } from '../../src/domain/order.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'
import { isOnLadder } from '../../src/domain/tick-ladder.ts'
import type { Placement, VenueClient } from '../../src/domain/venue.ts'
import { isoTime, VirtualClock } from '../../src/runtime/clock.ts'
import { seededIds } from '../../src/runtime/ids.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { reportIn, verdictOf } from '../support/lookups.ts'

/** What only Kalshi does, against the sandbox: grids, shards, key types, and answers that go wrong. */
describe('kalshi client in its own dialect', function () {
  this.timeout(30_000)
  const ids = seededIds(seededRandom('kalshi-dialect'))
  let clock: VirtualClock
  let sandbox: RunningSandbox
  let client: VenueClient

  before(async () => {
    clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z'))
    sandbox = await startSandbox({ dataDir: null, clock, seed: 'kalshi-dialect', rsa: true })
    client = await connect(sandbox.kalshi)
  })
  after(() => sandbox?.close())
  afterEach(() => control('DELETE', 'faults'))

  async function connect(credentials: RunningSandbox['kalshi']['ed25519']): Promise<VenueClient> {
    const { apiKeyId: keyId, privateKeyPem } = credentials
    const account = await loadKalshiAccount({ keyId, privateKeyPem })
    return createKalshiClient({
      baseUrl: sandbox.kalshi.rest,
      account,
      timeoutMs: 5_000,
      clock,
      userAgent: 'crosstape/test',
    })
  }

  async function control(method: string, what: string, body?: unknown): Promise<void> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await fetch(`${sandbox.control}/${what}`, init)
    if (!response.ok) throw new Error(`the sandbox refused ${what}: ${await response.text()}`)
  }

  function spoil(fault: Record<string, unknown>): Promise<void> {
    return control('POST', 'faults', { venue: 'kalshi', endpoint: 'place_order', times: 1, ...fault })
  }

  async function findMarket(wanted: (market: Market) => boolean): Promise<Market> {
    for await (const page of client.listMarkets({ status: 'open' })) {
      const found = page.find((market) => market.untradableReason === null && wanted(market))
      if (found !== undefined) return found
    }
    throw new Error('the sandbox has no such market')
  }

  const plain = (): Promise<Market> => findMarket((market) => market.routing.exchangeIndex === '0')

  async function place(
    market: Market,
    changes: Partial<OrderIntent> = {},
  ): Promise<{ placement: Placement; order: Order }> {
    const approved = anApproval(market, changes)
    const prepared = await client.prepareOrder(approved, market)
    const order = submittedOrder(approved.intent, null, isoTime(clock.nowMs()))
    return { order, placement: await client.placeOrder(prepared) }
  }

  function anApproval(market: Market, changes: Partial<OrderIntent> = {}): ApprovedOrder {
    const intent: OrderIntent = {
      id: ids.short('o'),
      clientOrderId: ids.uuid(),
      market: market.id,
      outcome: 'yes',
      side: 'buy',
      quantity: parseQuantity('5'),
      price: parsePrice('0.5'),
      timeInForce: 'ioc',
      expiresAt: null,
      postOnly: false,
      reduceOnly: false,
      purpose: { kind: 'manual' },
      createdAtMs: clock.nowMs(),
      ...changes,
    }
    return { intent } as ApprovedOrder
  }

  it('signs with RSA and with Ed25519', async () => {
    const other = await connect(sandbox.kalshi.ed25519)
    expect(sandbox.kalshi.ed25519.apiKeyId).to.not.equal(sandbox.kalshi.apiKeyId)
    expect((await other.getBalance()).available).to.equal((await client.getBalance()).available)
  })

  it('keeps the cash of four shards apart', async () => {
    expect((await client.getBalance()).pools.map(({ name }) => name)).to.deep.equal(['0', '1', '2', '3'])
  })

  for (const [name, low, high] of [
    ['whole cents', '0.01', '0.99'],
    ['tenths of a cent at the edges', '0.012', '0.988'],
  ] as const) {
    it(`rests and cancels at both ends of a grid with ${name}, on any shard`, async () => {
      const market = await findMarket(
        ({ ladder }) => isOnLadder(ladder, parsePrice(low)) && isOnLadder(ladder, parsePrice(high)),
      )
      await control('POST', 'books', { market: market.id, bids: [], asks: [] })
      // NO at the low end is YES at the high end.
      for (const outcome of ['yes', 'no'] as const) {
        const price = parsePrice(low)
        const { placement, order } = await place(market, { outcome, price, timeInForce: 'gtc' })
        if (placement.kind !== 'accepted') throw new Error(JSON.stringify(placement))
        const { venueOrderId } = placement.report
        const [open] = await client.listOpenOrders()
        expect([open?.outcome, open?.price]).to.deep.equal([outcome, price])
        expect((await client.cancelOrder({ ...order, venueOrderId }, market)).kind).to.equal('cancelled')
      }
    })
  }

  it('trades and cancels on the shards that the market lives on', async () => {
    for (const shard of ['2', '3']) {
      const market = await findMarket(({ routing }) => routing.exchangeIndex === shard)
      await control('POST', 'books', { market: market.id, bids: [], asks: [] })
      const { placement, order } = await place(market, { price: parsePrice('0.2'), timeInForce: 'gtc' })
      if (placement.kind !== 'accepted') throw new Error(JSON.stringify(placement))
      const { venueOrderId } = placement.report
      expect((await client.cancelOrder({ ...order, venueOrderId }, market)).kind, `shard ${shard}`).to.equal(
        'cancelled',
      )
    }
  })

  it('predicts no less than the venue charges', async () => {
    const market = await plain()
    await control('POST', 'books', { market: market.id, bids: [], asks: [['0.5', '100']] })
    const { placement, order } = await place(market, { quantity: parseQuantity('7') })
    if (placement.kind !== 'accepted') throw new Error(JSON.stringify(placement))
    const found = { ...order, venueOrderId: placement.report.venueOrderId }
    for (const fill of await client.listFills({ order: { order: found, market } })) {
      const predicted = predictFee(market.fees, { ...fill, liquidity: 'taker' })
      expect(predicted !== null && fill.fee !== null && predicted >= fill.fee, `${predicted} for ${fill.fee}`).to.equal(
        true,
      )
    }
  })

  for (const [name, fault] of [
    ['503 after it was executed', { fault: 'status', status: 503, executed: true }],
    ["a gateway's page after it was executed", { fault: 'html', status: 502, executed: true }],
    ['half an answer', { fault: 'truncate' }],
  ] as const) {
    it(`finds an order that was answered with ${name}`, async () => {
      const market = await plain()
      await control('POST', 'books', { market: market.id, bids: [], asks: [['0.5', '100']] })
      await spoil(fault)
      const { placement, order } = await place(market)
      expect(placement.kind).to.equal('unknown')
      const report = reportIn(await client.findOrder(order, market))
      const fills = await client.listFills({
        order: { order: { ...order, venueOrderId: report.venueOrderId }, market },
      })
      expect(addQuantity(...fills.map(({ quantity }) => quantity))).to.equal(parseQuantity('5'))
    })
  }

  it('finds an order that the list does not show at first', async () => {
    const market = await plain()
    await control('POST', 'books', { market: market.id, bids: [], asks: [] })
    await spoil({ fault: 'drop_response' })
    await control('POST', 'faults', {
      venue: 'kalshi',
      endpoint: 'list_orders',
      times: 2,
      fault: 'stale_reads',
      ms: 60_000,
    })
    const { order } = await place(market, { timeInForce: 'gtc', price: parsePrice('0.2') })
    expect(verdictOf(await client.findOrder(order, market))).to.equal('found')
    await client.cancelAll()
    await clock.sleep(client.capabilities.cancelAllTailMs)
  })

  it('calls an order absent only once its signature has run out', async () => {
    const market = await plain()
    await spoil({ fault: 'drop_request' })
    const { placement, order } = await place(market)
    expect(placement.kind).to.equal('unknown')
    expect(verdictOf(await client.findOrder(order, market))).to.equal('not_seen')
    await control('POST', 'clock', { advanceMs: 61_000 })
    expect(verdictOf(await client.findOrder(order, market))).to.equal('absent')
  })

  it('fits a full batch into the write bucket of the lowest tier, and keeps the next back until it is full again', async () => {
    const strict = await startSandbox({ dataDir: null, clock, seed: 'kalshi-dialect', rateLimit: 'basic' })
    try {
      const { rest, apiKeyId: keyId, privateKeyPem } = strict.kalshi
      const account = await loadKalshiAccount({ keyId, privateKeyPem })
      const hasty = createKalshiClient({ baseUrl: rest, account, timeoutMs: 5_000, clock, userAgent: 'crosstape/test' })
      const market = await plain()
      const outcomesOfFullBatch = async (): Promise<readonly string[]> => {
        const terms = { price: parsePrice('0.01'), timeInForce: 'gtc' } as const
        const approvals = Array.from({ length: hasty.batches?.placeMax ?? 0 }, () => anApproval(market, terms))
        const prepared = await Promise.all(approvals.map((approved) => hasty.prepareOrder(approved, market)))
        const placements = (await hasty.batches?.placeOrders(prepared)) ?? []
        return [...new Set(placements.map((each) => ('code' in each ? `${each.kind} ${each.code}` : each.kind)))]
      }
      expect(await outcomesOfFullBatch()).to.deep.equal(['accepted'])
      // Our own budget counts each of the orders: the venue is not even asked.
      expect(await outcomesOfFullBatch()).to.deep.equal(['not_sent RATE_BUDGET_SPENT'])
      clock.advanceTo(clock.nowMs() + 2_000)
      expect(await outcomesOfFullBatch()).to.deep.equal(['accepted'])
    } finally {
      await strict.close()
    }
  })

  it('sends nothing that the venue turned away for speed, and says so', async () => {
    const market = await plain()
    await spoil({ fault: 'status', status: 429, executed: false, body: '{"error":"too many requests"}' })
    expect((await place(market)).placement).to.deep.include({ kind: 'not_sent', code: 'RATE_LIMITED' })
  })
})
