import type { VenueId } from '../../src/domain/market.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import type { FaceRequest } from '../../src/sandbox/face.ts'
import { Faults } from '../../src/sandbox/faults.ts'
import { FaultyWire } from '../../src/sandbox/faulty-wire.ts'
import { Dice } from './machine/dice.ts'
import type { Machine, SimulatedProcess } from './machine/machine.ts'
import type { Handshake, SocketEnd, SocketLine, SocketNetwork } from './machine/socket-network.ts'
import type { GarbageFault, HandshakeFault, SocketItem } from './plan-sockets.ts'
import { type Arrival, Connection, type SocketRoute } from './socket-connection.ts'
import type { Venues } from './venues.ts'
import type { OpenSocket } from './watch-news.ts'

/** How often a venue looks for news that the clock brings, ms. Its server looks twenty times as often: nobody here is in a hurry for it. */
const TICK_MS = 1_000
/** When a venue notices that a computer without power hears nothing any more, ms. Null: not at all. */
const NOTICED_MS = [5_000, 40_000, null] as const

type FrameItem = Extract<SocketItem, { kind: 'frame_fault' }>

export interface SocketWitness {
  handshakeFault(number: number): HandshakeFault | null
  /** A face would open no socket for this handshake. */
  refused(connection: Connection): void
  /** A message has come to its process, before anything is made of it. */
  arrived(process: SimulatedProcess, venue: VenueId, arrival: Arrival): void
  trace(line: string): void
}

/** The sockets between the simulated computer and the venues. Messages of one connection keep their order; the rest is chance. */
export class Sockets implements SocketNetwork {
  private readonly all: Connection[] = []
  /** As far as the venues know. */
  private readonly open = new Set<Connection>()
  private readonly dice: Dice
  private readonly faults: Faults
  private readonly garbled: { readonly item: FrameItem; readonly how: GarbageFault['how']; skip: number }[] = []
  /** Frame faults that have befallen something, as far as they are not in force any more. */
  private met = 0
  private isQuiet = false
  private isTicking = false
  private endListening: (() => void) | null = null

  constructor(
    private readonly machine: Machine,
    private readonly venues: Venues,
    private readonly witness: SocketWitness,
    seed: string,
    items: readonly SocketItem[],
  ) {
    this.dice = new Dice(`${seed}/socket network`)
    this.faults = new Faults(seededRandom(`${seed}/socket faults`))
    for (const item of items) if (item.kind === 'frame_fault') this.plan(item)
  }

  private plan(item: FrameItem): void {
    const { venue, type, nth, fault } = item
    if (fault.kind === 'garbage_frame') this.garbled.push({ item, skip: nth, how: fault.how })
    else this.faults.add({ venue, endpoint: type, skip: nth, times: 1, percent: 100, fault })
  }

  /** The open connections that tell a process of a venue's books. */
  bookConnections(process: SimulatedProcess, venue: VenueId): readonly Connection[] {
    return this.all.filter(
      (each) =>
        each.process === process && each.venue === venue && each.hasBooks && each.isUsed && each.heardAtMs !== null,
    )
  }

  get connectionCount(): number {
    return this.all.length
  }

  /** The connections of a process, as far as it knows. */
  openOf(process: SimulatedProcess): readonly OpenSocket[] {
    return this.all.flatMap(({ process: owner, isUsed, venue, label, heardAtMs }) =>
      owner === process && isUsed && heardAtMs !== null ? [{ venue, label, heardAtMs }] : [],
    )
  }

  /** Frame faults that have befallen something. */
  get faultsMet(): number {
    return this.met + this.faults.list().filter(({ left }) => left === 0).length
  }

  connect(process: SimulatedProcess, handshake: Handshake, end: SocketEnd): SocketLine {
    const number = this.all.length
    const { hostname, pathname } = new URL(handshake.url)
    const venue = hostname.startsWith('kalshi') ? 'kalshi' : 'polymarket'
    const connection = new Connection({ number, process, venue, path: pathname, end, route: this.route() })
    this.all.push(connection)
    const fault = this.faultOf(venue, number)
    this.witness.trace(`${connection.label} begins${fault === null ? '' : ` !${JSON.stringify(fault)}`}`)
    void process.ended.then(() => this.clientDied(connection))
    this.shakeHands(connection, handshake, fault)
    return connection
  }

