import { expect } from 'chai'
import { executePair, type PairOutcome } from '../../src/arb/execute-pair.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { parseMoney, parseQuantity } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import { planOrder } from '../../src/engine/place/plan-order.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import type { ArbTrade } from '../../src/store/events.ts'
import { aDraft, aWorld, marketOf, type TestWorld } from '../support/session.ts'

/** Whether the two markets are one question does not matter here: the legs are orders like any other. */
async function trade(session: Session, quantity = '10'): Promise<PairOutcome> {
  const { trading } = session
  const tradeId = trading.runtime.ids.short('t')
  const purpose = { kind: 'arb_leg', tradeId } as const
  const plans = [
    await planOrder(trading, aDraft({ venue: 'kalshi', quantity, price: '0.45', purpose })),
    await planOrder(trading, aDraft({ venue: 'polymarket', outcome: 'no', quantity, price: '0.40', purpose })),
  ] as const
  return executePair(trading, plans, parseMoney('0.15'), tradeId)
}

async function setBooks(world: TestWorld, depth: { readonly first: string; readonly second: string }): Promise<void> {
  await world.control.setBook(marketOf.kalshi, { bids: [['0.43', '50']], asks: [['0.45', depth.first]] })
  // Bids for YES at 0.60 are offers of NO at 0.40.
  await world.control.setBook(marketOf.polymarket, { bids: [['0.60', depth.second]], asks: [['0.62', '50']] })
}

