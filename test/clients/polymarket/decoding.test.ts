import { expect } from 'chai'
import { decodeWith, type Schema } from '../../../src/clients/decode.ts'
import {
  balanceSchema,
  bookSchema,
  cancelSchema,
  orderSchema,
  pageOf,
  positionsPageSchema,
  tradeSchema,
} from '../../../src/clients/polymarket/decode.ts'
import { fillsOfOrder } from '../../../src/clients/polymarket/fills.ts'
import {
  buildMarket,
  clobMarketSchema,
  type GammaMarket,
  gammaMarketSchema,
} from '../../../src/clients/polymarket/market-decode.ts'
import { reportOf } from '../../../src/clients/polymarket/order-report.ts'
import { judgePlacement } from '../../../src/clients/polymarket/placement.ts'
import { VenueError } from '../../../src/domain/errors.ts'
import type { Market } from '../../../src/domain/market.ts'
import { type AmountField, type AnswerCase, describeDecoding, neverAmounts, withValue } from '../decoding.ts'
import {
  aClobMarket,
  anIntent,
  aReply,
  aRow,
  asParsed,
  CONDITION,
  marketFrom,
  NOW_MS,
  TEST_ADDRESS,
  YES_TOKEN,
} from './builders.ts'

const ID = `0x${'ab'.repeat(32)}`
const OTHER = `0x${'cd'.repeat(32)}`
const intent = anIntent()
const market = marketFrom()
const context = { market, outcomeOf: (asset: string) => (asset === YES_TOKEN ? ('yes' as const) : ('no' as const)) }

const order = {
  id: ID,
  status: 'LIVE',
  owner: 'key',
  maker_address: TEST_ADDRESS,
  market: CONDITION,
  asset_id: YES_TOKEN,
  side: 'BUY',
  original_size: '10',
  size_matched: '2.5',
  price: '0.45',
  associate_trades: [],
  outcome: 'Yes',
  created_at: 1793000000,
  expiration: '0',
  order_type: 'GTC',
}

const trade = {
  id: 'trade-1',
  taker_order_id: OTHER,
  market: CONDITION,
  asset_id: YES_TOKEN,
  side: 'SELL',
  size: '10',
  fee_rate_bps: '1000',
  price: '0.45',
  status: 'MATCHED',
  match_time: '1793000000',
  outcome: 'Yes',
  maker_address: TEST_ADDRESS,
  trader_side: 'MAKER',
  maker_orders: [
    { order_id: ID, maker_address: TEST_ADDRESS, asset_id: YES_TOKEN, matched_amount: '4', price: '0.45', side: 'BUY' },
  ],
}

const book = {
  market: CONDITION,
  asset_id: YES_TOKEN,
  timestamp: '1791241810525',
  bids: [{ price: '0.44', size: '1123' }],
  asks: [{ price: '0.46', size: '142.4' }],
  tick_size: '0.01',
}

const holding = { token_id: YES_TOKEN, condition_id: CONDITION, current_size: 12.5, slug: 'fed-cuts-december' }

const text = (...paths: readonly string[]): readonly AmountField[] => paths.map((path) => ({ path, form: 'text' }))

function answerCase<T>(
  name: string,
  schema: Schema<T>,
  json: unknown,
  use: (answer: T) => unknown,
  amounts: readonly AmountField[],
  lists: readonly string[] = [],
): AnswerCase {
  return { name, json: () => json, read: (parsed) => use(decodeWith(schema, parsed, name)), amounts, lists }
}

const page = (item: unknown): unknown => ({ limit: 100, count: 1, next_cursor: 'LTE=', data: [item] })
const same = (answer: unknown): unknown => answer
const QUOTE = 'a quote is looked at: orders are priced from the book'
const ANY_MISSING = 'any member of a catalogue row may be missing; the order service has the word on single markets'

function marketOfRow(row: GammaMarket): Market | null {
  return buildMarket(row, 'not_asked', NOW_MS)
}

