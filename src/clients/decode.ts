import * as v from 'valibot'
import {
  AmountError,
  type Money,
  type Price,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseQuotedPrice,
  parseRate,
  parseSignedQuantity,
  type Quantity,
  type Rate,
} from '../domain/amounts.ts'
import { VenueError } from '../domain/errors.ts'
import { isoTime } from '../runtime/clock.ts'
import { JsonNumber } from './json.ts'

/** Any valibot schema that reads a value parsed by `parseJson`. */
export type Schema<T> = v.GenericSchema<unknown, T>

const EXPONENT_FORM = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/

/** `1.5e-3` as `0.0015`: exact, by moving the point. Undefined when the exponent is out of reason. */
function expandExponent(text: string): string | undefined {
  const match = EXPONENT_FORM.exec(text)
  if (match === null) return undefined
  const [, sign = '', whole = '', fraction = '', power = ''] = match
  const digits = whole + fraction
  const point = whole.length + Number(power)
  if (point > 24 || digits.length - point > 24) return undefined
  const padded = digits.padStart(digits.length - Math.min(point, 1) + 1, '0').padEnd(point, '0')
  const cut = padded.length - (digits.length - point > 0 ? digits.length - point : 0)
  return `${sign}${padded.slice(0, cut)}${cut < padded.length ? `.${padded.slice(cut)}` : ''}`
}

/** A number in either of the forms venues use, JSON string or JSON number, as plain decimal text without exponent. */
export const decimal = v.pipe(
  v.union([v.string(), v.instance(JsonNumber)], 'expected a decimal, as text or number'),
  plainDecimal<string | JsonNumber>(),
)

/** As `decimal`, for a venue that writes text. */
export const decimalText = v.pipe(v.string('expected a decimal as text'), plainDecimal<string>())
const decimalNumber = v.pipe(v.instance(JsonNumber, 'expected a number'), plainDecimal<JsonNumber>())

function plainDecimal<Input extends string | JsonNumber>() {
  return v.rawTransform<Input, string>(({ dataset, addIssue, NEVER }) => {
    const text = typeof dataset.value === 'string' ? dataset.value : plainText(dataset.value.text)
    if (text !== undefined && /^-?\d{1,24}(\.\d{1,30})?$/.test(text)) return text
    addIssue({ message: 'expected a plain decimal' })
    return NEVER
  })
}

function plainText(digits: string): string | undefined {
  return /[eE]/.test(digits) ? expandExponent(digits) : digits
}

function amount<T>(parse: (text: string) => T, form: Schema<string>): Schema<T> {
  return v.pipe(
    form,
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(dataset.value)
      } catch (error) {
        if (!(error instanceof AmountError)) throw error
        addIssue({ message: error.message })
        return NEVER
      }
    }),
  )
}

/** The amounts of a venue that writes them in one form, so that another form means another field or another unit. */
interface Amounts {
  /** An order price, in dollars: strictly between 0 and 1. */
  readonly price: Schema<Price>
  /** A price in dollars as venues print them: 0 and 1 included. */
  readonly quotedPrice: Schema<Price>
  /** Contracts, zero or more. */
  readonly quantity: Schema<Quantity>
  /** Contracts with a sign. */
  readonly signedQuantity: Schema<Quantity>
  /** Dollars, of either sign. */
  readonly money: Schema<Money>
  /** A factor, zero or more. */
  readonly rate: Schema<Rate>
  /** Contracts in a figure that no order depends on (volume): digits beyond a millionth are cut off. */
  readonly approximateQuantity: Schema<Quantity>
}

function amountsIn(form: Schema<string>): Amounts {
  return {
    price: amount(parsePrice, form),
    quotedPrice: amount(parseQuotedPrice, form),
    quantity: amount(parseQuantity, form),
    signedQuantity: amount(parseSignedQuantity, form),
    money: amount(parseMoney, form),
    rate: amount(parseRate, form),
    approximateQuantity: amount((text) => parseQuantity(text.replace(/^(-?\d+\.\d{6})\d+$/, '$1')), form),
  }
}

/** Amounts that are JSON text on the wire. */
export const textAmounts = amountsIn(decimalText)
/** Amounts that are JSON numbers on the wire. */
export const numberAmounts = amountsIn(decimalNumber)
/** Amounts that have been seen both ways. */
export const looseAmounts = amountsIn(decimal)

/** A whole number that is no amount: a timestamp, an index, a count of things. */
export const integer: Schema<number> = v.pipe(
  decimal,
  // Before it becomes a double, which would round a fraction away.
  v.check((text) => /^-?\d+(\.0+)?$/.test(text), 'expected a whole number'),
  v.transform(Number),
  v.safeInteger('expected a whole number within 2^53'),
)

