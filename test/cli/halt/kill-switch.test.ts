import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { projectRoot } from '../../../scripts/source-options.ts'
import { haltReason } from '../../../src/cli/halt/cancel-reasons.ts'
import type { HaltReport } from '../../../src/cli/halt/halt-report.ts'
import { type HaltOptions, halt } from '../../../src/cli/halt/kill-switch.ts'
import { perVenue, venueIds } from '../../../src/domain/market.ts'
import { cancelAllOrders } from '../../../src/engine/cancel/cancel-all.ts'
import { cancelOrder } from '../../../src/engine/cancel/cancel-order.ts'
import { type Clock, systemClock } from '../../../src/runtime/clock.ts'
import { announceSandbox } from '../../../src/sandbox/discover.ts'
import { journalDirectory, viewsDirectory } from '../../../src/store/directories.ts'
import { readHalt } from '../../../src/store/halt.ts'
import { aWorld, marketOf, place, type TestWorld } from '../../support/session.ts'

/** With an order of ours that rests at each venue, and nobody at work. */
async function aRestingWorld(): Promise<TestWorld & { readonly orderIds: readonly string[] }> {
  const world = await aWorld()
  const session = await world.open()
  const orderIds: string[] = []
  for (const venue of venueIds) {
    await world.control.setBook(marketOf[venue], { bids: [['0.44', '30']], asks: [['0.46', '10']] })
    const { order } = await place(session, { venue, quantity: '10', price: '0.30', timeInForce: 'gtc' })
    expect(order.status).to.equal('resting')
    orderIds.push(order.intent.id)
  }
  await session[Symbol.asyncDispose]()
  return { ...world, orderIds }
}

async function restingAt(world: TestWorld): Promise<number> {
  const accounts = await Promise.all(venueIds.map((venue) => world.control.account(venue)))
  return accounts.flatMap(({ orders }) => orders).filter(({ state }) => state === 'resting').length
}

const journalOf = (world: TestWorld): string => journalDirectory(world.dataDir, 'sandbox')

/** As a process that lives and does not let go: this one. */
function holdJournal(world: TestWorld): void {
  const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8')
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').slice(0, 8)
  symlinkSync(`${hostname()} ${process.pid} ${boot}-${ticks}`, join(journalOf(world), 'lock'))
}

/** Real time, and waits that are over at once. */
function anImpatientClock(): Clock {
  let skippedMs = 0
  return {
    nowMs: () => systemClock.nowMs() + skippedMs,
    monotonicMs: () => systemClock.monotonicMs() + skippedMs,
    sleep: (ms) => {
      skippedMs += ms
      return Promise.resolve()
    },
  }
}

interface SlowRoad {
  readonly url: string
  /** Resolves when the first order has come by. */
  readonly reached: Promise<void>
  close(): void
}

