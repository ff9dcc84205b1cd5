/** What must hold in every run. The names are those that a mutant is reported under. */
export const invariants = {
  known: 'every order at a venue is in the journal, durably, before it can exist there',
  once: 'no intent has two orders, and none is sent twice by the program',
  terms: 'an order at a venue has the terms of its approved intent',
  approved: 'nothing that was denied, that nobody asked for, or whose pair is not approved as it is, reaches a venue',
  alive: 'an order that the journal calls ended is not live at its venue',
  fills: 'no more is booked than the venue has executed',
  positions: 'positions equal the fold of fills equal the venue',
  cash: 'cash is conserved to the millionth, and the journal accounts for all of ours',
  exposure: 'exposure, unknown orders at their worst included, is never above its limit',
  notional: 'no order is larger than its limit',
  halt: 'no order is approved after a halt',
  frozen: 'nothing is placed while its pair is frozen',
  single: 'a pair has one trade at a time',
  worst: 'a trade loses no more than was said before its first order, whoever mends it',
  reserve: 'what was lost and what trades under way may lose stay within the limit of a day',
  fresh: 'no leg is bought by a book that is older than the limit, or that was known to be wrong',
  heard: 'what a socket tells of an order is a hint to look: the record comes from REST',
  attended: 'a loop asks about what it has under way, and gives up connections that have fallen silent',
  mended: 'what one side holds in excess is sold when it can be, or held when that is the policy',
  fold: 'the journal folds to the state of the live path',
  chain: 'the hash chain holds',
  lost: 'no journal is called cut while its disk keeps what is synced',
  breaker: 'a breaker opens for unavailability only',
  settles: 'once the venues can be reached, everything settles and nothing differs',
  sound: 'no bug surfaces, nothing hangs, nothing is thrown that is not meant for a person',
} as const

export type Invariant = keyof typeof invariants

export interface Violation {
  readonly invariant: Invariant
  readonly what: string
}

/** Ends a run at the first thing that must not be. */
export class Violated extends Error {
  override readonly name = 'Violated'
  constructor(readonly violation: Violation) {
    super(`${violation.invariant}: ${violation.what}`)
  }
}

export function violated(invariant: Invariant, what: string): never {
  throw new Violated({ invariant, what })
}
