import type { StreamSink } from '../../domain/venue-stream.ts'
import type { NoSidePrices } from './stream-frames.ts'

/** What is followed besides the books and the lives of the markets. */
export interface KalshiChannels {
  readonly quotes: boolean
  readonly trades: boolean
  /** Fills, orders and positions of the account. */
  readonly account: boolean
}

export interface ProtocolOptions {
  readonly sink: StreamSink
  readonly channels: KalshiChannels
  /** Monotonic ms. */
  readonly nowMs: () => number
  /** Connections whose subscriptions have told the same sink: no two have one name. None when absent. */
  readonly connectionsBefore?: number
  /** As the connection was told. `yes`, which this program always asks for, when absent. */
  readonly noSidePrices?: NoSidePrices
  /** How long a subscription may say nothing before it is asked for something, so that its number proves it whole. */
  readonly proveEveryMs: number
  /** How long an answer may take before the connection is given up. */
  readonly answerWithinMs: number
}
