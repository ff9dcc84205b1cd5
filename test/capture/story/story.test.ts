import { join } from 'node:path'
import { expect } from 'chai'
import fc from 'fast-check'
import { loadRecording } from '../../../src/capture/read/recording.ts'
import { type Story, tellStory } from '../../../src/capture/story/story.ts'
import { formatAmount } from '../../../src/domain/amounts.ts'
import { anyExchange, anySocket, clob, kalshi, recordSession, type Scripted } from '../har/sessions.ts'
import { temporaryFolder } from '../harness.ts'

const bid = { ticker: 'KX-1', side: 'bid', count: '10.00', price: '0.4500', client_order_id: 'c-1' }
const exchange = (
  alias: typeof kalshi,
  method: Scripted['method'],
  path: string,
  request: unknown,
  answer: unknown,
  status = 200,
): Scripted => ({
  alias,
  method,
  path,
  request: request === null ? null : JSON.stringify(request),
  answer: typeof answer === 'string' ? { code: answer } : { status, body: JSON.stringify(answer) },
  tookMs: 1,
})
const place = (answer: unknown, changes: object = {}, status = 201): Scripted =>
  exchange(kalshi, 'POST', '/portfolio/events/orders', { ...bid, ...changes }, answer, status)
const poly = { tokenId: '123456789012', makerAmount: '2650000', takerAmount: '5000000', side: 'BUY' }
const placePoly = (answer: unknown, orderType = 'FAK', changes: object = {}, status = 200): Scripted =>
  exchange(clob, 'POST', '/order', { order: { ...poly, ...changes }, orderType }, answer, status)

