import { closeSync, fsyncSync, openSync } from 'node:fs'
import { mkdir, open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ToolkitError } from '../domain/errors.ts'

/** The system's code of a failed file operation (`ENOENT`, `EACCES`, …), or null for anything else. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

export function isMissing(error: unknown): boolean {
  return systemCode(error) === 'ENOENT'
}

/** There is no room left: what needs none can still be written. */
export function isFull(error: unknown): boolean {
  return fullDisk.includes(systemCode(error) ?? '')
}

// An order whose answer could not be recorded is in the journal as submitted, which counts at its worst until settled.
const afterwards = 'If an order was under way, run `crosstape positions reconcile` afterwards.'

const fullDisk = ['ENOSPC', 'EDQUOT', 'EFBIG']
const forbidden = ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'EISDIR', 'ELOOP', 'ENAMETOOLONG']
const failing = ['EIO', 'EBUSY', 'EMFILE', 'ENFILE', 'ESTALE', 'ENXIO']

/**
 * A failed write to the data directory as an error a person can act on. Anything that is not the file system's refusal
 * is returned as it is.
 */
export function storageError(error: unknown, path: string): unknown {
  const code = systemCode(error)
  if (code === null || error instanceof ToolkitError) return error
  // A venue's lost connection has such a code too, and is not ours to explain.
  if (![...fullDisk, ...forbidden, ...failing].includes(code)) return error
  if (fullDisk.includes(code)) {
    return new ToolkitError({
      code: 'DATA_DIR_FULL',
      category: 'usage',
      message: `No room left to write ${path} (${code}). This step was not recorded.`,
      facts: { path, reason: code },
      suggestions: ['Free disk space, or choose another place with --data-dir.', afterwards],
      cause: error,
    })
  }
  return new ToolkitError({
    code: forbidden.includes(code) ? 'DATA_DIR_UNWRITABLE' : 'DATA_DIR_FAILED',
    category: 'usage',
    message: `Cannot write ${path} (${code}). This step was not recorded.`,
    facts: { path, reason: code },
    suggestions: [
      'Make the folder writable for this user, or choose another place with --data-dir or CROSSTAPE_DATA_DIR.',
      afterwards,
    ],
    cause: error,
  })
}

/** A failed read of the data directory likewise: what cannot be read is neither whole nor damaged. */
export function readingError(error: unknown, path: string): unknown {
  const code = systemCode(error)
  if (code === null || error instanceof ToolkitError) return error
  if (![...forbidden, ...failing].includes(code)) return error
  return new ToolkitError({
    code: 'DATA_DIR_UNREADABLE',
    category: 'usage',
    message: `Cannot read ${path} (${code}). Nothing was changed, and nothing is proven.`,
    facts: { path, reason: code },
    suggestions: [`Make ${path} readable for this user.`],
    cause: error,
  })
}

/** Creates a folder for this user only, parents included. @throws ToolkitError DATA_DIR_UNWRITABLE. */
export async function makeDirectory(path: string): Promise<void> {
  try {
    await makeWithParents(path)
  } catch (error) {
    throw storageError(error, path)
  }
}

/** Level by level, since Node's own recursive mkdir never returns where a file system refuses new folders as missing ones. */
async function makeWithParents(path: string): Promise<void> {
  try {
    await makeOne(path)
  } catch (error) {
    if (!isMissing(error) || dirname(path) === path) throw error
    await makeWithParents(dirname(path))
    await makeOne(path)
  }
}

/** Another process may be making the same folder. */
async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    if (systemCode(error) !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error
  }
}

/** Makes a created, renamed or removed name in this folder survive a power cut. */
export function syncDirectory(path: string): void {
  // Windows has no handle for a folder to sync.
  if (process.platform === 'win32') return
  const handle = openSync(path, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Replaces a file as a whole: readers see the old text or the new, also after a power cut. */
export async function writeFileDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  const handle = await open(temporary, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(temporary, path)
  syncDirectory(dirname(path))
}
