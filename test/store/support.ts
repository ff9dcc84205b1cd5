import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Money,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Price,
  type Quantity,
} from '../../src/domain/amounts.ts'
import type { Fill } from '../../src/domain/fill.ts'
import type { MarketId } from '../../src/domain/market.ts'
import type { OrderIntent, OrderReport } from '../../src/domain/order.ts'
import type { Netting } from '../../src/domain/position.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import type { JournalEvent } from '../../src/store/events.ts'
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

export function ledgerOptions(dataDir: string, more: Partial<LedgerOptions> = {}): LedgerOptions & { warnings: string[] } {
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

export function aReport(more: Partial<OrderReport> = {}): OrderReport {
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

export function aFill(id: string, more: Partial<Fill> = {}): Fill {
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