describe('what a session meant', () => {
  const folder = temporaryFolder()
  let count = 0
  after(() => folder.remove())

  const story = async (...exchanges: readonly Scripted[]): Promise<Story> => {
    count += 1
    const { directory } = await recordSession(join(folder.path, String(count)), exchanges)
    return tellStory(loadRecording(directory, null))
  }

  const cases: readonly (readonly [string, Scripted])[] = [
    ['buy 10 YES at 0.45: 4 filled, 6 rest', place({ order_id: 'o-1', fill_count: '4.00', remaining_count: '6.00' })],
    ['buy 10 YES at 0.45: filled', place({ order_id: 'o-1', fill_count: '10.00', remaining_count: '0.00' })],
    [
      'sell 10 YES at 0.45: nothing filled, nothing rests',
      place({ order_id: 'o-1', fill_count: '0.00', remaining_count: '0.00' }, { side: 'ask' }),
    ],
    [
      'buy 10 YES at 0.45: 4 filled, 6 rest',
      place({ order_id: 'o-1', fill_count: '4.00', remaining_count: '6.00', error: null }),
    ],
    [
      'buy 10 YES at 0.45: refused, insufficient_balance: too little',
      place({ error: { code: 'insufficient_balance', message: 'too little' } }, {}, 400),
    ],
    ['buy 10 YES at 0.45: the connection broke: it may have arrived', place('ECONNRESET')],
    ['buy 10 YES at 0.45: it did not leave: no connection', place('ECONNREFUSED')],
    ['buy 10 YES at 0.45: status 503: it may have arrived', place({}, {}, 503)],
    [
      'sell 3 YES at 0.91: filled',
      exchange(
        kalshi,
        'POST',
        '/portfolio/orders',
        { action: 'buy', side: 'no', count: 3, no_price: 9, ticker: 'X' },
        { order: { order_id: 'o', fill_count: 3, remaining_count: 0 } },
        201,
      ),
    ],
    [
      'cancel: 6 taken back',
      exchange(kalshi, 'DELETE', '/portfolio/events/orders/o-1', null, { order_id: 'o-1', reduced_by: '6.00' }),
    ],
    [
      'take 2.00 off it: 4 rest',
      exchange(
        kalshi,
        'POST',
        '/portfolio/events/orders/o-1/decrease',
        { reduce_by: '2.00' },
        { order_id: 'o-1', remaining_count: '4.00' },
      ),
    ],
    [
      'read the order: buy 10 YES at 0.45, resting, 4 filled, 6 rest',
      exchange(kalshi, 'GET', '/portfolio/orders/o-1', null, {
        order: {
          order_id: 'o-1',
          book_side: 'bid',
          initial_count_fp: '10.00',
          yes_price_dollars: '0.4500',
          fill_count_fp: '4.00',
          remaining_count_fp: '6.00',
          status: 'resting',
        },
      }),
    ],
    [
      'buy 5 shares of 1234..9012 at 0.53: filled',
      placePoly({
        success: true,
        errorMsg: '',
        orderID: '0x1',
        status: 'matched',
        takingAmount: '5',
        makingAmount: '2.65',
      }),
    ],
    [
      'buy 5 shares of 1234..9012 at 0.53: filled',
      placePoly({
        success: true,
        errorMsg: '',
        orderID: '0x1',
        status: 'matched',
        takingAmount: '5000000',
        makingAmount: '2650000',
      }),
    ],
    [
      'buy 5 shares of 1234..9012 at 0.53: 2 filled, 3 rest',
      placePoly(
        { success: true, errorMsg: '', orderID: '0x1', status: 'matched', takingAmount: '2', makingAmount: '1.06' },
        'GTC',
      ),
    ],
    [
      'buy 5 shares of 1234..9012 at 0.53: delayed, what became of it is not known yet',
      placePoly({ success: true, errorMsg: '', orderID: '0x1', status: 'delayed' }),
    ],
    [
      'buy 5 shares of 1234..9012 at 0.53: refused, not enough balance / allowance',
      placePoly({ success: true, errorMsg: 'not enough balance / allowance', orderID: '' }),
    ],
    [
      'cancel: nothing cancelled, Order already matched',
      exchange(
        clob,
        'DELETE',
        '/order',
        { orderID: '0x1' },
        { canceled: [], not_canceled: { '0x1': 'Order already matched' } },
      ),
    ],
    [
      'read trades: 1 confirmed, 1 failed',
      exchange(clob, 'GET', '/data/trades', null, {
        data: [{ status: 'CONFIRMED' }, { status: 'TRADE_STATUS_FAILED' }],
      }),
    ],
  ]
  for (const [words, scripted] of cases) {
    it(words, async () => {
      expect((await story(scripted)).rows.map((row) => row.words)).to.deep.equal([words])
    })
  }

  it('follows an order whose answer was lost to where it was found', async () => {
    const { orders, exposure } = await story(
      place('ECONNRESET'),
      exchange(kalshi, 'GET', '/portfolio/orders', null, {
        orders: [
          {
            order_id: 'o-1',
            client_order_id: 'c-1',
            ticker: 'KX-1',
            book_side: 'bid',
            initial_count_fp: '10.00',
            yes_price_dollars: '0.4500',
            fill_count_fp: '4.00',
            remaining_count_fp: '6.00',
            taker_fill_cost_dollars: '1.60',
            status: 'resting',
          },
        ],
      }),
      exchange(kalshi, 'DELETE', '/portfolio/events/orders/o-1', null, { order_id: 'o-1', reduced_by: '6.00' }),
    )
    expect(orders).to.have.length(1)
    // Before anybody said, it was not known.
    expect(orders[0]?.moments[0]?.filled).to.equal(null)
    expect(orders[0]?.moments.map(({ seq, state }) => [seq, state])).to.deep.equal([
      [1, 'unknown'],
      [2, 'resting'],
      [3, 'cancelled'],
    ])
    const text = (amount: Parameters<typeof formatAmount>[0] | null): string | null =>
      amount === null ? null : formatAmount(amount)
    expect(exposure.map(({ held, resting, unknown }) => [text(held), text(resting), text(unknown)])).to.deep.equal([
      ['0', '0', '4.5'],
      ['1.6', '2.7', '0'],
      ['1.6', '0', '0'],
    ])
  })

  it('adds up what was bought and sold, and never counts a fill twice', async () => {
    const { positions, exposure } = await story(
      place({ order_id: 'o-1', fill_count: '10.00', remaining_count: '0.00', average_fill_price: '0.4000' }),
      exchange(kalshi, 'GET', '/portfolio/orders/o-1', null, {
        order: {
          order_id: 'o-1',
          ticker: 'KX-1',
          book_side: 'bid',
          initial_count_fp: '10.00',
          yes_price_dollars: '0.4500',
          fill_count_fp: '10.00',
          remaining_count_fp: '0.00',
          status: 'executed',
        },
      }),
      place(
        { order_id: 'o-2', fill_count: '14.00', remaining_count: '0.00', average_fill_price: '0.5000' },
        { side: 'ask', count: '14.00', client_order_id: 'c-2' },
      ),
    )
    expect(positions[0]?.points.map(({ quantity }) => formatAmount(quantity))).to.deep.equal(['10', '-4'])
    // Four are sold short at 0.50: they cost two dollars at worst.
    expect(exposure.at(-1)?.held).to.equal(2_000_000n)
  })

  it('takes a fill back that the venue takes back', async () => {
    const seen = (size_matched: string): Scripted =>
      exchange(clob, 'GET', '/data/order/0x1', null, { ...open, size_matched })
    const open = { id: '0x1', status: 'LIVE', asset_id: '123456789012', side: 'BUY', original_size: '5', price: '0.53' }
    const { positions, exposure } = await story(seen('5'), seen('2'))
    expect(positions[0]?.points.map(({ quantity }) => formatAmount(quantity))).to.deep.equal(['5', '2'])
    expect(exposure.map(({ held }) => held)).to.deep.equal([2_650_000n, 1_060_000n])
  })

  it('is told of any traffic whatever, however odd', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyExchange, { maxLength: 5 }),
        fc.array(anySocket, { maxLength: 1 }),
        async (exchanges, sockets) => {
          const own = temporaryFolder()
          try {
            const { directory } = await recordSession(own.path, exchanges, { sockets })
            const { rows } = tellStory(loadRecording(directory, null))
            expect(rows.map(({ seq }) => seq)).to.deep.equal(rows.map((_, index) => index + 1))
            expect(rows.every(({ words }) => words !== '')).to.equal(true)
          } finally {
            own.remove()
          }
        },
      ),
      { numRuns: 20 },
    )
  })
})
