import { parseRate, type Rate } from '../../domain/amounts.ts'
import type { FeeSchedule } from '../../domain/fees.ts'
import type { WireEvent, WireMarket, WireSeries } from './wire.ts'

const TAKER_RATE = parseRate('0.07')

/** What a maker pays in place of the taker's rate, by fee type. Source: Kalshi fee schedule, read 2026-10. */
const makerRates: Readonly<Record<string, Rate>> = {
  quadratic: parseRate('0'),
  quadratic_with_maker_fees: parseRate('0.0175'),
  quadratic_with_combo_maker_fees: parseRate('0.035'),
}

/**
 * The fee schedule of a market: the event's override beats the series, member by member. `flat`, unknown types and
 * multipliers that are missing or cannot be read are called unknown. A multiplier of zero is no free market: the change
 * of the balance is rounded all the same. A waiver is kept, but how it works is not established: limits do not rely on it.
 */
export function feeSchedule(
  market: Pick<WireMarket, 'fee_waiver_expiration_time'>,
  event: Pick<WireEvent, 'fee_type_override' | 'fee_multiplier_override' | 'series_ticker'> | null,
  series: WireSeries | null,
): FeeSchedule {
  const type = event?.fee_type_override ?? series?.fee_type ?? null
  const multiplier = event?.fee_multiplier_override ?? series?.fee_multiplier ?? null
  if (type === null || multiplier === null) {
    return { kind: 'unknown', reason: 'Kalshi did not tell the fee type of the series' }
  }
  if (multiplier === 'unreadable') return { kind: 'unknown', reason: "Kalshi's fee multiplier could not be read" }
  const makerRate = Object.hasOwn(makerRates, type) ? makerRates[type] : undefined
  if (makerRate === undefined) return { kind: 'unknown', reason: `Kalshi's fee type ${type} cannot be computed` }
  return {
    kind: 'quadratic',
    takerRate: TAKER_RATE,
    makerRate,
    multiplier,
    exponent: 1,
    rounding: 'balance',
    waivedUntil: market.fee_waiver_expiration_time,
    series: series?.ticker ?? event?.series_ticker ?? null,
  }
}
