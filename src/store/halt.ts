import { statSync } from 'node:fs'
import { open, readFile, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import * as v from 'valibot'
import { isFull, isMissing, makeDirectory, storageError, syncDirectory, systemCode, writeFileDurably } from './files.ts'

/** The kill switch is thrown: no order is placed in any environment. Cancelling and reading go on. */
export interface Halt {
  readonly reason: string
  /** RFC 3339. Null when the file that says so cannot be read. */
  readonly at: string | null
  /** Who or what threw it. Null when the file that says so cannot be read. */
  readonly by: string | null
}

const haltSchema = v.object({ reason: v.string(), at: v.string(), by: v.string() })

function haltFile(dataDir: string): string {
  return join(dataDir, 'halt.json')
}

/**
 * Null only when there is certainly no halt. A file that cannot be read counts as one: somebody wrote it. Needs neither
 * journal nor views. Every order asks, and nearly always there is none: then it costs one call to the system.
 */
export async function readHalt(dataDir: string): Promise<Halt | null> {
  const file = haltFile(dataDir)
  if (isAbsent(file)) return null
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    return {
      reason: `${file} cannot be read (${systemCode(error) ?? String(error)}), which counts as a halt.`,
      at: null,
      by: null,
    }
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), haltSchema), text)
  if (parsed.success) return parsed.output
  return { reason: `${file} is damaged, which counts as a halt.`, at: null, by: null }
}

/** False when that cannot be told. */
function isAbsent(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}

/**
 * Durable when it resolves. On a full disk the file is made empty, which counts as a halt all the same and needs no room.
 * @throws ToolkitError DATA_DIR_UNWRITABLE or DATA_DIR_FULL: then nothing is halted.
 */
export async function setHalt(
  dataDir: string,
  halt: { readonly reason: string; readonly at: string; readonly by: string },
): Promise<void> {
  const { reason, at, by } = halt
  await makeDirectory(dataDir)
  try {
    await writeFileDurably(haltFile(dataDir), `${JSON.stringify({ reason, at, by })}\n`)
  } catch (error) {
    if (!isFull(error)) throw storageError(error, haltFile(dataDir))
    await setBareHalt(dataDir)
  }
}

async function setBareHalt(dataDir: string): Promise<void> {
  try {
    await (await open(haltFile(dataDir), 'a', 0o600)).close()
    syncDirectory(dataDir)
  } catch (error) {
    throw storageError(error, haltFile(dataDir))
  }
}

/** When the halt file came to stand under its name, Unix ms by the file system's clock. */
export async function haltedSinceMs(dataDir: string): Promise<number> {
  return (await stat(haltFile(dataDir))).ctimeMs
}

/** Durable when it resolves. False when there was no halt. */
export async function clearHalt(dataDir: string): Promise<boolean> {
  try {
    await unlink(haltFile(dataDir))
    syncDirectory(dataDir)
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw storageError(error, haltFile(dataDir))
  }
}
