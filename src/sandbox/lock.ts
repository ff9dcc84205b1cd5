import { readFileSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs'
import { ToolkitError } from '../domain/errors.ts'
import { systemClock } from '../runtime/clock.ts'

const WAIT_LIMIT_MS = 10_000
const PAUSE_MAX_MS = 25

/** Held from `acquireLock` to `release`. */
export interface HeldLock {
  release(): void
}

/**
 * Makes this process the only host of the sandbox in a directory. The lock is a symbolic link whose target names its
 * owner: made in one step, and taken over at once when the owner is dead.
 * @throws ToolkitError SANDBOX_BUSY when a living process keeps it for `waitLimitMs` (ten seconds unless told).
 */
export async function acquireLock(path: string, waitLimitMs = WAIT_LIMIT_MS): Promise<HeldLock> {
  // Real time, also under a virtual clock: what we wait for is another process.
  const deadline = systemClock.monotonicMs() + waitLimitMs
  for (let pauseMs = 1; !tryCreate(path); pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
    const owner = readOwner(path)
    if (owner !== null && isDead(owner)) {
      await takeFromDead(path)
      continue
    }
    if (systemClock.monotonicMs() > deadline) throw busy(path, owner)
    await systemClock.sleep(pauseMs)
  }
  return { release: () => removeIfPresent(path) }
}

/** Removal by two waiters at once could take a lock that a third has just made: only the holder of `.break` removes. */
async function takeFromDead(path: string): Promise<void> {
  const guard = await acquireLock(`${path}.break`)
  const owner = readOwner(path)
  if (owner !== null && isDead(owner)) removeIfPresent(path)
  guard.release()
}

function tryCreate(path: string): boolean {
  try {
    symlinkSync(`${process.pid} ${startOf(process.pid)}`, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw new ToolkitError({
      code: 'SANDBOX_UNWRITABLE',
      message: `The sandbox cannot keep its state: ${path} cannot be written (${codeOf(error)}). Nothing was sent.`,
      category: 'usage',
      facts: { path },
      suggestions: ['Choose another data directory with --data-dir, or make this one writable.'],
      cause: error,
    })
  }
}

interface Owner {
  readonly pid: number
  readonly start: string
}

function readOwner(path: string): Owner | null {
  try {
    const [pid = '', start = '?'] = readlinkSync(path).split(' ')
    return { pid: Number.parseInt(pid, 10), start }
  } catch {
    // Gone, or no link: the next attempt to make it will tell.
    return null
  }
}

function isDead({ pid, start }: Owner): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return true
  try {
    process.kill(pid, 0)
  } catch (error) {
    return codeOf(error) === 'ESRCH'
  }
  // The same number may belong to another process by now.
  const now = startOf(pid)
  return now !== '?' && start !== '?' && now !== start
}

/** The kernel's start time of a process, or `?` where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The command name, in parentheses, may itself hold blanks.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '?'
  } catch {
    return '?'
  }
}

function removeIfPresent(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown error'
}

function busy(path: string, owner: Owner | null): ToolkitError {
  const who = owner === null ? 'another process' : `process ${owner.pid}`
  return new ToolkitError({
    code: 'SANDBOX_BUSY',
    message: `The sandbox in this data directory is in use by ${who}. Nothing was sent.`,
    category: 'unavailable',
    facts: { lock: path },
    suggestions: ['Run: crosstape sandbox serve (commands then share that one server).', 'Or use another --data-dir.'],
  })
}
