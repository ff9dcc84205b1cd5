import type { Quantity } from '../../domain/amounts.ts'
import type { Market, VenueId } from '../../domain/market.ts'
import type { OrderBook } from '../../domain/order-book.ts'
import type { OrderPlan } from '../../engine/place/plan-order.ts'
import type { SandboxControl } from '../rehearsal/sandbox-control.ts'
import type { Session } from '../session/session.ts'

/** What a scenario works with while it is recorded. */
export interface Stage {
  readonly session: Session
  readonly market: Market
  /** As it was read right before. */
  readonly book: OrderBook
  /** Contracts of an order where the scenario leaves the choice: as few as will do where it costs money. */
  readonly size: Quantity
  /** The simulated venue, or null at a real one. */
  readonly control: SandboxControl | null
  readonly signal: AbortSignal
  /** Shows an order and has it agreed to where that is needed. Every order of a scenario goes through here. */
  agree(plan: OrderPlan): Promise<void>
}

/** A fault rule of the sandbox, as `POST /faults` takes it. */
export type FaultRule = Readonly<Record<string, unknown>>

/** How a real venue comes to show it, or why it cannot be asked to. */
export type RealTrigger =
  | { readonly kind: 'how'; readonly how: string }
  | { readonly kind: 'never'; readonly why: string }

/** One thing that a venue can do to an order, and how to bring it about. */
export interface Scenario {
  /** Also the name of its recording. */
  readonly name: string
  readonly venue: VenueId
  /** What its recording shows, for a person. */
  readonly shows: string
  /** How it is brought about in the sandbox. */
  readonly sandbox: {
    readonly how: string
    /** Contracts at the best offer; 12 when absent. */
    readonly offered?: string
    readonly faults?: readonly FaultRule[]
    /** What the account does two hours before the session, which is on no tape. */
    before?(stage: Stage): Promise<void>
    /** What the sandbox is told besides the book, before the session begins. */
    setUp?(control: SandboxControl): Promise<void>
  }
  readonly real: RealTrigger
  run(stage: Stage): Promise<void>
}
