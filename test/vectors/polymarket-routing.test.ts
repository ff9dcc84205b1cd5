import { expect } from 'chai'
import { isPositionId, positionIdParts, routeFor } from '../../src/clients/polymarket/routing.ts'
import { describeVectors, eachCase } from './folder.ts'

interface Case {
  readonly assetId: string
  readonly reservedBitsZero: boolean
  readonly exchangeVersion: 2 | 3
}

interface Position extends Case {
  readonly moduleId: number
  readonly outcomeIndex: number
  readonly conditionId31: string
  readonly conditionId32: string
}

const anyCondition = `0x${'ab'.repeat(32)}`

function isPosition(one: Case): one is Position {
  return 'moduleId' in one
}

describeVectors<{ cases: readonly Case[] }>('polymarket-routing', ['meta'], ({ cases }) => {
  const positions = cases.filter(isPosition)

  it('tell position ids of Protocol V2 from token ids', () =>
    eachCase(cases, (one) => {
      expect(isPositionId(BigInt(one.assetId))).to.equal(one.reservedBitsZero)
      expect(one.exchangeVersion).to.equal(isPosition(one) ? 3 : 2)
    }))

  it('take position ids apart', () =>
    eachCase(positions, ({ assetId, moduleId, outcomeIndex, conditionId31, conditionId32 }) => {
      expect(positionIdParts(BigInt(assetId))).to.deep.equal({ moduleId, outcomeIndex, conditionId31, conditionId32 })
    }))

  it('lead to the exchange that goes with the id, and to none under the other version', () =>
    eachCase(cases, (one) => {
      const ids = bothOutcomes(one)
      const base = {
        conditionId: isPosition(one) ? one.conditionId31 : anyCondition,
        negRisk: false,
        clobTokenIds: ids,
        positionIds: ids,
      }
      const [right, wrong] = one.exchangeVersion === 3 ? ['v2', 'v1'] : ['v1', 'v2']
      expect(routeFor({ ...base, version: right ?? '' })).to.include({ domainVersion: String(one.exchangeVersion) })
      expect(routeFor({ ...base, version: wrong ?? '' })).to.have.property('refused')
    }))

  it('tell neg-risk markets of Protocol V2 where the venue does not', () =>
    eachCase(positions, (one) => {
      const { conditionId31: conditionId, conditionId32, moduleId } = one
      const market = { version: 'v2', conditionId, negRisk: null, clobTokenIds: [], positionIds: bothOutcomes(one) }
      expect(routeFor(market)).to.include({ conditionId: conditionId32, negRisk: moduleId === 2 })
    }))
})

/** The ids of YES and NO of the market that an id belongs to; for token ids, which are hashes, any other one. */
function bothOutcomes(one: Case): readonly string[] {
  const id = BigInt(one.assetId)
  if (!isPosition(one)) return [one.assetId, (id ^ 1n).toString()]
  const yes = id - BigInt(one.outcomeIndex)
  return [yes.toString(), (yes + 1n).toString()]
}
