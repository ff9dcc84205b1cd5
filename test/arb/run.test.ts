import { expect } from 'chai'
import type { ArbEvent } from '../../src/arb/arb-event.ts'
import { pollingSource } from '../../src/arb/feed-source.ts'
import { PollingFeed } from '../../src/arb/polling-feed.ts'
import type { ArbPair } from '../../src/arb/ports.ts'
import { type RunOptions, type RunReport, runArb } from '../../src/arb/run.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { formatAmount, parseMoney, parseQuantity } from '../../src/domain/amounts.ts'
import { venueIds } from '../../src/domain/market.ts'
import { defaultPolicy } from '../../src/domain/pair-plan.ts'
import type { VenueNews } from '../../src/domain/venue-stream.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { defaultLimits, type Limits } from '../../src/safeguards/limits.ts'
import { aWorld, marketOf, type TestWorld } from '../support/session.ts'

describe('the arbitrage loop', () => {
  let world: TestWorld
  let clock: VirtualClock
  const begin = async (limits: Partial<Limits> = {}): Promise<Session> => {
    clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z'))
    world = await aWorld(limits, clock)
    return world.open()
  }
  afterEach(() => world.close())

  /** YES of the first at `ask`, NO of the second at one dollar less `bid`. */
  const set = async (
    first: { readonly ask: string; readonly depth?: string },
    second: { readonly bid: string; readonly depth?: string },
  ) => {
    const { ask, depth = '10' } = first
    await world.control.setBook(marketOf.kalshi, { bids: [['0.38', '50']], asks: [[ask, depth]] })
    await world.control.setBook(marketOf.polymarket, {
      bids: [[second.bid, second.depth ?? '10']],
      asks: [['0.62', '50']],
    })
  }

  async function run(
    session: Session,
    { news, ...changes }: Partial<RunOptions> & { news?: () => readonly VenueNews[] } = {},
    slowMs = 0,
  ): Promise<RunReport & { events: string[] }> {
    const { trading } = session
    const markets = [await trading.observe.market(marketOf.kalshi), await trading.observe.market(marketOf.polymarket)]
    const [first, second] = markets
    if (first === undefined || second === undefined) throw new Error('two markets')
    const pair: ArbPair = { key: 'k p', markets: [first, second], polarity: 'same' }
    const feed = new PollingFeed({ markets, read: (market) => trading.observe.book(market), clock })
    const events: string[] = []
    const polling = pollingSource(feed, clock, 1_000)
    const report = await runArb(trading, {
      pairs: [pair],
      source: {
        feed,
        next: (signal) => {
          clock.advanceTo(clock.nowMs() + slowMs)
          return polling.next(signal)
        },
        wake: () => polling.wake(),
        ...(news === undefined ? {} : { news }),
      },
      wishes: { minEdge: parseMoney('0.005'), size: null, provisionalMax: parseQuantity('100') },
      policy: defaultPolicy(defaultLimits.maxSlippage),
      order: 'together',
      maxTrades: null,
      execution: 'send',
      approvedNow: () => Promise.resolve([pair]),
      announcements: 'heard',
      once: true,
      signal: new AbortController().signal,
      ...changes,
      onEvent: (event) => {
        events.push(event.kind)
        changes.onEvent?.(event)
      },
    })
    return { ...report, events }
  }

  it('trades what two books pay, in full and on both sides', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.50' })
    const { traded, events } = await run(session)
    expect(events).to.deep.equal(['opportunity', 'trading', 'traded', 'settled'].slice(0, events.length))
    const [trade] = traded
    expect(trade?.outcome.trade).to.include({ imbalance: '0', pair: 'k p', policy: 'unwind' })
    expect(trade?.outcome.legs.map(({ order }) => formatAmount(order.filledQuantity))).to.deep.equal(['10', '10'])
    // What was expected of it is what it kept: 10 less 4.00, 5.00 and both fees.
    await world.control.advance(60_000)
    const { open } = await run(session, { maxTrades: 0 })
    expect(open).to.deep.equal([])
    const [record] = await session.trading.ledger.listTrades({})
    expect(record?.edgeRealized).to.equal(record?.edgeExpected)
  })

  it('sends nothing when the books pay less than was asked for', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.42' })
    const { traded, opportunities } = await run(session)
    expect([traded.length, opportunities]).to.deep.equal([0, 0])
    for (const venue of venueIds) expect((await world.control.account(venue)).orders).to.deep.equal([])
  })

  it('records before it sends what the trade loses at worst, and loses no more when a leg finds nothing', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.50' })
    const { traded } = await run(session, {
      onEvent: (event: ArbEvent) => {
        // Between the decision and the orders one side goes away.
        if (event.kind === 'trading') vanishing = set({ ask: '0.70' }, { bid: '0.50' })
      },
    })
    await vanishing
    const [trade] = traded
    const { worstLossExpected } = trade?.outcome.trade ?? {}
    expect(worstLossExpected).to.match(/^[1-9]\d*\.?\d*$/)
    await world.control.advance(60_000)
    await run(session, { maxTrades: 0 })
    const [record] = await session.trading.ledger.listTrades({})
    if (record?.edgeRealized === null || record === undefined) throw new Error('the trade has not ended')
    expect(parseMoney(record.edgeRealized) >= -parseMoney(worstLossExpected ?? '0')).to.equal(true)
  })
  let vanishing: Promise<void> = Promise.resolve()

  it('is made smaller by what may still be lost today', async () => {
    const session = await begin({ maxDailyLoss: parseMoney('2') })
    await set({ ask: '0.40', depth: '100' }, { bid: '0.50', depth: '100' })
    const { traded } = await run(session)
    const [trade] = traded
    expect(trade !== undefined && trade.worst.most <= parseMoney('2')).to.equal(true)
    expect(trade !== undefined && trade.found.pairs >= parseQuantity('5')).to.equal(true)
  })

  it('trades as often as was wanted, each time in books that are newer than the last trade', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.50' })
    let seen = 0
    const { traded } = await run(session, {
      once: false,
      maxTrades: 2,
      onEvent: (event) => {
        if (event.kind === 'traded') refilled = ++seen === 1 ? set({ ask: '0.40' }, { bid: '0.50' }) : refilled
      },
    })
    await refilled
    const filled = traded.filter(({ outcome }) => outcome.trade.status !== 'failed')
    expect(new Set(filled.map(({ outcome }) => outcome.trade.id)).size).to.equal(2)
  })
  let refilled: Promise<void> = Promise.resolve()

  it('stops placing at the signal, and brings the trade under way to its rest', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.50', depth: '6' })
    const stop = new AbortController()
    const { traded, open } = await run(session, {
      once: false,
      signal: stop.signal,
      onEvent: ({ kind }) => {
        if (kind === 'trading') stop.abort()
      },
    })
    expect(traded.length).to.equal(1)
    expect(traded[0]?.outcome.rest.kind).to.equal('done')
    expect(open.every(({ status, provisional }) => status === 'open' && provisional === true)).to.equal(true)
  })

  it('trades a pair no more once its approval has lapsed', async () => {
    const session = await begin()
    await set({ ask: '0.70' }, { bid: '0.50' })
    const stop = new AbortController()
    let looks = 0
    const { traded, events } = await run(session, {
      once: false,
      signal: stop.signal,
      approvedNow: async () => {
        // A minute has passed: from here on the books pay.
        await set({ ask: '0.40' }, { bid: '0.50' })
        if (++looks === 2) stop.abort()
        return []
      },
    })
    expect([traded.length, events]).to.deep.equal([0, ['lapsed', 'opportunity']])
  })

  it('asks for the approvals again before it trades when its books were long in coming', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.50' })
    const { traded, events } = await run(session, { approvedNow: () => Promise.resolve([]) }, 61_000)
    expect([traded.length, events]).to.deep.equal([0, ['lapsed', 'opportunity']])
  })

  it('counts fees that nobody announces from the reading of each minute on', async () => {
    const session = await begin()
    await set({ ask: '0.70' }, { bid: '0.50' })
    const { observe } = session.trading
    const charge = (rate: string) => world.post('/fees', { market: marketOf.polymarket, rate })
    const rates = ['0.3', '0.04']
    const seen: string[] = []
    const { traded } = await run(
      session,
      {
        once: false,
        maxTrades: 1,
        onEvent: ({ kind }) => seen.push(kind),
        approvedNow: async () => {
          // What is on offer pays under the second of them only.
          await charge(rates.shift() ?? '0.04')
          const markets = [await observe.market(marketOf.kalshi), await observe.market(marketOf.polymarket)] as const
          await set({ ask: '0.45' }, { bid: '0.50' })
          seen.push('read')
          return [{ key: 'k p', markets, polarity: 'same' }]
        },
      },
      20_000,
    )
    expect(traded.length).to.equal(1)
    expect(seen.slice(0, 7)).to.deep.equal([
      'read',
      'fees_read',
      'read',
      'fees_read',
      'opportunity',
      'trading',
      'traded',
    ])
  })

  it('leaves a pair alone once a venue says that a text of it has changed, and reads its approval soon', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.50' })
    const startMs = clock.nowMs()
    let askedAfterMs = 0
    let told: readonly VenueNews[] = [
      { kind: 'texts_changed', venue: 'kalshi', market: marketOf.kalshi, what: 'metadata' },
      { kind: 'texts_changed', venue: 'kalshi', market: 'kalshi:KXOTHER', what: 'metadata' },
    ]
    const stop = new AbortController()
    const { traded, events } = await run(session, {
      once: false,
      signal: stop.signal,
      news: () => {
        const news = told
        told = []
        return news
      },
      approvedNow: () => {
        askedAfterMs = clock.nowMs() - startMs
        stop.abort()
        return Promise.resolve([])
      },
    })
    expect([traded.length, events]).to.deep.equal([0, ['opportunity', 'lapsed']])
    expect(askedAfterMs).to.be.within(5_000, 6_000)
  })

  it('begins with what an earlier process left: settles it, and mends it', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.50' })
    await world.control.loseNextAnswer('polymarket')
    await world.control.fault({ venue: 'polymarket', endpoint: 'place_order', fault: 'settlement_failed' })
    await run(session)
    await session[Symbol.asyncDispose]()
    clock.advanceTo(clock.nowMs() + 61_000)
    const { mended, unsettled, open } = await run(await world.open(), { maxTrades: 0 })
    expect(unsettled).to.deep.equal([])
    expect([mended.map(({ status }) => status), open.length]).to.deep.equal([['unwound'], 0])
  })

  /** A trade of which the first leg finds nothing, under a policy that leaves the rest to a person. */
  async function holdOneSide(): Promise<Session> {
    const session = await begin()
    await holdOneMore(session)
    return session
  }

  async function holdOneMore(session: Session): Promise<void> {
    await set({ ask: '0.40' }, { bid: '0.50' })
    await run(session, {
      policy: { ...defaultPolicy(defaultLimits.maxSlippage), kind: 'hold' },
      onEvent: (event: ArbEvent) => {
        if (event.kind === 'trading') vanishing = set({ ask: '0.70' }, { bid: '0.50' })
      },
    })
    await vanishing
    await world.control.advance(60_000)
  }

  it('leaves what a policy holds to a person, whatever a later run does by default, until they decide', async () => {
    const session = await holdOneSide()
    const later = await run(session, { maxTrades: 0 })
    expect(later.open.map(({ status, imbalance }) => [status, imbalance])).to.deep.equal([['imbalanced', '10']])
    expect(later.mended).to.deep.equal([])
    // NO was bought at 0.50: what somebody bids for it now is far below every rung.
    await world.control.setBook(marketOf.polymarket, { bids: [['0.50', '10']], asks: [['0.80', '50']] })
    const decided = await run(session, { maxTrades: 0, decision: 'unwind' })
    expect(decided.mended.map(({ imbalance, policy }) => [imbalance, policy])).to.deep.equal([['0', 'hold']])
  })

  it('mends a trade in the same run once another one in its markets has ended', async () => {
    const session = await holdOneSide()
    await holdOneMore(session)
    await world.control.setBook(marketOf.polymarket, { bids: [['0.49', '60']], asks: [['0.51', '60']] })
    const ending = new AbortController()
    let looks = 0
    const { mended, open } = await run(session, {
      decision: 'unwind',
      once: false,
      signal: ending.signal,
      approvedNow: () => {
        looks++
        if (looks === 4) ending.abort()
        return Promise.resolve([])
      },
    })
    expect([mended.map(({ imbalance }) => imbalance), open]).to.deep.equal([['0', '0'], []])
  })

  it('mends what an earlier run left by the policy of that run, not by its own', async () => {
    const session = await begin()
    await set({ ask: '0.40' }, { bid: '0.50' })
    await world.control.fault({ venue: 'polymarket', endpoint: 'place_order', fault: 'settlement_failed' })
    await run(session)
    await world.control.advance(60_000)
    const hold = { ...defaultPolicy(defaultLimits.maxSlippage), kind: 'hold' } as const
    const { mended } = await run(session, { maxTrades: 0, policy: hold })
    expect(mended.map(({ status }) => status)).to.deep.equal(['unwound'])
  })

  it('leaves what it cannot sell because its market has closed, and does not end for it', async () => {
    const session = await holdOneSide()
    await world.control.closeMarket(marketOf.polymarket)
    const { open, mended } = await run(session, { maxTrades: 0, decision: 'unwind' })
    expect(open.map(({ status, imbalance }) => [status, imbalance])).to.deep.equal([['imbalanced', '10']])
    expect(mended.map(({ status }) => status)).to.deep.equal(['imbalanced'])
  })
})
