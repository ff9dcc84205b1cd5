import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'
import { type Clock, isoTime, systemClock } from '../../runtime/clock.ts'
import { findRunningSandbox } from '../../sandbox/discover.ts'
import { startSandbox } from '../../sandbox/serve.ts'
import { auditDirectory, journalDirectory, viewsDirectory } from '../../store/directories.ts'
import type { Settings } from '../config/settings.ts'

export interface SandboxResetJson {
  readonly reset: true
  /** Where the sandbox's journal was put, or null when there was none. */
  readonly journalKept: string | null
}

/**
 * Starts the simulated exchange anew, keys kept. Its journal is set aside with it: orders of an exchange that is gone
 * could never be settled. The journals of other environments are not touched.
 */
export async function resetSandbox({ dataDir }: Settings, clock: Clock = systemClock): Promise<SandboxResetJson> {
  const served = await findRunningSandbox(dataDir)
  if (served !== null) await askForReset(served.control)
  else {
    const hosted = await startSandbox({ dataDir, clock })
    try {
      await askForReset(hosted.control)
    } finally {
      await hosted.close()
    }
  }
  const kept = join(dataDir, 'sandbox', `before-${isoTime(clock.nowMs()).replaceAll(':', '-')}`)
  const places = [journalDirectory, auditDirectory, viewsDirectory].map((place) => place(dataDir, 'sandbox'))
  const moved = places.filter(existsSync)
  for (const directory of moved) {
    const target = join(kept, relative(dataDir, directory))
    mkdirSync(dirname(target), { recursive: true })
    renameSync(directory, target)
  }
  return { reset: true, journalKept: moved.length === 0 ? null : kept }
}

async function askForReset(control: string): Promise<void> {
  const reply = await fetch(`${control}/reset`, { method: 'POST' })
  if (reply.ok) return
  throw new ToolkitError({
    code: 'SANDBOX_RESET_REFUSED',
    category: 'unavailable',
    message: `The sandbox did not reset (HTTP ${reply.status}). Nothing was changed.`,
    facts: { control },
  })
}
