import { readFileSync } from 'node:fs'
import { ToolkitError } from '../../domain/errors.ts'
import { type Clock, systemClock } from '../../runtime/clock.ts'
import { findRunningSandbox } from '../../sandbox/discover.ts'
import { startSandbox } from '../../sandbox/serve.ts'
import type { Settings } from '../config/settings.ts'
import type { SandboxAddJson } from '../json/sandbox-add-json.ts'
import { sandboxControl } from '../rehearsal/sandbox-control.ts'

/**
 * Lists the event of a file at a simulated venue: in the sandbox that is served for this data directory, whose sockets tell
 * of it, or in its state, for the next one.
 * @throws ToolkitError (usage) when the file holds no entry that can be listed. Nothing is listed then.
 */
export async function addToSandbox(
  { dataDir }: Settings,
  file: string,
  clock: Clock = systemClock,
): Promise<SandboxAddJson> {
  const entry = readJson(file)
  const served = await findRunningSandbox(dataDir)
  if (served !== null) return { ...(await sandboxControl(served.control).list(entry)), served: true }
  const hosted = await startSandbox({ dataDir, clock })
  try {
    return { ...(await sandboxControl(hosted.control).list(entry)), served: false }
  } finally {
    await hosted.close()
  }
}

function readJson(file: string): object {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw unusable(file, `cannot be read as JSON: ${error.message}`, error)
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw unusable(file, 'is no JSON object', null)
}

function unusable(file: string, why: string, cause: Error | null): ToolkitError {
  return new ToolkitError({
    code: 'ENTRY_UNREADABLE',
    category: 'usage',
    message: `${file} ${why}. Nothing was listed.`,
    facts: { file },
    suggestions: ['docs/decisions/0037-listings-and-fee-news.md shows an entry of each venue.'],
    cause,
  })
}
