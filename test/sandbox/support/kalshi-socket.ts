import type { MarketId } from '../../../src/domain/market.ts'
import { readFeeInput } from '../../../src/sandbox/control-fee-input.ts'
import { Host, kalshiAccount } from '../../../src/sandbox/host.ts'
import { KalshiSession } from '../../../src/sandbox/kalshi/socket.ts'
import { readEntry } from '../../../src/sandbox/listing/read-entry.ts'
import { memoryStore } from '../../../src/sandbox/state-files.ts'
import { TimedClock } from '../../support/timed-clock.ts'
import { type OrderSketch, placeCommand } from './exchange.ts'
import { originMs, smallCatalogue } from './small-catalogue.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests look into frames freely, and fail where something is missing.
type Frame = any

/** One connection to Kalshi's socket without a network, and the exchange behind it. */
export class KalshiSocketBench {
  readonly clock = new TimedClock(originMs)
  readonly host = new Host({
    store: memoryStore,
    clock: this.clock,
    freshSeed: () => 'sockets',
    createCatalogue: () =>
      smallCatalogue([
        { venue: 'kalshi', symbol: 'KXA', levels: 2 },
        { venue: 'kalshi', symbol: 'KXB' },
      ]),
  })
  readonly frames: Frame[] = []
  readonly pings: string[] = []
  private readonly session: KalshiSession
  private lastId = 0
  private orders = 0

  constructor() {
    const owner = {
      account: kalshiAccount,
      userId: '00000000-0000-4000-8000-000000000000',
      keys: new Map(),
      limits: null,
      hostClock: this.clock,
      switches: this.host.switches,
    }
    this.session = new KalshiSession(
      { host: this.host, owner },
      {
        send: (_type, text) => this.frames.push(JSON.parse(text)),
        ping: (body) => this.pings.push(body),
        close: () => undefined,
      },
    )
    this.host.onChange((changes) => this.session.changed(changes))
  }

  /** Sends a command and returns what came. */
  say(cmd: string, params?: object): readonly Frame[] {
    return this.raw(JSON.stringify({ id: ++this.lastId, cmd, ...(params === undefined ? {} : { params }) }))
  }

  raw(text: string): readonly Frame[] {
    return this.during(() => this.session.received(text))
  }

  /** What comes while something happens. */
  during(happening: () => void): readonly Frame[] {
    const before = this.frames.length
    happening()
    return this.frames.slice(before)
  }

  place(sketch: OrderSketch): readonly Frame[] {
    return this.during(() =>
      this.host.exchange.execute(
        placeCommand({
          account: kalshiAccount,
          market: 'kalshi:KXA',
          clientOrderId: `order-${++this.orders}`,
          ...sketch,
        }),
      ),
    )
  }

  setMarket(market: MarketId, schedule: object): readonly Frame[] {
    return this.during(() => this.host.exchange.execute({ kind: 'set_market', market, schedule }))
  }

  list(body: Record<string, unknown>): readonly Frame[] {
    const read = readEntry(body, this.clock.nowMs())
    if (read.kind === 'wrong') throw new Error(read.message)
    return this.during(() => this.host.exchange.execute({ kind: 'list_event', entry: read.entry }))
  }

  /** What an event charges from now on, as `POST /fees` takes it. */
  charge(body: Record<string, unknown>): readonly Frame[] {
    const read = readFeeInput(body, kalshiAccount, this.clock.nowMs())
    if (read.kind === 'wrong') throw new Error(read.message)
    return this.during(() => {
      this.host.exchange.execute(read.command)
      this.session.tick()
    })
  }

  tick(ms: number): readonly Frame[] {
    this.clock.advance(this.clock.nowMs() + ms)
    return this.during(() => {
      this.host.settleTime()
      this.session.tick()
    })
  }
}
