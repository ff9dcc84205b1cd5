import { join } from 'node:path'
import { expect } from 'chai'
import { executeTrade, type PairOutcome } from '../../src/arb/execute-pair.ts'
import { type LaterMending, mendLater } from '../../src/arb/mend-later.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { formatAmount, parseMoney, parseQuantity } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import { defaultPlan, defaultPolicy, type PairPlan, type Policy } from '../../src/domain/pair-plan.ts'
import { planOrder } from '../../src/engine/place/plan-order.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { defaultLimits } from '../../src/safeguards/limits.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import type { Decision, LedgerState } from '../../src/store/ledger.ts'
import { aDraft, aWorld, marketOf, type TestWorld } from '../support/session.ts'

const rung = defaultLimits.maxSlippage

const later = (kind: Policy['kind'], time = 1): LaterMending => ({
  policy: { ...defaultPolicy(rung), kind },
  prices: 'entry',
  round: `later-${time}`,
})

describe('mending a trade of which one leg filled short', () => {
  let world: TestWorld
  beforeEach(async () => {
    // The waits between attempts cost nothing.
    world = await aWorld({}, new VirtualClock(Date.parse('2026-11-20T12:00:00Z')))
  })
  afterEach(() => world.close())

  const set = (venue: 'kalshi' | 'polymarket', bid: readonly [string, string], ask: readonly [string, string]) =>
    world.control.setBook(marketOf[venue], { bids: [bid], asks: [ask] })

  async function trade(
    session: Session,
    plan: Partial<Omit<PairPlan, 'policy'>> & { policy?: Partial<Policy> } = {},
  ): Promise<PairOutcome> {
    const { trading } = session
    const purpose = { kind: 'arb_leg', tradeId: 't-1' } as const
    const requests = [
      await planOrder(trading, aDraft({ venue: 'kalshi', quantity: '10', price: '0.45', purpose })),
      await planOrder(trading, aDraft({ venue: 'polymarket', outcome: 'no', quantity: '10', price: '0.40', purpose })),
    ] as const
    const policy = { ...defaultPolicy(rung), ...plan.policy }
    return executeTrade(trading, {
      requests,
      edgeExpected: parseMoney('1.5'),
      tradeId: 't-1',
      plan: { ...defaultPlan(rung), ...plan, policy },
    })
  }

  const filledOf = ({ legs, unwinds, completions }: PairOutcome): readonly string[] => [
    ...legs.map(({ order }) => formatAmount(order.filledQuantity)),
    ...unwinds.map(({ filledQuantity }) => `sold ${formatAmount(filledQuantity)}`),
    ...completions.map(({ filledQuantity }) => `bought ${formatAmount(filledQuantity)}`),
  ]

  it('buys what is missing when the policy completes', async () => {
    await set('kalshi', ['0.43', '50'], ['0.45', '40'])
    await world.control.setBook(marketOf.polymarket, {
      bids: [
        ['0.60', '5'],
        ['0.59', '50'],
      ],
      asks: [['0.70', '40']],
    })
    const outcome = await trade(await world.open(), { policy: { kind: 'complete' } })
    expect(filledOf(outcome)).to.deep.equal(['10', '5', 'bought 5'])
    expect(outcome.trade).to.deep.include({ imbalance: '0', policy: 'complete', status: 'open', provisional: true })
  })

  it('sells the rest when it cannot be completed within the rungs', async () => {
    await set('kalshi', ['0.43', '50'], ['0.45', '40'])
    await set('polymarket', ['0.60', '5'], ['0.70', '40'])
    const outcome = await trade(await world.open(), { policy: { kind: 'complete' } })
    expect(filledOf(outcome)).to.deep.equal(['10', '5', 'sold 5'])
  })

  it('leaves the excess when the policy holds, and shows it', async () => {
    await set('kalshi', ['0.43', '50'], ['0.45', '40'])
    await set('polymarket', ['0.60', '5'], ['0.70', '40'])
    const outcome = await trade(await world.open(), { policy: { kind: 'hold' } })
    expect(filledOf(outcome)).to.deep.equal(['10', '5'])
    expect(outcome.trade).to.include({ status: 'imbalanced', imbalance: '5' })
    expect(outcome.rest).to.deep.include({ kind: 'leave', why: 'hold' })
  })

  it('sells nothing below the last rung of its ladder', async () => {
    await set('kalshi', ['0.43', '1'], ['0.45', '40'])
    await set('polymarket', ['0.60', '5'], ['0.70', '40'])
    const session = await world.open()
    const begun = trade(session)
    const outcome = await begun
    // One contract is sold at 0.43; then the best bid is far below.
    expect(filledOf(outcome)).to.deep.equal(['10', '5', 'sold 1'])
    expect(outcome.rest).to.deep.include({ kind: 'leave', why: 'attempts', quantity: parseQuantity('4') })
  })

  it('sends the second leg only as far as the first one filled', async () => {
    await set('kalshi', ['0.43', '50'], ['0.45', '7'])
    await set('polymarket', ['0.60', '50'], ['0.70', '40'])
    const outcome = await trade(await world.open(), { order: 0 })
    expect(filledOf(outcome)).to.deep.equal(['7', '7'])
  })

  it('sends no second leg when the first one fills nothing', async () => {
    await set('kalshi', ['0.43', '50'], ['0.46', '7'])
    await set('polymarket', ['0.60', '50'], ['0.70', '40'])
    const outcome = await trade(await world.open(), { order: 0 })
    expect(filledOf(outcome)).to.deep.equal(['0', '0'])
    expect((await world.control.account('polymarket')).orders).to.deep.equal([])
    expect(outcome.trade.status).to.equal('failed')
  })

  it('sends no second leg while the first one has no answer, and balances nothing on a guess', async () => {
    await set('kalshi', ['0.43', '50'], ['0.45', '40'])
    await set('polymarket', ['0.60', '50'], ['0.70', '40'])
    const session = await world.open()
    await world.control.loseNextAnswer('kalshi')
    const outcome = await trade(session, { order: 0 })
    expect(outcome.rest.kind).to.equal('settle')
    expect((await world.control.account('polymarket')).orders).to.deep.equal([])
    await world.control.advance(61_000)
    await reconcile(session.trading, { fix: false, venues: venueIds })
    expect((await session.trading.ledger.listTrades({}))[0]).to.include({ status: 'imbalanced', imbalance: '10' })
  })

  /** A first leg of which nobody hears for a minute, so that the second one is never begun. */
  async function onlyFirst(worstLoss: string | null = null): Promise<Session> {
    await set('kalshi', ['0.43', '50'], ['0.45', '40'])
    await set('polymarket', ['0.60', '50'], ['0.70', '40'])
    const session = await world.open()
    await world.control.fault({ venue: 'kalshi', endpoint: 'place_order', fault: 'drop_response' })
    await trade(session, {
      order: 0,
      policy: { kind: 'complete' },
      worstLoss: worstLoss === null ? null : parseMoney(worstLoss),
    })
    await world.control.advance(61_000)
    await reconcile(session.trading, { fix: false, venues: venueIds })
    return session
  }

  it('buys later what a leg was to buy that was never begun', async () => {
    const session = await onlyFirst()
    const mended = await mendLater(session.trading, 't-1', later('complete'))
    expect(mended?.trade).to.include({ status: 'open', provisional: true, imbalance: '0' })
    const [held] = [...session.trading.ledger.state.positions.values()].filter(({ venue }) => venue === 'polymarket')
    expect(held).to.include({ outcome: 'no', quantity: parseQuantity('10') })
  })

  it('buys nothing later above the rungs of the price at which the leg was to be bought', async () => {
    const session = await onlyFirst()
    // NO costs 0.52: 30 % more than when the trade began.
    await set('polymarket', ['0.48', '50'], ['0.70', '40'])
    const mended = await mendLater(session.trading, 't-1', later('complete'))
    expect((await world.control.account('polymarket')).orders).to.deep.equal([])
    expect(mended?.trade).to.include({ status: 'unwound', imbalance: '0' })
  })

  it('sells nothing later for less than the worst loss of its trade allows', async () => {
    const session = await onlyFirst('0.80')
    // 4.50 and 0.18 of fees were paid. Ten at 0.40 bring 4 less 0.17, ten at 0.42 bring 4.20 less 0.18.
    await set('polymarket', ['0.10', '50'], ['0.70', '40'])
    await set('kalshi', ['0.40', '50'], ['0.45', '40'])
    const left = await mendLater(session.trading, 't-1', later('unwind', 1))
    expect([left?.trade.status, left?.rest]).to.deep.equal([
      'imbalanced',
      { kind: 'leave', leg: 0, quantity: parseQuantity('10'), why: 'attempts' },
    ])
    await set('kalshi', ['0.42', '50'], ['0.45', '40'])
    const mended = await mendLater(session.trading, 't-1', later('unwind', 2))
    expect(mended?.trade).to.include({ status: 'unwound', imbalance: '0' })
    expect(parseMoney(mended?.trade.edgeRealized ?? '-9') >= parseMoney('-0.80')).to.equal(true)
  })

  it('sells at what the books give once a person has decided so', async () => {
    const session = await onlyFirst('0.80')
    await set('kalshi', ['0.20', '50'], ['0.45', '40'])
    const mended = await mendLater(session.trading, 't-1', { ...later('unwind'), prices: 'now' })
    expect(mended?.trade).to.include({ status: 'unwound', imbalance: '0' })
  })

  it('buys nothing later of a leg that was never begun where its record does not say which side it was to be', async () => {
    const session = await onlyFirst()
    await forgetTerms(session)
    const mended = await mendLater(session.trading, 't-1', later('complete'))
    expect((await world.control.account('polymarket')).orders).to.deep.equal([])
    expect(mended?.trade).to.include({ status: 'unwound', imbalance: '0' })
  })

  it('follows a fill that can be reversed by no more than the bound', async () => {
    await set('kalshi', ['0.43', '50'], ['0.45', '40'])
    await set('polymarket', ['0.60', '50'], ['0.70', '40'])
    const outcome = await trade(await world.open(), {
      order: 1,
      policy: { kind: 'hold', provisionalMax: parseQuantity('3') },
    })
    expect(filledOf(outcome)).to.deep.equal(['3', '10'])
  })

  it('mends later what a failed settlement took from one side', async () => {
    await set('kalshi', ['0.43', '50'], ['0.45', '40'])
    await set('polymarket', ['0.60', '50'], ['0.70', '40'])
    const session = await world.open()
    await world.control.fault({ venue: 'polymarket', endpoint: 'place_order', fault: 'settlement_failed' })
    await trade(session)
    await world.control.advance(60_000)
    await reconcile(session.trading, { fix: false, venues: venueIds })
    const mended = await mendLater(session.trading, 't-1', later('unwind', 1))
    expect(mended?.trade).to.include({ status: 'unwound', imbalance: '0' })
    expect((await session.trading.ledger.listTrades({}))[0]).to.include({ status: 'unwound' })
    // Asked again there is nothing to mend.
    expect(await mendLater(session.trading, 't-1', later('unwind', 2))).to.equal(null)
  })
})

