import type { ArbTrade } from '../../store/events.ts'

/** A two-leg trade that waits for somebody: one side is larger than the other, or an order of it has no clear answer. */
export interface WaitingTradeJson {
  readonly id: string
  readonly status: 'imbalanced' | 'frozen'
  /** Null for a trade of markets that were not approved as a pair. */
  readonly pair: string | null
  /** What is done about an imbalance without being asked: `hold` is nothing. Null in records of earlier versions. */
  readonly policy: string | null
  /** Contracts held on one side without the other. Null while it is not known. */
  readonly imbalance: string | null
}

/** Null for a trade that has ended or is under way. */
export function waitingTradeJson({ id, status, pair, policy, imbalance }: ArbTrade): WaitingTradeJson | null {
  if (status !== 'imbalanced' && status !== 'frozen') return null
  return { id, status, pair: pair ?? null, policy: policy ?? null, imbalance }
}
