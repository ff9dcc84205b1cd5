import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { median, type Ratio } from './ratio.ts'

const root = join(import.meta.dirname, '..')
const bin = join(root, 'bin/run.js')
const runs = 15

function wallMs(args: readonly string[]): number {
  const started = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - started
}

/** Wall time of a command over bare `node -e 0`, run in turn so that both see the same machine. */
function overBareNode(args: readonly string[]): {
  readonly ratio: number
  readonly ms: number
  readonly bareMs: number
} {
  wallMs([bin, ...args])
  const pairs = Array.from({ length: runs }, () => ({ bare: wallMs(['-e', '0']), command: wallMs([bin, ...args]) }))
  return {
    ratio: median(pairs.map(({ bare, command }) => command / bare)),
    ms: median(pairs.map(({ command }) => command)),
    bareMs: median(pairs.map(({ bare }) => bare)),
  }
}

export function benchStartup(): readonly Ratio[] {
  const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-bench-'))
  try {
    const version = overBareNode(['--version'])
    const market = aMarket(dataDir)
    const order = ['--outcome', 'yes', '--side', 'buy', '--quantity', '5', '--price', market.price, '--tif', 'ioc']
    const dryRun = overBareNode(['trade', 'place', '--market', market.id, ...order, '--dry-run', '--data-dir', dataDir])
    return [
      { name: 'crosstape --version over node -e 0', ...toRatio(version), atMost: 2.0 },
      { name: 'trade place --dry-run (Kalshi, sandbox in process) over node -e 0', ...toRatio(dryRun), atMost: 2.6 },
    ]
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

function toRatio({ ratio, ms, bareMs }: ReturnType<typeof overBareNode>): Pick<Ratio, 'ratio' | 'detail'> {
  return { ratio, detail: `median ${ms.toFixed(0)} ms over ${bareMs.toFixed(0)} ms, ${runs} pairs` }
}

/** A market of the sandbox on which a small buy passes the safeguards. */
function aMarket(dataDir: string): { readonly id: string; readonly price: string } {
  const crosstape = (args: readonly string[]): unknown =>
    JSON.parse(
      spawnSync(process.execPath, [bin, ...args, '--json', '--data-dir', dataDir], { encoding: 'utf8' }).stdout,
    )
  crosstape(['markets', 'sync', '--venue', 'kalshi'])
  const { markets } = crosstape(['markets', 'list', '--venue', 'kalshi', '--status', 'open']) as {
    markets: { id: string; bestAsk: string | null; tick: string }[]
  }
  const market = markets.find(({ bestAsk, tick }) => bestAsk !== null && tick === '0.01' && /^0\.[3-6]/.test(bestAsk))
  if (market === undefined || market.bestAsk === null) throw new Error('the sandbox has no market to bench an order on')
  return { id: market.id, price: market.bestAsk }
}
