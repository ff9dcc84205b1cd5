import { expect } from 'chai'
import * as fc from 'fast-check'
import type { LegOffer } from '../../src/arb/leg-offer.ts'
import { type SizeTerms, sizePair } from '../../src/arb/size.ts'
import {
  addMoney,
  cost,
  formatAmount,
  type Money,
  minQuantity,
  type Price,
  parseMoney,
  parsePrice,
  parseQuantity,
  parseRate,
  type Quantity,
} from '../../src/domain/amounts.ts'
import { predictFees, worstTakerFee } from '../../src/domain/fees.ts'
import type { Level } from '../../src/domain/order-book.ts'
import { uniformLadder } from '../../src/domain/tick-ladder.ts'
import { aMarket } from '../support/builders.ts'
import { balanceFee, free, nearestFee } from './support.ts'

const contract = parseQuantity('1')

function anOffer(asks: readonly (readonly [string, string])[], changes: Partial<LegOffer> = {}): LegOffer {
  return {
    market: aMarket({ fees: free }),
    outcome: 'yes',
    asks: asks.map(([price, quantity]) => ({ price: parsePrice(price), quantity: parseQuantity(quantity) })),
    ladder: uniformLadder(parsePrice('0.01')),
    spends: false,
    cash: null,
    ...changes,
  }
}

function sizeTerms(changes: Partial<SizeTerms> = {}): SizeTerms {
  return {
    minEdge: parseMoney('0'),
    size: null,
    limits: { minNotional: parseMoney('0.1'), maxNotional: parseMoney('100'), maxSlippage: parseRate('9') },
    exposureLeft: parseMoney('1000'),
    budgetLeft: null,
    ...changes,
  }
}

function sized(offers: readonly [LegOffer, LegOffer], terms = sizeTerms()) {
  const result = sizePair(offers, terms)
  if (result.kind !== 'sized') throw new Error(`not sized: ${result.kind}`)
  const { legs, pairs, edge, boundBy } = result.sized
  return {
    pairs: formatAmount(pairs),
    edge: formatAmount(edge),
    limits: legs.map(({ limit }) => formatAmount(limit)),
    quantities: legs.map(({ quantity }) => formatAmount(quantity)),
    boundBy,
  }
}

