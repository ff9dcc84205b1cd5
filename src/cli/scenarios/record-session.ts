import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  addQuantity,
  affordableQuantity,
  type Money,
  maxQuantity,
  parsePrice,
  type Quantity,
} from '../../domain/amounts.ts'
import type { Market, MarketId } from '../../domain/market.ts'
import type { OrderBook } from '../../domain/order-book.ts'
import type { OrderPlan } from '../../engine/place/plan-order.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Settings } from '../config/settings.ts'
import type { SandboxControl } from '../rehearsal/sandbox-control.ts'
import { EXPECTED_FILE } from '../replay/expected-outcome.ts'
import { openSession, type Session } from '../session/session.ts'
import { type Expected, outcomeSince } from './expected.ts'
import { wholeContracts } from './orders.ts'
import type { Scenario, Stage } from './scenario.ts'

/** Beside the recording: what must come out of it, for a person to review and a test to hold. */

export interface RecordOptions {
  readonly scenario: Scenario
  /** Shows an order before it is sent, and has it agreed to where money is at stake. */
  agree(session: Session, plan: OrderPlan): Promise<void>
  onWarning(message: string): void
  readonly signal: AbortSignal
}

export interface RecordedSession {
  readonly session: string
  readonly directory: string
  readonly how: string
  /** What the orders of the session could have cost at worst, in dollars. */
  readonly atRisk: Money
  readonly expected: Expected
}

/** Where a scenario takes place. */
export interface Place {
  readonly settings: Settings
  readonly market: MarketId
  readonly control: SandboxControl | null
  /** Of an order; as few contracts as the market and the limits take when absent. */
  readonly size?: Quantity
  readonly clock?: Clock
  readonly seed?: string
}

/** Runs what comes before a scenario in a session that is on no tape. */
export async function goBefore(
  options: RecordOptions,
  place: Place,
  before: (stage: Stage) => Promise<void>,
): Promise<void> {
  const session = await sessionAt({ ...place, settings: { ...place.settings, captureDir: null } }, options)
  try {
    await before(await stageOf(options, place, session))
  } finally {
    await session[Symbol.asyncDispose]()
  }
}

function sessionAt(
  { settings, control, clock, seed }: Place,
  { scenario, signal, onWarning }: RecordOptions,
): Promise<Session> {
  return openSession({
    settings,
    command: `capture record ${scenario.name}`,
    trigger: { kind: 'scenario', name: scenario.name, how: howOf(scenario, control) },
    dryRun: false,
    needs: 'venues',
    onWarning,
    signal,
    ...(clock === undefined ? {} : { clock }),
    ...(seed === undefined ? {} : { seed }),
  })
}

/** Runs a scenario in a session on tape, and writes beside the tape what it came to. */
export async function recordSession(options: RecordOptions, place: Place): Promise<RecordedSession> {
  const { scenario } = options
  const how = howOf(scenario, place.control)
  const session = await sessionAt(place, options)
  const { trading } = session
  const startedAtMs = trading.runtime.clock.nowMs()
  try {
    await scenario.run(await stageOf(options, place, session))
    const expected = await outcomeSince(trading.ledger, startedAtMs)
    const atRisk = trading.budget.spent()
    const directory = await closed(session)
    const text = { scenario: scenario.name, shows: scenario.shows, how, ...expected }
    writeFileSync(join(directory, EXPECTED_FILE), `${JSON.stringify(text, null, 2)}\n`)
    return { session: basename(directory), directory, how, atRisk, expected }
  } finally {
    await session[Symbol.asyncDispose]()
  }
}

function howOf({ sandbox, real }: Scenario, control: SandboxControl | null): string {
  if (control !== null) return sandbox.how
  return real.kind === 'how' ? real.how : real.why
}

/** The tape is whole once the session is closed. */
async function closed(session: Session): Promise<string> {
  await session[Symbol.asyncDispose]()
  if (session.tapeDirectory === null) throw new Error('a scenario was run without a tape')
  return session.tapeDirectory
}

async function stageOf({ agree, signal }: RecordOptions, place: Place, session: Session): Promise<Stage> {
  const { observe, limits } = session.trading
  const market = await observe.market(place.market, signal)
  const book = await bookOf(session, market, signal)
  return {
    session,
    market,
    book,
    size: place.size ?? smallest(market, book, limits.minNotional),
    control: place.control,
    signal,
    agree: (plan) => agree(session, plan),
  }
}

/** A market that has closed has no book to read. */
async function bookOf({ trading }: Session, market: Market, signal: AbortSignal): Promise<OrderBook> {
  if (market.status === 'open') return trading.observe.book(market, signal)
  return { market: market.id, bids: [], asks: [], capturedAtMs: trading.runtime.clock.nowMs() }
}

// Of a market without a book, whose orders are priced in the middle.
const middle = parsePrice('0.5')

/** As few whole contracts as the market takes, and as the limits do not find too small. */
function smallest(market: Market, { bids, asks }: OrderBook, least: Money): Quantity {
  const { quantityStep, minimumQuantity } = market
  const price = bids[0]?.price ?? asks[0]?.price ?? middle
  const worthwhile = addQuantity(affordableQuantity(least, price, quantityStep), quantityStep)
  return wholeContracts(maxQuantity(minimumQuantity ?? quantityStep, worthwhile))
}
