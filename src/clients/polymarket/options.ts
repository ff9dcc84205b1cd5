import type { Clock } from '../../runtime/clock.ts'
import type { Random } from '../../runtime/random.ts'
import type { RateBudgets } from '../rates/budgets.ts'
import type { TransportOptions } from '../transport.ts'
import type { PolymarketAccount } from './account.ts'

type AttachTape = NonNullable<TransportOptions['attachTape']>

export interface PolymarketClientOptions {
  readonly urls: { readonly clob: string; readonly gamma: string; readonly data: string }
  /** Null for public reads only. A function is called when something first needs the account. */
  readonly account: PolymarketAccount | null | (() => Promise<PolymarketAccount | null>)
  readonly clock: Clock
  readonly timeoutMs: number
  readonly userAgent: string
  /** Shared by all clients of the process. One of its own when absent. */
  readonly rates?: RateBudgets
  /** Spreads the waits before retries. Freshly seeded when absent. */
  readonly random?: Random
  readonly onAvailability?: (ok: boolean) => void
  /** Called once per service, with the name and base URL that tell them apart. */
  readonly attachTape?: (
    instance: Parameters<AttachTape>[0],
    alias: { readonly venue: 'polymarket'; readonly service: string; readonly baseUrl: string },
  ) => void
  /** Told secrets that were derived instead of configured. */
  readonly onSecrets?: (values: readonly string[]) => void
}
