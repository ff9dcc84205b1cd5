import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { safeguardsJson } from '../../src/cli/json/safeguards-json.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { formatAmount, parseMoney, parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import type { Order } from '../../src/domain/order.ts'
import { type AmendOutcome, amendOrder } from '../../src/engine/amend/amend-order.ts'
import { type AmendPlan, type AmendWish, planAmend } from '../../src/engine/amend/plan-amend.ts'
import { cancelMarket } from '../../src/engine/cancel/cancel-each.ts'
import { cancelOrder } from '../../src/engine/cancel/cancel-order.ts'
import { listPositions } from '../../src/engine/positions.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { updateOrder } from '../../src/engine/settle/order-status.ts'
import { systemClock, VirtualClock } from '../../src/runtime/clock.ts'
import { clearHalt, setHalt } from '../../src/store/halt.ts'
import { mendAll, spoil } from '../support/faults.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

const quiet = { bids: [['0.44', '30']], asks: [['0.46', '30']] } as const
const halt = { reason: 'test', by: 'test', at: '2026-11-20T12:00:00.000Z' }

function wish(price: string | null, quantity: string | null): AmendWish {
  return {
    kind: 'terms',
    price: price === null ? null : parsePrice(price),
    quantity: quantity === null ? null : parseQuantity(quantity),
  }
}

const reduce = (by: string): AmendWish => ({ kind: 'reduce', by: parseQuantity(by) })

const termsOf = ({ intent }: Order): string => `${formatAmount(intent.quantity)} @ ${formatAmount(intent.price)}`

