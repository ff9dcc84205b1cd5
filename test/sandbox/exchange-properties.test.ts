import { expect } from 'chai'
import fc from 'fast-check'
import { type Money, type Price, parsePrice, type Quantity, type Rate } from '../../src/domain/amounts.ts'
import type { MarketId } from '../../src/domain/market.ts'
import type { Command } from '../../src/sandbox/commands.ts'
import { Exchange } from '../../src/sandbox/exchange.ts'
import { encodeJson } from '../../src/sandbox/json.ts'
import type { SandboxOrder } from '../../src/sandbox/model.ts'
import { openExchange, throughFile } from './support/exchange.ts'
import { type MarketSketch, originMs, smallCatalogue } from './support/small-catalogue.ts'

const sketches: readonly MarketSketch[] = [
  { venue: 'kalshi', symbol: 'A', levels: 4 },
  {
    venue: 'kalshi',
    symbol: 'B',
    fees: { kind: 'kalshi', type: 'quadratic_with_maker_fees', multiplier: 1_000_000n as never },
    schedule: {
      closeMs: originMs + 40_000,
      determineMs: originMs + 45_000,
      settleMs: originMs + 50_000,
      yesPayout: parsePrice('0.37'),
    },
  },
  { venue: 'polymarket', symbol: 'C', levels: 4 },
  {
    venue: 'polymarket',
    symbol: 'D',
    // So soon after the close that trades which will fail are still open.
    schedule: {
      closeMs: originMs + 40_000,
      determineMs: originMs + 41_000,
      settleMs: originMs + 42_000,
      yesPayout: parsePrice('0.37'),
    },
  },
]
const markets: readonly MarketId[] = ['kalshi:A', 'kalshi:B', 'polymarket:C', 'polymarket:D']

interface Step {
  readonly command: Command
  readonly waitMs: number
}

const priceArb = fc
  .oneof(fc.integer({ min: 1, max: 99 }), fc.integer({ min: 42, max: 58 }))
  .map((cents) => (BigInt(cents) * 10_000n) as Price)
const quantityArb = fc.integer({ min: 1, max: 6_000 }).map((hundredths) => (BigInt(hundredths) * 10_000n) as Quantity)

const placeArb = fc
  .record({
    who: fc.constantFrom('alice', 'bob'),
    market: fc.constantFrom(...markets),
    outcome: fc.constantFrom('yes' as const, 'no' as const),
    side: fc.constantFrom('buy' as const, 'sell' as const),
    price: priceArb,
    quantity: quantityArb,
    budget: fc.boolean(),
    timeInForce: fc.constantFrom('gtc' as const, 'gtc' as const, 'ioc' as const, 'fok' as const),
    expiresIn: fc.option(fc.integer({ min: 1, max: 20_000 })),
    postOnly: fc.constantFrom(false, false, true),
    reduceOnly: fc.constantFrom(false, false, true),
    selfTrade: fc.constantFrom('taker_at_cross' as const, 'maker' as const, 'allow' as const),
    delayMs: fc.constantFrom(0, 0, 0, 3_000),
    doomed: fc.constantFrom(false, false, false, true),
  })
  .map((draw) => {
    const { who, market, price, quantity, budget, expiresIn, ...rest } = draw
    const immediate = draw.timeInForce !== 'gtc'
    const polymarket = market.startsWith('polymarket')
    return {
      kind: 'place' as const,
      account: polymarket ? `${who}-poly` : who,
      market,
      ...rest,
      ownPrice: price,
      amount:
        budget && immediate && draw.side === 'buy' && polymarket
          ? { kind: 'budget' as const, budget: (quantity / 2n) as bigint as Money }
          : { kind: 'quantity' as const, quantity },
      expiresIn: immediate ? null : expiresIn,
      postOnly: draw.postOnly && !immediate,
      reduceOnly: draw.reduceOnly && immediate,
      delayMs: polymarket ? draw.delayMs : 0,
      doomed: polymarket && draw.doomed,
    }
  })

const cancelKinds = ['cancel_all', 'decrease', 'amend', 'cancel', 'cancel', 'cancel'] as const

