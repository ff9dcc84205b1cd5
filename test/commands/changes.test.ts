import { expect } from 'chai'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox, withdrawAnnouncement } from '../../src/sandbox/discover.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

/** Changing and cancelling orders that rest, as somebody at a terminal does it. */
describe('orders that are changed and cancelled', function () {
  this.timeout(20_000)
  let cli: CliHome
  let sandbox: RunningSandbox

  beforeEach(async () => {
    cli = await cliHome()
    sandbox = await startSandbox({ dataDir: cli.dataDir, clock: systemClock })
    announceSandbox(cli.dataDir, sandbox)
    for (const market of Object.values(exampleMarket)) {
      await control('books', { market, bids: [['0.44', '30']], asks: [['0.46', '30']] })
    }
  })

  afterEach(async () => {
    withdrawAnnouncement(cli.dataDir)
    await sandbox.close()
    await cli.remove()
  })

  async function control(path: string, body: object): Promise<void> {
    const reply = await fetch(`${sandbox.control}/${path}`, { method: 'POST', body: JSON.stringify(body) })
    expect(reply.status, await reply.text()).to.equal(200)
  }

  async function resting(price: string, market: string = exampleMarket.kalshi): Promise<string> {
    const order = ['--market', market, '--outcome', 'yes', '--side', 'buy', '--quantity', '10', '--price', price]
    const placed = await cli.run('trade', 'place', ...order, '--tif', 'gtc', '--json')
    expect(placed.exitCode, placed.stdout + placed.stderr).to.equal(0)
    return JSON.parse(placed.stdout).order.id
  }

  function amend(order: string, ...flags: readonly string[]): Promise<CliResult> {
    return cli.run('trade', 'amend', order, ...flags)
  }

  it('a change is previewed, carried out, and told with what it was before', async () => {
    const order = await resting('0.40')
    const { exitCode, stdout, stderr } = await amend(order, '--price', '0.42', '--quantity', '12')
    expect(exitCode, stderr).to.equal(0)
    expect(stderr).to.contain('10 @ $0.40, of which 0 filled').and.to.contain('12 @ $0.42, so that 12 are left')
    expect(stdout).to.contain('Changed.').and.to.contain('First sent as 10 @ $0.40.')
    const status = await cli.run('trade', 'status', order)
    expect(status.stdout).to.contain('buy 12 yes @ $0.42')
  })

  it('a dry run shows the change and makes none', async () => {
    const order = await resting('0.40')
    const { exitCode, stdout } = await amend(order, '--price', '0.42', '--dry-run')
    expect(exitCode).to.equal(0)
    expect(stdout).to.contain('Nothing was sent or journalled').and.to.contain('0.4200')
    const { stdout: status } = await cli.run('trade', 'status', order, '--json')
    expect(JSON.parse(status).order).to.include({ price: '0.4', pendingAmend: null })
  })

  it('a change that a safeguard refuses exits with 3, and one that takes away still goes through', async () => {
    const order = await resting('0.40')
    await cli.run('safeguards', 'halt', '--no-cancel', '--reason', 'odd prices')
    const denied = await amend(order, '--price', '0.42')
    expect(denied.exitCode).to.equal(3)
    expect(denied.stdout).to.contain('HALTED').and.to.contain('rests: 0 of 10 filled')
    const less = await amend(order, '--reduce-by', '4')
    expect(less.exitCode, less.stdout).to.equal(0)
    expect(less.stdout).to.contain('buy 6 yes @ $0.40')
  })

  it('a change whose answer is lost exits with 5 and names the way on', async () => {
    const order = await resting('0.40')
    await control('faults', { endpoint: 'amend_order', times: 1, fault: 'drop_request' })
    const { exitCode, stdout } = await amend(order, '--price', '0.42')
    expect(exitCode).to.equal(5)
    expect(stdout)
      .to.contain('may or may not have been carried out')
      .and.to.contain(`positions reconcile --order ${order}`)
  })

  it('a change that the venue refuses exits with 4, and the order is as it was', async () => {
    const order = await resting('0.40')
    await control('exchange', { tradingActive: false })
    const { exitCode, stdout } = await amend(order, '--price', '0.42')
    expect(exitCode, stdout).to.equal(4)
    expect(stdout).to.contain('Not changed.').and.to.contain('buy 10 yes @ $0.40')
  })

  it('where the venue has no changes, cancelling and placing anew is suggested and not done', async () => {
    const order = await resting('0.40', exampleMarket.polymarket)
    const { exitCode, stderr } = await amend(order, '--price', '0.42')
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('Nothing was sent').and.to.contain(`trade cancel ${order}`)
    expect((await cli.run('trade', 'status', order)).stdout).to.contain('rests')
  })

  it('nothing to change is a usage error', async () => {
    const { exitCode, stderr } = await amend('o-1')
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('--reduce-by')
  })

  it('several orders of both venues are cancelled with an outcome each, and the gravest decides the exit code', async () => {
    const [first, second] = [await resting('0.40'), await resting('0.41', exampleMarket.polymarket)]
    const done = await cli.run('trade', 'cancel', second, first, '--json')
    expect(done.exitCode, done.stderr).to.equal(0)
    expect(schemaProblems('trade cancel', done.stdout)).to.deep.equal([])
    const outcomes = JSON.parse(done.stdout).cancellations as { order: { id: string }; outcome: string }[]
    expect(outcomes.map(({ order, outcome }) => [order.id, outcome])).to.deep.equal([
      [second, 'cancelled'],
      [first, 'cancelled'],
    ])
    const [third, fourth] = [await resting('0.42'), await resting('0.43')]
    await control('faults', { endpoint: 'batch_cancel', times: 1, fault: 'drop_request' })
    const lost = await cli.run('trade', 'cancel', third, fourth)
    expect(lost.exitCode, lost.stdout).to.equal(5)
  })

  it('a market is cleared of everything that rests in it, and of nothing else', async () => {
    const kept = await resting('0.40', exampleMarket.polymarket)
    const order = await resting('0.41')
    const cleared = await cli.run('trade', 'cancel', '--all', '--market', exampleMarket.kalshi)
    expect(cleared.exitCode, cleared.stderr).to.equal(0)
    expect(cleared.stdout).to.contain(order).and.not.to.contain(kept)
    expect((await cli.run('trade', 'status', kept)).stdout).to.contain('rests')
  })

  it('what was recorded of it replays', async () => {
    const [first, second] = [await resting('0.40'), await resting('0.41')]
    const taped = (session: string, ...words: readonly string[]): Promise<CliResult> =>
      cli.run('trade', ...words, '--capture-dir', 'tapes', '--session', session)
    for (const [session, ...words] of [
      ['raised', 'amend', first, '--price', '0.42', '--quantity', '12'],
      ['reduced', 'amend', first, '--reduce-by', '3'],
      ['traded', 'amend', first, '--price', '0.46'],
      ['cancelled', 'cancel', first, second],
      ['cleared', 'cancel', '--all', '--market', exampleMarket.kalshi],
    ] as const) {
      const ran = await taped(session, ...words)
      expect(ran.exitCode, `${session}: ${ran.stdout}${ran.stderr}`).to.equal(0)
      const replayed = await cli.run('capture', 'replay', session, '--capture-dir', 'tapes')
      expect(replayed.exitCode, `${session}: ${replayed.stdout}${replayed.stderr}`).to.equal(0)
    }
  })
})
