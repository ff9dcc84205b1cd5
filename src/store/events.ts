import type { Money, Price, Quantity } from '../domain/amounts.ts'
import type { FeeDrift } from '../domain/fee-drift.ts'
import type { Fill } from '../domain/fill.ts'
import type { MarketId, Outcome, VenueId } from '../domain/market.ts'
import type { AmendOutcome, OrderIntent, OrderReport } from '../domain/order.ts'
import type { Story } from '../domain/stories.ts'
import type { ApprovedPair, RejectedPair } from '../pairs/approved-pair.ts'

/**
 * Everything the journal can hold. The events are the truth: orders, positions, exposure, breakers and the audit trail
 * are folds over them. Adding a kind or an optional field keeps the format number; anything else raises it and adds a
 * converter in `upcast.ts`.
 */
export type JournalEvent =
  | {
      readonly type: 'session.started'
      readonly session: string
      readonly command: string
      readonly version: string
      /** The folder name of the recording that holds this session's order traffic, when it was captured. */
      readonly tape?: string
    }
  | { readonly type: 'session.ended'; readonly session: string; readonly outcome: string }
  /**
   * From this record on, lines are sealed with this key: the first one in a journal that began without seals (`previous`
   * is null), or the next one after a key was lost.
   */
  | { readonly type: 'journal.keyed'; readonly key: string; readonly previous: string | null }
  /**
   * A record that an anchor or the views had seen, up to this number, was not there any more when the journal was opened:
   * it was cut, set back or replaced, and orders and fills may be missing from it. `anchor`: the hash of the anchor that
   * the journal ended before, so that this loss is told from the next one.
   */
  | { readonly type: 'journal.cut'; readonly upTo: number; readonly anchor?: string }
  | { readonly type: 'order.denied'; readonly intent: OrderIntent; readonly denials: readonly RecordedDenial[] }
  /** Durable before the first byte leaves. */
  | { readonly type: 'order.submitted'; readonly intent: OrderIntent; readonly venueOrderId: string | null }
  /** An order that this journal did not place, with the terms that the venue shows. Its report and fills follow. */
  | { readonly type: 'order.adopted'; readonly intent: OrderIntent; readonly venueOrderId: string }
  | {
      readonly type: 'order.reported'
      readonly orderId: string
      readonly report: OrderReport
      readonly source: ReportSource
    }
  | { readonly type: 'order.rejected'; readonly orderId: string; readonly code: string; readonly reason: string }
  | { readonly type: 'order.unknown'; readonly orderId: string; readonly code: string; readonly reason: string }
  /** `orderId` is the venue's for an order that was placed elsewhere. */
  | { readonly type: 'cancel.requested'; readonly orderId: string }
  | {
      readonly type: 'cancel.answered'
      readonly orderId: string
      readonly outcome: string
      readonly message: string | null
    }
  /** Durable before the first byte leaves. Until it is answered clearly, the order counts at the worse of old and new terms. */
  | {
      readonly type: 'amend.requested'
      readonly orderId: string
      readonly price: Price
      /** Contracts in all, what is filled included. */
      readonly quantity: Quantity
    }
  /** A change that a safeguard refused. Nothing was sent, and the order stays as it was. */
  | {
      readonly type: 'amend.denied'
      readonly orderId: string
      readonly price: Price
      readonly quantity: Quantity
      readonly denials: readonly RecordedDenial[]
    }
  | {
      readonly type: 'amend.answered'
      readonly orderId: string
      readonly outcome: AmendOutcome
      readonly message: string | null
    }
  | { readonly type: 'cancel_all.requested'; readonly venue: VenueId }
  | {
      readonly type: 'cancel_all.answered'
      readonly venue: VenueId
      readonly outcome: string
      readonly message: string | null
    }
  | { readonly type: 'fill.booked'; readonly orderId: string; readonly fill: Fill }
  | { readonly type: 'fill.settled'; readonly orderId: string; readonly fill: Fill }
  /** What the fills of an order were charged so far is not what its market's schedule gives. */
  | {
      readonly type: 'fee.drift'
      readonly orderId: string
      readonly market: MarketId
      readonly fillIds: readonly string[]
      readonly drift: FeeDrift
    }
  /** What was found out about an order whose answer was lost. The last three are missing in records of earlier versions. */
  | {
      readonly type: 'order.evidence'
      readonly orderId: string
      readonly finding: string
      readonly evidence: string
      readonly source?: string
      readonly asOf?: string | null
      readonly rulesOut?: readonly Story[]
    }
  /** Durable before the same order, with the same ids, is sent once more. */
  | { readonly type: 'order.resent'; readonly orderId: string }
  /** A person said that an order placed elsewhere is none of ours, as it then stood. */
  | { readonly type: 'order.ignored'; readonly order: IgnoredOrder }
  /** The venue has paid for what was held of a settled market. */
  | { readonly type: 'position.settled'; readonly settlement: BookedSettlement }
  /** Orders and positions agreed with the venue, and this is the cash that it showed then: what later reads are held against. */
  | {
      readonly type: 'cash.agreed'
      readonly venue: VenueId
      readonly balance: Money
      /** RFC 3339, by the venue's clock: executions are dated by it. Missing in older records, which have only their own time. */
      readonly asOf?: string
    }
  /** A person said that cash was moved with another tool: a deposit above zero, a withdrawal below. */
  | { readonly type: 'cash.claimed'; readonly venue: VenueId; readonly amount: Money }
  | { readonly type: 'trade.opened'; readonly trade: ArbTrade }
  | { readonly type: 'trade.updated'; readonly trade: ArbTrade }
  /** A person read both rule texts and said that the two markets pay alike. Holds for exactly those texts. */
  | { readonly type: 'pair.approved'; readonly pair: ApprovedPair }
  /** A person said that the two are not to be traded as one. Ends an approval. */
  | { readonly type: 'pair.rejected'; readonly pair: RejectedPair }
  | { readonly type: 'markets.synced'; readonly venue: VenueId; readonly markets: number }
  | { readonly type: 'safeguards.halted'; readonly reason: string }
  | { readonly type: 'safeguards.resumed'; readonly reason: string }
  | { readonly type: 'breaker.changed'; readonly breaker: string; readonly memory: BreakerMemory }
  | { readonly type: 'reconcile.finished'; readonly settled: number; readonly differences: number }

