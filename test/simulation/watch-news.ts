import type { VenueId } from '../../src/domain/market.ts'
import { isUnsettled } from '../../src/domain/order.ts'
import type { FaceReply } from '../../src/sandbox/face.ts'
import type { BookedRecord, Books } from './books.ts'
import { numberOf, type SimulatedProcess } from './machine/machine.ts'
import type { Call } from './network.ts'
import { violated } from './violation.ts'
import { tradeOf } from './watch-trades.ts'

/** Calls that tell of no order: books, markets and what belongs to them, and cash. */
const isAboutMarkets = (endpoint: string): boolean =>
  /^(get_(books?|orderbook|market|market_terms|event|series|balance)|list_(markets|events|series))$/.test(endpoint)

/** A loop settles what it has under way every four seconds here; one call of a settling may take ten. */
const ASKED_WITHIN_MS = 20_000
const CALL_MOST_MS = 10_000
/** An answer that takes longer keeps a loop from what else it has to do. */
const LATE_MS = 3_000
/** Silence after which a connection is given up here, with a moment to do it in, ms. */
const SILENT_MOST_MS: Readonly<Record<VenueId, number>> = { kalshi: 17_000, polymarket: 15_000 }

interface Loop {
  readonly process: SimulatedProcess
  readonly hearsBySocket: boolean
  /** When it last asked a venue about orders, or was turned away. */
  askedAtMs: number
  /** How long it has waited since for answers that came late. */
  waitedMs: number
  /** What venues answered about orders, whole. */
  readonly answers: string[]
  /** Reports written of each order. */
  readonly reports: Map<string, number>
  /** Handshakes that a face would open no socket for. */
  refusals: number
}

/** A connection as far as its process can tell. */
export interface OpenSocket {
  readonly venue: VenueId
  readonly label: string
  /** When something last came by it. */
  readonly heardAtMs: number
}

/** Holds running loops to what they do about news: they ask, keep their ears open, and take nobody's word but REST's. */
export class NewsWatch {
  private readonly loops = new Map<number, Loop>()

  constructor(
    private readonly books: Books,
    private readonly steadyClock: boolean,
  ) {}

  begins(process: SimulatedProcess, hearsBySocket: boolean, nowMs: number): void {
    const loop = {
      process,
      hearsBySocket,
      askedAtMs: nowMs,
      waitedMs: 0,
      answers: [],
      reports: new Map<string, number>(),
      refusals: 0,
    }
    this.loops.set(numberOf(process), loop)
  }

  ends(process: SimulatedProcess): void {
    this.loops.delete(numberOf(process))
  }

  isRunning(process: SimulatedProcess): boolean {
    return this.loops.has(numberOf(process))
  }

  sending({ process, endpoint }: Call, nowMs: number): void {
    const loop = this.loops.get(numberOf(process))
    if (loop !== undefined && !isAboutMarkets(endpoint)) asks(loop, nowMs)
  }

  ended({ process, endpoint, sentAtMs }: Call, reply: FaceReply | null, nowMs: number): void {
    const loop = this.loops.get(numberOf(process))
    if (loop === undefined) return
    // Before an order can be asked about its market is read. Whoever is turned away there has tried.
    if (nowMs - sentAtMs > LATE_MS) loop.waitedMs += nowMs - Math.max(sentAtMs, loop.askedAtMs)
    if (reply === null || reply.status === 429 || reply.status >= 500) asks(loop, nowMs)
    else if (!isAboutMarkets(endpoint)) loop.answers.push(reply.body ?? '')
  }

  recorded({ record, author, after }: BookedRecord): void {
    const loop = author === null ? undefined : this.loops.get(author.process)
    if (loop?.hearsBySocket !== true) return
    const { event } = record
    if (event.type === 'fill.booked' || event.type === 'fill.settled') this.checkFill(loop, event.fill.id)
    // A refusal names no order: it is the answer to its placing.
    if (event.type !== 'order.reported' || event.source === 'placement') return
    const order = after.openOrders.get(event.orderId) ?? this.books.order(event.orderId)
    const names = [order?.venueOrderId, order?.intent.clientOrderId, event.report.venueOrderId]
    this.checkReport(
      loop,
      event.orderId,
      names.filter((name) => typeof name === 'string'),
    )
  }

  private checkFill({ answers }: Loop, fillId: string): void {
    // Polymarket's names of an execution and of its order, joined.
    const [execution = fillId] = fillId.split(':')
    if (answers.some((answer) => answer.includes(execution))) return
    violated('heard', `fill ${fillId} is in the journal, and no answer told of it`)
  }

  /** What is said of an order once is written once. */
  private checkReport({ answers, reports }: Loop, orderId: string, names: readonly string[]): void {
    const written = (reports.get(orderId) ?? 0) + 1
    reports.set(orderId, written)
    const told = answers.filter((answer) => names.some((name) => answer.includes(name))).length
    if (told < written) violated('heard', `${orderId} was reported ${written} times, and ${told} answers told of it`)
  }

  /** Every few seconds. */
  look(process: SimulatedProcess, sockets: readonly OpenSocket[], nowMs: number): void {
    const { askedAtMs, waitedMs } = this.loops.get(numberOf(process)) ?? { askedAtMs: nowMs, waitedMs: 0 }
    // One late answer is in the limit already; where several come one after the other, nothing could be asked meanwhile.
    const withinMs = ASKED_WITHIN_MS + Math.max(0, waitedMs - CALL_MOST_MS)
    const left = [...this.books.state.openOrders.values()].find(
      (order) => isUnsettled(order) && tradeOf(order.intent) !== null,
    )
    if (left !== undefined && nowMs - askedAtMs > withinMs) {
      const { intent, status } = left
      violated('attended', `${intent.id} is ${status}, and the loop has asked nobody for ${nowMs - askedAtMs} ms`)
    }
    for (const { venue, label, heardAtMs } of sockets) {
      const silentForMs = nowMs - heardAtMs
      if (silentForMs > SILENT_MOST_MS[venue])
        violated('attended', `${label} is kept, and was silent for ${silentForMs} ms`)
    }
  }

  /** A face refused a handshake. From the answer a process can learn what time it is: it is not refused for it again. */
  refused(process: SimulatedProcess, label: string): void {
    const loop = this.loops.get(numberOf(process))
    if (loop === undefined || !this.steadyClock) return
    loop.refusals++
    if (loop.refusals > 1) violated('attended', `${label}: refused ${loop.refusals} times for its signature`)
  }
}

function asks(loop: Loop, nowMs: number): void {
  loop.askedAtMs = nowMs
  loop.waitedMs = 0
}
