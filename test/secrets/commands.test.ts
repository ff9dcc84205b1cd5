import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { manifestPath } from '../../scripts/manifest.ts'
import { exampleMarket, examplePair } from '../../src/cli/sandbox/example-markets.ts'
import { systemClock } from '../../src/runtime/clock.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'
import { type CliHome, type CliResult, cliHome } from '../commands/run-cli.ts'
import { type Mirror, type MirrorMode, startMirror } from './mirror.ts'
import { type Canaries, sweepFolder, sweepProcesses, sweepText } from './sweep.ts'

const order = (market: string, price: string): readonly string[] => [
  ...['trade', 'place', '--market', market, '--outcome', 'yes', '--side', 'buy', '--quantity', '5', '--price', price],
  ...['--tif', 'gtc', '--allow-duplicate', '--yes'],
]

/** One line for every command; a test fails while one is missing. */
const lines: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'trade place': [order(exampleMarket.kalshi, '0.50'), order(exampleMarket.polymarket, '0.30')],
  'trade list': [['trade', 'list']],
  'trade amend': [['trade', 'amend', 'ORDER', '--price', '0.41', '--yes']],
  'trade resend': [['trade', 'resend', 'ORDER', '--yes']],
  'audit export': [['audit', 'export', '--format', 'json']],
  'trade status': [['trade', 'status', 'ORDER']],
  'positions list': [['positions', 'list']],
  'positions reconcile': [['positions', 'reconcile', '--fix']],
  'trade cancel': [
    ['trade', 'cancel', 'ORDER'],
    ['trade', 'cancel', '--all', '--yes'],
  ],
  'markets sync': [['markets', 'sync', '--limit', '5']],
  'markets list': [['markets', 'list', '--limit', '5']],
  'markets show': [
    ['markets', 'show', exampleMarket.kalshi],
    ['markets', 'show', exampleMarket.polymarket],
  ],
  'markets match': [['markets', 'match', '--verdict', 'all', '--limit', '5']],
  'pairs approve': [['pairs', 'approve', examplePair.first, examplePair.second, '--confirm', examplePair.hash]],
  'pairs list': [['pairs', 'list']],
  'arb scan': [['arb', 'scan', '--books', 'poll']],
  'arb run': [['arb', 'run', '--once', '--books', 'poll', '--yes']],
  'markets watch': [['markets', 'watch', exampleMarket.kalshi, exampleMarket.polymarket, '--for', '1s']],
  'pairs reject': [['pairs', 'reject', examplePair.first, examplePair.second]],
  doctor: [['doctor']],
  'audit list': [['audit', 'list']],
  'audit verify': [['audit', 'verify']],
  'capture list': [['capture', 'list']],
  'capture show': [
    ['capture', 'show', 'tape'],
    ['capture', 'show', 'tape', '--html', 'tape.html'],
  ],
  'capture diff': [
    ['capture', 'diff', 'tape', '--today'],
    ['capture', 'diff', 'tape', 'tape'],
    ['capture', 'diff', 'tape', 'tape', '--schema'],
  ],
  'capture export': [['capture', 'export', 'tape', '--out', 'tape.har', '--force']],
  'capture import': [['capture', 'import', 'tape.har']],
  'capture compose': [['capture', 'compose', 'tape', 'tape', '--by', 'sequence', '--out', 'twice']],
  'capture promote': [['capture', 'promote', 'tape', '--as', 'kept', '--into', 'tests']],
  'capture verify': [['capture', 'verify', 'tape']],
  'capture replay': [['capture', 'replay', 'tape']],
  'safeguards status': [['safeguards', 'status']],
  'safeguards halt': [['safeguards', 'halt', '--reason', 'drill']],
  'safeguards resume': [['safeguards', 'resume']],
  'sandbox add': [['sandbox', 'add', 'listing.json']],
  'sandbox inject': [
    ['sandbox', 'inject', '--pair', examplePair.first, '--edge', '0.05', '--size', '20', '--for', '100ms'],
  ],
  'sandbox reset': [['sandbox', 'reset']],
}

