import { expect } from 'chai'
import fc from 'fast-check'
import { parseJson } from '../../src/clients/json.ts'
import { VenueError } from '../../src/domain/errors.ts'

/** An amount in an answer, and how the venue writes it. */
export interface AmountField {
  /** E.g. `orders.0.fill_count_fp`. */
  readonly path: string
  /** `either` where the venue has been seen to write both. */
  readonly form: 'text' | 'number' | 'either'
  /** Why the venue may leave it out or send null. It is then unknown. */
  readonly optional?: string
  /** Why it may be empty text. It is then unknown. */
  readonly empty?: string
  /** Why what cannot be read is unknown instead of spoiling the whole answer: no order depends on it. */
  readonly display?: string
  /** Digits beyond a millionth are cut off: a figure to look at. */
  readonly approximate?: true
}

export interface AnswerCase {
  readonly name: string
  /** As the venue would send it, everything in it. */
  readonly json: () => unknown
  readonly read: (parsed: unknown) => unknown
  readonly amounts: readonly AmountField[]
  /** Lists that the venue always sends: without them nothing is known, which is not the same as an empty list. */
  readonly lists?: readonly string[]
  /** Paths of objects whose member names are data: an added one is no unknown member. */
  readonly records?: readonly string[]
}

/** What no amount is written like. */
export const neverAmounts = [
  ...[true, false, [], ['1'], {}, 'abc', '1e3', 'NaN', 'Infinity', ' 1', '1 ', '1,5', '0x1', '--1', '.5', '1.', '+1'],
  ...['1'.repeat(40)],
]

export function describeDecoding(title: string, cases: readonly AnswerCase[]): void {
  describe(`${title}: decoding`, () => {
    for (const one of cases) {
      it(`${one.name} is read alike with members that nobody knows`, () => readsAlikeWithMore(one))
      for (const path of one.lists ?? []) {
        it(`${one.name} is not read without a true list of ${path}`, () => refusesOtherThanList(one, path))
      }
      for (const field of one.amounts) {
        it(`${one.name} is not read without a true ${field.path}`, () => refusesUntrue(one, field))
      }
    }
  })
}

function readsAlikeWithMore({ json, read, records = [] }: AnswerCase): void {
  const valid = json()
  const expected = readOf(read, valid)
  const objects = objectPaths(valid).filter((path) => !records.includes(path))
  fc.assert(
    fc.property(fc.constantFrom(...objects), fc.stringMatching(/^x_[a-z]{1,8}$/), fc.jsonValue(), (at, name, value) => {
      expect(readOf(read, withValue(valid, at === '' ? name : `${at}.${name}`, value))).to.deep.equal(expected)
    }),
    { numRuns: 50 },
  )
}

function refusesUntrue({ json, read }: AnswerCase, field: AmountField): void {
  const valid = json()
  expect(valueAt(valid, field.path), 'the answer has the member').to.not.equal(undefined)
  const expected = readOf(read, valid)
  const refuse = (value: unknown): void => {
    const outcome = outcomeOf(read, withValue(valid, field.path, value))
    const what = `${JSON.stringify(value)}`
    if (field.display !== undefined) expectOnlyUnknown(outcome, expected, what)
    else expect(outcome, what).to.equal('undecodable')
  }
  const allow = (value: unknown, what: string): void =>
    expectOnlyUnknown(outcomeOf(read, withValue(valid, field.path, value)), expected, what)
  const [absentOrNull, empty] = [field.optional ?? field.display, field.empty ?? field.display]
  for (const value of [undefined, null]) {
    if (absentOrNull === undefined) refuse(value)
    else allow(value, String(value))
  }
  if (empty === undefined) refuse('')
  else allow('', 'empty text')
  for (const value of [...neverAmounts, ...otherForm(field)]) refuse(value)
  fc.assert(
    fc.property(
      fc.jsonValue().filter((value) => isNoAmount(value)),
      refuse,
    ),
    { numRuns: 30 },
  )
}

function refusesOtherThanList({ json, read }: AnswerCase, path: string): void {
  for (const value of [undefined, null, {}, '', 'abc', 0, false]) {
    expect(outcomeOf(read, withValue(json(), path, value)), JSON.stringify(value)).to.equal('undecodable')
  }
}

function otherForm({ form, approximate }: AmountField): readonly unknown[] {
  const surplus = approximate ? [] : ['0.1234567']
  if (form === 'either') return surplus
  return form === 'text' ? [...surplus, 0, 1, 0.5] : ['0', '1', '0.5']
}

function isNoAmount(value: unknown): boolean {
  return typeof value === 'string' ? !/^-?\d*\.?\d*$/.test(value) : typeof value !== 'number' && value !== null
}

/** Everything that was read is as it was, or is now unknown; something is. Nothing turned into another value. */
function expectOnlyUnknown(outcome: unknown, expected: unknown, what: string): void {
  expect(outcome, what).to.not.equal('undecodable')
  expect(turnedInto(outcome, expected), what).to.deep.equal([])
  expect(outcome, what).to.not.deep.equal(expected)
}

/** Places that hold another value than before, other than an unknown one. */
function turnedInto(now: unknown, before: unknown, at = ''): readonly string[] {
  if (now === null || now === 'unknown' || isUnknown(now)) return []
  if (typeof now !== 'object' || typeof before !== 'object' || before === null) return now === before ? [] : [at]
  const names = [...new Set([...Object.keys(now), ...Object.keys(before)])]
  return names.flatMap((name) => turnedInto(Reflect.get(now, name), Reflect.get(before, name), `${at}.${name}`))
}

function isUnknown(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'unknown'
}

function readOf(read: AnswerCase['read'], json: unknown): unknown {
  return read(parseJson(JSON.stringify(json)))
}

function outcomeOf(read: AnswerCase['read'], json: unknown): unknown {
  try {
    return readOf(read, json)
  } catch (error) {
    if (error instanceof VenueError) return error.kind
    throw error
  }
}

function segmentsOf(path: string): readonly string[] {
  return path === '' ? [] : path.split('.')
}

function valueAt(json: unknown, path: string): unknown {
  return segmentsOf(path).reduce<unknown>((at, name) => Reflect.get(Object(at), name), json)
}

/** A copy with the value at the path; undefined leaves the member out. */
export function withValue(json: unknown, path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(json)
  const segments = segmentsOf(path)
  const last = segments[segments.length - 1] ?? ''
  const parent = Object(valueAt(copy, segments.slice(0, -1).join('.')))
  if (value === undefined) Reflect.deleteProperty(parent, last)
  else Reflect.set(parent, last, value)
  return copy
}

function objectPaths(json: unknown, at = ''): readonly string[] {
  if (typeof json !== 'object' || json === null) return []
  const inner = Object.entries(json).flatMap(([name, value]) => objectPaths(value, at === '' ? name : `${at}.${name}`))
  return Array.isArray(json) ? inner : [at, ...inner]
}
