// Writes the code caches in dist/ for the Node version that runs this, after a dry run has compiled what an order needs.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const boot = createRequire(import.meta.url)('../dist/boot.cjs')
const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-build-'))
const silence = process.stdout.write
process.stdout.write = () => true
try {
  const args = ['markets', 'list', '--json', '--data-dir', dataDir]
  await boot.execute({ dir: new URL('../bin/run.js', import.meta.url).href, args })
} finally {
  process.stdout.write = silence
  rmSync(dataDir, { recursive: true, force: true })
}
for (const [file, cache] of boot.codeCaches()) writeFileSync(`${file}.cache`, cache)
