import { pathToFileURL } from 'node:url'
import { KalshiMeter } from '../src/clients/kalshi/rates.ts'
import { PolymarketMeter, polymarketBudget } from '../src/clients/polymarket/rates.ts'
import { RateBudgets } from '../src/clients/rates/budgets.ts'
import type { AttemptEnd } from '../src/clients/rates/charge.ts'
import type { Meter, MeteredCall } from '../src/clients/rates/meter.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { seededRandom } from '../src/runtime/random.ts'
import { median } from './ratio.ts'

/** Fewer than the least burst that a venue takes: what is measured is the counting, not the waiting. */
const CALLS = 10
const ROUNDS = 20_000
const answered: AttemptEnd = { kind: 'answered', status: 201, headers: {}, text: '' }

/** Microseconds that the venue's budget adds to one order: what it costs, leave to go, and its end. */
export function benchRates(): readonly { readonly name: string; readonly microseconds: number }[] {
  const kalshiOrder: MeteredCall = { method: 'POST', path: '/portfolio/events/orders', isPrivate: true }
  const polymarketOrder: MeteredCall = { method: 'POST', path: '/order', isPrivate: true }
  return [
    { name: 'Kalshi', microseconds: medianOf(kalshiMeter, kalshiOrder) },
    { name: 'Polymarket', microseconds: medianOf(polymarketMeter, polymarketOrder) },
  ]
}

function fresh(): RateBudgets {
  return new RateBudgets({ clock: systemClock, random: seededRandom('bench') })
}

function kalshiMeter(): Meter {
  return new KalshiMeter({ budgets: fresh(), baseUrl: 'http://kalshi/v2', keyId: 'key', onScarce: () => undefined })
}

function polymarketMeter(): Meter {
  return new PolymarketMeter(polymarketBudget(fresh(), 'http://clob'), 'clob', () => '0xabc')
}

function medianOf(make: () => Meter, call: MeteredCall): number {
  return median(Array.from({ length: ROUNDS }, () => round(make(), call)))
}

function round(meter: Meter, call: MeteredCall): number {
  const from = systemClock.monotonicMs()
  for (let i = 0; i < CALLS; i++) {
    const admission = meter.admit(call)
    if (admission instanceof Promise || admission.kind !== 'admitted') throw new Error('the budget is spent')
    meter.settle(call, admission.permit, answered)
  }
  return ((systemClock.monotonicMs() - from) * 1_000) / CALLS
}

export function printRates(): void {
  for (const { name, microseconds } of benchRates()) {
    console.log(`${microseconds.toFixed(2).padStart(7)} us for the rate budget of one ${name} order`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) printRates()
