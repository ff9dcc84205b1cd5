import { expect } from 'chai'
import { executePair } from '../../src/arb/execute-pair.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { parseMoney, parseQuantity } from '../../src/domain/amounts.ts'
import type { Fill } from '../../src/domain/fill.ts'
import type { Order, OrderPurpose } from '../../src/domain/order.ts'
import type { AccountEvent } from '../../src/domain/venue-stream.ts'
import { planOrder } from '../../src/engine/place/plan-order.ts'
import { newsOf } from '../../src/engine/settle/account-news.ts'
import { hearOrder } from '../../src/engine/settle/hear-order.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { aDraft, aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

/** What the sockets of the venues tell of the orders of a two-leg trade, against what the journal knows by then. */
describe('news of the account', () => {
  let world: TestWorld
  let session: Session
  beforeEach(async () => {
    world = await aWorld({}, new VirtualClock(Date.parse('2026-11-20T12:00:00Z')))
    await world.control.setBook(marketOf.kalshi, { bids: [['0.43', '50']], asks: [['0.45', '50']] })
    await world.control.setBook(marketOf.polymarket, { bids: [['0.60', '50']], asks: [['0.62', '50']] })
    session = await world.open()
  })
  afterEach(() => world.close())

  async function traded(): Promise<readonly [Order, Order]> {
    const purpose: OrderPurpose = { kind: 'arb_leg', tradeId: 't-1' }
    const { trading } = session
    const requests = [
      await planOrder(trading, aDraft({ venue: 'kalshi', quantity: '10', price: '0.45', purpose })),
      await planOrder(trading, aDraft({ venue: 'polymarket', outcome: 'no', quantity: '10', price: '0.40', purpose })),
    ] as const
    const { legs } = await executePair(trading, requests, parseMoney('1.5'), 't-1')
    return [legs[0].order, legs[1].order]
  }
  /** As the venue lists them, which is what its sockets tell too. */
  async function fillsOf(order: Order): Promise<readonly Fill[]> {
    const market = await session.trading.observe.market(order.intent.market)
    return (await session.trading.client(order.venue)).listFills({ order: { order, market } })
  }
  const told = async (...events: readonly AccountEvent[]) => (await newsOf(session.trading, events)).orderIds
  const toldFills = async (order: Order): Promise<readonly string[]> =>
    told(...(await fillsOf(order)).map((fill): AccountEvent => ({ kind: 'fill', fill })))
  const statusOf = async (): Promise<unknown> => {
    const [trade] = await session.trading.ledger.listTrades({})
    return [trade?.status, trade?.provisional === true]
  }

  it('are none of a fill that is booked, whichever came first, its frame or the answer to its order', async () => {
    for (const leg of await traded()) expect(await toldFills(leg)).to.deep.equal([])
  })

  it('are those of a match that has become final: its trade ends as soon as its venue has proven it', async () => {
    const [, second] = await traded()
    expect(await statusOf()).to.deep.equal(['open', true])
    await world.control.advance(60_000)
    expect(await toldFills(second)).to.deep.equal([second.intent.id])
    const changes = await hearOrder(session.trading, second.intent.id)
    expect(changes.map(({ from, to }) => [from, to])).to.deep.equal([['provisional', 'balanced']])
    expect(await toldFills(second)).to.deep.equal([])
  })

  it('are those of a match that has failed: its trade stands on one leg', async () => {
    await world.control.fault({ venue: 'polymarket', endpoint: 'place_order', fault: 'settlement_failed' })
    const [, second] = await traded()
    await world.control.advance(60_000)
    expect(await toldFills(second)).to.deep.equal([second.intent.id])
    await hearOrder(session.trading, second.intent.id)
    expect(await statusOf()).to.deep.equal(['imbalanced', false])
  })

  it('are those of a fill in a market where an order has no answer and no id yet, and its venue proves the fill', async () => {
    await world.control.loseNextAnswer('kalshi')
    const [first] = await traded()
    expect([first.status, first.venueOrderId]).to.deep.equal(['unknown', null])
    const [atVenue] = (await world.control.account('kalshi')).orders
    const fill: Fill = {
      id: 'f-1',
      venue: 'kalshi',
      market: first.intent.market,
      venueOrderId: atVenue?.id ?? '',
      outcome: 'yes',
      side: 'buy',
      quantity: parseQuantity('10'),
      price: first.intent.price,
      fee: null,
      liquidity: 'taker',
      finality: 'final',
      time: '2026-11-20T12:00:00Z',
    }
    expect(await told({ kind: 'fill', fill })).to.deep.equal([first.intent.id])
    await hearOrder(session.trading, first.intent.id)
    const found = await session.trading.ledger.findOrder(first.intent.id)
    expect(found).to.include({ status: 'filled', filledQuantity: parseQuantity('10') })
    expect(found?.fillIds).not.to.include('f-1')
  })

  it('are nothing that was told of the orders of other tools, of single orders, or of positions', async () => {
    const { order } = await place(session, { venue: 'kalshi', quantity: '5', price: '0.30', timeInForce: 'gtc' })
    const filled = { kind: 'order', venue: 'kalshi', clientOrderId: null, status: 'filled' } as const
    const amounts = { filledQuantity: parseQuantity('5'), remainingQuantity: parseQuantity('0') }
    expect(
      await told(
        { ...filled, ...amounts, venueOrderId: order.venueOrderId ?? '' },
        { ...filled, ...amounts, venueOrderId: 'another-tool-s-order' },
        { kind: 'position', market: marketOf.kalshi, net: parseQuantity('5') },
      ),
    ).to.deep.equal([])
  })

  it('say that something may have been missed when a channel begins anew', async () => {
    const { isMissed } = await newsOf(session.trading, [{ kind: 'missed', venue: 'kalshi', why: 'connected' }])
    expect(isMissed).to.equal(true)
  })
})
