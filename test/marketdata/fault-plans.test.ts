import { expect } from 'chai'
import fc from 'fast-check'
import type { Price, Quantity } from '../../src/domain/amounts.ts'
import type { MarketId } from '../../src/domain/market.ts'
import type { Level } from '../../src/domain/order-book.ts'
import { parseFaultRule } from '../../src/sandbox/fault-schema.ts'
import { kalshiMarkets, polymarketMarket, Rig, staleAfterMs } from './rig.ts'

const markets: readonly MarketId[] = [...kalshiMarkets, polymarketMarket]

type Step =
  | {
      readonly kind: 'book'
      readonly market: MarketId
      readonly bids: readonly Level[]
      readonly asks: readonly Level[]
    }
  | { readonly kind: 'status'; readonly market: MarketId; readonly paused: boolean }
  | { readonly kind: 'tick'; readonly size: string }
  | { readonly kind: 'fault'; readonly rule: Readonly<Record<string, unknown>> }
  | { readonly kind: 'pump' }
  | { readonly kind: 'pass'; readonly ms: number }

const quantity = fc.integer({ min: 1, max: 500 }).map((n) => (BigInt(n) * 1_000_000n) as Quantity)
const levels = (min: number, max: number) =>
  fc
    .uniqueArray(fc.integer({ min, max }), { maxLength: 5 })
    .chain((cents) =>
      fc
        .array(quantity, { minLength: cents.length, maxLength: cents.length })
        .map((sizes) =>
          cents.map((cent, i): Level => ({ price: (BigInt(cent) * 10_000n) as Price, quantity: sizes[i] as Quantity })),
        ),
    )

const market = fc.constantFrom(...markets)
const fault = fc.constantFrom(
  'drop_frame',
  'gap_frames',
  'duplicate_frame',
  'reorder_frames',
  'delay_frames',
  'reset_socket',
  'half_open_socket',
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('book' as const), market, bids: levels(1, 50), asks: levels(51, 99) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('fault' as const),
      rule: fc.record({
        fault,
        times: fc.integer({ min: 1, max: 3 }),
        skip: fc.integer({ min: 0, max: 3 }),
        ms: fc.constant(2_000),
      }),
    }),
  },
  { weight: 4, arbitrary: fc.constant({ kind: 'pump' as const }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('status' as const),
      market: fc.constantFrom(...kalshiMarkets),
      paused: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), size: fc.constantFrom('0.01', '0.001') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(1_000, 3_000, 12_000) }),
  },
)

async function play(rig: Rig, one: Step): Promise<void> {
  switch (one.kind) {
    case 'book':
      rig.setBook(one.market, one.bids, one.asks)
      break
    case 'fault': {
      const parsed = parseFaultRule(one.rule)
      if (parsed.kind === 'wrong') throw new Error(parsed.message)
      rig.host.faults.add(parsed.rule)
      break
    }
    case 'pump':
      rig.pump()
      break
    case 'pass':
      await rig.pass(one.ms)
      break
    case 'status':
      rig.host.exchange.execute({ kind: 'set_market', market: one.market, schedule: { paused: one.paused } })
      break
    case 'tick':
      rig.host.polymarket.ticks.set(polymarketMarket, one.size)
      break
  }
}

/** What a market must be in the end: a lost word on its life must not be lost for good. */
function endOf(id: MarketId, plan: readonly Step[]): string {
  const last = plan.findLast((one) => one.kind === 'status' && one.market === id)
  return last?.kind === 'status' && last.paused ? 'not_open' : 'tradable'
}

describe('books under any fault plan', () => {
  it('equal the sandbox, or are marked untradable; and are whole again once the faults end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 25 }), async (plan) => {
        const rig = new Rig()
        rig.pump()
        for (const one of plan) await play(rig, one)
        rig.pump()
        rig.host.faults.clear()
        // Longer than a book may go unproven: what was lost unseen has made itself known.
        await rig.pass(staleAfterMs + 1_000)
        for (const id of markets) {
          if (rig.state(id) === 'tradable') expect(rig.ours(id), id).to.equal(rig.truth(id))
        }
        await rig.pass(60_000)
        for (const id of markets) {
          expect(`${id} ${rig.state(id)}`).to.equal(`${id} ${endOf(id, plan)}`)
          expect(rig.ours(id), id).to.equal(rig.truth(id))
        }
      }),
      { numRuns: Number(process.env.FAULT_PLANS ?? 30) },
    )
  })
})
