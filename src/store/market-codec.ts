import * as v from 'valibot'
import { type FeeSchedule, feeRoundings } from '../domain/fees.ts'
import { type Market, marketStatuses } from '../domain/market.ts'
import { marketId, optionalText, outcome, price, quantity, rate, venue, wholeNumber } from './amount-schema.ts'

const fees = v.variant('kind', [
  v.object({ kind: v.literal('free') }),
  v.object({
    kind: v.literal('quadratic'),
    takerRate: rate,
    makerRate: rate,
    multiplier: rate,
    exponent: wholeNumber,
    rounding: v.picklist(feeRoundings),
    waivedUntil: optionalText,
    series: optionalText,
  }),
  v.object({ kind: v.literal('unknown'), reason: v.string() }),
]) satisfies v.GenericSchema<unknown, FeeSchedule>

/** A market as the catalogue keeps it: amounts as canonical decimal strings. */
export const marketSchema = v.object({
  id: marketId,
  venue,
  symbol: v.string(),
  aliases: v.array(v.string()),
  title: v.string(),
  yesLabel: v.string(),
  category: optionalText,
  eventId: optionalText,
  rules: v.string(),
  status: v.picklist(marketStatuses),
  untradableReason: optionalText,
  openTime: optionalText,
  closeTime: optionalText,
  ladder: v.array(v.object({ start: price, end: price, step: price })),
  minimumQuantity: v.nullable(quantity),
  quantityStep: quantity,
  bestBid: v.nullable(price),
  bestAsk: v.nullable(price),
  lastPrice: v.nullable(price),
  volume: v.nullable(quantity),
  volumeUnit: v.picklist(['contracts', 'dollars']),
  result: v.nullable(v.union([outcome, v.literal('scalar')])),
  fees,
  routing: v.record(v.string(), v.string()),
}) satisfies v.GenericSchema<unknown, Market>
