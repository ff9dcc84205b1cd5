// Writes the code cache in dist/ for the Node version that runs this. A cache holds the functions that have been compiled
// by then, so this first does what a person does most: look at markets, and check and sign an order on each venue.
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const boot = createRequire(import.meta.url)('../dist/boot.cjs')
const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-build-'))
const order = '--outcome yes --side buy --quantity 10 --price 0.5 --tif ioc --dry-run'

/** Runs a command in this process and gives what it printed. A denied order compiles the same code as an approved one. */
async function run(args) {
  const write = process.stdout.write
  const printed = []
  process.stdout.write = (text) => printed.push(text) > 0
  try {
    const dir = new URL('../bin/run.js', import.meta.url).href
    await boot.execute({ dir, args: [...args.split(' '), '--quiet', '--json', '--data-dir', dataDir] })
  } finally {
    process.stdout.write = write
    process.exitCode = 0
  }
  return JSON.parse(printed.join(''))
}

try {
  for (const venue of ['kalshi', 'polymarket']) {
    await run(`markets sync --venue ${venue}`)
    const { markets } = await run(`markets list --venue ${venue} --status open --limit 1`)
    await run(`trade place --market ${markets[0].id} ${order}`)
  }
} finally {
  rmSync(dataDir, { recursive: true, force: true })
}
boot.writeCodeCache()
