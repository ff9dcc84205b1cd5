import type { VenueId } from '../../src/domain/market.ts'
import type { FrameFault } from '../../src/sandbox/faults.ts'
import type { Carrier, FaultyWire } from '../../src/sandbox/faulty-wire.ts'
import type { SocketSession, Wire } from '../../src/sandbox/socket-face.ts'
import type { Machine, SimulatedProcess } from './machine/machine.ts'
import type { SocketEnd, SocketLine } from './machine/socket-network.ts'
import { simulatedMarkets } from './simulated-markets.ts'
import { NumberWatch } from './watch-numbers.ts'

const kalshiSymbols = simulatedMarkets.filter((id) => id.startsWith('kalshi:')).map((id) => id.slice('kalshi:'.length))

/** When a message reached a process, and since when it was under way: it tells of nothing later. */
export interface Arrival {
  readonly atMs: number
  readonly sentAtMs: number
}

/** Messages that a client can hold its book against: by their number, or by the hash in them. */
const provesBook: ReadonlySet<string> = new Set(['orderbook_snapshot', 'orderbook_delta', 'price_change', 'book'])

/** What lies between both ends of a connection. */
export interface SocketRoute {
  readonly machine: Machine
  trace(line: string): void
  latencyMs(): number
  /** The text as it arrives. */
  garble(venue: VenueId, type: string, text: string): string
  takeCommandFault(venue: VenueId): FrameFault | null
  arrived(process: SimulatedProcess, venue: VenueId, arrival: Arrival): void
  ended(connection: Connection): void
}

/** One connection of a process to a venue, from its handshake to its end. What is sent either way keeps its order. */
export class Connection implements SocketLine {
  readonly process: SimulatedProcess
  readonly venue: VenueId
  readonly path: string
  readonly label: string
  private readonly end: SocketEnd
  private readonly route: SocketRoute
  /** The venue's side of it, once it is open. */
  session: SocketSession | null = null
  private wire: FaultyWire | null = null
  /** Nothing passes any more, and neither end is told. */
  private isSilent = false
  /** Its client has done with it. */
  private isOver = false
  private upAtMs = 0
  private downAtMs = 0
  /** When something last came to its client. Null: it is not open. */
  heardAtMs: number | null = null
  /** When each message was sent. */
  private readonly sentAt = new Map<string, number>()
  private saidOfBooks: string | null = null
  private heardOfBooks: string | null = null
  /** What the venue's numbers say of it so far. */
  readonly numbers = new NumberWatch(kalshiSymbols)

  constructor(options: {
    readonly number: number
    readonly process: SimulatedProcess
    readonly venue: VenueId
    readonly path: string
    readonly end: SocketEnd
    readonly route: SocketRoute
  }) {
    const { number, process, venue, path, end, route } = options
    this.process = process
    this.venue = venue
    this.path = path
    this.end = end
    this.route = route
    this.label = `${process.label} socket ${number} ${venue} ${path}`
  }

  /** Whether somebody is there who could still hear of it. */
  get isUsed(): boolean {
    return this.process.alive && !this.isOver
  }

  /** Whether the last that its venue said of books was heard, and is about this one: what was missed before shows by it. */
  isCaughtUp(about: string): boolean {
    const { saidOfBooks, heardOfBooks } = this
    return saidOfBooks !== null && saidOfBooks === heardOfBooks && saidOfBooks.includes(about)
  }

  /** Whether it tells of books. */
  get hasBooks(): boolean {
    return !this.path.endsWith('/user')
  }

  private get nowMs(): number {
    return this.route.machine.timeline.nowMs
  }

  toVenue(act: () => void, afterMs = 0): void {
    if (this.isSilent) return
    const { machine, latencyMs } = this.route
    this.upAtMs = Math.max(this.upAtMs, this.nowMs + latencyMs() + afterMs)
    machine.timeline.schedule(null, this.upAtMs - this.nowMs, act)
  }

