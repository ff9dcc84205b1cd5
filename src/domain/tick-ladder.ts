import { complement, type Price } from './amounts.ts'

/** Prices from `start` to `end` (both dollars) move in steps of `step`. */
export interface TickRange {
  readonly start: Price
  readonly end: Price
  readonly step: Price
}

/** The prices a market accepts: adjoining ranges in ascending order. A price must also lie strictly inside (0, 1). */
export type TickLadder = readonly TickRange[]

/** A ladder with one step over the whole of 0 to 1 dollar. */
export function uniformLadder(step: Price): TickLadder {
  return [{ start: 0n as Price, end: 1_000_000n as Price, step }]
}

/** The ranges that cover a price: two on a border, where the finer step governs. */
function rangesAt(ladder: TickLadder, price: Price): readonly TickRange[] {
  return ladder.filter((range) => price >= range.start && price <= range.end)
}

export function isOnLadder(ladder: TickLadder, price: Price): boolean {
  if (price <= 0n || price >= 1_000_000n) return false
  return rangesAt(ladder, price).some((range) => (price - range.start) % range.step === 0n)
}

/** The step at a price, or null when no range covers it. */
export function stepAt(ladder: TickLadder, price: Price): Price | null {
  const steps = rangesAt(ladder, price).map((range) => range.step)
  return steps.length === 0 ? null : steps.reduce((a, b) => (a < b ? a : b))
}

/** The nearest prices on the ladder at or below and at or above, for suggestions. Null where there is none inside (0, 1). */
export function neighbours(ladder: TickLadder, price: Price): { below: Price | null; above: Price | null } {
  let below: Price | null = null
  let above: Price | null = null
  for (const range of ladder) {
    const clamped = price < range.start ? range.start : price > range.end ? range.end : price
    const floor = (clamped - ((clamped - range.start) % range.step)) as Price
    // One further down too: at 1 dollar the floor itself is no price.
    for (const candidate of [(floor - range.step) as Price, floor, (floor + range.step) as Price]) {
      if (candidate < range.start || candidate > range.end || !isOnLadder(ladder, candidate)) continue
      if (candidate <= price && (below === null || candidate > below)) below = candidate
      if (candidate >= price && (above === null || candidate < above)) above = candidate
    }
  }
  return { below, above }
}

/** The ladder as the other outcome sees it: NO at 1 - p is YES at p. */
export function mirrorLadder(ladder: TickLadder): TickLadder {
  return ladder
    .map((range) => ({ start: complement(range.end), end: complement(range.start), step: range.step }))
    .reverse()
}
