import { expect } from 'chai'
import { executePair } from '../../src/arb/execute-pair.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { parseMoney } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import type { OrderPurpose } from '../../src/domain/order.ts'
import { NEVER_REACHED } from '../../src/domain/stories.ts'
import { type OrderPlan, planOrder } from '../../src/engine/place/plan-order.ts'
import { resendOrder } from '../../src/engine/place/resend-order.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { settleTrades } from '../../src/engine/trades/settle-trades.ts'
import { openedTrade } from '../../src/engine/trades/trade-record.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { aFill } from '../support/builders.ts'
import { spoil } from '../support/faults.ts'
import { aDraft, aWorld, marketOf, type TestWorld } from '../support/session.ts'

/** What a process leaves behind that died with a trade under way, as the next one finds it. */
describe('two legs after a restart', () => {
  let world: TestWorld
  let clock: VirtualClock
  let session: Session
  beforeEach(async () => {
    clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z'))
    world = await aWorld({}, clock)
    await world.control.setBook(marketOf.kalshi, { bids: [['0.43', '50']], asks: [['0.45', '50']] })
    await world.control.setBook(marketOf.polymarket, { bids: [['0.60', '50']], asks: [['0.62', '50']] })
    session = await world.open()
  })
  afterEach(() => world.close())

  const reopen = async (): Promise<void> => {
    await session[Symbol.asyncDispose]()
    session = await world.open()
  }
  const legs = async (tradeId: string): Promise<readonly [OrderPlan, OrderPlan]> => {
    const purpose: OrderPurpose = { kind: 'arb_leg', tradeId }
    return [
      await planOrder(session.trading, aDraft({ venue: 'kalshi', quantity: '10', price: '0.45', purpose })),
      await planOrder(
        session.trading,
        aDraft({ venue: 'polymarket', outcome: 'no', quantity: '10', price: '0.40', purpose }),
      ),
    ]
  }
  const denialsOf = async (wanted: Parameters<typeof aDraft>[0]): Promise<readonly string[]> => {
    const { verdict } = await planOrder(session.trading, aDraft({ allowDuplicate: true, ...wanted }))
    return verdict.kind === 'denied' ? verdict.denials.map(({ code }) => code) : []
  }
  const ordersAtVenues = async (): Promise<number> => {
    const accounts = await Promise.all(venueIds.map((venue) => world.control.account(venue)))
    return accounts.reduce((sum, { orders }) => sum + orders.length, 0)
  }
  /** The trade is in the journal, and with `submitted` its intents are too; then the process dies. */
  const dieUnderWay = async (upTo: 'opened' | 'submitted'): Promise<string> => {
    const [first, second] = await legs('t-1')
    const term = ({ intent }: OrderPlan) => ({ orderId: intent.id, market: intent.market })
    const terms = { id: 't-1', edgeExpected: '0.15', legs: [term(first), term(second)] } as const
    await session.trading.ledger.append({ type: 'trade.opened', trade: openedTrade(terms) })
    if (upTo === 'submitted') {
      for (const plan of [first, second]) {
        const { intent } = plan
        const venueOrderId = intent.market.startsWith('kalshi') ? null : `0x${'ab'.repeat(32)}`
        await session.trading.ledger.append({ type: 'order.submitted', intent, venueOrderId })
      }
    }
    await reopen()
    return first.intent.id
  }
  const statusOf = async (id: string): Promise<string | undefined> => {
    const trades = await session.trading.ledger.listTrades({})
    return trades.find((trade) => trade.id === id)?.status
  }

  it('nothing of the pair is placed, unwound or completed while a leg of a killed process has no answer', async () => {
    await dieUnderWay('submitted')
    for (const purpose of [
      { kind: 'arb_leg', tradeId: 't-1' },
      { kind: 'unwind', tradeId: 't-1' },
      { kind: 'arb_leg', tradeId: 't-2' },
      { kind: 'manual' },
    ] as const) {
      const leg = { venue: 'kalshi', quantity: '10', price: '0.45', purpose } as const
      expect(await denialsOf(leg), `${purpose.kind} order on kalshi`).to.include('TRADE_FROZEN')
      const sale = { venue: 'polymarket', outcome: 'no', side: 'sell', quantity: '10', price: '0.38', purpose } as const
      expect(await denialsOf(sale), `${purpose.kind} sale on polymarket`).to.include('TRADE_FROZEN')
    }
    expect(await ordersAtVenues()).to.equal(0)
  })

  it('a leg of a killed process is not sent again either', async () => {
    const orderId = await dieUnderWay('submitted')
    const failure: unknown = await resendOrder(session.trading, orderId).catch((error: unknown) => error)
    expect(failure).to.include({ code: 'NOT_RESENDABLE' })
    expect(await ordersAtVenues()).to.equal(0)
  })

  it('the trade of a killed process gets its end once both legs are proven absent, and its markets are free again', async () => {
    await dieUnderWay('submitted')
    clock.advanceTo(clock.nowMs() + 61_000)
    const report = await reconcile(session.trading, { fix: false, venues: venueIds })
    expect(report.unsettled).to.deep.equal([])
    expect(await statusOf('t-1')).to.equal('failed')
    expect(await denialsOf({ venue: 'kalshi', quantity: '10', price: '0.45' })).to.deep.equal([])
  })

  it('a trade that died before its intents were durable was never sent, and does not hold its markets for ever', async () => {
    await dieUnderWay('opened')
    await reconcile(session.trading, { fix: false, venues: venueIds })
    expect(await statusOf('t-1')).to.equal('failed')
    expect(await denialsOf({ venue: 'kalshi', quantity: '10', price: '0.45' })).to.deep.equal([])
  })

  it('a trade that froze in one process stays frozen in the next until the lost leg is found', async () => {
    const requests = await legs('t-1')
    await world.control.loseNextAnswer('polymarket')
    await executePair(session.trading, requests, parseMoney('0.15'), 't-1')
    const placed = await ordersAtVenues()
    await reopen()
    expect(await statusOf('t-1')).to.equal('frozen')
    const unwind = { kind: 'unwind', tradeId: 't-1' } as const
    const sale = { venue: 'kalshi', side: 'sell', quantity: '10', price: '0.43', purpose: unwind } as const
    expect(await denialsOf(sale)).to.include('TRADE_FROZEN')
    expect(await ordersAtVenues()).to.equal(placed)
    clock.advanceTo(clock.nowMs() + 60_000)
    await reconcile(session.trading, { fix: false, venues: venueIds })
    expect(await statusOf('t-1')).to.equal('balanced')
  })

  for (const venue of venueIds) {
    it(`a trade is balanced after all when its ${venue} leg, called absent, turns out to have filled`, async () => {
      await spoil(world, 'place_order', 'drop_response', { venue })
      await executePair(session.trading, await legs('t-1'), parseMoney('0.15'), 't-1')
      const { ledger } = session.trading
      const lost = [...ledger.state.openOrders.values()].find((order) => order.venue === venue)
      // As an earlier look would have concluded that was shown too little.
      const orderId = lost?.intent.id ?? ''
      await ledger.append({ type: 'order.rejected', orderId, code: NEVER_REACHED, reason: 'shown by nothing' })
      await world.control.advance(60_000)
      await settleTrades(session.trading)
      expect(await statusOf('t-1')).to.equal('imbalanced')
      const { trades, differences } = await reconcile(session.trading, { fix: false, venues: venueIds })
      expect(trades.map(({ from, to }) => [from, to])).to.deep.equal([['imbalanced', 'balanced']])
      expect(differences).to.deep.equal([])
    })
  }

  it('a trade that had ended is opened again by a fill that a venue tells late', async () => {
    const requests = await legs('t-1')
    await executePair(session.trading, requests, parseMoney('0.15'), 't-1')
    await world.control.advance(60_000)
    await reconcile(session.trading, { fix: false, venues: venueIds })
    expect(await statusOf('t-1')).to.equal('balanced')
    const { id, market, outcome } = requests[0].intent
    const fill = aFill({ id: 'late', market, outcome, quantity: '2' })
    await session.trading.ledger.append({ type: 'fill.booked', orderId: id, fill })
    expect(await settleTrades(session.trading)).to.deep.equal([
      { tradeId: 't-1', from: 'balanced', to: 'imbalanced', imbalance: '2' },
    ])
    expect(await settleTrades(session.trading)).to.deep.equal([])
  })
})
