import { readFile } from 'node:fs/promises'
import { ToolkitError } from '../../domain/errors.ts'
import type { ConfigFile } from './config-schema.ts'

/** A configuration file as read, with what is needed to point at a key in it. */
export interface LoadedConfig {
  readonly path: string
  readonly content: ConfigFile
  /** The error that names file and line of a key, and says in one sentence what is wrong there. */
  problem(key: string, sentence: string): ToolkitError
}

/**
 * Reads one configuration file. Null when it is not there and need not be.
 * @throws ToolkitError (usage) naming file, line and key when it cannot be read, is not JSON, has keys that we do not know,
 * or holds a secret.
 */
export async function readConfigFile(path: string, need: 'required' | 'optional'): Promise<LoadedConfig | null> {
  const text = await readText(path, need)
  if (text === null) return null
  // Only who has a configuration file pays for reading one.
  const { parseConfigText } = await import('./config-schema.ts')
  const parsed = parseConfigText(path, text)
  return { path, ...parsed }
}

async function readText(path: string, need: 'required' | 'optional'): Promise<string | null> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNREADABLE'
    if (need === 'optional' && (code === 'ENOENT' || code === 'ENOTDIR')) return null
    throw new ToolkitError({
      code: 'CONFIG_UNREADABLE',
      category: 'usage',
      message: `Cannot read the configuration file ${path} (${code}). Nothing was sent.`,
      facts: { file: path },
      suggestions: code === 'ENOENT' ? ['Check the path given with --config.'] : ['Check who may read the file.'],
      cause,
    })
  }
}
