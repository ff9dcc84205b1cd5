import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import {
  type Money,
  type Price,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Quantity,
} from '../../src/domain/amounts.ts'
import type { Fill } from '../../src/domain/fill.ts'
import type { Netting } from '../../src/domain/holding.ts'
import { type MarketId, venueOf } from '../../src/domain/market.ts'
import { amendOutcomes, type OrderIntent, type OrderReport } from '../../src/domain/order.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import type { ArbTrade, JournalEvent } from '../../src/store/events.ts'
import type { LedgerOptions } from '../../src/store/open-ledger.ts'

export const noon = Date.parse('2026-11-20T12:00:00Z')

export function nettingOf(venue: string): Netting {
  return venue === 'kalshi' ? 'net' : 'per_outcome'
}

/** Runs with a fresh data directory, which is removed afterwards. */
export async function withDataDir<T>(work: (dataDir: string) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'crosstape-store-'))
  try {
    return await work(dataDir)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

export function ledgerOptions(
  dataDir: string,
  more: Partial<LedgerOptions> = {},
): LedgerOptions & { warnings: string[] } {
  const warnings: string[] = []
  return {
    dataDir,
    environment: 'sandbox',
    clock: new VirtualClock(noon),
    nettingOf,
    onWarning: (message) => warnings.push(message),
    warnings,
    ...more,
  }
}

export function price(text: string): Price {
  return parsePrice(text)
}

export function quantity(text: string): Quantity {
  return parseQuantity(text)
}

export function money(text: string): Money {
  return parseMoney(text)
}

export function anIntent(id: string, more: Partial<OrderIntent> = {}): OrderIntent {
  return {
    id,
    clientOrderId: `client-${id}`,
    market: 'kalshi:FED-26DEC',
    outcome: 'yes',
    side: 'buy',
    quantity: quantity('10'),
    price: price('0.45'),
    timeInForce: 'gtc',
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    purpose: { kind: 'manual' },
    createdAtMs: noon,
    ...more,
  }
}

export function submitted(id: string, more: Partial<OrderIntent> = {}): JournalEvent {
  return { type: 'order.submitted', intent: anIntent(id, more), venueOrderId: null }
}

function aReport(more: Partial<OrderReport> = {}): OrderReport {
  return {
    venueOrderId: 'v-1',
    clientOrderId: null,
    status: 'resting',
    filledQuantity: quantity('0'),
    remainingQuantity: null,
    averagePrice: null,
    fees: null,
    provisional: false,
    ...more,
  }
}

export function reported(orderId: string, more: Partial<OrderReport> = {}): JournalEvent {
  return { type: 'order.reported', orderId, source: 'poll', report: aReport({ venueOrderId: `v-${orderId}`, ...more }) }
}

function aFill(id: string, more: Partial<Fill> = {}): Fill {
  const market: MarketId = more.market ?? 'kalshi:FED-26DEC'
  return {
    id,
    venue: market.startsWith('kalshi') ? 'kalshi' : 'polymarket',
    market,
    venueOrderId: 'v-1',
    outcome: 'yes',
    side: 'buy',
    quantity: quantity('10'),
    price: price('0.45'),
    fee: money('0.18'),
    liquidity: 'taker',
    finality: 'final',
    time: '2026-11-20T12:00:00Z',
    ...more,
  }
}

export function booked(orderId: string, fillId: string, more: Partial<Fill> = {}): JournalEvent {
  return { type: 'fill.booked', orderId, fill: aFill(fillId, more) }
}

/** An order from submission to its end: three events. */
export function filledOrder(id: string): readonly JournalEvent[] {
  return [
    submitted(id),
    reported(id, { status: 'filled', filledQuantity: quantity('10') }),
    booked(id, `f-${id}`, { venueOrderId: `v-${id}` }),
  ]
}

/** What random events are made from: few orders and fills, so that they meet often. */
interface Step {
  readonly kind: number
  readonly order: number
  readonly fill: number
  readonly amount: number
}

export const anyStep: fc.Arbitrary<Step> = fc.record({
  kind: fc.nat(18),
  order: fc.nat(5),
  fill: fc.nat(3),
  amount: fc.integer({ min: 1, max: 10 }),
})

const markets: readonly MarketId[] = ['kalshi:FED-26DEC', 'polymarket:fed-cut', 'kalshi:CPI-26NOV']

/** A history that could be in a journal: every event speaks of an order that has been begun, and of each only once. */
export function historyOf(steps: readonly Step[]): readonly JournalEvent[] {
  const begun = new Set<string>()
  return steps.flatMap((step): readonly JournalEvent[] => {
    const id = `o-${step.order}a${step.order}`
    const market = markets[step.order % markets.length] ?? 'kalshi:FED-26DEC'
    const outcome = step.order % 2 === 0 ? 'yes' : 'no'
    if (!begun.has(id)) {
      begun.add(id)
      const side = step.amount > 7 ? 'sell' : 'buy'
      return [submitted(id, { market, outcome, side })]
    }
    return [eventOn(id, market, outcome, step)]
  })
}

function eventOn(id: string, market: MarketId, outcome: 'yes' | 'no', { kind, fill, amount }: Step): JournalEvent {
  const some = quantity(String(amount))
  const finality = (['final', 'provisional', 'failed'] as const)[amount % 3] ?? 'final'
  const theFill = aFill(`f-${fill}`, {
    market,
    outcome,
    quantity: some,
    finality,
    side: kind % 2 === 0 ? 'buy' : 'sell',
  })
  switch (kind) {
    case 0:
      return reported(id, { status: 'resting', filledQuantity: quantity('0') })
    case 1:
      return reported(id, { status: 'partially_filled', filledQuantity: some, provisional: amount > 5 })
    case 2:
      return reported(id, { status: 'filled', filledQuantity: quantity('10') })
    case 3:
      return reported(id, { status: 'cancelled', filledQuantity: quantity('0') })
    case 4:
      return { type: 'order.rejected', orderId: id, code: 'NO', reason: 'refused' }
    case 5:
      return { type: 'order.unknown', orderId: id, code: 'TIMEOUT', reason: 'no answer' }
    case 6:
    case 7:
    case 8:
      return { type: 'fill.booked', orderId: id, fill: theFill }
    case 9:
      return { type: 'fill.settled', orderId: id, fill: theFill }
    case 16:
      return { type: 'amend.requested', orderId: id, price: price('0.55'), quantity: some }
    case 17:
      return { type: 'amend.answered', orderId: id, outcome: amendOutcomes[fill] ?? 'amended', message: null }
    case 10:
      return { type: 'trade.updated', trade: aTrade(`t-${fill}`, { status: amount > 5 ? 'balanced' : 'open' }) }
    case 11: {
      const rulesOut = amount > 5 ? (['under_way', 'no_order'] as const) : []
      return { type: 'order.evidence', orderId: id, finding: 'shown', evidence: 'it is there', rulesOut }
    }
    case 12:
      return { type: 'order.resent', orderId: id }
    case 13:
      return { type: 'cash.agreed', venue: venueOf(market), balance: money(String(amount)) }
    case 14:
      return { type: 'cash.claimed', venue: venueOf(market), amount: money(String(-amount)) }
    case 15: {
      const venue = venueOf(market)
      const holdings = [{ market, outcome, quantity: some }]
      return { type: 'order.ignored', order: { venue, venueOrderId: `x-${fill}`, shown: String(amount), holdings } }
    }
    default:
      return {
        type: 'breaker.changed',
        breaker: 'kalshi',
        memory: { state: 'closed', consecutiveFailures: amount, sinceMs: null },
      }
  }
}

export function aTrade(id: string, more: Partial<ArbTrade> = {}): ArbTrade {
  return {
    id,
    status: 'open',
    legs: [{ orderId: 'o-1', market: 'kalshi:FED-26DEC', filledQuantity: null }],
    unwindOrderIds: [],
    edgeExpected: '0.03',
    edgeRealized: null,
    imbalance: null,
    fees: null,
    ...more,
  }
}
