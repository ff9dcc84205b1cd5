import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { manifestPath } from '../../scripts/manifest.ts'
import {
  exampleMarket,
  exampleOrder,
  examplePair,
  exampleRecording,
  otherExampleOrder,
} from '../../src/cli/sandbox/example-markets.ts'
import { type CliHome, cliHome } from '../commands/run-cli.ts'
import { schemaProblems } from './schemas.ts'

/**
 * Commands that end only when they are told to, or that have a test of their own because they take long, need a served sandbox, an order whose
 * answer was lost, or run somebody else's program.
 */
const elsewhere = [
  'sandbox serve',
  'sandbox inject',
  'sandbox add',
  'markets watch',
  'rehearse',
  'trade resend',
  'verify crash',
  'verify halt',
  'verify player',
  'capture exec',
  'capture serve',
]

/** The flag that names what a command makes: it takes another name the second time. */
const namingFlags: Readonly<Record<string, string>> = { 'capture promote': '--as', 'capture compose': '--out' }

function withAnotherName(command: string, words: readonly string[]): readonly string[] {
  const flag = namingFlags[command]
  return words.map((word, index) => (flag !== undefined && words[index - 1] === flag ? `${word}-again` : word))
}

interface Example {
  readonly command: string
  readonly line: string
}

interface Documented {
  readonly commands: Readonly<Record<string, { readonly examples: readonly { readonly command: string }[] }>>
}

/** From the committed manifest, which another test holds against the sources. */
function examples(): readonly Example[] {
  const manifest: Documented = JSON.parse(readFileSync(manifestPath, 'utf8'))
  return Object.entries(manifest.commands).flatMap(([id, command]) =>
    command.examples.map((example) => ({ command: id.replaceAll(':', ' '), line: example.command })),
  )
}

/** Words as a shell splits them; double quotes keep words together. */
function wordsOf(line: string): readonly string[] {
  const words = line.replace('<%= config.bin %> ', '').match(/"[^"]*"|\S+/g) ?? []
  return words.map((word) => word.replaceAll('"', ''))
}

describe('examples in the help texts', function () {
  this.timeout(60_000)
  let cli: CliHome

  before(async () => {
    cli = await cliHome()
    await cli.run('markets', 'sync')
    const tape = ['--capture-dir', 'recordings', '--session', exampleRecording]
    const recorded = await place(exampleMarket.kalshi, '1', '0.52', '--tif', 'ioc', ...tape)
    expect(recorded.exitCode, recorded.stderr).to.equal(0)
  })

  after(() => cli.remove())

  function place(
    market: string,
    quantity: string,
    price: string,
    ...args: readonly string[]
  ): ReturnType<CliHome['run']> {
    const order = ['--market', market, '--outcome', 'yes', '--side', 'buy', '--quantity', quantity, '--price', price]
    return cli.run('trade', 'place', ...order, '--allow-duplicate', '--json', ...args)
  }

  /**
   * On Polymarket, where an order may rest in the minute after the example that cancels everything too. What is to be
   * amended comes before that, and rests where orders can be.
   */
  async function restingOrder(command: string): Promise<string> {
    const market = command === 'trade amend' ? exampleMarket.kalshi : exampleMarket.polymarket
    const placed = await place(market, '5', '0.30', '--tif', 'gtc')
    expect(placed.exitCode, placed.stdout).to.equal(0)
    return JSON.parse(placed.stdout).order.id
  }

  /** What a person who has read both texts of the example pair would repeat. */
  async function hashOfTexts(): Promise<string> {
    // The examples before have left a part of the catalogue.
    await cli.run('markets', 'sync')
    const asked = await cli.run('pairs', 'approve', examplePair.first, examplePair.second, '--json')
    return JSON.parse(asked.stdout).error.facts.hash
  }

  it('are there for every command', () => {
    const manifest: Documented = JSON.parse(readFileSync(manifestPath, 'utf8'))
    const without = Object.entries(manifest.commands).flatMap(([id, command]) =>
      command.examples.length === 0 ? [id] : [],
    )
    expect(without).to.deep.equal([])
  })

  for (const { command, line } of examples()) {
    if (elsewhere.includes(command)) continue
    it(`${line.replace('<%= config.bin %> ', '')}`, async () => {
      const order = line.includes(exampleOrder) ? await restingOrder(command) : ''
      const other = line.includes(otherExampleOrder) ? await restingOrder(command) : ''
      const hash = line.includes(examplePair.hash) ? await hashOfTexts() : ''
      const words = wordsOf(
        line.replaceAll(exampleOrder, order).replaceAll(otherExampleOrder, other).replaceAll(examplePair.hash, hash),
      )
      const shown = await cli.run(...words)
      expect(shown.exitCode, shown.stderr + shown.stdout).to.equal(0)
      expect(shown.stdout).not.to.equal('')
      const again = command === 'trade place' && !words.includes('--dry-run') ? ['--allow-duplicate'] : []
      const json = await cli.run(...withAnotherName(command, words), ...again, '--json')
      expect(json.exitCode, json.stderr + json.stdout).to.equal(0)
      expect(schemaProblems(command, json.stdout), json.stdout).to.deep.equal([])
    })
  }
})