const cancelArb = fc
  .record({ account: fc.constantFrom('alice', 'bob', 'alice-poly', 'bob-poly'), nth: fc.nat(8), what: fc.nat(5) })
  .map(({ account, nth, what }) => ({ kind: cancelKinds[what] ?? ('cancel' as const), account, nth }))

const marketArb = fc
  .record({ market: fc.constantFrom(...markets), paused: fc.boolean() })
  .map((draw) => ({ kind: 'set_market' as const, ...draw }))

const feesArb = fc
  .record({
    scope: fc.constantFrom('series' as const, 'event' as const),
    type: fc.constantFrom('quadratic' as const, 'quadratic_with_maker_fees' as const),
    multiplier: fc.constantFrom(0n, 500_000n, 2_000_000n),
    inMs: fc.constantFrom(0, 5_000),
  })
  .map((draw) => ({ kind: 'set_fees' as const, ...draw }))

/**
 * A command as plain data, so that a counterexample can be read. Order ids are drawn from the seed, so a draft names its
 * target as the n-th order of the account, and a time as one from now.
 */
const draftArb = fc.oneof(
  { weight: 12, arbitrary: placeArb },
  { weight: 5, arbitrary: cancelArb },
  { weight: 1, arbitrary: marketArb },
  { weight: 1, arbitrary: feesArb },
)
type Draft = typeof draftArb extends fc.Arbitrary<infer T> ? T : never

/** The command that a draft means at this moment. Null when it has no target. */
function commandOf(draft: Draft, exchange: Exchange): Command | null {
  switch (draft.kind) {
    case 'place': {
      const { expiresIn, ...rest } = draft
      return {
        ...rest,
        orderId: null,
        clientOrderId: null,
        expiresAtMs: expiresIn === null ? null : exchange.nowMs + expiresIn,
        cancelOnPause: false,
        refuseUnmatched: false,
      }
    }
    case 'set_market': {
      const { kind, market, paused } = draft
      return exchange.market(market)?.status === 'settled' ? null : { kind, market, schedule: { paused } }
    }
    case 'set_fees': {
      const { kind, scope, type, multiplier, inMs } = draft
      const ticker = scope === 'series' ? 'KXTEST' : 'A-EVENT'
      const atMs = exchange.nowMs + inMs
      return { kind, change: { scope, ticker, type, multiplier: multiplier as Rate, atMs, secret: false } }
    }
    case 'cancel_all':
      return { kind: 'cancel_all', account: draft.account, market: null, outcome: null, tailMs: draft.nth * 1_000 }
    default:
      return changeOf(draft.kind, exchange.orders(draft.account)[draft.nth])
  }
}

function changeOf(kind: 'decrease' | 'amend' | 'cancel', order: SandboxOrder | undefined): Command | null {
  if (order === undefined) return null
  const { account, id: orderId, market, side } = order
  if (kind === 'cancel') return { kind, account, orderId }
  if (kind === 'decrease') {
    const quantity = ((order.remaining / 20_000n) * 10_000n) as Quantity
    return { kind, account, orderId, change: { kind: 'to', quantity } }
  }
  return {
    kind,
    account,
    orderId,
    market,
    side,
    ownPrice: parsePrice('0.5'),
    total: (order.filled + 70_000n) as Quantity,
    clientOrderId: null,
    expiry: { kind: 'keep' },
  }
}

const stepsArb = fc.array(
  fc.record({
    draft: draftArb,
    waitMs: fc.constantFrom(0, 0, 1, 700, 3_000, 9_000),
  }),
  { minLength: 1, maxLength: 60, size: 'max' },
)

/** Cash everywhere plus a dollar for each open pair: what was deposited, to the millionth. */
function wealth(exchange: Exchange): bigint {
  let total: bigint = exchange.venueCash
  const pairs = new Map<string, { yes: bigint; no: bigint }>()
  for (const account of exchange.accounts()) {
    for (const cash of account.cash.values()) total += cash
    for (const [market, holding] of account.holdings) {
      const sum = pairs.get(market) ?? { yes: 0n, no: 0n }
      pairs.set(market, { yes: sum.yes + holding.yes, no: sum.no + holding.no })
    }
  }
  for (const [market, sum] of pairs) {
    expect(sum.yes, `pairs of ${market}`).to.equal(sum.no)
    total += sum.yes
  }
  return total
}

