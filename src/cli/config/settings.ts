import type { VenueId } from '../../domain/market.ts'
import type { Limits } from '../../safeguards/limits.ts'
import type { Environment } from './environment.ts'

/** Everything that configuration decides, resolved and checked. */
export interface Settings {
  readonly environment: Environment
  /** Absolute. */
  readonly dataDir: string
  /** Where recordings go, absolute; null while capture is off. */
  readonly captureDir: string | null
  /** `orders`, `all`, or a regular expression on `METHOD url`. */
  readonly captureFilter: string
  /** Name of the capture session, or null for a dated one. */
  readonly session: string | null
  readonly limits: Limits
  readonly venues: Readonly<Record<VenueId, VenueSettings>>
}

export interface VenueSettings {
  /** By the names of the venue's settings table. Null: none is configured, which in the sandbox means the embedded one. */
  readonly urls: Readonly<Record<string, string | null>>
  /** By the names of the venue's settings table; only those that are set. */
  readonly credentials: Readonly<Record<string, string>>
  /** Addresses that are not the environment's own, and where each was set: for the preview. */
  readonly overrides: readonly UrlOverride[]
}

export interface UrlOverride {
  readonly name: string
  readonly url: string
  /** The environment variable or file that says so. */
  readonly source: string
}
