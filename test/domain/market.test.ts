import { expect } from 'chai'
import { marketId, oppositeOutcome, parseMarketId, venueIds, venueOf } from '../../src/domain/market.ts'

describe('market id', () => {
  it('is a venue and a symbol', () => {
    expect(parseMarketId('kalshi:KXFED-26DEC-T4.25')).to.deep.equal({ venue: 'kalshi', symbol: 'KXFED-26DEC-T4.25' })
  })

  for (const text of [
    '',
    'kalshi',
    'kalshi:',
    ':x',
    'KALSHI:X',
    'other:x',
    'kalshi:a b',
    'kalshi:../x',
    'kalshi:.x',
    'kalshi:a/b',
    `kalshi:${'x'.repeat(201)}`,
  ]) {
    it(`is not ${JSON.stringify(text.slice(0, 20))}`, () => {
      expect(parseMarketId(text)).to.equal(null)
    })
  }

  it('reads back what it is made of', () => {
    for (const venue of venueIds) expect(venueOf(marketId(venue, 'SYMBOL'))).to.equal(venue)
  })

  it('the opposite of the opposite outcome is the outcome', () => {
    expect([oppositeOutcome('yes'), oppositeOutcome(oppositeOutcome('yes'))]).to.deep.equal(['no', 'yes'])
  })
})
