import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { readManifest, writeManifest } from '../../../src/capture/format/manifest-file.ts'
import { replayRecordingFolder } from '../../../src/cli/replay/replay-session.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { newestAudit } from '../../../src/store/audit.ts'
import { aWorld, marketOf, place, type TestWorld } from '../../support/session.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')

function journalOf(world: TestWorld): string {
  const folder = join(world.dataDir, 'journal/sandbox')
  return readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('')
}

function editOperations(folder: string, from: string, to: string): void {
  const file = join(folder, 'operations.jsonl')
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to))
}

/** Writes the checksum that the edited file would have had, had it been recorded like that. */
function sealOperations(folder: string): void {
  const read = readManifest(folder)
  if (!read.ok) throw new Error(read.problem.what)
  const sha256 = createHash('sha256')
    .update(readFileSync(join(folder, 'operations.jsonl')))
    .digest('hex')
  writeManifest(folder, { ...read.value, files: { ...read.value.files, 'operations.jsonl': sha256 } })
}

describe('a session', () => {
  let world: TestWorld
  beforeEach(async () => {
    world = await aWorld()
    for (const market of Object.values(marketOf)) {
      await world.control.setBook(market, { bids: [['0.44', '30']], asks: [['0.46', '10']] })
    }
  })
  afterEach(() => world.close())

  it('names its command in the journal once, before its first record', async () => {
    const session = await world.open()
    await place(session, { quantity: '5', price: '0.46' })
    await session[Symbol.asyncDispose]()
    const types = [...journalOf(world).matchAll(/"event":\{"type":"([a-z_.]+)"/g)].map(([, type]) => type)
    expect(types).to.deep.equal([
      'session.started',
      'order.submitted',
      'order.reported',
      'fill.booked',
      'session.ended',
    ])
  })

  it('leaves no trace of a dry run: no order at the venue, no record in the journal', async () => {
    const session = await world.open({}, { dryRun: true })
    const { order, preview } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.46' })
    expect(order.status).to.equal('submitted')
    expect(order.venueOrderId).to.match(/^0x[0-9a-f]{64}$/)
    expect(preview).to.not.equal(null)
    expect((await world.control.account('polymarket')).orders).to.deep.equal([])
    await session[Symbol.asyncDispose]()
    expect(journalOf(world)).to.not.include('order.')
  })

  it('judges a dry run by the true state of the account', async () => {
    const first = await world.open()
    await place(first, { quantity: '10', price: '0.46' })
    await first[Symbol.asyncDispose]()
    const dry = await world.open({}, { dryRun: true })
    const held = [...dry.trading.ledger.state.positions.values()].map(({ market }) => market)
    expect(held).to.deep.equal([marketOf.kalshi])
  })

  it('names its recording in the audit trail', async () => {
    const captureDir = join(world.dataDir, 'tapes')
    const session = await world.open({ captureDir, session: 'named' })
    await place(session, { quantity: '5', price: '0.46' })
    await session[Symbol.asyncDispose]()
    const [started] = await newestAudit({
      ...{ dataDir: world.dataDir, environment: 'sandbox', limit: 1 },
      matches: ({ action }) => action === 'session.started',
    })
    expect(readdirSync(captureDir)).to.deep.equal([started?.metadata.tape])
  })

  it('replays its own tape as recorded, a lost answer and its settlement included', async () => {
    const captureDir = join(world.dataDir, 'tapes')
    const session = await world.open({ captureDir, session: 'one' })
    await place(session, { quantity: '5', price: '0.46' })
    await world.control.loseNextAnswer('polymarket')
    const { order } = await place(session, { venue: 'polymarket', quantity: '10', price: '0.40', timeInForce: 'gtc' })
    await reconcile(session.trading, { order: order.intent.id, fix: false, venues: ['polymarket'] })
    await session[Symbol.asyncDispose]()
    const report = await replayRecordingFolder('one', { captureDir })
    expect(report.drifts.map((drift) => drift.describe())).to.deep.equal([])
    expect(report.verdict).to.equal('same')
    expect(report.exchanges.recorded).to.be.greaterThan(2)
  })

  it('replays a 429, a cancel that was sent again and an order that our own budget held back, without a wait', async () => {
    const captureDir = join(world.dataDir, 'tapes')
    const session = await world.open({ captureDir, session: 'limited' })
    const { order: resting } = await place(session, { quantity: '5', price: '0.31', timeInForce: 'gtc' })
    await refuseNext('cancel_order', {})
    expect((await cancelOrder(session.trading, resting.intent.id)).outcome).to.equal('cancelled')
    await refuseNext('place_order', { 'retry-after': '20' })
    const { order: refused } = await place(session, { quantity: '6', price: '0.46' })
    const { order: heldBack } = await place(session, { quantity: '7', price: '0.46' })
    expect([refused.reason, heldBack.reason].join()).to.match(/takes no more calls.*takes no more orders/)
    await session[Symbol.asyncDispose]()
    const file = readdirSync(join(captureDir, 'limited'))
      .filter((name) => name.includes('POST'))
      .at(-1)
    const entry = JSON.parse(readFileSync(join(captureDir, 'limited', file ?? ''), 'utf8'))
    expect([entry._outcome, entry._error.code]).to.deep.equal(['refused', 'RATE_BUDGET_SPENT'])
    const report = await replayRecordingFolder('limited', { captureDir })
    expect(report.drifts.map((drift) => drift.describe())).to.deep.equal([])
    expect([report.verdict, report.unused]).to.deep.equal(['same', []])
  })

  async function refuseNext(endpoint: string, headers: Readonly<Record<string, string>>): Promise<void> {
    const body = JSON.stringify({ error: { code: 'too_many_requests', message: 'too many requests' } })
    const rule = { venue: 'kalshi', endpoint, times: 1, fault: 'status', status: 429, body, headers, executed: false }
    const response = await fetch(`${world.sandbox.control}/faults`, { method: 'POST', body: JSON.stringify(rule) })
    expect(response.ok).to.equal(true)
  }

  it('replays a tape that kept all traffic: market data comes with the operations', async () => {
    const captureDir = join(world.dataDir, 'tapes')
    const session = await world.open({ captureDir, session: 'all', captureFilter: 'all' })
    await place(session, { quantity: '5', price: '0.46' })
    await session[Symbol.asyncDispose]()
    const report = await replayRecordingFolder('all', { captureDir })
    expect(report.drifts.map((drift) => drift.describe())).to.deep.equal([])
    expect(report.verdict).to.equal('same')
  })

  it('does not replay a recording that was changed afterwards, and says so', async () => {
    const captureDir = join(world.dataDir, 'tapes')
    const session = await world.open({ captureDir, session: 'tampered' })
    await place(session, { quantity: '5', price: '0.46' })
    await session[Symbol.asyncDispose]()
    editOperations(join(captureDir, 'tampered'), '"quantity":"5"', '"quantity":"6"')
    const failure = await replayRecordingFolder('tampered', { captureDir }).catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(ToolkitError)
    expect(failure).to.include({ code: 'RECORDING_DAMAGED', category: 'drift' })
    expect(String(failure)).to.include('operations.jsonl')
  })

  it('holds a denied order on tape, and denies it again in the replay', async () => {
    const captureDir = join(world.dataDir, 'tapes')
    const session = await world.open({ captureDir, session: 'denied' })
    const { order } = await place(session, { quantity: '1000', price: '0.46' })
    expect(order.status).to.equal('denied')
    await session[Symbol.asyncDispose]()
    expect((await replayRecordingFolder('denied', { captureDir })).verdict).to.equal('same')
  })

  it('says drift when the tape holds another size than today is sent', async () => {
    const captureDir = join(world.dataDir, 'tapes')
    const session = await world.open({ captureDir, session: 'edited' })
    await place(session, { quantity: '5', price: '0.46' })
    await session[Symbol.asyncDispose]()
    editOperations(join(captureDir, 'edited'), '"quantity":"5","price":"0.46"', '"quantity":"6","price":"0.46"')
    sealOperations(join(captureDir, 'edited'))
    const report = await replayRecordingFolder('edited', { captureDir })
    expect(report.verdict).to.equal('drift')
    expect(report.drifts.flatMap((drift) => drift.describe()).join('\n')).to.include('count')
  })

  it('loads no recorder while capture is off', async () => {
    const program = `
      const loaded = []
      const { registerHooks } = await import('node:module')
      const { openSession } = await import(${JSON.stringify(join(root, 'src/cli/session/session.ts'))})
      const settings = ${JSON.stringify(world.settings(), (_key, value) => (typeof value === 'bigint' ? `${value}n` : value))}
      settings.limits = JSON.parse(JSON.stringify(settings.limits), (key, value) => /^\\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value)
      const session = await openSession({ settings, command: 'test', dryRun: false, needs: 'venues', onWarning: () => {}, signal: new AbortController().signal })
      await (await session.trading.client('kalshi')).getMarket('KXHOUSE-28-D')
      await session[Symbol.asyncDispose]()
      const { createRequire } = await import('node:module')
      const require = createRequire(${JSON.stringify(join(root, 'package.json'))})
      console.log(Object.keys(require.cache).filter((file) => file.includes('pollyjs')).length)
    `
    const { stdout } = await run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], {
      cwd: root,
    })
    expect(stdout.trim()).to.equal('0')
  })
})
