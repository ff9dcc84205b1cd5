import { PAR, type Price, type Quantity, ZERO_QUANTITY } from '../domain/amounts.ts'
import type { Level } from '../domain/order-book.ts'
import type { TickLadder } from '../domain/tick-ladder.ts'
import { seededRandom } from '../runtime/random.ts'
import type { SandboxMarket } from './model.ts'

/** More levels than this add nothing that anyone would look at. */
const LEVELS_MAX = 32

export interface SeedLevels {
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
}

/**
 * The synthetic maker's first quotes in one market, best first: drawn from the sandbox seed and the market alone, so
 * that they do not depend on which markets were looked at before. Lists ask for all markets at once, so this is lean.
 */
export function seedLevels(market: SandboxMarket, seed: string): SeedLevels {
  const { mid, spread, levels } = market.liquidity
  if (levels <= 0) return { bids: [], asks: [] }
  // Two bytes a level and side.
  const draws = seededRandom(`${seed}/book/${market.id}`).bytes(4 * LEVELS_MAX)
  const bid = mid - spread / 2n
  const ask = bid + (spread > 0n ? spread : 1n)
  return {
    bids: drawSide(market, draws.subarray(0, 2 * LEVELS_MAX), bid, false),
    asks: drawSide(market, draws.subarray(2 * LEVELS_MAX), ask, true),
  }
}

function drawSide(market: SandboxMarket, draws: Buffer, from: bigint, upward: boolean): readonly Level[] {
  const levels: Level[] = []
  const wanted = Math.min(market.liquidity.levels, LEVELS_MAX)
  let price = snap(market.ladder, from, upward)
  while (price !== null && levels.length < wanted) {
    const at = 2 * levels.length
    levels.push({ price, quantity: quantityAt(market, levels.length, draws.readUInt8(at)) })
    // Mostly the next tick, now and then a gap of one or two.
    const gap = draws.readUInt8(at + 1) % 12
    price = walk(market.ladder, price, upward, gap < 2 ? 2 + gap : 1)
  }
  return levels
}

/** Sizes vary by four tenths around the recipe and grow away from the touch. */
function quantityAt(market: SandboxMarket, depth: number, draw: number): Quantity {
  const percent = BigInt((60 + (draw % 81)) * (2 + depth))
  const raw = (market.liquidity.size * percent) / 200n
  const step = market.quantityStep
  const whole = raw - (raw % step)
  return (whole > ZERO_QUANTITY ? whole : step) as Quantity
}

/** The first price on the ladder at `from` or beyond it, strictly inside (0, 1). */
function snap(ladder: TickLadder, from: bigint, upward: boolean): Price | null {
  if (from <= 0n) return upward ? walk(ladder, 0n, true, 1) : null
  if (from >= PAR) return upward ? null : walk(ladder, PAR, false, 1)
  for (const range of ladder) {
    if (from < range.start || from > range.end) continue
    const over = (from - range.start) % range.step
    return inside(over === 0n || !upward ? from - over : from - over + range.step)
  }
  return null
}

/** `ticks` steps on; null where the ladder ends. */
function walk(ladder: TickLadder, from: bigint, upward: boolean, ticks: number): Price | null {
  let price = from
  for (let tick = 0; tick < ticks; tick++) {
    const step = stepAhead(ladder, price, upward)
    if (step === null) return null
    price += upward ? step : -step
  }
  return inside(price)
}

/** The step of the range that we move into: at a border between two ranges that depends on the direction. */
function stepAhead(ladder: TickLadder, price: bigint, upward: boolean): bigint | null {
  for (const range of ladder) {
    const ahead = upward ? price >= range.start && price < range.end : price > range.start && price <= range.end
    if (ahead) return range.step
  }
  return null
}

function inside(price: bigint): Price | null {
  return price > 0n && price < PAR ? (price as Price) : null
}
