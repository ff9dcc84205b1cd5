import type { DetectTerms } from '../../src/arb/detect.ts'
import type { ArbBook, ArbPair } from '../../src/arb/ports.ts'
import { parseMoney, parsePrice, parseQuantity, parseRate } from '../../src/domain/amounts.ts'
import type { FeeSchedule } from '../../src/domain/fees.ts'
import { uniformLadder } from '../../src/domain/tick-ladder.ts'
import { touchOf } from '../../src/domain/touch.ts'
import { defaultLimits } from '../../src/safeguards/limits.ts'
import { aBook, aMarket } from '../support/builders.ts'

type Rows = readonly (readonly [string, string])[]

export const free: FeeSchedule = { kind: 'free' }

const quadratic = (rate: string, rounding: 'balance' | 'five_decimals'): FeeSchedule => ({
  kind: 'quadratic',
  takerRate: parseRate(rate),
  makerRate: parseRate('0'),
  multiplier: parseRate('1'),
  exponent: 1,
  rounding,
  waivedUntil: null,
  series: null,
})

/** As Kalshi charges most series, and as Polymarket charges crypto. */
export const balanceFee = quadratic('0.07', 'balance')
export const nearestFee = quadratic('0.07', 'five_decimals')

export const firstMarket = aMarket({ fees: free })
export const secondMarket = aMarket({
  id: 'polymarket:test-by-december-31',
  venue: 'polymarket',
  symbol: 'test-by-december-31',
  minimumQuantity: parseQuantity('5'),
  fees: free,
})

export function aPair(changes: Partial<ArbPair> = {}): ArbPair {
  return { key: 'a b', markets: [firstMarket, secondMarket], polarity: 'same', ...changes }
}

export function arbBook(changes: Partial<Omit<ArbBook, 'bids' | 'asks'>> & { bids?: Rows; asks?: Rows } = {}): ArbBook {
  const { bids = [], asks = [], ...rest } = changes
  const book = aBook({ bids, asks })
  return {
    market: firstMarket.id,
    index: rest.market === secondMarket.id ? 1 : 0,
    bids: book.bids,
    asks: book.asks,
    ...touchOf(book.bids, book.asks),
    at: 0,
    ladder: uniformLadder(parsePrice('0.01')),
    state: { kind: 'tradable' },
    ...rest,
  }
}

export function detectTerms(changes: Partial<DetectTerms> = {}): DetectTerms {
  return {
    minEdge: parseMoney('0'),
    size: null,
    limits: defaultLimits,
    exposureLeft: parseMoney('1000'),
    budgetLeft: null,
    nowMs: 0,
    spends: () => false,
    cash: () => null,
    ...changes,
  }
}