describe('a process that dies at any step of a trade', () => {
  let world: TestWorld
  const clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z'))
  before(async () => {
    world = await aWorld({}, clock)
  })
  after(() => world.close())

  /** A life that ends after so many records, and the next one, on an exchange as it was at first. Whether it ended so. */
  const livesAfter = async (dieAt: number): Promise<boolean> => {
    await world.control.reset()
    const dataDir = join(world.dataDir, `life-${dieAt}`)
    await world.control.setBook(marketOf.kalshi, {
      bids: [
        ['0.43', '3'],
        ['0.42', '50'],
      ],
      asks: [['0.45', '40']],
    })
    await world.control.setBook(marketOf.polymarket, { bids: [['0.60', '5']], asks: [['0.70', '40']] })
    const first = await world.open({ dataDir })
    const { died } = dyingAt(first, dieAt)
    const { trading } = first
    const purpose = { kind: 'arb_leg', tradeId: 't-1' } as const
    const requests = [
      await planOrder(trading, aDraft({ venue: 'kalshi', quantity: '10', price: '0.45', purpose })),
      await planOrder(trading, aDraft({ venue: 'polymarket', outcome: 'no', quantity: '10', price: '0.40', purpose })),
    ] as const
    const order = { requests, edgeExpected: parseMoney('1.5'), tradeId: 't-1', plan: defaultPlan(rung) }
    await executeTrade(trading, order).catch((error: unknown) => {
      if (!died()) throw error
    })
    clock.advanceTo(clock.nowMs() + 61_000)
    const second = await world.open({ dataDir })
    // As a person comes back: what is under way is settled, and what is left over is mended.
    await reconcile(second.trading, { fix: false, venues: venueIds })
    await mendLater(second.trading, 't-1', later('unwind'))
    clock.advanceTo(clock.nowMs() + 61_000)
    const report = await reconcile(second.trading, { fix: false, venues: venueIds })
    expect(report.unsettled, `after ${dieAt} records`).to.deep.equal([])
    expect(report.differences, `after ${dieAt} records`).to.deep.equal([])
    const { positions, openTrades } = second.trading.ledger.state
    const held = [...positions.values()].filter(({ quantity }) => quantity !== 0n)
    expect([...openTrades.values()], `after ${dieAt} records`).to.deep.equal([])
    // Both sides hold as much, whatever that is.
    const quantities = new Set(held.map(({ quantity }) => quantity))
    expect(held.length === 0 || (held.length === 2 && quantities.size === 1), `after ${dieAt} records`).to.equal(true)
    return died()
  }

  it('comes back with both sides equal and nothing sold or bought twice', async () => {
    let deaths = 0
    while (await livesAfter(deaths)) deaths++
    // Opened with both intents, two answers, the fills, every sale named, sent, answered and booked, and the end.
    expect(deaths).to.be.greaterThan(9)
  }).timeout(30_000)
})

