import { expect } from 'chai'
import { type AmountsOrRefusal, limitAmounts } from '../../src/clients/polymarket/amounts.ts'
import { type Price, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import {
  type AmountCase,
  expectKnownTicks,
  expectSdkToRoundOrReject,
  priceOf,
  type RoundingTable,
  type SdkResult,
  same,
  sideOf,
  type WrittenAmounts,
  written,
} from './amount-cases.ts'
import { describeVectors, eachCase } from './folder.ts'

interface Case extends AmountCase {
  readonly size: string
  readonly clobClientV2: SdkResult
  readonly unified: SdkResult
  readonly exact?: WrittenAmounts
  readonly allAgree: boolean
}

interface File {
  readonly decimals: RoundingTable
  readonly cases: readonly Case[]
}

function ours(one: Case, price: Price, tick: Price): AmountsOrRefusal {
  return limitAmounts({ side: sideOf(one), price, size: parseQuantity(one.size), tick })
}

describeVectors<File>('polymarket-amounts-limit', ['meta'], ({ decimals, cases }) => {
  it('are of ticks that we know', () => {
    expectKnownTicks(decimals)
    for (const one of cases) expect(one.kind).to.equal('limit')
  })

  it('are exact on the tick grid', () =>
    eachCase(
      cases.filter((one) => one.priceOnTickGrid),
      (one) => {
        expect(written(ours(one, parsePrice(one.price), parsePrice(one.tickSize)))).to.deep.equal(one.exact)
      },
    ))

  it('say truly whether the official software agrees', () =>
    eachCase(cases, (one) => {
      const agree = [one.clobClientV2, one.unified].map((result) => same(result, one.exact))
      expect(agree.every(Boolean)).to.equal(one.allAgree)
    }))

  it('are refused off the grid, where the official software rejects the price or signs another one', () =>
    eachCase(
      cases.filter((one) => !one.priceOnTickGrid),
      (one) => {
        const price = priceOf(one)
        if (price !== null) expect(ours(one, price, parsePrice(one.tickSize))).to.have.property('refused')
        for (const result of [one.clobClientV2, one.unified]) {
          expectSdkToRoundOrReject(result, one, decimals, (near) => ours(one, near.price, near.tick))
        }
      },
    ))
})
