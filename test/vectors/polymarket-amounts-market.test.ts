import { expect } from 'chai'
import { type AmountsOrRefusal, immediateAmounts } from '../../src/clients/polymarket/amounts.ts'
import { divideRounded, type Price, parsePrice, parseQuantity, SCALE } from '../../src/domain/amounts.ts'
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
  readonly amount: string
  readonly clobClientV2: SdkResult
  readonly unifiedUnprotected: SdkResult
  readonly unifiedProtected: SdkResult
  readonly exactDown?: WrittenAmounts
  readonly exactUp?: WrittenAmounts
  readonly downAgrees: boolean
  readonly upAgrees: boolean
}

interface File {
  readonly decimals: RoundingTable
  readonly cases: readonly Case[]
}

function ours(one: Case, price: Price, tick: Price): AmountsOrRefusal {
  return immediateAmounts({ side: sideOf(one), price, amount: parseQuantity(one.amount), tick })
}

describeVectors<File>('polymarket-amounts-market', ['meta'], ({ decimals, cases }) => {
  const onGrid = cases.filter((one) => one.priceOnTickGrid)

  /** Our amounts with the computed side rounded the other way. */
  function roundedUp(one: Case): WrittenAmounts {
    const down = written(ours(one, parsePrice(one.price), parsePrice(one.tickSize)))
    if (sideOf(one) === 'sell') return down
    const unit = 10n ** BigInt(6 - (decimals[one.tickSize]?.amount ?? 6))
    const units = divideRounded(BigInt(down.makerAmount) * SCALE, parsePrice(one.price) * unit, 'up')
    return { ...down, takerAmount: String(units * unit) }
  }

  it('are of ticks that we know', () => {
    expectKnownTicks(decimals)
    for (const one of cases) expect(one.kind).to.equal('market')
  })

  it('round the computed side down on the tick grid', () =>
    eachCase(onGrid, (one) => {
      expect(written(ours(one, parsePrice(one.price), parsePrice(one.tickSize)))).to.deep.equal(one.exactDown)
    }))

  it('differ by less than one unit from those that are rounded up', () =>
    eachCase(onGrid, (one) => {
      expect(roundedUp(one)).to.deep.equal(one.exactUp)
    }))

  it('say truly where the official software agrees', () =>
    eachCase(cases, (one) => {
      const down = [one.clobClientV2, one.unifiedUnprotected].map((result) => same(result, one.exactDown))
      expect(down.every(Boolean)).to.equal(one.downAgrees)
      expect(same(one.unifiedProtected, one.exactUp)).to.equal(one.upAgrees)
    }))

  it('rounded up by the official software are at most one unit above the exact ones', () =>
    eachCase(
      onGrid.filter((one) => !one.upAgrees),
      (one) => {
        if ('rejected' in one.unifiedProtected) throw new Error(one.unifiedProtected.rejected)
        const unit = 10n ** BigInt(6 - (decimals[one.tickSize]?.amount ?? 6))
        const up = roundedUp(one)
        expect(one.unifiedProtected.makerAmount).to.equal(up.makerAmount)
        expect(one.unifiedProtected.takerAmount).to.equal(String(BigInt(up.takerAmount) + unit))
      },
    ))

  it('are refused off the grid, where the official software rejects the price or signs another one', () =>
    eachCase(
      cases.filter((one) => !one.priceOnTickGrid),
      (one) => {
        const price = priceOf(one)
        if (price !== null) expect(ours(one, price, parsePrice(one.tickSize))).to.have.property('refused')
        for (const result of [one.clobClientV2, one.unifiedUnprotected, one.unifiedProtected]) {
          expectSdkToRoundOrReject(result, one, decimals, (near) => ours(one, near.price, near.tick))
        }
      },
    ))
})
