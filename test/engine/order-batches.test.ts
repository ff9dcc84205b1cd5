import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { executePair } from '../../src/arb/execute-pair.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { formatAmount, parseMoney } from '../../src/domain/amounts.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import { type VenueId, venueIds } from '../../src/domain/market.ts'
import type { Batches } from '../../src/domain/venue.ts'
import { cancelEach, cancelMarket } from '../../src/engine/cancel/cancel-each.ts'
import { type PlaceOutcome, placeBatch } from '../../src/engine/place/place-order.ts'
import { type OrderPlan, planOrder } from '../../src/engine/place/plan-order.ts'
import type { Trading } from '../../src/engine/trading.ts'
import { setHalt } from '../../src/store/halt.ts'
import { mendAll, spoil } from '../support/faults.ts'
import { aDraft, aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

const endpoints: Readonly<Record<VenueId, { readonly place: string; readonly cancel: string }>> = {
  kalshi: { place: 'batch_create', cancel: 'batch_cancel' },
  polymarket: { place: 'place_orders', cancel: 'cancel_orders' },
}

for (const venue of venueIds) {
  describe(`several orders at once on ${venue}`, () => {
    let world: TestWorld
    let session: Session
    let dataDir: string

    before(async () => {
      world = await aWorld()
    })
    after(() => world.close())

    beforeEach(async () => {
      await world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks: [['0.46', '30']] })
      // One exchange for all of them, and a journal for each.
      dataDir = mkdtempSync(join(world.dataDir, 'account-'))
      session = await world.open({ dataDir })
    })
    afterEach(async () => {
      await mendAll(world)
      await cancelMarket(session.trading, marketOf[venue])
    })

    async function ladder(...prices: readonly string[]): Promise<readonly OrderPlan[]> {
      const plans: OrderPlan[] = []
      for (const price of prices) {
        plans.push(await planOrder(session.trading, aDraft({ venue, quantity: '10', price, timeInForce: 'gtc' })))
      }
      return plans
    }

    async function placed(...prices: readonly string[]): Promise<readonly PlaceOutcome[]> {
      return placeBatch(session.trading, await ladder(...prices))
    }

    const statuses = (outcomes: readonly PlaceOutcome[]) => outcomes.map(({ order }) => order.status)
    const idsOf = (outcomes: readonly PlaceOutcome[]) => outcomes.map(({ order }) => order.intent.id)

    async function restingPrices(): Promise<readonly string[]> {
      const client = await session.trading.client(venue)
      return (await client.listOpenOrders()).map(({ price }) => formatAmount(price)).sort()
    }

    it('are placed in one call, and fills of each are booked', async () => {
      const outcomes = await placed('0.40', '0.46')
      expect(statuses(outcomes)).to.deep.equal(['resting', 'filled'])
      expect(outcomes.map(({ order }) => formatAmount(order.bookedQuantity))).to.deep.equal(['0', '10'])
    })

    it('are approved all or none', async () => {
      const plans = await ladder('0.40', '0.41')
      const strict: Trading = {
        ...session.trading,
        limits: { ...session.trading.limits, maxExposure: parseMoney('8') },
      }
      const outcomes = await placeBatch(strict, plans)
      expect(statuses(outcomes)).to.deep.equal(['denied', 'denied'])
      expect(await restingPrices()).to.deep.equal([])
    })

    it('are all unknown after a lost answer, counted in full, and can be settled one by one', async () => {
      await spoil(world, endpoints[venue].place, 'drop_response')
      const outcomes = await placed('0.40', '0.41')
      expect(statuses(outcomes)).to.deep.equal(['unknown', 'unknown'])
      const answers = await cancelEach(session.trading, idsOf(outcomes))
      expect(answers.map(({ outcome, order }) => [outcome, order?.status])).to.deep.equal([
        ['cancelled', 'cancelled'],
        ['cancelled', 'cancelled'],
      ])
    })

    it('leave the one unknown that the answer does not mention', async () => {
      await spoil(world, endpoints[venue].place, 'partial_batch')
      expect(statuses(await placed('0.40', '0.41'))).to.deep.equal(['resting', 'unknown'])
      expect(await restingPrices()).to.deep.equal(['0.4', '0.41'])
    })

    it('are cancelled in one call, with an outcome for each in the order of the names', async () => {
      const [a = '', b = '', c = ''] = idsOf(await placed('0.40', '0.46', '0.41'))
      const answers = await cancelEach(session.trading, [c, b, a, c])
      expect(answers.map(({ order, outcome }) => [order?.intent.id, outcome, order?.status])).to.deep.equal([
        [c, 'cancelled', 'cancelled'],
        [b, 'not_live', 'filled'],
        [a, 'cancelled', 'cancelled'],
      ])
      expect(await restingPrices()).to.deep.equal([])
    })

    it('are read back when the answer to their cancels is lost', async () => {
      const ids = idsOf(await placed('0.40', '0.41'))
      await spoil(world, endpoints[venue].cancel, 'drop_response')
      const answers = await cancelEach(session.trading, ids)
      expect(answers.map(({ outcome, order }) => [outcome, order?.status])).to.deep.equal([
        ['unknown', 'cancelled'],
        ['unknown', 'cancelled'],
      ])
    })

    it('are not cancelled at all when one name means nothing', async () => {
      const ids = idsOf(await placed('0.40'))
      const error: unknown = await cancelEach(session.trading, [...ids, 'o-none']).catch((thrown: unknown) => thrown)
      expect(error instanceof ToolkitError && error.code).to.equal('ORDER_NOT_FOUND')
      expect(await restingPrices()).to.deep.equal(['0.4'])
    })

    it('are cancelled while halted', async () => {
      const ids = idsOf(await placed('0.40', '0.41'))
      await setHalt(dataDir, { reason: 'test', by: 'test', at: '2026-11-20T12:00:00.000Z' })
      const answers = await cancelEach(session.trading, ids)
      expect(answers.map(({ outcome }) => outcome)).to.deep.equal(['cancelled', 'cancelled'])
    })

    it('of one market are cancelled together, those placed elsewhere too', async () => {
      const other = await world.open({ dataDir: join(dataDir, 'elsewhere') })
      const foreign = await place(other, { venue, quantity: '10', price: '0.39', timeInForce: 'gtc' })
      const [mine = ''] = idsOf(await placed('0.40'))
      const answers = await cancelMarket(session.trading, marketOf[venue])
      expect(
        answers.map(({ order, venueOrderId, outcome }) => [order?.intent.id ?? venueOrderId, outcome]),
      ).to.deep.equal([
        [mine, 'cancelled'],
        [foreign.order.venueOrderId, 'cancelled'],
      ])
      expect(await restingPrices()).to.deep.equal([])
    })

    it('beyond what one call takes go in several, none of them after a halt', async () => {
      const trading = await sendingOneByOne(session.trading, venue, async () => {
        await setHalt(dataDir, { reason: 'enough', by: 'test', at: '2026-11-20T12:00:00.000Z' })
      })
      const outcomes = await placeBatch(trading, await ladder('0.40', '0.41'))
      expect(statuses(outcomes)).to.deep.equal(['resting', 'rejected'])
      expect(outcomes[1]?.order.reason).to.include('Trading was halted before it left')
      expect(await restingPrices()).to.deep.equal(['0.4'])
    })
  })
}

