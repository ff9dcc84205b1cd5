import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, cliHome } from './run-cli.ts'

describe('markets watch', function () {
  this.timeout(20_000)
  let cli: CliHome

  before(async () => {
    cli = await cliHome()
  })
  after(() => cli.remove())

  it('prints one line for each change, until the books of both venues are tradable, and keeps the sockets on tape', async () => {
    const tape = ['--capture-dir', 'recordings', '--capture-filter', 'all', '--session', 'live']
    const markets = [exampleMarket.kalshi, exampleMarket.polymarket]
    const shown = await cli.run('markets', 'watch', ...markets, '--for', '1s', '--json', ...tape)
    expect(shown.exitCode, shown.stderr).to.equal(0)
    const lines = shown.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    for (const line of lines) expect(schemaProblems('markets watch', JSON.stringify(line))).to.deep.equal([])
    for (const market of markets) {
      const own = lines.filter((line) => line.market === market)
      expect(own.at(-1).state, JSON.stringify(own)).to.equal('tradable')
      expect(own.at(-1).reason).to.equal(null)
    }
    const folder = join(cli.cwd, 'recordings', 'live')
    const sockets = readdirSync(folder).filter((file) => file.includes('_WS_'))
    expect(sockets.map((file) => file.slice(4)).sort()).to.deep.equal(['WS_kalshi.jsonl', 'WS_polymarket.jsonl'])
    const text = sockets.map((file) => readFileSync(join(folder, file), 'utf8')).join('')
    expect(text).to.include('orderbook_snapshot').and.to.include('bids')
  })

  it('shows a table of them at the end', async () => {
    const shown = await cli.run('markets', 'watch', exampleMarket.kalshi, '--for', '1s')
    expect(shown.exitCode, shown.stderr).to.equal(0)
    expect(shown.stdout).to.match(/MARKET +BID SIZE +BID +ASK/)
    expect(shown.stdout).to.include('tradable')
  })
})
