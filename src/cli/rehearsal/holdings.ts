import { formatAmount, ZERO_QUANTITY } from '../../domain/amounts.ts'
import { outcomes } from '../../domain/market.ts'
import { positionKey } from '../../domain/position.ts'
import type { LedgerState } from '../../store/ledger.ts'
import type { ExchangeAccount } from './sandbox-control.ts'

export interface ComparedHolding {
  /** Null when both sides say the same. */
  readonly wrong: string | null
}

/** Our positions on one venue against the exchange's own, outcome by outcome, in both directions. */
export function compareHoldings(
  positions: LedgerState['positions'],
  { venue, positions: theirs }: ExchangeAccount,
): readonly ComparedHolding[] {
  const ours = [...positions.values()].filter((position) => position.venue === venue)
  const markets = new Set([...theirs, ...ours].map(({ market }) => market))
  return [...markets].flatMap((market) => {
    const held = theirs.find((each) => each.market === market)
    return outcomes.map((outcome) => {
      const here = formatAmount(positions.get(positionKey(market, outcome))?.quantity ?? ZERO_QUANTITY)
      const there = held?.[outcome] ?? '0'
      return { wrong: here === there ? null : `${market} ${outcome}: ${here} here, ${there} there` }
    })
  })
}
