import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { expect } from 'chai'
import { exampleMarket } from '../../src/cli/sandbox/example-markets.ts'
import { type CliHome, type CliResult, cliHome } from './run-cli.ts'

const buy = ['trade', 'place', '--market', exampleMarket.kalshi, '--outcome', 'yes', '--side', 'buy', '--quantity', '5']

/** One clear message, the right exit code, no stack, and under `--json` nothing but an error on stdout. */
function expectRefusal(result: CliResult, exitCode: number, ...parts: readonly string[]): void {
  expect(result.exitCode, result.stderr + result.stdout).to.equal(exitCode)
  const told = result.stderr + result.stdout
  for (const part of parts) expect(told).to.contain(part)
  expect(told).not.to.match(/\n\s+at /)
}

describe('bad input', function () {
  this.timeout(20_000)
  let cli: CliHome

  beforeEach(async () => {
    cli = await cliHome()
  })

  afterEach(() => cli.remove())

  describe('a market that does not exist', () => {
    it('is named, with a way to find the right one', async () => {
      const result = await cli.run('markets', 'show', 'kalshi:NO-SUCH-MARKET')
      expectRefusal(result, 2, 'NO-SUCH-MARKET', 'markets list --search')
    })

    it('cannot be traded', async () => {
      const order = buy.map((word) => (word === exampleMarket.kalshi ? 'polymarket:no-such-market' : word))
      const result = await cli.run(...order, '--price', '0.5')
      expectRefusal(result, 2, 'no-such-market', 'markets list --search')
    })
  })

  for (const price of ['abc', '1e-2', '-1', '0', '1']) {
    it(`the price ${price} is refused before anything is read`, async () => {
      expectRefusal(await cli.run(...buy, '--price', price), 2, '--price', 'Nothing was sent')
    })
  }

  it('a price off the market’s grid is denied with its neighbours', async () => {
    const result = await cli.run(...buy, '--price', '0.565')
    expectRefusal(result, 3, 'PRICE_OFF_TICK', '0.56', '0.57')
  })

  it('an error under --json is one JSON object on stdout', async () => {
    const result = await cli.run(...buy, '--price', 'abc', '--json')
    expect(JSON.parse(result.stdout).error).to.include({ code: 'BAD_PRICE', category: 'usage' })
    expect(result.stderr).to.equal('')
  })

  it('a flag, an argument or a command that does not exist is named', async () => {
    expectRefusal(await cli.run('trade', 'list', '--opne'), 2, '--opne')
    expectRefusal(await cli.run('trade', 'list', 'extra'), 2, 'extra')
    expectRefusal(await cli.run('trade', 'plce'), 2, 'plce')
    expectRefusal(await cli.runWith({ CROSSTAPE_ENV: 'prod' }, 'trade', 'list'), 2, 'prod')
  })

  it('an order that is not in the journal is named', async () => {
    expectRefusal(await cli.run('trade', 'status', 'o-nothing'), 2, 'o-nothing')
    expectRefusal(await cli.run('trade', 'cancel', 'o-nothing'), 2, 'o-nothing')
  })

  it('a cancel of nothing, or of one and all, is refused', async () => {
    expectRefusal(await cli.run('trade', 'cancel'), 2, '--all')
    expectRefusal(await cli.run('trade', 'cancel', 'o-1', '--all'), 2, '--all')
  })

  describe('a key file', () => {
    const live = (path: string): Record<string, string> => ({
      KALSHI_BASE_URL: 'http://127.0.0.1:9',
      KALSHI_API_KEY_ID: 'key-1',
      KALSHI_PRIVATE_KEY_PATH: path,
    })

    it('that is missing is named', async () => {
      const path = join(cli.home, 'missing.pem')
      expectRefusal(await cli.runWith(live(path), 'positions', 'reconcile'), 2, path)
    })

    it('that cannot be read is named', async () => {
      const path = join(cli.home, 'folder.pem')
      await mkdir(path)
      expectRefusal(await cli.runWith(live(path), 'positions', 'reconcile'), 2, path)
    })

    it('that is no key is named, and its content is not repeated', async () => {
      const path = join(cli.home, 'notes.pem')
      await writeFile(path, 'remember the milk\n', { mode: 0o600 })
      const result = await cli.runWith(live(path), 'positions', 'reconcile')
      expectRefusal(result, 2, path)
      expect(result.stderr).not.to.contain('milk')
    })

    it('that others can read is warned of', async () => {
      const path = join(cli.home, 'open.pem')
      const { privateKey } = generateKeyPairSync('ed25519')
      await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
      await chmod(path, 0o644)
      const result = await cli.runWith(live(path), 'positions', 'reconcile')
      expect(result.stderr).to.contain('Warning').and.to.contain(path)
    })
  })

  describe('a key file that others can read', () => {
    async function sharedKey(): Promise<Record<string, string>> {
      const path = join(cli.home, 'shared.pem')
      const { privateKey } = generateKeyPairSync('ed25519')
      await writeFile(path, privateKey.export({ type: 'pkcs8', format: 'pem' }))
      await chmod(path, 0o644)
      const nobody = 'http://127.0.0.1:9'
      return { KALSHI_BASE_URL: nobody, KALSHI_API_KEY_ID: 'key-1', KALSHI_PRIVATE_KEY_PATH: path }
    }

    it('is refused in live, before anything is asked of the venue', async function () {
      if (process.platform === 'win32') this.skip()
      const env = await sharedKey()
      const result = await cli.runWith(env, ...buy, '--price', '0.5', '--env', 'live', '--yes')
      expectRefusal(result, 2, `chmod 600 ${env.KALSHI_PRIVATE_KEY_PATH}`, 'Nothing was sent')
    })

    it('is a problem for doctor in live, and a warning elsewhere', async function () {
      if (process.platform === 'win32') this.skip()
      const statusIn = async (environment: string): Promise<string> => {
        const result = await cli.runWith(
          await sharedKey(),
          'doctor',
          '--venue',
          'kalshi',
          '--env',
          environment,
          '--json',
        )
        const { checks }: { checks: { check: string; status: string }[] } = JSON.parse(result.stdout)
        return checks.find(({ check }) => check === 'kalshi.key')?.status ?? 'not examined'
      }
      expect([await statusIn('live'), await statusIn('demo')]).to.deep.equal(['problem', 'warning'])
    })
  })

  describe('a configuration file', () => {
    it('that is not JSON is named with its line', async () => {
      const file = join(cli.cwd, 'crosstape.config.json')
      await writeFile(file, '{\n  "limits": {\n    "maxNotional": \n  }\n}')
      expectRefusal(await cli.run('trade', 'list'), 2, `${file}, line 4`)
    })

    it('with a limit that does not parse stops everything, by file, line and key', async () => {
      const file = join(cli.cwd, 'crosstape.config.json')
      await writeFile(file, '{\n  "limits": {\n    "maxNotional": "lots"\n  }\n}')
      expectRefusal(await cli.run(...buy, '--price', '0.5'), 2, `${file}, line 3`, 'maxNotional', 'lots')
    })
  })

  it('a data directory that cannot be written is named', async () => {
    await writeFile(join(cli.home, 'file'), '')
    const dataDir = join(cli.home, 'file', 'data')
    expectRefusal(await cli.run(...buy, '--price', '0.5', '--data-dir', dataDir), 2, dataDir)
  })

  it('a data directory where nothing can be made is named, instead of being tried for ever', async function () {
    if (process.platform !== 'linux') this.skip()
    expectRefusal(await cli.run('trade', 'list', '--data-dir', '/proc/nope/data'), 2, '/proc/nope/data')
  })

  it('a journal of a newer version is refused and left as it is', async () => {
    await cli.run('safeguards', 'halt')
    const folder = join(cli.dataDir, 'journal', 'sandbox')
    const [segment = ''] = await readdir(folder)
    const file = join(folder, segment)
    const newer = (await readFile(file, 'utf8')).replace(/"format":\d+/, '"format":99')
    await writeFile(file, newer)
    expectRefusal(await cli.run('trade', 'list'), 2, '99', file)
    expectRefusal(await cli.run('audit', 'verify'), 2, '99')
    expect(await readFile(file, 'utf8')).to.equal(newer)
  })

  describe('a recording', () => {
    async function corrupted(): Promise<string> {
      const order = [...buy, '--price', '0.6', '--capture-dir', 'recordings', '--session', 'taped']
      expect((await cli.run(...order)).exitCode).to.equal(0)
      const folder = join(cli.cwd, 'recordings', 'taped')
      const exchange = (await readdir(folder)).find((file) => file.startsWith('001_')) ?? ''
      const text = await readFile(join(folder, exchange), 'utf8')
      await writeFile(join(folder, exchange), text.slice(0, text.length / 2))
      return exchange
    }

    it('that is corrupted is named with the file, and not replayed', async () => {
      const file = await corrupted()
      expectRefusal(await cli.run('capture', 'replay', 'taped'), 2, file)
      expectRefusal(await cli.run('capture', 'show', 'taped'), 2, file)
      expectRefusal(await cli.run('capture', 'verify', 'taped'), 7, file)
    })

    it('that is not there is named', async () => {
      expectRefusal(await cli.run('capture', 'replay', 'nothing'), 2, 'nothing')
    })

    it('cannot be asked for with a filter that is no regular expression', async () => {
      const order = [...buy, '--price', '0.6', '--capture-dir', 'recordings', '--capture-filter', '(']
      expectRefusal(await cli.run(...order), 2, '(')
      expect(JSON.parse((await cli.run('trade', 'list', '--json')).stdout).orders).to.deep.equal([])
    })
  })

  describe('a venue', () => {
    let server: Server
    let url: string

    beforeEach(async () => {
      server = createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>maintenance</body></html>')
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const address = server.address()
      url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
    })

    afterEach(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })

    it('that answers HTML is unavailable', async () => {
      expectRefusal(await cli.runWith({ KALSHI_BASE_URL: url }, 'markets', 'show', exampleMarket.kalshi), 6)
    })

    it('that does not answer is unavailable, and no order was sent', async () => {
      const result = await cli.runWith({ KALSHI_BASE_URL: 'http://127.0.0.1:9' }, ...buy, '--price', '0.5')
      expectRefusal(result, 6)
      expect(JSON.parse((await cli.run('trade', 'list', '--json')).stdout).orders).to.deep.equal([])
    })

    it('that cannot be synced leaves the catalogue of the other', async () => {
      const result = await cli.runWith({ KALSHI_BASE_URL: url }, 'markets', 'sync', '--json')
      expect(result.exitCode).to.equal(6)
      const { venues } = JSON.parse(result.stdout)
      expect(venues.map((one: { error: unknown }) => one.error === null)).to.deep.equal([false, true])
    })
  })
})
