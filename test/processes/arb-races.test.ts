import { expect } from 'chai'
import { formatAmount, parseMoney } from '../../src/domain/amounts.ts'
import { exposureOf } from '../../src/domain/exposure.ts'
import type { VenueId } from '../../src/domain/market.ts'
import { cancelOrder } from '../../src/engine/cancel-order.ts'
import type { ArbTrade } from '../../src/store/events.ts'
import { place } from '../support/session.ts'
import { type ArbWorld, anArbWorld, hearFill, type Pair, settled } from './arb-world.ts'

const twins = (ticker: string, slug: string, polarity: Pair['polarity'] = 'same'): Pair => ({
  markets: [`kalshi:${ticker}`, `polymarket:${slug}`],
  polarity,
})
const seats = (party: string, country: string): string =>
  `will-${party}-win-the-most-seats-in-the-next-${country}-general-election`

/** Pairs of the sandbox that stand for years and move in cents. One for each race: a refused pair rests for ten seconds. */
const pairs = {
  bothFill: twins('KXUKPARLI-31-REF', seats('reform-uk', 'uk')),
  inverted: twins('KXSENATESEATS-28-R51', 'republicans-at-most-50-senate-seats-after-2028', 'inverted'),
  unseen: twins('KXSOLD-27DEC3117-T150', 'solana-above-150-on-december-31-5pm-et'),
  secondFails: twins('KXUKPARLI-31-LAB', seats('labour', 'uk')),
  firstFails: twins('KXGERPARLI-31-CDU', seats('cdu-csu', 'german')),
  bothPartial: twins('KXGERPARLI-31-AFD', seats('afd', 'german')),
  gone: twins('KXCANPARLI-31-LIB', seats('liberals', 'canadian')),
  moved: twins('KXCANPARLI-31-CON', seats('conservatives', 'canadian')),
  afterFill: twins('GOVPARTYKY-27-R', 'kentucky-governor-2027-republican'),
  closed: twins('GOVPARTYMS-27-R', 'mississippi-governor-2027-republican'),
  lateAnswer: twins('KXUNSCVETO-28JAN01', 'un-security-council-veto-by-december-31'),
  lateFill: twins('KXOSCARCOUNT-28-T5', 'film-wins-6-or-more-oscars-2028'),
  lostAnswer: twins('KXETHD-27DEC3117-T3500', 'ethereum-above-3pt5k-on-december-31-5pm-et'),
  meanwhile: twins('KXBTCD-27DEC3117-T90000', 'bitcoin-above-90k-on-december-31-5pm-et'),
  rivalA: twins('KXETHD-27DEC3117-T3000', 'ethereum-above-3k-on-december-31-5pm-et'),
  rivalB: twins('KXBTCD-27DEC3117-T80000', 'bitcoin-above-80k-on-december-31-5pm-et'),
}
/** Dollars: both rivals fit into what is left at their turn, or one of them and an order of another process, and not all three. */
const limit = '84'
/** Watched by nobody. */
const aside = twins('KXEOCOUNT-26DEC-T8', 'executive-orders-signed-december-9-or-more')

const filled = ({ legs }: ArbTrade): readonly (string | null)[] => legs.map(({ filledQuantity }) => filledQuantity)

