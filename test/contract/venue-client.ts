import { expect } from 'chai'
import {
  addQuantity,
  formatAmount,
  parsePrice,
  parseQuantity,
  type Quantity,
  ZERO_QUANTITY,
} from '../../src/domain/amounts.ts'
import { VenueError } from '../../src/domain/errors.ts'
import type { Market } from '../../src/domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent, OrderReport } from '../../src/domain/order.ts'
import { isCrossed } from '../../src/domain/order-book.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'
import { isOnLadder } from '../../src/domain/tick-ladder.ts'
import type { Placement, PreparedOrder, VenueClient } from '../../src/domain/venue.ts'
import { type Clock, isoTime } from '../../src/runtime/clock.ts'
import { seededIds } from '../../src/runtime/ids.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { reportIn, verdictOf } from '../support/lookups.ts'

/** Price and quantity in the terms of YES, as decimal strings. */
type WrittenLevel = readonly [price: string, quantity: string]

/** A venue, simulated behind real HTTP, that tests can arrange. */
export interface VenueHarness {
  readonly client: VenueClient
  /** The client's clock, and the venue's. */
  readonly clock: Clock
  /** Symbol of an open market with whole cents and no smaller minimum order than 5 contracts. */
  readonly symbol: string
  /** Replaces what others offer in the market. */
  setBook(
    market: Market,
    book: { readonly bids: readonly WrittenLevel[]; readonly asks: readonly WrittenLevel[] },
  ): Promise<void>
  /** The next order is executed and its answer lost. */
  loseNextPlacement(): Promise<void>
  /** The next change of an order is lost, before it was carried out or after. */
  loseNextAmend(what: 'request' | 'answer'): Promise<void>
  /** The orders of the next batch are carried out, and its answer is lost, or without its last entry, or the other way round. */
  spoilNextBatch(call: 'place' | 'cancel', how: 'lost' | 'partial' | 'reversed'): Promise<void>
  /** The market ends now and pays, with `result` as what YES is worth. */
  settle(market: Market, result: 'yes' | 'no'): Promise<void>
  stop(): Promise<void>
}

type IntentChanges = Partial<Omit<OrderIntent, 'price' | 'quantity'>> & {
  readonly price?: string
  readonly quantity?: string
}

