import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { type FlagSettings, loadSettings, PROJECT_FILE } from '../../../src/cli/config/config.ts'
import type { Settings } from '../../../src/cli/config/settings.ts'
import type { VenueSettingsTable } from '../../../src/cli/config/venue-settings.ts'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'

const kalshi: VenueSettingsTable = {
  venue: 'kalshi',
  urls: [
    { name: 'rest', env: 'KALSHI_BASE_URL', defaults: { demo: 'https://api.k-demo.test', live: 'https://api.k.test' } },
  ],
  credentials: [
    { name: 'apiKeyId', env: 'KALSHI_API_KEY_ID', secret: false, kind: 'text' },
    { name: 'privateKeyPath', env: 'KALSHI_PRIVATE_KEY_PATH', secret: false, kind: 'path' },
  ],
}
const polymarket: VenueSettingsTable = {
  venue: 'polymarket',
  urls: [{ name: 'clob', env: 'POLYMARKET_CLOB_URL', defaults: { demo: null, live: 'https://clob.p.test' } }],
  credentials: [{ name: 'privateKey', env: 'POLYMARKET_PRIVATE_KEY', secret: true, kind: 'text' }],
}

describe('configuration', () => {
  let home: string

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'crosstape-config-'))
  })

  afterEach(async () => {
    await rm(home, { recursive: true })
  })

  async function write(path: string, content: object | string): Promise<string> {
    const file = join(home, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2))
    return file
  }

  async function load(flags: FlagSettings = {}, env: NodeJS.ProcessEnv = {}): Promise<Settings> {
    await mkdir(join(home, 'cwd'), { recursive: true })
    return loadSettings({
      flags,
      env,
      cwd: join(home, 'cwd'),
      configDir: join(home, 'user'),
      dataDir: join(home, 'data'),
      venues: { kalshi, polymarket },
    })
  }

  async function refusal(flags: FlagSettings = {}, env: NodeJS.ProcessEnv = {}): Promise<ToolkitError> {
    try {
      await load(flags, env)
    } catch (error) {
      if (error instanceof ToolkitError) return error
      throw error
    }
    throw new Error('was accepted')
  }

  describe('without any file', () => {
    it('is the sandbox with the default limits', async () => {
      const settings = await load()
      expect(settings.environment).to.equal('sandbox')
      expect(formatAmount(settings.limits.maxNotional)).to.equal('100')
      expect(settings.dataDir).to.equal(join(home, 'data'))
      expect(settings.captureDir).to.equal(null)
    })

    it('has no address in the sandbox, so that the embedded one is used', async () => {
      expect((await load()).venues.kalshi.urls).to.deep.equal({ rest: null })
    })

    it('has the addresses of the venue in live', async () => {
      expect((await load({ environment: 'live' })).venues.kalshi.urls).to.deep.equal({ rest: 'https://api.k.test' })
    })
  })

  describe('precedence', () => {
    it('takes each limit from the strongest file that sets it', async () => {
      await write('data/config.json', {
        limits: { maxNotional: '1', maxExposure: '2', minNotional: '0.3', maxDailyLoss: '4' },
      })
      await write('user/config.json', { limits: { maxNotional: '11', maxExposure: '12', minNotional: '0.13' } })
      await write(`cwd/${PROJECT_FILE}`, { limits: { maxNotional: '21', maxExposure: '22' } })
      const named = await write('named.json', { limits: { maxNotional: '31' } })
      const { limits } = await load({ config: named })
      const amounts = [limits.maxNotional, limits.maxExposure, limits.minNotional].map(formatAmount)
      // A named file stands in for the user's own.
      expect(amounts).to.deep.equal(['31', '22', '0.3'])
      expect(limits.maxDailyLoss).to.equal(4_000_000n)
    })

    it('prefers the profile of the environment to the top level', async () => {
      await write('user/config.json', {
        limits: { maxNotional: '50' },
        environments: { live: { limits: { maxNotional: '5' } } },
      })
      expect(formatAmount((await load({ environment: 'live' })).limits.maxNotional)).to.equal('5')
      expect(formatAmount((await load()).limits.maxNotional)).to.equal('50')
    })

    it('prefers a variable to a file for an address', async () => {
      await write('user/config.json', {
        environments: { sandbox: { venues: { kalshi: { urls: { rest: 'http://127.0.0.1:1' } } } } },
      })
      expect((await load()).venues.kalshi.urls.rest).to.equal('http://127.0.0.1:1')
      const settings = await load({}, { KALSHI_BASE_URL: 'http://127.0.0.1:2/' })
      expect(settings.venues.kalshi.urls.rest).to.equal('http://127.0.0.1:2')
    })

    it('prefers the flag to a file for the data directory', async () => {
      await write('user/config.json', { dataDir: 'elsewhere' })
      expect((await load()).dataDir).to.equal(join(home, 'user', 'elsewhere'))
      expect((await load({ dataDir: 'here' })).dataDir).to.equal(join(home, 'cwd', 'here'))
    })
  })

  describe('live', () => {
    it('cannot be chosen by a file', async () => {
      await write(`cwd/${PROJECT_FILE}`, { environment: 'live' })
      expect((await refusal()).message)
        .to.contain('line 2')
        .and.to.contain('--env live')
    })

    it('is not reached under the name of the sandbox', async () => {
      const error = await refusal({}, { KALSHI_BASE_URL: 'https://other.k.test/v2' })
      expect(error.code).to.equal('ADDRESS_OF_OTHER_ENVIRONMENT')
      expect(error.message).to.contain('KALSHI_BASE_URL').and.to.contain('live')
    })

    it('is not reached under the name of demo', async () => {
      expect((await refusal({ environment: 'demo' }, { KALSHI_BASE_URL: 'https://api.k.test' })).code).to.equal(
        'ADDRESS_OF_OTHER_ENVIRONMENT',
      )
    })
  })

  describe('credentials', () => {
    const keys = { KALSHI_API_KEY_ID: 'key-1', KALSHI_PRIVATE_KEY_PATH: '/keys/k' }

    it('come from the environment in live', async () => {
      const { venues } = await load({ environment: 'live' }, keys)
      expect(venues.kalshi.credentials).to.deep.equal({ apiKeyId: 'key-1', privateKeyPath: '/keys/k' })
    })

    it('of a venue are not shown to the embedded sandbox', async () => {
      expect((await load({}, keys)).venues.kalshi.credentials).to.deep.equal({})
    })

    it('go to a sandbox that the venue is pointed at', async () => {
      const { venues } = await load({}, { ...keys, KALSHI_BASE_URL: 'http://127.0.0.1:9' })
      expect(venues.kalshi.credentials.apiKeyId).to.equal('key-1')
    })

    it('may be named by variable in a file', async () => {
      await write('user/config.json', {
        environments: { live: { venues: { polymarket: { credentials: { privateKey: { env: 'MY_KEY' } } } } } },
      })
      const { venues } = await load({ environment: 'live' }, { MY_KEY: 'value' })
      expect(venues.polymarket.credentials).to.deep.equal({ privateKey: 'value' })
      expect((await refusal({ environment: 'live' })).message).to.contain('MY_KEY')
    })

    it('that are secret are refused in a file, without being repeated', async () => {
      await write('user/config.json', {
        environments: { live: { venues: { polymarket: { credentials: { privateKey: 'hush-hush' } } } } },
      })
      const error = await refusal({ environment: 'live' })
      expect(error.message).to.contain('privateKey is a secret')
      expect(JSON.stringify([error.message, error.facts, error.suggestions])).not.to.contain('hush-hush')
    })

    it('that look like key material are refused under any name', async () => {
      const key = `0x${'ab'.repeat(32)}`
      await write('user/config.json', { captureFilter: key })
      const error = await refusal()
      expect(error.message).to.contain('captureFilter holds a secret')
      expect(error.message).not.to.contain(key)
    })
  })

  describe('a broken file', () => {
    it('is named with line and column when it is not JSON', async () => {
      const file = await write('user/config.json', '{\n  "limits": {\n    "maxNotional": 50,,\n  }\n}')
      const error = await refusal()
      expect(error.message).to.contain(`${file}, line 3, column`)
      expect(error.category).to.equal('usage')
    })

    it('is named, and read no further, when it is nested beyond reason', async () => {
      for (const text of ['['.repeat(50_000), `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`]) {
        const file = await write('user/config.json', text)
        const error = await refusal()
        expect(error).to.include({ code: 'CONFIG_NOT_JSON', category: 'usage' })
        expect(error.message).to.contain(`${file}, line 1, column`).and.to.contain('deeper than 32')
      }
    })

    it('is named, and read no further, when it is longer than any configuration', async () => {
      await write('user/config.json', `"${'a'.repeat(20_000_000)}"`)
      const error = await refusal()
      expect(error.code).to.equal('CONFIG_NOT_JSON')
      expect(error.message).to.include('longer than')
    })

    for (const [text, key] of [
      ['[]', 'The file'],
      ['{"limits":[]}', 'limits'],
      ['{"limits":{"__proto__":{"maxNotional":9}}}', '__proto__'],
      ['{"environments":{"live":{"__proto__":null}}}', '__proto__'],
    ] as const) {
      it(`does not pass over ${text}`, async () => {
        await write('user/config.json', text)
        const error = await refusal()
        expect(error.code).to.equal('CONFIG_INVALID')
        expect(error.message).to.include(key)
      })
    }

    it('is named with line and key when a key is unknown', async () => {
      const file = await write('user/config.json', '{\n  "limits": {},\n  "limitz": {}\n}')
      expect((await refusal()).message).to.contain(`${file}, line 3: limitz`)
    })

    it('is named with line and key when a value has the wrong type', async () => {
      await write('user/config.json', '{\n  "captureDir":\n    7.5e3,\n  "dataDir": true\n}')
      expect((await refusal()).message).to.contain('line 4: dataDir must be text')
    })

    it('stops at a limit that does not parse', async () => {
      await write('user/config.json', '{\n  "limits": {\n    "maxNotional": "1e2"\n  }\n}')
      const error = await refusal()
      expect(error.message).to.contain('line 3').and.to.contain('maxNotional').and.to.contain('1e2')
    })

    it('stops at a limit that does not exist', async () => {
      await write('user/config.json', { limits: { maxNotionall: '5' } })
      expect((await refusal()).message).to.contain('maxNotionall')
    })

    it('stops at an environment, a venue, an address or a credential that does not exist', async () => {
      for (const environments of [
        { prod: {} },
        { live: { venues: { kalshii: {} } } },
        { demo: { venues: { kalshi: { urls: { rst: 'http://127.0.0.1' } } } } },
        { demo: { venues: { kalshi: { credentials: { key: 'x' } } } } },
      ]) {
        await write('user/config.json', { environments })
        expect((await refusal()).code).to.equal('CONFIG_INVALID')
      }
    })

    it('stops at an address that is none, or that carries a password', async () => {
      for (const rest of ['kalshi', 'ftp://127.0.0.1', 'http://me:word@127.0.0.1']) {
        await write('user/config.json', { environments: { sandbox: { venues: { kalshi: { urls: { rest } } } } } })
        const error = await refusal()
        expect(error.message).to.contain('urls.rest')
        expect(error.message).not.to.contain('word@')
      }
    })

    it('is an error when it was named and is not there', async () => {
      expect((await refusal({ config: 'missing.json' })).message).to.contain(join(home, 'cwd', 'missing.json'))
    })
  })

  it('keeps a limit written as a number exact', async () => {
    await write('user/config.json', '{ "limits": { "maxNotional": 12345678901.000001 } }')
    expect(formatAmount((await load()).limits.maxNotional)).to.equal('12345678901.000001')
  })
})
