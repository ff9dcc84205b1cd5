import * as v from 'valibot'
import { type Rate, SCALE } from '../../domain/amounts.ts'
import type { FeeSchedule } from '../../domain/fees.ts'
import { integer, looseAmounts, maybe } from '../decode.ts'

const { rate } = looseAmounts

const FREE_RATE = 0n as Rate
/** Rates are told as they are. */
const ONCE = SCALE as Rate
/** More than any published schedule has; keeps the arithmetic small. */
const LARGEST_EXPONENT = 4

/** The order service's fee description (`fd`). */
export const clobFeeSchema = v.object({ r: rate, e: integer, to: maybe(v.boolean()) })
/** The catalogue's fee description. */
export const gammaFeeSchema = v.object({ rate, exponent: integer, takerOnly: maybe(v.boolean()) })

interface FeeTerms {
  readonly rate: Rate
  readonly exponent: number
  readonly takerOnly: boolean
}

/**
 * The schedule of a market: rate times shares times (p(1-p))^exponent dollars, paid by takers. `none` is a market that the
 * venue says has no fee. The legacy fields `base_fee`, `takerBaseFee` and `tbf` say nothing about fees and are not read.
 * Source: Polymarket fee documentation, read 2026-09-30.
 */
function feeSchedule(terms: FeeTerms | 'none' | 'unstated'): FeeSchedule {
  if (terms === 'none') return { kind: 'free' }
  if (terms === 'unstated') return { kind: 'unknown', reason: 'the venue does not say how high its fees are' }
  if (terms.rate === 0n) return { kind: 'free' }
  if (terms.exponent < 0 || terms.exponent > LARGEST_EXPONENT) {
    return { kind: 'unknown', reason: `the fee has an exponent of ${terms.exponent}` }
  }
  return {
    kind: 'quadratic',
    takerRate: terms.rate,
    makerRate: terms.takerOnly ? FREE_RATE : terms.rate,
    multiplier: ONCE,
    exponent: terms.exponent,
    rounding: 'five_decimals',
    waivedUntil: null,
    series: null,
  }
}

/** From `GET /clob-markets/{condition}`: an absent `fd` means free. */
export function clobFees(fd: v.InferOutput<typeof clobFeeSchema> | null): FeeSchedule {
  return feeSchedule(fd === null ? 'none' : { rate: fd.r, exponent: fd.e, takerOnly: fd.to ?? true })
}

/** From a catalogue row, whose `feesEnabled` decides. */
export function gammaFees(row: {
  readonly feesEnabled: boolean | null
  readonly feeSchedule: v.InferOutput<typeof gammaFeeSchema> | null
}): FeeSchedule {
  if (row.feesEnabled === false) return feeSchedule('none')
  if (row.feeSchedule === null) return feeSchedule('unstated')
  const { rate: takerRate, exponent, takerOnly } = row.feeSchedule
  return feeSchedule({ rate: takerRate, exponent, takerOnly: takerOnly ?? true })
}
