import { expect } from 'chai'
import { formatAmount, parseMoney } from '../../src/domain/amounts.ts'
import { exposureOf } from '../../src/domain/exposure.ts'
import type { VenueId } from '../../src/domain/market.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import type { ArbTrade } from '../../src/store/events.ts'
import { place } from '../support/session.ts'
import { type ArbWorld, anArbWorld, hearFill, settled } from './arb-world.ts'

/** Dollars: both rivals fit into what is left at their turn, or one of them and an order of another process, and not all three. */
const limit = '84'
const filled = ({ legs }: ArbTrade): readonly (string | null)[] => legs.map(({ filledQuantity }) => filledQuantity)

/** `sandbox serve` and `arb run` as processes, REST and sockets between them; the journal held against the exchange after each. */
describe('the arbitrage loop against books that change under it', function () {
  this.timeout(120_000)
  let world: ArbWorld
  before(async () => {
    world = await anArbWorld({ maxExposure: limit })
  })
  after(() => world.close())
  afterEach(async () => {
    expect(await world.differences()).to.deep.equal([])
  })

  it('buys both sides in full, for what was seen, and ends the trade once it is told that the match is final', async () => {
    const bothFill = world.pair()
    const id = await world.inject(bothFill)
    const trade = await world.traded(bothFill)
    expect([filled(trade), trade.imbalance]).to.deep.equal([['10', '10'], '0'])
    const { edge, orders } = await world.control.injection(id)
    expect([trade.edgeExpected, orders.length]).to.deep.equal([edge, 2])
    expect([trade.status, trade.provisional]).to.deep.equal(['open', true])
    // The venue tells that the match is final. Asking comes round every ten seconds.
    await world.control.advance(60_000)
    expect((await world.ended(bothFill, 6_000)).status).to.equal('balanced')
  })

  it('buys YES on both sides of an inverted pair', async () => {
    const inverted = world.pair('inverted')
    const id = await world.inject(inverted)
    const trade = await world.traded(inverted)
    const { orders } = await world.control.injection(id)
    expect(orders.map(({ outcome, filled: quantity }) => [outcome, quantity])).to.deep.equal([
      ['yes', '10'],
      ['yes', '10'],
    ])
    expect([filled(trade), trade.imbalance]).to.deep.equal([['10', '10'], '0'])
  })

  it('sees an edge that lost frames hid as soon as the books are proven again, and not before', async () => {
    const unseen = world.pair()
    await world.control.fault({ venue: 'kalshi', endpoint: 'orderbook_delta', fault: 'drop_frame' })
    await world.control.fault({ venue: 'polymarket', endpoint: 'price_change', fault: 'drop_frame' })
    await world.inject(unseen)
    const trade = await world.traded(unseen)
    expect([filled(trade), trade.imbalance, await world.control.faultsUsedUp()]).to.deep.equal([
      ['10', '10'],
      '0',
      true,
    ])
  })

  it('sells the first leg again when the second finds nothing', async () => {
    const secondFails = world.pair()
    await world.inject(secondFails, { on: 'order', effects: ['vanish:polymarket'] })
    const trade = await world.traded(secondFails)
    expect([filled(trade), trade.status, trade.imbalance]).to.deep.equal([['10', '0'], 'unwound', '0'])
  })

  it('sells the second leg again when the first finds nothing', async () => {
    const firstFails = world.pair()
    await world.inject(firstFails, { on: 'order', effects: ['vanish:kalshi'] })
    const trade = await world.traded(firstFails)
    expect([filled(trade), trade.imbalance, trade.unwindOrderIds.length > 0]).to.deep.equal([['0', '10'], '0', true])
  })

  it('keeps the pairs and sells the rest when both fill in part', async () => {
    const bothPartial = world.pair()
    await world.inject(bothPartial, { on: 'order', effects: ['thin:kalshi:8', 'thin:polymarket:6'] })
    const trade = await world.traded(bothPartial)
    expect([filled(trade), trade.imbalance]).to.deep.equal([['8', '6'], '0'])
  })

  for (const [what, effect] of [
    ['is gone', 'vanish'],
    ['has moved', 'move'],
  ] as const) {
    it(`holds nothing when the edge ${what} between the decision and the orders`, async () => {
      const pair = world.pair()
      await world.inject(pair, { on: 'order', effects: [effect] })
      const trade = await world.traded(pair)
      expect([filled(trade), trade.imbalance]).to.deep.equal([['0', '0'], '0'])
    })
  }

  it('is even again when the other side goes at the moment of the first fill', async () => {
    const afterFill = world.pair()
    await world.inject(afterFill, { on: 'fill', effects: ['vanish'] })
    const trade = await world.traded(afterFill)
    expect([filled(trade).toSorted(), trade.imbalance]).to.deep.equal([['0', '10'], '0'])
  })

  it('sells the other leg again when a market closes before its order arrives', async () => {
    const closed = world.pair()
    await world.inject(closed, { on: 'order', effects: ['close:polymarket'] })
    const trade = await world.traded(closed)
    expect([filled(trade), trade.status, trade.imbalance]).to.deep.equal([['10', '0'], 'unwound', '0'])
  })

  it('counts a fill once that is heard of before its order is answered', async () => {
    const lateAnswer = world.pair()
    const { heard } = await hearFill(world, lateAnswer.markets[0])
    await world.inject(lateAnswer, { effects: ['late-answer:kalshi:600'] })
    expect(await heard).to.equal('submitted')
    const trade = await world.traded(lateAnswer)
    expect([filled(trade), trade.imbalance]).to.deep.equal([['10', '10'], '0'])
  })

  it('waits for a leg that is matched late', async () => {
    const lateFill = world.pair()
    await world.inject(lateFill, { effects: ['late-fill:polymarket:700'] })
    const trade = await world.traded(lateFill)
    expect([filled(trade), trade.imbalance, trade.unwindOrderIds]).to.deep.equal([['10', '10'], '0', []])
  })

  it('goes on with other pairs when the answer to a leg is lost, and finds out what became of it', async () => {
    const lostAnswer = world.pair()
    const meanwhile = world.pair()
    await world.inject(lostAnswer, { effects: ['lose-answer:kalshi'] })
    await world.begun(lostAnswer)
    await world.inject(meanwhile)
    const other = await world.traded(meanwhile)
    expect([filled(other), other.imbalance]).to.deep.equal([['10', '10'], '0'])
    const trade = await world.traded(lostAnswer)
    expect([filled(trade), trade.imbalance, trade.unwindOrderIds]).to.deep.equal([['10', '10'], '0', []])
  })

  it('cancels what was just filled without losing the fill', async () => {
    const [first] = world.unwatched.markets
    await world.inject(world.unwatched, { on: 'cancel', effects: ['take:kalshi:2'] })
    const wanted = {
      venue: 'kalshi' as VenueId,
      market: first,
      quantity: '3',
      price: '0.30',
      timeInForce: 'gtc' as const,
    }
    const { order } = await place(world.session, wanted)
    expect(order.status).to.equal('resting')
    const cancelled = await cancelOrder(world.session.trading, order.intent.id)
    expect(cancelled.order).to.include({ status: 'partially_filled' })
    expect(formatAmount(cancelled.order?.filledQuantity ?? order.filledQuantity)).to.equal('2')
  })

  it('lets two opportunities and another process share one limit', async () => {
    const rivalA = world.pair()
    const rivalB = world.pair()
    const [first] = world.unwatched.markets
    const other = {
      venue: 'kalshi' as VenueId,
      market: first,
      quantity: '20',
      price: '0.30',
      timeInForce: 'gtc' as const,
    }
    const [, , placed] = await Promise.all([world.inject(rivalA), world.inject(rivalB), place(world.session, other)])
    // The order of the other process may leave room for one of the two alone: the loop then rightly leaves the other be.
    const traded = await Promise.all([rivalA, rivalB].map((rival) => world.traded(rival, 8_000).catch(orLeftBe)))
    const trades = traded.flatMap((trade) => trade ?? [])
    await world.session.trading.ledger.refresh()
    const { positions, openOrders } = world.session.trading.ledger.state
    const { total } = exposureOf(positions.values(), openOrders.values())
    expect(total <= parseMoney(limit) && total > parseMoney('68'), formatAmount(total)).to.equal(true)
    const full = [...trades.flatMap(filled).map((quantity) => quantity === '10'), placed.order.status === 'resting']
    expect([...full, trades.length === 2]).to.include(false)
    expect(trades.length).to.be.at.least(1)
    expect(trades.filter(({ imbalance }) => imbalance !== '0')).to.deep.equal([])
  })

  it('ends in good order, and every match is final on both sides', async () => {
    const { ended, report } = await world.interrupt()
    expect([ended.code, report.unsettled], ended.stderr).to.deep.equal([130, []])
    expect(report.trades.map(({ withinWorstLoss }) => withinWorstLoss)).not.to.include(false)
    expect(await settled(world)).to.deep.equal([])
    await world.session.trading.ledger.refresh()
    expect([...world.session.trading.ledger.state.openTrades.keys()]).to.deep.equal([])
  })

  it('begun once more with other wishes, buys what one side lacks, thinner side first', async () => {
    await world.start({ maxExposure: '500' }, '--policy', 'complete', '--order', 'thinner-first')
    const pair = world.pair()
    // The leg that goes first fills; its price is gone for the other one, and the next is dearer.
    await world.inject(pair, { on: 'fill', effects: ['vanish'] })
    const trade = await world.traded(pair)
    expect([trade.imbalance, trade.unwindOrderIds, trade.completionOrderIds?.length]).to.deep.equal(['0', [], 1])
    expect((await world.interrupt()).ended.code).to.equal(130)
  })
})

function orLeftBe(error: unknown): null {
  if (error instanceof Error && error.message === 'not traded: null') return null
  throw error
}
