import { addMoney, addQuantity, formatAmount, type Money, SCALE, ZERO_MONEY } from './amounts.ts'
import {
  type AccountStep,
  accountSteps,
  chargeOnBalance,
  FEE_REFUND,
  type FeeBasis,
  type FeeSchedule,
  predictFees,
  type Quadratic,
  worstTakerFee,
} from './fees.ts'
import type { Fill } from './fill.ts'

/** What an order was charged and what its market's schedule gives, in dollars over all of its fills so far. */
export interface FeeDrift {
  readonly charged: Money
  /** By the rule that comes nearest to what was charged. */
  readonly predicted: Money
  /** What limits counted with. A charge above it means that they do not hold in this series. */
  readonly worst: Money
  /** What the venue sets the fee for (Kalshi's series), or null. */
  readonly series: string | null
  /** The schedule in words. */
  readonly schedule: string
}

interface ChargedFill extends FeeBasis {
  readonly fee: Money
  readonly time: string
}

/** Fills of one moment in more than this number are not tried in every order. */
const ORDERED_AT_MOST = 7

/**
 * Holds what an order was charged against its market's schedule, as a whole: rounding is carried from fill to fill. Null
 * when the venue's published rules explain every fill to the last digit on either kind of account, with or without a
 * waiver; and when it cannot be judged, because a fill's fee or the schedule is not known.
 */
export function feeDrift(
  schedule: FeeSchedule,
  limit: Pick<FeeBasis, 'side' | 'price'>,
  fills: readonly Fill[],
): FeeDrift | null {
  if (schedule.kind === 'unknown') return null
  const charged = chargedFills(fills)
  if (charged === null || charged.length === 0) return null
  if (readingsOf(schedule, charged).some((reading) => explains(schedule, reading))) return null
  const total = addMoney(...charged.map(({ fee }) => fee))
  const sums = readingsOf(schedule, charged).map(({ account, fills: read }) =>
    addMoney(...(predictFees(schedule, read, account) ?? [])),
  )
  const quantity = addQuantity(...charged.map((fill) => fill.quantity))
  return {
    charged: total,
    predicted: sums.reduce((best, sum) => (distance(sum, total) < distance(best, total) ? sum : best)),
    worst: worstTakerFee(schedule, { side: limit.side, price: limit.price, quantity }) ?? ZERO_MONEY,
    series: schedule.kind === 'quadratic' ? schedule.series : null,
    schedule: describeSchedule(schedule),
  }
}

/** A fee that we computed ourselves proves nothing. In the order of their times. */
function chargedFills(fills: readonly Fill[]): readonly ChargedFill[] | null {
  const charged: ChargedFill[] = []
  for (const { side, price, quantity, liquidity, fee, feeSource, time, finality } of fills) {
    if (finality === 'failed') continue
    if (fee === null || liquidity === null || feeSource === 'schedule') return null
    charged.push({ side, price, quantity, liquidity, fee, time })
  }
  return charged.sort((a, b) => (momentOf(a) < momentOf(b) ? -1 : momentOf(a) > momentOf(b) ? 1 : 0))
}

/** Venues print UTC with up to nine decimals and cut zeros off, so that without the Z text sorts as time does. */
function momentOf({ time }: ChargedFill): string {
  return time.replace(/Z$/, '')
}

/** What the venue does not tell: how the account is rounded, and whether a waiver holds. */
interface Reading {
  readonly account: AccountStep
  readonly fills: readonly ChargedFill[]
}

function readingsOf(schedule: FeeSchedule, fills: readonly ChargedFill[]): readonly [Reading, ...Reading[]] {
  const plain: Reading = { account: 'direct', fills }
  if (schedule.kind !== 'quadratic' || schedule.rounding !== 'balance') return [plain]
  const brokered: Reading = { account: 'brokered', fills }
  if (schedule.waivedUntil === null) return [plain, brokered]
  const endMs = Date.parse(schedule.waivedUntil)
  const waived = fills.map((fill) => ({ ...fill, waived: Date.parse(fill.time) < endMs }))
  return [plain, brokered, { account: 'direct', fills: waived }, { account: 'brokered', fills: waived }]
}

function explains(schedule: FeeSchedule, { account, fills }: Reading): boolean {
  if (schedule.kind !== 'quadratic' || schedule.rounding !== 'balance') {
    const predicted = predictFees(schedule, fills) ?? []
    return fills.every(({ fee }, index) => fee === predicted[index])
  }
  let gathered: Money | null = ZERO_MONEY
  for (const together of byMoment(fills)) {
    gathered = gatheredAfter(schedule, together, accountSteps[account], gathered)
    if (gathered === null) return false
  }
  return true
}

function byMoment(fills: readonly ChargedFill[]): readonly (readonly ChargedFill[])[] {
  const groups = new Map<string, ChargedFill[]>()
  for (const fill of fills) groups.set(momentOf(fill), [...(groups.get(momentOf(fill)) ?? []), fill])
  return [...groups.values()]
}

/**
 * The rounding that has gathered once the fills of one moment were charged what they were, in some order: the venue lists
 * them in none that could be relied on. Null when no order explains it.
 */
function gatheredAfter(schedule: Quadratic, fills: readonly ChargedFill[], step: Money, gathered: Money): Money | null {
  if (fills.length === 0) return gathered
  if (fills.length > ORDERED_AT_MOST) return gatheredAfterMany(schedule, fills, step, gathered)
  for (const [index, fill] of fills.entries()) {
    const charge = chargeOnBalance(schedule, fill, step, gathered)
    if (charge.fee !== fill.fee) continue
    const rest = gatheredAfter(schedule, fills.toSpliced(index, 1), step, charge.gathered)
    if (rest !== null) return rest
  }
  return null
}

/** As above, for more fills than there is time to try: each must be what it costs alone, or a cent of refund less. */
function gatheredAfterMany(
  schedule: Quadratic,
  fills: readonly ChargedFill[],
  step: Money,
  before: Money,
): Money | null {
  let gathered: bigint = before
  for (const fill of fills) {
    const alone = chargeOnBalance(schedule, fill, step, ZERO_MONEY)
    const refund = alone.fee - fill.fee
    if (refund !== 0n && refund !== FEE_REFUND) return null
    gathered += alone.gathered - refund
  }
  return gathered < 0n ? null : (gathered as Money)
}

function distance(a: Money, b: Money): bigint {
  return a > b ? a - b : b - a
}

/** The schedule in words, for a person who compares it with the venue's page. */
export function describeSchedule(schedule: FeeSchedule): string {
  switch (schedule.kind) {
    case 'free':
      return 'no fee'
    case 'unknown':
      return `unknown: ${schedule.reason}`
    case 'quadratic': {
      const { takerRate, makerRate, multiplier, exponent, waivedUntil } = schedule
      const rates = `taker rate ${formatAmount(takerRate)}, maker rate ${formatAmount(makerRate)}`
      const times = multiplier === SCALE ? '' : `, times ${formatAmount(multiplier)}`
      const power = exponent === 1 ? '' : `, exponent ${exponent}`
      return `${rates}${times}${power}${waivedUntil === null ? '' : `, waived until ${waivedUntil}`}`
    }
  }
}