/** The record of a trade as an earlier version wrote it. */
async function forgetTerms({ trading: { ledger } }: Session): Promise<void> {
  const [trade] = await ledger.listTrades({})
  if (trade === undefined) throw new Error('there is no trade')
  const legs = trade.legs.map(({ orderId, market, filledQuantity }) => ({ orderId, market, filledQuantity }))
  await ledger.append({ type: 'trade.updated', trade: { ...trade, legs } })
}

class Died extends Error {}

/** Lets a session's journal take so many more writes of the trade and none after that. */
function dyingAt({ trading }: Session, writes: number): { readonly died: () => boolean } {
  const { ledger } = trading
  let left = writes
  let isDead = false
  const [append, transact] = [ledger.append.bind(ledger), ledger.transact.bind(ledger)]
  const spend = (): void => {
    if (isDead || left === 0) {
      isDead = true
      throw new Died('the process is dead')
    }
    left--
  }
  Object.assign(ledger, {
    append: async (...events: readonly JournalEvent[]) => {
      spend()
      await append(...events)
    },
    transact: <T>(decide: (state: LedgerState) => Decision<T> | Promise<Decision<T>>): Promise<T> => {
      if (isDead) throw new Died('the process is dead')
      return transact(async (state) => {
        const decision = await decide(state)
        if (decision.events.length > 0) spend()
        return decision
      })
    },
  })
  return { died: () => isDead }
}