describe('two legs as one trade', () => {
  let world: TestWorld
  beforeEach(async () => {
    world = await aWorld()
  })
  afterEach(() => world.close())

  /** The record of a trade as the ledger keeps it, once every fill of it had the time to become final or to fail. */
  async function settled(session: Session, id: string): Promise<ArbTrade | undefined> {
    await world.control.advance(60_000)
    await reconcile(session.trading, { fix: false, venues: venueIds })
    return (await session.trading.ledger.listTrades({})).find((record) => record.id === id)
  }

  it('is balanced when both legs fill, once both fills are final, and keeps nothing for certain before', async () => {
    await setBooks(world, { first: '10', second: '10' })
    const session = await world.open()
    const { trade: record, unwinds } = await trade(session)
    expect(record).to.include({ status: 'open', provisional: true, imbalance: '0', edgeRealized: null })
    expect(unwinds).to.deep.equal([])
    const after = await settled(session, record.id)
    expect(after).to.include({ status: 'balanced', imbalance: '0' })
    expect(after).not.to.have.property('provisional')
    expect(after?.edgeRealized).to.match(/^1\./)
  })

  it('goes to the journal in one write with both intents, before either order is sent', async () => {
    await setBooks(world, { first: '10', second: '10' })
    const session = await world.open()
    const { trading } = session
    const sent: string[] = []
    const transact = trading.ledger.transact.bind(trading.ledger)
    trading.ledger.transact = (decide) =>
      transact(async (state) => {
        const decision = await decide(state)
        if (sent.length === 0) sent.push(...decision.events.map(({ type }) => type))
        return decision
      })
    await trade(session)
    expect(sent).to.deep.equal(['trade.opened', 'order.submitted', 'order.submitted'])
  })

  it('is imbalanced by what a failed settlement takes back, and unwinds nothing on its own', async () => {
    await setBooks(world, { first: '10', second: '10' })
    const session = await world.open()
    await world.control.fault({ venue: 'polymarket', endpoint: 'place_order', fault: 'settlement_failed' })
    const { trade: record } = await trade(session)
    expect(record).to.include({ status: 'open', provisional: true })
    expect(await settled(session, record.id)).to.include({ status: 'imbalanced', imbalance: '10', edgeRealized: null })
    const orders = await session.trading.ledger.listOrders({})
    expect(orders.map(({ intent }) => intent.purpose.kind)).to.deep.equal(['arb_leg', 'arb_leg'])
  })

  it('reports the trade that lost its balance, and stays silent about it the next time', async () => {
    await setBooks(world, { first: '10', second: '10' })
    const session = await world.open()
    await world.control.fault({ venue: 'polymarket', endpoint: 'place_order', fault: 'settlement_failed' })
    const { trade: record } = await trade(session)
    await world.control.advance(60_000)
    const report = await reconcile(session.trading, { fix: false, venues: venueIds })
    expect(report.trades).to.deep.equal([
      { tradeId: record.id, from: 'provisional', to: 'imbalanced', imbalance: '10' },
    ])
    expect((await reconcile(session.trading, { fix: false, venues: venueIds })).trades).to.deep.equal([])
  })

  it('counts shares beyond what was asked for as imbalance: a Polymarket purchase spends its dollars', async () => {
    await world.close()
    // On a clock that the waits between attempts to sell the surplus cost nothing on.
    world = await aWorld({}, new VirtualClock(Date.parse('2026-11-20T12:00:00Z')))
    await world.control.setBook(marketOf.kalshi, { bids: [['0.43', '50']], asks: [['0.45', '10']] })
    // NO is on offer at 0.39: 4 dollars buy 10.256410 of them.
    await world.control.setBook(marketOf.polymarket, { bids: [['0.61', '50']], asks: [['0.63', '50']] })
    const { trade: record, legs } = await trade(await world.open())
    expect(legs.map(({ order }) => order.filledQuantity)).to.deep.equal([
      parseQuantity('10'),
      parseQuantity('10.25641'),
    ])
    // A quarter of a share is less than the market takes in one order: a person decides.
    expect(record).to.include({ status: 'imbalanced', imbalance: '0.25641' })
  })

  it('sells what the first leg bought in excess', async () => {
    await setBooks(world, { first: '10', second: '6' })
    const session = await world.open()
    const { trade: record, unwinds } = await trade(session)
    expect(record).to.include({ status: 'open', provisional: true, imbalance: '0' })
    expect(await settled(session, record.id)).to.include({ status: 'unwound', imbalance: '0' })
    expect(unwinds.map(({ intent, filledQuantity }) => [intent.market, filledQuantity])).to.deep.equal([
      [marketOf.kalshi, parseQuantity('4')],
    ])
  })

  it('sells what the second leg bought when the first found nothing', async () => {
    await setBooks(world, { first: '10', second: '10' })
    const session = await world.open()
    const plan = trade(session)
    // Between the plan and the order the offer goes away.
    await world.control.setBook(marketOf.kalshi, { bids: [['0.43', '50']], asks: [['0.46', '10']] })
    const { trade: record, unwinds } = await plan
    if (unwinds.length === 0) return
    expect(await settled(session, record.id)).to.include({ status: 'unwound' })
    expect(unwinds.map(({ intent }) => intent.market)).to.deep.equal([marketOf.polymarket])
  })

  it('freezes and unwinds nothing while the answer of a leg is lost', async () => {
    await setBooks(world, { first: '10', second: '10' })
    const session = await world.open()
    await world.control.loseNextAnswer('polymarket')
    const { trade: record, unwinds } = await trade(session)
    expect(record).to.include({ status: 'frozen', imbalance: null, edgeRealized: null })
    expect(unwinds).to.deep.equal([])
  })

  it('lets no further order into a market of a frozen trade until it is settled', async () => {
    await setBooks(world, { first: '10', second: '10' })
    const session = await world.open()
    await world.control.loseNextAnswer('polymarket')
    await trade(session)
    const again = await planOrder(
      session.trading,
      aDraft({ venue: 'kalshi', quantity: '10', price: '0.40', timeInForce: 'gtc' }),
    )
    expect(again.verdict.kind === 'denied' ? again.verdict.denials.map(({ code }) => code) : []).to.include(
      'TRADE_FROZEN',
    )
  })

  it('finds by reconciling what the lost leg really did', async () => {
    await setBooks(world, { first: '10', second: '10' })
    const session = await world.open()
    await world.control.loseNextAnswer('polymarket')
    const { legs } = await trade(session)
    await world.control.advance(60_000)
    const report = await reconcile(session.trading, { fix: false, venues: venueIds })
    expect(report.settled.find(({ orderId }) => orderId === legs[1].order.intent.id)?.to).to.equal('filled')
    expect(report.differences).to.deep.equal([])
  })

  it('counts against the breaker of two-leg trades when a venue’s answer was lost, not when the trade was denied', async () => {
    await setBooks(world, { first: '30', second: '30' })
    const session = await world.open()
    await world.control.loseNextAnswer('polymarket')
    await trade(session)
    await session.breakers.settled()
    const failures = () => session.trading.ledger.state.breakers.get('arbitrage')?.consecutiveFailures
    expect(failures()).to.equal(1)
    const { legs } = await trade(session)
    expect(legs.map(({ order }) => order.status)).to.deep.equal(['denied', 'denied'])
    await session.breakers.settled()
    expect(failures()).to.equal(1)
  })

  it('sends neither leg when one is denied', async () => {
    await world.close()
    world = await aWorld({ maxExposure: parseMoney('6') })
    await setBooks(world, { first: '10', second: '10' })
    const { trade: record, legs } = await trade(await world.open())
    expect(record.status).to.equal('failed')
    expect(legs.map(({ order }) => order.status)).to.deep.equal(['denied', 'denied'])
    for (const venue of venueIds) expect((await world.control.account(venue)).orders).to.deep.equal([])
  })
})
