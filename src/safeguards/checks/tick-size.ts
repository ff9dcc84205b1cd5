import { isOnLadder, neighbours, stepAt } from '../../domain/tick-ladder.ts'
import { deny } from '../denials.ts'
import { ladderOf } from '../ladder-of.ts'
import type { Check } from '../snapshot.ts'
import { isInside } from './price-band.ts'

/** A price between two steps is denied, not rounded: rounding would trade at a price that nobody agreed to. */
export const tickSize: Check = (intent, { market }) => {
  const { price, outcome } = intent
  const ladder = ladderOf(market, outcome)
  const step = stepAt(ladder, price)
  if (step === null || !isInside(ladder, price) || isOnLadder(ladder, price)) return []
  return [deny('PRICE_OFF_TICK', { price, outcome, step, ...neighbours(ladder, price) })]
}
