import type { MarketId } from '../../src/domain/market.ts'
import type { Policy } from '../../src/domain/pair-plan.ts'
import type { Dice } from './machine/dice.ts'
import type { PlanItem } from './plan.ts'
import { simulatedPairs } from './simulated-markets.ts'

/** A person approves a pair, having read what the catalogue says, which is synced before. */
export interface ApproveStep {
  readonly kind: 'approve'
  readonly pair: number
}

/** `arb run`. */
export interface ArbStep {
  readonly kind: 'arb'
  readonly policy: Policy['kind']
  /** How its books come: told by the venues' sockets, or read again and again. */
  readonly books: 'sockets' | 'poll'
  readonly order: 'together' | 'thinner-first'
  readonly once: boolean
  readonly maxTrades: number | null
  /** Contracts of one trade. */
  readonly size: string
  /** When a person ends it, as with SIGINT, ms. */
  readonly runForMs: number
}

export type PairEvent =
  /** Both books of a pair move so that both sides together cost `cents` less than a dollar. */
  | {
      readonly kind: 'edge'
      readonly pair: number
      readonly cents: number
      readonly depths: readonly [string, string]
      readonly forMs: number
    }
  /** What the two sides of a pair can be sold at falls by so many cents: what stands alone by then sells at a loss. */
  | { readonly kind: 'fall'; readonly pair: number; readonly cents: number }
  /** A venue words a market's rules anew: what was approved is another question now. */
  | { readonly kind: 'change_rules'; readonly market: MarketId }

/** The loop over approved pairs, among what else people do: edges come before it and while it runs. */
export function drawArbItems(dice: Dice, books: ArbStep['books']): readonly PlanItem[] {
  const items: PlanItem[] = []
  const both = dice.chance(35)
  const pairs: readonly [number, ...number[]] = both ? [0, 1] : [dice.below(2)]
  for (const pair of pairs) items.push(stepAt(0, dice.pick([0, 5]), { kind: 'approve', pair }))
  let atMs = 500
  const loops = dice.pick([1, 1, 1, 2])
  for (let index = 0; index < loops; index++) {
    const waitMs = dice.pick([0, 5, 400, 3_000])
    const runForMs = dice.pick([3_000, 8_000, 20_000, 40_000])
    atMs += waitMs
    for (let edges = dice.between(1, 3); edges > 0; edges--) {
      items.push(drawEdge(dice, dice.pick(pairs), Math.max(0, atMs + dice.pick([-500, 0, 2_500, 5_000, 9_000]))))
    }
    if (dice.chance(30)) items.push(drawRace(dice, dice.pick(pairs)))
    const loop = drawLoop(dice, books, runForMs)
    if (dice.chance(25)) {
      items.push(...drawChange(dice, dice.pick(pairs), atMs + dice.between(0, 4_000)))
      items.push(stepAt(0, waitMs, { ...loop, once: false, maxTrades: null, runForMs: 20_000 }))
    } else items.push(stepAt(0, waitMs, loop))
    atMs += runForMs
    if (dice.chance(15)) items.push(stepAt(0, 5, { kind: 'approve', pair: dice.pick(pairs) }))
  }
  if (dice.chance(30)) items.push(...drawFall(dice, dice.pick(pairs)))
  return items
}

/**
 * The first round over two pairs gets every answer late, while both pay: no answer comes too late by itself, but the book that was
 * asked for first is older than the limit allows when the last one is there.
 */
export function drawSlowRound(dice: Dice): readonly PlanItem[] {
  // Two approvals and both accounts are read before; a fault elsewhere may move it.
  const first = dice.pick([17, 18, 18, 18, 19])
  const edges = ([0, 1] as const).map((pair): PlanItem => {
    return { kind: 'event', atMs: 300, event: { kind: 'edge', pair, cents: 20, depths: ['40', '40'], forMs: 90_000 } }
  })
  const late = Array.from({ length: dice.between(4, 6) }, (_, index): PlanItem => {
    const fault = { kind: 'slow', upMs: dice.between(0, 500), downMs: dice.between(6_500, 9_000) } as const
    return { kind: 'call_fault', call: { among: 'all', nth: first + index }, fault }
  })
  return [...edges, ...late]
}

/** One side is lost on its way, which nobody knows for a minute, and meanwhile the other one falls. */
function drawFall(dice: Dice, pair: number): readonly PlanItem[] {
  return [
    {
      kind: 'call_fault',
      call: { among: 'writes', nth: dice.below(4) },
      fault: { kind: 'lost_request', shown: dice.pick(['reset', 'timeout']) },
    },
    {
      kind: 'event',
      atMs: dice.pick([6_000, 15_000, 45_000]),
      event: { kind: 'fall', pair, cents: dice.pick([12, 25, 40]) },
    },
  ]
}

function stepAt(slot: number, waitMs: number, step: ApproveStep | ArbStep): PlanItem {
  return { kind: 'step', slot, waitMs, step }
}

function drawLoop(dice: Dice, books: ArbStep['books'], runForMs: number): ArbStep {
  return {
    kind: 'arb',
    books,
    policy: dice.pick(['unwind', 'unwind', 'complete', 'complete', 'hold']),
    order: dice.pick(['together', 'together', 'thinner-first']),
    once: dice.chance(15),
    maxTrades: dice.pick([null, null, 1, 2]),
    size: dice.pick(['5', '8', '12', '20', '60']),
    runForMs,
  }
}

function drawEdge(dice: Dice, pair: number, atMs: number): PlanItem {
  const depth = (): string => dice.pick(['6', '15', '15', '40', '90'])
  const depths = [depth(), depth()] as const
  const cents = dice.pick([6, 8, 12, 20])
  return {
    kind: 'event',
    atMs,
    event: { kind: 'edge', pair, cents, depths, forMs: dice.pick([2_200, 20_000, 90_000, 90_000]) },
  }
}

/** The approval lapses, and then the books pay. */
function drawChange(dice: Dice, pair: number, atMs: number): readonly PlanItem[] {
  const market = dice.pick(simulatedPairs[pair === 0 ? 0 : 1].markets)
  return [
    { kind: 'event', atMs, event: { kind: 'change_rules', market } },
    drawEdge(dice, pair, atMs + dice.pick([50, 7_500, 9_500])),
  ]
}

/** The book of one side goes away, or nearly, while an order for it is on its way. */
function drawRace(dice: Dice, pair: number): PlanItem {
  const market = dice.pick(simulatedPairs[pair === 0 ? 0 : 1].markets)
  return {
    kind: 'race',
    call: { among: 'writes', nth: dice.below(5) },
    market,
    mid: dice.pick([35, 44, 50, 56, 65]),
  }
}
