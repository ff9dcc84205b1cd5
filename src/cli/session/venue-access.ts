import { readFileSync, statSync } from 'node:fs'
import { createClient, openStream as openStreamOf, venueSettings } from '../../clients/index.ts'
import type { SharedKeyFiles } from '../../clients/key-file.ts'
import type { RateBudgets } from '../../clients/rates/budgets.ts'
import type { ClientOptions, StreamOptions } from '../../clients/venue-module.ts'
import type { VenueId } from '../../domain/market.ts'
import type { CallKind, VenueClient } from '../../domain/venue.ts'
import type { VenueStream } from '../../domain/venue-stream.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import type { Settings } from '../config/settings.ts'
import type { SandboxHost } from '../sandbox/host.ts'
import { toolVersion } from '../version.ts'

/** A venue that has not answered by then is not waited for: the order is unknown, and a person is told so. */
const timeoutMs = 10_000

export interface VenueAccessOptions {
  readonly settings: Settings
  readonly sandbox: SandboxHost
  readonly clock: Clock
  readonly rates: RateBudgets
  readonly random: Random
  onWarning(message: string): void
  onAvailability(venue: VenueId, available: boolean, call: CallKind): void
  /** Set while a tape runs. */
  readonly attachTape?: NonNullable<ClientOptions['attachTape']>
  readonly onSecrets?: (values: readonly string[]) => void
  readonly openStream?: NonNullable<StreamOptions['openStream']>
}

/** Addresses and credentials of one venue, wherever they come from. */
export interface VenueConnection {
  readonly urls: Readonly<Record<string, string | null>>
  readonly credentials: Readonly<Record<string, string>>
}

/** What is configured for a venue, or what the sandbox gives where nothing is. */
export async function connectionOf(
  venue: VenueId,
  { settings, sandbox }: Pick<VenueAccessOptions, 'settings' | 'sandbox'>,
): Promise<VenueConnection> {
  const configured = settings.venues[venue]
  if (settings.environment !== 'sandbox' || configured.overrides.length > 0) return configured
  return sandbox.venue(venue)
}

/** A key that moves real money must be its owner's alone. */
export function sharedKeyFilesIn({ environment }: Pick<Settings, 'environment'>): SharedKeyFiles {
  return environment === 'live' ? 'refuse' : 'warn'
}

/** A venue's client, made when it is first used. */
export async function openClient(venue: VenueId, options: VenueAccessOptions): Promise<VenueClient> {
  return createClient(venue, await clientOptions(venue, options))
}

/** What a stream is to tell, and to whom. */
export type StreamWishes = Pick<StreamOptions, 'sink' | 'followAccount' | 'followTrades' | 'followQuotes'>

/** A venue's sockets. They connect by themselves; whoever asked for them closes them. */
export async function openVenueStream(
  venue: VenueId,
  options: VenueAccessOptions,
  wishes: StreamWishes,
): Promise<VenueStream> {
  const { openStream } = options
  return openStreamOf(venue, {
    ...(await clientOptions(venue, options)),
    ...wishes,
    random: options.random.fork(`${venue} stream`),
    ...(openStream === undefined ? {} : { openStream }),
  })
}

async function clientOptions(venue: VenueId, options: VenueAccessOptions): Promise<ClientOptions> {
  const { urls, credentials } = await connectionOf(venue, options)
  return {
    urls,
    account: {
      kind: 'credentials',
      values: credentials,
      sharedKeyFiles: sharedKeyFilesIn(options.settings),
      onWarning: options.onWarning,
    },
    clock: options.clock,
    timeoutMs,
    userAgent: `crosstape/${toolVersion}`,
    rates: options.rates,
    random: options.random.fork(venue),
    onAvailability: (available, call) => options.onAvailability(venue, available, call),
    ...(options.attachTape === undefined ? {} : { attachTape: options.attachTape }),
    ...(options.onSecrets === undefined ? {} : { onSecrets: options.onSecrets }),
  }
}

/**
 * The secret values behind a venue's credentials, for the tape to refuse. Key files count with their text and with every
 * line of it, since a line of a key is as secret as the whole.
 */
export function secretsOf(venue: VenueId, credentials: Readonly<Record<string, string>>): readonly string[] {
  return venueSettings[venue].credentials
    .filter(({ secret }) => secret)
    .flatMap(({ name, kind }) => {
      const value = credentials[name]
      if (value === undefined) return []
      if (kind === 'text') return [value]
      const text = readKeyFile(value)
      return [text.trim(), ...text.split('\n').filter((line) => line.length >= 32 && !line.startsWith('-----'))]
    })
    .filter((value) => value.length >= 8)
}

/** A key file that cannot be read is reported where it is needed, with what to do about it. */
function readKeyFile(path: string): string {
  try {
    return statSync(path).isFile() ? readFileSync(path, 'utf8') : ''
  } catch {
    return ''
  }
}
