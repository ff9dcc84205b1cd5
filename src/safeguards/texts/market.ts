import { formatAmount, type Price } from '../../domain/amounts.ts'
import type { Market, Outcome } from '../../domain/market.ts'
import type { TimeInForce } from '../../domain/order.ts'
import { dollars, either } from '../wording.ts'
import { denialText } from './denial-text.ts'

function standing(market: Market): string {
  const { openTime, closeTime } = market
  switch (market.status) {
    case 'unopened':
      return `has not opened and has no price yet; ${openTime === null ? 'the venue does not say when it opens' : `it opens at ${openTime}`}`
    case 'open':
      return 'is open'
    case 'paused':
      return 'is paused by the venue, which does not say until when'
    case 'closed':
      return closeTime === null ? 'has closed' : `has closed (closing time ${closeTime})`
    case 'determined':
      return 'has closed: its result is determined and not yet paid'
    case 'settled':
      return 'has closed and settled'
  }
}

function whenOpen(market: Market): string {
  if (market.status === 'paused') return `crosstape markets show ${market.id}`
  if (market.status !== 'unopened') return 'crosstape markets list --status open'
  const { openTime } = market
  return openTime === null ? `crosstape markets show ${market.id}` : `Place the order after ${openTime}.`
}

const priced = (price: Price | null): string | null => (price === null ? null : `--price ${formatAmount(price)}`)

export const marketTexts = {
  MARKET_NOT_OPEN: denialText('The market is open.', (market: Market) => ({
    message: `${market.id} ${standing(market)}.`,
    value: market.status,
    limit: 'open',
    suggestion: whenOpen(market),
  })),
  MARKET_UNTRADABLE: denialText(
    'The venue accepts orders in the market.',
    ({ market, reason }: { readonly market: Market; readonly reason: string }) => ({
      message: `${market.id} takes no orders: ${reason}.`,
      value: reason,
      suggestion: `crosstape markets show ${market.id}`,
    }),
  ),
  TIME_IN_FORCE_UNSUPPORTED: denialText(
    'The venue has the time in force.',
    (facts: { readonly venue: string; readonly timeInForce: TimeInForce; readonly has: readonly TimeInForce[] }) => ({
      message: `${facts.venue} has no ${facts.timeInForce} orders.`,
      value: facts.timeInForce,
      limit: facts.has.join(', '),
      suggestion: facts.has.map((known) => `--tif ${known}`).join(' or '),
    }),
  ),
  FLAG_UNSUPPORTED: denialText(
    'Post-only and reduce-only are asked for only where the venue and the time in force allow them.',
    ({ flag, reason }: { readonly flag: string; readonly reason: string }) => ({
      message: `${flag} cannot be used: ${reason}.`,
      value: flag,
      suggestion: `Leave out --${flag}.`,
    }),
  ),
  EXPIRY_INVALID: denialText(
    'A gtd order, and no other, has an expiry, and it lies in the future.',
    ({ expiresAt, reason }: { readonly expiresAt: string | null; readonly reason: string }) => ({
      message: `${reason}.`,
      value: expiresAt,
      suggestion: 'Give a gtd order a future expiry such as 2027-01-31T12:00:00Z, and other orders none.',
    }),
  ),
  PRICE_OUT_OF_BAND: denialText(
    'The price lies strictly between 0 and 1 dollar and inside the market’s ladder.',
    (facts: { readonly price: Price; readonly lowest: Price | null; readonly highest: Price | null }) => ({
      message: `a price of ${dollars(facts.price)} is outside what the market takes.`,
      value: formatAmount(facts.price),
      limit: [facts.lowest, facts.highest].map((end) => (end === null ? '?' : formatAmount(end))).join(' to '),
      suggestion: either(priced(facts.lowest), priced(facts.highest)) || 'Choose another market.',
    }),
  ),
  PRICE_OFF_TICK: denialText(
    'The price lies on the market’s own tick ladder. It is never rounded for you.',
    (facts: {
      readonly price: Price
      readonly outcome: Outcome
      readonly step: Price
      readonly below: Price | null
      readonly above: Price | null
    }) => ({
      message: `${dollars(facts.price)} is not a price of this market, which moves in steps of $${formatAmount(facts.step)} here.`,
      value: formatAmount(facts.price),
      limit: formatAmount(facts.step),
      suggestion: either(priced(facts.below), priced(facts.above)) || 'Choose another price.',
    }),
  ),
  FEE_UNKNOWN: denialText(
    'The fee can be computed before the order is sent.',
    ({ market, reason }: { readonly market: Market; readonly reason: string }) => ({
      message: `the fee in ${market.id} cannot be computed: ${reason}.`,
      value: null,
      suggestion: 'Trade this market on the venue’s own site, or choose another one.',
    }),
  ),
  FEE_DRIFT: denialText(
    'No order in the series was charged more than its schedule allows, since the last resume. Sales that only reduce, and unwinds, are exempt.',
    ({ series, orderId }: { readonly series: string; readonly orderId: string }) => ({
      message: `order ${orderId} in ${series} was charged more than the venue's fee schedule allows, so limits cannot be relied on there.`,
      value: orderId,
      suggestion: `crosstape trade status ${orderId} shows the charge; if you accept it: crosstape safeguards resume`,
    }),
  ),
  VENUE_RULE: denialText(
    'The order fits the venue’s own encoding rules (precision, expiry); told by the venue’s client.',
    (told: {
      readonly message: string
      readonly value: string | null
      readonly limit: string | null
      readonly suggestion: string
    }) => told,
  ),
}
