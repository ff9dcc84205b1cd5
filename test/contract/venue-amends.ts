import { expect } from 'chai'
import { formatAmount, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import type { Market } from '../../src/domain/market.ts'
import type { ApprovedOrder, Order, OrderTerms } from '../../src/domain/order.ts'
import type { Amendment, Amends } from '../../src/domain/venue.ts'
import { isoTime } from '../../src/runtime/clock.ts'
import type { VenueHarness } from './venue-client.ts'
import { OrderMaker } from './venue-orders.ts'

/** Behaviour that every venue with changes of orders must show. One call beside `describeVenueClient`. */
export function describeVenueAmends(name: string, start: () => Promise<VenueHarness>): void {
  describe(`${name} client: changes of orders`, function () {
    this.timeout(30_000)
    let venue: VenueHarness
    let market: Market
    let orders: OrderMaker
    let amends: Amends

    before(async () => {
      venue = await start()
      market = await venue.client.getMarket(venue.symbol)
      orders = new OrderMaker(venue, market, `amends/${name}`)
      if (venue.client.amends === undefined) throw new Error(`${name} changes no orders`)
      amends = venue.client.amends
    })
    after(() => venue?.stop())
    beforeEach(() => venue.setBook(market, { bids: [['0.40', '20']], asks: [['0.50', '10']] }))
    afterEach(async () => {
      for (const { venueOrderId } of await venue.client.listOpenOrders()) {
        await venue.client.batches?.cancelOrders([{ venueOrderId, market }])
      }
    })

    /** To a price and a remainder. */
    function amend(order: Order, price: string, left: string): Promise<Amendment> {
      const intent = { ...order.intent, price: parsePrice(price), quantity: parseQuantity(left) }
      return amends.amendOrder(amends.prepareAmend({ intent } as ApprovedOrder, order, market))
    }

    async function open(): Promise<readonly string[]> {
      return (await venue.client.listOpenOrders()).map(
        ({ remainingQuantity, price }) => `${formatAmount(remainingQuantity)} @ ${formatAmount(price)}`,
      )
    }

    it('give a resting order another price and size', async () => {
      const order = await orders.place()
      expect((await amend(order, '0.43', '15')).kind).to.equal('amended')
      expect(await open()).to.deep.equal(['15 @ 0.43'])
      const report = await venue.client.getOrder(order, market)
      expect([report?.status, report?.remainingQuantity]).to.deep.equal(['resting', parseQuantity('15')])
    })

    it('leave what is filled alone: the remainder is what was asked for', async () => {
      const order = await orders.place({ price: '0.50', quantity: '16' })
      expect(formatAmount(order.filledQuantity)).to.equal('10')
      const amendment = await amend(order, '0.49', '8')
      expect(amendment).to.have.nested.include({ kind: 'amended', 'report.filledQuantity': parseQuantity('10') })
      expect(await open()).to.deep.equal(['8 @ 0.49'])
    })

    it('may trade at once, and the order is then read as it ended', async () => {
      const order = await orders.place()
      expect((await amend(order, '0.50', '10')).kind).to.equal('amended')
      const report = await venue.client.getOrder(order, market)
      expect([report?.status, report?.filledQuantity]).to.deep.equal(['filled', parseQuantity('10')])
    })

    it('take contracts off', async () => {
      const order = await orders.place()
      const decreased = await amends.decreaseOrder(order, market, parseQuantity('4'))
      expect(decreased).to.have.nested.include({ kind: 'amended', 'report.remainingQuantity': parseQuantity('6') })
      expect(await open()).to.deep.equal(['6 @ 0.42'])
      expect((await amends.decreaseOrder(order, market, parseQuantity('50'))).kind).to.equal('refused')
      expect(await open()).to.deep.equal(['6 @ 0.42'])
    })

    it('are refused with a price off the grid, and the order stays as it is', async () => {
      const order = await orders.place()
      expect((await amend(order, '0.425', '10')).kind).to.equal('refused')
      expect(await open()).to.deep.equal(['10 @ 0.42'])
    })

    it('find nothing live once the order is filled or cancelled', async () => {
      const filled = await orders.place({ price: '0.50', quantity: '6' })
      const gone = await orders.place()
      await venue.client.cancelOrder(gone, market)
      for (const order of [filled, gone]) {
        expect((await amend(order, '0.43', '5')).kind).to.equal('not_live')
        expect((await amends.decreaseOrder(order, market, parseQuantity('1'))).kind).to.equal('not_live')
      }
    })

    for (const [what, landed] of [
      ['is found when it was carried out', true],
      ['is not concluded about when it was not', false],
    ] as const) {
      it(`with a lost answer ${what}`, async () => {
        const order = await orders.place()
        await venue.loseNextAmend(landed ? 'answer' : 'request')
        expect((await amend(order, '0.43', '15')).kind).to.equal('unknown')
        const terms: OrderTerms = { price: parsePrice('0.43'), quantity: parseQuantity('15') }
        const changing = { ...order, pendingAmend: { ...terms, askedAt: isoTime(venue.clock.nowMs()) } }
        expect((await amends.findAmend(changing, market)).kind).to.equal(landed ? 'carried_out' : 'not_seen')
      })
    }
  })
}