describe('changing a resting order', () => {
  let world: TestWorld
  let session: Session
  let clock: VirtualClock
  let dataDir: string
  let order: Order

  before(async () => {
    world = await aWorld()
  })
  after(() => world.close())

  beforeEach(async () => {
    await world.control.setBook(marketOf.kalshi, quiet)
    // Waits between looks cost nothing on it.
    clock = new VirtualClock(systemClock.nowMs())
    // One exchange for all of them, and a journal for each.
    dataDir = mkdtempSync(join(world.dataDir, 'account-'))
    session = await world.open({ dataDir }, { clock })
    order = (await place(session, { quantity: '10', price: '0.40', timeInForce: 'gtc' })).order
    expect(order.status).to.equal('resting')
  })
  afterEach(async () => {
    await mendAll(world)
    await cancelMarket(session.trading, marketOf.kalshi)
  })

  async function plan(wanted: AmendWish): Promise<AmendPlan> {
    const planning = await planAmend(session.trading, order.intent.id, wanted)
    if (planning.kind !== 'planned') throw new Error(`nothing to plan: ${planning.order.status}`)
    return planning.plan
  }

  async function amend(wanted: AmendWish): Promise<AmendOutcome> {
    return amendOrder(session.trading, await plan(wanted))
  }

  async function atVenue(): Promise<readonly string[]> {
    const client = await session.trading.client('kalshi')
    const open = await client.listOpenOrders()
    return open.map(({ remainingQuantity, price }) => `${formatAmount(remainingQuantity)} @ ${formatAmount(price)}`)
  }

  /** Somebody else takes part of what rests. */
  async function sellTo(quantity: string): Promise<void> {
    await world.control.setBook(marketOf.kalshi, { bids: [], asks: [['0.40', quantity]] })
    await world.control.setBook(marketOf.kalshi, quiet)
  }

  async function eventsOf(): Promise<readonly string[]> {
    const types: string[] = []
    for await (const { event } of session.trading.ledger.records()) types.push(event.type)
    return types
  }

  async function unknownExposure(): Promise<string> {
    const { exposure } = await listPositions(session.trading, { prices: false })
    return formatAmount(exposure.unknown)
  }

  async function refusal(attempt: Promise<unknown>): Promise<ToolkitError> {
    const error: unknown = await attempt.then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (!(error instanceof ToolkitError)) throw new Error(`not refused: ${String(error)}`)
    return error
  }

  it('gives it a new price and a larger size, and journals them before they are sent', async () => {
    const { outcome, order: after } = await amend(wish('0.42', '12'))
    expect([outcome, termsOf(after), after.status]).to.deep.equal(['amended', '12 @ 0.42', 'resting'])
    expect(await atVenue()).to.deep.equal(['12 @ 0.42'])
    expect((await eventsOf()).filter((type) => type.startsWith('amend'))).to.deep.equal([
      'amend.requested',
      'amend.answered',
    ])
    expect(after.intent.id).to.equal(order.intent.id)
  })

  it('keeps what is filled: the quantity is that of the whole order', async () => {
    await sellTo('4')
    const { order: after } = await amend(wish(null, '12'))
    expect([termsOf(after), formatAmount(after.bookedQuantity)]).to.deep.equal(['12 @ 0.4', '4'])
    expect(await atVenue()).to.deep.equal(['8 @ 0.4'])
  })

  it('may trade at once, and books what it filled', async () => {
    const { outcome, order: after } = await amend(wish('0.46', null))
    expect([outcome, after.status, formatAmount(after.bookedQuantity)]).to.deep.equal(['amended', 'filled', '10'])
    expect(after.averagePrice).to.equal(parsePrice('0.46'))
  })

  it('makes it smaller as a decrease, which neither kill switch nor limits stop', async () => {
    await setHalt(dataDir, halt)
    expect((await plan(reduce('4'))).kind).to.equal('decrease')
    expect(termsOf((await amend(reduce('4'))).order)).to.equal('6 @ 0.4')
    expect(termsOf((await amend(wish('0.40', '5'))).order)).to.equal('5 @ 0.4')
    expect(await atVenue()).to.deep.equal(['5 @ 0.4'])
  })

  it('is checked like a new order in its place: the kill switch, the ladder, the size', async () => {
    await setHalt(dataDir, halt)
    expect(await amend(wish('0.41', null))).to.deep.include({ outcome: 'denied' })
    await clearHalt(dataDir)
    const { denials } = await amend(wish('0.405', '10000'))
    expect(denials.map(({ code }) => code)).to.include.members(['PRICE_OFF_TICK', 'NOTIONAL_ABOVE_MAX'])
    expect(await atVenue()).to.deep.equal(['10 @ 0.4'])
    expect((await eventsOf()).slice(-1)).to.deep.equal(['amend.denied'])
    expect(termsOf(await updateOrder(session.trading, order.intent.id))).to.equal('10 @ 0.4')
  })

  it('counts the difference against the exposure limit, and not the old order beside the new one', async () => {
    const strict = await world.open({ dataDir, limits: { ...session.trading.limits, maxExposure: parseMoney('5') } })
    const planned = async (quantity: string) => {
      const planning = await planAmend(strict.trading, order.intent.id, wish(null, quantity))
      if (planning.kind !== 'planned' || planning.plan.verdict.kind !== 'denied') return []
      return planning.plan.verdict.denials.map(({ code }) => code)
    }
    expect(await planned('12.5')).to.deep.equal([])
    expect(await planned('12.51')).to.deep.equal(['EXPOSURE_ABOVE_MAX'])
  })

  it('charges the session for the difference', async () => {
    const before = session.trading.budget.spent()
    await amend(wish('0.42', '12'))
    const spent = session.trading.budget.spent() - before
    // 12 at 0.42 in place of 10 at 0.40: 1.04 dollars, and a fee.
    expect(spent >= parseMoney('1.04') && spent < parseMoney('1.50'), String(spent)).to.equal(true)
  })

  it('stays at the worse of both terms after a lost answer of a change that was not carried out', async () => {
    const wanted = await plan(wish('0.42', '12'))
    await spoil(world, 'amend_order', 'drop_request')
    const { outcome, order: after } = await amendOrder(session.trading, wanted)
    expect([outcome, termsOf(after), after.pendingAmend !== null]).to.deep.equal(['unknown', '10 @ 0.4', true])
    expect(await unknownExposure()).to.equal('5.04')
    expect(safeguardsJson(session.trading, null).unknownOrders).to.equal(1)
    expect((await refusal(plan(wish('0.43', null)))).code).to.equal('AMEND_PENDING')

    const early = await reconcile(session.trading, { order: order.intent.id, fix: false, venues: ['kalshi'] })
    expect(early.unsettled.map(({ orderId }) => orderId)).to.deep.equal([order.intent.id])
    await world.control.advance(120_000)
    const late = await reconcile(session.trading, { order: order.intent.id, fix: false, venues: ['kalshi'] })
    expect(late.settled.map(({ from, to }) => [from, to])).to.deep.equal([['resting', 'resting']])
    const settled = await updateOrder(session.trading, order.intent.id)
    expect([termsOf(settled), settled.pendingAmend]).to.deep.equal(['10 @ 0.4', null])
  })

  it('finds a change that was carried out although its answer was lost', async () => {
    const wanted = await plan(wish('0.42', '12'))
    await spoil(world, 'amend_order', 'drop_response')
    const { outcome, order: after } = await amendOrder(session.trading, wanted)
    expect([outcome, termsOf(after), after.pendingAmend]).to.deep.equal(['amended', '12 @ 0.42', null])
  })

  it('settles a lost change that filled the whole order at once', async () => {
    const wanted = await plan(wish('0.46', '12'))
    await spoil(world, 'amend_order', 'drop_response')
    const { order: after } = await amendOrder(session.trading, wanted)
    expect([after.status, formatAmount(after.bookedQuantity), after.pendingAmend]).to.deep.equal(['filled', '12', null])
  })

  it('is not sent for an order that was filled since it was planned', async () => {
    const wanted = await plan(wish('0.42', '12'))
    const client = await session.trading.client('kalshi')
    await client.cancelOrder(order, wanted.market)
    const { outcome, order: after } = await amendOrder(session.trading, wanted)
    expect([outcome, after.status, after.pendingAmend]).to.deep.equal(['not_live', 'cancelled', null])
  })

  it('never buys more than the new quantity in all, whatever filled between reading and sending', async () => {
    const wanted = await plan(wish('0.42', '12'))
    await sellTo('7')
    const { order: after } = await amendOrder(session.trading, wanted)
    expect(await atVenue()).to.deep.equal(['5 @ 0.42'])
    expect([termsOf(after), formatAmount(after.bookedQuantity)]).to.deep.equal(['12 @ 0.42', '7'])
  })

  it('that ended meanwhile is told as it ended', async () => {
    await cancelOrder(session.trading, order.intent.id)
    const planning = await planAmend(session.trading, order.intent.id, wish('0.42', null))
    expect(planning).to.deep.include({ kind: 'nothing_to_do', outcome: 'not_live' })
    expect(planning).to.have.nested.include({ 'order.status': 'cancelled' })
  })

  it('to the terms that it has already is nothing to do', async () => {
    const planning = await planAmend(session.trading, order.intent.id, wish('0.40', '10'))
    expect(planning).to.deep.include({ kind: 'nothing_to_do', outcome: 'unchanged' })
  })

  it('that is denied speaks of the quantity in all', async () => {
    await sellTo('4')
    const { verdict } = await plan(wish(null, '1000'))
    // 250 at 0.40 are 100 dollars, the most that one order may cost; 4 more are filled.
    expect(verdict).to.have.nested.include({ 'denials[0].code': 'NOTIONAL_ABOVE_MAX' })
    expect(JSON.stringify(verdict)).to.include('--quantity 254').and.to.include('Order not changed: ')
  })

  it('is refused when nothing would be left', async () => {
    expect((await refusal(plan(reduce('10')))).code).to.equal('AMEND_LEAVES_NOTHING')
  })

  it('goes on in another process from a change that was journalled and perhaps never sent', async () => {
    const wanted = await plan(wish('0.42', '12'))
    const { price, quantity } = wanted.terms
    await session.trading.ledger.append({ type: 'amend.requested', orderId: order.intent.id, price, quantity })
    const next = await world.open({ dataDir }, { clock })
    const { exposure } = await listPositions(next.trading, { prices: false })
    expect(formatAmount(exposure.unknown)).to.equal('5.04')
    await world.control.advance(120_000)
    const settled = await updateOrder(next.trading, order.intent.id)
    expect([termsOf(settled), settled.pendingAmend]).to.deep.equal(['10 @ 0.4', null])
  })

  it('can be cancelled while a change of it is not settled, without inventing fills', async () => {
    const wanted = await plan(wish(null, '6'))
    await spoil(world, 'decrease_order', 'drop_response')
    await spoil(world, 'get_order', 'drop_request', { times: 50 })
    const { order: changing } = await amendOrder(session.trading, wanted)
    expect(changing.pendingAmend).to.not.equal(null)
    const { outcome, order: after } = await cancelOrder(session.trading, order.intent.id)
    expect([outcome, after.status, formatAmount(after.filledQuantity)]).to.deep.equal(['cancelled', 'cancelled', '0'])
  })

  it('is not offered where the venue has none: cancel and place anew instead', async () => {
    await world.control.setBook(marketOf.polymarket, quiet)
    const wanted = { venue: 'polymarket', quantity: '10', price: '0.40', timeInForce: 'gtc' } as const
    const { order: other } = await place(session, wanted)
    const error = await refusal(planAmend(session.trading, other.intent.id, wish('0.41', null)))
    expect([error.code, error.category]).to.deep.equal(['AMEND_UNSUPPORTED', 'usage'])
    expect(error.suggestions[0]).to.equal(`crosstape trade cancel ${other.intent.id}`)
  })
})
