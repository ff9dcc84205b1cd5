import { expect } from 'chai'
import { decodeWith } from '../../../src/clients/decode.ts'
import { finalityOf, orderSchema, timeOf, tradeSchema, type WireTrade } from '../../../src/clients/polymarket/decode.ts'
import { type FillContext, ForeignAsset, fillsOfAccount, fillsOfOrder } from '../../../src/clients/polymarket/fills.ts'
import { reportOf, reportOfFills } from '../../../src/clients/polymarket/order-report.ts'
import { parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import { VenueError } from '../../../src/domain/errors.ts'
import type { Fill } from '../../../src/domain/fill.ts'
import type { OrderIntent, OrderReport } from '../../../src/domain/order.ts'
import { anIntent, asParsed, CONDITION, marketFrom, NO_TOKEN, TEST_ADDRESS, YES_TOKEN } from './builders.ts'

const ID = `0x${'ab'.repeat(32)}`
const OTHER = `0x${'cd'.repeat(32)}`
const market = marketFrom()
const context: FillContext = {
  market,
  outcomeOf: (asset) => (asset === YES_TOKEN ? 'yes' : asset === NO_TOKEN ? 'no' : null),
}

function aTrade(changes: Readonly<Record<string, unknown>> = {}): WireTrade {
  const raw = {
    id: 'trade-1',
    taker_order_id: ID,
    market: CONDITION,
    asset_id: YES_TOKEN,
    side: 'BUY',
    size: '10',
    fee_rate_bps: '1000',
    price: '0.45',
    status: 'MATCHED',
    match_time: '1793000000',
    outcome: 'Yes',
    maker_address: TEST_ADDRESS,
    maker_orders: [],
    trader_side: 'TAKER',
    ...changes,
  }
  return decodeWith(tradeSchema, asParsed(raw), 'trade')
}

const maker = { order_id: OTHER, maker_address: TEST_ADDRESS, asset_id: NO_TOKEN, matched_amount: '4', price: '0.55' }

function anOrderRecord(changes: Readonly<Record<string, unknown>> = {}) {
  const raw = {
    id: ID,
    status: 'LIVE',
    owner: 'key',
    maker_address: TEST_ADDRESS,
    market: CONDITION,
    asset_id: YES_TOKEN,
    side: 'BUY',
    original_size: '10',
    size_matched: '0',
    price: '0.45',
    associate_trades: [],
    outcome: 'Yes',
    created_at: 1793000000,
    expiration: '0',
    order_type: 'GTC',
    ...changes,
  }
  return decodeWith(orderSchema, asParsed(raw), 'order')
}

describe('polymarket executions', () => {
  it('of a taker are the outer fields, with the fee of the market’s schedule', () => {
    const [fill] = fillsOfOrder(aTrade(), ID.toUpperCase().replace('0X', '0x'), context)
    expect(fill).to.include({
      id: `trade-1:${ID}`,
      venueOrderId: ID,
      outcome: 'yes',
      side: 'buy',
      quantity: parseQuantity('10'),
      price: parsePrice('0.45'),
      liquidity: 'taker',
      finality: 'provisional',
    })
    // 10 * 0.05 * 0.45 * 0.55
    expect(fill?.fee).to.equal(123_750n)
  })

  it('of a maker are its own entry, in its own outcome', () => {
    const trade = aTrade({ maker_orders: [maker], trader_side: 'MAKER' })
    const [fill] = fillsOfOrder(trade, OTHER, context)
    expect(fill).to.include({ outcome: 'no', side: 'buy', quantity: parseQuantity('4'), liquidity: 'maker', fee: 0n })
    expect(fill?.price).to.equal(parsePrice('0.55'))
  })

  it('of a maker of the same outcome are against the taker', () => {
    const trade = aTrade({ maker_orders: [{ ...maker, asset_id: YES_TOKEN, price: '0.45' }] })
    expect(fillsOfOrder(trade, OTHER, context)[0]).to.include({ outcome: 'yes', side: 'sell' })
  })

  it('of a maker follow the side that its entry gives', () => {
    const trade = aTrade({ side: 'SELL', maker_orders: [{ ...maker, side: 'SELL' }] })
    expect(fillsOfOrder(trade, OTHER, context)[0]).to.include({ outcome: 'no', side: 'sell' })
  })

  it('of an account leave out the makers that are not ours', () => {
    const trade = aTrade({
      trader_side: 'MAKER',
      maker_orders: [
        { ...maker, maker_address: TEST_ADDRESS.toLowerCase() },
        { ...maker, maker_address: `0x${'11'.repeat(20)}` },
      ],
    })
    expect(fillsOfAccount(trade, TEST_ADDRESS, context).map((fill) => fill.venueOrderId)).to.deep.equal([OTHER])
  })

  it('of another order are none', () => {
    expect(fillsOfOrder(aTrade(), OTHER, context)).to.deep.equal([])
  })

  it('in an asset of another market are an error', () => {
    expect(() => fillsOfOrder(aTrade({ asset_id: '123' }), ID, context)).to.throw(ForeignAsset)
  })

  it('are final only when confirmed, and failed only when failed', () => {
    const words = [
      'MATCHED',
      'TRADE_STATUS_MINED',
      'RETRYING',
      'MATCHED_NOT_BROADCASTED',
      'CONFIRMED',
      'TRADE_STATUS_FAILED',
      'new',
    ]
    expect(words.map(finalityOf)).to.deep.equal([
      'provisional',
      'provisional',
      'provisional',
      'provisional',
      'final',
      'failed',
      'provisional',
    ])
  })

  it('have their time from seconds, milliseconds or text', () => {
    const times = [1793000000, '1793000000', '1793000000000', '2026-10-26T07:33:20Z'].map(timeOf)
    expect(new Set(times)).to.deep.equal(new Set([new Date(1793000000000).toISOString()]))
  })
})

function fillOf(quantity: string, finality: Fill['finality'], trade = 'trade-1'): Fill {
  const status = finality === 'final' ? 'CONFIRMED' : finality === 'failed' ? 'FAILED' : 'MATCHED'
  const [fill] = fillsOfOrder(aTrade({ id: trade, size: quantity, status }), ID, context)
  if (fill === undefined) throw new Error('no fill')
  return fill
}

function report(
  record: Readonly<Record<string, unknown>>,
  fills: readonly Fill[] = [],
  intent: Partial<OrderIntent> = {},
): OrderReport {
  return reportOf({ intent: anIntent(intent), order: anOrderRecord(record), fills, nowMs: 1_793_000_000_000 })
}

describe('polymarket trades', () => {
  it('without a readable time are an error', () => {
    expect(() => aTrade({ match_time: 'soon' })).to.throw(VenueError, 'match_time')
  })
})

describe('polymarket order records', () => {
  it('live rest with what is left', () => {
    expect(report({ size_matched: '4' }, [fillOf('4', 'provisional')])).to.include({
      status: 'resting',
      filledQuantity: parseQuantity('4'),
      remainingQuantity: parseQuantity('6'),
      provisional: true,
    })
  })

  it('matched in full are filled, and stay provisional until every execution is final', () => {
    const matched = { status: 'ORDER_STATUS_MATCHED', size_matched: '10', associate_trades: ['trade-1'] }
    expect(report(matched, [fillOf('10', 'provisional')])).to.include({ status: 'filled', provisional: true })
    expect(report(matched, [fillOf('10', 'final')])).to.include({
      status: 'filled',
      provisional: false,
      fees: 123_750n,
    })
  })

  it('matched before their trades can be read have no price and no fee yet', () => {
    const matched = { status: 'MATCHED', size_matched: '10', associate_trades: ['trade-1'] }
    expect(report(matched)).to.include({ status: 'filled', averagePrice: null, fees: null, provisional: true })
  })

  it('cancelled keep what they had filled', () => {
    expect(report({ status: 'CANCELED', size_matched: '4' }, [fillOf('4', 'final')])).to.include({
      status: 'partially_filled',
      remainingQuantity: 0n,
      provisional: false,
    })
    expect(report({ status: 'CANCELED_MARKET_RESOLVED' })).to.include({ status: 'cancelled', filledQuantity: 0n })
    expect(report({ status: 'INVALID' })).to.include({ status: 'cancelled' })
  })

  it('take executions that failed to settle off the matched size', () => {
    const matched = { status: 'MATCHED', size_matched: '10', associate_trades: ['trade-1', 'trade-2'] }
    expect(report(matched, [fillOf('6', 'final'), fillOf('4', 'failed', 'trade-2')])).to.include({
      status: 'partially_filled',
      filledQuantity: parseQuantity('6'),
      provisional: false,
    })
    expect(report(matched, [fillOf('10', 'failed')])).to.include({ status: 'cancelled', filledQuantity: 0n })
  })

  it('believe executions that are newer than the record', () => {
    expect(report({ size_matched: '2' }, [fillOf('5', 'provisional')]).filledQuantity).to.equal(parseQuantity('5'))
  })

  for (const [what, record] of [
    ['a status that is new', { status: 'DELAYED' }],
    ['a match of nothing', { status: 'MATCHED' }],
    ['a match that is short', { status: 'MATCHED', size_matched: '4' }],
  ] as const) {
    it(`with ${what} are unknown`, () => {
      expect(report(record)).to.include({ status: 'unknown', remainingQuantity: null })
    })
  }

  it('of an immediate buy count executions only, since their sizes may be dollars', () => {
    const intent = { timeInForce: 'ioc' } as const
    const matched = { status: 'MATCHED', original_size: '4.5', size_matched: '4.5', associate_trades: ['trade-1'] }
    expect(report(matched, [], intent)).to.include({ status: 'unknown', filledQuantity: 0n })
    expect(report(matched, [fillOf('12', 'final')], intent)).to.include({
      status: 'filled',
      filledQuantity: parseQuantity('12'),
    })
    expect(report(matched, [fillOf('4', 'final')], intent)).to.include({ status: 'partially_filled' })
  })

  it('of an immediate sale end with what they took', () => {
    const intent = { timeInForce: 'ioc', side: 'sell' } as const
    const record = { status: 'MATCHED', side: 'SELL', size_matched: '4', associate_trades: [] }
    expect(report(record, [], intent)).to.include({ status: 'partially_filled', filledQuantity: parseQuantity('4') })
  })
})

describe('polymarket executions without an order record', () => {
  it('prove a full fill, and leave less than that unknown', () => {
    expect(reportOfFills(ID, anIntent(), [fillOf('10', 'final')])).to.include({ status: 'filled', provisional: false })
    expect(reportOfFills(ID, anIntent(), [fillOf('4', 'final')])).to.include({ status: 'unknown' })
    expect(reportOfFills(ID, anIntent(), [fillOf('4', 'failed')])).to.equal(null)
  })
})
