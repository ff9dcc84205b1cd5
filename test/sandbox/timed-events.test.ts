import { expect } from 'chai'
import { formatAmount, parseMoney, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { kalshiLadder } from '../../src/sandbox/catalogue/grids.ts'
import { Exchange } from '../../src/sandbox/exchange.ts'
import type { Schedule } from '../../src/sandbox/model.ts'
import { openExchange, place, placed, refusal, throughFile } from './support/exchange.ts'
import { type MarketSketch, originMs, smallCatalogue } from './support/small-catalogue.ts'

const sketches: readonly MarketSketch[] = [
  { venue: 'kalshi', symbol: 'A' },
  { venue: 'polymarket', symbol: 'B' },
]

/** What the clock makes happen some time after a command, also across a restart. */
describe('exchange: things that happen later', () => {
  let exchange: Exchange
  beforeEach(() => {
    exchange = openExchange(sketches)
  })

  const restarted = (): Exchange =>
    new Exchange({
      catalogue: smallCatalogue(sketches),
      seed: 'seed',
      nowMs: originMs,
      snapshot: throughFile(exchange.snapshot()),
    })
  const set = (schedule: Partial<Schedule>): unknown =>
    exchange.execute({ kind: 'set_market', market: 'kalshi:A', schedule }, exchange.nowMs)
  const cancelAll = (tailMs: number): unknown =>
    exchange.execute({ kind: 'cancel_all', account: 'alice', market: null, outcome: null, tailMs }, exchange.nowMs)

  it('a cancel-all with a tail takes what rests after it, one by one, and leaves other accounts alone', () => {
    cancelAll(60_000)
    const mine = placed(exchange, { price: '0.4' }, originMs + 500)
    const other = placed(exchange, { account: 'bob', price: '0.4' }, originMs + 500)
    const later = placed(exchange, { price: '0.3' }, originMs + 60_000)
    const again = restarted()
    for (const each of [exchange, again]) {
      each.advanceTo(originMs + 3_600_000)
      const ends = [mine, other, later].map(({ id, account }) => each.order(account, id)?.cancelReason)
      expect(ends).to.deep.equal(['cancel_all_tail', null, null])
      expect(each.order('alice', mine.id)?.updatedMs).to.equal(originMs + 1_500)
    }
  })

  it('an order of the tail can fill before it is swept', () => {
    cancelAll(60_000)
    const mine = placed(exchange, { price: '0.4', quantity: '5' })
    placed(exchange, { account: 'bob', side: 'sell', price: '0.4', quantity: '5' }, originMs + 900)
    exchange.advanceTo(originMs + 10_000)
    expect(exchange.order('alice', mine.id)).to.include({ state: 'filled', cancelReason: null })
  })

  it("a closed Kalshi market keeps the accounts' orders for a moment, and a Polymarket one does not", () => {
    const kalshi = placed(exchange, { price: '0.4' })
    const polymarket = placed(exchange, { account: 'alice-poly', market: 'polymarket:B', price: '0.4', quantity: '5' })
    set({ closeMs: originMs + 1_000 })
    exchange.execute({ kind: 'set_market', market: 'polymarket:B', schedule: { closeMs: originMs + 1_000 } }, originMs)
    exchange.advanceTo(originMs + 1_000)
    exchange = restarted()
    const states = () => [exchange.order('alice', kalshi.id), exchange.order('alice-poly', polymarket.id)]
    expect(states().map((order) => order?.state)).to.deep.equal(['resting', 'cancelled'])
    exchange.advanceTo(originMs + 3_000)
    expect(states().map((order) => order?.cancelReason)).to.deep.equal(['market_closed', 'market_closed'])
  })

  it('an order that awaits the sweep is gone before a result pays, and before the market opens again', () => {
    for (const next of [
      { determineMs: originMs, settleMs: originMs, yesPayout: parsePrice('0.3') },
      { closeMs: originMs + 9_000 },
    ]) {
      exchange = openExchange(sketches)
      const order = placed(exchange, { price: '0.4', quantity: '10' })
      set({ closeMs: originMs })
      expect(exchange.order('alice', order.id)?.state).to.equal('resting')
      set(next)
      expect(exchange.order('alice', order.id)?.cancelReason).to.equal('market_closed')
      expect(formatAmount(exchange.available('alice', '0'))).to.equal('1000')
    }
  })

  it('a new price grid holds for new orders, keeps old ones, and survives a restart', () => {
    exchange.execute(
      {
        kind: 'set_market',
        market: 'kalshi:A',
        schedule: {},
        grid: { name: 'deci_cent', ladder: kalshiLadder('deci_cent') },
      },
      originMs,
    )
    const fine = placed(exchange, { price: '0.455', quantity: '1' })
    exchange = restarted()
    expect(exchange.market('kalshi:A')?.market.details).to.include({ priceLevelStructure: 'deci_cent' })
    placed(exchange, { account: 'bob', side: 'sell', price: '0.455', quantity: '1' })
    expect(exchange.order('alice', fine.id)?.state).to.equal('filled')
    expect(refusal(place(exchange, { price: '0.4555' }))).to.equal('off_ladder')
  })

  it('cash on its way is in neither pool, arrives once, and survives a restart', () => {
    const transfer = {
      kind: 'transfer',
      account: 'alice',
      clientId: 'one',
      from: '0',
      to: '2',
      delayMs: 1_000,
    } as const
    exchange.execute({ ...transfer, amount: parseMoney('300') }, originMs)
    expect(refusal(exchange.execute({ ...transfer, amount: parseMoney('1') }, originMs))).to.equal('duplicate_transfer')
    exchange = restarted()
    const pools = () => ['0', '2'].map((pool) => formatAmount(exchange.available('alice', pool)))
    expect(pools()).to.deep.equal(['700', '0'])
    exchange.advanceTo(originMs + 1_000)
    exchange = restarted()
    exchange.advanceTo(originMs + 9_000)
    expect(pools()).to.deep.equal(['700', '300'])
    expect(exchange.transfers('alice').map(({ arrived }) => arrived)).to.deep.equal([true])
  })

  it('cash that a resting order ties up does not move', () => {
    placed(exchange, { price: '0.4', quantity: '2000' })
    const transfer = { kind: 'transfer', account: 'alice', clientId: null, from: '0', to: '2', delayMs: 0 } as const
    expect(refusal(exchange.execute({ ...transfer, amount: parseMoney('201') }, originMs))).to.equal(
      'insufficient_cash',
    )
    expect(exchange.execute({ ...transfer, amount: parseMoney('200') }, originMs).kind).to.equal('transferred')
    expect(parseQuantity('2000')).to.equal(exchange.orders('alice')[0]?.remaining)
  })
})
