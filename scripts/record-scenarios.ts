import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recordInSandbox } from '../src/cli/scenarios/in-sandbox.ts'
import { scenarios } from '../src/cli/scenarios/library.ts'
import { parseMoney } from '../src/domain/amounts.ts'

/**
 * Records every scenario anew into `recordings/`, in the sandbox. Addresses, day, seed and wallet are always the same, so
 * that what differs afterwards is what the code does otherwise: `git diff recordings` shows it.
 */
const captureDir = join(import.meta.dirname, '..', 'recordings')
const firstPort = 47_800
// Of its own for each: connections to the one before are still open on this side.
const portsOfASandbox = 4

for (const [index, scenario] of scenarios.entries()) {
  const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-record-'))
  rmSync(join(captureDir, scenario.name), { recursive: true, force: true })
  const { contradictions } = await recordInSandbox({
    scenario,
    dataDir,
    captureDir,
    budget: parseMoney('50'),
    port: firstPort + index * portsOfASandbox,
    agree: () => Promise.resolve(),
    onWarning: (message) => console.warn(`Warning: ${message}`),
    signal: new AbortController().signal,
  })
  rmSync(dataDir, { recursive: true, force: true })
  console.log(`${scenario.name}: ${contradictions.length === 0 ? 'as the exchange has it' : contradictions.join('; ')}`)
  if (contradictions.length > 0) process.exitCode = 1
}
