import { ToolkitError } from '../domain/errors.ts'
import type { Netting } from '../domain/holding.ts'
import type { Market, MarketId, VenueId } from '../domain/market.ts'
import type { VenueClient } from '../domain/venue.ts'
import type { StreamSink, VenueStream } from '../domain/venue-stream.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Random } from '../runtime/random.ts'
import type { TransportOptions } from './http/transport.ts'
import type { SharedKeyFiles } from './key-file.ts'
import type { RateBudgets } from './rates/budgets.ts'
import type { OpenStreamTape } from './streams/tape.ts'

interface UrlSetting {
  /** Short name, e.g. `rest`, `clob`: also the service's name on tapes. */
  readonly name: string
  /** The environment variable that overrides it. */
  readonly env: string
  /** Null where the venue has no such environment. */
  readonly defaults: { readonly demo: string | null; readonly live: string | null }
  /** Further addresses of the same service, which we do not call and other programs may. */
  readonly also?: { readonly demo: readonly string[]; readonly live: readonly string[] }
}

interface CredentialSetting {
  readonly name: string
  readonly env: string
  /** Never printed, never kept in a file of ours. */
  readonly secret: boolean
  readonly kind: 'path' | 'text'
}

/** What configuration needs to know of a venue: which addresses and credentials exist. Data only, cheap to load. */
export interface VenueSettings {
  readonly venue: VenueId
  /** The venue's name in sentences. */
  readonly label: string
  /** How it nets positions. Here, since the journal is folded before any client is loaded. */
  readonly netting: Netting
  readonly urls: readonly UrlSetting[]
  readonly credentials: readonly CredentialSetting[]
}

/** By the names in the settings; what is not set is absent. */
export type CredentialValues = Readonly<Record<string, string | undefined>>

/** Public facts that make a replay compute the same requests, e.g. wallet addresses. Never a secret. */
export type AccountIdentity = Readonly<Record<string, string>>

export type AccountSource =
  /** Public reads only; private calls throw a usage error that names the settings. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'credentials'
      readonly values: CredentialValues
      /** `refuse` when absent. */
      readonly sharedKeyFiles?: SharedKeyFiles
      readonly onWarning?: (message: string) => void
    }
  /** Signs with what no venue accepts. */
  | { readonly kind: 'replay'; readonly identity: AccountIdentity }

type AttachTape = NonNullable<TransportOptions['attachTape']>

/** Which service a tape is attached to. */
export interface ServiceAlias {
  readonly venue: VenueId
  readonly service: string
  readonly baseUrl: string
}

export interface ClientOptions {
  /** By the names in the settings. Null where none is configured. */
  readonly urls: Readonly<Record<string, string | null>>
  readonly account: AccountSource
  readonly clock: Clock
  readonly timeoutMs: number
  readonly userAgent: string
  /** What the venues let this process send, shared by its clients. One of the client's own when absent. */
  readonly rates?: RateBudgets
  /** Spreads the waits before retries. Freshly seeded when absent. */
  readonly random?: Random
  readonly onAvailability?: NonNullable<TransportOptions['onAvailability']>
  /** Called once per service, before its first request. */
  readonly attachTape?: (instance: Parameters<AttachTape>[0], alias: ServiceAlias) => void
  /** Told secrets that were derived during the session instead of configured. */
  readonly onSecrets?: (values: readonly string[]) => void
}

/** What a stream needs besides what a client does. */
export interface StreamOptions extends ClientOptions {
  readonly sink: StreamSink
  /** Also tell of the account's orders, fills and positions. */
  readonly followAccount: boolean
  /** Also tell of trades between others. */
  readonly followTrades: boolean
  /** Also tell of last prices and volumes, where the venue sums them up. */
  readonly followQuotes: boolean
  /** How long a book may go unproven before the venue is asked, in ms. 4 s when absent. */
  readonly proveEveryMs?: number
  /** How long nothing may be heard before a connection counts as dead, in ms. The venue's own figure when absent. */
  readonly silenceLimitMs?: number
  /** Called right before each handshake, while a tape runs. */
  readonly openStream?: OpenStreamTape
}

/** What a venue said on a tape, to be read again. */
export interface TapeReaderOptions {
  readonly sink: StreamSink
  /** Whose books are wanted. */
  readonly markets: readonly Market[]
  /** Monotonic ms of the tape's clock. */
  readonly nowMs: () => number
}

/** A socket as it was recorded. */
export interface RecordedSocket {
  /** Of the handshake. */
  readonly url: string
  /** What was sent on it, in order. */
  readonly sent: readonly string[]
}

/** Hears a recorded socket. */
export interface SocketReader {
  opened(): void
  received(text: string): void
  lost(): void
}

/** A REST exchange as it was recorded. */
export interface RecordedCall {
  readonly method: string
  /** Path below the base URL, and query. */
  readonly target: string
  readonly body: string
}

/**
 * Reads what a venue said with the code that read it when it was said. Knows no network and no timers, and asks for nothing:
 * what was asked for then is on the tape, or was not asked for.
 */
export interface TapeReader {
  /** Null when it tells of none of the markets. */
  socket(recorded: RecordedSocket): SocketReader | null
  /** An exchange begins. Returns what takes its answer, null for one that failed; null when it is about something else. */
  call(recorded: RecordedCall): ((answer: string | null) => void) | null
  /** The feed doubts this book. */
  doubted(market: MarketId): void
}

/** A venue's code, loaded when it is first used. */
export interface VenueModule {
  readonly connect: (options: ClientOptions) => Promise<VenueClient>
  readonly stream: (options: StreamOptions) => Promise<VenueStream>
  readonly readTape: (options: TapeReaderOptions) => Promise<TapeReader>
  /** What a recording keeps of the account. */
  readonly identify: (values: CredentialValues) => Promise<AccountIdentity>
  /**
   * The ids that the orders of a request can get, for a venue whose ids follow from the order: a list for each order, one
   * id for each place that it can be meant for. Absent where the venue chooses them.
   */
  readonly orderIdsOf?: (body: unknown) => Promise<readonly (readonly string[])[]>
}

/**
 * The address of a service.
 * @throws ToolkitError of category `usage` when none is configured: the venue has no such environment.
 */
export function requireUrl(settings: VenueSettings, urls: ClientOptions['urls'], name: string): string {
  const url = urls[name]
  if (url !== undefined && url !== null && url !== '') return url
  const setting = settings.urls.find((one) => one.name === name)
  const lacksDemo = setting?.defaults.demo === null
  throw new ToolkitError({
    code: 'VENUE_ADDRESS_MISSING',
    category: 'usage',
    message: `No address is set for ${settings.label} (${name})${lacksDemo ? `: ${settings.label} has no demo environment` : ''}. Nothing was sent.`,
    facts: { venue: settings.venue, service: name },
    suggestions: [
      lacksDemo ? 'Use --env sandbox, or --env live.' : 'Name an environment: --env sandbox, demo or live.',
      ...(setting === undefined ? [] : [`Or set ${setting.env}.`]),
    ],
  })
}