describeDecoding('polymarket', [
  answerCase('order', orderSchema, order, (one) => reportOf({ intent, order: one, fills: [], nowMs: NOW_MS }), [
    ...text('price', 'original_size', 'size_matched'),
  ]),
  answerCase('open orders', pageOf(orderSchema), page(order), same, text('data.0.original_size'), ['data']),
  answerCase(
    'trade',
    tradeSchema,
    trade,
    (one) => fillsOfOrder(one, ID, context),
    [...text('size', 'price', 'maker_orders.0.matched_amount', 'maker_orders.0.price')],
    ['maker_orders'],
  ),
  answerCase('trades', pageOf(tradeSchema), page(trade), same, text('data.0.size'), ['data']),
  answerCase('book', bookSchema, book, same, text('bids.0.price', 'bids.0.size', 'asks.0.price', 'asks.0.size'), [
    'bids',
    'asks',
  ]),
  answerCase('balance', balanceSchema, { balance: '12500000', allowances: {} }, same, text('balance')),
  answerCase(
    'positions',
    positionsPageSchema,
    { data: [holding], pagination: { next_cursor: '' } },
    same,
    [{ path: 'data.0.current_size', form: 'number', approximate: true }],
    ['data'],
  ),
  answerCase(
    'market of the order service',
    clobMarketSchema,
    aClobMarket(),
    (clob) => buildMarket(decodeWith(gammaMarketSchema, asParsed(aRow()), 'row'), clob, NOW_MS),
    [
      { path: 'mts', form: 'number' },
      { path: 'fd.r', form: 'either' },
    ],
  ),
  answerCase('market of the catalogue', gammaMarketSchema, aRow(), marketOfRow, [
    { path: 'orderMinSize', form: 'either', optional: ANY_MISSING },
    { path: 'feeSchedule.rate', form: 'either' },
    { path: 'bestBid', form: 'either', display: QUOTE },
    { path: 'bestAsk', form: 'either', display: QUOTE },
    { path: 'lastTradePrice', form: 'either', display: QUOTE },
    { path: 'volume', form: 'either', display: 'volume is looked at', approximate: true },
  ]),
])

describe('polymarket: decoding', () => {
  it('a trade whose time has no date is not read', () => {
    for (const match_time of ['1e300', '9007199254740991', 9_007_199_254_740_991, '-1', 'soon', '']) {
      const read = () => decodeWith(tradeSchema, asParsed({ ...trade, match_time }), 'trade')
      expect(read, String(match_time)).to.throw(VenueError, 'match_time')
    }
  })

  it('a market whose tick is not told cannot be traded', () => {
    const row = decodeWith(gammaMarketSchema, asParsed(aRow({ orderPriceMinTickSize: null })), 'row')
    expect(marketOfRow(row)?.untradableReason).to.contain('tick size')
  })

  it('a market whose fees are not told does not pass for free', () => {
    for (const change of [{ feeSchedule: undefined }, { feesEnabled: undefined, feeSchedule: null }]) {
      const row = decodeWith(gammaMarketSchema, asParsed(aRow(change)), 'row')
      expect(marketOfRow(row)?.fees.kind, JSON.stringify(change)).to.equal('unknown')
    }
  })

  const matched = {
    success: true,
    errorMsg: '',
    orderID: ID,
    status: 'matched',
    makingAmount: '4.5',
    takingAmount: '10',
  }
  const sent = { orderId: ID, intent, makerAmount: 4_500_000n, takerAmount: 10_000_000n }

  for (const amount of ['makingAmount', 'takingAmount']) {
    it(`an order is unknown, or its state is, when its answer has no true ${amount}`, () => {
      for (const value of [undefined, null, '', '0.1234567', 0, 4.5, ...neverAmounts]) {
        const placement = judgePlacement(aReply(200, withValue(matched, amount, value)), sent)
        const state = placement.kind === 'accepted' ? placement.report : placement
        expect(
          placement.kind === 'accepted' ? placement.report.status : placement.kind,
          JSON.stringify(value),
        ).to.equal('unknown')
        if ('filledQuantity' in state) expect(state.remainingQuantity, JSON.stringify(value)).to.equal(null)
      }
    })
  }
})

describe('the answer to a cancel', () => {
  it('is read though the reason for an order is no text, and an object that cannot be made one', () => {
    const answer = asParsed({ canceled: ['0xa'], not_canceled: { '0xb': { toString: {} }, '0xc': 'already gone' } })
    expect(decodeWith(cancelSchema, answer, 'the cancel')).to.deep.equal({
      canceled: ['0xa'],
      notCanceled: { '0xb': 'an object', '0xc': 'already gone' },
    })
  })
})