/** The same session with a venue that takes one order a batch. `after` runs after each. */
async function sendingOneByOne(trading: Trading, venue: VenueId, after: () => Promise<void>): Promise<Trading> {
  const client = await trading.client(venue)
  const { batches } = client
  if (batches === undefined) throw new Error('no batches')
  const single: Batches = {
    placeMax: 1,
    cancelMax: 1,
    cancelOrders: (targets, options) => batches.cancelOrders(targets, options),
    placeOrders: async (prepared, options) => {
      const placements = await batches.placeOrders(prepared, options)
      await after()
      return placements
    },
  }
  const limited = Object.assign(Object.create(client), { batches: single })
  return { ...trading, client: () => Promise.resolve(limited) }
}

describe('two legs on one venue', () => {
  let world: TestWorld
  beforeEach(async () => {
    world = await aWorld()
    await world.control.setBook(marketOf.kalshi, { bids: [['0.44', '30']], asks: [['0.46', '30']] })
  })
  afterEach(() => world.close())

  it('reach it in one call, and a lost answer freezes the trade', async () => {
    const session = await world.open()
    const purpose = { kind: 'arb_leg', tradeId: 't-1' } as const
    const leg = { venue: 'kalshi', quantity: '10', purpose } as const
    const yes = await planOrder(session.trading, aDraft({ ...leg, price: '0.46' }))
    const no = await planOrder(session.trading, aDraft({ ...leg, outcome: 'no', price: '0.56' }))
    await spoil(world, endpoints.kalshi.place, 'drop_response')
    const { trade, unwinds } = await executePair(session.trading, [yes, no], parseMoney('0'), 't-1')
    expect([trade.status, unwinds.length]).to.deep.equal(['frozen', 0])
  })
})
