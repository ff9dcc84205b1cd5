import { expect } from 'chai'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import type { VenueId } from '../../src/domain/market.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox, withdrawAnnouncement } from '../../src/sandbox/discover.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

/** What a person reads, and a script sees, when a venue refuses an order or answers in a way that proves nothing. */
describe('refusals on the terminal', function () {
  this.timeout(20_000)
  let cli: CliHome
  let sandbox: RunningSandbox

  before(async () => {
    cli = await cliHome()
    sandbox = await startSandbox({ dataDir: cli.dataDir, clock: systemClock })
    announceSandbox(cli.dataDir, sandbox)
  })
  after(async () => {
    withdrawAnnouncement(cli.dataDir)
    await sandbox.close()
    await cli.remove()
  })

  async function control(path: string, body: object): Promise<void> {
    const reply = await fetch(`${sandbox.control}/${path}`, { method: 'POST', body: JSON.stringify(body) })
    expect(reply.status, await reply.text()).to.equal(200)
  }

  async function buyFrom(venue: VenueId, fault: object): Promise<CliResult> {
    await control('books', { market: exampleMarket[venue], bids: [['0.3', '50']], asks: [['0.4', '50']] })
    await control('faults', { venue, endpoint: 'place_order', times: 1, ...fault })
    const order = ['--market', exampleMarket[venue], '--outcome', 'yes', '--side', 'buy', '--quantity', '10']
    return cli.run('trade', 'place', ...order, '--price', '0.40', '--allow-duplicate')
  }

  function status(code: number, body: unknown, headers: Readonly<Record<string, string>> = {}): object {
    return { fault: 'status', status: code, body: JSON.stringify(body), executed: false, headers }
  }

  for (const [what, venue, fault, exitCode, ...words] of [
    [
      'a full rate limit',
      'kalshi',
      status(429, { error: { code: 'too_many_requests', message: 'too many requests' } }),
      6,
      'nothing was traded',
      'No order was placed.',
      'Try again after a few seconds',
    ],
    [
      'a pause of the exchange that ends',
      'kalshi',
      status(409, { error: { code: 'exchange_is_paused', message: 'exchange is paused' } }, { 'retry-after': '60' }),
      4,
      'No order was placed.',
      'Try again in 60 s.',
    ],
    [
      'a clock that is off',
      'kalshi',
      status(401, { error: { code: 'header_timestamp_expired', message: 'header timestamp expired' } }),
      4,
      'No order was placed.',
      'Set the clock of this machine',
    ],
    [
      'a region that may not trade',
      'polymarket',
      status(403, { error: 'Trading restricted in your region, please refer to available regions - https://x' }),
      4,
      'No order was placed.',
      'Do not trade from here',
    ],
    [
      'an order of another version',
      'polymarket',
      status(400, { error: 'order_version_mismatch' }),
      4,
      'No order was placed.',
      'Run markets sync',
    ],
    [
      'the minutes after a restart',
      'polymarket',
      status(503, { error: 'post-only mode: only post-only orders and cancels are allowed', retry_after_seconds: 79 }),
      4,
      'No order was placed.',
      'Add --post-only',
      'Try again in 79 s.',
    ],
  ] as const) {
    it(`say of ${what} that no order exists and what to do`, async () => {
      const placed = await buyFrom(venue, fault)
      expect(placed.exitCode, placed.stdout + placed.stderr).to.equal(exitCode)
      for (const word of words) expect(placed.stdout).to.contain(word)
      expect(placed.stdout).to.not.match(/may be live|undefined|\bnull\b/)
    })
  }

  // Both leave an unknown order, which freezes its market: each has its own venue.
  for (const [what, venue, fault, word] of [
    ['a web page with 502', 'polymarket', { fault: 'html', status: 502, executed: true }, 'web page'],
    ['a conflict that is new', 'kalshi', status(409, { error: { code: 'brand_new', message: 'x' } }), 'that is new'],
  ] as const) {
    it(`say of ${what} that the order may be live, and how to find out`, async () => {
      const placed = await buyFrom(venue, fault)
      expect(placed.exitCode, placed.stdout + placed.stderr).to.equal(5)
      expect(placed.stdout).to.contain('may be live').and.to.contain('positions reconcile --order').and.to.contain(word)
      expect(placed.stdout).to.not.match(/No order was placed|nothing was traded|fail/i)
    })
  }
})
