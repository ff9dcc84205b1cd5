import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'

// More sessions than this on one day under one name is a loop gone wrong.
const ATTEMPTS_MAX = 1000
const SESSION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** `session_2026-11-20_sandbox`. */
export function defaultSessionName(environment: string, startedAt: string): string {
  return `session_${startedAt.slice(0, 10)}_${environment}`
}

/**
 * Makes the folder of a new session: `name`, or `name-2`, `name-3`, … when it is taken. Making a folder either succeeds
 * or fails for one of two processes, so that two never write into the same one.
 * @throws ToolkitError of category `usage` for a name that is not a file name, or a folder that cannot be made.
 */
export function createSessionFolder(
  captureDir: string,
  name: string,
): { readonly session: string; readonly directory: string } {
  if (!SESSION_NAME.test(name)) {
    throw new ToolkitError({
      code: 'SESSION_NAME_INVALID',
      category: 'usage',
      message: `Session name ${JSON.stringify(name)} cannot be a folder: use letters, digits, ".", "_" and "-". Nothing was sent.`,
      suggestions: ['--session kalshi-partial-fill'],
    })
  }
  try {
    mkdirSync(captureDir, { recursive: true })
    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const session = attempt === 1 ? name : `${name}-${attempt}`
      const directory = join(captureDir, session)
      if (makeExclusively(directory)) return { session, directory }
    }
  } catch (error) {
    throw new ToolkitError({
      code: 'CAPTURE_DIR_UNUSABLE',
      category: 'usage',
      message: `Cannot record into ${captureDir}: ${error instanceof Error ? error.message : String(error)}. Nothing was sent.`,
      facts: { captureDir },
      suggestions: ['Name a folder that you can write: --capture-dir ./recordings'],
      cause: error,
    })
  }
  throw new ToolkitError({
    code: 'SESSION_NAME_TAKEN',
    category: 'usage',
    message: `${ATTEMPTS_MAX} sessions in ${captureDir} are called ${name} already. Nothing was sent.`,
    suggestions: ['--session another-name'],
  })
}

function makeExclusively(directory: string): boolean {
  try {
    mkdirSync(directory)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
