import { expect } from 'chai'
import { JsonNumber, parseJson } from '../../src/clients/json.ts'

describe('parseJson', () => {
  it('keeps the digits of numbers that no double can hold', () => {
    const parsed = parseJson('{"price": 0.10000000000000000001, "salt": 479249096354123456789}') as Record<
      string,
      unknown
    >
    expect(parsed.price).to.be.instanceOf(JsonNumber)
    expect(String(parsed.price)).to.equal('0.10000000000000000001')
    expect(String(parsed.salt)).to.equal('479249096354123456789')
  })

  it('leaves texts, truth values and null as they are', () => {
    expect(parseJson('["0.5", true, null, {"a": []}]')).to.deep.equal(['0.5', true, null, { a: [] }])
  })

  it('gives undefined for what is not JSON, never an exception', () => {
    for (const text of ['', '<html>', '{"a":1', '{"a":1}x', 'NaN', '{"count":"1","count":"2"}', '['.repeat(200_000)]) {
      expect(parseJson(text), text.slice(0, 20)).to.equal(undefined)
    }
  })
})
