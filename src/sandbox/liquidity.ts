import { PAR, type Price, type Quantity, ZERO_QUANTITY } from '../domain/amounts.ts'
import type { Level } from '../domain/order-book.ts'
import { stepAt } from '../domain/tick-ladder.ts'
import { type Random, seededRandom } from '../runtime/random.ts'
import type { SandboxMarket } from './model.ts'

/**
 * The synthetic maker's first quotes in one market, best first: drawn from the sandbox seed and the market alone, so
 * that they do not depend on which markets were looked at before.
 */
export function seedLevels(
  market: SandboxMarket,
  seed: string,
): { readonly bids: readonly Level[]; readonly asks: readonly Level[] } {
  const { mid, spread, levels } = market.liquidity
  if (levels <= 0) return { bids: [], asks: [] }
  const random = seededRandom(`${seed}/book/${market.id}`)
  const half = spread / 2n
  return {
    bids: drawSide(market, random, { from: mid - half, direction: -1n }),
    asks: drawSide(market, random, { from: mid - half + (spread > 0n ? spread : 1n), direction: 1n }),
  }
}

function drawSide(
  market: SandboxMarket,
  random: Random,
  side: { readonly from: bigint; readonly direction: 1n | -1n },
): readonly Level[] {
  const levels: Level[] = []
  let price = snap(market, side.from, side.direction)
  while (price !== null && levels.length < market.liquidity.levels) {
    levels.push({ price, quantity: drawQuantity(market, random, levels.length) })
    // Mostly the next tick, now and then a gap.
    price = walk(market, price, side.direction, 1 + (random.below(4) === 0 ? random.below(3) : 0))
  }
  return levels
}

/** Sizes vary by half around the recipe and grow away from the touch. */
function drawQuantity(market: SandboxMarket, random: Random, depth: number): Quantity {
  const percent = BigInt(60 + random.below(81)) * BigInt(2 + depth)
  const raw = (market.liquidity.size * percent) / 200n
  const step = market.quantityStep
  const whole = (raw / step) * step
  return (whole > ZERO_QUANTITY ? whole : step) as Quantity
}

/** The first price on the ladder at `from` or beyond it in `direction`, strictly inside (0, 1). */
function snap(market: SandboxMarket, from: bigint, direction: 1n | -1n): Price | null {
  if (from <= 0n) return direction === 1n ? walk(market, 0n, 1n, 1) : null
  if (from >= PAR) return direction === -1n ? walk(market, PAR, -1n, 1) : null
  for (const range of market.ladder) {
    if (from < range.start || from > range.end) continue
    const below = from - ((from - range.start) % range.step)
    const price = below === from || direction === -1n ? below : below + range.step
    return price > 0n && price < PAR ? (price as Price) : null
  }
  return null
}

function walk(market: SandboxMarket, from: bigint, direction: 1n | -1n, ticks: number): Price | null {
  let price = from
  for (let tick = 0; tick < ticks; tick++) {
    // The step ahead: at a border between two ranges the one we move into governs.
    const step = stepAt(market.ladder, (price + direction) as Price)
    if (step === null) return null
    price += direction * step
  }
  return price > 0n && price < PAR ? (price as Price) : null
}
