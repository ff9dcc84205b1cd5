import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../../scripts/source-options.ts'
import type { Program } from '../../src/cli/drill/program.ts'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { builtProgram } from '../support/built.ts'
import { schemaProblems } from '../surface/schemas.ts'

interface Running {
  readonly child: ChildProcess
  stdout: string
  stderr: string
}

/** What only real processes can show: wiring, signals, and one process finding another. */
describe('processes', function () {
  this.timeout(60_000)
  let program: Program
  let home: string
  let children: ChildProcess[]

  before(() => {
    program = builtProgram()
  })

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'crosstape-processes-'))
    children = []
  })

  afterEach(async () => {
    for (const child of children) child.kill('SIGKILL')
    await rm(home, { recursive: true, force: true })
  })

  function start(args: readonly string[], variables: NodeJS.ProcessEnv = {}): Running {
    const { PATH, NODE_OPTIONS } = process.env
    const env = { PATH, NODE_OPTIONS, HOME: home, CROSSTAPE_DATA_DIR: join(home, 'data'), ...variables }
    const child = spawn(program.command, [...program.args, ...args], {
      cwd: projectRoot,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const running: Running = { child, stdout: '', stderr: '' }
    child.stdout?.on('data', (chunk) => {
      running.stdout += chunk
    })
    child.stderr?.on('data', (chunk) => {
      running.stderr += chunk
    })
    children.push(child)
    return running
  }

  async function exitOf({ child }: Running): Promise<number | null> {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close')
    return child.exitCode
  }

  async function until(running: Running, stream: 'stdout' | 'stderr', part: string): Promise<void> {
    while (!running[stream].includes(part)) {
      if (running.child.exitCode !== null) throw new Error(`ended early: ${running.stderr}`)
      await once(running.child[stream] ?? running.child, 'data')
    }
  }

  const order = ['--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy', '--quantity', '1']

  it('runs no code that a package.json in the data directory names', async () => {
    const evil = join(home, 'data/node_modules/evil')
    await mkdir(evil, { recursive: true })
    const hooks = { init: './hook.js' }
    const plugins = [{ type: 'user', name: 'evil' }]
    await writeFile(
      join(home, 'data/package.json'),
      JSON.stringify({ name: 'x', version: '1.0.0', oclif: { plugins } }),
    )
    await writeFile(join(evil, 'package.json'), JSON.stringify({ name: 'evil', version: '1.0.0', oclif: { hooks } }))
    await writeFile(join(evil, 'hook.js'), "module.exports = async () => { process.stdout.write('EVIL') }")
    const running = start(['trade', 'list'])
    await once(running.child, 'exit')
    expect(running.stdout).to.not.include('EVIL')
  })

  it('sandbox serve prints one line, is found by other commands, and ends in good order', async () => {
    const served = start(['sandbox', 'serve', '--json'])
    await until(served, 'stdout', '\n')
    expect(schemaProblems('sandbox serve', served.stdout)).to.deep.equal([])
    const placed = start(['trade', 'place', ...order, '--price', '0.52', '--tif', 'gtc', '--json', '--quiet'])
    expect(await exitOf(placed), placed.stderr).to.equal(0)
    expect(placed.stderr).to.equal('')
    const { control } = JSON.parse(served.stdout)
    const accounts = await (await fetch(`${control}/accounts`)).text()
    expect(accounts).to.contain(JSON.parse(placed.stdout).order.clientOrderId)
    served.child.kill('SIGTERM')
    expect(await exitOf(served)).to.equal(0)
    expect(served.stdout.trimEnd().split('\n')).to.have.length(1)
  })

  it('audit export of the built program writes awkward reasons as whole rows without formulas', async () => {
    for (const reason of ['＝1+1', 'first, "second"\nthird']) {
      expect(await exitOf(start(['safeguards', 'halt', '--no-cancel', '--yes', '--reason', reason]))).to.equal(0)
      expect(await exitOf(start(['safeguards', 'resume', '--yes']))).to.equal(0)
    }
    const exported = start(['audit', 'export'])
    expect([await exitOf(exported), exported.stderr]).to.deep.equal([0, ''])
    expect(exported.stdout).to.match(/^id,account,/)
    expect(exported.stdout).to.include('first, \\""second\\""\\nthird')
  })

  it('a repeated sync ends at the first interruption with 130', async () => {
    const sync = start(['markets', 'sync', '--venue', 'kalshi', '--every', '6h', '--json'])
    await until(sync, 'stderr', 'new,')
    sync.child.kill('SIGINT')
    expect(await exitOf(sync)).to.equal(130)
    expect(JSON.parse(sync.stdout).venues[0].error).to.equal(null)
  })

  it('a live order without a terminal and without --yes is refused, and nothing is sent', async () => {
    const served = start(['sandbox', 'serve', '--json'])
    await until(served, 'stdout', '\n')
    const { kalshi } = JSON.parse(served.stdout)
    const env = {
      CROSSTAPE_DATA_DIR: join(home, 'live'),
      KALSHI_BASE_URL: kalshi.rest,
      KALSHI_API_KEY_ID: kalshi.apiKeyId,
      KALSHI_PRIVATE_KEY_PATH: kalshi.privateKeyPath,
    }
    const place = ['trade', 'place', ...order, '--price', '0.60', '--env', 'live']
    const refused = start(place, env)
    expect(await exitOf(refused), refused.stderr).to.equal(2)
    for (const part of ['LIVE', '--yes', kalshi.rest]) expect(refused.stderr).to.contain(part)
    const sent = start([...place, '--yes', '--json'], env)
    expect(await exitOf(sent), sent.stderr).to.equal(0)
    expect(JSON.parse(sent.stdout).order.status).to.equal('filled')
  })
})
