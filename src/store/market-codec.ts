import * as v from 'valibot'
import { type Market, marketStatuses } from '../domain/market.ts'
import { marketId, money, optionalText, outcome, price, quantity, rate, venue, wholeNumber } from './amount-schema.ts'

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
  fees: v.variant('kind', [
    v.object({ kind: v.literal('free') }),
    v.object({
      kind: v.literal('quadratic'),
      takerRate: rate,
      makerRate: rate,
      exponent: wholeNumber,
      quantum: money,
    }),
    v.object({ kind: v.literal('unknown'), reason: v.string() }),
  ]),
  routing: v.record(v.string(), v.string()),
}) satisfies v.GenericSchema<unknown, Market>
