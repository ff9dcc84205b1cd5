import { expect } from 'chai'
import fc from 'fast-check'
import * as v from 'valibot'
import {
  decimal,
  decodeWith,
  integer,
  listOf,
  looseAmounts,
  maybe,
  numberAmounts,
  type Schema,
  textAmounts,
  unixSeconds,
} from '../../src/clients/decode.ts'
import { parseJson } from '../../src/clients/json.ts'
import { formatAmount } from '../../src/domain/amounts.ts'
import { VenueError } from '../../src/domain/errors.ts'

const { approximateQuantity, money, price, quantity, quotedPrice, signedQuantity } = looseAmounts

function read<T>(schema: Schema<T>, json: string): T {
  return decodeWith(schema, parseJson(json), 'the answer')
}

function problemOf(schema: Schema<unknown>, json: string): VenueError {
  try {
    read(schema, json)
  } catch (error) {
    if (error instanceof VenueError) return error
  }
  throw new Error(`${json} was read`)
}

describe('decode', () => {
  it('reads an amount alike from text and from a number', () => {
    expect(read(price, '"0.56"')).to.equal(560_000n)
    expect(read(price, '0.56')).to.equal(560_000n)
    expect(read(signedQuantity, '-3.25')).to.equal(-3_250_000n)
    expect(read(money, '"-0.000001"')).to.equal(-1n)
  })

  it('moves the point of exponents exactly', () => {
    for (const [written, plain] of [
      ['1e-6', '0.000001'],
      ['1.5e-3', '0.0015'],
      ['25E+1', '250'],
      ['1.25e1', '12.5'],
      ['-4.2e0', '-4.2'],
      ['123e-2', '1.23'],
      ['0e5', '0'],
    ] as const) {
      expect(formatAmount(read(money, written)), written).to.equal(plain)
    }
  })

  it('agrees with the value of any exponent within reason', () => {
    const cases = fc.tuple(fc.integer({ min: 0, max: 999_999 }), fc.integer({ min: -6, max: 6 }))
    fc.assert(
      fc.property(cases, ([digits, power]) => {
        const scaled = power >= 0 ? BigInt(digits) * 10n ** BigInt(power) * 1_000_000n : null
        const expected = scaled ?? BigInt(digits) * 10n ** BigInt(6 + power)
        expect(read(money, `${digits}e${power}`)).to.equal(expected)
      }),
    )
  })

  it('refuses what is no plain decimal, and digits that would be lost', () => {
    for (const json of ['"abc"', '""', '"1e-2"', '" 1"', 'null', 'true', '[]', '0.0000001', '1e-99', '1e99']) {
      expect(problemOf(money, json).kind, json).to.equal('undecodable')
    }
  })

  it('takes the other form for a mistake where a venue has only one', () => {
    expect(read(textAmounts.price, '"0.56"')).to.equal(read(numberAmounts.price, '0.56'))
    expect(problemOf(textAmounts.price, '0.56').message).to.contain('as text')
    expect(problemOf(numberAmounts.price, '"0.56"').message).to.contain('a number')
  })

  it('keeps order prices inside 0 and 1 and lets quotes touch both', () => {
    expect(problemOf(price, '"1.0000"').kind).to.equal('undecodable')
    expect(problemOf(price, '0').kind).to.equal('undecodable')
    expect(read(quotedPrice, '"1.0000"')).to.equal(1_000_000n)
    expect(problemOf(quotedPrice, '"1.0001"').kind).to.equal('undecodable')
  })

  it('cuts digits only off figures that no order depends on', () => {
    expect(read(approximateQuantity, '1234.56789012345')).to.equal(1_234_567_890n)
    expect(problemOf(quantity, '1234.56789012345').kind).to.equal('undecodable')
  })

  it('takes absent and null for nothing said', () => {
    const schema = v.object({ a: maybe(money), b: listOf(money) })
    expect(read(schema, '{}')).to.deep.equal({ a: null, b: [] })
    expect(read(schema, '{"a":null,"b":null,"new":{"x":1}}')).to.deep.equal({ a: null, b: [] })
  })

  it('reads whole numbers that a double holds, and no others', () => {
    expect(read(integer, '1781159370164')).to.equal(1_781_159_370_164)
    expect(problemOf(integer, '1.5').kind).to.equal('undecodable')
    expect(problemOf(integer, '99999999999999999999').kind).to.equal('undecodable')
  })

  it('does not let a fraction vanish in the double that a whole number becomes', () => {
    expect(read(integer, '12.000')).to.equal(12)
    for (const json of ['1.00000000000000000001', '"1.00000000000000000001"', '9007199254740990.6', '1e-20']) {
      expect(problemOf(integer, json).kind, json).to.equal('undecodable')
    }
  })

  it('takes only seconds that have a date', () => {
    expect(read(unixSeconds, '8640000000000')).to.equal(8_640_000_000_000)
    for (const json of ['8640000000001', '9007199254740991', '-1']) {
      expect(problemOf(unixSeconds, json).kind, json).to.equal('undecodable')
    }
  })

  it('shows nothing that steers a terminal', () => {
    const [colour, turned] = [String.fromCodePoint(0x9b), String.fromCodePoint(0x202e)]
    const value = problemOf(v.object({ a: decimal }), JSON.stringify({ a: `${colour}31m${turned}` }))
    const name = problemOf(v.record(v.string(), decimal), JSON.stringify({ [`${colour}${turned}`]: 'x' }))
    expect([value.message, name.message, ...Object.values({ ...value.facts, ...name.facts })].join('')).to.not.match(
      /[\p{Cc}\p{Cf}]/u,
    )
  })

  it('repeats no value in the words of the schema: it may be long, or a secret', () => {
    const credentials = v.object({ secret: v.object({ inner: v.string() }) })
    expect(problemOf(credentials, '{"secret":"s3cr3t-value"}').message).to.not.contain('s3cr3t')
    expect(problemOf(v.object({}), JSON.stringify('x'.repeat(5_000))).message.length).to.be.below(250)
  })

  it('names the member that cannot be read and what stood there', () => {
    const schema = v.object({ order: v.object({ fills: v.array(v.object({ count: quantity })) }) })
    const problem = problemOf(schema, '{"order":{"fills":[{"count":"1.00"},{"count":"many"}]}}')
    expect(problem.message).to.contain('order.fills.1.count')
    expect(problem.message).to.contain('"many"')
    expect(problem.sent).to.equal('yes')
  })

  it('says so when the body is not JSON at all', () => {
    expect(problemOf(v.object({}), '<html>').message).to.contain('is not JSON')
  })

  it('cuts what it shows and hides what may be a secret', () => {
    const long = problemOf(v.object({ a: decimal }), JSON.stringify({ a: 'x'.repeat(5000) }))
    expect(long.message.length).to.be.below(250)
    const hidden = problemOf(v.object({ apiKey: decimal }), '{"apiKey":"s3cr3t"}')
    expect(JSON.stringify([hidden.message, hidden.facts])).to.not.contain('s3cr3t')
  })
})
