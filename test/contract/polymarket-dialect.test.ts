import { expect } from 'chai'
import { createClient } from '../../src/clients/index.ts'
import { type Price, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import type { Market } from '../../src/domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent } from '../../src/domain/order.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'
import type { Placement, VenueClient } from '../../src/domain/venue.ts'
import { isoTime, VirtualClock } from '../../src/runtime/clock.ts'
import { seededIds } from '../../src/runtime/ids.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { reportIn, verdictOf } from '../support/lookups.ts'

const START_MS = Date.parse('2026-11-20T12:00:00Z')
const DAY_MS = 86_400_000

/** What is Polymarket's alone: its exchanges, matches that come late, and matches that do not settle. */
describe('polymarket client in its own dialect', function () {
  this.timeout(30_000)
  const ids = seededIds(seededRandom('dialect'))
  const clock = new VirtualClock(START_MS)
  const markets: Market[] = []
  let sandbox: RunningSandbox
  let client: VenueClient

  before(async () => {
    sandbox = await startSandbox({ dataDir: null, clock, seed: 'dialect' })
    const { clob, gamma, data, privateKey, funder, signatureType } = sandbox.polymarket
    client = await createClient('polymarket', {
      urls: { clob, gamma, data, ws: null },
      account: { kind: 'credentials', values: { privateKey, funder, signatureType: String(signatureType) } },
      timeoutMs: 5_000,
      clock,
      userAgent: 'crosstape/test',
    })
    for await (const page of client.listMarkets({ status: 'open' })) markets.push(...page)
  })
  after(() => sandbox?.close())

  async function control(what: string, body: unknown): Promise<void> {
    const response = await fetch(`${sandbox.control}/${what}`, { method: 'POST', body: JSON.stringify(body) })
    if (!response.ok) throw new Error(`the sandbox refused ${what}: ${await response.text()}`)
  }

  async function placeIn(
    market: Market,
    changes: Partial<OrderIntent> = {},
  ): Promise<{ readonly placement: Placement; readonly order: Order }> {
    await control('books', { market: market.id, bids: [['0.4', '500']], asks: [['0.5', '500']] })
    const intent: OrderIntent = {
      id: ids.short('o'),
      clientOrderId: ids.uuid(),
      market: market.id,
      outcome: 'yes',
      side: 'buy',
      quantity: parseQuantity('20'),
      price: parsePrice('0.5'),
      timeInForce: 'ioc',
      expiresAt: null,
      postOnly: false,
      reduceOnly: false,
      purpose: { kind: 'manual' },
      createdAtMs: clock.nowMs(),
      ...changes,
    }
    const prepared = await client.prepareOrder({ intent } as ApprovedOrder, market)
    const order = submittedOrder(intent, prepared.venueOrderId, isoTime(clock.nowMs()))
    return { placement: await client.placeOrder(prepared), order }
  }

  async function marketOf(domainVersion: string, negRisk: string, tick?: string): Promise<Market> {
    const market = markets.find(
      (one) =>
        one.routing.domainVersion === domainVersion &&
        one.routing.negRisk === negRisk &&
        isQuiet(one) &&
        (tick === undefined || one.ladder[0]?.step === parsePrice(tick)),
    )
    if (market === undefined) throw new Error(`no market of domain ${domainVersion}, neg-risk ${negRisk}, tick ${tick}`)
    return client.getMarket(market.symbol)
  }

  for (const [domainVersion, negRisk] of [
    ['2', 'false'],
    ['2', 'true'],
    ['3', 'false'],
    ['3', 'true'],
  ] as const) {
    it(`trades on domain ${domainVersion}, neg-risk ${negRisk}, under the id computed before`, async () => {
      const { placement, order } = await placeIn(await marketOf(domainVersion, negRisk))
      expect(placement).to.have.nested.include({ kind: 'accepted', 'report.status': 'filled' })
      expect(placement).to.have.nested.include({ 'report.venueOrderId': order.venueOrderId })
    })
  }

  for (const domainVersion of ['2', '3']) {
    it(`reads again what a market of domain ${domainVersion} charges`, async () => {
      const market = await marketOf(domainVersion, 'false')
      expect(await client.getFees(market)).to.deep.equal({ schedule: market.fees, untilMs: null })
    })
  }

  for (const tick of ['0.1', '0.01', '0.005', '0.0025', '0.001', '0.0001']) {
    it(`is precise enough for the venue at tick ${tick}, buying and selling`, async () => {
      const found = markets.find((one) => isQuiet(one) && one.ladder[0]?.step === parsePrice(tick))
      if (found === undefined) throw new Error(`no market with tick ${tick}`)
      const market = await client.getMarket(found.symbol)
      const price = (parsePrice('0.5') + parsePrice(tick)) as Price
      for (const timeInForce of ['fok', 'gtc'] as const) {
        const { placement } = await placeIn(market, { price, timeInForce, quantity: parseQuantity('100') })
        expect(placement, JSON.stringify(placement, withBigints)).to.include({ kind: 'accepted' })
      }
      const sale = { side: 'sell', price: parsePrice('0.4'), quantity: parseQuantity('33.33') } as const
      const { placement } = await placeIn(market, sale)
      expect(placement, JSON.stringify(placement, withBigints)).to.include({ kind: 'accepted' })
    })
  }

  it('reports more shares than asked for when an immediate buy fills below its limit', async () => {
    const { placement, order } = await placeIn(await marketOf('2', 'false', '0.01'), { price: parsePrice('0.6') })
    if (placement.kind !== 'accepted') throw new Error(placement.kind)
    expect(placement.report.filledQuantity).to.equal(parseQuantity('24'))
    const market = await marketOf('2', 'false', '0.01')
    expect((await client.getOrder(order, market))?.filledQuantity).to.equal(parseQuantity('24'))
  })

  it('leaves a delayed match unknown, and finds it once it has come', async () => {
    const market = await marketOf('2', 'false', '0.01')
    await control('faults', { venue: 'polymarket', endpoint: 'place_order', fault: 'delayed_match', ms: 3_000 })
    const { placement, order } = await placeIn(market, { timeInForce: 'gtc' })
    expect(placement).to.have.nested.include({ kind: 'accepted', 'report.status': 'unknown' })
    clock.advanceTo(clock.nowMs() + 5_000)
    expect(reportIn(await client.findOrder(order, market)).status).to.equal('filled')
  })

  it('follows executions until they are final', async () => {
    const market = await marketOf('2', 'false', '0.01')
    const { order } = await placeIn(market, { timeInForce: 'gtc' })
    expect((await client.getOrder(order, market))?.provisional).to.equal(true)
    clock.advanceTo(clock.nowMs() + 120_000)
    expect(await client.getOrder(order, market)).to.include({ status: 'filled', provisional: false })
    const fills = await client.listFills({ order: { order, market } })
    expect(fills.map((fill) => fill.finality)).to.deep.equal(['final'])
    expect(await client.listFills({ sinceMs: START_MS })).to.deep.include(fills[0])
  })

  it('takes back what did not settle', async () => {
    const market = await marketOf('2', 'false', '0.01')
    await control('faults', { venue: 'polymarket', endpoint: 'place_order', fault: 'settlement_failed' })
    const { placement, order } = await placeIn(market)
    expect(placement).to.have.nested.include({ 'report.status': 'filled', 'report.provisional': true })
    clock.advanceTo(clock.nowMs() + 120_000)
    expect(await client.getOrder(order, market)).to.include({ status: 'cancelled', filledQuantity: 0n })
    const fills = await client.listFills({ order: { order, market } })
    expect(fills.map((fill) => fill.finality)).to.deep.equal(['failed'])
  })

  it('proves that an order never arrived', async () => {
    const market = await marketOf('2', 'false', '0.01')
    await control('faults', { venue: 'polymarket', endpoint: 'place_order', fault: 'drop_request' })
    const { placement, order } = await placeIn(market)
    expect(placement.kind).to.equal('unknown')
    expect(verdictOf(await client.findOrder(order, market))).to.equal('absent')
  })
})

/** No game is on: matches come at once. */
function isQuiet({ closeTime }: Market): boolean {
  return closeTime !== null && Date.parse(closeTime) > START_MS + DAY_MS
}

function withBigints(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