describe('the size of a two-leg purchase', () => {
  it('walks both books to the last pair that still earns something', () => {
    const offers = [
      anOffer([
        ['0.40', '10'],
        ['0.45', '10'],
        ['0.60', '10'],
      ]),
      anOffer([
        ['0.50', '15'],
        ['0.54', '50'],
      ]),
    ] as const
    // 10 at 0.90, 5 at 0.95, 5 at 0.99; the next would cost 1.14.
    expect(sized(offers)).to.deep.equal({
      pairs: '20',
      edge: '1.3',
      limits: ['0.45', '0.54'],
      quantities: ['20', '20'],
      boundBy: 'edge',
    })
  })

  it('stops where the next pair would keep less than was asked for', () => {
    const offers = [
      anOffer([
        ['0.40', '10'],
        ['0.45', '10'],
      ]),
      anOffer([['0.50', '50']]),
    ] as const
    expect(sized(offers, sizeTerms({ minEdge: parseMoney('0.06') }))).to.include({ pairs: '10', boundBy: 'edge' })
  })

  it('counts the fees of both venues before it calls a price an edge', () => {
    const dear = { market: aMarket({ fees: balanceFee }) }
    const offers = [anOffer([['0.49', '10']], dear), anOffer([['0.49', '10']], dear)] as const
    const result = sizePair(offers, sizeTerms())
    expect(result.kind === 'no_edge' ? [result.gross, result.net] : result.kind).to.deep.equal([
      parseMoney('0.02'),
      parseMoney('-0.014986'),
    ])
  })

  for (const [bound, changes] of [
    ['size', { size: parseQuantity('7') }],
    ['max_notional', { limits: { ...sizeTerms().limits, maxNotional: parseMoney('3.50') } }],
    ['exposure', { exposureLeft: parseMoney('6.30') }],
    ['session_budget', { budgetLeft: parseMoney('6.30') }],
  ] as const) {
    it(`says that ${bound} ended the size`, () => {
      const offers = [anOffer([['0.40', '50']]), anOffer([['0.50', '50']])] as const
      expect(sized(offers, sizeTerms(changes))).to.include({ pairs: '7', boundBy: bound })
    })
  }

  it('keeps what a venue has in cash', () => {
    const offers = [anOffer([['0.40', '50']], { cash: parseMoney('2') }), anOffer([['0.50', '50']])] as const
    expect(sized(offers)).to.include({ pairs: '5', boundBy: 'cash' })
  })

  it('is too small when the limits leave less than a venue takes', () => {
    const market = aMarket({ fees: free, minimumQuantity: parseQuantity('5') })
    const offers = [anOffer([['0.40', '50']]), anOffer([['0.50', '50']], { market })] as const
    expect(sizePair(offers, sizeTerms({ size: parseQuantity('4') }))).to.deep.equal({
      kind: 'too_small',
      bound: 'size',
    })
  })

  it('spends no fraction of a cent where purchases spend dollars', () => {
    const ladder = uniformLadder(parsePrice('0.001'))
    // 0.123 a contract: whole cents are spent by whole tens of contracts alone.
    const offers = [anOffer([['0.123', '27']], { ladder, spends: true }), anOffer([['0.50', '50']])] as const
    expect(sized(offers)).to.include({ pairs: '20' })
  })

  it('sizes the other leg by what the dollars of the first one buy over several levels', () => {
    const offers = [
      anOffer(
        [
          ['0.40', '10'],
          ['0.41', '10'],
        ],
        { spends: true },
      ),
      anOffer([['0.50', '50']]),
    ] as const
    const { quantities, pairs } = sized(offers)
    // 19 x 0.41 = 7.79 dollars: 10 at 0.40 and 9.243902 at 0.41.
    expect([quantities, pairs]).to.deep.equal([['19', '19.24'], '19.24'])
  })

  it('finds the one size beyond the most profitable that fits both grids, when none before it does', () => {
    const first = anOffer(
      [
        ['0.20', '2'],
        ['0.21', '4'],
        ['0.51', '2'],
      ],
      { spends: true },
    )
    const market = aMarket({ fees: balanceFee })
    const second = anOffer(
      [
        ['0.20', '2'],
        ['0.48', '5'],
        ['0.50', '1'],
      ],
      { spends: true, market },
    )
    // 2.04 dollars buy 7.568627 and 3.08 dollars 7.56. Six would keep more, and no whole cents buy as much on both sides.
    expect(sized([first, second], sizeTerms({ exposureLeft: parseMoney('5.12') }))).to.include({ pairs: '7.56' })
  })

  it('never takes fewer dollars to a spending venue than it accepts', () => {
    const offers = [anOffer([['0.05', '50']], { spends: true }), anOffer([['0.50', '8']])] as const
    expect(sizePair(offers, sizeTerms()).kind).to.equal('too_small')
  })

  const price = fc.integer({ min: 20, max: 60 }).map((cents) => BigInt(cents * 10_000) as Price)
  const level = fc.record({
    price,
    quantity: fc.integer({ min: 1, max: 5 }).map((n) => BigInt(n * 1_000_000) as Quantity),
  })
  const levels = fc
    .uniqueArray(level, { minLength: 1, maxLength: 3, selector: (each) => each.price })
    .map((rows) => rows.toSorted((a, b) => (a.price < b.price ? -1 : 1)))
  const offer = fc
    .record({ asks: levels, fees: fc.constantFrom(free, balanceFee, nearestFee), spends: fc.boolean() })
    .map(({ asks, fees, spends }): LegOffer => ({ ...anOffer([]), asks, spends, market: aMarket({ fees }) }))
  const dollars = (max: number) => fc.integer({ min: 1, max }).map((cents) => BigInt(cents * 10_000) as Money)
  const terms = fc
    .record({
      minEdge: fc.constantFrom('0', '0.001', '0.02').map(parseMoney),
      exposureLeft: dollars(1_200),
      size: fc.option(fc.integer({ min: 1, max: 12 }).map((n) => BigInt(n * 1_000_000) as Quantity)),
      budgetLeft: fc.option(dollars(1_200)),
    })
    .map(sizeTerms)

  it('keeps exactly as much as the best of all sizes, whatever the fees, limits and ways to count', () => {
    fc.assert(
      fc.property(offer, offer, terms, (...[one, other, asked]) => {
        // Hundredths matter where dollars are spent; elsewhere whole contracts keep the number of all sizes small.
        const quantityStep = one.spends || other.spends ? parseQuantity('0.01') : contract
        const [first, second] = [one, other].map((each) => ({ ...each, market: { ...each.market, quantityStep } }))
        if (first === undefined || second === undefined) throw new Error('two offers')
        const result = sizePair([first, second], asked)
        const found = result.kind === 'sized' ? kept(result.sized.edge, result.sized.pairs, asked) : 0n
        expect(found).to.equal(bestOfAll([first, second], asked))
      }),
      { numRuns: 200 },
    )
  })
})

