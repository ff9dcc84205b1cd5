import { expect } from 'chai'
import { decodeWith, type Schema } from '../../../src/clients/decode.ts'
import { parseJson } from '../../../src/clients/json.ts'
import {
  balanceOf,
  bookOfLadders,
  fillOf,
  openOrderOf,
  positionOf,
  reportOfCreation,
  reportOfOrder,
} from '../../../src/clients/kalshi/decode.ts'
import { feeSchedule } from '../../../src/clients/kalshi/fees.ts'
import { marketOf } from '../../../src/clients/kalshi/market-decode.ts'
import {
  balanceAnswer,
  cancelAnswer,
  createAnswer,
  eventsPage,
  fillsPage,
  marketAnswer,
  orderAnswer,
  orderbookAnswer,
  ordersPage,
  positionsPage,
  seriesAnswer,
} from '../../../src/clients/kalshi/wire.ts'
import type { FeeSchedule } from '../../../src/domain/fees.ts'
import type { Market } from '../../../src/domain/market.ts'
import { createBody, type KalshiBench, kalshiBench } from '../../sandbox/support/kalshi-http.ts'
import { anIntent } from '../../support/builders.ts'
import { type AmountField, type AnswerCase, describeDecoding, withValue } from '../decoding.ts'

const noWaiver = { fee_waiver_expiration_time: null }
const intent = anIntent({ quantity: '12', timeInForce: 'gtc', price: '0.50' })

/** Answers of the sandbox, each with every amount that it can have. */
const answers: Record<string, unknown> = {}

function answerCase<T>(
  name: string,
  schema: Schema<T>,
  use: (answer: T) => unknown,
  amounts: readonly AmountField[],
  lists: readonly string[] = [],
): AnswerCase {
  const read = (parsed: unknown): unknown => use(decodeWith(schema, parsed, name))
  return { name, json: () => answers[name], read, amounts, lists }
}

const text = (...paths: readonly string[]): readonly AmountField[] => paths.map((path) => ({ path, form: 'text' }))

const EMPTY_SUM = 'four orders recorded in January 2026 print a sum of nothing as empty text'
const QUOTE = 'a quote is looked at: orders are priced from the book'
const orderSums = ['taker_fill_cost_dollars', 'maker_fill_cost_dollars', 'taker_fees_dollars', 'maker_fees_dollars']

function orderAmounts(at: string): readonly AmountField[] {
  const names = ['yes_price_dollars', 'initial_count_fp', 'fill_count_fp', 'remaining_count_fp']
  return text(...names.map((name) => `${at}.${name}`))
}

