import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { loadRecording } from '../../../src/capture/read/recording.ts'
import { replayRecordingFolder, replayWithBooks } from '../../../src/cli/replay/replay-session.ts'
import { venueIds } from '../../../src/domain/market.ts'
import { denyPlanned, placeOrder } from '../../../src/engine/place/place-order.ts'
import { planOrder } from '../../../src/engine/place/plan-order.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { listenToMilestones } from '../../../src/runtime/milestones.ts'
import { clearHalt, setHalt } from '../../../src/store/halt.ts'
import { aDraft, aWorld, type TestWorld } from '../../support/session.ts'

const wanted = { quantity: '5', price: '0.45' } as const

describe('decisions on tape', () => {
  let world: TestWorld
  let captureDir: string
  beforeEach(async () => {
    world = await aWorld({}, new VirtualClock(Date.parse('2026-11-20T12:00:00Z')))
    captureDir = join(world.dataDir, 'tapes')
  })
  afterEach(() => world.close())

  it('keeps an order that its preview denied, and denies it again', async () => {
    const session = await world.open({ captureDir, session: 'denied' })
    await denyPlanned(session.trading, await planOrder(session.trading, aDraft({ ...wanted, quantity: '5000' })))
    await session[Symbol.asyncDispose]()
    const { report, outcomes } = await replayWithBooks(loadRecording('denied', captureDir))
    expect(report.verdict).to.equal('same')
    expect(outcomes.map(({ op }) => op)).to.deep.equal(['deny'])
    expect(JSON.stringify(outcomes)).to.include('NOTIONAL_ABOVE_MAX')
  })

  it('is drift when today an order passes that was denied', async () => {
    const strict = await world.open({ captureDir, session: 'strict', limits: { ...world.settings().limits } })
    const plan = await planOrder(strict.trading, aDraft({ ...wanted, quantity: '5000' }))
    const smaller = { ...plan, intent: { ...plan.intent, quantity: plan.intent.quantity / 1000n } } as typeof plan
    await strict.trading.operations.run({ op: 'deny', request: smaller }, () => denyPlanned(strict.trading, plan))
    await strict[Symbol.asyncDispose]()
    const report = await replayRecordingFolder('strict', { captureDir })
    expect(report.drifts.map(({ kind }) => kind)).to.deep.equal(['different_outcome'])
  })

  it('denies again what the kill switch denied half way through a session, and only that', async () => {
    const session = await world.open({ captureDir, session: 'halted' })
    const place = async (price: string) =>
      placeOrder(session.trading, await planOrder(session.trading, aDraft({ ...wanted, price, timeInForce: 'gtc' })))
    const statuses = [(await place('0.05')).order.status]
    await setHalt(world.dataDir, { reason: 'drill', at: '2026-11-20T12:00:00Z', by: 'a test' })
    statuses.push((await place('0.06')).order.status)
    await clearHalt(world.dataDir)
    statuses.push((await place('0.07')).order.status)
    await session[Symbol.asyncDispose]()
    expect(statuses).to.deep.equal(['resting', 'denied', 'resting'])
    expect((await replayRecordingFolder('halted', { captureDir })).verdict).to.equal('same')
  })

  for (const venue of venueIds) {
    it(`keeps back again what the last look kept back on ${venue}, though nothing is halted any more`, async () => {
      const session = await world.open({ captureDir, session: 'kept-back' })
      const place = async (price: string) =>
        placeOrder(
          session.trading,
          await planOrder(session.trading, aDraft({ ...wanted, venue, price, timeInForce: 'gtc' })),
        )
      const answers = [(await place('0.05')).answer]
      listenToMilestones((milestone) => {
        if (milestone !== 'journal.write:synced') return
        const halt = { reason: 'drill', at: '2026-11-20T12:00:00Z', by: 'a test' }
        writeFileSync(join(world.dataDir, 'halt.json'), JSON.stringify(halt))
      })
      answers.push((await place('0.06')).answer)
      listenToMilestones(() => undefined)
      await clearHalt(world.dataDir)
      await session[Symbol.asyncDispose]()
      expect(answers).to.deep.equal(['accepted', 'held_back'])
      const report = await replayRecordingFolder('kept-back', { captureDir })
      expect(report.drifts).to.deep.equal([])
    })
  }
})
