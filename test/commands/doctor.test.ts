import { expect } from 'chai'
import { systemClock } from '../../src/runtime/clock.ts'
import { startSandbox } from '../../src/sandbox/serve.ts'
import { schemaProblems } from '../surface/schemas.ts'
import { type CliHome, cliHome } from './run-cli.ts'

describe('doctor', function () {
  this.timeout(30_000)
  let cli: CliHome

  before(async () => {
    cli = await cliHome()
  })
  after(() => cli.remove())

  it('prints a line for each check and ends with a verdict', async () => {
    const { exitCode, stdout, stderr } = await cli.run('doctor')
    expect(exitCode, stdout + stderr).to.equal(0)
    const lines = stdout.trim().split('\n')
    expect(lines.filter((line) => line.startsWith('ok '))).to.have.lengthOf.greaterThan(20)
    expect(lines.at(-1)).to.match(/^Nothing stands in the way\. \d+ ok/)
  })

  it('exits with 6 for a venue that cannot be reached, and says which', async () => {
    const env = { KALSHI_BASE_URL: 'http://127.0.0.1:9/trade-api/v2' }
    const { exitCode, stdout } = await cli.runWith(env, 'doctor', '--venue', 'kalshi', '--env', 'demo')
    expect(exitCode).to.equal(6)
    expect(stdout).to.contain('FAIL kalshi.rest: No connection to 127.0.0.1:9')
  })

  it('exits with 2 for a key that cannot be read, and says which file', async () => {
    const sandbox = await startSandbox({ dataDir: null, clock: systemClock })
    const env = {
      KALSHI_BASE_URL: sandbox.kalshi.rest,
      KALSHI_API_KEY_ID: '3f9c1b52-5a0f-4f0e-8a44-0d5f1c2b3a4d',
      KALSHI_PRIVATE_KEY_PATH: 'nowhere.pem',
    }
    try {
      const { exitCode, stdout } = await cli.runWith(env, 'doctor', '--venue', 'kalshi', '--json')
      expect(exitCode).to.equal(2)
      expect(schemaProblems('doctor', stdout)).to.deep.equal([])
      const key = JSON.parse(stdout).checks.find(({ check }: { check: string }) => check === 'kalshi.key')
      expect(key).to.include({ status: 'problem', cause: 'configuration' })
      expect(key.message).to.contain('nowhere.pem does not exist')
    } finally {
      await sandbox.close()
    }
  })

  it('exits with 2 before it looks at anything when the configuration is wrong', async () => {
    const { exitCode, stderr } = await cli.runWith({ KALSHI_BASE_URL: 'nonsense' }, 'doctor')
    expect(exitCode).to.equal(2)
    expect(stderr).to.contain('KALSHI_BASE_URL is not an address')
  })

  it('shows what the journal has open', async () => {
    const order = [
      '--market',
      'kalshi:KXFEDDECISION-26DEC-C25',
      '--outcome',
      'yes',
      '--side',
      'buy',
      '--quantity',
      '1',
      '--price',
      '0.05',
    ]
    await cli.run('trade', 'place', ...order, '--tif', 'gtc')
    const { stdout } = await cli.run('doctor', '--venue', 'kalshi')
    expect(stdout).to.match(/ok {3}safeguards\.journal: the journal of sandbox is readable, \d+ records/)
    expect(stdout).to.contain('every order has a known outcome')
  })

  it('says that orders are halted', async () => {
    await cli.run('safeguards', 'halt', '--reason', 'drill')
    const { exitCode, stdout } = await cli.run('doctor', '--venue', 'kalshi')
    await cli.run('safeguards', 'resume')
    expect(exitCode).to.equal(0)
    expect(stdout).to.contain('note safeguards.kill-switch: halted: drill')
  })
})
