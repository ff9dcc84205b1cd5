import { join } from 'node:path'
import { expect } from 'chai'
import type { Session } from '../../src/cli/session/session.ts'
import { formatAmount } from '../../src/domain/amounts.ts'
import { exposureOf } from '../../src/domain/exposure.ts'
import { venueIds } from '../../src/domain/market.ts'
import type { Order } from '../../src/domain/order.ts'
import { requireSettled } from '../../src/engine/place/require-settled.ts'
import { resendOrder } from '../../src/engine/place/resend-order.ts'
import { type ReconcileOptions, type ReconcileReport, reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { refreshOrder } from '../../src/engine/settle/order-status.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { hideOrders } from '../support/faults.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

const startMs = Date.parse('2026-11-20T12:00:00Z')

for (const venue of venueIds) {
  describe(`an order on ${venue} whose answer was lost`, () => {
    let world: TestWorld
    let clock: VirtualClock
    let session: Session
    beforeEach(async () => {
      clock = new VirtualClock(startMs)
      world = await aWorld({}, clock)
      session = await world.open()
      await world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks: [['0.46', '30']] })
      await run()
    })
    afterEach(() => world.close())

    const run = (options: Partial<ReconcileOptions> = {}): Promise<ReconcileReport> =>
      reconcile(session.trading, { fix: false, venues: [venue], ...options })
    const pass = (ms: number): void => clock.advanceTo(clock.nowMs() + ms)
    const spoil = (fault: object, endpoint = 'place_order'): Promise<void> =>
      world.post('/faults', { venue, endpoint, times: 1, ...fault })
    const lose = async (fault: object, timeInForce: 'ioc' | 'gtc' = 'ioc'): Promise<Order> => {
      await spoil(fault)
      return (await place(session, { venue, quantity: '10', price: '0.46', timeInForce })).order
    }
    const known = async ({ intent }: Order): Promise<Order> => {
      await session.trading.ledger.refresh()
      const order = await session.trading.ledger.findOrder(intent.id)
      if (order === null) throw new Error('the journal lost the order')
      return order
    }
    const atVenue = async (): Promise<number> => (await world.control.account(venue)).orders.length
    const reopen = async (): Promise<void> => {
      await session[Symbol.asyncDispose]()
      session = await world.open()
    }
    const dropRequest = { fault: 'drop_request' }
    const dropResponse = { fault: 'drop_response' }

    it('is proven absent after its last possible arrival, with the evidence kept piece by piece', async () => {
      const order = await lose(dropRequest)
      pass(61_000)
      await reopen()
      expect((await run()).settled.map(({ to }) => to)).to.deep.equal(['rejected'])
      const { evidence } = await refreshOrder(session.trading, order.intent.id)
      const ruledOut = new Set(evidence.flatMap(({ rulesOut }) => rulesOut))
      expect([...ruledOut]).to.have.members(['under_way', 'live', 'ended'])
      const sources = evidence.map(({ source }) => source)
      expect(sources).to.include('list_positions').and.to.include('get_balance')
      if (venue === 'kalshi') expect(evidence.some(({ asOf }) => asOf !== null)).to.equal(true)
    })

    it('is proven absent beside a holding that is too small for the venue to list', async () => {
      await place(session, { venue, outcome: 'no', quantity: '5.5', price: '0.58' })
      pass(120_000)
      await run()
      // A purchase on Polymarket spends its dollars: it brings 5.69 and a little where nobody asks for more than 0.56.
      const sold = venue === 'polymarket' ? '5.69' : '5'
      await place(session, { venue, outcome: 'no', side: 'sell', quantity: sold, price: '0.54' })
      pass(120_000)
      await run()
      const held = [...session.trading.ledger.state.positions.values()].map(({ quantity }) => formatAmount(quantity))
      expect(held.filter((quantity) => quantity !== '0')).to.have.length(1)
      await lose(dropRequest)
      pass(61_000)
      expect((await run()).settled.map(({ to }) => to)).to.deep.equal(['rejected'])
    })

    it('counts at its worst in the exposure of every process until it is settled', async () => {
      await lose(dropRequest)
      await reopen()
      const { positions, openOrders } = session.trading.ledger.state
      expect(formatAmount(exposureOf(positions.values(), openOrders.values()).unknown)).to.equal('4.6')
    })

    it('is not called absent while the position moved as it would have moved it', async () => {
      const order = await lose(dropRequest)
      const other = await world.open({ dataDir: join(world.dataDir, 'elsewhere') })
      await place(other, { venue, quantity: '7', price: '0.46' })
      await other[Symbol.asyncDispose]()
      pass(61_000)
      // Where ids are known beforehand, the other id explains the position, but not yet the cash.
      expect((await run()).unsettled[0]?.reason).to.contain('stays unknown')
      expect((await known(order)).status).to.equal('unknown')
      // Booked as placed elsewhere, it speaks against nothing any more: its id, or the client's that the venue keeps with it,
      // shows that it is another order.
      await run({ fix: true })
      expect((await known(order)).status).to.equal('rejected')
      expect((await run()).differences).to.deep.equal([])
    })

    if (venue === 'kalshi')
      it('is not called absent beside executions of an order that the venue does not show', async () => {
        const order = await lose(dropRequest)
        const other = await world.open({ dataDir: join(world.dataDir, 'elsewhere') })
        await place(other, { venue, quantity: '7', price: '0.46' })
        await other[Symbol.asyncDispose]()
        pass(61_000)
        await spoil({ fault: 'status', status: 404, body: '{"error":{"code":"not_found"}}', times: 20 }, 'get_order')
        // Without either id those executions may be of the lost order itself: nothing is booked on a guess.
        await run({ fix: true })
        expect((await known(order)).status).to.equal('unknown')
      })

    it('is not called absent while the cash moved as it would have moved it', async () => {
      const order = await lose(dropRequest)
      pass(61_000)
      const { available, pools } = await (await session.trading.client(venue)).getBalance()
      const pool = venue === 'kalshi' ? '0' : 'pusd'
      const before = pools.find(({ name }) => name === pool)?.available ?? available
      await world.post('/cash', { venue, pool, amount: formatAmount((before - 4_700_000n) as typeof before) })
      expect((await run()).unsettled.length).to.equal(1)
      expect((await known(order)).status).to.equal('unknown')
      // The person who withdrew it says so, and nothing speaks against the conclusion any more.
      const { differences } = await run({ acceptCash: true })
      expect(differences.map(({ kind, fixed }) => [kind, fixed])).to.deep.equal([['cash', true]])
      expect((await known(order)).status).to.equal('rejected')
      expect((await run()).differences).to.deep.equal([])
    })

    it('is not called absent while positions cannot be read', async () => {
      const order = await lose(dropRequest)
      pass(61_000)
      await spoil({ fault: 'status', status: 500, body: '{}', executed: false, times: 20 }, 'list_positions')
      await run()
      expect((await known(order)).status).to.equal('unknown')
    })

    it('keeps new orders from being begun after a minute, with what to run', async () => {
      const order = await lose(dropRequest)
      await requireSettled(session.trading)
      pass(61_000)
      const failure: unknown = await requireSettled(session.trading).catch((error: unknown) => error)
      expect(failure).to.deep.include({ code: 'ORDERS_UNSETTLED', category: 'denied' })
      expect((failure as Error).message).to.include(order.intent.id)
      expect((failure as { suggestions: readonly string[] }).suggestions).to.include('crosstape positions reconcile')
      await run()
      await requireSettled(session.trading)
    })

    describe('sent again', () => {
      it('is taken when it had not arrived, once', async () => {
        const order = await lose(dropRequest)
        const { answer, order: after } = await resendOrder(session.trading, order.intent.id)
        expect([answer, after.status, after.venueOrderId !== null]).to.deep.equal(['accepted', 'filled', true])
        expect(await atVenue()).to.equal(1)
        pass(60_000)
        expect((await run()).differences).to.deep.equal([])
      })

      it('is a duplicate when it had arrived, and what became of it is then read', async () => {
        const order = await lose(dropResponse)
        const { answer, order: after } = await resendOrder(session.trading, order.intent.id)
        expect([answer, after.status, formatAmount(after.bookedQuantity)]).to.deep.equal(['duplicate', 'filled', '10'])
        expect(await atVenue()).to.equal(1)
      })

      // Polymarket's search itself waits for as long as an attempt can take.
      if (venue === 'kalshi')
        it('and lost again is under way anew: its absence counts from the second attempt', async () => {
          const order = await lose(dropRequest)
          pass(59_000)
          await spoil(dropRequest)
          const { answer } = await resendOrder(session.trading, order.intent.id)
          expect(answer).to.equal('unknown')
          pass(30_000)
          await run()
          expect((await known(order)).status).to.equal('unknown')
          pass(40_000)
          await run()
          expect((await known(order)).status).to.equal('rejected')
        })

      it('and refused stays unknown: the refusal says nothing of the first attempt', async () => {
        const order = await lose(dropResponse)
        const body =
          venue === 'kalshi'
            ? '{"error":{"code":"insufficient_balance","message":"x"}}'
            : '{"error":"not enough balance / allowance"}'
        await spoil({ fault: 'status', status: 400, body, executed: false })
        await spoil(
          { fault: 'status', status: 500, body: '{}', executed: false, times: 40 },
          venue === 'kalshi' ? 'list_orders' : 'get_order',
        )
        const outcome: unknown = await resendOrder(session.trading, order.intent.id).catch((error: unknown) => error)
        expect(outcome).to.not.equal(undefined)
        expect((await known(order)).status).to.equal('unknown')
      })

      it('passes the safeguards again, and is not sent when one says no', async () => {
        const order = await lose(dropRequest)
        await world.control.setBook(marketOf[venue], { bids: [['0.20', '30']], asks: [['0.22', '30']] })
        const { answer, denials } = await resendOrder(session.trading, order.intent.id)
        expect([answer, denials.length > 0, await atVenue()]).to.deep.equal([null, true, 0])
      })

      it('is refused when nothing about it is unknown', async () => {
        const order = await lose(dropResponse)
        await run()
        const failure: unknown = await resendOrder(session.trading, order.intent.id).catch((error: unknown) => error)
        expect(failure).to.include({ code: 'NOT_RESENDABLE', category: 'usage' })
        expect(await atVenue()).to.equal(1)
      })

      it('is in the journal before a byte leaves', async () => {
        const order = await lose(dropRequest)
        await spoil(dropRequest)
        await resendOrder(session.trading, order.intent.id).catch(() => null)
        await reopen()
        expect((await known(order)).resentAt).to.be.a('string')
      })
    })

    describe('looked for by two processes', () => {
      /** The engine of one process, with something that another does between its search and its conclusion. */
      const whileSearching = async (meanwhile: () => Promise<unknown>): Promise<Session['trading']> => {
        const client = await session.trading.client(venue)
        const searching: typeof client = Object.assign(Object.create(client), {
          findOrder: async (...args: Parameters<typeof client.findOrder>) => {
            const found = await client.findOrder(...args)
            await meanwhile()
            return found
          },
        })
        return { ...session.trading, client: () => Promise.resolve(searching) }
      }

      it('is not called absent by one while the other has sent it again', async () => {
        const order = await lose(dropRequest)
        pass(61_000)
        const other = await world.open()
        const trading = await whileSearching(() => resendOrder(other.trading, order.intent.id))
        await reconcile(trading, { fix: false, venues: [venue], order: order.intent.id })
        expect(await known(order)).to.include({ status: 'filled', bookedQuantity: 10_000_000n })
        expect(await atVenue()).to.equal(1)
      })

      it('is not sent again by one after the other has called it absent', async () => {
        const order = await lose(dropRequest)
        pass(61_000)
        const other = await world.open()
        await run()
        const failure: unknown = await resendOrder(other.trading, order.intent.id).catch((error: unknown) => error)
        expect(failure).to.include({ code: 'NOT_RESENDABLE' })
        expect(await atVenue()).to.equal(0)
      })
    })

    it('that the venue calls a duplicate is never called absent by reads that do not show it', async () => {
      const order = await lose(dropResponse)
      await session.trading.ledger.append({
        type: 'order.evidence',
        orderId: order.intent.id,
        finding: 'duplicate',
        evidence: 'the venue has it already',
        rulesOut: ['under_way', 'no_order'],
      })
      await hideOrders(world, venue, [order])
      pass(61_000)
      await run()
      expect((await known(order)).status).to.equal('unknown')
    })
  })
}
