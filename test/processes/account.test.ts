import { expect } from 'chai'
import { parseMoney } from '../../src/domain/amounts.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { announceSandbox } from '../../src/sandbox/discover.ts'
import { setHalt } from '../../src/store/halt.ts'
import { verifyJournal } from '../../src/store/verify-journal.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'
import { exposureAtExchanges, lockHolder, startTrader, type Trader, walkJournal } from './traders.ts'

const limit = parseMoney('1000')

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

interface Answer {
  readonly id: string
  readonly status: string
  readonly denials: readonly string[]
}

function answerOf(answer: unknown): Answer {
  return answer as Answer
}

/** Real processes, one account, one exchange. */
describe('several processes on one account', function () {
  this.timeout(180_000)
  let world: TestWorld
  let traders: Trader[]

  beforeEach(async () => {
    world = await aWorld()
    announceSandbox(world.dataDir, world.sandbox)
    traders = []
    for (const market of Object.values(marketOf)) {
      await world.control.setBook(market, { bids: [['0.28', '5000']], asks: [['0.44', '400']] })
    }
  })

  afterEach(async () => {
    for (const { child } of traders) child.kill('SIGKILL')
    await world.close()
  })

  async function start(count: number, limits: Readonly<Record<string, string>> = {}): Promise<readonly Trader[]> {
    traders.push(...(await Promise.all(Array.from({ length: count }, () => startTrader(world, limits)))))
    return traders
  }

  it('eight trade up to a limit that none of them breaks, while holders of the lock are killed', async () => {
    const started = await start(8)
    let killed = 0
    let running = started.length
    let highestAtExchanges = 0n
    const answers = started.map(async (trader, index) => {
      const figures = await trader.ask({ op: 'spree', seed: `process ${index}`, orders: 11 })
      running--
      return figures
    })
    const watch = async (): Promise<void> => {
      while (running > 0) {
        const seen = await exposureAtExchanges(world)
        if (seen > highestAtExchanges) highestAtExchanges = seen
        await pause(20)
      }
    }
    const killer = async (): Promise<void> => {
      // Later than the first orders, and each time whoever is inside at that moment.
      await pause(300)
      while (running > 2 && killed < 3) {
        const pid = lockHolder(world)
        const victim = started.find(({ child }) => child.pid === pid)
        if (victim?.child.kill('SIGKILL') === true) {
          killed++
          await pause(250)
        }
        await pause(1)
      }
    }
    const [figures] = await Promise.all([Promise.all(answers), watch(), killer()])
    const survivors = started.filter(({ child }) => child.signalCode === null)
    expect(await Promise.all(survivors.map((trader) => trader.end()))).to.deep.equal(survivors.map(() => 0))
    expect(figures.filter((each) => each === null)).to.have.length(killed)
    expect(killed).to.equal(3)

    const session = await world.open()
    const walked = await walkJournal(session.trading.ledger, limit)
    expect(walked).to.deep.include({ above: [], untrue: [] })
    expect(walked.deniedForExposure).to.be.greaterThan(0)
    expect(Number(walked.highest)).to.be.within(900, 1000)
    expect(highestAtExchanges <= limit).to.equal(true)
    expect((await verifyJournal({ dataDir: world.dataDir, environment: 'sandbox' })).ok).to.equal(true)
    await reconcile(session.trading, { fix: false, venues: ['kalshi', 'polymarket'] })
    expect(session.trading.ledger.state.seq).to.be.greaterThan(walked.records)
  })

  /** All have planned their orders before any of them is placed, as close to one moment as processes can. */
  function atOnce(started: readonly Trader[], orderOf: (index: number) => object): Promise<readonly unknown[]> {
    const atMs = Date.now() + 400
    return Promise.all(started.map((trader, index) => trader.ask({ op: 'place', order: orderOf(index), atMs })))
  }

  it('of four orders at one moment the limit takes the one that fits, and of four equal ones the first', async () => {
    const started = await start(4, { maxExposure: '30' })
    const order = { quantity: '70', price: '0.31', timeInForce: 'gtc' }
    for (let salvo = 0; salvo < 3; salvo++) {
      const isDuplicate = salvo % 2 === 1
      const placed = await atOnce(started, (index) =>
        isDuplicate ? { ...order, quantity: `2${salvo}` } : { ...order, quantity: `7${salvo}`, price: `0.3${index}` },
      )
      const [taken, ...others] = placed.map(answerOf).sort((a, b) => a.denials.length - b.denials.length)
      expect(taken).to.include({ status: 'resting' })
      const code = isDuplicate ? 'DUPLICATE_INTENT' : 'EXPOSURE_ABOVE_MAX'
      expect(others.map(({ denials }) => denials)).to.deep.equal([[code], [code], [code]])
      expect(await started[0]?.ask({ op: 'cancel', id: taken?.id })).to.deep.equal({ outcome: 'cancelled' })
    }
  })

  it('what one has lost today stops the others, and a halt stops all with their next order', async () => {
    const [trader] = await start(1, { maxDailyLoss: '1' })
    const session = await world.open()
    await place(session, { quantity: '20', price: '0.44' })
    const order = { quantity: '7', price: '0.20', timeInForce: 'gtc' }
    expect(await trader?.ask({ op: 'place', order })).to.deep.include({ status: 'resting' })
    await place(session, { side: 'sell', quantity: '20', price: '0.28' })
    const more = { ...order, quantity: '8' }
    expect(await trader?.ask({ op: 'place', order: more })).to.deep.include({ denials: ['DAILY_LOSS_REACHED'] })
    await setHalt(world.dataDir, { reason: 'test', at: '2026-11-28T12:00:00Z', by: 'test' })
    expect(await trader?.ask({ op: 'place', order: more })).to.deep.include({
      denials: ['HALTED', 'DAILY_LOSS_REACHED'],
    })
  })

  it('each has a session budget of its own, which its own orders use up alone', async () => {
    const [one, other] = await start(2, { sessionBudget: '5' })
    const order = { quantity: '10', price: '0.31', timeInForce: 'gtc' }
    expect(await one?.ask({ op: 'place', order })).to.deep.include({ status: 'resting' })
    const second = { ...order, quantity: '9' }
    expect(await one?.ask({ op: 'place', order: second })).to.deep.include({ denials: ['SESSION_BUDGET_EXCEEDED'] })
    expect(await other?.ask({ op: 'place', order: { ...order, quantity: '11' } })).to.deep.include({
      status: 'resting',
    })
  })

  it('share what they see of a venue: failures add up, an answer in between begins anew, a fifth holds all back', async () => {
    const [one, other] = await start(2)
    const fail = (trader: Trader | undefined) => trader?.ask({ op: 'seen', venue: 'kalshi', available: false })
    await Promise.all([fail(one), fail(other), fail(one), fail(other)])
    await other?.ask({ op: 'seen', venue: 'kalshi', available: true })
    await Promise.all([fail(one), fail(other), fail(one), fail(other)])
    expect(await other?.ask({ op: 'breakers' })).to.deep.equal([
      ['kalshi', { state: 'closed', consecutiveFailures: 4, sinceMs: null }],
    ])
    await fail(one)
    const order = { quantity: '7', price: '0.31', timeInForce: 'gtc' }
    for (const trader of [one, other]) {
      expect(await trader?.ask({ op: 'place', order })).to.deep.include({ denials: ['BREAKER_OPEN'] })
    }
    const elsewhere = { ...order, venue: 'polymarket' }
    expect(await other?.ask({ op: 'place', order: elsewhere })).to.deep.include({ status: 'resting' })
  })
})
