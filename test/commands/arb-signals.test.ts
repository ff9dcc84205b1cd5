import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect } from 'chai'
import { projectRoot } from '../../scripts/source-options.ts'
import type { Program } from '../../src/cli/drill/program.ts'
import type { ArbRunJson } from '../../src/cli/json/arb-json.ts'
import { type SandboxControl, sandboxControl } from '../../src/cli/rehearsal/sandbox-control.ts'
import { examplePair } from '../../src/cli/sandbox/example-markets.ts'
import type { MarketId } from '../../src/domain/market.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox } from '../../src/sandbox/discover.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { verifyJournal } from '../../src/store/verify-journal.ts'
import { builtProgram } from '../support/built.ts'
import { type CliHome, cliHome } from './run-cli.ts'

/** What only a real process can show. */
describe('arb run, interrupted', function () {
  this.timeout(90_000)
  let program: Program
  let cli: CliHome
  let sandbox: RunningSandbox
  let control: SandboxControl
  let child: ChildProcess | null = null
  before(async () => {
    program = builtProgram()
    cli = await cliHome()
    sandbox = await startSandbox({ dataDir: cli.dataDir, clock: systemClock, seed: '00'.repeat(32), rateLimit: 'off' })
    announceSandbox(cli.dataDir, sandbox)
    control = sandboxControl(sandbox.control)
    await cli.run('markets', 'sync')
    const asked = await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--json')
    const { hash } = JSON.parse(asked.stdout).error.facts
    await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--confirm', hash)
  })
  after(async () => {
    child?.kill('SIGKILL')
    await sandbox.close()
    await cli.remove()
  })

  async function ordersAtKalshi(): Promise<number> {
    return (await control.account('kalshi')).orders.length
  }

  /** Starts the loop with books that pay, and resolves once it sends. */
  async function sending(): Promise<{ readonly process: ChildProcess; readonly ended: Promise<string> }> {
    await control.setBook(examplePair.first as MarketId, { bids: [['0.30', '50']], asks: [['0.40', '20']] })
    await control.setBook(examplePair.second as MarketId, { bids: [['0.50', '20']], asks: [['0.70', '50']] })
    const { PATH, NODE_OPTIONS } = process.env
    const args = ['arb', 'run', '--size', '10', '--json', '--data-dir', cli.dataDir]
    const started = spawn(program.command, [...program.args, ...args], {
      cwd: projectRoot,
      env: { PATH, NODE_OPTIONS, HOME: cli.home },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = started
    let [stdout, stderr] = ['', '']
    started.stdout?.on('data', (part) => {
      stdout += part
    })
    started.stderr?.on('data', (part) => {
      stderr += part
    })
    const ended = once(started, 'close').then(() => stdout)
    while (!stderr.includes('sending t-')) {
      const over = await Promise.race([once(started.stderr, 'data').then(() => false), ended.then(() => true)])
      if (over) throw new Error(`ended early: ${stderr}`)
    }
    return { process: started, ended }
  }

  const tradesNow = async (): Promise<ArbRunJson> => {
    const { stdout, stderr } = await cli.run('arb', 'run', '--once', '--size', '0.01', '--json')
    expect(stdout, stderr).not.to.equal('')
    return JSON.parse(stdout)
  }

  it('brings the trade under way to its rest, and reports it', async () => {
    const { process: running, ended } = await sending()
    running.kill('SIGINT')
    const report: ArbRunJson = JSON.parse(await ended)
    expect(report.trades.map(({ legs }) => legs.map(({ filled }) => filled))).to.deep.equal([['10', '10']])
    expect([running.exitCode, report.unsettled, report.cancelled]).to.deep.equal([130, [], []])
  })

  it('leaves a journal that the next run goes on from when it is interrupted twice', async () => {
    await control.fault({ venue: 'polymarket', endpoint: 'place_order', fault: 'delay', ms: 6_000 })
    const before = await ordersAtKalshi()
    const { process: running, ended } = await sending()
    // Only now the other order is on its way too, and is held up: an interrupt before that would keep both back.
    while ((await ordersAtKalshi()) === before) await systemClock.sleep(20)
    running.kill('SIGINT')
    while (!(await control.faultsUsedUp())) await systemClock.sleep(20)
    running.kill('SIGINT')
    await ended
    expect(running.exitCode).to.equal(130)
    expect((await verifyJournal({ dataDir: cli.dataDir, environment: 'sandbox' })).problem).to.equal(null)
    // The order that was on its way is in the exchange's books by now, or never will be.
    await systemClock.sleep(6_000)
    const { unsettled, open } = await tradesNow()
    expect(unsettled).to.deep.equal([])
    expect(open.every(({ imbalance }) => imbalance === '0')).to.equal(true)
    const accounts = await Promise.all([control.account('kalshi'), control.account('polymarket')])
    const held = accounts.map(({ orders }) => orders.reduce((sum, { filled }) => sum + Number(filled), 0))
    expect(held[0]).to.equal(held[1])
  })
})
