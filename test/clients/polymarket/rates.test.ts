import { expect } from 'chai'
import { loadPolymarketAccount, type PolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import { createPolymarketClient } from '../../../src/clients/polymarket/client.ts'
import { PolymarketMeter, type PolymarketService, polymarketBudget } from '../../../src/clients/polymarket/rates.ts'
import type { Permit, RateBudget } from '../../../src/clients/rates/budget.ts'
import { RateBudgets } from '../../../src/clients/rates/budgets.ts'
import type { AttemptEnd } from '../../../src/clients/rates/charge.ts'
import type { MeteredCall } from '../../../src/clients/rates/meter.ts'
import type { VenueClient } from '../../../src/domain/venue.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { TimedClock } from '../../support/timed-clock.ts'
import { anIntent, anOrder, approve, marketFrom, NOW_MS, TEST_KEY } from './builders.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const order: MeteredCall = { method: 'POST', path: '/order', isPrivate: true }
const cancel: MeteredCall = { method: 'DELETE', path: '/order', isPrivate: true }
const cancelAll: MeteredCall = { method: 'DELETE', path: '/cancel-all', isPrivate: true }

describe("polymarket's rate costs", () => {
  let budget: RateBudget

  beforeEach(() => {
    budget = polymarketBudget(
      new RateBudgets({ clock: new TimedClock(), random: seededRandom('rates') }),
      'http://clob',
    )
  })

  function meterOf(service: PolymarketService = 'clob'): PolymarketMeter {
    return new PolymarketMeter(budget, service, () => '0xabc')
  }

  function costs(service: PolymarketService, call: Partial<MeteredCall>): readonly string[] {
    const charge = meterOf(service).chargeOf({ method: 'GET', path: '/', isPrivate: false, ...call })
    return [charge.priority, ...charge.costs.map(({ pool, cost }) => `${cost} ${pool}`)]
  }

  function settle(call: MeteredCall, end: Partial<Extract<AttemptEnd, { kind: 'answered' }>>): string {
    const meter = meterOf()
    const admission = meter.admit(call)
    if (admission instanceof Promise || admission.kind !== 'admitted') throw new Error('it was not admitted')
    const permit: Permit = admission.permit
    return meter.settle(call, permit, { kind: 'answered', status: 200, headers: {}, text: '', ...end })
  }

  function left(pool: string): number | undefined {
    return budget.report().find(({ name }) => name === `signer 0xabc/${pool}`)?.left
  }

  it("an order counts in every window of the address, and in the signer's bucket", () => {
    expect(costs('clob', order)).to.deep.equal([
      'order',
      '1 address/* * * in 10 s',
      '1 address/clob * * in 10 s',
      '1 address/clob POST /order in 10 s',
      '1 address/clob POST /order in 10 min',
      '1 signer 0xabc/orders',
    ])
  })

  it('a batch costs its length in the bucket, and one call in the windows', () => {
    const batch = costs('clob', { method: 'POST', path: '/orders', items: 12 })
    expect(batch.at(-1)).to.equal('12 signer 0xabc/orders')
    expect(batch.at(-2)).to.equal('1 address/clob POST /orders in 10 min')
    expect(costs('clob', { method: 'DELETE', path: '/orders', items: 9 }).at(-1)).to.equal('9 signer 0xabc/cancels')
  })

  it('a read costs in the windows of its service only', () => {
    expect(costs('gamma', { path: '/markets/keyset' })).to.deep.equal([
      'read',
      '1 address/* * * in 10 s',
      '1 address/gamma * * in 10 s',
      '1 address/gamma GET /markets* in 10 s',
    ])
    expect(costs('data', { path: '/v2/positions' }).slice(2)).to.deep.equal([
      '1 address/data * * in 10 s',
      '1 address/data GET /v2/positions in 10 s',
    ])
    expect(costs('clob', { path: '/data/orders' }).slice(3)).to.deep.equal([
      '1 address/clob GET /data/* in 10 s',
      '1 address/clob GET /data/orders in 10 s',
    ])
  })

  it('starts from the lowest tier, and takes the one that the venue names', () => {
    settle(order, {})
    expect([left('orders'), budget.wantsLimit('signer 0xabc/orders')]).to.deep.equal([59, true])
    settle(order, { headers: { 'poly-ratelimit-tier': 'Gold' } })
    expect([left('orders'), budget.wantsLimit('signer 0xabc/orders')]).to.deep.equal([58, false])
    expect(left('cancels')).to.equal(1_200)
  })

  it('believes the venue when less is left than we counted', () => {
    settle(order, { headers: { 'poly-ratelimit-remaining': '12' } })
    expect(left('orders')).to.equal(12)
    settle(order, { headers: { 'poly-ratelimit-remaining': '50' } })
    expect(left('orders')).to.equal(11)
  })

  it('counts no order twice when answers come in another order than the venue counted', () => {
    const meter = meterOf()
    const permits = [meter.admit(order), meter.admit(order), meter.admit(order)].map((admission) => {
      if (admission instanceof Promise || admission.kind !== 'admitted') throw new Error('it was not admitted')
      return admission.permit
    })
    for (const [i, remaining] of ['57', '59', '58'].entries()) {
      const permit = permits[i]
      if (permit === undefined) throw new Error('no permit')
      const headers = { 'poly-ratelimit-remaining': remaining }
      meter.settle(order, permit, { kind: 'answered', status: 200, headers, text: '' })
    }
    expect(left('orders')).to.equal(57)
  })

  it("takes nothing for what the signer's limit turned away", () => {
    settle(order, { status: 429, headers: { 'poly-ratelimit-remaining': '0' } })
    expect(left('orders')).to.equal(0)
  })

  it('counts what a sweep cancelled once, whether or not the venue says what is left', () => {
    const text = JSON.stringify({ canceled: ['0x1', '0x2', '0x3'], not_canceled: {} })
    settle(cancelAll, { text })
    expect(left('cancels')).to.equal(116)
    settle(cancelAll, { text, headers: { 'poly-ratelimit-remaining': '112' } })
    expect(left('cancels')).to.equal(112)
  })

  it("is sure that nothing was done only when the signer's own limit refused", () => {
    const signerHeaders = { 'poly-ratelimit-remaining': '0', 'retry-after': '2' }
    expect(settle(cancel, { status: 429, headers: signerHeaders })).to.equal('not_executed')
    expect(
      budget
        .report()
        .filter(({ pauseMs }) => pauseMs > 0)
        .map(({ name, pauseMs }) => [name, pauseMs]),
    ).to.deep.equal([['signer 0xabc/cancels', 2_000]])
    expect(settle(order, { status: 429 })).to.equal('unclear')
    const paused = budget
      .report()
      .filter(({ pauseMs }) => pauseMs > 0)
      .map(({ name }) => name)
    expect(paused.filter((name) => name.startsWith('address/'))).to.have.length(4)
    expect(paused).to.not.include('signer 0xabc/orders')
  })

  it("takes the time at which the bucket is full for the wait, by the venue's own clock", () => {
    const date = 'Fri, 20 Nov 2026 12:00:00 GMT'
    const reset = String(Date.parse(date) / 1_000 + 4)
    settle(cancel, { status: 429, headers: { date, 'poly-ratelimit-reset': reset } })
    expect(budget.report().find(({ name }) => name === 'signer 0xabc/cancels')?.pauseMs).to.equal(4_000)
  })
})

describe('polymarket client: 429', () => {
  let server: ScriptedServer
  let account: PolymarketAccount
  let client: VenueClient

  beforeEach(async () => {
    server = await startScriptedServer()
    const credentials = { apiKey: 'k', secret: Buffer.from('some secret').toString('base64'), passphrase: 'p' }
    account = await loadPolymarketAccount({ privateKey: TEST_KEY, credentials })
    client = createPolymarketClient({
      urls: { clob: server.url, gamma: server.url, data: server.url },
      account,
      clock: new VirtualClock(NOW_MS),
      timeoutMs: 2_000,
      userAgent: 'crosstape/test',
    })
  })
  afterEach(() => server.close())

  const tooMany = { status: 429, json: { error: 'Too Many Requests' } }
  const bySigner = { ...tooMany, headers: { 'Poly-RateLimit-Remaining': '0' } }
  const venueOrderId = `0x${'ab'.repeat(32)}`

  it("sends a cancel again when the signer's limit refused it", async () => {
    const answers = [bySigner, bySigner, { json: { canceled: [venueOrderId], not_canceled: {} } }]
    server.script = { 'DELETE /order': () => answers.shift() ?? tooMany }
    const cancelled = await client.cancelOrder(anOrder(anIntent(), venueOrderId), marketFrom())
    expect(cancelled.kind).to.equal('cancelled')
    expect(server.count('DELETE /order')).to.equal(3)
  })

  it('sends a cancel once when somebody in front of the venue refused it, and does not know what became of it', async () => {
    server.script = { 'DELETE /order': () => tooMany }
    expect((await client.cancelOrder(anOrder(anIntent(), venueOrderId), marketFrom())).kind).to.equal('unknown')
    expect(server.count('DELETE /order')).to.equal(1)
  })

  for (const [who, answer, kind] of [
    ["the signer's limit", bySigner, 'not_sent'],
    ['somebody in front of the venue', tooMany, 'unknown'],
  ] as const) {
    it(`sends an order once when ${who} refused it: ${kind}`, async () => {
      server.script = { 'POST /order': () => answer }
      const prepared = await client.prepareOrder(approve(anIntent()), marketFrom())
      expect((await client.placeOrder(prepared)).kind).to.equal(kind)
      expect(server.count('POST /order')).to.equal(1)
    })
  }
})
