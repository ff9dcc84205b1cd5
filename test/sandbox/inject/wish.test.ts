import { expect } from 'chai'
import { readWish } from '../../../src/sandbox/inject/wish.ts'

const good = { markets: ['polymarket:b', 'kalshi:A'], polarity: 'same', edge: '0.05', size: '20' }

function wrongOf(changes: Readonly<Record<string, unknown>>): string | null {
  const read = readWish({ ...good, ...changes })
  return read.kind === 'wrong' ? read.message : null
}

describe('the wish for an edge', () => {
  it('has the markets in the order of the venues, and effects apart from what befalls orders', () => {
    const read = readWish({ ...good, on: 'order', effects: ['vanish', 'thin:kalshi:2.5', 'late-answer:kalshi'] })
    if (read.kind === 'wrong') throw new Error(read.message)
    const { markets, effects, hindrances, forMs } = read.wish
    expect([markets, forMs]).to.deep.equal([['kalshi:A', 'polymarket:b'], null])
    expect(effects).to.deep.equal([
      { kind: 'vanish', venue: null },
      { kind: 'thin', venue: 'kalshi', left: 2_500_000n },
    ])
    expect(hindrances).to.deep.equal([{ kind: 'late-answer', venue: 'kalshi', ms: 500 }])
  })

  for (const [what, changes, message] of [
    ['two markets of one venue', { markets: ['kalshi:A', 'kalshi:B'] }, /one of each venue/],
    ['a third market', { markets: [...good.markets, 'kalshi:C'] }, /one of each venue/],
    ['no size', { size: '0' }, /more than none/],
    ['a number for an amount', { edge: 0.05 }, /dollars in a string/],
    ['a dollar of edge', { edge: '1' }, /none keeps 1/],
    ['an effect without a moment', { effects: ['vanish'] }, /say when/],
    ['a moment that is none', { on: 'later' }, /order, fill, cancel/],
    ['a time below zero', { forMs: -1 }, /whole milliseconds/],
    ['a word that is none', { on: 'order', effects: ['explode'] }, /must be vanish/],
    ['a venue that is none', { on: 'order', effects: ['vanish:elsewhere'] }, /must be vanish/],
    ['a value too many', { on: 'order', effects: ['vanish:kalshi:3'] }, /must be vanish/],
    ['an amount that is none', { on: 'order', effects: ['thin:kalshi:much'] }, /plain decimal/],
    ['a late fill where orders match at once', { effects: ['late-fill:kalshi'] }, /late-answer/],
  ] as const) {
    it(`is refused with ${what}`, () => {
      expect(wrongOf(changes)).to.match(message)
    })
  }
})
