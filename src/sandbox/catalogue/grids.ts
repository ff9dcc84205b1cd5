import { type Price, parsePrice } from '../../domain/amounts.ts'
import { type TickLadder, type TickRange, uniformLadder } from '../../domain/tick-ladder.ts'
import type { KalshiGrid, PolymarketTick } from './draft.ts'

/** Steps by name of the structure: centre, edges, and how far the edges reach. Source: kalshi.md §3, read 2026-11. */
const STEPS: Readonly<
  Record<KalshiGrid, { readonly centre: string; readonly edge?: string; readonly reach?: string }>
> = {
  linear_cent: { centre: '0.01' },
  deci_cent: { centre: '0.001' },
  tapered_deci_cent: { centre: '0.01', edge: '0.001', reach: '0.1' },
  center_whole_edge_half_cent: { centre: '0.01', edge: '0.005', reach: '0.1' },
  center_whole_edge_quint_cent: { centre: '0.01', edge: '0.002', reach: '0.1' },
  center_half_edge_half_cent: { centre: '0.005' },
  center_half_edge_quint_cent: { centre: '0.005', edge: '0.002', reach: '0.1' },
  center_half_edge_deci_cent: { centre: '0.005', edge: '0.001', reach: '0.1' },
  center_quint_edge_quint_cent: { centre: '0.002' },
  center_quint_edge_deci_cent: { centre: '0.002', edge: '0.001', reach: '0.1' },
  center_centi_edge_centi_cent: { centre: '0.0001' },
  center_deci_edge_centi_cent: { centre: '0.001', edge: '0.0001', reach: '0.01' },
}

export function isKalshiGrid(name: string): name is KalshiGrid {
  return Object.hasOwn(STEPS, name)
}

function ladderOf({ centre, edge, reach }: (typeof STEPS)[KalshiGrid]): TickLadder {
  const step = parsePrice(centre)
  if (edge === undefined || reach === undefined) return uniformLadder(step)
  const [low, high] = [parsePrice(reach), (1_000_000n - parsePrice(reach)) as Price]
  const range = (start: Price, end: Price, of: Price): TickRange => ({ start, end, step: of })
  const fine = parsePrice(edge)
  return [range(0n as Price, low, fine), range(low, high, step), range(high, 1_000_000n as Price, fine)]
}

const kalshi = new Map<KalshiGrid, TickLadder>()
const polymarket = new Map<PolymarketTick, TickLadder>()

/** The ladder of a Kalshi price structure; one object per structure. */
export function kalshiLadder(grid: KalshiGrid): TickLadder {
  const known = kalshi.get(grid) ?? ladderOf(STEPS[grid])
  kalshi.set(grid, known)
  return known
}

/** The ladder of a Polymarket tick. */
export function polymarketLadder(tick: PolymarketTick): TickLadder {
  const known = polymarket.get(tick) ?? uniformLadder(parsePrice(tick))
  polymarket.set(tick, known)
  return known
}