function run(
  steps: readonly { readonly draft: Draft; readonly waitMs: number }[],
  check: (exchange: Exchange) => void,
): { readonly exchange: Exchange; readonly script: readonly Step[] } {
  const exchange = openExchange(sketches, 'seed', '40')
  const script: Step[] = []
  let nowMs = originMs
  for (const step of steps) {
    nowMs += step.waitMs
    exchange.advanceTo(nowMs)
    const command = commandOf(step.draft, exchange)
    if (command === null) continue
    script.push({ command, waitMs: nowMs })
    exchange.execute(command, nowMs)
    check(exchange)
  }
  exchange.advanceTo(nowMs + 100_000)
  check(exchange)
  return { exchange, script }
}

const runs = { numRuns: 120 }

describe('exchange under random commands', () => {
  it('conserves cash and position value to the millionth', () => {
    fc.assert(
      fc.property(stepsArb, (steps) => {
        run(steps, (exchange) => expect(wealth(exchange)).to.equal(160_000_000n))
      }),
      runs,
    )
  })

  it('never lets an account spend or sell what it does not have', () => {
    fc.assert(
      fc.property(stepsArb, (steps) => {
        run(steps, (exchange) => {
          for (const account of exchange.accounts().filter((one) => !one.unlimited)) {
            for (const cash of account.cash.values()) expect(cash >= 0n, `cash ${cash}`).to.equal(true)
            for (const holding of account.holdings.values()) {
              expect(holding.yes >= 0n && holding.no >= 0n, encodeJson(holding)).to.equal(true)
            }
          }
        })
      }),
      runs,
    )
  })

  it('never crosses a book and never shows an empty level', () => {
    fc.assert(
      fc.property(stepsArb, (steps) => {
        run(steps, (exchange) => {
          for (const market of markets) {
            const { bids, asks } = exchange.book(market)
            const [bid, ask] = [bids[0], asks[0]]
            expect(bid === undefined || ask === undefined || bid.price < ask.price, market).to.equal(true)
            expect([...bids, ...asks].every((level) => level.quantity > 0n)).to.equal(true)
          }
        })
      }),
      runs,
    )
  })

  it('fills no order beyond its size or outside its limit', () => {
    fc.assert(
      fc.property(stepsArb, (steps) => {
        const { exchange } = run(steps, () => {})
        for (const trade of exchange.trades({})) {
          for (const party of [trade.taker, trade.maker]) {
            const order = exchange.order(party.account, party.orderId)
            if (order === null) continue
            const better = party.side === 'buy' ? party.ownPrice <= order.ownPrice : party.ownPrice >= order.ownPrice
            // An amended order may have traded at its earlier limit.
            const amended = order.ownPrice === parsePrice('0.5')
            expect(better || amended).to.equal(true)
          }
        }
        for (const account of exchange.accounts()) {
          for (const order of exchange.orders(account.id)) {
            if (order.amount.kind === 'quantity') expect(order.filled <= order.amount.quantity).to.equal(true)
            else expect(order.takerCost <= order.amount.budget).to.equal(true)
          }
        }
      }),
      runs,
    )
  })

  it('gives byte-identical state for the same commands, also through a snapshot half way', () => {
    fc.assert(
      fc.property(stepsArb, fc.nat(60), (steps, cut) => {
        const { exchange, script } = run(steps, () => {})
        let again = openExchange(sketches, 'seed', '40')
        script.forEach((step, index) => {
          if (index === cut) {
            again = new Exchange({
              catalogue: smallCatalogue(sketches),
              seed: 'seed',
              nowMs: originMs,
              snapshot: throughFile(again.snapshot()),
            })
          }
          again.execute(step.command, step.waitMs)
        })
        again.advanceTo(exchange.nowMs)
        expect(encodeJson(again.snapshot())).to.equal(encodeJson(exchange.snapshot()))
      }),
      runs,
    )
  })
})
