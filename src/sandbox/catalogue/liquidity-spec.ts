import { type Price, parseQuantity, type Quantity } from '../../domain/amounts.ts'
import type { LiquiditySpec } from '../model.ts'
import type { MarketDraft } from './draft.ts'

const BASIS_POINT = 100n
const LEVELS = 6
const CONTRACT = parseQuantity('1')
/** Enough for both venues' fees and spreads at even chances, with something left. */
const EDGE_SHIFT = 700

/**
 * How the synthetic maker quotes: around the fair price of the draft, a little off on each market. Sizes let 50 contracts
 * trade within a few ticks and stop 5,000: six levels hold less than that.
 */
export function liquidityOf(
  draft: MarketDraft,
  options: { readonly position: number; readonly edge: boolean },
): LiquiditySpec {
  const fair = draft.span[1] - draft.span[0]
  const drift = ((options.position * 37) % 61) - 30
  // Toward the middle, so that a shifted quote stays inside the grid.
  const edge = options.edge ? (fair < 5000 ? EDGE_SHIFT : -EDGE_SHIFT) : 0
  const mid = clamp(fair + (draft.quote?.shift ?? 0) + edge + (isLongShot(fair) ? 0 : drift), 15, 9985)
  return {
    mid: (BigInt(mid) * BASIS_POINT) as Price,
    spread: (BigInt(draft.quote?.spread ?? (isLongShot(fair) ? 60 : 160 + ((options.position * 13) % 80))) *
      BASIS_POINT) as Price,
    levels: draft.quote?.levels ?? LEVELS,
    size: (CONTRACT * BigInt(90 + ((options.position * 29) % 110))) as Quantity,
  }
}

function isLongShot(fair: number): boolean {
  return fair < 600 || fair > 9400
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}
