import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { SandboxAddJson } from '../../src/cli/json/sandbox-add-json.ts'
import { openLiveBooks } from '../../src/cli/markets/live-books.ts'
import type { VenueNews } from '../../src/domain/venue-stream.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox } from '../../src/sandbox/discover.ts'
import { kalshiEntry, polymarketEntry } from '../sandbox/support/entries.ts'
import { aWorld, marketOf, type TestWorld } from '../support/session.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

describe('sandbox add', function () {
  this.timeout(60_000)
  let cli: CliHome
  let world: TestWorld
  before(async () => {
    cli = await cliHome()
    world = await aWorld()
  })
  after(async () => {
    await world.close()
    await cli.remove()
  })

  const add = (entry: object | string, ...args: readonly string[]): Promise<CliResult> => {
    const file = join(cli.cwd, 'event.json')
    writeFileSync(file, typeof entry === 'string' ? entry : JSON.stringify(entry))
    return cli.run('sandbox', 'add', file, ...args)
  }
  const served = (): readonly string[] => ['--data-dir', world.dataDir, '--json']

  it('lists what a file describes, for the next sandbox where none is served', async () => {
    const { stdout, stderr, exitCode } = await add(kalshiEntry())
    expect(exitCode, stderr).to.equal(0)
    expect(stdout).to.include('kalshi:KXNEW-27-T5').and.to.include('the next one lists it')
    const shown = await cli.run('markets', 'show', 'kalshi:KXNEW-27-T5', '--json')
    expect(JSON.parse(shown.stdout).market).to.include({ title: 'More than five?', status: 'open' })
  })

  it('names what is wrong with a file, and lists nothing', async () => {
    const codes: string[] = []
    for (const entry of ['{', '[]', kalshiEntry({ venue: 'nyse' }), kalshiEntry()]) {
      const { stdout, exitCode } = await add(entry, '--json')
      expect(exitCode).to.equal(2)
      const { code, message } = JSON.parse(stdout).error
      codes.push(code)
      expect(message).to.match(/Nothing was listed\.$/)
    }
    expect(codes).to.deep.equal(['ENTRY_UNREADABLE', 'ENTRY_UNREADABLE', 'NOT_LISTED', 'NOT_LISTED'])
  })

  it('tells whoever listens to a served sandbox, and its listings show it at once', async () => {
    announceSandbox(world.dataDir, world.sandbox)
    const session = await world.open()
    const heard: VenueNews[] = []
    const news = { onNews: (one: VenueNews) => heard.push(one) }
    const live = openLiveBooks(session, { news, onProblem: ({ message }) => expect.fail(message) })
    try {
      const { observe } = session.trading
      await live.watch([await observe.market(marketOf.kalshi), await observe.market(marketOf.polymarket)])
      for (let tries = 0; tries < 500; tries++) {
        if ([...live.feed.books].every(({ state }) => state.kind === 'tradable')) break
        await systemClock.sleep(10)
      }
      for (const entry of [kalshiEntry(), polymarketEntry()]) {
        const { stdout, exitCode } = await add(entry, ...served())
        expect(exitCode, stdout).to.equal(0)
        expect(schemaProblems('sandbox add', stdout)).to.deep.equal([])
        const { markets, served: isServed }: SandboxAddJson = JSON.parse(stdout)
        expect(isServed).to.equal(true)
        const [listed] = markets
        const market = await observe.market(listed?.market as (typeof marketOf)['kalshi'])
        expect([market.title, market.status]).to.deep.equal(['More than five?', 'open'])
      }
      for (let tries = 0; tries < 300 && heard.length < 3; tries++) await systemClock.sleep(10)
      expect(heard.map((one) => [one.venue, one.kind])).to.deep.equal([
        ['kalshi', 'event_listed'],
        ['kalshi', 'market_listed'],
        ['polymarket', 'market_listed'],
      ])
    } finally {
      await live.close()
    }
  })
})
