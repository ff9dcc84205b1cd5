import { expect } from 'chai'
import { parseMoney, parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import type { PlaceCommand, PlaceResult } from '../../../src/sandbox/commands.ts'
import { Exchange } from '../../../src/sandbox/exchange.ts'
import { encodeJson } from '../../../src/sandbox/json.ts'
import type { SandboxOrder } from '../../../src/sandbox/model.ts'
import { decodeState, newState } from '../../../src/sandbox/saved/saved.ts'
import type { ExchangeSnapshot } from '../../../src/sandbox/snapshot.ts'
import { type MarketSketch, originMs, smallCatalogue } from './small-catalogue.ts'

/** An exchange at `originMs` with accounts alice and bob on Kalshi, alice-poly and bob-poly on Polymarket. */
export function openExchange(sketches: readonly MarketSketch[], seed = 'seed', cash = '1000'): Exchange {
  const exchange = new Exchange({ catalogue: smallCatalogue(sketches), seed, nowMs: originMs })
  for (const account of ['alice', 'bob']) {
    for (const venue of ['kalshi', 'polymarket'] as const) {
      const pool = venue === 'kalshi' ? '0' : 'pusd'
      exchange.execute(
        {
          kind: 'open_account',
          account: venue === 'kalshi' ? account : `${account}-poly`,
          venue,
          unlimited: false,
          cash: { [pool]: parseMoney(cash) },
        },
        originMs,
      )
    }
  }
  return exchange
}

export type OrderSketch = Partial<Omit<PlaceCommand, 'kind' | 'ownPrice' | 'amount'>> & {
  readonly price: string
  readonly quantity?: string
  readonly budget?: string
}

export function placeCommand(sketch: OrderSketch): PlaceCommand {
  const { price, quantity, budget, ...rest } = sketch
  return {
    kind: 'place',
    account: 'alice',
    market: 'kalshi:A',
    orderId: null,
    clientOrderId: null,
    outcome: 'yes',
    side: 'buy',
    timeInForce: 'gtc',
    expiresAtMs: null,
    postOnly: false,
    reduceOnly: false,
    selfTrade: 'taker_at_cross',
    cancelOnPause: false,
    refuseUnmatched: false,
    delayMs: 0,
    doomed: false,
    ...rest,
    ownPrice: parsePrice(price),
    amount:
      budget === undefined
        ? { kind: 'quantity', quantity: parseQuantity(quantity ?? '1') }
        : { kind: 'budget', budget: parseMoney(budget) },
  }
}

export function place(exchange: Exchange, sketch: OrderSketch, nowMs = originMs): PlaceResult {
  return exchange.execute(placeCommand(sketch), nowMs) as PlaceResult
}

export function placed(exchange: Exchange, sketch: OrderSketch, nowMs = originMs): SandboxOrder {
  const result = place(exchange, sketch, nowMs)
  expect(result.kind, JSON.stringify(result.kind === 'refused' ? result : null)).to.equal('placed')
  return (result as Extract<PlaceResult, { kind: 'placed' }>).order
}

export function refusal(result: { readonly kind: string }): string {
  return 'reason' in result ? String(result.reason) : `not refused but ${result.kind}`
}

/** The state as it comes back from its file. */
export function throughFile(snapshot: ExchangeSnapshot): ExchangeSnapshot {
  const read = decodeState(encodeJson({ ...newState({ seed: 'seed', originMs }), snapshot }))
  if (read.snapshot === null) throw new Error('it was written')
  return read.snapshot
}
