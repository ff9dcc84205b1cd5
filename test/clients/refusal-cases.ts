import { expect } from 'chai'
import type { Example, Meaning, Operation, Refusal } from '../../src/clients/refusal-table.ts'
import { VenueError } from '../../src/domain/errors.ts'
import type { Cancellation, Placement } from '../../src/domain/venue.ts'

/** One row's example, asked for by one operation. */
export interface RefusalCase {
  readonly name: string
  readonly row: Refusal
  readonly example: Example
  readonly operation: Operation
}

/** Every example of every row with every operation that the row is about. */
export function casesOf(table: readonly Refusal[]): readonly RefusalCase[] {
  return table.flatMap((row) =>
    row.examples.flatMap((example) =>
      row.operations
        .filter((operation) => fits(example, operation))
        .map((operation) => ({ name: `${operation}: ${labelOf(example)}`, row, example, operation })),
    ),
  )
}

/** An answer with 200 belongs to the call that answers so. */
function fits({ status, body }: Example, operation: Operation): boolean {
  if (status !== 200) return true
  const member = operation === 'place' ? 'success' : operation === 'cancel' ? 'canceled' : null
  return member !== null && typeof body === 'object' && body !== null && member in body
}

function labelOf({ status, body }: Example): string {
  return `${status} ${(typeof body === 'string' ? body : JSON.stringify(body)).slice(0, 100)}`
}

/** What each meaning must look like to whoever placed an order. */
const placements: Readonly<Record<Meaning, Placement['kind']>> = {
  not_sent: 'not_sent',
  rejected: 'rejected',
  killed: 'accepted',
  duplicate: 'duplicate',
  not_live: 'unknown',
  unknown: 'unknown',
}

/** The sentence without which a person does not know whether an order exists. */
const certainty: Readonly<Record<Placement['kind'], RegExp>> = {
  rejected: /No order was placed\./,
  not_sent: /No order was placed\./,
  duplicate: /an earlier attempt landed/,
  unknown: /The order may be live/,
  accepted: /^$/,
  withheld: /^$/,
}

export function expectPlacement({ row }: RefusalCase, placement: Placement): void {
  expect(placement.kind).to.equal(placements[row.meaning])
  if (placement.kind === 'accepted' || placement.kind === 'withheld') {
    expect(placement).to.have.nested.include({ 'report.status': 'cancelled', 'report.filledQuantity': 0n })
    return
  }
  expect(placement.message).to.match(certainty[placement.kind]).and.to.contain(row.says)
  if (placement.kind !== 'duplicate') expect(placement.code).to.equal(row.code)
  if (placement.kind === 'rejected' || placement.kind === 'not_sent') {
    expect(placement.message).to.contain(row.advice)
    expect(placement.retryAfterMs !== undefined).to.equal(row.retry === 'later')
  }
}

const cancellations: Readonly<Record<Meaning, Cancellation['kind']>> = {
  not_sent: 'refused',
  rejected: 'refused',
  killed: 'unknown',
  duplicate: 'unknown',
  not_live: 'not_live',
  unknown: 'unknown',
}

export function expectCancellation({ row }: RefusalCase, cancellation: Cancellation): void {
  expect(cancellation.kind).to.equal(cancellations[row.meaning])
  if (cancellation.kind === 'cancelled') return
  expect(cancellation.code).to.equal(row.code)
  expect(cancellation.message).to.contain(row.says)
  expect(cancellation.message).to.match(/The order stays as it is\.|may still be live\.|only reading it tells\./)
}

/** A failed cancel of everything says what was cancelled; a failed read that nothing was touched. */
export function expectFailure({ row, operation }: RefusalCase, failure: unknown): void {
  if (!(failure instanceof VenueError)) throw new Error(`no VenueError: ${String(failure)}`)
  expect(failure.message).to.contain(row.says)
  expect(failure.message).to.match(operation === 'read' ? /No order was touched\./ : /No order was c|Some, all or none/)
  expect(failure.sent).to.equal('yes')
  if (row.advice !== '') expect(failure.suggestions.join(' ')).to.contain(row.advice)
}

export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}
