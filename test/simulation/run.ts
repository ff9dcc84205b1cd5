import { createHash } from 'node:crypto'
import { reportError } from '../../src/cli/error-report.ts'
import type { Session } from '../../src/cli/session/session.ts'
import { parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import { venueIds } from '../../src/domain/market.ts'
import type { Decision } from '../../src/domain/pair-plan.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { stringifyAmounts } from '../../src/store/amount-schema.ts'
import { journalDirectory } from '../../src/store/directories.ts'
import { verifyJournal } from '../../src/store/verify-journal.ts'
import { type Hands, mendAll } from './arb-steps.ts'
import { type Authorship, Books, dataDir, environment } from './books.ts'
import { clockOf, limitsOf, openSimulatedSession, runIn, type WorkEnd } from './computer.ts'
import { FileNode } from './machine/disk.ts'
import {
  type DiskFate,
  type DiskOperation,
  Machine,
  ProcessEnded,
  type SimulatedProcess,
  useMachine,
} from './machine/machine.ts'
import { type Call, Network } from './network.ts'
import type { CallChoice, CallFault, Plan, PlanItem, Step } from './plan.ts'
import type { HandshakeFault, SocketItem } from './plan-sockets.ts'
import { type PowerCut, PowerCuts } from './power-cut.ts'
import { Sockets } from './sockets.ts'
import { perform } from './steps.ts'
import { keys, startMs, Venues } from './venues.ts'
import { Violated, type Violation, violated } from './violation.ts'
import { type Asked, textDifference, Watch } from './watch.ts'

export interface RunReport {
  readonly seed: string
  readonly violation: Violation | null
  readonly figures: Figures
  /** Of the trace: two runs of one plan have the same. Both are kept only when asked for: they take time. */
  readonly traceHash: string
  readonly trace: readonly string[]
}

/** What happened in a run: to show that the runs do something. */
export interface Figures {
  readonly steps: number
  readonly calls: number
  readonly operations: number
  readonly events: number
  readonly orders: number
  readonly venueOrders: number
  readonly fills: number
  readonly unknown: number
  readonly crashes: number
  readonly faults: number
  readonly pairs: number
  /** Trades of approved pairs by the loop. */
  readonly arbs: number
  /** Connections that were begun. */
  readonly sockets: number
  /** Messages of venues that reached a process by one. */
  readonly frames: number
  readonly records: number
  readonly simulatedMs: number
}

type StepItem = Extract<PlanItem, { kind: 'step' }>

/** How often peace may be used to settle what is left, and how long each of these lasts: longer than any order is good for. */
const CALM_ROUNDS = 6
const CALM_MS = 200_000
const RESTART_MS = 700
const PEACE_SLOT = 99
/** How often a running loop is looked at, ms. */
const LOOK_MS = 2_500

/** Which operations need room, and which a failing disk fails. Removing a name needs none, and always works. */
const troubled: Readonly<Record<'full' | 'failing', ReadonlySet<string>>> = {
  full: new Set(['create', 'write', 'mkdir', 'symlink']),
  failing: new Set(['create', 'write', 'sync', 'read']),
}

const lockFile = `${journalDirectory(dataDir, environment)}/lock`
const haltFile = `${dataDir}/halt.json`

export async function runPlan(plan: Plan, keepTrace = false): Promise<RunReport> {
  const simulation = new Simulation(plan, keepTrace)
  useMachine(simulation.machine)
  const onRejection = (error: unknown): void => simulation.rejectedUnseen(error)
  process.on('unhandledRejection', onRejection)
  try {
    return await simulation.run()
  } finally {
    process.off('unhandledRejection', onRejection)
    useMachine(null)
  }
}

class Simulation {
  readonly machine: Machine
  private readonly venues: Venues
  private readonly network: Network
  private readonly sockets: Sockets
  private readonly books: Books
  private readonly watch: Watch
  private readonly powerCuts: PowerCuts
  private readonly sessions = new Map<SimulatedProcess, Session>()
  private readonly slots = new Map<number, SimulatedProcess>()
  private readonly lockedAt = new Map<SimulatedProcess, number>()
  private readonly trace: string[] = []
  private readonly hash = createHash('sha256')
  private violation: Violation | null = null
  private skewMs: number
  private calm = false
  private haltIsReported = false
  private steps = 0
  private opened = 0
  private crashes = 0
  private faults = 0
  private frames = 0

  constructor(
    private readonly plan: Plan,
    private readonly keepTrace: boolean,
  ) {
    this.skewMs = plan.skewMs
    this.machine = new Machine(
      startMs,
      plan.seed,
      {
        fateOf: (operation) => this.fateOf(operation),
        changed: (operation, process) => this.guarded(() => this.diskChanged(operation, process)),
        powerFailed: () => this.guarded(() => this.haltMayHaveGone()),
        trace: (line) => this.note(line),
      },
      plan.writeBackMs,
    )
    const { timeline, disk } = this.machine
    this.venues = new Venues(
      { nowMs: () => Math.floor(timeline.nowMs), monotonicMs: () => timeline.nowMs, sleep: () => Promise.resolve() },
      { seed: plan.seed, rateLimit: plan.rateLimit },
    )
    this.books = new Books(disk)
    this.powerCuts = new PowerCuts(plan.items.filter((item): item is PowerCut => item.kind === 'power_cut'))
    const steady = !plan.items.some((item) => item.kind === 'event' && item.event.kind === 'clock_jump')
    this.watch = new Watch(this.books, this.venues, limitsOf(plan), steady)
    this.network = new Network(
      this.machine,
      this.venues,
      {
        faultOf: (call) => this.faultOf(call),
        arriving: (call) => this.race(call),
        carriedOut: () => this.guarded(() => this.watch.carriedOut()),
        ended: (call, how, reply) => {
          this.watch.trafficEnded(call, how)
          this.watch.news.ended(call, reply, timeline.nowMs)
          if (reply === null) return
          this.watch.trades.heard(call, reply, timeline.nowMs)
          this.watch.feeds.answered(call, timeline.nowMs)
        },
        trace: (line) => this.note(line),
      },
      plan.seed,
    )
    this.sockets = new Sockets(
      this.machine,
      this.venues,
      {
        handshakeFault: (number) => this.handshakeFault(number),
        refused: ({ process, label }) => this.guarded(() => this.watch.news.refused(process, label)),
        arrived: (process, venue, arrival) => {
          this.frames++
          this.watch.feeds.arrived(process, venue, arrival)
        },
        trace: (line) => this.note(line),
      },
      plan.seed,
      plan.items.filter((item): item is SocketItem => item.kind === 'frame_fault' || item.kind === 'handshake_fault'),
    )
    this.machine.sockets = this.sockets
    this.installKey()
  }

  private installKey(): void {
    const folder = this.machine.disk.find('/keys')
    if (folder?.kind !== 'folder') throw new Error('the simulated disk has no place for keys')
    const file = new FileNode()
    file.links = 1
    file.write(0, Buffer.from(keys.ed25519.privateKeyPem))
    file.sync()
    folder.change([{ name: 'kalshi.pem', node: file }])
    folder.sync()
  }

  async run(): Promise<RunReport> {
    for (const item of this.plan.items) {
      if (item.kind === 'event') this.planEvent(item)
      if (item.kind === 'step' && (item.step.kind === 'place' || item.step.kind === 'pair')) this.noteAsked(item.step)
    }
    let over = false
    const work = this.live().then(
      () => {
        over = true
      },
      (error: unknown) => {
        over = true
        this.broke(error)
      },
    )
    const end = await this.machine.timeline.runUntil(() => over || this.violation !== null)
    if (end === 'stuck' && this.violation === null) {
      this.violation = { invariant: 'sound', what: 'nothing is left to happen, and the work is not done: it hangs' }
    }
    if (over) await work
    return this.report()
  }

  /** What a person would do, and then peace, in which everything must come right. */
  private async live(): Promise<void> {
    const slots = [...new Set(this.plan.items.flatMap((item) => (item.kind === 'step' ? [item.slot] : [])))]
    await Promise.all(slots.map((slot) => this.work(slot)))
    await this.settleInPeace()
  }

  private async work(slot: number): Promise<void> {
    const items = this.plan.items.filter((item): item is StepItem => item.kind === 'step' && item.slot === slot)
    for (const { step, waitMs } of items) {
      await this.machine.timeline.pause(waitMs + 1)
      await this.doStep(slot, step)
      this.checkNow()
    }
  }

  private async doStep(slot: number, step: Step): Promise<void> {
    this.steps++
    const process = this.processIn(slot)
    const { label } = process
    this.note(`${label} step ${JSON.stringify(step)}`)
    if (step.kind === 'resume') this.haltIsReported = false
    const end = await runIn(this.machine, process, () => this.inSession(process, step))
    this.note(`${label} step ends: ${this.describeEnd(end)}`)
    if (step.kind === 'halt' && end.kind === 'done') this.haltIsReported = true
    if (end.kind === 'ended') {
      this.crashes++
      this.sessions.delete(process)
      await this.machine.timeline.pause(RESTART_MS)
    }
  }

  private processIn(slot: number): SimulatedProcess {
    const known = this.slots.get(slot)
    if (known?.alive === true) return known
    const started = this.machine.start(slot, () => this.skewMs)
    this.slots.set(slot, started)
    return started
  }

  private async inSession(process: SimulatedProcess, step: Step): Promise<string> {
    if (step.kind === 'close') {
      await this.sessions.get(process)?.[Symbol.asyncDispose]()
      this.sessions.delete(process)
      return 'closed'
    }
    const session = await this.sessionOf(process)
    return perform(step, this.handsFor(process, session))
  }

  private handsFor(process: SimulatedProcess, session: Session): Hands {
    return {
      session,
      clock: clockOf(this.machine, process),
      onWarning: (message) => this.warn(process, message),
      onWatching: (quantity) => this.venues.nibbleUnseen(quantity),
      onApproving: (texts) => this.watch.trades.approving(texts),
      onLoop: (books) => {
        this.watch.news.begins(process, books === 'sockets', this.machine.timeline.nowMs)
        this.lookLater(process)
        if (books === 'sockets') return this.watch.feeds.following(process, session, clockOf(this.machine, process))
        this.watch.feeds.polls(process)
        return session
      },
      onLoopEnds: () => this.watch.news.ends(process),
      onTrading: (tradeId, found) =>
        this.guarded(() =>
          this.watch.feeds.trading(process, tradeId, found, (venue) => this.sockets.bookConnections(process, venue)),
        ),
      onLapsed: (pair) => this.watch.trades.lapsed(process, pair),
    }
  }

  /** Looks at what a loop does about what it has under way, as long as it lives. */
  private lookLater(process: SimulatedProcess): void {
    const { timeline } = this.machine
    timeline.schedule(process, LOOK_MS, () => {
      if (!this.watch.news.isRunning(process)) return
      this.guarded(() => this.watch.news.look(process, this.sockets.openOf(process), timeline.nowMs))
      this.lookLater(process)
    })
  }

  private async sessionOf(process: SimulatedProcess): Promise<Session> {
    const known = this.sessions.get(process)
    if (known !== undefined) return known
    const { machine, network, plan } = this
    const onWarning = (message: string): void => this.warn(process, message)
    const seed = `${plan.seed}/session/${this.opened++}`
    const opened = await openSimulatedSession({ machine, process, network, plan, seed, onWarning })
    this.sessions.set(process, opened)
    return opened
  }

  /** What is meant for a person is an outcome like any other. Anything else is a bug. */
  private describeEnd(end: WorkEnd<string>): string {
    if (end.kind === 'done') return end.value
    if (end.kind === 'ended') return 'the process ended'
    const { error } = end
    if (error instanceof Violated) throw error
    const { category, code, message } = reportError(error, 'simulate')
    if (category !== 'bug') return `${code}: ${message}`
    violated('sound', `a step threw ${describeError(error)}`)
  }

  /** Faults and events are over: a person comes and brings everything in order. */
  private async settleInPeace(): Promise<void> {
    this.calm = true
    this.network.calm()
    this.sockets.calm()
    this.venues.calm()
    this.note('peace')
    await this.settleRounds(null)
    this.watch.atEnd()
    if (!this.hasLoop || !this.watch.trades.atRest()) return
    this.note('a person decides')
    this.watch.trades.deciding()
    await this.settleRounds('unwind')
    this.watch.atEnd()
    this.watch.trades.atEnd()
  }

  private async settleRounds(decision: Decision | null): Promise<void> {
    for (let round = 1; ; round++) {
      await this.machine.timeline.pause(CALM_MS)
      const process = this.machine.start(PEACE_SLOT, () => this.skewMs)
      const end = await runIn(this.machine, process, () => this.settleOnce(process, decision))
      this.machine.kill(process)
      if (end.kind === 'threw') {
        if (end.error instanceof Violated) throw end.error
        violated('settles', `in peace, ${describeError(end.error)}`)
      }
      if (end.kind === 'ended') violated('sound', 'a process ended in peace')
      this.note(`peace, round ${round}: ${end.value}`)
      if (end.value === 'settled') break
      if (round === CALM_ROUNDS) violated('settles', `after ${round} rounds of peace: ${end.value}`)
    }
  }

  /** Somebody runs the loop here, and will again: it mends what it finds. */
  private get hasLoop(): boolean {
    return this.plan.items.some((item) => item.kind === 'step' && item.step.kind === 'arb')
  }

  private async settleOnce(process: SimulatedProcess, decision: Decision | null): Promise<string> {
    const session = await this.sessionOf(process)
    if (this.hasLoop) {
      this.note(`${process.label} mends: ${await mendAll(this.handsFor(process, session), decision)}`)
    }
    const { settled, unsettled, differences } = await reconcile(session.trading, { fix: true, venues: venueIds })
    this.checkNow()
    await this.checkLookups(session)
    await session[Symbol.asyncDispose]()
    this.sessions.delete(process)
    // What is not final holds back a trade of the same markets: the person comes again.
    const underWay = [...session.trading.ledger.state.openTrades.values()].filter(({ status }) => status === 'open')
    const verdict = await verifyJournal({ dataDir, environment })
    if (!verdict.ok) violated('chain', JSON.stringify(verdict.problem))
    const left = differences.filter(({ fixed }) => !fixed)
    if (decision !== null && underWay.length > 0) return `${underWay.map(({ id }) => id).join(', ')} under way`
    if (unsettled.length === 0 && left.length === 0) return 'settled'
    const open = unsettled.map(({ orderId, reason }) => `${orderId} (${reason})`)
    const differs = left.map(({ kind, subject, ours, theirs }) => `${kind} ${subject}: ${ours} / ${theirs}`)
    return `${settled.length} settled; unsettled ${open.join(', ') || 'none'}; differs ${differs.join(', ') || 'nowhere'}`
  }

  /** What a person can look up is what the records say, also of orders that have left the state. */
  private async checkLookups({ trading }: Session): Promise<void> {
    for (const order of this.books.orders()) {
      const found = await trading.ledger.findOrder(order.intent.id)
      const difference =
        found === null ? 'there is nothing' : textDifference(stringifyAmounts(found), stringifyAmounts(order))
      if (difference !== null) violated('fold', `looking up ${order.intent.id}: ${difference}`)
    }
  }

  private noteAsked(step: Extract<Step, { kind: 'place' | 'pair' }>): void {
    const wishes = step.kind === 'place' ? [step.wish] : [step.first, step.second]
    for (const wish of wishes) {
      const asked: Asked = { ...wish, quantity: parseQuantity(wish.quantity), price: parsePrice(wish.price) }
      this.watch.asked.push(asked)
    }
  }

  private planEvent({ atMs, event }: Extract<PlanItem, { kind: 'event' }>): void {
    const { timeline } = this.machine
    timeline.schedule(null, atMs, () => {
      if (this.calm) return
      this.note(`event ${JSON.stringify(event)}`)
      this.guarded(() => {
        if (event.kind === 'clock_jump') {
          this.skewMs += event.byMs
          return
        }
        const later = this.venues.happen(event)
        if (event.kind === 'outage') this.sockets.outage(event.venue)
        if (later !== null) timeline.schedule(null, later.afterMs, () => this.guarded(() => later.undo()))
      })
    })
  }

  private faultOf(call: Call): CallFault | null {
    this.guarded(() => this.watch.sending(call))
    let fault: CallFault | null = null
    for (const item of this.plan.items) {
      if (item.kind === 'call_fault' && isChosen(item.call, call)) fault ??= item.fault
      if (item.kind === 'crash_in_call' && isChosen(item.call, call)) this.crashLater(call.process, item)
    }
    if (fault !== null) this.faults++
    return fault
  }

  private handshakeFault(number: number): HandshakeFault | null {
    for (const item of this.plan.items) {
      if (item.kind !== 'handshake_fault' || item.nth !== number) continue
      this.faults++
      return item.fault
    }
    return null
  }

  /** The book moves while an order is on its way to it. */
  private race(call: Call): void {
    if (this.calm) return
    for (const item of this.plan.items) {
      if (item.kind === 'race' && isChosen(item.call, call)) this.venues.moveBook(item.market, item.mid)
    }
  }

  private crashLater(
    process: SimulatedProcess,
    { afterMs, power }: Extract<PlanItem, { kind: 'crash_in_call' }>,
  ): void {
    this.faults++
    this.machine.timeline.schedule(null, afterMs, () => {
      if (this.calm) return
      if (power) this.machine.cutPower()
      else this.machine.kill(process)
    })
  }

  private fateOf(operation: DiskOperation): DiskFate {
    if (this.calm) return { kind: 'fine' }
    const { ordinal, name } = operation
    const cut = this.powerCuts.fateOf(operation)
    if (cut !== null) {
      this.faults++
      return cut
    }
    for (const item of this.plan.items) {
      if (item.kind === 'crash' && item.operation === ordinal) {
        this.faults++
        return { kind: 'crash', when: item.when, power: item.power }
      }
      if (item.kind !== 'disk_trouble' || !troubled[item.trouble].has(name)) continue
      if (ordinal < item.operation || ordinal >= item.operation + item.lastsOperations) continue
      this.faults++
      return item.trouble === 'full' ? { kind: 'full', partly: ordinal % 2 === 0 } : { kind: 'failing' }
    }
    return { kind: 'fine' }
  }

  private diskChanged({ ordinal, name, path }: DiskOperation, process: SimulatedProcess): void {
    this.note(`${process.label} ${name} ${path} (operation ${ordinal})`)
    if (path === lockFile && name === 'symlink') this.lockedAt.set(process, this.machine.timeline.nowMs)
    if (path === haltFile) this.haltMayHaveChanged()
    if (!path.endsWith('.jsonl') || (name !== 'write' && name !== 'truncate')) return
    const author: Authorship = {
      pid: process.pid,
      process: process.boot * 100_000 + process.pid,
      lockedAtMs: this.lockedAt.get(process) ?? null,
      atMs: this.machine.timeline.nowMs,
    }
    this.watch.recorded(this.books.update(author))
  }

  /** A halt that was not reported yet may be lost with the power; one that was may not. */
  private haltMayHaveGone(): void {
    const { haltedSinceMs } = this.watch
    this.haltMayHaveChanged()
    if (this.haltIsReported && haltedSinceMs !== null && this.watch.haltedSinceMs === null) {
      violated('halt', 'the power failed, and a halt that had been reported is gone')
    }
  }

  private haltMayHaveChanged(): void {
    const halted = this.machine.disk.find(haltFile) !== null
    if (!halted) this.watch.haltedSinceMs = null
    else this.watch.haltedSinceMs ??= this.machine.timeline.nowMs
  }

  private checkNow(): void {
    this.books.update(null)
    const sessions = [...this.sessions].filter(([process]) => process.alive).map(([, session]) => session)
    this.watch.afterStep(sessions)
  }

  /** Runs a check inside code of the program or the venues, where throwing would be taken for their failure. */
  private guarded(check: () => void): void {
    if (this.violation !== null) return
    try {
      check()
    } catch (error) {
      this.broke(error)
    }
  }

  private broke(error: unknown): void {
    if (this.violation !== null) return
    this.violation = error instanceof Violated ? error.violation : { invariant: 'sound', what: describeError(error) }
    this.note(`VIOLATED ${this.violation.invariant}: ${this.violation.what}`)
  }

  /** Node would end the program for it. */
  rejectedUnseen(error: unknown): void {
    if (error instanceof ProcessEnded) return
    this.broke(new Violated({ invariant: 'sound', what: `nobody handled ${describeError(error)}` }))
  }

  private warn(process: SimulatedProcess, message: string): void {
    this.note(`${process.label} warns: ${message}`)
  }

  private note(line: string): void {
    if (!this.keepTrace) return
    const text = `${(this.machine.timeline.nowMs - startMs).toFixed(3)} ${line}`
    this.hash.update(text).update('\n')
    this.trace.push(text)
  }

  private report(): RunReport {
    const events = this.books.records.map(({ record }) => record.event)
    const count = (type: (typeof events)[number]['type']): number =>
      events.filter((event) => event.type === type).length
    const { core } = this.venues.host
    return {
      seed: this.plan.seed,
      violation: this.violation,
      figures: {
        steps: this.steps,
        calls: this.network.callCount,
        operations: this.machine.operationCount,
        events: this.machine.timeline.eventCount,
        orders: count('order.submitted'),
        venueOrders: core.accounts().reduce((sum, { id }) => sum + core.orders(id).length, 0),
        fills: count('fill.booked'),
        unknown: count('order.unknown'),
        crashes: this.crashes,
        faults: this.faults + this.sockets.faultsMet,
        pairs: count('trade.opened'),
        arbs: events.filter((event) => event.type === 'trade.opened' && event.trade.pair !== undefined).length,
        sockets: this.sockets.connectionCount,
        frames: this.frames,
        records: events.length,
        simulatedMs: Math.floor(this.machine.timeline.nowMs - startMs),
      },
      traceHash: this.hash.digest('hex'),
      trace: this.trace,
    }
  }
}

function isChosen({ among, nth }: CallChoice, { number, write }: Call): boolean {
  return among === 'all' ? number === nth : write === nth
}

function describeError(error: unknown): string {
  if (error instanceof ToolkitError) return `${error.code} (${error.category}): ${error.message}`
  return error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 8).join('\n') : String(error)
}
