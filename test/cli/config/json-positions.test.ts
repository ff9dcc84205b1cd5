import { expect } from 'chai'
import fc from 'fast-check'
import { keyOffsets, lineAndColumn } from '../../../src/cli/config/json-positions.ts'

describe('positions in JSON', () => {
  it('tells keys of the same name apart by their path', () => {
    const text = '{\n "live": {"limit": 1},\n "limit": 2\n}'
    const offsets = keyOffsets(text)
    expect(lineAndColumn(text, offsets.get('live.limit') ?? -1)).to.deep.equal({ line: 2, column: 11 })
    expect(lineAndColumn(text, offsets.get('limit') ?? -1)).to.deep.equal({ line: 3, column: 2 })
  })

  it('is not confused by braces and quotes inside text', () => {
    const text = '{"a": "} \\" {", "b": [1, {"c": null}]}'
    expect([...keyOffsets(text).keys()]).to.deep.equal(['a', 'b', 'b.0', 'b.1', 'b.1.c'])
  })

  it('finds every key of any object', () => {
    const word = fc.stringMatching(/^[a-z]{1,4}$/)
    const leaf = fc.oneof(fc.string(), fc.integer())
    const branch = fc.dictionary(word, fc.oneof(leaf, fc.dictionary(word, leaf, { maxKeys: 3 })), { maxKeys: 3 })
    fc.assert(
      fc.property(fc.dictionary(word, branch, { maxKeys: 4 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent)
        for (const [path, offset] of keyOffsets(text)) {
          const key = path.split('.').at(-1) ?? ''
          expect(text.slice(offset, offset + key.length + 2)).to.equal(JSON.stringify(key))
        }
        expect(keyOffsets(text).size).to.equal(countKeys(value))
      }),
    )
  })
})

function countKeys(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return Object.values(value).reduce((sum: number, part) => sum + 1 + countKeys(part), 0)
}
