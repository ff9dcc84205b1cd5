import { open, stat } from 'node:fs/promises'
import { ToolkitError } from '../domain/errors.ts'

/** What to do about a key file that others on this machine can read or change. */
export type SharedKeyFiles = 'refuse' | 'warn'

interface KeyFile {
  readonly path: string
  /** As it is called in sentences, e.g. `Kalshi key file`. */
  readonly what: string
  readonly shared: SharedKeyFiles
  readonly onWarning: ((warning: string) => void) | undefined
}

/**
 * The text of a key file. Looked at and read through one handle, so that what was looked at is what is read.
 * @throws the system's error when it cannot be read, and ToolkitError KEY_FILE_SHARED when others can and that is refused,
 * KEY_FILE_NO_FILE when it is a pipe or a device.
 */
export async function readKeyFile({ path, what, shared, onWarning }: KeyFile): Promise<string> {
  // Opening a pipe waits for somebody who writes into it, and no signal ends that. A folder is told by the system when it is read.
  const found = await stat(path)
  if (!found.isFile() && !found.isDirectory()) throw noFile(path, what)
  const handle = await open(path, 'r')
  try {
    const { mode } = await handle.stat()
    // Windows has no such permission bits.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const told = `Others on this machine can read or change the ${what} ${path}.`
      if (shared === 'refuse') throw sharedKeyFile(path, told)
      onWarning?.(`${told} Run: chmod 600 ${path}`)
    }
    return await handle.readFile('utf8')
  } finally {
    await handle.close()
  }
}

/** It is read more than once: to sign, and to know what no recording may hold. A pipe gives a key to one reader only. */
function noFile(path: string, what: string): ToolkitError {
  return new ToolkitError({
    code: 'KEY_FILE_NO_FILE',
    category: 'usage',
    message: `The ${what} ${path} is a pipe or a device and no file. Nothing was sent.`,
    facts: { file: path },
    suggestions: ['Put the key into a file that only you can read (chmod 600), and name that.'],
  })
}

function sharedKeyFile(path: string, told: string): ToolkitError {
  return new ToolkitError({
    code: 'KEY_FILE_SHARED',
    category: 'usage',
    message: `${told} With real money such a key is not used. Nothing was sent.`,
    facts: { file: path },
    suggestions: [`chmod 600 ${path}`, 'If somebody else may have read it, make a new key at the venue first.'],
  })
}
