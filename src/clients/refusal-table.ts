import type { VenueErrorKind } from '../domain/errors.ts'
import type { Amendment, Cancellation, Placement } from '../domain/venue.ts'

/** What was asked for. `amend` is any change of a resting order; `read` is whatever touches no order. */
export type Operation = 'place' | 'amend' | 'cancel' | 'cancel_all' | 'read'

export const everything: readonly Operation[] = ['place', 'amend', 'cancel', 'cancel_all', 'read']

/** What an answer proves about the request that it answers. The same words for both venues. */
export const meanings = {
  not_sent: 'Turned away at the door: the matching engine never saw it. Nothing happened.',
  rejected: 'The venue looked at it and said no. There is no order, or the order stays as it was. Nothing was traded.',
  killed: 'An immediate order found nothing to trade with and ended: nothing filled, nothing rests.',
  duplicate: 'The venue has or had an order with this id: an earlier attempt landed. Its state must be read.',
  not_live:
    'The venue has no such live order: filled, cancelled or never there. Proves nothing more; the order must be read.',
  unknown: 'It may or may not have been carried out. Never sent again, counted in full, until a read settles it.',
} as const satisfies Readonly<Record<string, string>>

export type Meaning = keyof typeof meanings

/** When sending it again makes sense. */
export const retries = {
  changed: 'only after something has changed: the same request gets the same answer',
  later: 'later, unchanged: nothing happened, and the obstacle passes',
  read_first: 'not before a read has shown what became of it',
} as const satisfies Readonly<Record<string, string>>

export type Retry = keyof typeof retries

/** What an answer must look like. All members that are given must fit. */
export interface Match {
  /** The venue's own code, any of these, letter case ignored. */
  readonly codes?: readonly string[]
  /** Part of what the venue says, any of these, letter case ignored; `*` stands for any text in between. */
  readonly texts?: readonly string[]
  /** A header whose lower-case name starts like this. */
  readonly header?: string
  /** A page of HTML: whoever wrote it, it was not the order service. */
  readonly html?: true
}

