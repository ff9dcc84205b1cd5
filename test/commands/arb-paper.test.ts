import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { loadRecording, type Recording } from '../../src/capture/read/recording.ts'
import { TapeBooks } from '../../src/cli/arb/tape-books.ts'
import type { ArbRunJson } from '../../src/cli/json/arb-json.ts'
import { openLiveBooks } from '../../src/cli/markets/live-books.ts'
import { examplePair } from '../../src/cli/sandbox/example-markets.ts'
import { parsePrice } from '../../src/domain/amounts.ts'
import type { MarketId } from '../../src/domain/market.ts'
import type { VenueNews } from '../../src/domain/venue-stream.ts'
import { approvePair } from '../../src/engine/markets/pairs.ts'
import { textsHash } from '../../src/pairs/approved-pair.ts'
import { judgeMarkets } from '../../src/pairs/judge.ts'
import { systemClock, VirtualClock } from '../../src/runtime/clock.ts'
import { aWorld, type TestWorld } from '../support/session.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

describe('arb run --from-recording', function () {
  this.timeout(60_000)
  let cli: CliHome
  let world: TestWorld
  let captureDir: string
  /** From the decision to a moment at which one of the two books has gone, ms. */
  let lateMs = 0
  before(async () => {
    cli = await cliHome()
    world = await aWorld()
    captureDir = join(world.dataDir, 'recordings')
    await recordDay()
    await recordFees()
  })
  after(async () => {
    await world.close()
    await cli.remove()
  })

  const [first, second] = [examplePair.first as MarketId, examplePair.second as MarketId]
  async function setBooks(ask: string, bid: string): Promise<void> {
    await world.control.setBook(first, { bids: [['0.30', '50']], asks: [[ask, '20']] })
    await world.control.setBook(second, { bids: [[bid, '20']], asks: [['0.70', '50']] })
  }

  /** It pays eight cents a pair for a while; then the first book goes, and a while later the second one. */
  async function recordDay(): Promise<void> {
    await setBooks('0.50', '0.48')
    const session = await world.open({ captureDir, captureFilter: 'all', session: 'day' })
    const markets = [await session.trading.observe.market(first), await session.trading.observe.market(second)] as const
    const live = openLiveBooks(session, { onProblem: ({ message }) => expect.fail(message) })
    await live.watch(markets)
    const until = async (what: string, isSo: () => boolean): Promise<number> => {
      for (let tries = 0; tries < 1_000 && !isSo(); tries++) await systemClock.sleep(10)
      expect(isSo(), what).to.equal(true)
      return systemClock.nowMs()
    }
    const offers = (ask: string) => (): boolean => live.feed.book(first)?.asks[0]?.price === parsePrice(ask)
    await until('both books', () => [...live.feed.books].every(({ state }) => state.kind === 'tradable'))
    await setBooks('0.40', '0.48')
    const paysAtMs = await until('an offer that pays', offers('0.40'))
    await systemClock.sleep(300)
    await setBooks('0.50', '0.48')
    lateMs = (await until('its end', offers('0.50'))) - paysAtMs + 200
    // The excess is sold as long again after that.
    await systemClock.sleep(lateMs + 300)
    await live.close()
    const read = { markets, judgement: judgeMarkets(...markets), hash: textsHash(markets) }
    await approvePair(session.trading, read, { polarity: 'same', by: 'test' })
    await session[Symbol.asyncDispose]()
    const bare = await world.open({ captureDir, captureFilter: 'all', session: 'bare' })
    await Promise.all([first, second].map((id) => bare.trading.observe.market(id)))
    await bare[Symbol.asyncDispose]()
    await setBooks('0.40', '0.50')
    const polled = await world.open({ captureDir, captureFilter: 'all', session: 'polled' })
    for (const market of markets) await polled.trading.observe.book(await polled.trading.observe.market(market.id))
    await polled[Symbol.asyncDispose]()
  }

  /** Books that pay eight cents a pair before fees, under fees that take it all, and then under those of before. */
  async function recordFees(): Promise<void> {
    await setBooks('0.50', '0.48')
    const session = await world.open({ captureDir, captureFilter: 'all', session: 'fees' })
    const markets = await Promise.all([first, second].map((id) => session.trading.observe.market(id)))
    let told = 0
    const news = { onNews: ({ kind }: VenueNews) => (told += kind === 'fees_changed' ? 1 : 0) }
    const live = openLiveBooks(session, { news, onProblem: ({ message }) => expect.fail(message) })
    await live.watch(markets)
    const charge = async (multiplier: string): Promise<void> => {
      await world.post('/fees', { event: markets[0]?.eventId, type: 'quadratic', multiplier })
      const before = told
      for (let tries = 0; tries < 500 && told === before; tries++) await systemClock.sleep(10)
      expect(told).to.equal(before + 1)
      await systemClock.sleep(50)
    }
    for (let tries = 0; tries < 500; tries++) {
      if ([...live.feed.books].every(({ state }) => state.kind === 'tradable')) break
      await systemClock.sleep(10)
    }
    await charge('6')
    await setBooks('0.40', '0.48')
    await systemClock.sleep(100)
    await charge('1')
    await live.close()
    await session[Symbol.asyncDispose]()
  }

  const play = (...args: readonly string[]): Promise<CliResult> =>
    cli.run('arb', 'run', '--data-dir', world.dataDir, '--capture-dir', captureDir, '--json', ...args)
  const report = async (...args: readonly string[]): Promise<ArbRunJson> => {
    const { stdout, stderr, exitCode } = await play('--from-recording', 'day', ...args)
    expect(exitCode, stderr + stdout).to.equal(0)
    expect(schemaProblems('arb run', stdout), stdout).to.deep.equal([])
    return JSON.parse(stdout)
  }
  const kindsOf = ({ paper }: ArbRunJson): readonly string[] => paper?.decisions.map(({ kind }) => kind) ?? []

  it('trades approved pairs on paper, twice the same to the byte, and leaves no trace', async () => {
    const before = readdirSync(join(world.dataDir, 'journal'), { recursive: true }).length
    const [once, again] = [await play('--from-recording', 'day'), await play('--from-recording', 'day')]
    expect(once.exitCode, once.stderr).to.equal(0)
    expect(again).to.deep.equal(once)
    const run: ArbRunJson = JSON.parse(once.stdout)
    expect(run.trades.map(({ legs }) => legs.map(({ filled }) => filled))).to.deep.equal([['20', '20']])
    expect(kindsOf(run)).to.deep.equal(['opportunity', 'trading', 'traded', 'gone'])
    expect((await world.control.account('kalshi')).orders).to.deep.equal([])
    expect(readdirSync(join(world.dataDir, 'journal'), { recursive: true }).length).to.equal(before)
  })

  it('decides otherwise with other wishes', async () => {
    const few = await report('--size', '5')
    expect(few.trades.map(({ opportunity }) => opportunity.pairs)).to.deep.equal(['5'])
    const choosy = await report('--min-edge', '0.07')
    expect(kindsOf(choosy)).to.deep.equal([])
    expect(choosy.paper?.looks[0]?.counts).to.include({ min_edge: 1 })
  })

  it('charges from each moment on what the tape tells of fees, and buys nothing that they take', async () => {
    const { stdout, stderr, exitCode } = await play('--from-recording', 'fees', '--size', '10')
    expect(exitCode, stderr).to.equal(0)
    const run: ArbRunJson = JSON.parse(stdout)
    const changes = ['fees_doubted', 'fees_read']
    expect(kindsOf(run)).to.deep.equal([...changes, ...changes, 'opportunity', 'trading', 'traded'])
    expect(run.paper?.looks[0]?.counts).to.include.keys('fees')
    const fees = run.trades.map(({ opportunity }) => opportunity.legs[0]?.fee)
    // Seven hundredths of 10 x 0.40 x 0.60.
    expect(fees).to.deep.equal(['0.168'])
  })

  it('lets late orders meet the books as they are then, and mends what one leg alone has bought', async () => {
    const late = ['--latency', String(lateMs)]
    const [unwound, held] = [await report(...late), await report(...late, '--policy', 'hold')]
    expect(unwound.trades.map(({ legs }) => legs.map(({ filled }) => filled))).to.deep.equal([['0', '20']])
    expect(unwound.trades.map(({ trade }) => trade.status)).to.deep.equal(['unwound'])
    expect(held.trades.map(({ trade }) => trade.status)).to.deep.equal(['imbalanced'])
    expect(held.open.map(({ imbalance }) => imbalance)).to.deep.equal(['20'])
  })

  it('takes pairs that nobody approved, and refuses a tape without books', async () => {
    const inverted = await report('--pair', `${first},${second},inverted`)
    expect(inverted.paper?.looks[0]?.counts).to.include.keys('no_edge')
    const { exitCode, stdout } = await play('--from-recording', 'bare')
    expect(exitCode).to.equal(2)
    const { code, message } = JSON.parse(stdout).error
    expect(code).to.equal('TAPE_WITHOUT_BOOKS')
    expect(message).to.include('shows no book of').and.to.include('filter')
  })

  it('plays books that were read without a socket', async () => {
    const { stdout, exitCode } = await play('--from-recording', 'polled', '--size', '10')
    expect(exitCode, stdout).to.equal(0)
    const { trades }: ArbRunJson = JSON.parse(stdout)
    expect(trades.map(({ legs }) => legs.map(({ filled }) => filled))).to.deep.equal([['10', '10']])
  })

  it('trusts no book after a gap on the tape until it is whole again', async () => {
    const recording = loadRecording('day', captureDir)
    const states = await statesOf(withoutFrame(recording, 'orderbook_delta'))
    expect(states).to.include('gap')
    expect(await statesOf(recording)).not.to.include('gap')
  })

  /** Why the first market's book was not to be relied on, each time that this changed. */
  async function statesOf(recording: Recording): Promise<readonly string[]> {
    const clock = new VirtualClock(0)
    const markets = [await (await world.open()).trading.observe.market(first)]
    const quiet = { onProblem: () => undefined, onNews: () => undefined, onEnd: () => undefined }
    const books = await TapeBooks.open({ recording, markets, clock, staleAfterMs: 10_000, ...quiet })
    const seen: string[] = []
    books.feed.onChange(({ state }) => seen.push(state.kind === 'tradable' ? 'tradable' : state.reason.kind))
    for (let atMs = books.nextAtMs; atMs !== null; atMs = books.nextAtMs) {
      clock.advanceTo(atMs)
      books.happen()
    }
    return seen
  }
})

/** The tape as it would be if the first message of this type had been lost on the way. */
function withoutFrame(recording: Recording, type: string): Recording {
  const streams = recording.streams.map((stream) => {
    const lost = stream.frames.findIndex(({ data }) => String(data).includes(type) && String(data).includes('"seq"'))
    return { ...stream, frames: stream.frames.filter((_, index) => index !== lost) }
  })
  return { ...recording, streams }
}
