import { expect } from 'chai'
import { formatAmount, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import type { MarketId } from '../../src/domain/market.ts'
import type { Exchange } from '../../src/sandbox/exchange.ts'
import { type OrderSketch, openExchange, place, placed, refusal } from './support/exchange.ts'
import { originMs } from './support/small-catalogue.ts'

const free = { kind: 'polymarket', rate: 0n as never, exponent: 1 } as const

function setBook(
  exchange: Exchange,
  market: MarketId,
  bids: readonly (readonly [string, string])[],
  asks: readonly (readonly [string, string])[],
): void {
  const levels = (rows: readonly (readonly [string, string])[]) =>
    rows.map(([price, quantity]) => ({ price: parsePrice(price), quantity: parseQuantity(quantity) }))
  exchange.execute({ kind: 'set_book', market, bids: levels(bids), asks: levels(asks) }, exchange.nowMs)
}

const cash = (exchange: Exchange, account: string, pool = '0') =>
  formatAmount(exchange.account(account)?.cash.get(pool) ?? (0n as never))

describe('exchange matching', () => {
  let exchange: Exchange
  beforeEach(() => {
    exchange = openExchange([{ venue: 'kalshi', symbol: 'A' }])
  })

  it('trades the best price first, then the oldest order, at the resting price', () => {
    const worse = placed(exchange, { account: 'bob', side: 'sell', price: '0.47', quantity: '5' })
    const older = placed(exchange, { account: 'bob', side: 'sell', price: '0.45', quantity: '5' })
    const younger = placed(exchange, { account: 'bob', side: 'sell', price: '0.45', quantity: '5' })
    placed(exchange, { price: '0.5', quantity: '12' })
    const trades = exchange
      .trades({ market: 'kalshi:A' })
      .map((t) => [t.maker.orderId, formatAmount(t.yesPrice), formatAmount(t.quantity)])
    expect(trades.reverse()).to.deep.equal([
      [older.id, '0.45', '5'],
      [younger.id, '0.45', '5'],
      [worse.id, '0.47', '2'],
    ])
  })

  it('keeps the queue place of an order that was made smaller, not of one that was made larger', () => {
    const first = placed(exchange, { account: 'bob', side: 'sell', price: '0.45', quantity: '5' })
    const second = placed(exchange, { account: 'bob', side: 'sell', price: '0.45', quantity: '5' })
    const amend = (total: string) =>
      exchange.execute(
        {
          kind: 'amend',
          account: 'bob',
          orderId: first.id,
          market: 'kalshi:A',
          side: 'sell',
          ownPrice: parsePrice('0.45'),
          total: parseQuantity(total),
          clientOrderId: null,
          expiry: { kind: 'keep' },
        },
        originMs,
      )
    const nextMaker = () => {
      placed(exchange, { price: '0.45', quantity: '1' })
      return exchange.trades({})[0]?.maker.orderId
    }
    amend('4')
    expect(nextMaker()).to.equal(first.id)
    amend('20')
    expect(nextMaker()).to.equal(second.id)
  })

  it('withdraws the own resting order and goes on in maker mode', () => {
    const own = placed(exchange, { side: 'sell', price: '0.45', quantity: '5' })
    placed(exchange, { account: 'bob', side: 'sell', price: '0.46', quantity: '5' })
    const order = placed(exchange, { price: '0.5', quantity: '5', selfTrade: 'maker' })
    expect(order.state).to.equal('filled')
    expect(exchange.order('alice', own.id)?.cancelReason).to.equal('self_trade')
  })

  it('keeps earlier fills when an order stops at its own', () => {
    placed(exchange, { account: 'bob', side: 'sell', price: '0.44', quantity: '2' })
    placed(exchange, { side: 'sell', price: '0.45', quantity: '5' })
    const order = placed(exchange, { price: '0.5', quantity: '5' })
    expect([order.state, formatAmount(order.filled)]).to.deep.equal(['cancelled', '2'])
  })

  it('fills a resting order when the synthetic maker crosses it', () => {
    const order = placed(exchange, { price: '0.45', quantity: '5' })
    setBook(exchange, 'kalshi:A', [], [['0.44', '3']])
    expect(formatAmount(exchange.order('alice', order.id)?.filled ?? (0n as never))).to.equal('3')
  })
})

describe('exchange funds on a netting venue', () => {
  let exchange: Exchange
  beforeEach(() => {
    exchange = openExchange([{ venue: 'kalshi', symbol: 'A' }])
  })

  it('ties up cash of resting orders, and frees it on cancel', () => {
    const order = placed(exchange, { price: '0.45', quantity: '2000' })
    expect(formatAmount(exchange.available('alice', '0'))).to.equal('100')
    expect(refusal(place(exchange, { price: '0.45', quantity: '300' }))).to.equal('insufficient_cash')
    exchange.execute({ kind: 'cancel', account: 'alice', orderId: order.id }, originMs)
    expect(formatAmount(exchange.available('alice', '0'))).to.equal('1000')
  })

  it('needs no cash to close, and the complement to open NO', () => {
    setBook(exchange, 'kalshi:A', [['0.4', '5000']], [['0.5', '5000']])
    placed(exchange, { price: '0.5', quantity: '1900' })
    placed(exchange, { side: 'sell', price: '0.6', quantity: '1900' })
    // Everything held is already covered by the order above: this one opens NO at 0.3 a contract.
    expect(refusal(place(exchange, { side: 'sell', price: '0.7', quantity: '1000' }))).to.equal('insufficient_cash')
    expect(place(exchange, { side: 'sell', price: '0.7', quantity: '10' }).kind).to.equal('placed')
  })

  it('wants the taker fee on top of the price', () => {
    setBook(exchange, 'kalshi:A', [], [['0.5', '2000']])
    expect(refusal(place(exchange, { price: '0.5', quantity: '2000', timeInForce: 'ioc' }))).to.equal(
      'insufficient_cash',
    )
    expect(place(exchange, { price: '0.5', quantity: '1900', timeInForce: 'ioc' }).kind).to.equal('placed')
  })

  it('wants cash of a reduce-only order whose contracts already cover a resting one', () => {
    setBook(exchange, 'kalshi:A', [['0.02', '10']], [['0.5', '10']])
    placed(exchange, { price: '0.5', quantity: '10', timeInForce: 'ioc' })
    placed(exchange, { side: 'sell', price: '0.9', quantity: '10' })
    placed(exchange, { price: '0.01', quantity: '99482.5' })
    expect(formatAmount(exchange.available('alice', '0'))).to.equal('0')
    const sale = { side: 'sell', price: '0.02', quantity: '10', timeInForce: 'ioc', reduceOnly: true } as const
    expect(refusal(place(exchange, sale))).to.equal('insufficient_cash')
  })

  it('closes with a reduce-only order larger than the position without any cash', () => {
    setBook(exchange, 'kalshi:A', [['0.02', '50']], [['0.5', '10']])
    placed(exchange, { price: '0.5', quantity: '10', timeInForce: 'ioc' })
    placed(exchange, { price: '0.01', quantity: '99482.5' })
    const sale = { side: 'sell', price: '0.02', quantity: '50', timeInForce: 'ioc', reduceOnly: true } as const
    const order = placed(exchange, sale)
    expect([order.cancelReason, formatAmount(order.filled)]).to.deep.equal(['reduce_only', '10'])
  })

  it('covers the cheapest orders with the holding, so that any order of fills can be paid', () => {
    setBook(exchange, 'kalshi:A', [], [['0.1', '10']])
    placed(exchange, { price: '0.1', quantity: '10', timeInForce: 'ioc' })
    setBook(exchange, 'kalshi:A', [], [])
    const before = exchange.available('alice', '0')
    placed(exchange, { side: 'sell', price: '0.9', quantity: '10' })
    placed(exchange, { side: 'sell', price: '0.2', quantity: '10' })
    expect(formatAmount((before - exchange.available('alice', '0')) as never)).to.equal('8')
  })

  it('cuts a maker fee to what the account has left', () => {
    const makerFees = { kind: 'kalshi', type: 'quadratic_with_maker_fees', multiplier: 1_000_000n as never } as const
    const charged = openExchange([{ venue: 'kalshi', symbol: 'A', fees: makerFees }])
    placed(charged, { price: '0.5', quantity: '2000' })
    placed(charged, { account: 'bob', side: 'sell', price: '0.5', quantity: '1000' })
    expect(cash(charged, 'alice')).to.equal('500')
    expect(formatAmount(charged.available('alice', '0'))).to.equal('0')
  })

  it('pays a dollar for each pair that closes', () => {
    setBook(exchange, 'kalshi:A', [['0.4', '100']], [['0.5', '100']])
    placed(exchange, { price: '0.5', quantity: '100', timeInForce: 'ioc' })
    placed(exchange, { side: 'sell', price: '0.4', quantity: '100', timeInForce: 'ioc' })
    // 1000 - 50 - 1.75 + 40 - 1.68
    expect(cash(exchange, 'alice')).to.equal('986.57')
    expect(exchange.account('alice')?.holdings.get('kalshi:A')).to.include({ yes: 0n, no: 0n })
  })

  it('leaves an account that is refused as it was', () => {
    const before = JSON.stringify([...(exchange.account('alice')?.cash ?? [])].map(String))
    place(exchange, { price: '0.99', quantity: '5000', clientOrderId: 'c' })
    expect(JSON.stringify([...(exchange.account('alice')?.cash ?? [])].map(String))).to.equal(before)
    expect(place(exchange, { price: '0.5', quantity: '1', clientOrderId: 'c' }).kind).to.equal('placed')
  })
})

describe('exchange with separate outcomes', () => {
  const poly = { account: 'alice-poly', market: 'polymarket:C' } as const satisfies Partial<OrderSketch>
  const bob = { account: 'bob-poly', market: 'polymarket:C' } as const satisfies Partial<OrderSketch>
  let exchange: Exchange
  beforeEach(() => {
    exchange = openExchange([{ venue: 'polymarket', symbol: 'C', fees: free }])
  })

  it('mints when a purchase of NO meets a purchase of YES', () => {
    placed(exchange, { ...poly, price: '0.45', quantity: '10' })
    const no = placed(exchange, { ...bob, outcome: 'no', price: '0.55', quantity: '10' })
    expect(no.state).to.equal('filled')
    expect([cash(exchange, 'alice-poly', 'pusd'), cash(exchange, 'bob-poly', 'pusd')]).to.deep.equal(['995.5', '994.5'])
    expect(exchange.account('bob-poly')?.holdings.get('polymarket:C')?.no).to.equal(parseQuantity('10'))
  })

  it('keeps YES and NO apart', () => {
    setBook(exchange, 'polymarket:C', [['0.44', '100']], [['0.45', '100']])
    placed(exchange, { ...poly, price: '0.45', quantity: '10' })
    placed(exchange, { ...poly, outcome: 'no', price: '0.56', quantity: '10' })
    expect(exchange.account('alice-poly')?.holdings.get('polymarket:C')).to.include({
      yes: parseQuantity('10'),
      no: parseQuantity('10'),
    })
  })

  it('sells only what is held and not already offered', () => {
    setBook(exchange, 'polymarket:C', [], [['0.45', '100']])
    placed(exchange, { ...poly, price: '0.45', quantity: '10' })
    placed(exchange, { ...poly, side: 'sell', price: '0.6', quantity: '6' })
    expect(refusal(place(exchange, { ...poly, side: 'sell', price: '0.6', quantity: '5' }))).to.equal(
      'insufficient_holdings',
    )
    expect(place(exchange, { ...poly, side: 'sell', price: '0.6', quantity: '4' }).kind).to.equal('placed')
  })

  it('turns a better price into more shares when an order has a budget', () => {
    setBook(
      exchange,
      'polymarket:C',
      [],
      [
        ['0.4', '10'],
        ['0.5', '100'],
      ],
    )
    const order = placed(exchange, { ...poly, price: '0.5', budget: '10', timeInForce: 'ioc' })
    expect([order.state, formatAmount(order.filled), formatAmount(order.takerCost)]).to.deep.equal([
      'filled',
      '22',
      '10',
    ])
  })

  it('spends no more than the budget where shares do not divide evenly', () => {
    setBook(exchange, 'polymarket:C', [], [['0.52', '100']])
    const order = placed(exchange, { ...poly, price: '0.52', budget: '10', timeInForce: 'fok' })
    expect([formatAmount(order.filled), order.takerCost <= 10_000_000n]).to.deep.equal(['19.230769', true])
  })

  it('charges a resting order no more than it tied up, however its fills divide', () => {
    const tight = openExchange([{ venue: 'polymarket', symbol: 'C', fees: free }], 'seed', '9.6')
    placed(tight, { ...poly, outcome: 'no', price: '0.48', quantity: '20' })
    placed(tight, { ...bob, price: '0.52', budget: '5', timeInForce: 'ioc' })
    setBook(tight, 'polymarket:C', [['0.52', '20']], [])
    expect(cash(tight, 'alice-poly', 'pusd')).to.equal('0.000001')
  })

  it('wants a millionth on top for each fill that does not divide evenly', () => {
    const uneven = [
      ['0.52', '3.333333'],
      ['0.52', '3.333333'],
      ['0.52', '3.333334'],
    ] as const
    const order = { ...poly, outcome: 'no', price: '0.48', quantity: '10', timeInForce: 'ioc' } as const
    const outcomeWith = (funds: string) => {
      const tight = openExchange([{ venue: 'polymarket', symbol: 'C', fees: free }], 'seed', funds)
      setBook(tight, 'polymarket:C', uneven, [])
      return [place(tight, order).kind, cash(tight, 'alice-poly', 'pusd')]
    }
    expect(outcomeWith('4.8')).to.deep.equal(['refused', '4.8'])
    expect(outcomeWith('4.800003')).to.deep.equal(['placed', '0.000002'])
  })

  it('refuses a reduce-only order, which the venue does not have, and so never spends past the cash', () => {
    setBook(exchange, 'polymarket:C', [], [['0.52', '5000']])
    const order = { ...poly, price: '0.52', timeInForce: 'ioc', reduceOnly: true } as const
    expect(refusal(place(exchange, { ...order, budget: '1001' }))).to.equal('bad_request')
    expect(refusal(place(exchange, { ...order, quantity: '2000' }))).to.equal('bad_request')
    expect(cash(exchange, 'alice-poly', 'pusd')).to.equal('1000')
  })

  it('refuses an immediate order that meets nothing where the venue does', () => {
    const nothing = place(exchange, { ...poly, price: '0.5', budget: '10', timeInForce: 'ioc', refuseUnmatched: true })
    expect(refusal(nothing)).to.equal('no_match')
  })

  it('refuses an order id that was used', () => {
    placed(exchange, { ...poly, price: '0.1', orderId: '0xabc' })
    expect(refusal(place(exchange, { ...poly, price: '0.1', orderId: '0xabc' }))).to.equal('duplicate_order_id')
  })

  it('matches a delayed order against the book of its time, and keeps it from being cancelled', () => {
    setBook(exchange, 'polymarket:C', [], [['0.45', '100']])
    const order = placed(exchange, { ...poly, price: '0.45', quantity: '10', delayMs: 3_000 })
    expect([order.state, formatAmount(exchange.available('alice-poly', 'pusd'))]).to.deep.equal(['delayed', '995.5'])
    const cancelled = exchange.execute({ kind: 'cancel', account: 'alice-poly', orderId: order.id }, originMs)
    expect(refusal(cancelled)).to.equal('order_delayed')
    setBook(exchange, 'polymarket:C', [], [['0.45', '4']])
    exchange.advanceTo(originMs + 3_000)
    const after = exchange.order('alice-poly', order.id)
    expect([after?.state, formatAmount(after?.filled ?? (0n as never))]).to.deep.equal(['resting', '4'])
  })

  it('drops a delayed order whose time comes during a pause', () => {
    setBook(exchange, 'polymarket:C', [], [['0.45', '100']])
    const order = placed(exchange, { ...poly, price: '0.45', quantity: '10', delayMs: 3_000 })
    exchange.execute({ kind: 'set_market', market: 'polymarket:C', schedule: { paused: true } }, originMs)
    exchange.advanceTo(originMs + 3_000)
    expect(exchange.order('alice-poly', order.id)?.cancelReason).to.equal('paused')
  })

  it('moves a trade from matched over mined to confirmed by the clock', () => {
    setBook(exchange, 'polymarket:C', [], [['0.45', '100']])
    placed(exchange, { ...poly, price: '0.45', quantity: '10' })
    const statusAfter = (ms: number) => {
      exchange.advanceTo(originMs + ms)
      const [trade] = exchange.trades({})
      return trade === undefined ? null : exchange.tradeStatus(trade).status
    }
    expect([statusAfter(0), statusAfter(2_000), statusAfter(5_000)]).to.deep.equal(['matched', 'mined', 'confirmed'])
  })

  it('takes a failed trade back in full and lets nobody sell it in between', () => {
    setBook(exchange, 'polymarket:C', [['0.44', '100']], [['0.45', '100']])
    placed(exchange, { ...poly, price: '0.45', quantity: '10', doomed: true })
    expect(refusal(place(exchange, { ...poly, side: 'sell', price: '0.44', quantity: '10' }))).to.equal(
      'insufficient_holdings',
    )
    exchange.advanceTo(originMs + 6_000)
    const [trade] = exchange.trades({})
    expect(trade === undefined ? null : exchange.tradeStatus(trade).status).to.equal('failed')
    expect(cash(exchange, 'alice-poly', 'pusd')).to.equal('1000')
    expect(exchange.account('alice-poly')?.holdings.get('polymarket:C')?.yes).to.equal(0n)
  })
})

describe('exchange lifecycle', () => {
  it('opens, closes, determines and settles by the clock, whatever the steps', () => {
    const schedule = {
      openMs: originMs + 1_000,
      closeMs: originMs + 2_000,
      determineMs: originMs + 3_000,
      settleMs: originMs + 4_000,
      yesPayout: parsePrice('0.25'),
    }
    const exchange = openExchange([{ venue: 'kalshi', symbol: 'A', levels: 3, schedule }])
    const seen = [0, 1_000, 2_000, 3_000, 4_000].map((ms) => {
      exchange.advanceTo(originMs + ms)
      return exchange.market('kalshi:A')?.status
    })
    expect(seen).to.deep.equal(['unopened', 'open', 'closed', 'determined', 'settled'])
  })

  it('takes failing trades back before it pays out, so that nobody is paid for them', () => {
    const exchange = openExchange([{ venue: 'polymarket', symbol: 'C', fees: free }])
    const order = { market: 'polymarket:C', quantity: '10' } as const
    placed(exchange, { ...order, account: 'alice-poly', price: '0.45', doomed: true })
    placed(exchange, { ...order, account: 'bob-poly', outcome: 'no', price: '0.55' })
    const at = originMs + 1_000
    const schedule = { closeMs: at, determineMs: at, settleMs: at, yesPayout: parsePrice('0.3') }
    exchange.execute({ kind: 'set_market', market: 'polymarket:C', schedule }, at)
    const settled = ['alice-poly', 'bob-poly'].map((account) => cash(exchange, account, 'pusd'))
    expect([settled, exchange.trades({})[0]?.failedMs]).to.deep.equal([['1000', '1000'], at])
    exchange.advanceTo(at + 60_000)
    expect(exchange.account('alice-poly')?.holdings.get('polymarket:C')).to.include({ yes: 0n, no: 0n })
  })

  it('pays both outcomes of a scalar result in part', () => {
    const exchange = openExchange([{ venue: 'kalshi', symbol: 'A' }])
    placed(exchange, { price: '0.45', quantity: '10' })
    placed(exchange, { account: 'bob', side: 'sell', price: '0.45', quantity: '10' })
    const bobBefore = exchange.account('bob')?.cash.get('0') ?? 0n
    const at = originMs + 1_000
    exchange.execute(
      {
        kind: 'set_market',
        market: 'kalshi:A',
        schedule: { closeMs: at, determineMs: at, settleMs: at, yesPayout: parsePrice('0.3') },
      },
      at,
    )
    expect(cash(exchange, 'alice')).to.equal('998.5')
    expect(exchange.account('bob')?.cash.get('0')).to.equal(bobBefore + 7_000_000n)
    expect(exchange.settlements('alice').map((record) => formatAmount(record.revenue))).to.deep.equal(['3'])
  })

  it('drops all resting orders of a Kalshi market that is reactivated, and only the marked ones at the pause', () => {
    const exchange = openExchange([{ venue: 'kalshi', symbol: 'A' }])
    const plain = placed(exchange, { price: '0.4', quantity: '1' })
    const wary = placed(exchange, { price: '0.4', quantity: '1', cancelOnPause: true })
    const set = (paused: boolean) =>
      exchange.execute({ kind: 'set_market', market: 'kalshi:A', schedule: { paused } }, originMs)
    const reasons = () => [plain, wary].map((order) => exchange.order('alice', order.id)?.cancelReason)
    set(true)
    expect(reasons()).to.deep.equal([null, 'paused'])
    expect(refusal(place(exchange, { price: '0.4' }))).to.equal('market_paused')
    set(false)
    expect(reasons()).to.deep.equal(['halted', 'paused'])
  })

  it('quotes the same levels for the same seed and other ones for another', () => {
    const levels = (seed: string) => {
      const exchange = openExchange([{ venue: 'kalshi', symbol: 'A', levels: 6 }], seed)
      return exchange.book('kalshi:A').bids.map((level) => [formatAmount(level.price), formatAmount(level.quantity)])
    }
    expect(levels('one')).to.deep.equal(levels('one'))
    expect(levels('one')).not.to.deep.equal(levels('two'))
  })
})
