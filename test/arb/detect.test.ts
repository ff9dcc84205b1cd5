import { expect } from 'chai'
import { type DetectTerms, evaluatePair } from '../../src/arb/detect.ts'
import { annualisedReturn, type Evaluation, edgePerPair } from '../../src/arb/opportunity.ts'
import type { ArbBook, ArbPair } from '../../src/arb/ports.ts'
import { formatAmount, parseMoney, parseQuantity } from '../../src/domain/amounts.ts'
import { aTimeMs } from '../support/builders.ts'
import { aPair, arbBook, balanceFee, detectTerms, firstMarket, nearestFee, secondMarket } from './support.ts'

const deep = (price: string) => [[price, '50']] as const

/** Books of the first and the second market: YES is on offer at the asks, NO at one dollar less the bids. */
function books(
  first: Parameters<typeof arbBook>[0],
  second: Parameters<typeof arbBook>[0],
): readonly [ArbBook, ArbBook] {
  return [arbBook(first), arbBook({ market: secondMarket.id, ...second })]
}

function told(evaluation: Evaluation): string {
  if (evaluation.kind === 'none') return evaluation.reason.kind
  return evaluation.legs.map(({ outcome, limit }) => `${outcome} ${formatAmount(limit)}`).join(', ')
}

function evaluate(
  seen: readonly [ArbBook, ArbBook],
  more: { readonly pair?: ArbPair; readonly terms?: Partial<DetectTerms> } = {},
): Evaluation {
  return evaluatePair(more.pair ?? aPair(), seen, detectTerms(more.terms))
}

describe('detecting what two books pay together', () => {
  it('buys YES on the first and NO on the second where both mean the same', () => {
    const found = evaluate(
      books({ asks: deep('0.40'), bids: deep('0.38') }, { asks: deep('0.47'), bids: deep('0.45') }),
    )
    expect(told(found)).to.equal('yes 0.4, no 0.55')
  })

  it('buys NO on the first and YES on the second when that is the cheaper way', () => {
    const found = evaluate(
      books({ asks: deep('0.62'), bids: deep('0.60') }, { asks: deep('0.55'), bids: deep('0.50') }),
    )
    expect(told(found)).to.equal('no 0.4, yes 0.55')
  })

  it('buys YES on both, or NO on both, where YES of one is NO of the other', () => {
    const pair = aPair({ polarity: 'inverted' })
    const cheap = books({ asks: deep('0.40'), bids: deep('0.38') }, { asks: deep('0.50'), bids: deep('0.48') })
    expect(told(evaluate(cheap, { pair }))).to.equal('yes 0.4, yes 0.5')
    const dear = books({ asks: deep('0.62'), bids: deep('0.60') }, { asks: deep('0.52'), bids: deep('0.50') })
    expect(told(evaluate(dear, { pair }))).to.equal('no 0.4, no 0.5')
  })

  it('finds nothing in the same books with the polarity the other way round', () => {
    const cheap = books({ asks: deep('0.40'), bids: deep('0.38') }, { asks: deep('0.50'), bids: deep('0.40') })
    expect(told(evaluate(cheap))).to.equal('no_edge')
  })

  const reasons: readonly (readonly [string, () => Evaluation])[] = [
    ['no_edge', () => evaluate(books({ asks: deep('0.50') }, { bids: deep('0.49') }))],
    [
      'fees',
      () => {
        const markets = [
          { ...firstMarket, fees: balanceFee },
          { ...secondMarket, fees: nearestFee },
        ] as const
        return evaluate(books({ asks: deep('0.50') }, { bids: deep('0.52') }), { pair: aPair({ markets }) })
      },
    ],
    [
      'min_edge',
      () => evaluate(books({ asks: deep('0.50') }, { bids: deep('0.52') }), { terms: { minEdge: parseMoney('0.03') } }),
    ],
    ['no_offer', () => evaluate(books({ bids: deep('0.50') }, { bids: deep('0.52') }))],
    [
      'book_untradable',
      () =>
        evaluate(
          books({ asks: deep('0.40') }, { bids: deep('0.52'), state: { kind: 'untradable', reason: { kind: 'gap' } } }),
        ),
    ],
    ['book_untradable', () => evaluate(books({ asks: deep('0.40'), at: null }, { bids: deep('0.52') }))],
    ['book_stale', () => evaluate(books({ asks: deep('0.40') }, { bids: deep('0.52') }), { terms: { nowMs: 10_001 } })],
    [
      'market_not_open',
      () => {
        const markets = [firstMarket, { ...secondMarket, status: 'closed' }] as const
        return evaluate(books({ asks: deep('0.40') }, { bids: deep('0.52') }), { pair: aPair({ markets }) })
      },
    ],
    [
      'fee_unknown',
      () => {
        const markets = [{ ...firstMarket, fees: { kind: 'unknown', reason: 'flat' } }, secondMarket] as const
        return evaluate(books({ asks: deep('0.40') }, { bids: deep('0.52') }), { pair: aPair({ markets }) })
      },
    ],
    [
      'too_small',
      // Its market takes no fewer than five.
      () => evaluate(books({ asks: [['0.40', '4']] }, { bids: deep('0.52') })),
    ],
  ]
  for (const [kind, evaluation] of reasons) {
    it(`names ${kind} as what binds`, () => {
      expect(told(evaluation())).to.equal(kind)
    })
  }

  it('tells what a pair would keep before and after fees when they eat it', () => {
    const markets = [
      { ...firstMarket, fees: balanceFee },
      { ...secondMarket, fees: nearestFee },
    ] as const
    const found = evaluate(books({ asks: deep('0.50') }, { bids: deep('0.52') }), { pair: aPair({ markets }) })
    // 0.07 x 0.50 x 0.50 and 0.07 x 0.48 x 0.52 a contract.
    expect(found.kind === 'none' ? found.reason : null).to.deep.equal({
      kind: 'fees',
      gross: parseMoney('0.02'),
      net: parseMoney('-0.014972'),
    })
  })

  it('shows what the collateral earns in a year until the later market ends', () => {
    const pair = aPair({
      markets: [
        { ...firstMarket, closeTime: '2026-12-20T12:00:00.000Z' },
        { ...secondMarket, closeTime: '2027-01-01T12:00:00.000Z' },
      ],
    })
    const found = evaluate(books({ asks: deep('0.40') }, { bids: deep('0.50') }), { pair })
    if (found.kind === 'none') throw new Error(found.reason.kind)
    expect(formatAmount(edgePerPair(found))).to.equal('0.1')
    // 5 on 45 dollars in 42 of 365 days.
    expect(formatAmount(annualisedReturn(found, aTimeMs) ?? parseQuantity('0'))).to.equal('0.965608')
    expect(
      annualisedReturn(
        { ...found, pair: aPair({ markets: [{ ...firstMarket, closeTime: null }, secondMarket] }) },
        aTimeMs,
      ),
    ).to.equal(null)
  })
})