/** Behaviour that every venue's client must show. Add a venue: one call with its harness. */
export function describeVenueClient(name: string, start: () => Promise<VenueHarness>): void {
  describe(`${name} client`, function () {
    this.timeout(30_000)
    const ids = seededIds(seededRandom(`contract/${name}`))
    let venue: VenueHarness
    let market: Market

    before(async () => {
      venue = await start()
      market = await venue.client.getMarket(venue.symbol)
    })
    after(() => venue?.stop())

    beforeEach(() =>
      venue.setBook(market, {
        bids: [
          ['0.40', '20'],
          ['0.38', '50'],
        ],
        asks: [
          ['0.50', '10'],
          ['0.55', '30'],
        ],
      }),
    )
    afterEach(async () => {
      await venue.client.cancelAll()
      await venue.clock.sleep(venue.client.capabilities.cancelAllTailMs)
    })

    function intent(changes: IntentChanges = {}): OrderIntent {
      const { price = '0.50', quantity = '10', ...rest } = changes
      return {
        id: ids.short('o'),
        clientOrderId: ids.uuid(),
        market: market.id,
        outcome: 'yes',
        side: 'buy',
        timeInForce: 'ioc',
        expiresAt: null,
        postOnly: false,
        reduceOnly: false,
        purpose: { kind: 'manual' },
        createdAtMs: venue.clock.nowMs(),
        ...rest,
        price: parsePrice(price),
        quantity: parseQuantity(quantity),
      }
    }

    interface Placed {
      readonly prepared: PreparedOrder
      readonly placement: Placement
      /** As the journal would hold it before the answer. */
      readonly submitted: Order
    }

    async function place(changes: IntentChanges = {}): Promise<Placed> {
      const wanted = intent(changes)
      const prepared = await venue.client.prepareOrder({ intent: wanted } as ApprovedOrder, market)
      const submitted = submittedOrder(wanted, prepared.venueOrderId, isoTime(venue.clock.nowMs()))
      return { prepared, submitted, placement: await venue.client.placeOrder(prepared) }
    }

    async function accepted(changes: IntentChanges = {}): Promise<{ report: OrderReport; order: Order }> {
      const { placement, submitted } = await place(changes)
      if (placement.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(placement)}`)
      return { report: placement.report, order: { ...submitted, venueOrderId: placement.report.venueOrderId } }
    }

    function resting(changes: IntentChanges = {}): Promise<{ report: OrderReport; order: Order }> {
      return accepted({ timeInForce: 'gtc', price: '0.42', ...changes })
    }

    async function fillsOf(order: Order) {
      return venue.client.listFills({ order: { order, market } })
    }

    async function held(outcome: 'yes' | 'no'): Promise<Quantity> {
      const positions = await venue.client.listPositions()
      const found = positions.filter((position) => position.market === market.id && position.outcome === outcome)
      return addQuantity(ZERO_QUANTITY, ...found.map((position) => position.quantity))
    }

    describe('markets', () => {
      it('lists each market once, with an id of this venue', async () => {
        const seen: string[] = []
        for await (const page of venue.client.listMarkets({ status: 'open', limit: 300 })) {
          seen.push(...page.map(({ id }) => id))
          expect(page.filter(({ status }) => status !== 'open')).to.deep.equal([])
        }
        expect(seen.length).to.be.above(20)
        expect(new Set(seen).size).to.equal(seen.length)
        expect(seen.every((id) => id.startsWith(`${venue.client.venue}:`))).to.equal(true)
      })

      it('keeps to the limit', async () => {
        let count = 0
        for await (const page of venue.client.listMarkets({ status: 'open', limit: 7 })) count += page.length
        expect(count).to.equal(7)
      })

      it('reads one market with a price grid, rules and fees', () => {
        expect(market.symbol).to.equal(venue.symbol)
        expect(market.untradableReason).to.equal(null)
        expect(isOnLadder(market.ladder, parsePrice('0.42'))).to.equal(true)
        expect(market.rules).to.not.equal('')
        expect(market.fees.kind).to.not.equal('unknown')
      })

      it('reads again what a market charges, the same while nothing has changed', async () => {
        const { schedule } = await venue.client.getFees(market)
        expect([schedule, schedule.kind]).to.deep.equal([market.fees, 'quadratic'])
      })

      it('says not_found for a market that is not there', async () => {
        const problem: unknown = await venue.client.getMarket('NO-SUCH-MARKET-26').catch((error: unknown) => error)
        expect(problem).to.be.instanceOf(VenueError)
        expect((problem as VenueError).kind).to.equal('not_found')
      })

      it('reads a book in prices of YES, best level first on both sides', async () => {
        const book = await venue.client.getBook(market)
        expect(book.bids.map(({ price }) => formatAmount(price))).to.deep.equal(['0.4', '0.38'])
        expect(book.asks.map(({ price }) => formatAmount(price))).to.deep.equal(['0.5', '0.55'])
        expect(book.asks[0]?.quantity).to.equal(parseQuantity('10'))
        expect(isCrossed(book)).to.equal(false)
      })
    })

    describe('placing', () => {
      it('reports a full fill', async () => {
        const { report, order } = await accepted()
        expect(report.status).to.equal('filled')
        expect(report.filledQuantity).to.equal(parseQuantity('10'))
        const fills = await fillsOf(order)
        expect(addQuantity(...fills.map(({ quantity }) => quantity))).to.equal(parseQuantity('10'))
        expect(fills.every((fill) => fill.side === 'buy' && fill.outcome === 'yes')).to.equal(true)
        expect(new Set(fills.map(({ price }) => formatAmount(price)))).to.deep.equal(new Set(['0.5']))
      })

      it('adds a fill to the position, and takes a sale off it', async () => {
        const before = await held('yes')
        await accepted()
        expect((await held('yes')) - before).to.equal(parseQuantity('10'))
        await accepted({ side: 'sell', price: '0.40', quantity: '6' })
        expect((await held('yes')) - before).to.equal(parseQuantity('4'))
      })

      it('buys NO from those who bid for YES', async () => {
        const { report, order } = await accepted({ outcome: 'no', price: '0.60', quantity: '8' })
        expect(report.status).to.equal('filled')
        const fills = await fillsOf(order)
        expect(fills.every((fill) => fill.outcome === 'no' && fill.side === 'buy')).to.equal(true)
        expect(fills.map(({ price }) => formatAmount(price))).to.deep.equal(['0.6'])
      })

      it('reports a part that filled, and that the rest is gone', async () => {
        const { report } = await accepted({ quantity: '20' })
        expect([report.status, report.filledQuantity]).to.deep.equal(['partially_filled', parseQuantity('10')])
        expect(report.remainingQuantity ?? ZERO_QUANTITY).to.equal(ZERO_QUANTITY)
      })

      it('fills nothing when nothing is on offer at the price', async () => {
        const { placement, submitted } = await place({ price: '0.45' })
        if (placement.kind === 'accepted') {
          expect([placement.report.status, placement.report.filledQuantity]).to.deep.equal(['cancelled', ZERO_QUANTITY])
        } else {
          expect(placement.kind).to.equal('rejected')
        }
        const venueOrderId = placement.kind === 'accepted' ? placement.report.venueOrderId : submitted.venueOrderId
        expect(await fillsOf({ ...submitted, venueOrderId })).to.deep.equal([])
      })

      it('is told why an order is rejected', async () => {
        const { placement } = await place({ timeInForce: 'fok', quantity: '500' })
        if (placement.kind !== 'rejected') throw new Error(`not rejected: ${JSON.stringify(placement)}`)
        expect(placement.code).to.match(/^[A-Z0-9_]+$/)
        expect(placement.message).to.not.equal('')
      })

      it('recognises an order that the venue already has', async () => {
        const { prepared, placement } = await place({ timeInForce: 'gtc', price: '0.42' })
        expect(placement.kind).to.equal('accepted')
        expect((await venue.client.placeOrder(prepared)).kind).to.equal('duplicate')
      })

      it('does not take the order for there when the first attempt was refused, whatever the second is answered', async () => {
        const { prepared, placement } = await place({ timeInForce: 'fok', quantity: '500' })
        expect(placement.kind).to.equal('rejected')
        expect((await venue.client.placeOrder(prepared)).kind).to.be.oneOf(['rejected', 'unknown'])
      })

      it('refuses to cross with a post-only order', async () => {
        const { placement } = await place({ timeInForce: 'gtc', postOnly: true })
        expect(placement.kind).to.equal('rejected')
      })

      it('knows the id before sending where it says so', async () => {
        const { prepared, placement } = await place()
        if (placement.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(placement)}`)
        const { orderIdBeforeSend } = venue.client.capabilities
        expect(prepared.venueOrderId).to.equal(orderIdBeforeSend ? placement.report.venueOrderId : null)
      })
    })

    describe('open orders', () => {
      it('rests, is listed and is read', async () => {
        const { report, order } = await resting()
        expect(report.status).to.equal('resting')
        const listed = (await venue.client.listOpenOrders()).find(
          ({ venueOrderId }) => venueOrderId === order.venueOrderId,
        )
        expect(listed?.market).to.equal(market.id)
        expect(listed?.remainingQuantity).to.equal(parseQuantity('10'))
        expect(formatAmount(listed?.price ?? parsePrice('0.99'))).to.equal('0.42')
        expect((await venue.client.getOrder(order, market))?.status).to.equal('resting')
      })

      it('rests until a time', async () => {
        const expiresAt = isoTime(venue.clock.nowMs() + 3_600_000)
        const { report } = await resting({ timeInForce: 'gtd', expiresAt })
        expect(report.status).to.equal('resting')
      })

      it('is cancelled once, and is not live the second time', async () => {
        const { order } = await resting()
        expect((await venue.client.cancelOrder(order, market)).kind).to.equal('cancelled')
        expect((await venue.client.cancelOrder(order, market)).kind).to.equal('not_live')
        expect(await venue.client.listOpenOrders()).to.deep.equal([])
        expect((await venue.client.getOrder(order, market))?.status ?? 'cancelled').to.equal('cancelled')
      })

      it('is not live once it is filled', async () => {
        const { order } = await accepted()
        expect((await venue.client.cancelOrder(order, market)).kind).to.equal('not_live')
      })

      it('is cancelled with all others', async () => {
        await resting()
        await resting({ price: '0.43' })
        const { cancelled } = await venue.client.cancelAll()
        expect(cancelled ?? 2).to.equal(2)
        expect(await venue.client.listOpenOrders()).to.deep.equal([])
      })
    })

    describe('a lost answer', () => {
      it('leaves the order unknown, and its fill is found without sending again', async () => {
        const before = await held('yes')
        await venue.loseNextPlacement()
        const { placement, submitted } = await place()
        expect(placement.kind).to.equal('unknown')
        const report = reportIn(await venue.client.findOrder(submitted, market))
        expect([report.status, report.filledQuantity]).to.deep.equal(['filled', parseQuantity('10')])
        const fills = await fillsOf({ ...submitted, venueOrderId: report.venueOrderId })
        expect(addQuantity(...fills.map(({ quantity }) => quantity))).to.equal(parseQuantity('10'))
        expect((await held('yes')) - before).to.equal(parseQuantity('10'))
      })

      it('leaves a resting order to be found and cancelled', async () => {
        await venue.loseNextPlacement()
        const { placement, submitted } = await place({ timeInForce: 'gtc', price: '0.42' })
        expect(placement.kind).to.equal('unknown')
        const report = reportIn(await venue.client.findOrder(submitted, market))
        expect(report.status).to.equal('resting')
        const found = { ...submitted, venueOrderId: report.venueOrderId }
        expect((await venue.client.cancelOrder(found, market)).kind).to.equal('cancelled')
      })

      it('does not find an order that was never sent', async () => {
        const wanted = intent()
        const prepared = await venue.client.prepareOrder({ intent: wanted } as ApprovedOrder, market)
        const order = submittedOrder(wanted, prepared.venueOrderId, isoTime(venue.clock.nowMs()))
        expect(verdictOf(await venue.client.findOrder(order, market))).to.not.equal('found')
      })
    })

    describe('a settlement', () => {
      it('is none while the market trades', async () => {
        await accepted()
        expect(await venue.client.getSettlement(market)).to.equal(null)
      })
    })

    it('reads a balance that a purchase reduces', async () => {
      const before = await venue.client.getBalance()
      await accepted()
      const after = await venue.client.getBalance()
      expect(before.available - after.available >= 5_000_000n).to.equal(true)
      expect(before.available - after.available < 6_000_000n).to.equal(true)
    })

    // The last of all: the market is over after it.
    describe('a settled market', () => {
      it('tells what it paid, and is held no longer', async () => {
        await accepted()
        await venue.clock.sleep(60_000)
        const paid = await held('yes')
        await venue.settle(market, 'yes')
        await venue.clock.sleep(60_000)
        const settlement = await venue.client.getSettlement(await venue.client.getMarket(venue.symbol))
        expect(settlement?.market).to.equal(market.id)
        expect([settlement?.payout.yes, settlement?.payout.no]).to.deep.equal([1_000_000n, 0n])
        if (settlement?.paidFor !== null) expect(settlement?.paidFor.yes).to.equal(paid)
        expect(await held('yes')).to.equal(ZERO_QUANTITY)
      })
    })
  })
}