/** An answer as a test and a reader can hold it against its row. A text is a body that is not JSON. */
export interface Example {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** One known refusal of one venue. */
export interface Refusal {
  /** Our own word for it: stable, the same for both venues where they mean the same. */
  readonly code: string
  /** HTTP statuses that it was seen or is documented with. */
  readonly statuses: readonly number[]
  readonly match: Match
  readonly operations: readonly Operation[]
  readonly meaning: Meaning
  /** A clause for a person: what is the matter. */
  readonly says: string
  /** A sentence for a person: what to do. Empty where the meaning already says it. */
  readonly advice: string
  readonly retry: Retry
  readonly source: string
  readonly examples: readonly Example[]
  /** What a failed read of this kind is, where the status alone would mislead. */
  readonly readKind?: VenueErrorKind
}

/** An answer, taken apart by the venue's own reader of its envelopes. */
export interface Answer {
  /** Null for an entry of a batch, which has no status of its own. */
  readonly status: number | null
  /** The venue's code, as it came. */
  readonly code: string | null
  /** The rest of what the venue says. Null when there is no error of the venue's in the answer. */
  readonly text: string | null
  readonly headers: Readonly<Record<string, string>>
  readonly isHtml: boolean
}

/** Whether a row also counts under a status that it was not seen with, since the venue is known to move its errors about. */
export type CountsAt = (row: Refusal, status: number) => boolean

/** The first row that fits, or null: then nothing is known but the status. */
export function findRefusal(
  table: readonly Refusal[],
  answer: Answer,
  operation: Operation,
  countsAt: CountsAt,
): Refusal | null {
  return (
    table.find(
      (row) => row.operations.includes(operation) && appliesAt(row, answer, countsAt) && matches(row.match, answer),
    ) ?? null
  )
}

function appliesAt(row: Refusal, { status }: Answer, countsAt: CountsAt): boolean {
  // An entry of a batch is known by what it says alone.
  if (status === null) return row.match.codes !== undefined || row.match.texts !== undefined
  return row.statuses.includes(status) || countsAt(row, status)
}

function matches({ codes, texts, header, html }: Match, answer: Answer): boolean {
  if (html === true && !answer.isHtml) return false
  if (header !== undefined && !Object.keys(answer.headers).some((name) => name.startsWith(header))) return false
  if (codes !== undefined && !codes.some((code) => code === answer.code?.toLowerCase())) return false
  if (texts === undefined) return true
  const said = comparable(`${answer.code ?? ''}: ${answer.text ?? ''}`)
  return texts.some((text) => contains(said, text))
}

/** Venues and their gateways differ in apostrophes and spaces. */
function comparable(text: string): string {
  return text.toLowerCase().replaceAll('’', "'").replace(/\s+/g, ' ')
}

function contains(said: string, pattern: string): boolean {
  let from = 0
  for (const part of pattern.split('*')) {
    const at = said.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return true
}

/** What an answer comes to, with the words for it. */
export interface Judgement {
  readonly meaning: Meaning
  readonly code: string
  /** What happened and what is true now. */
  readonly statement: string
  /** What to do. Empty where the statement already says it. */
  readonly advice: string
  readonly retry: Retry
  /** Where waiting helps: for how long, in ms; null when the venue does not say. */
  readonly retryAfterMs: number | null
  /** What decided: a row of the table, the venue's rule for its class of answers, or nothing (then it is unknown). */
  readonly basis: Refusal | 'class' | 'nothing'
}

/** What is known before the operation is looked at. */
export interface Finding {
  readonly meaning: Meaning
  readonly code: string
  /** A whole sentence: who says what. */
  readonly what: string
  readonly advice: string
  readonly retry: Retry
  readonly retryAfterMs: number | null
  readonly basis: Judgement['basis']
}

/** @param venue As a person calls it. @param said What the venue says, if anything. */
export function findingByRow(venue: string, row: Refusal, said: string | null, retryAfterMs: number | null): Finding {
  const { meaning, code, says, advice, retry } = row
  const quoted = printable(said ?? '')
  const what = `${venue} ${openings[meaning]} ${says}${quoted === '' ? '' : ` ("${quoted}")`}.`
  return { meaning, code, what, advice, retry, retryAfterMs, basis: row }
}

const openings: Readonly<Record<Meaning, string>> = {
  not_sent: 'turned it away:',
  rejected: 'refused it:',
  killed: 'ended the order:',
  duplicate: 'did not take it again:',
  not_live: 'did nothing:',
  unknown: 'answered that',
}

/** Adds what is true now to what happened. */
export function conclude(finding: Finding, operation: Operation): Judgement {
  const { meaning, code, what, advice, retry, basis } = finding
  const retryAfterMs = retry === 'later' ? finding.retryAfterMs : null
  const wait = retryAfterMs === null ? '' : `Try again in ${Math.ceil(retryAfterMs / 1000)} s.`
  return {
    meaning,
    code,
    statement: sentences(what, truths[operation][meaning]),
    advice: sentences(advice, wait),
    retry,
    retryAfterMs,
    basis,
  }
}

/**
 * What a refusal of a whole batch proves about each order in it. The call itself can be refused: then nothing happened. What
 * is the matter with one order proves nothing about the others, and batches are not atomic.
 * @param ofCalls Rows that are about calls and not about the orders in them.
 */
export function findingOfEach(finding: Finding, ofCalls: readonly Refusal[]): Finding {
  const { meaning, basis } = finding
  const isDefinite = meaning === 'not_sent' || meaning === 'rejected'
  if (isDefinite && typeof basis === 'object' && ofCalls.includes(basis)) return finding
  return { ...finding, meaning: 'unknown', advice: '', retry: 'read_first', retryAfterMs: null }
}

function sentences(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}

/** What happened, what is true now, what to do. */
export function messageOf({ statement, advice }: Judgement): string {
  return sentences(statement, advice)
}

const untouched = 'The order stays as it is.'
const unreadable = 'It proves nothing about the order: read it.'

/** What is true now, in each case. */
const truths: Readonly<Record<Operation, Readonly<Record<Meaning, string>>>> = {
  place: {
    not_sent: 'No order was placed.',
    rejected: 'No order was placed.',
    killed: 'Nothing was filled and nothing rests.',
    duplicate: 'An order with this id exists or existed: an earlier attempt landed.',
    not_live: unreadable,
    unknown: 'The order may be live: do not send it again before it is reconciled.',
  },
  amend: {
    not_sent: untouched,
    rejected: untouched,
    killed: unreadable,
    duplicate: unreadable,
    not_live: 'Nothing was changed: the order is filled, cancelled or was never there.',
    unknown: 'The order may or may not have been changed: read it.',
  },
  cancel: {
    not_sent: untouched,
    rejected: untouched,
    killed: unreadable,
    duplicate: unreadable,
    not_live: 'The order is filled, cancelled or was never there: only reading it tells.',
    unknown: 'The order may still be live.',
  },
  cancel_all: {
    not_sent: 'No order was cancelled.',
    rejected: 'No order was cancelled.',
    killed: 'Orders may still be live.',
    duplicate: 'Orders may still be live.',
    not_live: 'Orders may still be live.',
    unknown: 'Some, all or none of the orders may have been cancelled.',
  },
  read: {
    not_sent: 'No order was touched.',
    rejected: 'No order was touched.',
    killed: 'No order was touched.',
    duplicate: 'No order was touched.',
    not_live: 'No order was touched.',
    unknown: 'No order was touched.',
  },
}

/** A killed order counts as rejected here: a client that knows the venue's order id can report it as ended instead. */
export function placementFrom(judged: Judgement): Placement {
  const { code } = judged
  const message = messageOf(judged)
  switch (judged.meaning) {
    case 'not_sent':
    case 'rejected':
      return { kind: judged.meaning, code, message, ...waitOf(judged) }
    case 'duplicate':
      return { kind: 'duplicate', message }
    case 'killed':
      return { kind: 'rejected', code, message }
    case 'not_live':
    case 'unknown':
      return { kind: 'unknown', code, message }
  }
}

export function cancellationFrom(judged: Judgement): Cancellation {
  const { code } = judged
  const message = messageOf(judged)
  switch (judged.meaning) {
    case 'not_sent':
    case 'rejected':
      return { kind: 'refused', code, message, ...waitOf(judged) }
    case 'not_live':
      return { kind: 'not_live', code, message }
    case 'killed':
    case 'duplicate':
    case 'unknown':
      return { kind: 'unknown', code, message }
  }
}

export function amendmentFrom(judged: Judgement): Amendment {
  // The same words hold for a change as for a cancel: what matters is whether the order is as it was.
  const cancellation = cancellationFrom(judged)
  if (cancellation.kind === 'cancelled') throw new Error('a refusal cannot be a cancel that was carried out')
  return cancellation
}

function waitOf({ retry, retryAfterMs }: Judgement): { readonly retryAfterMs?: number | null } {
  return retry === 'later' ? { retryAfterMs } : {}
}

/** Fit for a terminal: one line, no control characters, bounded. */
export function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim()
    .slice(0, 200)
}

export function isHtml(text: string): boolean {
  return /^\s*<(!doctype|html|head|body)\b/i.test(text)
}
