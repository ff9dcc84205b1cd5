import { expect } from 'chai'
import { nettingOf } from '../../src/cli/config/netting.ts'
import type { ArbRunJson, ScanJson } from '../../src/cli/json/arb-json.ts'
import { type SandboxControl, sandboxControl } from '../../src/cli/rehearsal/sandbox-control.ts'
import { exampleMarket, examplePair } from '../../src/cli/sandbox/example-markets.ts'
import type { MarketId } from '../../src/domain/market.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox } from '../../src/sandbox/discover.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { anIntent } from '../support/builders.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, cliHome } from './run-cli.ts'

describe('arb scan and arb run', function () {
  this.timeout(60_000)
  let cli: CliHome
  let sandbox: RunningSandbox
  let control: SandboxControl
  before(async () => {
    cli = await cliHome()
    sandbox = await startSandbox({ dataDir: cli.dataDir, clock: systemClock, seed: '00'.repeat(32), rateLimit: 'off' })
    announceSandbox(cli.dataDir, sandbox)
    control = sandboxControl(sandbox.control)
    await cli.run('markets', 'sync')
  })
  after(async () => {
    await sandbox.close()
    await cli.remove()
  })

  const scan = async (...args: readonly string[]): Promise<ScanJson> => {
    const { stdout, stderr, exitCode } = await cli.run('arb', 'scan', '--json', ...args)
    expect(exitCode, stderr).to.equal(0)
    expect(schemaProblems('arb scan', stdout), stdout).to.deep.equal([])
    return JSON.parse(stdout)
  }
  const run = async (...args: readonly string[]): Promise<ArbRunJson> => {
    const { stdout, stderr, exitCode } = await cli.run('arb', 'run', '--once', '--json', ...args)
    expect(exitCode, stderr + stdout).to.equal(0)
    expect(schemaProblems('arb run', stdout), stdout).to.deep.equal([])
    return JSON.parse(stdout)
  }
  const setBooks = async (ask: string, bid: string): Promise<void> => {
    const [first, second] = [examplePair.first as MarketId, examplePair.second as MarketId]
    await control.setBook(first, { bids: [['0.30', '50']], asks: [[ask, '20']] })
    await control.setBook(second, { bids: [[bid, '20']], asks: [['0.70', '50']] })
  }

  it('say where pairs come from while none is approved', async () => {
    const { stdout } = await cli.run('arb', 'scan')
    expect(stdout).to.match(/No approved pairs.*pairs approve/s)
    expect((await run()).pairs).to.equal(0)
  })

  it('trade an approved pair, and say what binds when it does not pay', async () => {
    const asked = await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--json')
    const { hash } = JSON.parse(asked.stdout).error.facts
    const approved = await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--confirm', hash)
    expect(approved.exitCode, approved.stderr).to.equal(0)

    await setBooks('0.50', '0.48')
    const [nothing] = (await scan()).pairs
    expect(nothing?.reason?.code).to.equal('NO_EDGE')
    expect((await run()).trades).to.deep.equal([])

    await setBooks('0.40', '0.50')
    const [found] = (await scan('--size', '10')).pairs
    expect(found?.opportunity).to.include({ pairs: '10', boundBy: 'size' })
    expect(Number(found?.opportunity?.annualisedReturn)).to.be.greaterThan(0)

    const dry = await run('--size', '10', '--dry-run')
    expect(dry.signed.map(({ orders }) => orders.map(({ denials }) => denials.length))).to.deep.equal([[0, 0]])
    expect((await control.account('kalshi')).orders).to.deep.equal([])

    const { trades } = await run('--size', '10')
    expect(trades.map(({ legs }) => legs.map(({ filled }) => filled))).to.deep.equal([['10', '10']])
    expect((await control.account('kalshi')).orders.length).to.equal(1)

    const text = await cli.run('arb', 'scan')
    expect(text.stdout).to.match(/KEEPS EACH/)
  })

  it('run does not begin while an order of more than a minute ago cannot be settled, and says what to run', async () => {
    const ledger = await openLedger({
      dataDir: cli.dataDir,
      environment: 'sandbox',
      clock: systemClock,
      nettingOf,
      onWarning: () => undefined,
    })
    const intent = anIntent({ market: exampleMarket.kalshi, createdAtMs: systemClock.nowMs() - 61_000 })
    await ledger.append({ type: 'order.submitted', intent, venueOrderId: null })
    await ledger.close()
    const fault = { venue: 'kalshi', endpoint: 'list_orders', times: 200, fault: 'status', status: 500, body: '{}' }
    const spoilt = await fetch(`${sandbox.control}/faults`, { method: 'POST', body: JSON.stringify(fault) })
    expect(spoilt.ok, await spoilt.text()).to.equal(true)
    await setBooks('0.40', '0.50')
    const before = (await control.account('kalshi')).orders.length
    for (const more of [[], ['--dry-run']]) {
      const { exitCode, stdout } = await cli.run('arb', 'run', '--once', '--json', ...more)
      expect(exitCode, stdout).to.equal(3)
      expect(schemaProblems('arb run', stdout), stdout).to.deep.equal([])
      const report: ArbRunJson = JSON.parse(stdout)
      expect([report.trades, report.signed, report.opportunities]).to.deep.equal([[], [], 0])
      expect(report.refused).to.include({ code: 'ORDERS_UNSETTLED', suggestion: 'crosstape positions reconcile' })
      expect(report.refused?.message).to.contain(intent.id)
    }
    const { stdout } = await cli.run('arb', 'run', '--once')
    expect(stdout).to.contain(intent.id).and.to.contain('Run: crosstape positions reconcile')
    expect((await control.account('kalshi')).orders.length).to.equal(before)
  })
})
