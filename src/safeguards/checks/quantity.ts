import { addQuantity, isMultipleOf, type Quantity, roundDownToStep } from '../../domain/amounts.ts'
import { type Denial, deny } from '../denials.ts'
import type { Check } from '../snapshot.ts'

/** More than zero, a whole multiple of the market's step, and at least its minimum. */
export const quantity: Check = (intent, { market }) => {
  const wanted = intent.quantity
  if (wanted <= 0n) return [deny('QUANTITY_NOT_POSITIVE', { quantity: wanted })]
  const denials: Denial[] = []
  if (!isMultipleOf(wanted, market.quantityStep)) denials.push(offStep(wanted, market.quantityStep))
  const minimum = market.minimumQuantity
  if (minimum !== null && wanted < minimum) denials.push(deny('QUANTITY_BELOW_MINIMUM', { quantity: wanted, minimum }))
  return denials
}

function offStep(wanted: Quantity, step: Quantity): Denial {
  const below = roundDownToStep(wanted, step)
  return deny('QUANTITY_OFF_STEP', { quantity: wanted, step, below, above: addQuantity(below, step) })
}