/** `sandbox serve` and `arb run` as processes, REST and sockets between them; the journal held against the exchange after each. */
describe('the arbitrage loop against books that change under it', function () {
  this.timeout(120_000)
  let world: ArbWorld
  before(async () => {
    world = await anArbWorld(Object.values(pairs), { maxExposure: limit })
  })
  after(() => world.close())
  afterEach(async () => {
    expect(await world.differences()).to.deep.equal([])
  })

  it('buys both sides in full, for what was seen', async () => {
    const id = await world.inject(pairs.bothFill)
    const trade = await world.traded(pairs.bothFill)
    expect([filled(trade), trade.imbalance]).to.deep.equal([['10', '10'], '0'])
    const { edge, orders } = await world.control.injection(id)
    expect([trade.edgeExpected, orders.length]).to.deep.equal([edge, 2])
  })

  it('buys YES on both sides of an inverted pair', async () => {
    const id = await world.inject(pairs.inverted)
    const trade = await world.traded(pairs.inverted)
    const { orders } = await world.control.injection(id)
    expect(orders.map(({ outcome, filled: quantity }) => [outcome, quantity])).to.deep.equal([
      ['yes', '10'],
      ['yes', '10'],
    ])
    expect([filled(trade), trade.imbalance]).to.deep.equal([['10', '10'], '0'])
  })

  it('sees an edge that lost frames hid as soon as the books are proven again, and not before', async () => {
    await world.control.fault({ venue: 'kalshi', endpoint: 'orderbook_delta', fault: 'drop_frame' })
    await world.control.fault({ venue: 'polymarket', endpoint: 'price_change', fault: 'drop_frame' })
    await world.inject(pairs.unseen)
    const trade = await world.traded(pairs.unseen)
    expect([filled(trade), trade.imbalance, await world.control.faultsUsedUp()]).to.deep.equal([
      ['10', '10'],
      '0',
      true,
    ])
  })

  it('sells the first leg again when the second finds nothing', async () => {
    await world.inject(pairs.secondFails, { on: 'order', effects: ['vanish:polymarket'] })
    const trade = await world.traded(pairs.secondFails)
    expect([filled(trade), trade.status, trade.imbalance]).to.deep.equal([['10', '0'], 'unwound', '0'])
  })

  it('sells the second leg again when the first finds nothing', async () => {
    await world.inject(pairs.firstFails, { on: 'order', effects: ['vanish:kalshi'] })
    const trade = await world.traded(pairs.firstFails)
    expect([filled(trade), trade.imbalance, trade.unwindOrderIds.length > 0]).to.deep.equal([['0', '10'], '0', true])
  })

  it('keeps the pairs and sells the rest when both fill in part', async () => {
    await world.inject(pairs.bothPartial, { on: 'order', effects: ['thin:kalshi:8', 'thin:polymarket:6'] })
    const trade = await world.traded(pairs.bothPartial)
    expect([filled(trade), trade.imbalance]).to.deep.equal([['8', '6'], '0'])
  })

  for (const [what, race] of [
    ['is gone', 'gone'],
    ['has moved', 'moved'],
  ] as const) {
    it(`holds nothing when the edge ${what} between the decision and the orders`, async () => {
      await world.inject(pairs[race], { on: 'order', effects: [race === 'gone' ? 'vanish' : 'move'] })
      const trade = await world.traded(pairs[race])
      expect([filled(trade), trade.imbalance]).to.deep.equal([['0', '0'], '0'])
    })
  }

  it('is even again when the other side goes at the moment of the first fill', async () => {
    await world.inject(pairs.afterFill, { on: 'fill', effects: ['vanish'] })
    const trade = await world.traded(pairs.afterFill)
    expect([filled(trade).toSorted(), trade.imbalance]).to.deep.equal([['0', '10'], '0'])
  })

  it('sells the other leg again when a market closes before its order arrives', async () => {
    await world.inject(pairs.closed, { on: 'order', effects: ['close:polymarket'] })
    const trade = await world.traded(pairs.closed)
    expect([filled(trade), trade.status, trade.imbalance]).to.deep.equal([['10', '0'], 'unwound', '0'])
  })

  it('counts a fill once that is heard of before its order is answered', async () => {
    const { heard } = await hearFill(world, pairs.lateAnswer.markets[0])
    await world.inject(pairs.lateAnswer, { effects: ['late-answer:kalshi:600'] })
    expect(await heard).to.equal('submitted')
    const trade = await world.traded(pairs.lateAnswer)
    expect([filled(trade), trade.imbalance]).to.deep.equal([['10', '10'], '0'])
  })

  it('waits for a leg that is matched late', async () => {
    await world.inject(pairs.lateFill, { effects: ['late-fill:polymarket:700'] })
    const trade = await world.traded(pairs.lateFill)
    expect([filled(trade), trade.imbalance, trade.unwindOrderIds]).to.deep.equal([['10', '10'], '0', []])
  })

  it('begins nothing while the answer to a leg is lost, and finds out what became of it', async () => {
    await world.inject(pairs.lostAnswer, { effects: ['lose-answer:kalshi'] })
    await world.begun(pairs.lostAnswer)
    const id = await world.inject(pairs.meanwhile, { forMs: 3_000 })
    const trade = await world.traded(pairs.lostAnswer)
    expect([filled(trade), trade.imbalance, trade.unwindOrderIds]).to.deep.equal([['10', '10'], '0', []])
    expect((await world.control.injection(id)).orders).to.deep.equal([])
  })

  it('cancels what was just filled without losing the fill', async () => {
    const [first] = aside.markets
    await world.inject(aside, { on: 'cancel', effects: ['take:kalshi:2'] })
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
    const [first] = aside.markets
    const other = {
      venue: 'kalshi' as VenueId,
      market: first,
      quantity: '20',
      price: '0.30',
      timeInForce: 'gtc' as const,
    }
    const [, , placed] = await Promise.all([
      world.inject(pairs.rivalA),
      world.inject(pairs.rivalB),
      place(world.session, other),
    ])
    const trades = [await world.traded(pairs.rivalA), await world.traded(pairs.rivalB)]
    await world.session.trading.ledger.refresh()
    const { positions, openOrders } = world.session.trading.ledger.state
    const { total } = exposureOf(positions.values(), openOrders.values())
    expect(total <= parseMoney(limit) && total > parseMoney('68'), formatAmount(total)).to.equal(true)
    const full = [...trades.flatMap(filled).map((quantity) => quantity === '10'), placed.order.status === 'resting']
    expect(full).to.include(false)
    expect(trades.map(({ imbalance }) => imbalance)).to.deep.equal(['0', '0'])
  })

  it('ends in good order, and every match is final on both sides', async () => {
    const { ended, report } = await world.interrupt()
    expect([ended.code, report.unsettled], ended.stderr).to.deep.equal([130, []])
    expect(report.trades.map(({ withinWorstLoss }) => withinWorstLoss)).not.to.include(false)
    expect(await settled(world)).to.deep.equal([])
    await world.session.trading.ledger.refresh()
    expect([...world.session.trading.ledger.state.openTrades.keys()]).to.deep.equal([])
  })
})
