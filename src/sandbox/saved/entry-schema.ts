import * as v from 'valibot'
import { AmountError, parseQuotedPrice, parseRate } from '../../domain/amounts.ts'
import { feeCategories, kalshiGrids, polymarketTicks } from '../catalogue/draft.ts'
import type { ListedEntry, ListedMarket } from '../listing/entry.ts'
import { time, wholeNumber } from './parts.ts'

/** Events and markets that were listed while the sandbox ran. */

const text = v.string()
/** A decimal number in a string. */
const decimal = v.pipe(text, v.regex(/^-?\d+(?:\.\d+)?$/, 'expected a number in a string'))
const factor = v.pipe(text, v.check(isReadBy(parseRate), 'expected a rate in a string'))
const scalarPayout = v.pipe(text, v.check(isReadBy(parseQuotedPrice), 'expected 0 to 1 dollar in a string'))
/** Of a dollar. */
const basisPoints = v.pipe(
  v.number(),
  v.safeInteger('expected a whole number'),
  v.minValue(-10_000, 'expected a dollar at most'),
  v.maxValue(10_000, 'expected a dollar at most'),
)
const chance = v.pipe(basisPoints, v.minValue(0, 'expected 0 or more'))

function isReadBy(parse: (written: string) => unknown): (written: string) => boolean {
  return (written) => {
    try {
      parse(written)
      return true
    } catch (error) {
      if (error instanceof AmountError) return false
      throw error
    }
  }
}

const life = v.object({ openMs: time, closeMs: time, determineMs: time, settleMs: time, paused: v.boolean() })

const strike = v.variant('type', [
  v.object({ type: v.picklist(['greater', 'greater_or_equal']), floor: decimal }),
  v.object({ type: v.picklist(['less', 'less_or_equal']), cap: decimal }),
  v.object({ type: v.literal('between'), floor: decimal, cap: decimal }),
  v.object({ type: v.picklist(['custom', 'structured']), custom: v.record(text, text) }),
])

const market = v.object({
  key: text,
  title: text,
  label: text,
  span: v.tuple([chance, chance]),
  life: v.exactOptional(life),
  quote: v.exactOptional(
    v.object({
      shift: v.exactOptional(basisPoints),
      spread: v.exactOptional(basisPoints),
      levels: v.exactOptional(wholeNumber),
    }),
  ),
  claim: text,
  strike: v.exactOptional(strike),
  rules: v.exactOptional(text),
  outcomes: v.exactOptional(v.tuple([text, text])),
  legs: v.exactOptional(v.array(v.object({ eventTicker: text, marketTicker: text, side: v.picklist(['yes', 'no']) }))),
  sports: v.exactOptional(v.object({ type: text, line: v.exactOptional(text) })),
}) satisfies v.GenericSchema<unknown, ListedMarket>

const common = {
  title: text,
  category: text,
  draw: text,
  life,
  sources: v.array(v.object({ name: text, url: text })),
}

export const entrySchema = v.variant('venue', [
  v.object({
    venue: v.literal('kalshi'),
    ticker: text,
    ...common,
    series: v.object({ ticker: text, title: text, frequency: text }),
    subTitle: text,
    exclusive: v.boolean(),
    shard: v.exactOptional(wholeNumber),
    grid: v.picklist(kalshiGrids),
    feeType: v.exactOptional(v.picklist(['quadratic', 'quadratic_with_maker_fees', 'quadratic_with_combo_maker_fees'])),
    feeMultiplier: v.exactOptional(factor),
    secondary: text,
    scalarPayout: v.exactOptional(scalarPayout),
    collection: v.exactOptional(text),
    markets: v.array(market),
  }),
  v.object({
    venue: v.literal('polymarket'),
    slug: text,
    ...common,
    negRisk: v.boolean(),
    tick: v.picklist(polymarketTicks),
    protocol: v.exactOptional(v.picklist(['v1', 'v1_with_position_ids', 'v2'])),
    fees: v.picklist(feeCategories),
    tags: v.array(text),
    endMs: time,
    game: v.exactOptional(v.object({ startMs: time, secondsDelay: wholeNumber })),
    markets: v.array(market),
  }),
]) satisfies v.GenericSchema<unknown, ListedEntry>
