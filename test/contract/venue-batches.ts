import { expect } from 'chai'
import type { Market } from '../../src/domain/market.ts'
import type { Order } from '../../src/domain/order.ts'
import type { Batches, Cancellation, Placement } from '../../src/domain/venue.ts'
import type { VenueHarness } from './venue-client.ts'
import { acceptedAs, OrderMaker, type Prepared, type Wanted } from './venue-orders.ts'

/** Behaviour that every venue with batches must show. One call beside `describeVenueClient`. */
export function describeVenueBatches(name: string, start: () => Promise<VenueHarness>): void {
  describe(`${name} client: batches`, function () {
    this.timeout(30_000)
    let venue: VenueHarness
    let market: Market
    let orders: OrderMaker
    let batches: Batches

    before(async () => {
      venue = await start()
      market = await venue.client.getMarket(venue.symbol)
      orders = new OrderMaker(venue, market, `batches/${name}`)
      if (venue.client.batches === undefined) throw new Error(`${name} has no batches`)
      batches = venue.client.batches
    })
    after(() => venue?.stop())
    beforeEach(() => venue.setBook(market, { bids: [['0.40', '20']], asks: [['0.50', '10']] }))
    afterEach(() => venue.client.cancelAll())

    async function place(...wanted: readonly Wanted[]): Promise<{
      readonly prepared: readonly Prepared[]
      readonly placements: readonly Placement[]
    }> {
      const prepared: Prepared[] = []
      for (const one of wanted) prepared.push(await orders.prepare(one))
      return { prepared, placements: await batches.placeOrders(prepared.map((one) => one.prepared)) }
    }

    function cancel(...them: readonly Order[]): Promise<readonly Cancellation[]> {
      return batches.cancelOrders(them.map(({ venueOrderId }) => ({ venueOrderId: venueOrderId ?? '', market })))
    }

    async function openPrices(): Promise<readonly bigint[]> {
      const open = await venue.client.listOpenOrders()
      return open.map(({ price }) => price as bigint).sort((a, b) => (a < b ? -1 : 1))
    }

    it('place each order and answer for each, the refused ones too', async () => {
      const { placements } = await place(
        { price: '0.42' },
        { price: '0.43', timeInForce: 'fok' },
        { price: '0.50', quantity: '6' },
      )
      expect(placements.map(({ kind }) => kind)).to.deep.equal(['accepted', 'rejected', 'accepted'])
      expect(placements[2]).to.have.nested.include({ 'report.status': 'filled' })
      expect(await openPrices()).to.deep.equal([420_000n])
    })

    it('recognise an order that is there already, beside one that is new', async () => {
      const { prepared } = await place({ price: '0.41' })
      const fresh = await orders.prepare({ price: '0.42' })
      const again = [...prepared, fresh].map((one) => one.prepared)
      expect((await batches.placeOrders(again)).map(({ kind }) => kind)).to.deep.equal(['duplicate', 'accepted'])
    })

    it('leave every order unknown when the answer is lost, and each can be found', async () => {
      await venue.spoilNextBatch('place', 'lost')
      const { prepared, placements } = await place({ price: '0.41' }, { price: '0.42' })
      expect(placements.map(({ kind }) => kind)).to.deep.equal(['unknown', 'unknown'])
      for (const { submitted } of prepared) {
        expect((await venue.client.findOrder(submitted, market)).report).not.to.equal(null)
      }
    })

    it('leave the order unknown that the answer leaves out, and no other', async () => {
      await venue.spoilNextBatch('place', 'partial')
      const { placements } = await place({ price: '0.41' }, { price: '0.42' })
      expect(placements.map(({ kind }) => kind)).to.deep.equal(['accepted', 'unknown'])
      expect(await openPrices()).to.deep.equal([410_000n, 420_000n])
    })

    it('match entries that come the other way round', async () => {
      await venue.spoilNextBatch('place', 'reversed')
      const { placements } = await place({ price: '0.41', quantity: '7' }, { price: '0.50', quantity: '6' })
      expect(placements.map((each) => each.kind === 'accepted' && each.report.status)).to.deep.equal([
        'resting',
        'filled',
      ])
    })

    it('take a full batch of either kind', async () => {
      const them: Order[] = []
      const count = Math.min(batches.placeMax, 15)
      const { prepared, placements } = await place(
        ...Array.from({ length: count }, (_, n) => ({ price: '0.42', quantity: String(10 + n) })),
      )
      prepared.forEach(({ submitted }, n) => {
        them.push({ ...submitted, ...acceptedAs(placements[n]) })
      })
      expect(new Set((await cancel(...them)).map(({ kind }) => kind))).to.deep.equal(new Set(['cancelled']))
      expect(await openPrices()).to.deep.equal([])
    })

    it('cancel each order and answer for each: live, filled and cancelled before', async () => {
      const live = await orders.place()
      const filled = await orders.place({ price: '0.50', quantity: '6' })
      const gone = await orders.place()
      await venue.client.cancelOrder(gone, market)
      const answers = await cancel(live, filled, gone)
      expect(answers.map(({ kind }) => kind)).to.deep.equal(['cancelled', 'not_live', 'not_live'])
      expect(await openPrices()).to.deep.equal([])
    })

    it('leave every cancel unknown when the answer is lost', async () => {
      const them = [await orders.place(), await orders.place({ price: '0.41' })]
      await venue.spoilNextBatch('cancel', 'lost')
      expect((await cancel(...them)).map(({ kind }) => kind)).to.deep.equal(['unknown', 'unknown'])
      expect((await cancel(...them)).map(({ kind }) => kind)).to.deep.equal(['not_live', 'not_live'])
    })

    it('leave the cancel unknown that the answer leaves out', async () => {
      const them = [await orders.place(), await orders.place({ price: '0.41' })]
      await venue.spoilNextBatch('cancel', 'partial')
      expect((await cancel(...them)).map(({ kind }) => kind)).to.deep.equal(['cancelled', 'unknown'])
    })
  })
}