function kept(edge: bigint, pairs: bigint, { minEdge }: SizeTerms): bigint {
  return edge * 1_000_000n - minEdge * pairs
}

interface Tried {
  readonly quantity: Quantity
  readonly spent: bigint
  readonly fee: bigint
  readonly worst: Money
  readonly worstWithFee: Money
}

/** Every order of one leg that the book fills: every limit that is a level, every quantity of its grid. */
function ordersOf(offer: LegOffer, terms: SizeTerms): readonly Tried[] {
  const grid = offer.spends ? 10_000n : contract
  return offer.asks.flatMap(({ price }) => {
    const orders: Tried[] = []
    for (let quantity = grid; quantity <= 16n * contract; quantity += grid) {
      const order = tryOrder(offer, terms, price, quantity as Quantity)
      if (order !== null) orders.push(order)
    }
    return orders
  })
}

function tryOrder(offer: LegOffer, { limits }: SizeTerms, limit: Price, quantity: Quantity): Tried | null {
  const { asks, market, spends } = offer
  const worst = cost(limit, quantity, 'up')
  const least = spends ? parseMoney('1') : limits.minNotional
  if (quantity <= 0n || worst < least || worst > limits.maxNotional) return null
  if (spends && (limit * quantity) % 10_000_000_000n !== 0n) return null
  const fee = worstTakerFee(market.fees, { side: 'buy', price: limit, quantity }) ?? (0n as Money)
  // More than the book shows is never asked for: what comes then would have no other half.
  const filled = fill(asks, { limit, quantity, spends }, market)
  return filled === null ? null : { ...filled, worst, worstWithFee: addMoney(worst, fee) }
}

function fill(
  asks: readonly Level[],
  order: { readonly limit: Price; readonly quantity: Quantity; readonly spends: boolean },
  { fees }: LegOffer['market'],
): Pick<Tried, 'quantity' | 'spent' | 'fee'> | null {
  let left = order.spends ? order.limit * order.quantity : order.quantity
  let [quantity, spent, worst] = [0n, 0n, 0n]
  const fills = []
  for (const each of asks.filter(({ price }) => price <= order.limit)) {
    const wanted = order.spends ? left / each.price : left
    const taken = minQuantity(wanted as Quantity, each.quantity)
    if (taken === 0n) break
    left -= order.spends ? each.price * taken : taken
    quantity += taken
    worst = each.price
    spent += each.price * taken
    fills.push({ side: 'buy', price: each.price, quantity: taken, liquidity: 'taker' } as const)
  }
  // A limit that is worse than what fills is never given.
  if (left >= order.limit || worst !== order.limit) return null
  const fee = (predictFees(fees, fills) ?? []).reduce((sum, each) => sum + each, 0n)
  return { quantity: quantity as Quantity, spent: (spent + 999_999n) / 1_000_000n, fee }
}

/** Orders of the second leg that hold as much as one of the first, to less than a hundredth of a contract. */
function answers(offer: LegOffer, terms: SizeTerms, { quantity }: Tried): readonly Tried[] {
  if (offer.spends) return ordersOf(offer, terms)
  const below = quantity - (quantity % 10_000n)
  return offer.asks.flatMap(({ price }) =>
    [below, below + 10_000n].flatMap((each) => tryOrder(offer, terms, price, each as Quantity) ?? []),
  )
}

function bestOfAll(offers: readonly [LegOffer, LegOffer], terms: SizeTerms): bigint {
  const { exposureLeft, budgetLeft, size } = terms
  const [lead, follow] = offers[0].spends || !offers[1].spends ? offers : [offers[1], offers[0]]
  let best = 0n
  for (const first of ordersOf(lead, terms)) {
    for (const second of answers(follow, terms, first)) {
      if (first.worst + second.worst > exposureLeft) continue
      if (budgetLeft !== null && first.worstWithFee + second.worstWithFee > budgetLeft) continue
      if (size !== null && (first.quantity > size || second.quantity > size)) continue
      const pairs = minQuantity(first.quantity, second.quantity)
      if (first.quantity + second.quantity - 2n * pairs >= 10_000n) continue
      const keeps = kept(pairs - first.spent - second.spent - first.fee - second.fee, pairs, terms)
      if (keeps > best) best = keeps
    }
  }
  return best
}