/** What a point in time can be at most, in ms from 1970: beyond it there is no date. Source: ECMA-262, Time Values. */
const LAST_MS = 8_640_000_000_000_000

/** Unix seconds of a moment that has a date. */
export const unixSeconds: Schema<number> = v.pipe(
  integer,
  v.check((seconds) => seconds >= 0 && seconds <= LAST_MS / 1000, 'expected a time in Unix seconds'),
)

/** RFC 3339, or null where there is no such date. */
export function dateOf(ms: number): string | null {
  return ms >= 0 && ms <= LAST_MS ? isoTime(ms) : null
}

/** Absent and null alike become null. */
export function maybe<T>(schema: Schema<T>): Schema<T | null> {
  return v.nullish(schema, null)
}

/** A list that the venue may leave out, or send as null, when it is empty. */
export function listOf<T>(schema: Schema<T>): Schema<readonly T[]> {
  return v.nullish(v.array(schema), () => [])
}

/**
 * Text that may be absent, null or empty, all of which mean nothing said. The default matters: without one, valibot
 * skips an absent member and the transformation with it.
 */
export const textOrNull: Schema<string | null> = v.pipe(
  v.nullish(v.string(), ''),
  v.transform((text) => (text === '' ? null : text)),
)

/** What an answer belongs to, for the error of one that cannot be read. */
export interface AnswerContext {
  readonly httpStatus?: number
}

/**
 * Reads a parsed answer. Members that the schema does not name are ignored: venues add some every month.
 * @param what For the message, e.g. `Kalshi's answer to get_market`.
 * @throws VenueError of kind `undecodable` that names the member and what stood there.
 */
export function decodeWith<T>(schema: Schema<T>, value: unknown, what: string, context: AnswerContext = {}): T {
  const result = v.safeParse(schema, value, { abortEarly: true })
  if (result.success) return result.output
  if (value === undefined) throw notJson(what, context)
  const issue = deepestIssue(result.issues[0])
  const path = visible(v.getDotPath(issue) ?? '')
  const found = describeFound(path, issue.input)
  const problem = isMissing(issue) ? 'is missing' : `${complaintOf(issue)}, found ${found}`
  throw new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'ANSWER_UNREADABLE',
    message: `${what} could not be read: ${path === '' ? 'the body' : path} ${problem}.`,
    httpStatus: context.httpStatus ?? null,
    facts: { member: path, found },
    suggestions: ['Look for a newer version: the venue may have changed its answers.'],
  })
}

/** A gateway's page, an empty body, an answer cut short: whatever it was, it tells nothing about what was asked. */
function notJson(what: string, context: AnswerContext): VenueError {
  return new VenueError({
    kind: 'undecodable',
    sent: 'yes',
    code: 'ANSWER_UNREADABLE',
    message: `${what} could not be read: the answer is not JSON.`,
    httpStatus: context.httpStatus ?? null,
    suggestions: ['Check the base URL: something else may answer there. Otherwise try again later.'],
  })
}

/** The branch of a union that got furthest says most about what is wrong. */
function deepestIssue(issue: v.BaseIssue<unknown>): v.BaseIssue<unknown> {
  const nested = issue.issues?.find((inner) => (inner.path?.length ?? 0) > 0)
  return nested === undefined ? issue : deepestIssue(nested)
}

/** An object's own complaint about a member that it needs. */
function isMissing(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'object' && issue.input === undefined && (issue.path?.length ?? 0) > 0
}

const SECRET_MEMBER = /key|secret|sign|pass|token|auth/i

function describeFound(path: string, input: unknown): string {
  if (SECRET_MEMBER.test(path)) return 'a value that is not shown'
  if (input === undefined) return 'nothing'
  if (input instanceof JsonNumber) return `the number ${input.text.slice(0, 80)}`
  if (typeof input === 'string') return visible(JSON.stringify(input.slice(0, 80)))
  if (Array.isArray(input)) return 'a list'
  return typeof input === 'object' && input !== null ? 'an object' : String(input)
}

/** What a venue wrote must not steer the terminal on which it is shown. */
function visible(text: string): string {
  return text.slice(0, 200).replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?')
}

/** The schema's own words, or what it expected: the library's words repeat the value, however long or secret it is. */
function complaintOf({ message, expected }: v.BaseIssue<unknown>): string {
  return message.startsWith('Invalid ') && expected !== null ? `expected ${expected}` : visible(message)
}
