import { expect } from 'chai'
import { normalConditionId, routeFor, routeFromRecord, routeToRecord } from '../../../src/clients/polymarket/routing.ts'

/** The outcomes of a market with token ids, and of one with position ids. */
const tokens = [
  '71321045679252212594626385532706912750332728571942532289631379312455583992563',
  '52114319501245915516055106046884209969926127482827954674443846427813813222426',
]
const yesPosition = '663574927012476832975694178961957910328055987427402067619466963999000625152'
const noPosition = '663574927012476832975694178961957910328055987427402067619466963999000625153'
const positionCondition = '0x017791f201d5a788e0039e511fc1900e5f0000000000000000000000000000'
const condition = `0x${'ab'.repeat(32)}`

const tokenMarket = {
  version: 'v1',
  conditionId: condition,
  negRisk: false,
  clobTokenIds: tokens.slice(0, 2),
  positionIds: [],
}
const positionMarket = {
  version: 'v2',
  conditionId: positionCondition,
  negRisk: false,
  clobTokenIds: [],
  positionIds: [yesPosition, noPosition],
}

describe('polymarket routing', () => {
  it('follows the version of the market when it carries ids of both kinds', () => {
    const both = { ...tokenMarket, positionIds: [yesPosition, noPosition] }
    expect(routeFor(both)).to.include({ domainVersion: '2' })
    expect(routeFor({ ...positionMarket, clobTokenIds: tokens.slice(0, 2) })).to.include({ domainVersion: '3' })
  })

  for (const [what, market] of [
    ['without a version', { ...tokenMarket, version: null }],
    ['of an unknown version', { ...tokenMarket, version: 'v9' }],
    ['with position ids in a v1 market', { ...tokenMarket, clobTokenIds: [yesPosition, noPosition] }],
    ['with token ids in a v2 market', { ...positionMarket, positionIds: tokens.slice(0, 2) }],
    ['with swapped outcomes', { ...positionMarket, positionIds: [noPosition, yesPosition] }],
    ['with position ids of another condition', { ...positionMarket, conditionId: condition }],
    ['with one id', { ...tokenMarket, clobTokenIds: tokens.slice(0, 1) }],
    ['with the same id twice', { ...tokenMarket, clobTokenIds: [tokens[0] ?? '', tokens[0] ?? ''] }],
    ['with an id beyond 256 bits', { ...tokenMarket, clobTokenIds: ['9'.repeat(78), tokens[0] ?? ''] }],
    ['that does not say whether it is neg-risk', { ...tokenMarket, negRisk: null }],
    ['with a malformed condition id', { ...tokenMarket, conditionId: '0x12' }],
  ] as const) {
    it(`refuses a market ${what}`, () => {
      expect(routeFor(market)).to.have.property('refused')
    })
  }

  it('pads the 31-byte condition id of Protocol V2 on the right', () => {
    expect(normalConditionId(positionCondition)).to.equal(`${positionCondition}00`)
  })

  it('survives the store', () => {
    for (const market of [tokenMarket, { ...tokenMarket, negRisk: true }, positionMarket]) {
      const route = routeFor(market)
      if ('refused' in route) throw new Error(route.refused)
      expect(routeFromRecord(routeToRecord(route))).to.deep.equal(route)
    }
    expect(routeFromRecord({})).to.equal(null)
  })
})
