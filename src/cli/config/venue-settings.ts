import type { VenueSettings as VenueTable } from '../../clients/venue-module.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { VenueId } from '../../domain/market.ts'
import type { LoadedConfig } from './config-file.ts'
import { type Environment, environments } from './environment.ts'
import type { UrlOverride, VenueSettings } from './settings.ts'

/** The part of a venue's settings table that configuration needs: which addresses and credentials exist. */
export type VenueSettingsTable = Pick<VenueTable, 'venue' | 'urls' | 'credentials'>

export interface VenueSources {
  readonly environment: Environment
  readonly env: NodeJS.ProcessEnv
  /** Strongest first. */
  readonly files: readonly LoadedConfig[]
}

/**
 * A venue's addresses and credentials: environment variables first, then the files' profile for this environment, then
 * the venue's own addresses.
 * @throws ToolkitError (usage) for a bad address, an unknown name, a secret in a file, or an address of another environment.
 */
export function resolveVenue(
  table: VenueSettingsTable,
  all: readonly VenueSettingsTable[],
  sources: VenueSources,
): VenueSettings {
  const overrides = table.urls.flatMap((url) => overrideOf(table, url, sources) ?? [])
  for (const override of overrides) refuseForeignAddress(override, all, sources.environment)
  const urls = table.urls.map(({ name, defaults }) => {
    const override = overrides.find((one) => one.name === name)
    const own = sources.environment === 'sandbox' ? null : defaults[sources.environment]
    return [name, override?.url ?? own] as const
  })
  // The sandbox has its own keys. Those in the environment are for a venue, unless that venue is pointed somewhere too.
  const useEnv = sources.environment !== 'sandbox' || overrides.length > 0
  const credentials = table.credentials.flatMap((credential) => {
    const value = (useEnv ? nonEmpty(sources.env[credential.env]) : null) ?? credentialOf(table, credential, sources)
    return value === null ? [] : [[credential.name, value] as const]
  })
  return { urls: Object.fromEntries(urls), credentials: Object.fromEntries(credentials), overrides }
}

function profileOf(file: LoadedConfig, environment: Environment, venue: VenueId) {
  return file.content.environments?.[environment]?.venues?.[venue]
}

/**
 * Refuses a file that names a venue, an address or a credential that does not exist, in any environment's profile: a
 * mistyped name must not quietly leave the default in force.
 */
export function refuseUnknownNames(file: LoadedConfig, tables: readonly VenueSettingsTable[]): void {
  for (const environment of environments) {
    for (const [venue, profile] of Object.entries(file.content.environments?.[environment]?.venues ?? {})) {
      const key = `environments.${environment}.venues.${venue}`
      const table = tables.find((one) => one.venue === venue)
      if (table === undefined)
        throw file.problem(
          key,
          `${key}: there is no venue ${venue}; there are ${names(tables.map((one) => one.venue))}.`,
        )
      for (const kind of ['urls', 'credentials'] as const) {
        const known = table[kind].map((one) => one.name)
        const unknown = Object.keys(profile[kind] ?? {}).find((name) => !known.includes(name))
        if (unknown !== undefined)
          throw file.problem(
            `${key}.${kind}.${unknown}`,
            `${key}.${kind}: there is no ${unknown}; there are ${names(known)}.`,
          )
      }
    }
  }
}

function names(known: readonly string[]): string {
  return known.join(', ')
}

function overrideOf(
  table: VenueSettingsTable,
  { name, env }: { readonly name: string; readonly env: string },
  sources: VenueSources,
): UrlOverride | null {
  const fromEnv = nonEmpty(sources.env[env])
  if (fromEnv !== null) return { name, url: checkedUrl(fromEnv, (what) => badUrl(env, what)), source: env }
  for (const file of sources.files) {
    const url = profileOf(file, sources.environment, table.venue)?.urls?.[name]
    if (url === undefined) continue
    const key = `environments.${sources.environment}.venues.${table.venue}.urls.${name}`
    return { name, url: checkedUrl(url, (what) => file.problem(key, `${key} ${what}.`)), source: file.path }
  }
  return null
}

function checkedUrl(text: string, problem: (what: string) => ToolkitError): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol)) {
    throw problem('is not an address such as https://host or http://127.0.0.1:8080')
  }
  if (url.username !== '' || url.password !== '') throw problem('carries a user name or password; take it out')
  return text.replace(/\/+$/, '')
}

/**
 * An address of the real venue must not be reached under the name of the sandbox, nor one of live as demo: the
 * environment decides what is asked before sending.
 */
function refuseForeignAddress(
  override: UrlOverride,
  all: readonly VenueSettingsTable[],
  environment: Environment,
): void {
  const domain = registeredDomain(override.url)
  for (const named of ['live', 'demo'] as const) {
    if (environment === 'live' || environment === named) continue
    const own = all.flatMap((table) => table.urls.map((url) => url.defaults[named]))
    if (!own.some((url) => url !== null && registeredDomain(url) === domain)) continue
    throw new ToolkitError({
      code: 'ADDRESS_OF_OTHER_ENVIRONMENT',
      category: 'usage',
      message: `${override.source} points at ${new URL(override.url).host}, which is ${named}, but the environment is ${environment}. Nothing was sent.`,
      facts: { setting: override.source, address: override.url, environment },
      suggestions: [`Add --env ${named} if that is what you want, or take the address out of ${override.source}.`],
    })
  }
}

function registeredDomain(url: string): string {
  return new URL(url).hostname.split('.').slice(-2).join('.')
}

function credentialOf(
  table: VenueSettingsTable,
  credential: VenueSettingsTable['credentials'][number],
  sources: VenueSources,
): string | null {
  for (const file of sources.files) {
    const value = profileOf(file, sources.environment, table.venue)?.credentials?.[credential.name]
    if (value === undefined) continue
    const key = `environments.${sources.environment}.venues.${table.venue}.credentials.${credential.name}`
    if (typeof value !== 'string') {
      const named = nonEmpty(sources.env[value.env])
      if (named === null)
        throw file.problem(key, `${key} names the environment variable ${value.env}, which is not set.`)
      return named
    }
    if (credential.secret && credential.kind === 'text') {
      throw file.problem(key, `${key} is a secret; name the variable that holds it instead: {"env": "NAME"}.`)
    }
    return value
  }
  return null
}

function badUrl(setting: string, what: string): ToolkitError {
  return new ToolkitError({
    code: 'BAD_ADDRESS',
    category: 'usage',
    message: `${setting} ${what}. Nothing was sent.`,
    facts: { setting },
  })
}

function nonEmpty(value: string | undefined): string | null {
  return value === undefined || value.trim() === '' ? null : value
}
