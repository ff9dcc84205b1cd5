import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { installSdks } from '../../../scripts/official-sdks.ts'
import { projectRoot } from '../../../scripts/source-options.ts'
import { type PlainMarket, plainMarket } from '../support/kalshi-markets.ts'
import { kalshiApis } from '../support/kalshi-sdk.ts'
import { type ClobMarket, findMarket, setBook } from '../support/polymarket-markets.ts'
import { loggedIn } from '../support/polymarket-sdk.ts'
import { ServedSandbox } from '../support/program.ts'

type Env = Readonly<Record<string, string>>

interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A process of the built program or of a bot, with nothing of this machine's settings in its environment. */
function start(args: readonly string[], env: Env) {
  const child = spawn(process.execPath, [...args], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const ended = once(child, 'close').then(([code]): Ended => ({ code, stdout, stderr }))
  return { child, ended }
}

const run = (args: readonly string[], env: Env): Promise<Ended> => start(args, env).ended
const bot = (venue: string): string => join(projectRoot, 'test/sdk/tape', `${venue}-bot.mjs`)

describe('official SDKs on tape', () => {
  let sandbox: ServedSandbox
  let folder: string
  let sdkFolder: string
  let kalshi: PlainMarket
  let polymarket: ClobMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    folder = mkdtempSync(join(tmpdir(), 'crosstape-sdk-tape-'))
    sdkFolder = (await installSdks()).folder
    kalshi = await plainMarket(await kalshiApis(sandbox))
    polymarket = await findMarket(await loggedIn(sandbox))
    await sandbox.setBook(`kalshi:${kalshi.ticker}`, [['0.40', '10']], [['0.45', '10']])
    await setBook(sandbox, polymarket, [['0.4', '50']], [['0.45', '20']])
  })

  after(async () => {
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const keys = (): Env => ({
    HOME: folder,
    SDK_FOLDER: sdkFolder,
    KALSHI_API_KEY_ID: sandbox.ready.kalshi.apiKeyId,
    KALSHI_PRIVATE_KEY_PATH: sandbox.ready.kalshi.privateKeyPath,
    POLYMARKET_PRIVATE_KEY: sandbox.ready.polymarket.privateKey,
    BOT_MARKET: kalshi.ticker,
    BOT_TOKEN: polymarket.yes,
    BOT_CONDITION: polymarket.conditionId,
  })

  for (const venue of ['kalshi', 'polymarket'] as const) {
    it(`${venue}: a trading session is recorded, verified, and replayed to the same program`, async () => {
      const live: Env = {
        ...keys(),
        KALSHI_BASE_URL: sandbox.ready.kalshi.rest,
        POLYMARKET_CLOB_URL: sandbox.ready.polymarket.clob,
      }
      const tape = ['--capture-dir', folder]
      const exec = ['bin/run.js', 'capture', 'exec', ...tape, '--capture-filter', 'all', '--session', venue]
      const recorded = await run([...exec, '--', process.execPath, bot(venue)], live)
      expect(recorded.code, recorded.stderr).to.equal(0)

      const verified = await run(['bin/run.js', 'capture', 'verify', venue, ...tape], { HOME: folder })
      expect(verified.stdout).to.contain('Whole.')
      const written = readdirSync(join(folder, venue)).map((file) => readFileSync(join(folder, venue, file), 'utf8'))
      expect(written.join('\n')).to.not.contain(sandbox.ready.polymarket.privateKey.slice(2))

      const server = start(['bin/run.js', 'capture', 'serve', venue, ...tape, '--json'], { HOME: folder })
      const [line] = await once(server.child.stdout, 'data')
      const ready = JSON.parse(String(line))
      const tapes: Env = { ...keys(), KALSHI_BASE_URL: ready.kalshi.rest, POLYMARKET_CLOB_URL: ready.polymarket.clob }
      const replayed = await run([bot(venue)], tapes)
      server.child.kill('SIGTERM')
      const served = await server.ended

      expect(replayed.code, replayed.stderr + served.stdout).to.equal(0)
      expect(JSON.parse(replayed.stdout)).to.deep.equal(JSON.parse(recorded.stdout))
      expect(served.code, served.stdout).to.equal(0)
    })
  }
})
