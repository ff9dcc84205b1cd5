import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { probeVenue } from '../../src/clients/index.ts'
import type { Finding, ProbeOptions } from '../../src/clients/probe.ts'
import type { VenueId } from '../../src/domain/market.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'

const NOW = Date.parse('2026-11-20T12:00:00Z')

describe('venue checks, against the sandbox', function () {
  this.timeout(30_000)
  let folder: string
  let sandbox: RunningSandbox
  let clock: VirtualClock

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'crosstape-probe-'))
    clock = new VirtualClock(NOW)
    sandbox = await startSandbox({ dataDir: folder, clock, seed: 'probe' })
  })
  after(async () => {
    await sandbox.close()
    await rm(folder, { recursive: true, force: true })
  })
  afterEach(() => control('faults', undefined, 'DELETE'))

  async function control(what: string, body: unknown, method = 'POST'): Promise<void> {
    const answer = await fetch(`${sandbox.control}/${what}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }

  function answerWith(venue: VenueId, endpoint: string, body: unknown, status = 200): Promise<void> {
    return control('faults', {
      venue,
      endpoint,
      times: null,
      fault: 'status',
      status,
      body: JSON.stringify(body),
      executed: false,
    })
  }

  async function examine(venue: VenueId, changes: Partial<ProbeOptions> = {}): Promise<ReadonlyMap<string, Finding>> {
    const { rest, apiKeyId, privateKeyPath } = sandbox.kalshi
    const { clob, gamma, data, geoblock, privateKey, funder, signatureType } = sandbox.polymarket
    const [urls, credentials] =
      venue === 'kalshi'
        ? [
            { rest, ws: null },
            { apiKeyId, privateKeyPath: privateKeyPath ?? '' },
          ]
        : [
            { clob, gamma, data, geoblock, ws: null },
            { privateKey, funder, signatureType: String(signatureType) },
          ]
    const found = new Map<string, Finding>()
    const options = { urls, credentials, clock, timeoutMs: 2_000, userAgent: 'test', ...changes }
    for await (const finding of probeVenue(venue, options)) found.set(finding.check, finding)
    return found
  }

  const bad = (found: ReadonlyMap<string, Finding>) =>
    [...found.values()].filter(({ status }) => status === 'problem' || status === 'warning')

  it('find nothing wrong with an account that can trade', async () => {
    expect(bad(await examine('kalshi'))).to.deep.equal([])
    expect(bad(await examine('polymarket'))).to.deep.equal([])
  })

  it('change nothing: asking for a wallet without an API key does not make one', async () => {
    const fresh = { privateKey: `0x${'3'.repeat(64)}` }
    for (const _time of [1, 2]) {
      const login = (await examine('polymarket', { credentials: fresh })).get('polymarket.login')
      expect(login?.message).to.contain('has no API key yet')
    }
  })

  it('say that no account is set, and go on with what is public', async () => {
    const found = await examine('kalshi', { credentials: {} })
    expect(found.get('kalshi.key')?.status).to.equal('skipped')
    expect(found.get('kalshi.fields')?.status).to.equal('ok')
  })

  it('call a key that the venue does not know a problem of configuration', async () => {
    const { privateKeyPath } = sandbox.kalshi
    const credentials = { apiKeyId: 'f3b0c7a2-7d5e-4c1a-9e61-0c1f2a3b4c5d', privateKeyPath: privateKeyPath ?? '' }
    const login = (await examine('kalshi', { credentials })).get('kalshi.login')
    expect(login).to.include({ status: 'problem', cause: 'configuration' })
  })

  it('call a key file that holds no key a problem, without showing what it holds', async () => {
    const path = join(folder, 'not-a-key.pem')
    await writeFile(path, 'canary-3f9c\n', { mode: 0o600 })
    const key = (await examine('kalshi', { credentials: { apiKeyId: 'x', privateKeyPath: path } })).get('kalshi.key')
    expect(key).to.include({ status: 'problem', cause: 'configuration' })
    expect(JSON.stringify(key)).not.to.contain('canary')
  })

  it('note a key file that others can read', async () => {
    const path = join(folder, 'shared.key')
    await writeFile(path, sandbox.polymarket.privateKey, { mode: 0o644 })
    const credentials = { privateKeyPath: path }
    const key = (await examine('polymarket', { credentials, sharedKeyFiles: 'warn' })).get('polymarket.key')
    expect(key?.status).to.equal('warning')
    expect(key?.suggestions.join()).to.contain('chmod 600')
  })

  it('call a key file that others can read a problem where real money is at stake', async () => {
    const path = join(folder, 'shared-live.key')
    await writeFile(path, sandbox.polymarket.privateKey, { mode: 0o644 })
    const credentials = { privateKeyPath: path }
    const key = (await examine('polymarket', { credentials, sharedKeyFiles: 'refuse' })).get('polymarket.key')
    expect(key).to.include({ status: 'problem', cause: 'configuration' })
    expect(key?.suggestions).to.include(`chmod 600 ${path}`)
  })

  it('give one line for an address where nobody answers', async () => {
    const found = await examine('kalshi', { urls: { rest: 'http://127.0.0.1:9/trade-api/v2' } })
    expect([...found.values()].filter(({ cause }) => cause === 'unreachable').map(({ check }) => check)).to.deep.equal([
      'kalshi.rest',
    ])
  })

  it('take a page of HTML from a gateway for a venue that is away', async () => {
    await control('faults', {
      venue: 'polymarket',
      endpoint: 'get_ok',
      times: null,
      fault: 'html',
      status: 502,
      executed: false,
    })
    expect((await examine('polymarket')).get('polymarket.clob')).to.include({ status: 'problem', cause: 'unreachable' })
  })

  it('tell a pause of the exchange', async () => {
    await answerWith('kalshi', 'exchange_status', { exchange_active: false, trading_active: false })
    const found = (await examine('kalshi')).get('kalshi.exchange')
    expect(found?.message).to.contain('neither orders nor cancels')
  })

  it('refuse a region where no orders are taken', async () => {
    await answerWith('polymarket', 'geoblock', { blocked: true, country: 'XX', region: '' })
    const region = (await examine('polymarket')).get('polymarket.region')
    expect(region).to.include({ status: 'problem', cause: 'configuration' })
    expect(region?.message).to.contain('XX')
  })

  it('do not call a region fine when the answer does not say so', async () => {
    await answerWith('polymarket', 'geoblock', {})
    expect((await examine('polymarket')).get('polymarket.region')?.status).to.equal('warning')
  })

  it('tell an account that can only close', async () => {
    await answerWith('polymarket', 'get_ban_status', { closed_only: true })
    expect((await examine('polymarket')).get('polymarket.login')?.status).to.equal('problem')
  })

  it('tell a wallet whose exchanges may spend nothing', async () => {
    await answerWith('polymarket', 'get_balance', { balance: '5000000', allowances: {} })
    const found = await examine('polymarket')
    expect(found.get('polymarket.allowances')).to.include({ status: 'problem', cause: 'configuration' })
    expect(found.get('polymarket.wallet')?.message).to.contain('$5 in pUSD')
  })

  it('do not claim that a wallet is deployed when nothing shows it', async () => {
    await answerWith('polymarket', 'get_balance', { balance: '0', allowances: {} })
    await answerWith('polymarket', 'derive_api_key', { apiKey: 'k', secret: 'c2VjcmV0', passphrase: 'p' })
    await answerWith('polymarket', 'get_ban_status', { closed_only: false })
    const credentials = { privateKey: sandbox.polymarket.privateKey, signatureType: '3' }
    const found = await examine('polymarket', { credentials })
    expect(found.get('polymarket.wallet')?.message ?? JSON.stringify([...found.values()])).to.contain(
      'nothing shows that it is deployed',
    )
  })

  it('notice a book that does not fit its hash', async () => {
    expect((await examine('polymarket')).get('polymarket.book')?.status).to.equal('ok')
    await answerWith('polymarket', 'get_book', { hash: 'f'.repeat(40), bids: [], asks: [] })
    expect((await examine('polymarket')).get('polymarket.book')?.status).to.equal('warning')
  })

  it('name a member that the venue dropped', async () => {
    await answerWith('kalshi', 'get_balance', { balance: 100, balance_dollars: '1.0000' })
    expect((await examine('kalshi')).get('kalshi.fields')?.message).to.contain('dropped balance.portfolio_value')
  })
})
