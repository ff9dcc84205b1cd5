import { expect } from 'chai'
import * as v from 'valibot'
import { parseJson } from '../../src/clients/json.ts'
import { feeSchedule } from '../../src/clients/kalshi/fees.ts'
import { wireEvent, wireSeries } from '../../src/clients/kalshi/wire.ts'
import { clobFees } from '../../src/clients/polymarket/fees.ts'
import { type Money, parsePrice, parseRate, type Quantity } from '../../src/domain/amounts.ts'
import { feeDrift } from '../../src/domain/fee-drift.ts'
import { type FeeSchedule, predictFees, worstTakerFee } from '../../src/domain/fees.ts'
import type { Fill } from '../../src/domain/fill.ts'
import { type MarketId, marketId } from '../../src/domain/market.ts'
import { uniformLadder } from '../../src/domain/tick-ladder.ts'
import { isoTime } from '../../src/runtime/clock.ts'
import { type Random, seededRandom } from '../../src/runtime/random.ts'
import type { Exchange } from '../../src/sandbox/exchange.ts'
import type { KalshiFeeType, SandboxTrade, TradeParty } from '../../src/sandbox/model.ts'
import { openExchange, place } from '../sandbox/support/exchange.ts'
import { type MarketSketch, originMs } from '../sandbox/support/small-catalogue.ts'

/** The venue charges by its own code; our prediction reads what the venue tells and has its own. They must agree exactly. */

interface Priced {
  readonly sketch: MarketSketch
  readonly schedule: FeeSchedule
}

const types = ['quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees'] as const
const multipliers = ['0', '0.5', '1', '1.25', '0.333333']
const step = parsePrice('0.001')

/** What Kalshi tells: a series, and an event that may override it. */
function told(type: KalshiFeeType, multiplier: string, override = ''): FeeSchedule {
  const series = v.parse(
    wireSeries,
    parseJson(`{"ticker":"KXTEST","fee_type":"${type}","fee_multiplier":${multiplier}}`),
  )
  const event = v.parse(wireEvent, parseJson(`{"event_ticker":"E"${override}}`))
  return feeSchedule({ fee_waiver_expiration_time: null }, event, series)
}

const kalshiMarkets: readonly Priced[] = types.flatMap((type, row) =>
  multipliers.map((multiplier, column) => ({
    sketch: {
      venue: 'kalshi',
      symbol: `K${row}${column}`,
      ladder: uniformLadder(column % 2 === 0 ? step : parsePrice('0.01')),
      fees: { kind: 'kalshi', type, multiplier: parseRate(multiplier) },
    },
    schedule: told(type, multiplier),
  })),
)

const overridden: Priced = {
  sketch: { venue: 'kalshi', symbol: 'OVERRIDDEN', ladder: uniformLadder(step) },
  schedule: told('quadratic', '1', ',"fee_type_override":"quadratic_with_maker_fees","fee_multiplier_override":0.75'),
}

const polymarketMarkets: readonly Priced[] = ['0', '0.04', '0.0725'].flatMap((rate, row) =>
  [1, 2].map((exponent) => ({
    sketch: {
      venue: 'polymarket',
      symbol: `P${row}${exponent}`,
      ladder: uniformLadder(step),
      fees: { kind: 'polymarket', rate: parseRate(rate), exponent },
    },
    schedule: clobFees({ r: parseRate(rate), e: exponent, to: true }),
  })),
)

const priced: readonly Priced[] = [...kalshiMarkets, overridden, ...polymarketMarkets]

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.below(items.length)]
  if (item === undefined) throw new Error('nothing to choose from')
  return item
}

function whole(random: Random, least: number, most: number): number {
  return least + random.below(most - least + 1)
}

/** Small orders sweep large ones and the other way round, so that orders fill in parts, as takers and as makers. */
function tradeAtRandom(exchange: Exchange, markets: readonly Priced[], random: Random, fills: number): void {
  for (let turn = 0; exchange.trades({}).length < fills; turn++) {
    // Funds are checked against every resting order: old ones only cost time.
    for (const account of ['alice', 'bob', 'alice-poly', 'bob-poly']) {
      exchange.execute({ kind: 'cancel_all', account, market: null, outcome: null, tailMs: 0 }, originMs + turn * 1_000)
    }
    for (let burst = 0; burst < 400; burst++) {
      const { sketch } = pick(random, markets)
      const id = marketId(sketch.venue, sketch.symbol)
      const tick = sketch.ladder?.[0]?.step === step ? 1 : 10
      const middle = pick(random, [30, 500, 960])
      const thousandths = Math.max(1, Math.floor(whole(random, middle - 25, middle + 25) / tick)) * tick
      const fractional = sketch.venue === 'polymarket' || random.below(2) === 0
      const hundredths = pick(random, [whole(random, 1, 40), whole(random, 1, 4_000)])
      const quantity = fractional ? hundredths : Math.max(1, Math.round(hundredths / 100)) * 100
      const who = pick(random, ['alice', 'bob'])
      place(
        exchange,
        {
          account: sketch.venue === 'kalshi' ? who : `${who}-poly`,
          market: id,
          outcome: pick(random, ['yes', 'no']),
          side: pick(random, ['buy', 'buy', 'sell']),
          price: (thousandths / 1000).toFixed(3),
          quantity: (quantity / 100).toFixed(2),
          timeInForce: pick(random, ['gtc', 'gtc', 'gtc', 'ioc']),
          selfTrade: 'maker',
        },
        originMs + turn * 1_000 + burst,
      )
    }
  }
}