/** They make their own venues and keys, and are given none; or run until they are told to end, with a test of their own. */
const ownKeys = [
  'rehearse',
  'sandbox serve',
  'verify crash',
  'verify halt',
  'verify player',
  'capture exec',
  'capture record',
  'capture serve',
]

describe('secrets', function () {
  this.timeout(120_000)
  let folder: string
  let cli: CliHome
  let sandbox: RunningSandbox
  let mirrors: Readonly<Record<'kalshi' | 'clob' | 'gamma' | 'data' | 'geoblock', Mirror>>
  let variables: Readonly<Record<string, string>>
  let canaries: Canaries
  const told: { readonly line: string; readonly result: CliResult }[] = []

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'crosstape-secrets-'))
    cli = await cliHome()
    sandbox = await startSandbox({ dataDir: join(folder, 'sandbox'), rateLimit: 'off', clock: systemClock })
    const { kalshi, polymarket } = sandbox
    mirrors = {
      kalshi: await startMirror(kalshi.rest),
      clob: await startMirror(polymarket.clob),
      gamma: await startMirror(polymarket.gamma),
      data: await startMirror(polymarket.data),
      geoblock: await startMirror(polymarket.geoblock),
    }
    mkdirSync(join(folder, 'keys'))
    const keyFile = join(folder, 'keys', 'kalshi.pem')
    writeFileSync(keyFile, kalshi.privateKeyPem, { mode: 0o600 })
    canaries = {
      secrets: { 'the Kalshi key': kalshi.privateKeyPem, 'the Polymarket key': polymarket.privateKey },
      homes: [keyFile],
    }
    variables = {
      CROSSTAPE_ENV: 'live',
      DEBUG: 'crosstape',
      CAPTURE_DIR: 'recordings',
      KALSHI_BASE_URL: mirrors.kalshi.url,
      KALSHI_WS_URL: mirrors.kalshi.url.replace('http', 'ws'),
      KALSHI_API_KEY_ID: kalshi.apiKeyId,
      KALSHI_PRIVATE_KEY_PATH: keyFile,
      POLYMARKET_CLOB_URL: mirrors.clob.url,
      POLYMARKET_GAMMA_URL: mirrors.gamma.url,
      POLYMARKET_DATA_URL: mirrors.data.url,
      POLYMARKET_GEOBLOCK_URL: mirrors.geoblock.url,
      POLYMARKET_WS_URL: mirrors.clob.url.replace('http', 'ws'),
      POLYMARKET_PRIVATE_KEY: polymarket.privateKey,
      POLYMARKET_FUNDER: polymarket.funder,
      POLYMARKET_SIGNATURE_TYPE: '0',
    }
  })

  after(async () => {
    await Promise.all(Object.values(mirrors).map((mirror) => mirror.close()))
    await sandbox.close()
    await cli.remove()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Every secret that is known by now: those that were set, and those that went over the wire. */
  function known(): Canaries {
    const wire = Object.values(mirrors).flatMap(({ seen }) => [...seen])
    return { ...canaries, secrets: { ...canaries.secrets, ...Object.fromEntries(wire) } }
  }

  async function runAll(
    mode: MirrorMode,
    json: boolean,
    wanted: readonly string[] = Object.keys(lines),
  ): Promise<void> {
    for (const mirror of Object.values(mirrors)) mirror.mode = mode
    const tape = ['--capture-dir', 'recordings', '--capture-filter', 'all', '--session', 'tape']
    for (const words of wanted.flatMap((command) => lines[command] ?? [])) {
      const placed = /"id":\s*"(o-[0-9a-f]+)"/.exec(told.map(({ result }) => result.stdout).join('\n'))?.[1] ?? 'o-none'
      const line = [...words.map((word) => (word === 'ORDER' ? placed : word)), ...tape, ...(json ? ['--json'] : [])]
      told.push({ line: `${mode}: ${line.join(' ')}`, result: await cli.runWith(variables, ...line) })
    }
  }

  function found(): readonly string[] {
    const all = known()
    return [
      ...told.flatMap(({ line, result }) => sweepText(all, `what ${line} printed`, result.stdout + result.stderr)),
      ...sweepFolder(all, cli.home),
      ...sweepFolder(all, join(folder, 'keys')),
      ...sweepProcesses(all),
    ]
  }

  it('are looked for after every command', () => {
    const { commands }: { commands: Record<string, unknown> } = JSON.parse(readFileSync(manifestPath, 'utf8'))
    const all = Object.keys(commands).map((id) => id.replaceAll(':', ' '))
    expect(Object.keys(lines).concat(ownKeys).sort()).to.deep.equal(all.sort())
  })

  it('are in no output, recording, journal, view or command line while all goes well', async () => {
    await runAll('forward', true)
    const placed = told.find(({ line }) => line.includes('trade place'))?.result
    expect(placed?.exitCode, `${placed?.stdout}${placed?.stderr}`).to.equal(0)
    expect([...(known().secrets ? Object.keys(known().secrets) : [])].join())
      .to.contain('kalshi-access-signature')
      .and.to.contain('poly_signature')
    expect(found()).to.deep.equal([])
  })

  it('nor where the venue answers with everything that was sent to it', async () => {
    await runAll('refuse', false, ['trade place', 'positions reconcile', 'doctor'])
    await runAll('echo', true, ['trade place', 'positions reconcile', 'trade cancel', 'doctor', 'markets show'])
    expect(found()).to.deep.equal([])
  })

  it('nor where the line is cut, with stack traces on', async () => {
    await runAll('reset', false, ['trade place', 'positions reconcile', 'trade cancel', 'doctor'])
    expect(found()).to.deep.equal([])
  })

  it('nor where a key cannot be used', async () => {
    const key = canaries.secrets['the Polymarket key'] ?? ''
    const pem = canaries.secrets['the Kalshi key'] ?? ''
    const broken = join(folder, 'keys', 'broken.pem')
    writeFileSync(broken, pem.replace('-----BEGIN', '----BEGIN'), { mode: 0o600 })
    canaries = { ...canaries, homes: [...canaries.homes, broken] }
    const wrong: readonly Readonly<Record<string, string>>[] = [
      { KALSHI_PRIVATE_KEY_PATH: broken },
      { KALSHI_PRIVATE_KEY_PATH: join(folder, 'keys', 'missing.pem') },
      { POLYMARKET_PRIVATE_KEY: `${key}00` },
      { POLYMARKET_PRIVATE_KEY: `key=${key}` },
      { POLYMARKET_API_SECRET: key },
    ]
    for (const change of wrong) {
      const line = Object.keys(change).join()
      told.push({ line, result: await cli.runWith({ ...variables, ...change }, 'positions', 'reconcile', '--json') })
      told.push({ line, result: await cli.runWith({ ...variables, ...change }, 'doctor') })
    }
    expect(found()).to.deep.equal([])
  })

  it('would be found if they were there', () => {
    const secret = canaries.secrets['the Polymarket key'] ?? ''
    const bytes = Buffer.from(secret.slice(2), 'hex')
    const forms = [
      secret,
      secret.slice(2).toUpperCase(),
      bytes.toString('base64'),
      bytes.toString('base64url'),
      encodeURIComponent(secret),
    ]
    for (const form of forms) expect(sweepText(canaries, 'x', `a ${form} b`)).to.deep.equal(['the Polymarket key in x'])
    const line = (canaries.secrets['the Kalshi key'] ?? '').split('\n')[1] ?? ''
    expect(sweepText(canaries, 'x', line)).to.deep.equal(['the Kalshi key in x'])
  })
})
