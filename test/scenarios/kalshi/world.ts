import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeSandboxVenue } from '../../../src/cli/sandbox/host.ts'
import { openSession, type Session } from '../../../src/cli/session/session.ts'
import { parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import { type MarketId, perVenue } from '../../../src/domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent } from '../../../src/domain/order.ts'
import { submittedOrder } from '../../../src/domain/order-machine.ts'
import type { Placement, PreparedOrder, VenueClient } from '../../../src/domain/venue.ts'
import { type PlaceOutcome, placeOrder } from '../../../src/engine/place/place-order.ts'
import { type OrderDraft, type OrderPlan, planOrder } from '../../../src/engine/place/plan-order.ts'
import { type ReconcileReport, reconcile } from '../../../src/engine/reconcile/reconcile.ts'
import { isoTime, VirtualClock } from '../../../src/runtime/clock.ts'
import { seededIds } from '../../../src/runtime/ids.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { defaultLimits } from '../../../src/safeguards/limits.ts'
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/serve.ts'
import { type Answer, signedCaller } from '../../sandbox/support/kalshi-http.ts'
import { type MarketSketch, originMs, smallCatalogue } from '../../sandbox/support/small-catalogue.ts'

export { originMs }

export const hourMs = 3_600_000
export const dayMs = 24 * hourMs

/** One market on each of the four exchange shards, trading in whole cents, with empty books. */
export const marketOn = (shard: 0 | 1 | 2 | 3): MarketId => `kalshi:KXSHARD${shard}`
export const market = marketOn(0)

const sketches: readonly MarketSketch[] = [0, 1, 2, 3].map((shard) => ({
  venue: 'kalshi',
  symbol: `KXSHARD${shard}`,
  pool: String(shard),
  schedule: { closeMs: originMs + 400 * dayMs },
}))

export type Json = Readonly<Record<string, unknown>>
export type Levels = readonly (readonly [price: string, quantity: string])[]

export interface Wanted extends Partial<Omit<OrderDraft, 'quantity' | 'price'>> {
  readonly quantity?: string
  readonly price?: string
}

/** A Kalshi account on the sandbox: the real client and engine over HTTP, on a clock that the test and all of them share. */
export interface KalshiWorld {
  readonly clock: VirtualClock
  readonly session: Session
  readonly client: VenueClient
  /** Lets time pass for everybody. */
  pass(ms: number): void
  /** Calls the venue as another program of the account would: signed, past our client. */
  venue(method: string, path: string, body?: Json): Promise<Answer>
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: Json): Promise<Json>
  book(bids: Levels, asks: Levels, where?: MarketId): Promise<void>
  spoil(endpoint: string, fault: Json, times?: number | null): Promise<void>
  /** What the safeguards say, as a preview shows it. Nothing is sent. */
  plan(wanted?: Wanted): Promise<OrderPlan>
  /** As `trade place` does it. A bid for 10 YES at 0.45 that rests, unless told otherwise. */
  place(wanted?: Wanted): Promise<PlaceOutcome>
  /** The client alone, past the engine: what a placement is, before anyone acts on it. */
  send(
    wanted?: Wanted,
    /** Happens after the order was prepared and before it is sent. */
    meanwhile?: () => Promise<unknown>,
  ): Promise<{ readonly placement: Placement; readonly order: Order; readonly prepared: PreparedOrder }>
  reconcile(): Promise<ReconcileReport>
  /** A second process of the same data directory. */
  anotherSession(): Promise<Session>
  /** The order as the journal has it now. */
  known(order: Order): Promise<Order>
  close(): Promise<void>
}

export async function aKalshiWorld(more: readonly MarketSketch[] = []): Promise<KalshiWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'crosstape-kalshi-'))
  const clock = new VirtualClock(originMs + 12 * hourMs)
  const sandbox = await startSandbox({
    dataDir,
    clock,
    seed: 'scenarios',
    rateLimit: 'off',
    createCatalogue: () => smallCatalogue([...sketches, ...more]),
  })
  const session = await openTestSession(sandbox, dataDir, clock)
  const client = await session.trading.client('kalshi')
  const ids = seededIds(seededRandom('scenarios'))
  const control: KalshiWorld['control'] = async (method, path, body) => {
    const reply = await fetch(`${sandbox.control}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`the sandbox refused ${path}: ${await reply.text()}`)
    return (await reply.json()) as Json
  }
  const plan = (wanted: Wanted = {}): Promise<OrderPlan> => planOrder(session.trading, draftOf(wanted))
  return {
    clock,
    session,
    client,
    pass: (ms) => clock.advanceTo(clock.nowMs() + ms),
    venue: signedCaller(sandbox, clock).call,
    control,
    book: async (bids, asks, where = market) => {
      await control('POST', '/books', { market: where, bids, asks })
    },
    spoil: async (endpoint, fault, times = 1) => {
      await control('POST', '/faults', { venue: 'kalshi', endpoint, times, ...fault })
    },
    plan,
    place: async (wanted) => placeOrder(session.trading, await plan(wanted)),
    send: async (wanted = {}, meanwhile) => {
      const { allowDuplicate: _, purpose = { kind: 'manual' }, ...terms } = draftOf(wanted)
      const intent: OrderIntent = {
        ...terms,
        purpose,
        id: ids.short('o'),
        clientOrderId: ids.uuid(),
        createdAtMs: clock.nowMs(),
      }
      const found = await client.getMarket(intent.market.slice('kalshi:'.length))
      const prepared = await client.prepareOrder({ intent } as ApprovedOrder, found)
      const order = submittedOrder(intent, null, isoTime(clock.nowMs()))
      await meanwhile?.()
      const placement = await client.placeOrder(prepared)
      const venueOrderId = placement.kind === 'accepted' ? placement.report.venueOrderId : null
      return { placement, prepared, order: { ...order, venueOrderId } }
    },
    reconcile: () => reconcile(session.trading, { fix: false, venues: ['kalshi'] }),
    anotherSession: () => openTestSession(sandbox, dataDir, clock),
    known: async (order) => {
      await session.trading.ledger.refresh()
      const found = await session.trading.ledger.findOrder(order.intent.id)
      if (found === null) throw new Error(`the journal has no order ${order.intent.id}`)
      return found
    },
    close: async () => {
      await session[Symbol.asyncDispose]()
      await sandbox.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function openTestSession(sandbox: RunningSandbox, dataDir: string, clock: VirtualClock): Promise<Session> {
  return openSession({
    settings: {
      environment: 'sandbox',
      dataDir,
      captureDir: null,
      captureFilter: 'orders',
      session: null,
      limits: defaultLimits,
      venues: perVenue((venue) => ({
        ...describeSandboxVenue(sandbox, venue),
        overrides: [{ name: 'sandbox', url: sandbox.control, source: 'test' }],
      })),
    },
    command: 'test',
    dryRun: false,
    needs: 'venues',
    onWarning: (message) => {
      throw new Error(message)
    },
    signal: new AbortController().signal,
    clock,
  })
}

function draftOf({ quantity = '10', price = '0.45', ...wanted }: Wanted): OrderDraft {
  return {
    market,
    outcome: 'yes',
    side: 'buy',
    timeInForce: 'gtc',
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    allowDuplicate: true,
    ...wanted,
    quantity: parseQuantity(quantity),
    price: parsePrice(price),
  }
}
