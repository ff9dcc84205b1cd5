import type { Clock } from '../runtime/clock.ts'
import type { Catalogue } from './model.ts'

/** `basic`: each venue's lowest tier. `advanced`: Kalshi's Advanced and Polymarket's Silver. */
export const rateLimitSettings = ['off', 'basic', 'advanced'] as const
export type RateLimitSetting = (typeof rateLimitSettings)[number]

export interface SandboxOptions {
  /** State and keys go to `<dataDir>/sandbox/`; null keeps everything in memory. */
  readonly dataDir: string | null
  readonly clock: Clock
  /** Seed of a sandbox that does not exist yet. Drawn when absent. */
  readonly seed?: string
  /** Begin anew, whatever state there is, readable or not. Keys are kept. */
  readonly fresh?: boolean
  /** Port of Kalshi and the control interface; Polymarket's three services take the next ones. 0 or absent: any. */
  readonly port?: number
  /** Also make an RSA key and show it as the account's: official SDKs sign with nothing else. */
  readonly rsa?: boolean
  /** The limits of both venues. `advanced` when absent. */
  readonly rateLimit?: RateLimitSetting
  /** Other markets than the built-in ones. */
  readonly createCatalogue?: (origin: { readonly seed: string; readonly originMs: number }) => Catalogue
}
