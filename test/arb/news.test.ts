import { expect } from 'chai'
import { wishesOf } from '../../src/cli/arb/arb-flags.ts'
import { runArbSession } from '../../src/cli/arb/run-session.ts'
import { scanPairs } from '../../src/cli/arb/scan-pairs.ts'
import { agreeing } from '../../src/cli/consent/prompt.ts'
import type { ArbRunJson } from '../../src/cli/json/arb-json.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { approvePair, readPair } from '../../src/engine/markets/pairs.ts'
import { syncMarkets } from '../../src/engine/markets/sync-markets.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { defaultLimits } from '../../src/safeguards/limits.ts'
import { aWorld, marketOf, type TestWorld } from '../support/session.ts'

const patienceMs = 15_000

/** A loop that runs, and what it told so far. */
interface Running {
  readonly told: readonly string[]
  /** Asks again and again until something of this kind has been told: nobody hears before the sockets are there. */
  until(kind: string, ask?: () => Promise<void>): Promise<void>
  end(): Promise<ArbRunJson>
}

const asked = { 'min-edge': '0.005', size: '5', policy: 'unwind', 'max-provisional': '100' } as const
const wishes = wishesOf(asked, defaultLimits.maxSlippage)

function run(session: Session): Running {
  const told: string[] = []
  const ending = new AbortController()
  const running = runArbSession(session, {
    wishes,
    order: 'together',
    books: 'sockets',
    once: false,
    maxTrades: 1,
    dryRun: false,
    only: [],
    prompter: agreeing,
    announce: () => told.push('announced'),
    onEvent: ({ kind }) => told.push(kind),
    onProblem: (message) => told.push(message),
    signal: ending.signal,
  })
  return {
    told,
    until: async (kind, ask) => {
      const endMs = systemClock.monotonicMs() + patienceMs
      while (!told.includes(kind)) {
        if (systemClock.monotonicMs() > endMs) throw new Error(`no ${kind}: ${told.join(', ')}`)
        await ask?.()
        await systemClock.sleep(ask === undefined ? 20 : 200)
      }
    },
    end: () => {
      ending.abort()
      return running
    },
  }
}

describe('arb run while a venue announces', () => {
  let world: TestWorld
  let session: Session
  before(async () => {
    world = await aWorld()
    session = await world.open()
    const { trading, catalogue } = session
    await syncMarkets(trading, catalogue, { venues: ['kalshi', 'polymarket'], onProgress: () => undefined })
    const read = await readPair(catalogue, [marketOf.kalshi, marketOf.polymarket])
    await approvePair(trading, read, { polarity: 'same', by: 'test' })
  })
  after(() => world.close())

  /** Keeps some two cents a pair after the fees that are charged at first. */
  const offer = async () => {
    await world.control.setBook(marketOf.polymarket, { bids: [['0.50', '10']], asks: [['0.62', '50']] })
    await world.control.setBook(marketOf.kalshi, { bids: [['0.38', '50']], asks: [['0.45', '10']] })
  }

  it('other fees: leaves what they take, and trades what they leave', async () => {
    const event = (await session.trading.observe.market(marketOf.kalshi)).eventId
    const loop = run(session)
    try {
      await loop.until('fees_doubted', () => world.post('/fees', { event, type: 'quadratic', multiplier: '3' }))
      await loop.until('fees_read')
      await offer()
      // Every pair that is near to paying is looked at once a second, whatever is told.
      await systemClock.sleep(1_300)
      expect(loop.told).not.to.include('opportunity')
      const [scanned] = (await scanPairs(session, wishes, [], new AbortController().signal)).pairs
      expect([scanned?.opportunity, scanned?.reason?.code]).to.deep.equal([null, 'FEES'])
      await world.post('/fees', { event })
      await loop.until('traded')
    } finally {
      await loop.end()
    }
    const { trades } = await loop.end()
    expect(trades.map(({ legs }) => legs.map(({ filled }) => filled))).to.deep.equal([['5', '5']])
    expect(loop.told.slice(-5)).to.deep.equal(['fees_doubted', 'fees_read', 'opportunity', 'trading', 'traded'])
  })

  it('another text: the approval of the pair lapses within seconds', async () => {
    const loop = run(session)
    const startMs = systemClock.monotonicMs()
    try {
      // From here on it has the texts as they were approved.
      await loop.until('announced')
      const rules = 'If it is otherwise, then the market resolves to Yes.'
      await loop.until('lapsed', () => world.post('/markets', { market: marketOf.kalshi, rules }))
    } finally {
      await loop.end()
    }
    // The approvals are read every minute anyway.
    expect(systemClock.monotonicMs() - startMs).to.be.below(patienceMs)
  })
})
