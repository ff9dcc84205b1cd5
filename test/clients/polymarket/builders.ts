import { decodeWith } from '../../../src/clients/decode.ts'
import type { HttpReply } from '../../../src/clients/http/request.ts'
import { parseJson } from '../../../src/clients/json.ts'
import {
  buildMarket,
  type ClobWord,
  clobMarketSchema,
  decodeGammaMarket,
} from '../../../src/clients/polymarket/market-decode.ts'
import { parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import type { Market } from '../../../src/domain/market.ts'
import type { ApprovedOrder, Order, OrderIntent } from '../../../src/domain/order.ts'
import { submittedOrder } from '../../../src/domain/order-machine.ts'

/** 2026-11-20T12:00:00Z */
export const NOW_MS = Date.UTC(2026, 10, 20, 12)
export const CONDITION = `0x${'5d'.repeat(32)}`
export const YES_TOKEN = '71321045679252212594626385532706912750332728571942532289631379312455583992563'
export const NO_TOKEN = '52114319501245915516055106046884209969926127482827954674443846427813813222426'
/** The first account of a well-known test mnemonic: never funded. */
export const TEST_KEY = `0x${'ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80'}`
export const TEST_ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'

/** A catalogue row as the service sends it. */
export function aRow(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    id: '5308512',
    version: 'v1',
    question: 'Fed cuts rates in December?',
    conditionId: CONDITION,
    slug: 'fed-cuts-december',
    resolutionSource: 'https://www.federalreserve.gov',
    startDate: '2026-10-04T23:08:46.486981Z',
    endDate: '2026-12-10T23:15:00Z',
    acceptingOrdersTimestamp: '2026-10-04T23:07:16Z',
    description: 'Resolves to Yes if the upper bound is lowered.',
    outcomes: '["Yes", "No"]',
    outcomePrices: '["0.455", "0.545"]',
    clobTokenIds: JSON.stringify([YES_TOKEN, NO_TOKEN]),
    active: true,
    closed: false,
    archived: false,
    enableOrderBook: true,
    acceptingOrders: true,
    orderPriceMinTickSize: 0.01,
    orderMinSize: 5,
    negRisk: false,
    umaResolutionStatuses: '[]',
    bestBid: 0.45,
    bestAsk: 0.46,
    lastTradePrice: 0.45,
    feesEnabled: true,
    feeSchedule: { exponent: 1, rate: 0.05, takerOnly: true, rebateRate: 0.25 },
    volume: '1234.567891234',
    events: [{ id: '99', slug: 'fed-decision-december', title: 'Fed decision' }],
    ...changes,
  }
}

/** What the order service says of the same market. */
export function aClobMarket(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    t: [
      { t: YES_TOKEN, o: 'Yes' },
      { t: NO_TOKEN, o: 'No' },
    ],
    c: CONDITION,
    mos: 5,
    mts: 0.01,
    mbf: 1000,
    tbf: 1000,
    ao: true,
    fd: { r: 0.05, e: 1, to: true },
    v: 'v1',
    ...changes,
  }
}

/** Through JSON text, as from the network, so that no number becomes a double. */
export function asParsed(value: unknown): unknown {
  return parseJson(JSON.stringify(value))
}

export function marketFrom(
  row: Readonly<Record<string, unknown>> = aRow(),
  clob: Readonly<Record<string, unknown>> | 'not_asked' | 'absent' = aClobMarket(),
): Market {
  const word: ClobWord = typeof clob === 'string' ? clob : decodeWith(clobMarketSchema, asParsed(clob), 'clob market')
  const market = buildMarket(decodeGammaMarket(asParsed(row), 'row'), word, NOW_MS)
  if (market === null) throw new Error('no market')
  return market
}

export function anIntent(changes: Partial<OrderIntent> = {}): OrderIntent {
  return {
    id: 'o-3f2a9c41d07b',
    clientOrderId: '0b8b0a7e-5b0e-4a53-9b52-1b1f3f0c9a11',
    market: 'polymarket:fed-cuts-december',
    outcome: 'yes',
    side: 'buy',
    quantity: parseQuantity('10'),
    price: parsePrice('0.45'),
    timeInForce: 'gtc',
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    purpose: { kind: 'manual' },
    createdAtMs: NOW_MS,
    ...changes,
  }
}

/** Stands in for the check pipeline, which these tests are not about. */
export function approve(intent: OrderIntent): ApprovedOrder {
  return { intent } as unknown as ApprovedOrder
}

export function anOrder(intent: OrderIntent, venueOrderId: string): Order {
  return submittedOrder(intent, venueOrderId, new Date(intent.createdAtMs).toISOString())
}

export function aReply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): HttpReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { status, headers, text, json: text === '' ? undefined : parseJson(text) }
}
