import { expect } from 'chai'
import {
  isPositionId,
  normalConditionId,
  positionIdParts,
  routeFor,
  routeFromRecord,
  routeToRecord,
} from '../../../src/clients/polymarket/routing.ts'
import { readVectors } from './vectors.ts'

interface RoutingCase {
  readonly assetId: string
  readonly reservedBitsZero: boolean
  readonly exchangeVersion: 2 | 3
  readonly moduleId?: number
  readonly outcomeIndex?: number
  readonly conditionId31?: string
  readonly conditionId32?: string
}

const cases = readVectors<{ cases: RoutingCase[] }>('routing').cases
const tokens = cases.filter((one) => one.exchangeVersion === 2).map((one) => one.assetId)
const position = cases.find((one) => one.outcomeIndex === 0)
if (position === undefined || position.conditionId31 === undefined) throw new Error('no position id among the vectors')
const yesPosition = position.assetId
const noPosition = (BigInt(yesPosition) + 1n).toString()
const positionCondition = position.conditionId31
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
  it('tells position ids from token ids and takes them apart as the SDK does', () => {
    for (const one of cases) {
      const id = BigInt(one.assetId)
      expect(isPositionId(id), one.assetId).to.equal(one.reservedBitsZero)
      if (one.moduleId === undefined) continue
      expect(positionIdParts(id)).to.deep.equal({
        moduleId: one.moduleId,
        outcomeIndex: one.outcomeIndex,
        conditionId31: one.conditionId31,
        conditionId32: one.conditionId32,
      })
    }
  })

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
    expect(normalConditionId(positionCondition)).to.equal(position?.conditionId32)
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
