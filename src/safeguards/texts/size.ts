import { formatAmount, type Money, type Quantity } from '../../domain/amounts.ts'
import type { OrderIntent } from '../../domain/order.ts'
import { at, dollars, either } from '../wording.ts'
import { denialText } from './denial-text.ts'

const sized = (quantity: Quantity | null): string | null =>
  quantity === null || quantity <= 0n ? null : `--quantity ${formatAmount(quantity)}`

/** Why an order is as big as it is: a buy costs, a sale brings in, a sale of what is not held ties up. */
function bigness(intent: OrderIntent, notional: Money, tiesUp: boolean): string {
  const verb = tiesUp ? 'ties up' : intent.side === 'buy' ? 'costs' : 'sells for'
  return `${at(intent.quantity, intent.price)} ${verb} ${dollars(notional)}`
}

interface NotionalFacts {
  readonly intent: OrderIntent
  readonly notional: Money
  readonly tiesUp: boolean
  readonly limit: Money
  /** The nearest quantity that passes, if there is one. */
  readonly passing: Quantity | null
}

export const sizeTexts = {
  QUANTITY_NOT_POSITIVE: denialText(
    'The quantity is more than zero.',
    ({ quantity }: { readonly quantity: Quantity }) => ({
      message: `a quantity of ${formatAmount(quantity)} buys or sells nothing.`,
      value: formatAmount(quantity),
      limit: '0',
      suggestion: '--quantity with a number above 0',
    }),
  ),
  QUANTITY_OFF_STEP: denialText(
    'The quantity is a whole multiple of the market’s step.',
    (facts: {
      readonly quantity: Quantity
      readonly step: Quantity
      readonly below: Quantity
      readonly above: Quantity
    }) => ({
      message: `${formatAmount(facts.quantity)} is not a whole multiple of ${formatAmount(facts.step)} contracts.`,
      value: formatAmount(facts.quantity),
      limit: formatAmount(facts.step),
      suggestion: either(sized(facts.below), sized(facts.above)),
    }),
  ),
  QUANTITY_BELOW_MINIMUM: denialText(
    'The quantity is at least the market’s minimum.',
    ({ quantity, minimum }: { readonly quantity: Quantity; readonly minimum: Quantity }) => ({
      message: `${formatAmount(quantity)} is fewer than the ${formatAmount(minimum)} contracts that the market asks for.`,
      value: formatAmount(quantity),
      limit: formatAmount(minimum),
      suggestion: `--quantity ${formatAmount(minimum)}`,
    }),
  ),
  NOTIONAL_BELOW_MIN: denialText('An order is worth at least limits.minNotional.', (facts: NotionalFacts) => ({
    message: `${bigness(facts.intent, facts.notional, facts.tiesUp)}; the minimum order is ${dollars(facts.limit)}.`,
    value: formatAmount(facts.notional),
    limit: formatAmount(facts.limit),
    suggestion: either(sized(facts.passing), 'lower limits.minNotional'),
  })),
  NOTIONAL_ABOVE_MAX: denialText(
    'An order is worth, and ties up, at most limits.maxNotional. Unwinds are exempt.',
    (facts: NotionalFacts) => ({
      message: `${bigness(facts.intent, facts.notional, facts.tiesUp)}; the maximum order is ${dollars(facts.limit)}.`,
      value: formatAmount(facts.notional),
      limit: formatAmount(facts.limit),
      suggestion: either(sized(facts.passing), 'raise limits.maxNotional'),
    }),
  ),
  SELL_BEYOND_HELD: denialText(
    'Where both outcomes are held apart, a sale is covered by what is held and not already on sale.',
    ({ intent, free }: { readonly intent: OrderIntent; readonly free: Quantity }) => ({
      message: `${formatAmount(intent.quantity)} ${intent.outcome.toUpperCase()} are to be sold, and ${formatAmount(free)} are held and not already on sale.`,
      value: formatAmount(intent.quantity),
      limit: formatAmount(free),
      suggestion: either(sized(free), 'crosstape positions reconcile, if you hold more than this journal knows'),
    }),
  ),
}
