import { expect } from 'chai'
import { nettingOf } from '../../src/cli/config/netting.ts'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox, withdrawAnnouncement } from '../../src/sandbox/discover.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { anIntent } from '../support/builders.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

/** What a person sees and can do while an order has no clear answer, and about what was done with another tool. */
describe('orders without an answer, and what was done elsewhere', function () {
  this.timeout(20_000)
  let cli: CliHome
  let sandbox: RunningSandbox

  beforeEach(async () => {
    cli = await cliHome()
    sandbox = await startSandbox({ dataDir: cli.dataDir, clock: systemClock })
    announceSandbox(cli.dataDir, sandbox)
    await control('books', { market: exampleMarket.kalshi, bids: [['0.44', '30']], asks: [['0.46', '30']] })
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

  function buy(quantity: string, price: string, ...more: readonly string[]): Promise<CliResult> {
    const order = ['--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy']
    return cli.run('trade', 'place', ...order, '--quantity', quantity, '--price', price, ...more)
  }

  async function lost(fault: string, quantity = '5'): Promise<string> {
    await control('faults', { venue: 'kalshi', endpoint: 'place_order', times: 1, fault })
    const placed = await buy(quantity, '0.46', '--json')
    expect(placed.exitCode, placed.stderr).to.equal(5)
    return JSON.parse(placed.stdout).order.id
  }

  async function ordersAtVenue(): Promise<number> {
    const reply: unknown = await (await fetch(`${sandbox.control}/accounts`)).json()
    return JSON.stringify(reply).match(/"clientOrderId":"[^"]/g)?.length ?? 0
  }

  it('status lists what is known of the outcome: where it was looked, as of when, and what that rules out', async () => {
    const order = await lost('drop_request')
    const text = await cli.run('trade', 'status', order)
    expect(text.exitCode).to.equal(5)
    expect(text.stdout).to.contain('What is known of its outcome, oldest first:')
    expect(text.stdout).to.match(/list_orders not_shown: .* \(as of \S+Z\)/)
  })

  it('resend places an order that never arrived, once, and says so', async () => {
    const order = await lost('drop_request')
    const { exitCode, stdout } = await cli.run('trade', 'resend', order)
    expect(exitCode, stdout).to.equal(0)
    expect(stdout).to.contain('The venue took it now').and.to.contain('5 of 5 filled')
    expect(await ordersAtVenue()).to.equal(1)
  })

  it('resend of an order that had arrived places nothing, and says so', async () => {
    const order = await lost('drop_response')
    const { exitCode, stdout } = await cli.run('trade', 'resend', order, '--json')
    expect(exitCode, stdout).to.equal(0)
    expect(schemaProblems('trade resend', stdout)).to.deep.equal([])
    expect(JSON.parse(stdout)).to.nested.include({ answer: 'duplicate', 'order.status': 'filled' })
    const status = await cli.run('trade', 'status', order, '--json')
    expect(schemaProblems('trade status', status.stdout)).to.deep.equal([])
    expect(JSON.parse(status.stdout).evidence.map(({ finding }: { finding: string }) => finding)).to.include(
      'duplicate',
    )
    expect(await ordersAtVenue()).to.equal(1)
  })

  it('resend that a safeguard denies exits with 3, sends nothing, and leaves the order unknown', async () => {
    const order = await lost('drop_request')
    await cli.run('safeguards', 'halt', '--reason', 'odd prices')
    const { exitCode, stdout } = await cli.run('trade', 'resend', order)
    expect(exitCode).to.equal(3)
    expect(stdout).to.contain('odd prices').and.to.contain('may be live')
    expect(await ordersAtVenue()).to.equal(0)
  })

  it('resend of an order that is settled exits with 2', async () => {
    const { order } = JSON.parse((await buy('5', '0.46', '--json')).stdout)
    const { exitCode, stderr } = await cli.run('trade', 'resend', order.id)
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('nothing about it is unknown')
  })

  it('place refuses to begin while an order of more than a minute ago is not settled, and says what to run', async () => {
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
    // Nothing is read for it: the market could not be.
    await control('faults', { venue: 'kalshi', endpoint: 'get_market', times: 50, fault: 'drop_response' })
    for (const more of [[], ['--dry-run']]) {
      const { exitCode, stderr } = await buy('5', '0.46', ...more)
      expect(exitCode, stderr).to.equal(3)
      expect(stderr).to.contain(intent.id).and.to.contain('crosstape positions reconcile')
    }
    expect(await ordersAtVenue()).to.equal(0)
  })

  it('cancel of an order whose id at the venue is not known says that nothing was sent, and stays unknown', async () => {
    const order = await lost('drop_request')
    for (const named of [[order], [order, await lost('drop_request', '4')]]) {
      const { exitCode, stdout } = await cli.run('trade', 'cancel', ...named)
      expect(exitCode, stdout).to.equal(5)
      expect(stdout)
        .to.match(/Nothing was sent|No cancel was sent/)
        .and.to.not.contain('venue refused')
    }
  })

  it('cancel that got no answer is done once the order is seen to have ended', async () => {
    const { order } = JSON.parse((await buy('5', '0.40', '--tif', 'gtc', '--json')).stdout)
    await control('faults', { venue: 'kalshi', endpoint: 'cancel_order', times: 1, fault: 'drop_response' })
    const { exitCode, stdout } = await cli.run('trade', 'cancel', order.id)
    expect(exitCode, stdout).to.equal(0)
    expect(stdout).to.contain('is cancelled').and.to.not.contain('not known').and.to.not.contain('may')
  })

  it('cancel that got no answer is not known to have worked while the order is seen to rest', async () => {
    const { order } = JSON.parse((await buy('5', '0.40', '--tif', 'gtc', '--json')).stdout)
    await control('faults', { venue: 'kalshi', endpoint: 'cancel_order', times: 1, fault: 'drop_request' })
    const { exitCode, stdout } = await cli.run('trade', 'cancel', order.id)
    expect(exitCode, stdout).to.equal(5)
    expect(stdout).to.contain('Whether it was cancelled is not known')
  })

  it('reconcile names what a settled market paid, and books it with --fix', async () => {
    await buy('5', '0.46')
    await control('markets', { market: exampleMarket.kalshi, status: 'settled', result: 'yes' })
    const found = await cli.run('positions', 'reconcile', '--venue', 'kalshi')
    expect(found.exitCode).to.equal(7)
    expect(found.stdout).to.contain('settled market: ').and.to.contain('pays $1 for each').and.to.contain('--fix')
    const fixed = await cli.run('positions', 'reconcile', '--venue', 'kalshi', '--fix', '--json')
    expect(fixed.exitCode, fixed.stdout).to.equal(0)
    expect(schemaProblems('positions reconcile', fixed.stdout)).to.deep.equal([])
    expect((await cli.run('positions', 'list')).stdout).to.contain('Nothing is held.')
    expect((await cli.run('audit', 'list')).stdout).to.contain('position.settled')
  })

  it('reconcile leaves an order placed elsewhere alone once it is told to', async () => {
    const other = await cliHome()
    try {
      const { kalshi } = sandbox
      const env = {
        KALSHI_BASE_URL: kalshi.rest,
        KALSHI_API_KEY_ID: kalshi.apiKeyId,
        KALSHI_PRIVATE_KEY_PATH: kalshi.privateKeyPath ?? '',
      }
      const order = ['--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy', '--quantity', '5']
      await other.runWith(env, 'trade', 'place', ...order, '--price', '0.40', '--tif', 'gtc')
      const found = await cli.run('positions', 'reconcile', '--venue', 'kalshi')
      expect(found.exitCode).to.equal(7)
      expect(found.stdout).to.contain('placed elsewhere: ').and.to.contain('--claim ignore')
      const claimed = await cli.run('positions', 'reconcile', '--venue', 'kalshi', '--claim', 'ignore')
      expect(claimed.exitCode, claimed.stdout).to.equal(0)
      expect(claimed.stdout).to.contain('1 order placed elsewhere claimed')
      expect((await cli.run('positions', 'reconcile', '--venue', 'kalshi')).exitCode).to.equal(0)
    } finally {
      await other.remove()
    }
  })

  it('reconcile shows cash that was moved elsewhere until it is accepted', async () => {
    await cli.run('positions', 'reconcile', '--venue', 'kalshi')
    await control('cash', { venue: 'kalshi', pool: '0', amount: '123.45' })
    const found = await cli.run('positions', 'reconcile', '--venue', 'kalshi')
    expect(found.exitCode).to.equal(7)
    expect(found.stdout).to.contain('cash moved elsewhere: ').and.to.contain('--accept-cash')
    expect((await cli.run('positions', 'reconcile', '--venue', 'kalshi', '--accept-cash')).exitCode).to.equal(0)
    expect((await cli.run('positions', 'reconcile', '--venue', 'kalshi')).exitCode).to.equal(0)
  })
})
