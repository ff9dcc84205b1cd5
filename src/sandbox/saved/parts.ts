import * as v from 'valibot'
import type { Money, Price, Quantity, Rate } from '../../domain/amounts.ts'
import { PAR } from '../../domain/amounts.ts'
import { type MarketId, outcomes, parseMarketId, venueIds } from '../../domain/market.ts'
import type { KalshiFeeType, Schedule } from '../model.ts'
import { isClockTime, isDuration, isTime } from '../times.ts'

/** What the sandbox's files have in common. Members that this version does not know are passed over; the rest is exact. */

/** More digits than any sum of what the venues take. */
const WHOLE = /^(?:0|-?[1-9]\d{0,99})$/

/** A bigint as `encodeJson` writes it. */
function millionths<T extends bigint>(expected: string, fits: (value: bigint) => boolean) {
  return v.pipe(
    v.unknown(),
    v.rawTransform<unknown, T>(({ dataset, addIssue, NEVER }) => {
      const value = exactOf(dataset.value)
      if (value !== null && fits(value)) return value as T
      addIssue({ message: `expected ${expected}` })
      return NEVER
    }),
  )
}

function exactOf(written: unknown): bigint | null {
  if (typeof written !== 'object' || written === null || !('$' in written)) return null
  return typeof written.$ === 'string' && WHOLE.test(written.$) ? BigInt(written.$) : null
}

/** An order's limit and what it trades at: strictly between 0 and 1 dollar. */
export const price = millionths<Price>('a price between 0 and 1 dollar', (value) => value > 0n && value < PAR)
/** What a contract pays and where a grid ends: 0 and 1 dollar too. */
export const payout = millionths<Price>('a price from 0 to 1 dollar', (value) => value >= 0n && value <= PAR)
export const quantity = millionths<Quantity>('contracts, zero or more', (value) => value >= 0n)
/** Below zero once an execution failed that was built upon. */
export const signedQuantity = millionths<Quantity>('contracts', () => true)
export const money = millionths<Money>('an amount of dollars', () => true)
export const rate = millionths<Rate>('a rate, zero or more', (value) => value >= 0n)

/** Unix ms. */
export const time = v.custom<number>(isTime, 'expected a time in Unix ms')
/** Unix ms of a moment that has been. */
export const clockTime = v.custom<number>(isClockTime, 'expected a time of the clock in Unix ms')
export const duration = v.custom<number>(isDuration, 'expected milliseconds, zero or more')
/** Numbers in a row, and counts. */
export const wholeNumber = v.pipe(
  v.number(),
  v.safeInteger('expected a whole number'),
  v.minValue(0, 'expected 0 or more'),
)

export const venue = v.picklist(venueIds)
export const outcome = v.picklist(outcomes)
export const side = v.picklist(['buy', 'sell'])
export const timeInForce = v.picklist(['gtc', 'ioc', 'fok'])
export const selfTrade = v.picklist(['taker_at_cross', 'maker', 'allow'])

function isMarketId(value: unknown): value is MarketId {
  return typeof value === 'string' && parseMarketId(value) !== null
}

/** A market that is there. */
export const marketId = v.custom<MarketId>(isMarketId, 'expected a market such as kalshi:TICKER')
/** Something about each of some markets. */
export function byMarket<T>(schema: v.GenericSchema<unknown, T>) {
  return v.pipe(
    v.record(v.string(), schema),
    v.check((record) => Object.keys(record).every(isMarketId), 'expected names of markets'),
  )
}
/** A market as it was asked for: there may be none of that name. */
export const namedMarket = v.custom<MarketId>(
  (value) => typeof value === 'string' && venueIds.some((id) => value.startsWith(`${id}:`)),
  'expected a market such as kalshi:TICKER',
)

const feeTypes = [
  'quadratic',
  'quadratic_with_maker_fees',
  'quadratic_with_combo_maker_fees',
  'flat',
] as const satisfies readonly KalshiFeeType[]

/** A change of fees, but for its id. */
export const feeChange = {
  scope: v.picklist(['series', 'event']),
  ticker: v.string(),
  type: v.nullable(v.picklist(feeTypes)),
  multiplier: v.nullable(rate),
  atMs: time,
  secret: v.boolean(),
}

export const orderAmount = v.variant('kind', [
  v.object({ kind: v.literal('quantity'), quantity }),
  v.object({ kind: v.literal('budget'), budget: money }),
])

const ladder = v.array(
  v.pipe(
    v.object({ start: payout, end: payout, step: price }),
    v.check(({ start, end }) => start < end, 'expected a range of prices'),
  ),
)

export const grid = v.object({ name: v.string(), ladder })
export const texts = v.object({ yesLabel: v.exactOptional(v.string()), rules: v.exactOptional(v.string()) })

export const scheduleEntries = {
  createdMs: time,
  openMs: time,
  closeMs: time,
  determineMs: v.nullable(time),
  settleMs: v.nullable(time),
  yesPayout: v.nullable(payout),
  paused: v.boolean(),
}
export const schedule = v.object(scheduleEntries) satisfies v.GenericSchema<unknown, Schedule>
