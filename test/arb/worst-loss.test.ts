import { expect } from 'chai'
import * as fc from 'fast-check'
import { type LegAtRisk, worstLoss } from '../../src/arb/worst-loss.ts'
import { formatAmount, parsePrice, parseQuantity, parseRate, type Quantity } from '../../src/domain/amounts.ts'
import { defaultPolicy, type Policy } from '../../src/domain/pair-plan.ts'
import { aMarket } from '../support/builders.ts'
import { balanceFee, free } from './support.ts'

const policy = (changes: Partial<Policy> = {}): Policy => ({ ...defaultPolicy(parseRate('0.05')), ...changes })

function aLeg(
  limit: string,
  bids: readonly (readonly [string, string])[],
  changes: Partial<LegAtRisk> = {},
): LegAtRisk {
  return {
    market: aMarket({ fees: free }),
    outcome: 'yes',
    limit: parsePrice(limit),
    quantity: parseQuantity('10'),
    expected: parseQuantity('10'),
    bids: bids.map(([price, quantity]) => ({ price: parsePrice(price), quantity: parseQuantity(quantity) })),
    ...changes,
  }
}

function losses(legs: readonly [LegAtRisk, LegAtRisk], by: Policy = policy()): readonly string[] {
  const { ifFirstAlone, ifSecondAlone, most } = worstLoss(legs, by)
  return [ifFirstAlone, ifSecondAlone, most].map(formatAmount)
}

describe('the loss of a two-leg trade at worst', () => {
  it('is what a lone leg costs, less what the last rung of the ladder brings', () => {
    // Five rungs of 5 % below the bid of 0.40 are 0.30; five below 0.50 are 0.375, and 0.38 is the nearest price.
    expect(losses([aLeg('0.42', [['0.40', '50']]), aLeg('0.52', [['0.50', '50']])])).to.deep.equal([
      '1.2',
      '1.4',
      '1.4',
    ])
  })

  it('counts what nobody bids for as worth nothing', () => {
    const legs = [
      aLeg('0.42', [
        ['0.40', '4'],
        ['0.20', '50'],
      ]),
      aLeg('0.52', []),
    ] as const
    expect(losses(legs)).to.deep.equal(['3', '5.2', '5.2'])
  })

  it('counts the fees of buying and of selling at their highest', () => {
    const market = aMarket({ fees: balanceFee })
    const [loss] = losses([aLeg('0.42', [['0.40', '50']], { market }), aLeg('0.52', [['0.50', '50']])])
    // 4.20 and a fee of 0.19, less 3.00 and a fee of 0.19: at 0.50 for a sale that may fill there.
    expect(loss).to.equal('1.58')
  })

  it('is all that a leg costs when its excess is held', () => {
    const legs = [aLeg('0.42', [['0.40', '50']]), aLeg('0.52', [['0.50', '50']])] as const
    expect(losses(legs, policy({ kind: 'hold' }))).to.deep.equal(['4.2', '5.2', '5.2'])
  })

  it('is the worse of completing at the last rung and of selling when the excess is completed', () => {
    // Completing the first: 4.20 + 10 x 0.65 - 10. Selling it is dearer here.
    const legs = [aLeg('0.42', [['0.40', '50']]), aLeg('0.52', [['0.50', '50']])] as const
    expect(losses(legs, policy({ kind: 'complete' }))).to.deep.equal(['1.2', '1.4', '1.4'])
    const dear = [aLeg('0.42', [['0.40', '50']]), aLeg('0.80', [['0.79', '50']])] as const
    expect(losses(dear, policy({ kind: 'complete' }))[0]).to.equal('4.1')
  })

  it('is never less than what any sequence of sales within the ladder loses', () => {
    const level = fc.record({ cents: fc.integer({ min: 2, max: 60 }), count: fc.integer({ min: 1, max: 8 }) })
    const bids = fc.uniqueArray(level, { minLength: 1, maxLength: 5, selector: ({ cents }) => cents })
    fc.assert(
      fc.property(bids, fc.integer({ min: 1, max: 95 }), (rows, limit) => {
        const sorted = rows
          .toSorted((a, b) => b.cents - a.cents)
          .map(({ cents, count }) => ({
            price: parsePrice((cents / 100).toFixed(2)),
            quantity: parseQuantity(String(count)),
          }))
        const leg = aLeg((limit / 100).toFixed(2), [], { bids: sorted })
        const { ifFirstAlone } = worstLoss([leg, aLeg('0.5', [])], policy())
        // Selling into the bids as they were, best first, never below the last rung.
        const best = sorted[0]?.price ?? 0n
        const floor = best - (best * 250_000n) / 1_000_000n
        const floorByStep = best - 50_000n
        let left: bigint = leg.expected
        let back = 0n
        for (const { price, quantity } of sorted) {
          if (price < (floor < floorByStep ? floor : floorByStep)) break
          const taken = quantity < left ? quantity : (left as Quantity)
          back += (price * taken) / 1_000_000n
          left -= taken
        }
        return leg.limit * 10n - back <= ifFirstAlone
      }),
      { numRuns: 300 },
    )
  })
})