/** An order of the account that was placed elsewhere and is left alone here. */
export interface IgnoredOrder {
  readonly venue: VenueId
  readonly venueOrderId: string
  /** How the venue showed it. Shown otherwise, it is a difference again. */
  readonly shown: string
  /** What it had bought by then, and with a minus sold. */
  readonly holdings: readonly { readonly market: MarketId; readonly outcome: Outcome; readonly quantity: Quantity }[]
}

export interface BookedSettlement {
  readonly market: MarketId
  readonly outcome: Outcome
  /** Contracts that were held and are paid for. */
  readonly quantity: Quantity
  /** Dollars for all of them. */
  readonly payout: Money
  /** RFC 3339. Null when the venue does not say when. */
  readonly time: string | null
}

export type ReportSource = 'placement' | 'cancel' | 'amend' | 'poll' | 'reconcile'

export interface RecordedDenial {
  readonly code: string
  readonly message: string
  readonly value: string | null
  readonly limit: string | null
}

/** A breaker's state as it survives the process. Times are Unix ms. */
export interface BreakerMemory {
  readonly state: 'closed' | 'open' | 'half_open' | 'recovering'
  readonly consecutiveFailures: number
  /** Calls among them, and before answered reads, that could change something and failed in a row. Absent while none has. */
  readonly failedWrites?: number
  /** When it opened, half-opened or began to recover. Null while closed. */
  readonly sinceMs: number | null
  /** When an order was sent to try the venue. While half open only, and absent while none is under way. */
  readonly trialSinceMs?: number
}

/** A two-leg trade from first order to last. Amounts are decimal strings; null means not known. */
export interface ArbTrade {
  readonly id: string
  readonly status: 'open' | 'balanced' | 'unwound' | 'imbalanced' | 'frozen' | 'failed'
  readonly legs: readonly ArbLeg[]
  /** Sales of what one leg held in excess. Each is named before it is sent. */
  readonly unwindOrderIds: readonly string[]
  /** Purchases of what one leg lacked, named likewise. */
  readonly completionOrderIds?: readonly string[]
  /** The pair of markets, as approvals name it. */
  readonly pair?: string
  /** What is done about an imbalance. */
  readonly policy?: string
  /** Dollars that the trade loses at most if either leg fails, by book, fees and ladder before the first order. */
  readonly worstLossExpected?: string
  /** Dollars expected over the whole trade before the first order, net of fees. */
  readonly edgeExpected: string
  /** Dollars kept or lost over the whole trade, fees included. */
  readonly edgeRealized: string | null
  /** Contracts held on one leg without the other. */
  readonly imbalance: string | null
  readonly fees: string | null
  /**
   * Both legs stand as they should, but a fill of theirs can still be reversed: the trade is `open` until every one is
   * final, and what it kept is not known before.
   */
  readonly provisional?: boolean
}

export interface ArbLeg {
  readonly orderId: string
  readonly market: MarketId
  /** What it buys. This and the next two are what mending needs at a later time; records of earlier versions lack them. */
  readonly outcome?: Outcome
  /** Dollars that a contract may cost at most. */
  readonly limit?: string
  /** Dollars that were bid for its outcome when the trade began. Missing also where nobody bid. */
  readonly bid?: string
  readonly filledQuantity: string | null
}

/** One line of the journal. */
export interface JournalRecord {
  /** 1, 2, 3, … without gaps. */
  readonly seq: number
  /** RFC 3339. */
  readonly time: string
  readonly event: JournalEvent
}
