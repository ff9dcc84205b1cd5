import { expect } from 'chai'
import { wishesOf } from '../../src/cli/arb/arb-flags.ts'
import { runArbSession } from '../../src/cli/arb/run-session.ts'
import { scanPairs } from '../../src/cli/arb/scan-pairs.ts'
import { agreeing } from '../../src/cli/consent/prompt.ts'
import { approvePair, readPair } from '../../src/engine/markets/pairs.ts'
import { syncMarkets } from '../../src/engine/markets/sync-markets.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { defaultLimits } from '../../src/safeguards/limits.ts'
import { aWorld, marketOf, type TestWorld } from '../support/session.ts'

const patienceMs = 20_000

describe('arb run while a venue changes its fees', () => {
  let world: TestWorld
  before(async () => {
    world = await aWorld()
  })
  after(() => world.close())

  /** Keeps some two cents a pair after the fees that are charged at first. */
  const offer = async () => {
    await world.control.setBook(marketOf.polymarket, { bids: [['0.50', '10']], asks: [['0.62', '50']] })
    await world.control.setBook(marketOf.kalshi, { bids: [['0.38', '50']], asks: [['0.45', '10']] })
  }

  it('leaves what the new fees take, and trades what they leave', async () => {
    const session = await world.open()
    const { trading, catalogue } = session
    await syncMarkets(trading, catalogue, { venues: ['kalshi', 'polymarket'], onProgress: () => undefined })
    const read = await readPair(catalogue, [marketOf.kalshi, marketOf.polymarket])
    await approvePair(trading, read, { polarity: 'same', by: 'test' })
    const event = (await trading.observe.market(marketOf.kalshi)).eventId
    const told: string[] = []
    const until = async (kind: string): Promise<void> => {
      const endMs = systemClock.monotonicMs() + patienceMs
      while (!told.includes(kind)) {
        if (systemClock.monotonicMs() > endMs) throw new Error(`no ${kind}: ${told.join(', ')}`)
        await systemClock.sleep(20)
      }
    }
    const ending = new AbortController()
    const asked = { 'min-edge': '0.005', size: '5', policy: 'unwind', 'max-provisional': '100' } as const
    const wishes = wishesOf(asked, defaultLimits.maxSlippage)
    const running = runArbSession(session, {
      wishes,
      order: 'together',
      books: 'sockets',
      once: false,
      maxTrades: 1,
      dryRun: false,
      only: [],
      prompter: agreeing,
      announce: () => undefined,
      onEvent: ({ kind }) => told.push(kind),
      onProblem: (message) => told.push(message),
      signal: ending.signal,
    })
    try {
      // Told to whoever listens: again and again until the socket is there.
      while (!told.includes('fees_doubted')) {
        await world.post('/fees', { event, type: 'quadratic', multiplier: '3' })
        await systemClock.sleep(200)
      }
      await until('fees_read')
      await offer()
      // Every pair that is near to paying is looked at once a second, whatever is told.
      await systemClock.sleep(1_300)
      expect(told).not.to.include('opportunity')
      const [scanned] = (await scanPairs(session, wishes, [], ending.signal)).pairs
      expect([scanned?.opportunity, scanned?.reason?.code]).to.deep.equal([null, 'FEES'])
      await world.post('/fees', { event })
      await until('traded')
    } finally {
      ending.abort()
    }
    const { trades } = await running
    expect(trades.map(({ legs }) => legs.map(({ filled }) => filled))).to.deep.equal([['5', '5']])
    expect(told.slice(-5)).to.deep.equal(['fees_doubted', 'fees_read', 'opportunity', 'trading', 'traded'])
  })
})
