import { readFileSync, readlinkSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { ToolkitError } from '../domain/errors.ts'
import { systemClock } from '../runtime/clock.ts'
import { isMissing, storageError, systemCode } from './files.ts'

/** How long to wait for another process before giving up. Holders need milliseconds. */
const WAIT_LIMIT_MS = 15_000
const PAUSE_MAX_MS = 20

/** Who holds a lock: `host pid start`, where `start` tells two processes with the same pid apart. */
interface Owner {
  readonly host: string
  readonly pid: number
  /** The kernel's start time of the process, or `?` where the system does not tell. */
  readonly start: string
}

/**
 * Runs `work` while holding the lock at `path`, across processes. The lock is a symbolic link whose target names its
 * owner: made in one atomic step, and never left half written. A lock whose owner is dead is taken over at once; a
 * living owner, even a suspended one, is never robbed. Holds no timer.
 * @throws ToolkitError LEDGER_BUSY when a living owner does not let go.
 */
export async function withLock<T>(
  path: string,
  work: () => Promise<T>,
  waitLimitMs: number = WAIT_LIMIT_MS,
): Promise<T> {
  await acquire(path, waitLimitMs)
  try {
    return await work()
  } finally {
    release(path)
  }
}

async function acquire(path: string, waitLimitMs: number): Promise<void> {
  // Real time, also under a virtual clock: what we wait for is another process.
  const deadline = systemClock.monotonicMs() + waitLimitMs
  for (let pauseMs = 1; !tryCreate(path); pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS)) {
    const owner = readOwner(path)
    if (owner === null) continue
    if (isDead(owner)) {
      await removeDeadLock(path)
      continue
    }
    if (systemClock.monotonicMs() > deadline) throw busy(path, owner, waitLimitMs)
    await systemClock.sleep(pauseMs)
  }
}

/**
 * Only the holder of `<path>.break` may remove a dead owner's lock, and only after reading it again: otherwise two
 * waiters could both see a dead owner, and the slower one would remove the lock that the faster one has just taken.
 */
async function removeDeadLock(path: string): Promise<void> {
  await withLock(`${path}.break`, async () => {
    const owner = readOwner(path)
    if (owner !== null && isDead(owner)) release(path)
  })
}

function tryCreate(path: string): boolean {
  try {
    symlinkSync(ownMark(), path)
    return true
  } catch (error) {
    const code = systemCode(error)
    if (code === 'EEXIST') return false
    if (code === 'EPERM' || code === 'ENOSYS' || code === 'ENOTSUP') return tryCreateFile(path)
    throw storageError(error, path)
  }
}

/** For file systems and accounts that may not make links. */
function tryCreateFile(path: string): boolean {
  try {
    writeFileSync(path, ownMark(), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw storageError(error, path)
  }
}

function release(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    // Gone already: somebody removed the data directory under us. The work under the lock has noticed or will.
    if (!isMissing(error)) throw storageError(error, path)
  }
}

/** Null when the lock has just been released. */
function readOwner(path: string): Owner | null {
  const text = readMark(path)
  if (text === null) return null
  const [host = '', pid = '', start = '?'] = text.split(' ')
  return { host, pid: Number(pid), start }
}

function readMark(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (isMissing(error)) return null
    if (systemCode(error) !== 'EINVAL' && systemCode(error) !== 'UNKNOWN') throw storageError(error, path)
  }
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw storageError(error, path)
  }
}

let mark: string | null = null
function ownMark(): string {
  mark ??= `${hostname()} ${process.pid} ${startOf(process.pid) ?? '?'}`
  return mark
}

/** Certain only for processes of this machine; anything else counts as alive. */
function isDead(owner: Owner): boolean {
  if (owner.host !== hostname() || !Number.isSafeInteger(owner.pid) || owner.pid <= 0) return false
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return systemCode(error) === 'ESRCH'
  }
  const start = startOf(owner.pid)
  return start !== null && owner.start !== '?' && start !== owner.start
}

/** Field 22 of /proc/PID/stat with the boot's own id, so that a recycled pid is not taken for the owner. Linux only. */
function startOf(pid: number): string | null {
  if (process.platform !== 'linux') return null
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name and may hold blanks and brackets.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Killed, but not yet collected by its parent: it will never let go.
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended'
    const ticks = fields[19]
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)}-${ticks}`
  } catch (error) {
    if (systemCode(error) !== null) return null
    throw error
  }
}

function busy(path: string, owner: Owner, waitedMs: number): ToolkitError {
  // No process of ours writes such a mark: a copy, a restore or a crash while the mark was written has left it.
  if (!Number.isSafeInteger(owner.pid) || owner.pid <= 0) return ownerless(path)
  return new ToolkitError({
    code: 'LEDGER_BUSY',
    category: 'unavailable',
    message: `Process ${owner.pid} on ${owner.host} has held ${path} for ${waitedMs / 1000} s. This step was not recorded.`,
    facts: { lock: path, pid: String(owner.pid), host: owner.host },
    suggestions: [
      `Wait for process ${owner.pid} to finish, or end it.`,
      `If no crosstape command runs as process ${owner.pid} on ${owner.host}, remove ${path}.`,
      'If an order was under way, run `crosstape positions reconcile` afterwards.',
    ],
  })
}

function ownerless(path: string): ToolkitError {
  return new ToolkitError({
    code: 'LEDGER_BUSY',
    category: 'unavailable',
    message: `${path} stands in the way, and does not say which process made it. This step was not recorded.`,
    facts: { lock: path },
    suggestions: [
      `If no crosstape command runs on this data directory, remove ${path}.`,
      'If an order was under way, run `crosstape positions reconcile` afterwards.',
    ],
  })
}
