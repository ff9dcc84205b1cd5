import { expect } from 'chai'
import { kalshiEntry } from '../support/entries.ts'
import { KalshiSocketBench } from '../support/kalshi-socket.ts'
import { originMs } from '../support/small-catalogue.ts'

describe("the sandbox's Kalshi socket", () => {
  let bench: KalshiSocketBench
  const sides = (frame: { msg: { yes_dollars_fp?: unknown; no_dollars_fp?: unknown } }) => [
    frame.msg.yes_dollars_fp,
    frame.msg.no_dollars_fp,
  ]

  beforeEach(() => {
    bench = new KalshiSocketBench()
    bench.host.exchange.execute({ kind: 'set_book', market: 'kalshi:KXA', bids: [], asks: [] })
    bench.place({ price: '0.40', quantity: '5' })
  })

  it('answers each channel of a subscription, and sends the book with the empty side left out', () => {
    const [answer, snapshot] = bench.say('subscribe', { channels: ['orderbook_delta'], market_ticker: 'KXA' })
    expect(answer).to.deep.equal({ type: 'subscribed', id: 1, msg: { channel: 'orderbook_delta', sid: 1 } })
    expect([snapshot.type, snapshot.sid, snapshot.seq]).to.deep.equal(['orderbook_snapshot', 1, 1])
    expect(snapshot.msg.yes_dollars_fp).to.deep.equal([['0.4000', '5.00']])
    expect(snapshot.msg).to.not.have.property('no_dollars_fp')
  })

  for (const [flag, price] of [
    [true, '0.4500'],
    [false, '0.5500'],
  ] as const) {
    it(`shows the NO side in ${flag ? 'YES' : 'NO'} prices with use_yes_price ${flag}`, () => {
      bench.place({ side: 'sell', price: '0.45', quantity: '3' })
      const [, snapshot] = bench.say('subscribe', {
        channels: ['orderbook_delta'],
        market_tickers: ['KXA'],
        use_yes_price: flag,
      })
      expect(sides(snapshot)).to.deep.equal([[['0.4000', '5.00']], [[price, '3.00']]])
      const [delta] = bench.place({ side: 'sell', price: '0.45', quantity: '2' })
      const { price_dollars, delta_fp, side } = delta.msg
      expect([delta.seq, price_dollars, delta_fp, side]).to.deep.equal([2, price, '2.00', 'no'])
    })
  }

  it('names the own order that moved a level', () => {
    bench.say('subscribe', { channels: ['orderbook_delta'], market_ticker: 'KXA' })
    const [delta] = bench.place({ price: '0.41', quantity: '1', clientOrderId: 'mine' })
    expect([delta.msg.client_order_id, delta.msg.subaccount]).to.deep.equal(['mine', 0])
  })

  it('counts one sequence over all markets of a subscription, answers included', () => {
    bench.say('subscribe', { channels: ['orderbook_delta'], market_ticker: 'KXA' })
    const [ok, snapshot] = bench.say('subscribe', { channels: ['orderbook_delta'], market_ticker: 'KXB' })
    expect([ok.type, ok.seq, ok.msg.market_tickers]).to.deep.equal(['ok', 2, ['KXA', 'KXB']])
    expect([snapshot.seq, snapshot.msg.market_ticker]).to.deep.equal([3, 'KXB'])
    const again = bench.say('update_subscription', { sids: [1], action: 'get_snapshot', market_tickers: ['KXA'] })
    expect(again.map(({ type, seq }) => [type, seq])).to.deep.equal([
      ['ok', 4],
      ['orderbook_snapshot', 5],
    ])
    const [gone] = bench.say('update_subscription', { sid: 1, action: 'delete_markets', market_tickers: ['KXA'] })
    expect(gone.msg.market_tickers).to.deep.equal(['KXB'])
    expect(bench.place({ price: '0.42', quantity: '1' })).to.deep.equal([])
  })

  it('tells fills, orders and positions of the account without numbers, and everybody of the trade', () => {
    bench.host.exchange.execute({
      kind: 'set_book',
      market: 'kalshi:KXA',
      bids: [],
      asks: [{ price: 450_000n as never, quantity: 9_000_000n as never }],
    })
    bench.say('subscribe', { channels: ['fill', 'user_orders', 'market_positions', 'trade'] })
    const news = bench.place({ price: '0.45', quantity: '4', timeInForce: 'ioc', clientOrderId: 'c-1' })
    const byType = new Map(news.map((frame) => [frame.type, frame]))
    expect([...byType.keys()].sort()).to.deep.equal(['fill', 'market_position', 'trade', 'user_order'])
    expect([byType.get('fill').msg.count_fp, byType.get('fill').msg.post_position_fp]).to.deep.equal(['4.00', '4.00'])
    expect(byType.get('fill').msg.client_order_id).to.equal('c-1')
    expect(byType.get('user_order').msg.status).to.equal('executed')
    expect(byType.get('market_position').msg.position_fp).to.equal('4.00')
    expect(byType.get('trade').seq).to.equal(1)
    for (const type of ['fill', 'user_order', 'market_position']) expect(byType.get(type)).to.not.have.property('seq')
  })

  it('tells the turns of a market, but neither its opening nor its close', () => {
    bench.say('subscribe', { channels: ['market_lifecycle_v2'] })
    const kinds = (frames: readonly { msg: { event_type: string } }[]) => frames.map(({ msg }) => msg.event_type)
    expect(kinds(bench.setMarket('kalshi:KXA', { paused: true }))).to.deep.equal(['deactivated'])
    expect(kinds(bench.setMarket('kalshi:KXA', { paused: false }))).to.deep.equal(['activated'])
    expect(kinds(bench.setMarket('kalshi:KXA', { closeMs: originMs + 1_000 }))).to.deep.equal(['close_date_updated'])
    expect(bench.tick(2_000)).to.deep.equal([])
    const over = { determineMs: originMs, settleMs: originMs, yesPayout: 1_000_000n }
    expect(kinds(bench.setMarket('kalshi:KXA', over))).to.deep.equal(['determined', 'settled'])
  })

  it('tells once, in sequence, that the fees of an event are others when they are, and never of a secret change', () => {
    bench.say('subscribe', { channels: ['market_lifecycle_v2'] })
    const change = {
      scope: 'event',
      ticker: 'KXA-EVENT',
      type: 'flat',
      multiplier: null,
      atMs: originMs + 1_000,
    } as const
    bench.host.exchange.execute({ kind: 'set_fees', change: { ...change, secret: false } })
    bench.host.exchange.execute({ kind: 'set_fees', change: { ...change, type: null, secret: true } })
    expect(bench.tick(500)).to.deep.equal([])
    const msg = { event_ticker: 'KXA-EVENT', fee_type_override: 'flat', fee_multiplier_override: null }
    expect(bench.tick(1_500)).to.deep.equal([{ type: 'event_fee_update', sid: 1, seq: 1, msg }])
    expect(bench.tick(2_000)).to.deep.equal([])
  })

  it('empties the book of a market that closes by the clock', () => {
    bench.setMarket('kalshi:KXA', { closeMs: originMs + 1_000 })
    bench.say('subscribe', { channels: ['orderbook_delta'], market_ticker: 'KXA' })
    const frames = [...bench.tick(1_500), ...bench.tick(2_000)]
    expect(frames.map(({ msg }) => msg.delta_fp)).to.deep.equal(['-5.00'])
  })

  it('says the ticker when something of it changes, and at once when asked to', () => {
    const [, first] = bench.say('subscribe', {
      channels: ['ticker'],
      market_ticker: 'KXA',
      send_initial_snapshot: true,
    })
    expect([first.msg.yes_bid_dollars, first.msg.yes_ask_size_fp]).to.deep.equal(['0.4000', '0.00'])
    expect(bench.place({ price: '0.39', quantity: '1' })).to.deep.equal([])
    const [next] = bench.place({ price: '0.42', quantity: '1' })
    expect(next.msg.yes_bid_dollars).to.equal('0.4200')
  })

  it('lists and ends subscriptions', () => {
    bench.say('subscribe', { channels: ['fill', 'trade'] })
    const [list] = bench.say('list_subscriptions')
    expect(list.msg).to.deep.equal([
      { channel: 'trade', sid: 1 },
      { channel: 'fill', sid: 2 },
    ])
    expect(bench.say('unsubscribe', { sids: [2] })).to.deep.equal([{ type: 'unsubscribed', id: 3, sid: 2, seq: 1 }])
    expect(bench.say('list_subscriptions')[0].msg).to.deep.equal([{ channel: 'trade', sid: 1 }])
  })

  const errors: readonly (readonly [string, string, object | undefined, number])[] = [
    ['no parameters', 'subscribe', undefined, 2],
    ['no channels', 'subscribe', {}, 3],
    ['no sids', 'unsubscribe', {}, 4],
    ['an unknown command', 'dance', {}, 5],
    ['an unknown sid', 'unsubscribe', { sids: [9] }, 7],
    ['an unknown channel', 'subscribe', { channels: ['gossip'] }, 8],
    ['two sids', 'update_subscription', { sids: [1, 2], action: 'add_markets', market_tickers: ['KXA'] }, 12],
    ['an unknown action', 'update_subscription', { sid: 1, action: 'dance', market_tickers: ['KXA'] }, 13],
    ['no market', 'subscribe', { channels: ['orderbook_delta'] }, 14],
    ['no action', 'update_subscription', { sid: 1, market_tickers: ['KXA'] }, 15],
  ]
  for (const [what, cmd, params, code] of errors) {
    it(`refuses ${what} with code ${code}`, () => {
      const [frame] = bench.say(cmd, params)
      expect([frame.type, frame.id, frame.msg.code]).to.deep.equal(['error', 1, code])
    })
  }

  it('refuses what is no JSON, and passes over markets that are not there', () => {
    expect(bench.raw('{')[0].msg.code).to.equal(1)
    const frames = bench.say('subscribe', { channels: ['orderbook_delta'], market_tickers: ['NONE'] })
    expect(frames.map(({ type }) => type)).to.deep.equal(['subscribed'])
  })

  it('pings with the venue’s own word', () => {
    bench.tick(10_000)
    expect(bench.pings).to.deep.equal(['heartbeat'])
  })

  it('tells of an event that is listed and then of its markets, and of further markets alone', () => {
    const bench = new KalshiSocketBench()
    bench.say('subscribe', { channels: ['market_lifecycle_v2'] })
    const frames = bench.list(kalshiEntry())
    expect(frames.map(({ type, seq, msg }) => [type, seq, msg.event_type])).to.deep.equal([
      ['event_lifecycle', 1, undefined],
      ['market_lifecycle_v2', 2, 'created'],
    ])
    expect(frames[0].msg).to.include({ event_ticker: 'KXNEW-27', series_ticker: 'KXNEW', collateral_return_type: '' })
    expect(frames[1].msg).to.include({
      market_ticker: 'KXNEW-27-T5',
      open_ts: originMs / 1000,
      close_ts: Date.parse('2027-12-31T00:00:00Z') / 1000,
      price_level_structure: 'linear_cent',
    })
    expect(frames[1].msg.additional_metadata).to.include({ event_ticker: 'KXNEW-27', floor_strike: 5 })
    const more = bench.list(kalshiEntry({ markets: [{ key: 'B', title: 'B?', claim: 'b' }] }))
    expect(more.map(({ msg }) => msg.market_ticker)).to.deep.equal(['KXNEW-27-B'])
  })

  it('tells of a closed market that opens again: first its new end, then that it is active', () => {
    const bench = new KalshiSocketBench()
    bench.say('subscribe', { channels: ['market_lifecycle_v2'] })
    bench.setMarket('kalshi:KXA', { closeMs: originMs + 2_000 })
    bench.tick(5_000)
    const frames = bench.setMarket('kalshi:KXA', { closeMs: originMs + 90_000 })
    expect(frames.map(({ msg }) => msg.event_type)).to.deep.equal(['close_date_updated', 'activated'])
  })
})
