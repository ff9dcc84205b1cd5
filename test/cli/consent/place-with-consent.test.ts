import { expect } from 'chai'
import { placeWithConsent } from '../../../src/cli/consent/place-with-consent.ts'
import type { Prompter } from '../../../src/cli/consent/prompt.ts'
import type { Session } from '../../../src/cli/session/session.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import type { PlaceOutcome } from '../../../src/engine/place/place-order.ts'
import type { OrderPlan } from '../../../src/engine/place/plan-order.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { clearHalt, setHalt } from '../../../src/store/halt.ts'
import { aDraft, aWorld, marketOf, type TestWorld } from '../../support/session.ts'

const draft = aDraft({ quantity: '5', price: '0.46' })
const halt = { reason: 'odd prices', at: '2026-11-20T12:00:00Z', by: 'test' }

describe('placing with consent', () => {
  let world: TestWorld
  let session: Session
  let clock: VirtualClock
  let shown: OrderPlan[]

  beforeEach(async () => {
    world = await aWorld()
    await world.control.setBook(marketOf.kalshi, { bids: [['0.44', '30']], asks: [['0.46', '10']] })
    clock = new VirtualClock(Date.now())
    session = await world.open({}, { clock })
    shown = []
  })

  afterEach(() => world.close())

  function place(
    prompter: Prompter,
    onPreview: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<PlaceOutcome> {
    const preview = async (plan: OrderPlan): Promise<void> => {
      shown.push(plan)
      await onPreview()
    }
    return placeWithConsent(session.trading, draft, { prompter, preview }, new AbortController().signal)
  }

  it('sends what was shown and agreed to', async () => {
    const { order } = await place({ confirm: () => Promise.resolve(true) })
    expect(order.status).to.equal('filled')
    expect(order.intent).to.deep.equal(shown[0]?.intent)
  })

  it('sends and journals nothing when it is declined', async () => {
    let error: unknown
    try {
      await place({ confirm: () => Promise.resolve(false) })
    } catch (thrown) {
      error = thrown
    }
    expect(error instanceof ToolkitError && error.category).to.equal('declined')
    expect(await session.trading.ledger.listOrders({})).to.deep.equal([])
  })

  it('does not ask about a denied order', async () => {
    await setHalt(world.dataDir, halt)
    let asked = 0
    const { order, denials } = await place({
      confirm: () => {
        asked++
        return Promise.resolve(true)
      },
    })
    expect(asked).to.equal(0)
    expect(order.status).to.equal('denied')
    expect(denials.map(({ code }) => code)).to.include('HALTED')
  })

  it('shows a denied order again, and asks, when its cause goes away after the preview', async () => {
    await setHalt(world.dataDir, halt)
    let asked = 0
    const confirm = (): Promise<boolean> => {
      asked++
      return Promise.resolve(true)
    }
    const { order } = await place({ confirm }, () => clearHalt(world.dataDir))
    expect(shown.map(({ verdict }) => verdict.kind)).to.deep.equal(['denied', 'approved'])
    expect([asked, order.status]).to.deep.equal([1, 'filled'])
    expect(await session.trading.ledger.listOrders({})).to.have.length(1)
  })

  it('judges the order afresh when the answer took longer than a book stays fresh', async () => {
    const { order } = await place({
      confirm: () => {
        clock.advanceTo(clock.nowMs() + 20_000)
        return Promise.resolve(true)
      },
    })
    expect(order.status).to.equal('filled')
    expect(shown).to.have.length(1)
  })

  it('denies the order when it became wrong while the question stood', async () => {
    const { order } = await place({
      confirm: async () => {
        clock.advanceTo(clock.nowMs() + 20_000)
        await setHalt(world.dataDir, halt)
        return true
      },
    })
    expect(order.status).to.equal('denied')
    expect(shown).to.have.length(2)
  })
})
