import { expect } from 'chai'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox, withdrawAnnouncement } from '../../src/sandbox/discover.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

/** What a command says and how it exits when a venue does what venues do. */
describe('outcomes', function () {
  this.timeout(20_000)
  let cli: CliHome
  let sandbox: RunningSandbox

  beforeEach(async () => {
    cli = await cliHome()
    sandbox = await startSandbox({ dataDir: cli.dataDir, clock: systemClock })
    announceSandbox(cli.dataDir, sandbox)
    await control('books', { market: exampleMarket.kalshi, bids: [['0.44', '30']], asks: [['0.46', '10']] })
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

  function fault(endpoint: string, what: object): Promise<void> {
    return control('faults', { venue: 'kalshi', endpoint, times: 50, ...what })
  }

  function buy(quantity: string, price: string, ...more: readonly string[]): Promise<CliResult> {
    const order = ['--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy']
    return cli.run('trade', 'place', ...order, '--quantity', quantity, '--price', price, ...more)
  }

  async function ordersAtVenue(): Promise<number> {
    const reply: unknown = await (await fetch(`${sandbox.control}/accounts`)).json()
    return JSON.stringify(reply).match(/"clientOrderId":"[^"]/g)?.length ?? 0
  }

  it('a filled order is done', async () => {
    const { exitCode, stdout } = await buy('5', '0.46')
    expect(exitCode).to.equal(0)
    expect(stdout).to.contain('5 of 5 filled')
  })

  it('an order that fills in part, or not at all, was placed as asked', async () => {
    const none = await buy('5', '0.45')
    expect(none.exitCode).to.equal(0)
    expect(none.stdout).to.contain('is cancelled: 0 of 5 filled')
    const part = await buy('30', '0.46')
    expect(part.exitCode).to.equal(0)
    expect(part.stdout).to.contain('10 of 30 filled')
  })

  it('every safeguard that says no is told, with exit code 3', async () => {
    const { exitCode, stdout } = await buy('1000', '0.455')
    expect(exitCode).to.equal(3)
    expect(stdout).to.contain('PRICE_OFF_TICK').and.to.contain('NOTIONAL_ABOVE_MAX').and.to.contain('was not sent')
    expect(await ordersAtVenue()).to.equal(0)
  })

  it('an order that the venue refuses exits with 4', async () => {
    const { exitCode, stdout } = await buy('5', '0.46', '--tif', 'gtc', '--post-only')
    expect(exitCode).to.equal(4)
    expect(stdout).to.contain('was not accepted')
  })

  for (const [what, how] of [
    ['is lost on the way', { fault: 'drop_response' }],
    ['is an HTML page', { fault: 'html' }],
  ] as const) {
    it(`an order whose answer ${what} is unknown, and reconcile settles it without sending twice`, async () => {
      await control('faults', { venue: 'kalshi', endpoint: 'place_order', times: 1, ...how })
      const placed = await buy('5', '0.46')
      expect(placed.exitCode, placed.stdout + placed.stderr).to.equal(5)
      expect(placed.stdout).to.contain('may be live').and.to.contain('positions reconcile --order')
      expect(placed.stdout).not.to.match(/fail/i)
      const settled = await cli.run('positions', 'reconcile', '--json')
      expect(settled.exitCode, settled.stdout).to.equal(0)
      expect(JSON.parse(settled.stdout).settled[0]).to.include({ from: 'unknown', to: 'filled' })
      expect(await ordersAtVenue()).to.equal(1)
    })
  }

  it('an order stays told when its executions cannot be read', async () => {
    await fault('list_fills', { fault: 'status', status: 500, body: '{}' })
    const { exitCode, stdout } = await buy('5', '0.46')
    expect(exitCode).to.equal(0)
    expect(stdout).to.contain('5 of 5 filled').and.to.contain('0 of 5 filled are in the positions')
  })

  it('a venue that is away before anything was sent exits with 6', async () => {
    await fault('get_market', { fault: 'status', status: 503, body: '{}' })
    const { exitCode, stderr } = await buy('5', '0.46')
    expect(exitCode).to.equal(6)
    expect(stderr).to.contain('No order was sent')
  })

  it('a halt stops placing and leaves cancelling possible', async () => {
    const resting = JSON.parse((await buy('5', '0.40', '--tif', 'gtc', '--json')).stdout).order
    expect((await cli.run('safeguards', 'halt', '--reason', 'odd prices')).exitCode).to.equal(0)
    const denied = await buy('5', '0.46')
    expect(denied.exitCode).to.equal(3)
    expect(denied.stdout).to.contain('odd prices')
    const cancelled = await cli.run('trade', 'cancel', resting.id, '--json')
    expect(cancelled.exitCode).to.equal(0)
    expect(JSON.parse(cancelled.stdout).order.status).to.equal('cancelled')
    await cli.run('safeguards', 'resume')
    expect((await buy('5', '0.46')).exitCode).to.equal(0)
  })

  it('an order placed elsewhere is drift, exit code 7', async () => {
    const other = await cliHome()
    try {
      const { kalshi } = sandbox
      const env = {
        KALSHI_BASE_URL: kalshi.rest,
        KALSHI_API_KEY_ID: kalshi.apiKeyId,
        KALSHI_PRIVATE_KEY_PATH: kalshi.privateKeyPath ?? '',
      }
      const order = ['--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy', '--quantity', '5']
      const placed = await other.runWith(env, 'trade', 'place', ...order, '--price', '0.40', '--tif', 'gtc')
      expect(placed.exitCode, placed.stderr).to.equal(0)
      const { exitCode, stdout } = await cli.run('positions', 'reconcile')
      expect(exitCode).to.equal(7)
      expect(stdout).to.contain('1 difference between journal and venues')
    } finally {
      await other.remove()
    }
  })

  it('cancel --all and reconcile work for whoever has an account at one venue only', async () => {
    const { kalshi } = sandbox
    const env = {
      CROSSTAPE_ENV: 'live',
      KALSHI_BASE_URL: kalshi.rest,
      KALSHI_API_KEY_ID: kalshi.apiKeyId,
      KALSHI_PRIVATE_KEY_PATH: kalshi.privateKeyPath ?? '',
    }
    const order = ['--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy', '--quantity', '5']
    await cli.runWith(env, 'trade', 'place', ...order, '--price', '0.40', '--tif', 'gtc', '--yes')
    const cancelled = await cli.runWith(env, 'trade', 'cancel', '--all', '--json')
    expect(cancelled.exitCode, cancelled.stdout).to.equal(0)
    expect(JSON.parse(cancelled.stdout).venues.map((one: { venue: string }) => one.venue)).to.deep.equal(['kalshi'])
    expect(cancelled.stderr).to.contain('Polymarket is left out')
    const reconciled = await cli.runWith(env, 'positions', 'reconcile')
    expect(reconciled.exitCode, reconciled.stderr).to.equal(0)
  })

  it('cancel --all says until when new orders may go with it, and place denies those that would', async () => {
    const cancelled = await cli.run('trade', 'cancel', '--all', '--venue', 'kalshi')
    expect(cancelled.exitCode, cancelled.stderr).to.equal(0)
    expect(cancelled.stdout).to.match(/Until \S+Z kalshi may cancel new orders too/)
    const denied = await buy('5', '0.40', '--tif', 'gtc')
    expect([denied.exitCode, await ordersAtVenue()]).to.deep.equal([3, 0])
    expect(denied.stdout)
      .to.contain('[CANCEL_ALL_TAIL]')
      .and.to.match(/Try again in \d\d s/)
    expect((await buy('5', '0.46', '--tif', 'ioc')).stdout).to.contain('5 of 5 filled')
  })

  it('reconcile does not call it agreement while an order is not settled', async () => {
    await fault('place_order', { fault: 'drop_request' })
    const placed = JSON.parse((await buy('5', '0.46', '--json')).stdout).order
    const all = await cli.run('positions', 'reconcile', '--venue', 'kalshi')
    expect(all.exitCode).to.equal(5)
    expect(all.stdout).not.to.contain('Journal and venues agree.')
    const one = await cli.run('positions', 'reconcile', '--order', placed.id)
    expect(one.exitCode).to.equal(5)
    expect(one.stdout).not.to.contain('agree')
  })

  it('a fee that differs from the schedule is told by every command that shows the order', async () => {
    await control('fees', { series: 'KXHOUSE', type: 'quadratic', multiplier: '2', secret: true })
    const { exitCode, stdout } = await buy('5', '0.46')
    expect(exitCode).to.equal(0)
    expect(stdout).to.contain('Fee drift: ').and.to.contain('KXHOUSE')
    const status = await cli.run('safeguards', 'status')
    expect(status.stdout).to.contain('Fee drift in KXHOUSE')
    expect((await cli.run('audit', 'list')).stdout).to.contain('fee.drift')
    const again = await buy('6', '0.46')
    expect(again.exitCode).to.equal(3)
    expect(again.stdout).to.contain('FEE_DRIFT')
    expect((await cli.run('safeguards', 'resume')).exitCode).to.equal(0)
    expect((await buy('6', '0.46')).exitCode).to.equal(0)
  })

  it('status of a denied order says why it was not sent', async () => {
    const denied = JSON.parse((await buy('5', '0.455', '--json')).stdout).order
    expect((await cli.run('trade', 'status', denied.id)).stdout).to.contain('steps of $0.01')
  })
})
