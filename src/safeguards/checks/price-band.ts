import { PAR, type Price, parseQuotedPrice } from '../../domain/amounts.ts'
import { neighbours, stepAt, type TickLadder } from '../../domain/tick-ladder.ts'
import { deny } from '../denials.ts'
import { ladderOf } from '../ladder-of.ts'
import type { Check } from '../snapshot.ts'

const zero = parseQuotedPrice('0')

/** Strictly inside 0 to 1 dollar and within the ranges of the market's ladder. Whether it is on a step is another check. */
export const priceBand: Check = (intent, { market }) => {
  const ladder = ladderOf(market, intent.outcome)
  if (isInside(ladder, intent.price)) return []
  const lowest = neighbours(ladder, zero).above
  const highest = neighbours(ladder, PAR).below
  return [deny('PRICE_OUT_OF_BAND', { price: intent.price, lowest, highest })]
}

export function isInside(ladder: TickLadder, price: Price): boolean {
  return price > zero && price < PAR && stepAt(ladder, price) !== null
}
