import { expect } from 'chai'
import { sandboxControl } from '../../src/cli/rehearsal/sandbox-control.ts'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox, withdrawAnnouncement } from '../../src/sandbox/discover.ts'
import { startSandbox } from '../../src/sandbox/serve.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

/** A port that nothing listens on: every call is refused at once. */
const nobody = {
  KALSHI_BASE_URL: 'http://127.0.0.1:1/trade-api/v2',
  CROSSTAPE_ENV: 'sandbox',
}

describe('breakers over commands that trade', function () {
  this.timeout(60_000)

  it('five orders in a row that nobody answers open it, though each command could read the market', async () => {
    const cli = await cliHome()
    const sandbox = await startSandbox({ dataDir: cli.dataDir, clock: systemClock, rateLimit: 'off' })
    announceSandbox(cli.dataDir, sandbox)
    const lost = { venue: 'kalshi', endpoint: 'place_order', times: null, fault: 'status', executed: false }
    await sandboxControl(sandbox.control).fault(lost)
    const order = ['--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy', '--price', '0.30']
    const place = (quantity: number): Promise<CliResult> =>
      cli.run('trade', 'place', ...order, '--quantity', String(quantity), '--tif', 'gtc', '--json')
    for (let quantity = 1; quantity <= 5; quantity++) expect((await place(quantity)).exitCode).to.equal(5)
    const { exitCode, stdout } = await place(6)
    const [kalshi] = JSON.parse((await cli.run('safeguards', 'status', '--json')).stdout).breakers
    withdrawAnnouncement(cli.dataDir)
    await sandbox.close()
    await cli.remove()
    expect([exitCode, JSON.parse(stdout).denials[0].code]).to.deep.equal([6, 'BREAKER_OPEN'])
    expect(kalshi).to.include({ name: 'kalshi', state: 'open', failures: 5 })
  })
})

describe('breakers over commands', function () {
  this.timeout(60_000)
  let cli: CliHome

  before(async () => {
    cli = await cliHome()
    for (let command = 0; command < 5; command++) {
      await cli.runWith(nobody, 'markets', 'show', exampleMarket.kalshi)
    }
  })
  after(() => cli.remove())

  it('five commands in a row that find nobody open the breaker of their venue, for the next one to see', async () => {
    const { stdout } = await cli.run('safeguards', 'status', '--json')
    expect(schemaProblems('safeguards status', stdout)).to.deep.equal([])
    const [kalshi, ...others] = JSON.parse(stdout).breakers
    expect(kalshi).to.include({ name: 'kalshi', state: 'open', failures: 5, admitted: false, sharePercent: null })
    expect(kalshi.retryInMs).to.be.within(1, 60_000)
    expect(Date.parse(kalshi.retryAt) - Date.parse(kalshi.since)).to.equal(60_000)
    for (const other of others)
      expect(other).to.include({ state: 'closed', failures: 0, admitted: true, retryInMs: null })
  })

  it('safeguards status says how long it is until the next try', async () => {
    const { stdout } = await cli.run('safeguards', 'status')
    expect(stdout).to.match(/kalshi\s+open\s+5\s+held back\s+in \d+ s, 20/)
  })

  it('the trail has each failure and the opening, once', async () => {
    const { entries } = JSON.parse((await cli.run('audit', 'list', '--json')).stdout)
    const steps = entries.flatMap((entry: { action: string; metadata: Record<string, string> }) =>
      entry.action === 'breaker.changed' ? [`${entry.metadata.state} ${entry.metadata.failures}`] : [],
    )
    expect(steps).to.deep.equal(['closed 1', 'closed 2', 'closed 3', 'closed 4', 'open 5'])
  })
})
