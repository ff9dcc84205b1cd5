import { join, resolve } from 'node:path'
import { ToolkitError } from '../../domain/errors.ts'
import { perVenue, type VenueId } from '../../domain/market.ts'
import { type Limits, parseLimits } from '../../safeguards/limits.ts'
import { type LoadedConfig, readConfigFile } from './config-file.ts'
import type { Environment } from './environment.ts'
import type { Settings } from './settings.ts'
import { refuseUnknownNames, resolveVenue, type VenueSettingsTable } from './venue-settings.ts'

/** The strongest layer: what the command line, or the variable behind the flag, says. */
export interface FlagSettings {
  readonly environment?: Environment
  readonly dataDir?: string
  readonly config?: string
  readonly captureDir?: string
  readonly captureFilter?: string
  readonly session?: string
}

export interface ConfigSources {
  readonly flags: FlagSettings
  readonly env: NodeJS.ProcessEnv
  readonly cwd: string
  /** Where the platform keeps a user's configuration. */
  readonly configDir: string
  /** Where the platform keeps a user's data: the data directory unless another is named. */
  readonly dataDir: string
  readonly venues: Readonly<Record<VenueId, VenueSettingsTable>>
}

export const PROJECT_FILE = 'crosstape.config.json'
const USER_FILE = 'config.json'

/**
 * Settings from flags, environment variables, the file named with `--config`, the project file, the user file, the data
 * directory's file and defaults, in that order. Anything that is unknown or does not parse stops the program.
 * @throws ToolkitError (usage)
 */
export async function loadSettings(sources: ConfigSources): Promise<Settings> {
  const { flags, cwd } = sources
  const named = await namedFiles(sources)
  const dataDir = dataDirOf(sources, named)
  const own = await readConfigFile(join(dataDir, USER_FILE), 'optional')
  if (own?.content.dataDir !== undefined)
    throw own.problem('dataDir', 'dataDir cannot be set inside the data directory.')
  const files = own === null ? named : [...named, own]
  const tables = Object.values(sources.venues)
  for (const file of files) refuseUnknownNames(file, tables)
  const environment = environmentOf(flags, files)
  const captureDir = flags.captureDir ?? pathIn(files, 'captureDir')
  return {
    environment,
    dataDir,
    captureDir: captureDir === null ? null : resolve(cwd, captureDir),
    captureFilter: flags.captureFilter ?? textIn(files, 'captureFilter') ?? 'orders',
    session: flags.session ?? null,
    limits: limitsOf(files, environment),
    venues: perVenue((venue) => {
      return resolveVenue(sources.venues[venue], tables, { environment, env: sources.env, files })
    }),
  }
}

/**
 * The data directory alone, where the rest of the configuration is wrong. Null where that cannot be told: a file that could
 * name it cannot be used, and no flag or variable does.
 */
export async function findDataDir(sources: ConfigSources): Promise<string | null> {
  if (sources.flags.dataDir !== undefined) return dataDirOf(sources, [])
  try {
    return dataDirOf(sources, await namedFiles(sources))
  } catch (error) {
    if (error instanceof ToolkitError) return null
    throw error
  }
}

/** The files whose place does not depend on the data directory, strongest first. */
async function namedFiles({ flags, cwd, configDir }: ConfigSources): Promise<readonly LoadedConfig[]> {
  const named = flags.config === undefined ? null : await readConfigFile(resolve(cwd, flags.config), 'required')
  const project = await readConfigFile(join(cwd, PROJECT_FILE), 'optional')
  const user = named === null ? await readConfigFile(join(configDir, USER_FILE), 'optional') : null
  return [named, project, user].filter((file) => file !== null)
}

function dataDirOf(sources: ConfigSources, files: readonly LoadedConfig[]): string {
  const chosen = sources.flags.dataDir ?? pathIn(files, 'dataDir') ?? sources.dataDir
  return resolve(sources.cwd, chosen)
}

function textIn(files: readonly LoadedConfig[], key: 'captureFilter'): string | null {
  return files.find((file) => file.content[key] !== undefined)?.content[key] ?? null
}

/** Paths in a file are relative to that file. */
function pathIn(files: readonly LoadedConfig[], key: 'captureDir' | 'dataDir'): string | null {
  for (const { path, content } of files) {
    const text = content[key]
    if (text !== undefined) return resolve(path, '..', text)
  }
  return null
}

function environmentOf(flags: FlagSettings, files: readonly LoadedConfig[]): Environment {
  if (flags.environment !== undefined) return flags.environment
  const file = files.find((one) => one.content.environment !== undefined)
  // Otherwise the same command would trade real money in one folder and play in another.
  if (file?.content.environment === 'live') {
    throw file.problem(
      'environment',
      'environment cannot be live in a file: say --env live, or set CROSSTAPE_ENV=live.',
    )
  }
  return file?.content.environment ?? 'sandbox'
}

/** Each limit from the strongest file that sets it; a file's profile for the environment goes before its top level. */
function limitsOf(files: readonly LoadedConfig[], environment: Environment): Limits {
  const raw = new Map<string, { readonly value: string; readonly source: LoadedConfig; readonly key: string }>()
  for (const source of files) {
    const { limits, environments } = source.content
    const layers: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      [`environments.${environment}.limits`, environments?.[environment]?.limits ?? {}],
      ['limits', limits ?? {}],
    ]
    for (const [path, layer] of layers) {
      for (const [name, value] of Object.entries(layer)) {
        if (!raw.has(name)) raw.set(name, { value, source, key: `${path}.${name}` })
      }
    }
  }
  const parsed = parseLimits(Object.fromEntries([...raw].map(([name, { value }]) => [name, value])))
  if (parsed.kind === 'limits') return parsed.limits
  const sentence = parsed.problems.map((problem) => problem.message).join(' ')
  const origin = raw.get(parsed.problems[0]?.key ?? '')
  if (origin !== undefined) throw origin.source.problem(origin.key, sentence)
  // Two limits that do not go together need not both be written down.
  throw new ToolkitError({ code: 'LIMIT_INVALID', category: 'usage', message: `${sentence} Nothing was sent.` })
}
