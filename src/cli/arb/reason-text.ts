import type { Bound, NoTradeReason } from '../../arb/opportunity.ts'
import { formatAmount } from '../../domain/amounts.ts'
import { dollars } from '../views/dollars.ts'

const bounds: Readonly<Record<Bound, string>> = {
  edge: 'what still keeps enough',
  depth: 'what is on offer',
  size: '--size or --max-provisional',
  max_notional: 'limits.maxNotional',
  slippage: 'limits.maxSlippage',
  exposure: 'limits.maxExposure',
  session_budget: 'limits.sessionBudget',
  cash: 'the cash at a venue',
}

function boundText(bound: Bound): string {
  return bounds[bound]
}

/** Why a pair is not traded, in a few words. */
export function reasonText(reason: NoTradeReason): string {
  switch (reason.kind) {
    case 'market_not_open':
      return `${reason.market} takes no orders: ${reason.status}`
    case 'book_untradable':
      return `the book of ${reason.market} is not to be relied on: ${reason.doubt.replaceAll('_', ' ')}`
    case 'book_stale':
      return `the book of ${reason.market} is ${Math.round(reason.ageMs)} ms old; the limit is ${reason.limitMs} ms`
    case 'fee_unknown':
      return `what ${reason.market} charges is not known: ${reason.why}`
    case 'no_offer':
      return `nobody offers ${reason.outcome} of ${reason.market}`
    case 'no_edge':
      return `both sides cost ${money(reason.gross, 'more')} than a dollar`
    case 'fees':
      return `fees take it: ${dollars(formatAmount(reason.gross))} before, ${dollars(formatAmount(reason.net))} after them`
    case 'min_edge':
      return `it keeps ${dollars(formatAmount(reason.net))}, and ${dollars(formatAmount(reason.minEdge))} was asked for`
    case 'too_small':
      return `${boundText(reason.bound)} leaves less than the smallest orders of both venues and of limits.minNotional`
  }
}

function money(gross: bigint, word: string): string {
  return gross === 0n ? 'no less' : `${dollars(formatAmount(-gross as Parameters<typeof formatAmount>[0]))} ${word}`
}
