// Writes the code cache in dist/ for the Node version that runs this. A cache holds the functions that have been compiled
// by then, and costs time to read: so this does nothing but what must be quick, checking and signing an order on each
// venue. Markets for them are synced by a process of its own.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const boot = createRequire(import.meta.url)('../dist/boot.cjs')
const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-build-'))
const common = ['--quiet', '--json', '--data-dir', dataDir]

function openMarket(venue) {
  const crosstape = (...args) =>
    JSON.parse(
      execFileSync(process.execPath, ['bin/run.js', ...args, '--venue', venue, ...common], { encoding: 'utf8' }),
    )
  crosstape('markets', 'sync')
  return crosstape('markets', 'list', '--status', 'open', '--limit', '1').markets[0].id
}

/** A denied order compiles the same code as an approved one. */
async function checkAndSign(market) {
  const order = '--outcome yes --side buy --quantity 10 --price 0.5 --tif ioc --dry-run'
  await boot.execute({ args: ['trade', 'place', '--market', market, ...order.split(' '), ...common] })
}

const write = process.stdout.write
try {
  const markets = ['kalshi', 'polymarket'].map(openMarket)
  process.stdout.write = () => true
  for (const market of markets) await checkAndSign(market)
} finally {
  process.stdout.write = write
  process.exitCode = 0
  rmSync(dataDir, { recursive: true, force: true })
}
boot.writeCodeCache()
