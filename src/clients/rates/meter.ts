import type { HttpRequest } from '../http/request.ts'
import type { Admission, Permit } from './budget.ts'
import type { AttemptEnd, Priority } from './charge.ts'

/** What a budget needs to know of a request. */
export type MeteredCall = Pick<HttpRequest, 'method' | 'path' | 'query' | 'body' | 'items'> & {
  /** Signed with the account's key, or one of the public calls that venues count by address. */
  readonly isPrivate: boolean
}

/** What a 429 proved. `not_executed`: the venue itself turned the call away at the door. */
export type Verdict = 'taken' | 'not_executed' | 'unclear'

/** A venue's rules of what calls cost, over the budget that its clients share. */
export interface Meter {
  /** Who goes first. A cancel may be sent again where the venue proves that it did nothing; an order never is. */
  priorityOf(call: MeteredCall): Priority
  /** Asked before every attempt. Waits while the budget has no room. */
  admit(call: MeteredCall, signal?: AbortSignal): Admission | Promise<Admission>
  /** Told how every admitted attempt ended. */
  settle(call: MeteredCall, permit: Permit, end: AttemptEnd): Verdict
}