interface Part {
  readonly party: TradeParty
  readonly fill: Fill
}

function partOf(trade: SandboxTrade, party: TradeParty, liquidity: 'taker' | 'maker'): Part {
  const fill: Fill = {
    id: trade.id,
    venue: trade.market.startsWith('kalshi') ? 'kalshi' : 'polymarket',
    market: trade.market,
    venueOrderId: party.orderId,
    outcome: party.outcome,
    side: party.side,
    quantity: trade.quantity,
    price: party.ownPrice,
    fee: party.fee,
    liquidity,
    finality: 'final',
    time: isoTime(trade.timeMs),
  }
  return { party, fill }
}

/** The fills of every order of a person, in the order in which they happened. */
function fillsByOrder(exchange: Exchange): ReadonlyMap<string, readonly Fill[]> {
  const byOrder = new Map<string, Fill[]>()
  for (const trade of [...exchange.trades({})].reverse()) {
    for (const { party, fill } of [partOf(trade, trade.taker, 'taker'), partOf(trade, trade.maker, 'maker')]) {
      byOrder.set(party.orderId, [...(byOrder.get(party.orderId) ?? []), fill])
    }
  }
  return byOrder
}

const scheduleOf = new Map<MarketId, FeeSchedule>(
  priced.map(({ sketch, schedule }) => [marketId(sketch.venue, sketch.symbol), schedule]),
)

interface Tally {
  fills: number
  multiple: number
  refunds: number
  makers: number
}

function compare(exchange: Exchange, account: 'direct' | 'brokered'): Tally {
  const tally: Tally = { fills: 0, multiple: 0, refunds: 0, makers: 0 }
  for (const [order, fills] of fillsByOrder(exchange)) {
    const [first] = fills
    if (first === undefined) continue
    const schedule = scheduleOf.get(first.market) ?? { kind: 'free' }
    const bases = fills.map(({ side, price, quantity, liquidity }) => {
      if (liquidity === null) throw new Error('a fill without a role')
      return { side, price, quantity, liquidity }
    })
    const predicted = predictFees(schedule, bases, account)
    const charged = fills.map(({ fee }) => fee)
    expect(predicted, `${first.market} order ${order}`).to.deep.equal(charged)
    tally.fills += fills.length
    if (fills.length > 1) tally.multiple++
    tally.makers += fills.filter(({ liquidity }) => liquidity === 'maker').length
    const alone = bases.map((basis) => predictFees(schedule, [basis], account)?.[0])
    tally.refunds += charged.filter((fee, index) => fee !== alone[index]).length
    if (first.venue === 'kalshi') expect(feeDrift(schedule, first, fills), `drift of ${order}`).to.equal(null)
  }
  return tally
}

function openTrading(markets: readonly Priced[], seed: string): Exchange {
  return openExchange(
    markets.map(({ sketch }) => sketch),
    seed,
    '100000000',
  )
}

describe('predicted fees against what the sandbox charges', () => {
  it('agree to the last digit on 10,000 fills of both venues', function () {
    this.timeout(30_000)
    const exchange = openTrading(priced, 'direct')
    exchange.execute(
      {
        kind: 'set_fees',
        change: {
          scope: 'event',
          ticker: 'OVERRIDDEN-EVENT',
          type: 'quadratic_with_maker_fees',
          multiplier: parseRate('0.75'),
          atMs: originMs,
          secret: false,
        },
      },
      originMs,
    )
    tradeAtRandom(exchange, priced, seededRandom('fees/direct'), 5_000)
    const { fills, multiple, makers } = compare(exchange, 'direct')
    // Each trade is a fill of two orders.
    expect(fills).to.be.at.least(10_000)
    expect(multiple).to.be.above(500)
    expect(makers).to.be.above(1_000)
  })

  it('agree on accounts whose balance moves in whole cents, refunds included', function () {
    this.timeout(30_000)
    const exchange = openTrading(kalshiMarkets, 'brokered')
    for (const account of ['alice', 'bob']) {
      exchange.execute({ kind: 'set_balance_step', account, step: 10_000n as Money }, originMs)
    }
    tradeAtRandom(exchange, kalshiMarkets, seededRandom('fees/brokered'), 2_000)
    const { fills, refunds } = compare(exchange, 'brokered')
    expect(fills).to.be.at.least(4_000)
    expect(refunds).to.be.above(200)
  })

  it('stay below what limits counted, but for a step of each part that is too small to be paid back a cent', function () {
    this.timeout(30_000)
    const markets = [...kalshiMarkets, ...polymarketMarkets]
    const exchange = openTrading(markets, 'worst')
    tradeAtRandom(exchange, markets, seededRandom('fees/worst'), 1_500)
    for (const [order, fills] of fillsByOrder(exchange)) {
      const [first] = fills
      if (first === undefined) continue
      const { side, venue } = first
      const price = fills.map((fill) => fill.price).reduce((a, b) => ((side === 'buy') === a > b ? a : b))
      const quantity = fills.reduce((sum, fill) => sum + fill.quantity, 0n) as Quantity
      const worst = worstTakerFee(scheduleOf.get(first.market) ?? { kind: 'free' }, { side, price, quantity }) ?? 0n
      const charged = fills.reduce((sum, { fee }) => sum + (fee ?? 0n), 0n)
      const small = venue === 'kalshi' ? fills.filter(({ fee }) => (fee ?? 0n) < 10_000n).length : 0
      expect(charged <= worst + BigInt(small) * 100n, `${order}: ${charged} above ${worst}`).to.equal(true)
    }
  })
})
