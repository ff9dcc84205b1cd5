import { divideRounded, type Money, parseMoney, parseRate, type Rate, SCALE } from '../../domain/amounts.ts'
import type { FeeSchedule } from '../../domain/fees.ts'
import type { WireEvent, WireSeries } from './wire.ts'

const TAKER_RATE = parseRate('0.07')

/** Share of the taker's rate that a maker pays, by fee type. Source: Kalshi fee schedule, read 2026-10. */
const makerRates: Readonly<Record<string, Rate>> = {
  quadratic: parseRate('0'),
  quadratic_with_maker_fees: parseRate('0.0175'),
  quadratic_with_combo_maker_fees: parseRate('0.035'),
}

/**
 * Kalshi rounds a fill's fee up to a millionth of a dollar, and then the change of the balance against the customer to
 * 0.0001 dollar (direct members). The account feels the coarser of the two, so that is what is predicted.
 */
const QUANTUM: Money = parseMoney('0.0001')

/**
 * The fee schedule of an event's markets: the event's override beats the series, member by member. `flat`, unknown types
 * and missing multipliers cannot be computed and are called unknown. A market's fee waiver is left out of account, since
 * how it works is not established: fees are then predicted too high, never too low.
 */
export function feeSchedule(event: WireEvent | null, series: WireSeries | null): FeeSchedule {
  const type = event?.fee_type_override ?? series?.fee_type ?? null
  const multiplier = event?.fee_multiplier_override ?? series?.fee_multiplier ?? null
  if (type === null || multiplier === null) {
    return { kind: 'unknown', reason: 'Kalshi did not tell the fee type of the series' }
  }
  const makerRate = Object.hasOwn(makerRates, type) ? makerRates[type] : undefined
  if (makerRate === undefined) return { kind: 'unknown', reason: `Kalshi's fee type ${type} cannot be computed` }
  if (multiplier === 0n) return { kind: 'free' }
  return {
    kind: 'quadratic',
    takerRate: times(TAKER_RATE, multiplier),
    makerRate: times(makerRate, multiplier),
    exponent: 1,
    quantum: QUANTUM,
  }
}

function times(rate: Rate, multiplier: Rate): Rate {
  return divideRounded(rate * multiplier, SCALE, 'up') as Rate
}
