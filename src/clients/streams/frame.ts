import { AmountError } from '../../domain/amounts.ts'
import { VenueError } from '../../domain/errors.ts'

/**
 * Reading of book messages by hand: they come by the thousand, and a schema costs more than the rest of their way. Every
 * member is checked all the same; amounts are text on both venues, and no number among the members is an amount.
 */
export type Members = Readonly<Record<string, unknown>>

/** Thrown by the readers below and turned into a VenueError by whoever reads the frame. */
export class BadFrame extends Error {
  override readonly name = 'BadFrame'
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Undefined when the text is no JSON. */
export function parseFrame(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function textOf(members: Members, name: string): string {
  const value = members[name]
  if (typeof value === 'string') return value
  throw new BadFrame(`${name} ${value === undefined ? 'is missing' : 'is no text'}`)
}

/** A whole number that is no amount: a sequence, a subscription, a time. Null when it is absent. */
export function wholeOrNull(members: Members, name: string): number | null {
  const value = members[name]
  if (value === undefined || value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  throw new BadFrame(`${name} is no whole number`)
}

export function listIn(members: Members, name: string): readonly unknown[] {
  const value = members[name]
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw new BadFrame(`${name} is no list`)
}

/** Runs a parser of amounts on a member of text. */
export function amountOf<T>(members: Members, name: string, parse: (text: string) => T): T {
  return amountFrom(textOf(members, name), name, parse)
}

export function amountFrom<T>(text: unknown, name: string, parse: (text: string) => T): T {
  if (typeof text !== 'string') throw new BadFrame(`${name} is no text`)
  try {
    return parse(text)
  } catch (error) {
    if (error instanceof AmountError) throw new BadFrame(`${name}: ${error.message}`)
    throw error
  }
}

/** The error of a message that says something else than the venue's pages promise. */
export function unreadableFrame(venue: string, what: string, why: string): VenueError {
  return new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'STREAM_FRAME_UNREADABLE',
    message: `${venue}'s message ${what} could not be read: ${printable(why)}. What it was about is read anew.`,
    facts: { message: printable(what) },
    suggestions: ['Look for a newer version: the venue may have changed its messages.'],
  })
}

/** The error of a message in which the venue itself reports one. */
export function refusedFrame(venue: string, code: string, message: string): VenueError {
  return new VenueError({
    kind: 'refused',
    sent: 'yes',
    code: 'STREAM_REFUSED',
    message: `${venue}'s socket refused a request: ${printable(message)} (${printable(code)}).`,
    venueCode: printable(code),
  })
}

/** What a venue wrote must not steer the terminal on which it is shown. */
function printable(text: string): string {
  return text.slice(0, 200).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}