describe('kalshi answers', () => {
  let bench: KalshiBench

  before(async () => {
    bench = await kalshiBench()
    const place = (change: Record<string, unknown>) =>
      bench.call('POST', '/portfolio/events/orders', createBody(change))
    const get = async (path: string): Promise<unknown> => (await bench.call('GET', path)).body
    await bench.control('POST', '/books', { market: 'kalshi:KXA', bids: [['0.40', '9']], asks: [['0.45', '9']] })
    const { body: created } = await place({ count: '12.00', price: '0.5000' })
    answers.create = created
    answers.order = await get(`/portfolio/orders/${created.order_id}`)
    answers['open orders'] = await get('/portfolio/orders')
    answers.fills = await get('/portfolio/fills')
    answers.positions = await get('/portfolio/positions')
    answers.balance = await get('/portfolio/balance')
    answers.book = await get('/markets/KXSEEDED/orderbook')
    answers.market = await get('/markets/KXSEEDED')
    answers.events = await get('/events?with_nested_markets=true&limit=1')
    answers.series = await get('/series/KXTEST')
    const { body: resting } = await place({ price: '0.1000' })
    answers.cancel = (await bench.call('DELETE', `/portfolio/events/orders/${resting.order_id}`)).body
  })
  after(() => bench.close())

  describeDecoding('kalshi', [
    answerCase('create', createAnswer, (answer) => reportOfCreation(answer, intent), [
      ...text('fill_count', 'remaining_count'),
      { path: 'average_fill_price', form: 'text', optional: 'present only when something filled' },
    ]),
    answerCase('cancel', cancelAnswer, (answer) => answer, text('reduced_by')),
    answerCase('order', orderAnswer, ({ order }) => reportOfOrder(order, intent), [
      ...orderAmounts('order'),
      ...orderSums.map((name): AmountField => ({ path: `order.${name}`, form: 'text', empty: EMPTY_SUM })),
    ]),
    answerCase('open orders', ordersPage, ({ orders }) => orders.map(openOrderOf), orderAmounts('orders.0'), [
      'orders',
    ]),
    answerCase(
      'fills',
      fillsPage,
      ({ fills }) => fills.map((fill) => fillOf(fill, null)),
      text('fills.0.count_fp', 'fills.0.yes_price_dollars', 'fills.0.fee_cost'),
      ['fills'],
    ),
    answerCase(
      'positions',
      positionsPage,
      ({ market_positions }) => market_positions.map(positionOf),
      text('market_positions.0.position_fp'),
      ['market_positions'],
    ),
    answerCase('balance', balanceAnswer, balanceOf, text('balance_dollars', 'balance_breakdown.0.balance')),
    answerCase(
      'book',
      orderbookAnswer,
      (answer) => bookOfLadders(answer, 'kalshi:KXSEEDED', 0),
      text('orderbook_fp.yes_dollars.0.0', 'orderbook_fp.yes_dollars.0.1', 'orderbook_fp.no_dollars.0.0'),
    ),
    answerCase('market', marketAnswer, ({ market }) => marketOf(market, null, null), [
      { path: 'market.yes_bid_dollars', form: 'text', display: QUOTE },
      { path: 'market.yes_ask_dollars', form: 'text', display: QUOTE },
      { path: 'market.yes_bid_size_fp', form: 'text', display: QUOTE, approximate: true },
      { path: 'market.last_price_dollars', form: 'text', display: QUOTE },
      { path: 'market.volume_fp', form: 'text', display: 'volume is looked at', approximate: true },
    ]),
    answerCase('series', seriesAnswer, ({ series }) => feeSchedule(noWaiver, null, series), [
      { path: 'series.fee_multiplier', form: 'number', display: 'fees are then unknown, which stops orders' },
    ]),
    answerCase('events', eventsPage, ({ events }) => events, [], ['events']),
  ])

  const marketWith = (path: string, value: unknown): Market =>
    marketOf(decodeWith(marketAnswer, parsed(withValue(answers.market, path, value)), 'market').market, null, null)

  for (const path of ['market.price_ranges', 'market.price_ranges.0.step', 'market.notional_value_dollars']) {
    it(`a market without a true ${path} cannot be traded`, () => {
      expect(marketWith('market.title', 'as it was').untradableReason).to.equal(null)
      for (const value of [undefined, null, 1, '', 'abc', {}, true]) {
        expect(marketWith(path, value).untradableReason, JSON.stringify(value)).to.be.a('string')
      }
    })
  }

  it('an event whose own fee multiplier cannot be read does not fall back on that of its series', () => {
    const series = decodeWith(seriesAnswer, parsed(answers.series), 'series').series
    const feesWith = (override: unknown): FeeSchedule => {
      const json = withValue(answers.events, 'events.0.fee_multiplier_override', override)
      const [event] = decodeWith(eventsPage, parsed(json), 'events').events
      if (event === undefined) throw new Error('no event')
      return feeSchedule(noWaiver, event, series)
    }
    expect(feesWith(0.5)).to.deep.include({ kind: 'quadratic', multiplier: 500_000n })
    expect(feesWith(undefined)).to.deep.include({ kind: 'quadratic', multiplier: 1_000_000n })
    for (const value of ['abc', '0.5', true, [], {}, -1]) {
      expect(feesWith(value).kind, JSON.stringify(value)).to.equal('unknown')
    }
  })
})

/** Through JSON text, as from the network. */
function parsed(json: unknown): unknown {
  return parseJson(JSON.stringify(json))
}
