import { expect } from 'chai'
import fc from 'fast-check'
import { flattenJson, JsonSyntaxError, walkJson } from '../../src/capture/format/json-text.ts'

function walk(text: string): void {
  walkJson(text, { enter: () => true, leaf: () => undefined })
}

describe('JSON text', () => {
  it('accepts what JSON.parse accepts and refuses what it refuses', () => {
    const broken = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([text, at, insert]) => {
      const place = at % (text.length + 1)
      return text.slice(0, place) + insert + text.slice(place)
    })
    fc.assert(
      fc.property(fc.oneof(fc.json(), broken), (text) => {
        let valid = true
        try {
          JSON.parse(text)
        } catch {
          valid = false
        }
        if (valid) walk(text)
        else expect(() => walk(text)).to.throw(JsonSyntaxError)
      }),
      { numRuns: 500 },
    )
  })

  it('tells every leaf by its path, numbers as they were written', () => {
    const leaves = flattenJson('{"a":[{"b":0.10},{"b":12345678901234567890}],"c":{},"d":[ ]}')
    expect([...(leaves ?? [])]).to.deep.equal([
      ['a.0.b', '0.10'],
      ['a.1.b', '12345678901234567890'],
      ['c', '{}'],
      ['d', '[ ]'],
    ])
  })

  it('names line and column of a fault', () => {
    expect(() => walk('{\n  "a": 1,\n  "b": oops\n}')).to.throw('line 3, column 8: expected a value')
    expect(() => walk('{"a": [1, 2')).to.throw('line 1, column 12: the text ends too early')
  })

  it('refuses a text that is nested without end', () => {
    expect(() => walk('['.repeat(100_000))).to.throw(JsonSyntaxError, 'nested deeper')
  })
})
