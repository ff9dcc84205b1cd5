import { formatAmount, formatPercent, type Price, type Rate } from '../../domain/amounts.ts'
import type { OrderIntent } from '../../domain/order.ts'
import type { Side } from '../../domain/side.ts'
import { dollars, duration } from '../wording.ts'
import { denialText } from './denial-text.ts'

const opposite = (side: Side): string => (side === 'buy' ? 'ask' : 'bid')

export const bookTexts = {
  BOOK_UNKNOWN: denialText(
    'The order book of an open market was read: a price that cannot be judged is not sent.',
    ({ market }: { readonly market: string }) => ({
      message: `the order book of ${market} is not known, so the price cannot be checked.`,
      suggestion: `crosstape markets show ${market}`,
    }),
  ),
  BOOK_STALE: denialText(
    'The order book is not older than limits.maxBookAgeMs, nor from the future.',
    ({ ageMs, maxMs }: { readonly ageMs: number; readonly maxMs: number }) => ({
      message:
        ageMs < 0
          ? `the order book is dated ${duration(-ageMs)} ahead of this machine's clock.`
          : `the order book is ${duration(ageMs)} old; at most ${duration(maxMs)} is allowed.`,
      value: String(ageMs),
      limit: String(maxMs),
      suggestion:
        ageMs < 0 ? 'Set the clock of this machine.' : 'Ask again for a fresh book, or raise limits.maxBookAgeMs.',
    }),
  ),
  BOOK_CROSSED: denialText(
    'The best bid is below the best ask.',
    ({ bid, ask }: { readonly bid: Price; readonly ask: Price }) => ({
      message: `the order book cannot be right: its best bid ${dollars(bid)} is not below its best ask ${dollars(ask)}.`,
      value: formatAmount(bid),
      limit: formatAmount(ask),
      suggestion: 'Ask again in a moment.',
    }),
  ),
  NO_LIQUIDITY: denialText(
    'An immediate order (ioc, fok) meets at least one opposite level, against which its price is checked.',
    (intent: OrderIntent) => ({
      message: `there is no ${opposite(intent.side)} for ${intent.outcome.toUpperCase()}, so an immediate order cannot fill and its price cannot be checked.`,
      value: intent.timeInForce,
      suggestion: '--tif gtc rests in the book until it fills or you cancel it.',
    }),
  ),
  SLIPPAGE_ABOVE_MAX: denialText(
    'The limit is at most limits.maxSlippage worse than the best opposite price.',
    (facts: {
      readonly intent: OrderIntent
      readonly best: Price
      readonly maxSlippage: Rate
      /** The worst price on the ladder that passes. */
      readonly passing: Price | null
    }) => ({
      message: `a limit of ${dollars(facts.intent.price)} is more than ${formatPercent(facts.maxSlippage)} worse than the best ${opposite(facts.intent.side)}, ${dollars(facts.best)}.`,
      value: formatAmount(facts.intent.price),
      limit: facts.passing === null ? null : formatAmount(facts.passing),
      suggestion: `${facts.passing === null ? '' : `--price ${formatAmount(facts.passing)}, or `}raise limits.maxSlippage.`,
    }),
  ),
}
