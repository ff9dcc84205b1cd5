import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { readHalt } from '../../src/store/halt.ts'
import { type CliHome, cliHome } from './run-cli.ts'

describe('safeguards halt where the configuration cannot be used', function () {
  this.timeout(20_000)
  let cli: CliHome
  beforeEach(async () => {
    cli = await cliHome()
  })
  afterEach(() => cli.remove())

  it('halts all the same, and says that nothing was cancelled', async () => {
    mkdirSync(cli.dataDir, { recursive: true })
    const file = join(cli.dataDir, 'config.json')
    writeFileSync(file, '{"limits": {"maxNotional": "much"}}')
    const { exitCode, stderr } = await cli.run('safeguards', 'halt', '--reason', 'odd prices')
    expect(exitCode).to.equal(5)
    expect(stderr).to.include('HALTED').and.to.include('Nothing was cancelled').and.to.include(file)
    expect((await readHalt(cli.dataDir))?.reason).to.equal('odd prices')
    writeFileSync(file, '{}')
    const order = ['--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy']
    const placed = await cli.run('trade', 'place', ...order, '--quantity', '5', '--price', '0.30')
    expect([placed.exitCode, placed.stdout]).to.satisfy(
      ([code, text]: [number, string]) => code === 3 && /halted/.test(text),
    )
  })

  it('says that nothing is halted where the file might name another data directory, and halts the one that is named', async () => {
    writeFileSync(join(cli.cwd, 'crosstape.config.json'), '{')
    const refused = await cli.run('safeguards', 'halt')
    expect(refused.exitCode).to.equal(2)
    expect(refused.stderr).to.include('NOT halted').and.to.include('--data-dir DIR')
    expect(await readHalt(cli.dataDir)).to.equal(null)
    expect((await cli.run('safeguards', 'halt', '--data-dir', cli.dataDir)).exitCode).to.equal(5)
    expect(await readHalt(cli.dataDir)).not.to.equal(null)
  })
})
