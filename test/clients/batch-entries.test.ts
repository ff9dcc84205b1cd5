import { expect } from 'chai'
import fc from 'fast-check'
import { matchEntries } from '../../src/clients/batch-entries.ts'

interface Entry {
  readonly id: string | null
  readonly n: number
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'id' in value
}

const idOf = (entry: unknown): string | null => (isEntry(entry) ? entry.id : null)

/** `a1` is an entry named `a`; `-1` one without a name. */
function entries(...written: readonly string[]): readonly Entry[] {
  return written.map((text) => ({ id: text.startsWith('-') ? null : text.slice(0, 1), n: Number(text.slice(1)) }))
}

function matched(ids: string, ...written: readonly string[]): readonly (number | string)[] {
  return matchEntries([...ids], entries(...written), idOf).map((match) =>
    match.kind === 'found' && isEntry(match.entry) ? match.entry.n : match.kind,
  )
}

describe('entries of the answer to a batch', () => {
  it('are found by id, wherever they stand', () => {
    expect(matched('abc', 'c3', 'a1', 'b2')).to.deep.equal([1, 2, 3])
  })

  it('without an id count for their place while every other stands in its own', () => {
    expect(matched('abc', 'a1', '-2', 'c3')).to.deep.equal([1, 2, 3])
  })

  it('without an id count for nothing once one of the others is out of its place', () => {
    expect(matched('abc', 'c3', '-2', 'a1')).to.deep.equal([1, 'missing', 3])
  })

  it('without an id count for nothing when one is missing, or one too many', () => {
    expect(matched('abc', 'a1', '-2')).to.deep.equal([1, 'missing', 'missing'])
    expect(matched('ab', '-1', '-2', '-3')).to.deep.equal(['missing', 'missing'])
  })

  it('of a stranger make places worthless', () => {
    expect(matched('ab', 'z9', '-2')).to.deep.equal(['missing', 'missing'])
  })

  it('that claim the same item leave it undecided', () => {
    expect(matched('ab', 'a1', 'a2')).to.deep.equal(['ambiguous', 'missing'])
  })

  it('never give an item the named entry of another, whatever is dropped, doubled or moved', () => {
    const ids = ['a', 'b', 'c', 'd']
    const entry = fc.record({ id: fc.constantFrom(...ids, 'z', null), n: fc.nat() })
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 6 }), (answer) => {
        matchEntries(ids, answer, idOf).forEach((match, place) => {
          if (match.kind !== 'found') return
          const own = idOf(match.entry)
          expect(own === null || own === ids[place]).to.equal(true)
        })
      }),
    )
  })
})
