import { expect } from 'chai'
import type { ScanJson } from '../../src/cli/json/arb-json.ts'
import type { InjectJson } from '../../src/cli/json/inject-json.ts'
import { sandboxControl } from '../../src/cli/rehearsal/sandbox-control.ts'
import { examplePair } from '../../src/cli/sandbox/example-markets.ts'
import { injectJson } from '../../src/cli/sandbox/inject.ts'
import { injectView } from '../../src/cli/views/inject.ts'
import { renderDocument } from '../../src/cli/views/render.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { announceSandbox } from '../../src/sandbox/discover.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

const pair = `${examplePair.first} ${examplePair.second}`

describe('sandbox inject', function () {
  this.timeout(60_000)
  let cli: CliHome
  let sandbox: RunningSandbox
  before(async () => {
    cli = await cliHome()
  })
  after(async () => {
    await sandbox.close()
    await cli.remove()
  })

  const inject = (...args: readonly string[]): Promise<CliResult> =>
    cli.run('sandbox', 'inject', '--edge', '0.05', '--size', '20', '--watch', '800ms', '--json', ...args)
  const problemOf = async (...args: readonly string[]): Promise<string> => {
    const { stdout, exitCode } = await inject(...args)
    expect(exitCode).to.equal(2)
    return JSON.parse(stdout).error.code
  }

  it('wants a sandbox that is served, a pair that is known, and a moment', async () => {
    expect(await problemOf('--pair', pair)).to.equal('SANDBOX_NOT_SERVED')
    sandbox = await startSandbox({ dataDir: cli.dataDir, clock: systemClock, seed: '00'.repeat(32), rateLimit: 'off' })
    announceSandbox(cli.dataDir, sandbox)
    expect(await problemOf('--pair', pair)).to.equal('PAIR_NOT_APPROVED')
    expect(await problemOf('--pair', examplePair.first)).to.equal('NO_PAIR')
    const known = ['--pair', pair, '--polarity', 'same']
    expect(await problemOf(...known, '--then', 'vanish')).to.equal('NOT_INJECTED')
    expect(await problemOf(...known, '--then', 'late-fill:kalshi')).to.equal('NOT_INJECTED')
  })

  it('shows arb scan the edge that it told, and takes it away when its time is over', async () => {
    await cli.run('markets', 'sync')
    const asked = await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--json')
    const { hash } = JSON.parse(asked.stdout).error.facts
    await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--confirm', hash)
    const scan = async (): Promise<ScanJson['pairs'][number] | undefined> =>
      JSON.parse((await cli.run('arb', 'scan', '--json')).stdout).pairs[0]

    const { stdout, stderr } = await inject('--pair', examplePair.second)
    expect(schemaProblems('sandbox inject', stdout), stdout + stderr).to.deep.equal([])
    const { injection, imbalance }: InjectJson = JSON.parse(stdout)
    expect([injection.endedBy, injection.orders, imbalance]).to.deep.equal([null, [], '0'])
    expect(Number(injection.edgePerPair)).to.be.within(0.05, 0.0511)
    const { opportunity } = (await scan()) ?? {}
    expect(opportunity).to.include({ pairs: '20', edge: injection.edge })

    const over: InjectJson = JSON.parse((await inject('--pair', pair, '--for', '100ms')).stdout)
    expect(over.injection.endedBy).to.equal('time')
    expect((await scan())?.opportunity).to.equal(null)
  })

  it('tells of the orders that came, for people too', async () => {
    const control = sandboxControl(sandbox.control)
    const markets = [examplePair.first, examplePair.second] as const
    const wish = { edge: '0.05', size: '20', forMs: null, on: 'fill', effects: ['close:polymarket'] } as const
    const { id, legs } = await control.inject({ markets, polarity: 'same', ...wish })
    const order = ['--outcome', 'yes', '--side', 'buy', '--quantity', '5', '--price', legs[0]?.price ?? '']
    await cli.run('trade', 'place', '--market', examplePair.first, ...order, '--tif', 'ioc')
    const seen = injectJson(await control.injection(id))
    expect([seen.injection.endedBy, seen.bought[0]?.quantity, seen.imbalance]).to.deep.equal(['fill', '5', '5'])
    const shown = await renderDocument(injectView(seen), null)
    expect(shown)
      .to.match(/It ended by fill/)
      .and.to.match(/buy yes.*filled/)
      .and.to.match(/holds 5 more/)
    const { status } = (await (await fetch(`${sandbox.control}/markets?market=${markets[1]}`)).json()) as {
      status: string
    }
    expect(status).to.equal('closed')
  })
})