  private toClient(act: () => void): void {
    if (this.isSilent) return
    const { machine, latencyMs } = this.route
    this.downAtMs = Math.max(this.downAtMs, this.nowMs + latencyMs())
    machine.timeline.schedule(this.process, this.downAtMs - this.nowMs, () => {
      if (!this.isOver) act()
    })
  }

  fail(code: string): void {
    this.toClient(() => this.conclude(`fails: ${code}`, () => this.end.failed(code)))
  }

  refuse(status: number): void {
    const date = new Date(Math.floor(this.nowMs)).toUTCString()
    this.toClient(() => {
      this.route.trace(`${this.label} is refused: ${status}`)
      this.end.refused(status, { date })
    })
  }

  upgrade(): void {
    this.toClient(() => {
      this.route.trace(`${this.label} is open`)
      this.heardAtMs = this.nowMs
      this.end.upgraded()
    })
  }

  serve(wire: FaultyWire, session: SocketSession): void {
    this.wire = wire
    this.session = session
  }

  /** A venue's messages pass the faults on their way; when each was sent is noted before. */
  noting(wire: FaultyWire): Wire {
    return {
      send: (type, text) => {
        this.sentAt.set(text, this.nowMs)
        if (provesBook.has(type)) this.saidOfBooks = text
        wire.send(type, text)
      },
      ping: (body) => wire.ping(body),
      close: (code, reason) => wire.close(code, reason),
    }
  }

  /** The network under the venue's messages. */
  get carrier(): Carrier {
    return {
      send: (type, text) => this.carry(type, text),
      ping: (body) =>
        this.toClient(() => {
          this.heardAtMs = this.nowMs
          this.end.pinged(body)
        }),
      close: (code, reason) => this.closeFromVenue(code, reason),
      destroy: () => this.lose('reset'),
    }
  }

  private carry(type: string, text: string): void {
    const arriving = this.route.garble(this.venue, type, text)
    const sentAtMs = this.sentAt.get(text) ?? this.nowMs
    this.toClient(() => {
      this.route.trace(`${this.label} hears ${type}, ${arriving.length} letters`)
      this.heardAtMs = this.nowMs
      if (provesBook.has(type) && arriving === text) this.heardOfBooks = text
      if (this.venue === 'kalshi') this.numbers.heard(arriving)
      this.route.arrived(this.process, this.venue, { atMs: this.nowMs, sentAtMs })
      this.end.received(arriving)
    })
  }

  private closeFromVenue(code: number, reason: string): void {
    this.route.ended(this)
    this.toClient(() => this.conclude(`is closed by its venue: ${code}`, () => this.end.closed(code, reason)))
  }

  /** What a network or a venue in trouble does to a connection. */
  lose(how: 'closed' | 'reset' | 'silent'): void {
    this.route.trace(`${this.label} is lost: ${how}`)
    switch (how) {
      case 'closed':
        this.closeFromVenue(1012, 'service restart')
        return
      case 'reset':
        this.route.ended(this)
        this.toClient(() => this.conclude('broke off', () => this.end.closed(1006, '')))
        return
      case 'silent':
        this.isSilent = true
        return
    }
  }

  private conclude(how: string, tell: () => void): void {
    this.route.trace(`${this.label} ${how}`)
    this.isOver = true
    tell()
  }

  send(text: string): void {
    const fault = this.route.takeCommandFault(this.venue)
    this.route.trace(`${this.label} says ${text.length} letters${fault === null ? '' : ` !${JSON.stringify(fault)}`}`)
    if (fault !== null) return
    this.toVenue(() => {
      if (this.wire?.isMute === false) this.session?.received(text)
    })
  }

  /** The venue answers it with the same. */
  close(code: number): void {
    this.toVenue(() => {
      if (this.wire?.isMute !== false) return
      this.route.ended(this)
      this.toClient(() => this.conclude(`is closed: ${code}`, () => this.end.closed(code, '')))
    })
  }

  terminate(): void {
    this.route.trace(`${this.label} is given up`)
    this.isOver = true
    this.toVenue(() => this.route.ended(this))
  }
}
