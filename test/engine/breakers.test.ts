import { expect } from 'chai'
import { safeguardsJson } from '../../src/cli/json/safeguards-json.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { safeguardsView } from '../../src/cli/views/safeguards.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import { placeOrder } from '../../src/engine/place/place-order.ts'
import { type OrderPlan, planOrder } from '../../src/engine/place/plan-order.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { readAudit } from '../../src/store/audit.ts'
import { aDraft, aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

const order = { quantity: '7', price: '0.31', timeInForce: 'gtc' } as const

/** Two sessions on one journal, each as a process of its own would have it, in virtual time. */
describe('breakers that two sessions share', () => {
  let world: TestWorld
  let clock: VirtualClock
  let [one, other]: Session[] = []

  beforeEach(async () => {
    clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z'))
    world = await aWorld({}, clock)
    await world.control.setBook(marketOf.kalshi, { bids: [['0.28', '50']], asks: [['0.46', '50']] })
    one = await world.open()
    other = await world.open()
  })
  afterEach(() => world.close())

  function sessions(): readonly [Session, Session] {
    if (one === undefined || other === undefined) throw new Error('the sessions are not open')
    return [one, other]
  }

  async function see(session: Session, available: boolean, times = 1): Promise<void> {
    for (let count = 0; count < times; count++) session.breakers.recordVenue('kalshi', available, 'read')
    await session.breakers.settled()
  }

  async function codes(session: Session): Promise<readonly string[]> {
    return (await place(session, order)).denials.map(({ code }) => code)
  }

  async function stateSeenBy(session: Session) {
    await session.trading.ledger.refresh()
    const [kalshi] = safeguardsJson(session.trading, null).breakers
    return kalshi
  }

  /** A plan that was made while all was well: what it is placed by does not read the venue again. */
  function plan(session: Session, quantity: string): Promise<OrderPlan> {
    return planOrder(session.trading, aDraft({ ...order, quantity }))
  }

  async function send(session: Session, { intent, market, book, allowDuplicate }: OrderPlan) {
    const fresh = book === null ? null : { ...book, capturedAtMs: clock.nowMs() }
    return placeOrder(session.trading, { intent, market, book: fresh, allowDuplicate })
  }

  it('hold back orders, and neither cancels nor reads', async () => {
    const [a, b] = sessions()
    const { order: resting } = await place(a, order)
    await see(a, false, 3)
    await see(b, false, 2)
    expect(await codes(b)).to.deep.equal(['BREAKER_OPEN', 'DUPLICATE_INTENT'])
    expect((await cancelOrder(b.trading, resting.intent.id)).outcome).to.equal('cancelled')
    expect((await stateSeenBy(a))?.state).to.equal('open')
  })

  it('count no refusal of the venue', async () => {
    const [a, b] = sessions()
    const body = JSON.stringify({ error: { code: 'insufficient_balance', message: 'insufficient balance' } })
    await world.control.fault({
      venue: 'kalshi',
      endpoint: 'place_order',
      times: null,
      fault: 'status',
      status: 400,
      body,
      executed: false,
    })
    for (const quantity of ['1', '2', '3', '4', '5', '6']) {
      expect((await place(a, { ...order, quantity })).order.status).to.equal('rejected')
    }
    expect(await stateSeenBy(b)).to.include({ state: 'closed', failures: 0 })
  })

  it('let one order try a half-open venue, and the other session waits for its answer', async () => {
    const [a, b] = sessions()
    const [first, second] = [await plan(a, '7'), await plan(b, '8')]
    await see(a, false, 5)
    clock.advanceTo(clock.nowMs() + 60_000)
    const [tried, held] = await Promise.all([send(a, first), send(b, second)])
    const outcomes = [tried, held].map(({ order: { status }, denials }) => [status, ...denials.map(({ code }) => code)])
    expect(outcomes).to.deep.include(['denied', 'BREAKER_OPEN'])
    expect(outcomes).to.deep.include(['resting'])
    expect(await stateSeenBy(b)).to.include({ state: 'recovering', failures: 0, sharePercent: 1 })
  })

  it('tell the trail every step, those by time alone when they are next noticed', async () => {
    const [a, b] = sessions()
    const first = await plan(a, '7')
    await see(a, false, 5)
    clock.advanceTo(clock.nowMs() + 75_000)
    await send(b, first)
    clock.advanceTo(clock.nowMs() + 40_000)
    await place(b, { ...order, quantity: '9' })
    const steps: string[] = []
    for await (const { action, metadata } of readAudit({ dataDir: world.dataDir, environment: 'sandbox' })) {
      if (action === 'breaker.changed') steps.push([metadata.state, metadata.since?.slice(11, 19)].join(' ').trim())
    }
    expect(steps).to.deep.equal([
      'closed',
      'closed',
      'closed',
      'closed',
      'open 12:00:00',
      'half_open 12:01:00',
      'recovering 12:01:15',
      'closed',
    ])
  })

  it('show how far a recovery is and when the next try is', async () => {
    const [a, b] = sessions()
    await see(a, false, 5)
    clock.advanceTo(clock.nowMs() + 60_000)
    await see(b, true)
    clock.advanceTo(clock.nowMs() + 9_750)
    await a.trading.ledger.refresh()
    const status = safeguardsJson(a.trading, null)
    const [kalshi] = status.breakers
    expect(kalshi).to.include({ state: 'recovering', failures: 0, sharePercent: 33 })
    expect(kalshi?.admitted).to.equal(kalshi?.retryAt === null)
    const shown = JSON.stringify(safeguardsView(status))
    expect(shown).to.match(/"kalshi","recovering","0","(let through|held back); 33 % of the time at present"/)
  })
})
