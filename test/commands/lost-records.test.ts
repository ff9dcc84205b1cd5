import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

/** What a person sees and can do after a journal was cut or an older copy of it was put back. */
describe('a journal that was cut', function () {
  this.timeout(30_000)
  let cli: CliHome

  beforeEach(async () => {
    cli = await cliHome()
  })

  afterEach(() => cli.remove())

  function buy(market: string = exampleMarket.kalshi): Promise<CliResult> {
    const order = ['--market', market, '--outcome', 'yes', '--side', 'buy', '--quantity', '3', '--price', '0.60']
    return cli.run('trade', 'place', ...order, '--tif', 'ioc', '--allow-duplicate', '--yes', '--json')
  }

  const codesOf = ({ stdout }: CliResult): readonly string[] =>
    JSON.parse(stdout).denials.map(({ code }: { readonly code: string }) => code)

  it('keeps orders back in every command until reconcile has found what was lost, and lets cancels through', async () => {
    const file = join(cli.dataDir, 'journal', 'sandbox', '00000001.jsonl')
    expect((await buy()).exitCode).to.equal(0)
    const before = readFileSync(file)
    expect((await buy()).exitCode).to.equal(0)
    writeFileSync(file, before)
    rmSync(join(cli.dataDir, 'views'), { recursive: true })

    const first = await buy()
    expect([first.exitCode, ...codesOf(first)]).to.deep.equal([3, 'RECORDS_LOST'])
    expect(first.stderr).to.include('records were cut off')
    expect(codesOf(await buy())).to.deep.equal(['RECORDS_LOST'])
    expect((await cli.run('trade', 'cancel', '--all', '--yes')).exitCode).to.equal(0)

    expect((await cli.run('positions', 'reconcile')).exitCode).to.equal(7)
    expect(codesOf(await buy())).to.include('RECORDS_LOST')
    const fixed = await cli.run('positions', 'reconcile', '--fix')
    expect(fixed.exitCode, fixed.stdout).to.equal(0)
    expect((await cli.run('positions', 'reconcile')).exitCode).to.equal(0)

    const last = await buy()
    expect(last.exitCode, last.stdout).to.equal(0)
    const held = JSON.parse((await cli.run('positions', 'list', '--json')).stdout).positions
    expect(held[0].quantity).to.equal('9')
  })
})
