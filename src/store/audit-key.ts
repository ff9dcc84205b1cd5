import { createHash, randomBytes } from 'node:crypto'
import { chmod, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isMissing, makeDirectory, systemCode, writeFileDurably } from './files.ts'

/** The secret that seals a journal. Never printed, recorded or put into an error: only its `id` is. */
export interface AuditKey {
  /** Tells keys apart and gives nothing away: 16 hex digits. */
  readonly id: string
  readonly bytes: Buffer
}

const KEY_BYTES = 32

export function auditKeyFile(auditDirectory: string): string {
  return join(auditDirectory, 'key')
}

/** What a key file turned out to be. */
export type FoundKey =
  /** `looseMode` is the file's mode, e.g. `644`, when others than its owner may read or write it. */
  | { readonly kind: 'key'; readonly key: AuditKey; readonly looseMode: string | null }
  | { readonly kind: 'missing' }
  /** A file that holds no key. */
  | { readonly kind: 'unusable' }

/** Reads the key of a journal without making one. */
export async function findAuditKey(auditDirectory: string): Promise<FoundKey> {
  const handle = await open(auditKeyFile(auditDirectory), 'r').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (handle === null) return { kind: 'missing' }
  try {
    const { mode } = await handle.stat()
    const text = await handle.readFile('latin1')
    if (!/^[0-9a-f]{64}\n$/.test(text)) return { kind: 'unusable' }
    return { kind: 'key', key: auditKey(Buffer.from(text.trim(), 'hex')), looseMode: looseMode(mode) }
  } finally {
    await handle.close()
  }
}

/**
 * The key of a journal, made at first use. Call it under the journal's lock, so that two processes never make two. A key
 * that is gone or unusable does not stop trading: another one takes its place, and the journal says so.
 */
export async function auditKeyFor(auditDirectory: string, onWarning: (message: string) => void): Promise<AuditKey> {
  const found = await findAuditKey(auditDirectory)
  const file = auditKeyFile(auditDirectory)
  if (found.kind === 'key') {
    if (found.looseMode !== null) onWarning(looseKeyWarning(file, found.looseMode))
    return found.key
  }
  if (found.kind === 'unusable') onWarning(`${file} holds no key. It was moved to ${await setAside(file)}.`)
  const bytes = randomBytes(KEY_BYTES)
  await makeDirectory(auditDirectory)
  await writeFileDurably(file, `${bytes.toString('hex')}\n`)
  return auditKey(bytes)
}

export function looseKeyWarning(file: string, mode: string): string {
  return `${file} may be read by others (mode ${mode}): who has the key can forge the audit trail. Run \`chmod 600\` on it.`
}

function auditKey(bytes: Buffer): AuditKey {
  const id = createHash('sha256').update('crosstape audit key id\n').update(bytes).digest('hex').slice(0, 16)
  return { id, bytes }
}

function looseMode(mode: number): string | null {
  // Windows has no such modes.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return null
  return (mode & 0o777).toString(8)
}

async function setAside(file: string): Promise<string> {
  for (let number = 1; ; number++) {
    const side = `${file}.unusable-${number}`
    try {
      const handle = await open(side, 'wx', 0o600)
      await handle.close()
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error
      continue
    }
    await rename(file, side)
    await chmod(side, 0o600)
    return side
  }
}
