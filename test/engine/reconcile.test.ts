import { join } from 'node:path'
import { expect } from 'chai'
import type { Session } from '../../src/cli/session/session.ts'
import { formatAmount, moneyOf, subtractMoney, ZERO_QUANTITY } from '../../src/domain/amounts.ts'
import { type VenueId, venueIds } from '../../src/domain/market.ts'
import { positionKey } from '../../src/domain/position.ts'
import { remains } from '../../src/engine/reconcile/difference.ts'
import { type ReconcileOptions, type ReconcileReport, reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

const startMs = Date.parse('2026-11-20T12:00:00Z')
const pools: Readonly<Record<VenueId, string>> = { kalshi: '0', polymarket: 'pusd' }

for (const venue of venueIds) {
  describe(`reconciling with ${venue}`, () => {
    let world: TestWorld
    let clock: VirtualClock
    let session: Session
    beforeEach(async () => {
      clock = new VirtualClock(startMs)
      world = await aWorld({}, clock)
      session = await world.open()
      await setBook()
    })
    afterEach(() => world.close())

    const setBook = (): Promise<void> =>
      world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks: [['0.46', '30']] })
    const run = (options: Partial<ReconcileOptions> = {}): Promise<ReconcileReport> =>
      reconcile(session.trading, { fix: false, venues: [venue], ...options })
    const pass = (ms: number): void => clock.advanceTo(clock.nowMs() + ms)
    /** The same account, traded from another data directory. */
    const elsewhere = async (quantity: string, price: string, timeInForce: 'ioc' | 'gtc'): Promise<void> => {
      const other = await world.open({ dataDir: join(world.dataDir, 'elsewhere') })
      await place(other, { venue, quantity, price, timeInForce, allowDuplicate: true })
      await other[Symbol.asyncDispose]()
      pass(60_000)
    }
    const held = (): string => {
      const position = session.trading.ledger.state.positions.get(positionKey(marketOf[venue], 'yes'))
      return position === undefined ? 'nothing' : formatAmount(position.quantity)
    }
    const causes = ({ differences }: ReconcileReport): readonly string[] =>
      differences.map(({ kind, cause, fixed }) => `${kind} ${cause}${fixed ? ' fixed' : ''}`)
    const spoil = (endpoint: string, fault: object): Promise<void> =>
      world.post('/faults', { venue, endpoint, times: 1, ...fault })

    describe('cash', () => {
      const moveCash = async (dollars: bigint): Promise<void> => {
        const balance = await (await session.trading.client(venue)).getBalance()
        const pool = venue === 'kalshi' ? balance.pools.find(({ name }) => name === '0') : balance
        const amount = formatAmount(moneyOf((pool?.available ?? 0n) + dollars * 1_000_000n))
        await world.post('/cash', { venue, pool: pools[venue], amount })
      }
      beforeEach(() => run())

      it('agrees after trades in both directions, with their fees', async () => {
        await place(session, { venue, quantity: '10', price: '0.46' })
        await place(session, { venue, side: 'sell', quantity: '4', price: '0.44' })
        await place(session, { venue, outcome: 'no', quantity: '3', price: '0.56' })
        pass(60_000)
        expect(causes(await run())).to.deep.equal([])
      })

      for (const [what, dollars] of [
        ['deposit', 25n],
        ['withdrawal', -25n],
      ] as const) {
        it(`that moved by a ${what} is a difference until a person accepts it`, async () => {
          await place(session, { venue, quantity: '10', price: '0.46' })
          pass(60_000)
          await moveCash(dollars)
          expect(causes(await run())).to.deep.equal(['cash cash_moved_elsewhere'])
          expect(causes(await run({ fix: true }))).to.deep.equal(['cash cash_moved_elsewhere'])
          expect(causes(await run({ acceptCash: true }))).to.deep.equal(['cash cash_moved_elsewhere fixed'])
          expect(causes(await run())).to.deep.equal([])
        })
      }

      if (venue === 'polymarket') {
        it('that is short by no more than its computed fees is called fee drift', async () => {
          await place(session, { venue, quantity: '10', price: '0.46' })
          pass(60_000)
          const { available } = await (await session.trading.client(venue)).getBalance()
          const amount = formatAmount(subtractMoney(available, moneyOf(20_000n)))
          await world.post('/cash', { venue, pool: pools[venue], amount })
          expect(causes(await run())).to.deep.equal(['cash fee_drift'])
        })
      }

      it('is read again by the next process from where it agreed', async () => {
        await place(session, { venue, quantity: '10', price: '0.46' })
        pass(60_000)
        await session[Symbol.asyncDispose]()
        session = await world.open()
        expect(session.trading.ledger.state.cash.get(venue)?.moved).to.not.equal(0n)
        expect(causes(await run())).to.deep.equal([])
      })

      it('is not compared while the answer of an order is lost', async () => {
        await spoil('place_order', { fault: 'drop_response' })
        await place(session, { venue, quantity: '10', price: '0.46' })
        await spoil('*', { fault: 'status', status: 500, body: '{}', executed: false, times: 500 })
        const report = await run()
        expect(report.differences.filter(({ kind }) => kind === 'cash')).to.deep.equal([])
        expect(report.unsettled.length).to.equal(1)
      })
    })

    describe('a settled market', () => {
      const settle = async (result: string): Promise<void> => {
        pass(60_000)
        await world.post('/markets', { market: marketOf[venue], status: 'settled', result })
        pass(60_000)
      }

      for (const [result, realized] of [
        ['yes', '5.4'],
        ['no', '-4.6'],
        ['0.25', '-2.1'],
      ] as const) {
        it(`that paid ${result} is named, booked with --fix with what it made, and no difference after that`, async () => {
          await run()
          await place(session, { venue, quantity: '10', price: '0.46' })
          await settle(result)
          expect(causes(await run())).to.deep.equal(['position settled_market'])
          expect(held()).to.equal('10')
          expect(causes(await run({ fix: true }))).to.deep.equal(['position settled_market fixed'])
          const position = session.trading.ledger.state.positions.get(positionKey(marketOf[venue], 'yes'))
          expect(position === undefined ? null : [held(), formatAmount(position.realizedPnl)]).to.deep.equal([
            '0',
            realized,
          ])
          // The payout explains the cash to the last digit.
          expect(causes(await run())).to.deep.equal([])
        })
      }

      it('is not booked before the executions that the payout was for', async () => {
        await place(session, { venue, quantity: '10', price: '0.46' })
        await elsewhere('5', '0.46', 'ioc')
        await settle('yes')
        expect(causes(await run({ fix: true }))).to.deep.equal(['position settled_market fixed'])
        const position = session.trading.ledger.state.positions.get(positionKey(marketOf[venue], 'yes'))
        expect(formatAmount(position?.realizedPnl ?? moneyOf(0n))).to.equal('8.1')
      })
    })

    describe('orders placed elsewhere', () => {
      it('are adopted one by one when they are named', async () => {
        await elsewhere('10', '0.30', 'gtc')
        await elsewhere('10', '0.31', 'gtc')
        const [first] = (await run()).differences
        const report = await run({ claim: { verdict: 'adopt', order: first?.subject ?? '' } })
        expect([report.claimed, causes(report)]).to.deep.equal([1, ['order_placed_elsewhere placed_elsewhere']])
      })

      it('stay out of later reports once they are ignored, in other processes too', async () => {
        await elsewhere('10', '0.30', 'gtc')
        expect((await run({ claim: { verdict: 'ignore', order: null } })).claimed).to.equal(1)
        await session[Symbol.asyncDispose]()
        session = await world.open()
        expect(causes(await run())).to.deep.equal([])
        // With --fix neither: nobody asked for them to be booked.
        expect(causes(await run({ fix: true }))).to.deep.equal([])
        expect([...session.trading.ledger.state.openOrders.values()]).to.deep.equal([])
      })

      it('are reported again when they change after they were ignored', async () => {
        await elsewhere('10', '0.45', 'gtc')
        await run({ claim: { verdict: 'ignore', order: null } })
        await world.control.setBook(marketOf[venue], { bids: [['0.40', '30']], asks: [['0.45', '4']] })
        pass(60_000)
        expect(causes(await run())).to.have.members([
          'order_placed_elsewhere placed_elsewhere',
          'position placed_elsewhere',
        ])
      })

      it('with executions are left out with what they bought', async () => {
        await elsewhere('10', '0.46', 'ioc')
        expect(causes(await run())).to.deep.equal(['position placed_elsewhere'])
        await run({ claim: { verdict: 'ignore', order: null } })
        expect(causes(await run())).to.deep.equal([])
        expect(held()).to.equal('nothing')
      })

      it('that are named and not there are an error, and nothing is booked', async () => {
        const failure: unknown = await run({ claim: { verdict: 'ignore', order: 'none' } }).catch(
          (error: unknown) => error,
        )
        expect(failure).to.include({ code: 'CLAIM_NOT_FOUND', category: 'usage' })
      })
    })

    it('says what may be the matter with a holding that the venue does not show', async () => {
      await place(session, { venue, quantity: '10', price: '0.46' })
      const { observe } = session.trading
      const trading = { ...session.trading, observe: { ...observe, positions: () => Promise.resolve([]) } }
      const report = await reconcile(trading, { fix: true, venues: [venue] })
      // A match that can still fail is the likelier reason, where there is such a thing.
      const cause = venue === 'polymarket' ? 'ghost_fill' : 'unexplained'
      expect([causes(report), held()]).to.deep.equal([[`position ${cause}`], '10'])
    })

    it('takes no balance for agreed that another process has moved since it was read', async () => {
      await run()
      const other = await world.open()
      const { observe } = session.trading
      const balance: typeof observe.balance = async (...args) => {
        const read = await observe.balance(...args)
        await place(other, { venue, quantity: '10', price: '0.46' })
        return read
      }
      const trading = { ...session.trading, observe: { ...observe, balance } }
      expect((await reconcile(trading, { fix: false, venues: [venue] })).differences).to.deep.equal([])
      pass(60_000)
      expect(causes(await run())).to.deep.equal([])
    })

    if (venue === 'polymarket') {
      it('shows what is too small to be listed, and does not call it a difference that is left', async () => {
        await place(session, { venue, quantity: '10', price: '0.46' })
        pass(60_000)
        await place(session, { venue, side: 'sell', quantity: '9.95', price: '0.44' })
        pass(60_000)
        const report = await run()
        expect([causes(report), report.dust.map(({ quantity }) => quantity), held()]).to.deep.equal([
          [],
          ['0.05'],
          '0.05',
        ])
      })

      it('takes a match back that never settled, and agrees', async () => {
        await run()
        await spoil('place_order', { fault: 'settlement_failed' })
        await place(session, { venue, quantity: '10', price: '0.46' })
        expect(held()).to.equal('10')
        pass(60_000)
        expect([causes(await run()), held()]).to.deep.equal([[], 'nothing'])
      })
    }

    it('books an execution that was missed with --fix, and names it without', async () => {
      const { order } = await place(session, { venue, quantity: '10', price: '0.45', timeInForce: 'gtc' })
      await world.control.setBook(marketOf[venue], { bids: [['0.40', '30']], asks: [['0.45', '10']] })
      pass(60_000)
      // The venue shows the order as ended before it lists what it filled.
      await session.trading.ledger.append({
        type: 'order.reported',
        orderId: order.intent.id,
        source: 'poll',
        report: {
          venueOrderId: order.venueOrderId ?? '',
          clientOrderId: null,
          status: 'cancelled',
          filledQuantity: ZERO_QUANTITY,
          remainingQuantity: null,
          averagePrice: null,
          fees: null,
          provisional: false,
        },
      })
      expect(causes(await run())).to.deep.equal(['position missed_fill'])
      expect(causes(await run({ fix: true }))).to.deep.equal(['position missed_fill fixed'])
      expect([held(), causes(await run())]).to.deep.equal(['10', []])
    })

    it('says that a venue cannot be read instead of comparing with nothing', async () => {
      await place(session, { venue, quantity: '10', price: '0.46' })
      pass(60_000)
      await world.post('/faults', {
        venue,
        endpoint: 'list_positions',
        times: 20,
        fault: 'status',
        status: 500,
        body: '{}',
        executed: false,
      })
      const report = await run({ fix: true })
      expect(report.differences.filter(remains).map(({ kind }) => kind)).to.deep.equal(['venue_unreadable'])
      expect(held()).to.equal('10')
    })
  })
}
