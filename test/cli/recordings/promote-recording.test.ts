import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { readManifest, writeManifest } from '../../../src/capture/format/manifest-file.ts'
import { promoteRecording } from '../../../src/cli/recordings/promote-recording.ts'
import { replayExpected } from '../../../src/cli/replay/expected.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { aWorld, marketOf, place, type TestWorld } from '../../support/session.ts'

describe('a session promoted to a test', () => {
  let world: TestWorld
  let captureDir: string
  let into: string
  beforeEach(async () => {
    world = await aWorld({}, new VirtualClock(Date.parse('2026-11-20T12:00:00Z')))
    captureDir = join(world.dataDir, 'tapes')
    into = join(world.dataDir, 'tests')
    await world.control.setBook(marketOf.kalshi, { bids: [['0.43', '50']], asks: [['0.45', '6']] })
    const session = await world.open({ captureDir, session: 'night' })
    await place(session, { quantity: '10', price: '0.45', timeInForce: 'gtc' })
    await place(session, { quantity: '5000', price: '0.45' })
    await session[Symbol.asyncDispose]()
  })
  afterEach(() => world.close())

  const promote = (name = 'kept') => promoteRecording('night', { captureDir, into, name })

  /** As if the session had been recorded with code that decided otherwise. */
  const rewriteOutcome = (was: string, is: string): void => {
    const directory = join(captureDir, 'night')
    const file = join(directory, 'operations.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(was, is))
    const manifest = readManifest(directory)
    if (!manifest.ok) throw new Error(manifest.problem.what)
    const files = { ...manifest.value.files }
    files['operations.jsonl'] = createHash('sha256').update(readFileSync(file)).digest('hex')
    writeManifest(directory, { ...manifest.value, files })
  }

  it('is copied, with what came of it today, and passes as a test', async () => {
    const { changes, decisions, directory } = await promote()
    expect(changes).to.deep.equal([])
    expect(decisions.map(({ kind, status, filled, denials }) => [kind, status, filled, denials])).to.deep.equal([
      ['order', 'resting', '6', []],
      ['denial', 'denied', '0', ['NOTIONAL_ABOVE_MAX', 'NO_LIQUIDITY', 'EXPOSURE_ABOVE_MAX']],
    ])
    const { report, outcome, differences } = await replayExpected(directory)
    expect({ verdict: report.verdict, differences }).to.deep.equal({ verdict: 'same', differences: [] })
    expect(outcome.positions.map(({ market, quantity, cost }) => [market, quantity, cost])).to.deep.equal([
      [marketOf.kalshi, '6', '2.7'],
    ])
    expect(outcome.exposure).to.equal('4.5')
  })

  it('fails as a test when something else comes of it', async () => {
    const { directory } = await promote()
    const file = join(directory, 'expected.json')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"cost": "2.7"', '"cost": "2.8"'))
    expect((await replayExpected(directory)).differences).to.deep.equal([
      { field: 'expected.positions.0.cost', recorded: '"2.8"', actual: '"2.7"' },
    ])
  })

  it('names the decisions that today’s code takes otherwise', async () => {
    rewriteOutcome('"status":"resting"', '"status":"filled"')
    const { changes, report } = await promote()
    expect(changes.map(({ differences }) => differences)).to.deep.equal([
      [{ field: 'status', recorded: '"filled"', actual: '"resting"' }],
    ])
    expect(report.verdict).to.equal('drift')
  })

  it('touches no test that is there, and leaves nothing half done', async () => {
    await promote()
    const failure: unknown = await promote().catch((error: unknown) => error)
    expect(failure).to.include({ code: 'SESSION_NAME_TAKEN' })
    writeFileSync(join(captureDir, 'night', '001_POST_kalshi_orders.json'), '{}')
    expect(await promote('other').catch((error: unknown) => error)).to.include({ category: 'usage' })
    expect(readdirSync(into)).to.deep.equal(['kept'])
    expect(existsSync(join(captureDir, 'night'))).to.equal(true)
  })
})