/** Hands every request on to `target`, new orders `holdMs` later than they came. */
async function aSlowRoad(target: string, holdMs: number): Promise<SlowRoad> {
  let tell: () => void = () => undefined
  const reached = new Promise<void>((resolve) => {
    tell = resolve
  })
  const { hostname: host, port, pathname } = new URL(target)
  const server = createServer(async (incoming, outgoing) => {
    const parts: Buffer[] = []
    for await (const part of incoming) parts.push(part)
    if (incoming.method === 'POST') {
      tell()
      await systemClock.sleep(holdMs)
    }
    const { method = 'GET', url: path = '/', headers } = incoming
    request({ host, port, method, path, headers }, (reply) => {
      outgoing.writeHead(reply.statusCode ?? 500, reply.headers)
      reply.pipe(outgoing)
    }).end(Buffer.concat(parts))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`
  return { url, reached, close: () => void server.close() }
}

describe('the kill switch', function () {
  this.timeout(30_000)
  let world: Awaited<ReturnType<typeof aRestingWorld>>
  let warnings: string[]
  beforeEach(async () => {
    world = await aRestingWorld()
    warnings = []
  })
  afterEach(() => world.close())

  function throwIt(more: Partial<HaltOptions> = {}): Promise<HaltReport> {
    return halt({
      settings: world.settings(),
      reason: 'drill',
      cancel: true,
      onWarning: (message) => warnings.push(message),
      onProgress: () => undefined,
      ...more,
    })
  }

  async function expectHaltedAndEmpty(report: HaltReport): Promise<void> {
    expect(report.halted).not.to.equal(null)
    expect(await readHalt(world.dataDir)).not.to.equal(null)
    expect(report.venues.map(({ venue, stillResting }) => [venue, stillResting])).to.deep.equal(
      venueIds.map((venue) => [venue, 0]),
    )
    expect(await restingAt(world)).to.equal(0)
  }

  it('halts, empties both venues, says how long it took, and the journal knows', async () => {
    const report = await throwIt()
    await expectHaltedAndEmpty(report)
    expect(report.venues.every(({ afterMs }) => afterMs > report.haltedAfterMs)).to.equal(true)
    expect([report.unanswered, haltReason(report), warnings]).to.deep.equal([0, 'done', []])
    const session = await world.open()
    expect(session.trading.ledger.state.cancelledAllAt.size).to.equal(2)
  })

  it('only halts when it is told not to cancel', async () => {
    const report = await throwIt({ cancel: false })
    expect([report.halted?.reason, report.venues, await restingAt(world)]).to.deep.equal(['drill', [], 2])
  })

  it('needs no healthy journal, and does not call it done where none tells what was on its way', async () => {
    const file = join(journalOf(world), '00000001.jsonl')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('"resting"', '"restinX"'))
    rmSync(viewsDirectory(world.dataDir, 'sandbox'), { recursive: true })
    const report = await throwIt({ clock: anImpatientClock() })
    await expectHaltedAndEmpty(report)
    expect([report.unanswered, haltReason(report)]).to.deep.equal([null, 'unknown_outcome'])
    expect(warnings.join()).to.include('the journal could not note it')
  })

  it('needs no views', async () => {
    rmSync(viewsDirectory(world.dataDir, 'sandbox'), { recursive: true })
    await expectHaltedAndEmpty(await throwIt())
  })

  it('does not wait for a process that holds the journal', async () => {
    holdJournal(world)
    const report = await throwIt({ clock: anImpatientClock() })
    unlinkSync(join(journalOf(world), 'lock'))
    await expectHaltedAndEmpty(report)
    expect(warnings.join()).to.include('the journal could not note it')
  })

  it('cancels also where the halt itself cannot be written, and says that nothing is halted', async () => {
    // In the place of the file that is written first, also for the superuser that tests may run as.
    mkdirSync(join(world.dataDir, `halt.json.${process.pid}.tmp`))
    const report = await throwIt()
    expect(report.halted).to.equal(null)
    expect(report.problem).to.include('NOT halted').and.to.include('End the processes that trade')
    expect(await restingAt(world)).to.equal(0)
    expect(haltReason(report)).to.equal('unknown_outcome')
  })

  it('knows what is under way from a journal that a full disk keeps from being written', async function () {
    if (process.platform === 'win32') this.skip()
    announceSandbox(world.dataDir, world.sandbox)
    // A limit on the size of files stands in for the full disk: not one byte can be written.
    const command = `trap '' XFSZ; ulimit -f 0; exec "$0" --import tsx "$1" safeguards halt --json --data-dir "$2"`
    const args = ['-c', command, process.execPath, `${projectRoot}/bin/dev.js`, world.dataDir]
    const env = { ...process.env, TSX_DISABLE_CACHE: '1' }
    const { stdout } = await promisify(execFile)('bash', args, { env })
    const { halted, venues, unanswered } = JSON.parse(stdout)
    expect(halted.reason).to.include('counts as a halt')
    expect(venues.map((each: { stillResting: number }) => each.stillResting)).to.deep.equal([0, 0])
    expect([unanswered, await restingAt(world)]).to.deep.equal([0, 0])
  })

  it('says that all is halted where a halt stands that cannot be written anew', async () => {
    mkdirSync(join(world.dataDir, 'halt.json'))
    const report = await throwIt()
    await expectHaltedAndEmpty(report)
    expect([report.problem, haltReason(report)]).to.deep.equal([null, 'done'])
    expect(warnings.join()).to.include('the new reason could not be written')
  })

  it('reports what it did where the sandbox of the folder cannot be reached', async () => {
    const dataDir = join(world.dataDir, 'other')
    mkdirSync(dataDir)
    writeFileSync(join(dataDir, 'sandbox'), '')
    const venues = perVenue(() => ({ urls: {}, credentials: {}, overrides: [] }))
    const report = await throwIt({ settings: world.settings({ dataDir, venues }) })
    expect([report.halted?.reason, haltReason(report)]).to.deep.equal(['drill', 'unknown_outcome'])
    expect(report.venues.map(({ stillResting }) => stillResting)).to.deep.equal([null, null])
  })

  it('cancels what was on its way to a slow venue when everything there was cancelled', async () => {
    const settings = world.settings()
    const { kalshi } = settings.venues
    const road = await aSlowRoad(kalshi.urls.rest ?? '', 3_000)
    const slow = { ...settings.venues, kalshi: { ...kalshi, urls: { ...kalshi.urls, rest: road.url } } }
    const session = await world.open({ venues: slow })
    const placing = place(session, { venue: 'kalshi', quantity: '10', price: '0.31', timeInForce: 'gtc' })
    await road.reached
    const report = await throwIt()
    await placing
    road.close()
    await expectHaltedAndEmpty(report)
    expect([report.unanswered, haltReason(report)]).to.deep.equal([0, 'done'])
  })

  it('cancels order by order where the call for all of them fails', async () => {
    await world.control.fault({ venue: '*', endpoint: 'cancel_all', times: null, fault: 'status', executed: false })
    const report = await throwIt()
    await expectHaltedAndEmpty(report)
    expect(haltReason(report)).to.equal('done')
  })

  it('goes on asking a venue that cancels nothing for a moment', async () => {
    for (const endpoint of ['cancel_all', 'batch_cancel']) {
      await world.control.fault({ venue: 'kalshi', endpoint, times: null, fault: 'status', executed: false })
    }
    const back = systemClock
      .sleep(1_500)
      .then(() => fetch(`${world.sandbox.control}/faults`, { method: 'DELETE' }))
      .then((reply) => reply.text())
    const report = await throwIt()
    await back
    await expectHaltedAndEmpty(report)
    expect(haltReason(report)).to.equal('done')
  })

  it('empties the one venue while the other cannot be reached, and says so', async () => {
    const { venues } = world.settings()
    const gone = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => gone.once('listening', resolve))
    const { port } = gone.address() as AddressInfo
    gone.close()
    const kalshi = { ...venues.kalshi, urls: { ...venues.kalshi.urls, rest: `http://127.0.0.1:${port}/trade-api/v2` } }
    const report = await throwIt({ settings: world.settings({ venues: { ...venues, kalshi } }) })
    expect(report.venues.map(({ stillResting }) => stillResting)).to.deep.equal([null, 0])
    expect(report.venues[0]?.message).not.to.equal(null)
    expect(haltReason(report)).to.equal('unknown_outcome')
    expect(await restingAt(world)).to.equal(1)
  })

  it('asks again when the answer to cancelling everything is lost', async () => {
    for (const venue of venueIds) {
      await world.control.fault({ venue, endpoint: 'cancel_all', times: 1, fault: 'drop_response' })
    }
    const report = await throwIt()
    await expectHaltedAndEmpty(report)
    expect(haltReason(report)).to.equal('done')
  })

  it('says how many orders have no answer yet', async () => {
    const session = await world.open()
    await world.control.loseNextAnswer('kalshi')
    await place(session, { venue: 'kalshi', quantity: '10', price: '0.31', timeInForce: 'gtc' })
    await session[Symbol.asyncDispose]()
    const report = await throwIt({ clock: anImpatientClock() })
    await expectHaltedAndEmpty(report)
    expect([report.unanswered, haltReason(report)]).to.deep.equal([1, 'unknown_outcome'])
  })
})