  private route(): SocketRoute {
    return {
      machine: this.machine,
      trace: (line) => this.witness.trace(line),
      latencyMs: () => this.dice.between(4, 40),
      garble: (venue, type, text) => this.garble(venue, type, text),
      takeCommandFault: (venue) => this.faults.takeFrame(venue, 'command'),
      arrived: (process, venue, arrival) => this.witness.arrived(process, venue, arrival),
      ended: (connection) => this.open.delete(connection),
    }
  }

  private faultOf(venue: VenueId, number: number): HandshakeFault | null {
    if (this.isQuiet) return null
    if (this.venues.isOut(venue)) return { kind: 'reset' }
    if (this.venues.isBusy(venue)) return { kind: 'status', status: 429 }
    return this.witness.handshakeFault(number)
  }

  private shakeHands(connection: Connection, handshake: Handshake, fault: HandshakeFault | null): void {
    switch (fault?.kind) {
      case 'refused':
        connection.fail('ECONNREFUSED')
        return
      case 'reset':
        connection.fail('ECONNRESET')
        return
      case 'lost':
        return
      case 'status':
        connection.refuse(fault.status)
        return
      case 'slow':
      case undefined:
        connection.toVenue(() => void this.accept(connection, handshake), fault?.ms)
        return
    }
  }

  private async accept(connection: Connection, { headers }: Handshake): Promise<void> {
    const { venue, path } = connection
    const face = await this.venues.sockets(venue)
    const answer = face.accept(requestOf(path, headers))
    if (answer === null || answer.kind === 'refuse') {
      connection.refuse(answer === null ? 404 : answer.reply.status)
      this.witness.refused(connection)
      return
    }
    connection.upgrade()
    const { timeline } = this.machine
    const clock: Clock = {
      nowMs: () => timeline.nowMs,
      monotonicMs: () => timeline.nowMs,
      sleep: (ms) => timeline.pause(ms),
    }
    const wire = new FaultyWire(connection.carrier, { venue, faults: () => this.faults, clock })
    connection.serve(wire, answer.start(connection.noting(wire)))
    this.open.add(connection)
    this.listen()
    this.tickLater()
  }

  /** A listener of the exchange for as long as somebody is connected. */
  private listen(): void {
    this.endListening ??= this.venues.host.onChange((changes) => {
      for (const { session } of this.open) session?.changed(changes)
    })
  }

  private tickLater(): void {
    if (this.isTicking) return
    this.isTicking = true
    this.machine.timeline.schedule(null, TICK_MS, () => {
      this.isTicking = false
      this.venues.host.settleTime()
      for (const { session } of [...this.open]) session?.tick()
      if (this.open.size > 0) this.tickLater()
      else {
        this.endListening?.()
        this.endListening = null
      }
    })
  }

  /** The system says goodbye for a process that ended; a computer without power says nothing. */
  private clientDied(connection: Connection): void {
    if (connection.process.boot === this.machine.boot) {
      connection.toVenue(() => this.open.delete(connection))
      return
    }
    const afterMs = this.dice.pick(NOTICED_MS)
    if (afterMs !== null) this.machine.timeline.schedule(null, afterMs, () => this.open.delete(connection))
  }

  /** A venue goes out of reach: connections are closed, break off, or fall silent. */
  outage(venue: VenueId): void {
    for (const connection of [...this.open]) {
      if (connection.venue === venue) connection.lose(this.dice.pick(['closed', 'reset', 'silent']))
    }
  }

  private garble(venue: VenueId, type: string, text: string): string {
    const rule = this.garbled.find(({ item }) => item.venue === venue && (item.type === '*' || item.type === type))
    if (rule === undefined || rule.skip-- > 0) return text
    this.garbled.splice(this.garbled.indexOf(rule), 1)
    this.met++
    return garbageFor(text, rule.how)
  }

  /** From now on nothing goes wrong, and nobody is connected who does not live any more. */
  calm(): void {
    this.isQuiet = true
    this.met = this.faultsMet
    this.faults.clear()
    this.garbled.length = 0
    for (const connection of [...this.open]) if (!connection.isUsed) this.open.delete(connection)
  }
}

function requestOf(path: string, headers: Handshake['headers']): FaceRequest {
  const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  return { method: 'GET', path, query: new URLSearchParams(), headers: Object.fromEntries(lower), body: '' }
}

function garbageFor(text: string, how: GarbageFault['how']): string {
  switch (how) {
    case 'half':
      return text.slice(0, text.length >> 1)
    case 'list':
      return '[[]]'
    case 'null':
      return 'null'
    case 'words':
      return 'upstream connect error'
  }
}
