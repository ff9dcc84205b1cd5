import type { MarketId, Outcome } from '../../src/domain/market.ts'
import { viewsDirectory } from '../../src/store/directories.ts'
import { dataDir, environment } from './books.ts'
import type { Dice } from './machine/dice.ts'
import type { CallFault, PlanItem, Step } from './plan.ts'

/**
 * What chance alone brings together too rarely: an order whose fate is asked for while it is still on its way, and a power
 * cut when much has ended and been put away. Comes first in a run, so that its calls and operations are the ones meant.
 */
export function drawTrouble(dice: Dice): readonly PlanItem[] {
  const roll = dice.below(100)
  if (roll < 55) return drawLostOrder(dice)
  return roll < 85 ? drawPowerCut(dice) : drawFirstDeath(dice)
}

/** One resting order that nobody knows for a while, and somebody who asks at once, with reads that lag or do not. */
function drawLostOrder(dice: Dice): readonly PlanItem[] {
  const venue = dice.pick(['kalshi', 'polymarket', 'polymarket'])
  const market =
    venue === 'kalshi'
      ? dice.pick(['kalshi:KXSIM-A', 'kalshi:KXSIM-B'])
      : dice.pick(['polymarket:sim-c', 'polymarket:sim-d'])
  const asking: Step = { kind: 'reconcile', fix: dice.chance(50) }
  const items: PlanItem[] = [
    step(0, placing({ market, price: `0.${dice.between(38, 47)}`, quantity: '12', timeInForce: 'gtc' })),
    { kind: 'call_fault', call: { among: 'writes', nth: 0 }, fault: drawLoss(dice) },
    step(dice.pick([1, 300, 1_500, 3_000]), asking),
  ]
  if (dice.chance(40)) {
    const event = { kind: 'stale_reads', venue, lagMs: 8_000, percent: dice.pick([50, 100]), forMs: 60_000 } as const
    items.push({ kind: 'event', atMs: dice.pick([0, 5_000, 9_500]), event })
  }
  return items
}

function drawLoss(dice: Dice): CallFault {
  switch (dice.below(4)) {
    case 0:
      return { kind: 'lost_answer', shown: dice.pick(['reset', 'timeout']) }
    case 1:
      return { kind: 'twice', againAfterMs: dice.pick([0, 1, 200]), heard: 'second' }
    default:
      return { kind: 'late_request', afterMs: dice.pick([10_500, 12_000, 13_000, 14_000]) }
  }
}

/** Orders that fill at once, one after the other, while the power goes once or more: enough for a second segment of the journal. */
function drawPowerCut(dice: Dice): readonly PlanItem[] {
  const markets: readonly [MarketId, ...MarketId[]] = ['kalshi:KXSIM-A', 'kalshi:KXSIM-B', 'polymarket:sim-c']
  const items: PlanItem[] = []
  for (let orders = dice.between(12, 22); orders > 0; orders--) {
    const outcome: Outcome = dice.pick(['yes', 'no'])
    const terms = { market: dice.pick(markets), outcome, price: '0.58', quantity: '5', timeInForce: 'ioc' } as const
    items.push(step(dice.pick([1, 5, 400]), placing(terms)))
  }
  for (let cuts = dice.between(1, 3); cuts > 0; cuts--) {
    const operation = dice.between(250, 1_300)
    items.push({ kind: 'crash', operation, when: dice.pick(['before', 'after', 'torn']), power: true })
  }
  return items
}

/** The first process dies while it makes the folders and the first file of the journal, and the next one trades. */
function drawFirstDeath(dice: Dice): readonly PlanItem[] {
  const terms = { market: 'polymarket:sim-c', price: '0.44', quantity: '10', timeInForce: 'gtc' } as const
  const first = dice.between(55, 80)
  return [
    { kind: 'crash', operation: first, when: dice.pick(['before', 'after', 'torn']), power: dice.chance(30) },
    step(0, placing(terms)),
    step(dice.pick([1, 400]), placing(terms)),
  ]
}

/**
 * Orders placed by commands of their own, as in a shell: each opens its session and closes it in good order, which saves the
 * views. The power goes after some of these, at once or while the next command begins.
 */
export function drawCommands(dice: Dice): readonly PlanItem[] {
  const markets: readonly [MarketId, ...MarketId[]] = ['kalshi:KXSIM-A', 'kalshi:KXSIM-B', 'polymarket:sim-c']
  const items: PlanItem[] = []
  const commands = dice.between(3, 7)
  for (let command = 0; command < commands; command++) {
    // Some fill; some find nobody who sells so low, and have ended at once.
    const price = dice.pick(['0.3', '0.3', '0.58'])
    const terms = { market: dice.pick(markets), price, quantity: '5', timeInForce: 'ioc' } as const
    items.push(step(dice.pick([1, 6_000, 35_000]), placing(terms)), step(1, { kind: 'close' }))
  }
  const checkpoint = `${viewsDirectory(dataDir, environment)}/live.json`
  for (let cuts = dice.between(1, 3); cuts > 0; cuts--) {
    const after = { name: 'rename', path: checkpoint, nth: dice.below(commands) } as const
    items.push({ kind: 'power_cut', after, later: dice.pick([0, 1, 3, 8, 20, 60]), lost: null })
  }
  return items
}

type Terms = Pick<Extract<Step, { kind: 'place' }>['wish'], 'market' | 'price' | 'quantity' | 'timeInForce'>

function placing(terms: Terms & { readonly outcome?: Outcome }): Step {
  return { kind: 'place', wish: { outcome: 'yes', side: 'buy', postOnly: false, allowDuplicate: true, ...terms } }
}

function step(waitMs: number, what: Step): PlanItem {
  return { kind: 'step', slot: 0, waitMs, step: what }
}