describe('cancelling never waits for the journal', function () {
  this.timeout(30_000)
  let world: Awaited<ReturnType<typeof aRestingWorld>>
  beforeEach(async () => {
    world = await aRestingWorld()
  })
  afterEach(() => world.close())

  it('held by another process: the cancels go out within two seconds, session and all', async () => {
    const begun = performance.now()
    holdJournal(world)
    const session = await world.open({}, { withoutBooks: 'carry_on' })
    const [orderId = ''] = world.orderIds
    expect((await cancelOrder(session.trading, orderId)).order.status).to.equal('cancelled')
    await cancelAllOrders(session.trading, venueIds)
    expect(performance.now() - begun).to.be.below(2_000)
    expect(await restingAt(world)).to.equal(0)
    expect(world.warnings.join()).to.include('cancelling goes on without it').and.to.include('positions reconcile')
    await session[Symbol.asyncDispose]()
    unlinkSync(join(journalOf(world), 'lock'))
  })

  it('taken by another process between opening and cancelling: the cancel goes out', async () => {
    const session = await world.open({}, { withoutBooks: 'carry_on' })
    holdJournal(world)
    const [, orderId = ''] = world.orderIds
    expect((await cancelOrder(session.trading, orderId)).order.status).to.equal('cancelled')
    unlinkSync(join(journalOf(world), 'lock'))
    expect(world.warnings.join()).to.include('cancelling goes on without it')
  })

  it('that cannot be written: the cancel goes out, and it says that it could not be journalled', async () => {
    // What the system refuses everybody, also the superuser that tests may run as.
    mkdirSync(join(journalOf(world), 'lock'))
    const session = await world.open({}, { withoutBooks: 'carry_on' })
    const [orderId = ''] = world.orderIds
    expect((await cancelOrder(session.trading, orderId)).order.status).to.equal('cancelled')
    expect(world.warnings.join()).to.include('the journal could not be written')
  })

  it('that is damaged: everything can still be cancelled', async () => {
    const file = join(journalOf(world), '00000001.jsonl')
    writeFileSync(file, readFileSync(file, 'utf8').replace('"resting"', '"restinX"'))
    rmSync(viewsDirectory(world.dataDir, 'sandbox'), { recursive: true })
    const session = await world.open({}, { withoutBooks: 'carry_on' })
    const outcomes = await cancelAllOrders(session.trading, venueIds)
    expect(outcomes.map(({ stillResting }) => stillResting)).to.deep.equal([0, 0])
    expect(world.warnings.join()).to.include('the journal could not be written')
  })
})
