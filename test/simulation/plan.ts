import type { MarketId, Outcome, VenueId } from '../../src/domain/market.ts'
import type { TimeInForce } from '../../src/domain/order.ts'
import type { Side } from '../../src/domain/side.ts'
import { Dice } from './machine/dice.ts'
import { type ApproveStep, type ArbStep, drawArbItems, drawSlowRound, type PairEvent } from './plan-arb.ts'
import { drawSocketItems, SOCKET_SHARE, type SocketItem } from './plan-sockets.ts'
import { drawCommands, drawTrouble } from './plan-trouble.ts'
import type { PowerCut } from './power-cut.ts'
import { simulatedMarkets } from './simulated-markets.ts'

/** What a run does, as plain data drawn from its seed: any part of it can be left out, and the rest still runs. */
export interface Plan {
  readonly seed: string
  readonly items: readonly PlanItem[]
  readonly limits: { readonly maxExposure: string; readonly maxNotional: string; readonly maxDailyLoss: string | null }
  /** How far the computer's clock is from the venues', ms. */
  readonly skewMs: number
  /** How often the system writes down, by itself, what nobody synced, ms. Null: never within a run. */
  readonly writeBackMs: number | null
  readonly rateLimit: 'off' | 'basic' | 'advanced'
  /** Whether Polymarket's API key is configured, or derived from the wallet in every process. */
  readonly apiKey: 'configured' | 'derived'
}

export type PlanItem =
  | { readonly kind: 'step'; readonly slot: number; readonly waitMs: number; readonly step: Step }
  | { readonly kind: 'call_fault'; readonly call: CallChoice; readonly fault: CallFault }
  | {
      readonly kind: 'crash'
      readonly operation: number
      readonly when: 'before' | 'after' | 'torn'
      readonly power: boolean
    }
  /** The process that made this call ends while it is under way. */
  | { readonly kind: 'crash_in_call'; readonly call: CallChoice; readonly afterMs: number; readonly power: boolean }
  | {
      readonly kind: 'disk_trouble'
      readonly operation: number
      readonly lastsOperations: number
      readonly trouble: 'full' | 'failing'
    }
  | { readonly kind: 'event'; readonly atMs: number; readonly event: VenueEvent }
  | PowerCut
  | SocketItem
  /** The book moves at the very moment at which this call arrives. */
  | { readonly kind: 'race'; readonly call: CallChoice; readonly market: MarketId; readonly mid: number }

/** The n-th call of the run: of all, or of those that may change something at a venue. */
export interface CallChoice {
  readonly among: 'all' | 'writes'
  readonly nth: number
}

export interface Wish {
  readonly market: MarketId
  readonly outcome: Outcome
  readonly side: Side
  readonly quantity: string
  readonly price: string
  readonly timeInForce: TimeInForce
  readonly postOnly: boolean
  readonly allowDuplicate: boolean
}

export type Step =
  | { readonly kind: 'place'; readonly wish: Wish }
  | { readonly kind: 'pair'; readonly first: Wish; readonly second: Wish }
  /** The n-th of the orders that are open then. */
  | { readonly kind: 'cancel'; readonly nth: number }
  | { readonly kind: 'cancel_all' }
  | { readonly kind: 'refresh'; readonly nth: number }
  /** Somebody looks at an order again and again while others take some of it, and each look may know less than the last. */
  | { readonly kind: 'watch'; readonly nth: number; readonly quantity: string }
  | { readonly kind: 'reconcile'; readonly fix: boolean }
  | { readonly kind: 'halt' }
  | { readonly kind: 'resume' }
  /** Ends the session in good order; the next step opens another. */
  | { readonly kind: 'close' }
  | ApproveStep
  | ArbStep

export type CallFault =
  | { readonly kind: 'refused' }
  | { readonly kind: 'lost_request'; readonly shown: 'reset' | 'timeout' }
  | { readonly kind: 'lost_answer'; readonly shown: 'reset' | 'timeout' }
  /** Arrives after the client gave up, and is carried out then. */
  | { readonly kind: 'late_request'; readonly afterMs: number }
  | { readonly kind: 'slow'; readonly upMs: number; readonly downMs: number }
  /** Delivered twice; the client hears one of the two answers. */
  | { readonly kind: 'twice'; readonly againAfterMs: number; readonly heard: 'first' | 'second' }
  /** The answer to an earlier request for the same thing comes instead. */
  | { readonly kind: 'old_answer' }
  | { readonly kind: 'status'; readonly status: number; readonly executed: boolean; readonly page: boolean }
  | { readonly kind: 'malformed'; readonly how: 'garbage' | 'empty' | 'html' | 'half' }
  /** The connection breaks in the middle of the answer. */
  | { readonly kind: 'truncated' }

export type VenueEvent =
  | PairEvent
  | { readonly kind: 'close_market'; readonly market: MarketId }
  | { readonly kind: 'pause_market'; readonly market: MarketId; readonly forMs: number }
  | { readonly kind: 'pause_exchange'; readonly forMs: number }
  /** Others trade through the book: what rests there fills. */
  | { readonly kind: 'move_book'; readonly market: MarketId; readonly mid: number }
  /** Others take so many contracts of each of our orders that rest. */
  | { readonly kind: 'nibble'; readonly quantity: string }
  /** So many of a hundred reads lag: with some, a read may know less than the one before. */
  | {
      readonly kind: 'stale_reads'
      readonly venue: VenueId
      readonly lagMs: number
      readonly percent: number
      readonly forMs: number
    }
  /** The next match fails to settle after it was reported. */
  | { readonly kind: 'ghost_fill' }
  | { readonly kind: 'delayed_match'; readonly ms: number }
  /** Lists end with a cursor that means nothing. */
  | { readonly kind: 'garbage_cursor' }
  /** The same account trades with another tool. */
  | { readonly kind: 'foreign_order'; readonly wish: Wish }
  | { readonly kind: 'clock_jump'; readonly byMs: number }
  | { readonly kind: 'outage'; readonly venue: VenueId; readonly forMs: number }
  /** Too many requests, whoever asks. */
  | { readonly kind: 'crowd'; readonly venue: VenueId; readonly forMs: number }

/** Of a hundred runs, so many have the arbitrage loop. */
const ARB_SHARE = 30
/** Of a hundred loops that read the books of two pairs again and again, so many begin with a slow round. */
const SLOW_SHARE = 40
/** Of a hundred runs without it, so many begin with a trouble of their own. */
const TROUBLE_SHARE = 25
/** Of a hundred runs with neither, in so many each order has a command of its own. */
const COMMANDS_SHARE = 12

/** Everything that a run does, drawn from its seed. */
export function planFor(seed: string): Plan {
  const dice = new Dice(`${seed}/plan`)
  const slots = dice.chance(55) ? 2 : 1
  const items: PlanItem[] = []
  // In some runs the loop trades approved pairs, and less else is done.
  const arb = new Dice(`${seed}/arb`)
  const hasLoop = arb.chance(ARB_SHARE)
  const sockets = new Dice(`${seed}/sockets`)
  const books = sockets.chance(SOCKET_SHARE) ? 'sockets' : 'poll'
  if (hasLoop) items.push(...drawArbItems(arb, books))
  const slow = new Dice(`${seed}/slow`)
  const approvals = items.filter((item) => item.kind === 'step' && item.step.kind === 'approve').length
  if (books === 'poll' && approvals >= 2 && slow.chance(SLOW_SHARE)) items.push(...drawSlowRound(slow))
  const trouble = new Dice(`${seed}/trouble`)
  if (!hasLoop && trouble.chance(TROUBLE_SHARE)) items.push(...drawTrouble(trouble))
  const commands = new Dice(`${seed}/commands`)
  if (items.length === 0 && commands.chance(COMMANDS_SHARE)) items.push(...drawCommands(commands))
  const steps = hasLoop || items.length > 0 ? dice.between(0, 3) : dice.between(3, 8)
  for (let index = 0; index < steps; index++) {
    const waitMs = dice.pick([0, 0, 5, 5, 50, 400, 3_000, 20_000, 70_000])
    const slot = dice.below(slots)
    const step = drawStep(dice)
    items.push({ kind: 'step', slot, waitMs, step })
    // People look at once what became of an order, while it may still be on its way.
    if ((step.kind === 'place' || step.kind === 'pair') && dice.chance(20)) {
      items.push({
        kind: 'step',
        slot: dice.below(slots),
        waitMs: 1,
        step: { kind: 'reconcile', fix: dice.chance(50) },
      })
    }
  }
  // Some runs are nearly quiet, so that each fault is also met alone; some are a storm.
  const weather = dice.pick([1, 1, 2, 4, 8])
  for (let index = 0; index < weather; index++) items.push(drawFault(dice, weather, hasLoop))
  for (let index = dice.below(4); index > 0; index--) {
    items.push({ kind: 'event', atMs: dice.below(60_000), event: drawEvent(dice) })
  }
  if (hasLoop && books === 'sockets') {
    const pairs = items.flatMap((item) =>
      item.kind === 'step' && item.step.kind === 'approve' ? [item.step.pair] : [],
    )
    items.push(...drawSocketItems(sockets, pairs))
  }
  return {
    seed,
    items,
    limits: {
      maxExposure: dice.pick(['18', '30', '60', '1000']),
      maxNotional: dice.pick(['9', '25', '100']),
      maxDailyLoss: hasLoop ? arb.pick([null, null, '3', '6', '12']) : null,
    },
    skewMs: dice.chance(70) ? 0 : dice.pick([-600_000, -20_000, -900, 900, 4_000, 20_000, 600_000]),
    writeBackMs: new Dice(`${seed}/disk`).pick([null, 5_000, 30_000]),
    rateLimit: dice.pick(['off', 'advanced', 'basic']),
    apiKey: dice.chance(80) ? 'configured' : 'derived',
  }
}

function drawStep(dice: Dice): Step {
  const roll = dice.below(100)
  if (roll < 44) return { kind: 'place', wish: drawWish(dice) }
  if (roll < 62) return drawPair(dice)
  if (roll < 70) return { kind: 'cancel', nth: dice.below(3) }
  if (roll < 74) return { kind: 'cancel_all' }
  if (roll < 75) return { kind: 'refresh', nth: dice.below(3) }
  if (roll < 79) return { kind: 'watch', nth: dice.below(3), quantity: dice.pick(['1', '3', '6']) }
  if (roll < 88) return { kind: 'reconcile', fix: dice.chance(50) }
  if (roll < 92) return { kind: 'halt' }
  if (roll < 95) return { kind: 'resume' }
  return { kind: 'close' }
}

function drawWish(dice: Dice): Wish {
  const market = dice.pick(simulatedMarkets)
  const side = dice.chance(78) ? 'buy' : 'sell'
  const timeInForce = dice.pick(['ioc', 'ioc', 'gtc', 'gtc', 'fok', 'gtd'])
  const rests = timeInForce === 'gtc' || timeInForce === 'gtd'
  return {
    market,
    outcome: dice.pick(['yes', 'no']),
    side,
    quantity: dice.pick(['5', '8', '10', '12.5', '20', '40', '75']),
    price: `0.${String(rests ? dice.between(38, 56) : dice.between(47, 56)).padStart(2, '0')}`,
    timeInForce,
    postOnly: rests && dice.chance(15),
    allowDuplicate: dice.chance(50),
  }
}

function drawPair(dice: Dice): Step {
  const quantity = dice.pick(['5', '10', '20', '60'])
  const leg = (market: MarketId, outcome: Outcome): Wish => ({
    market,
    outcome,
    side: 'buy',
    quantity,
    price: `0.${dice.between(50, 60)}`,
    timeInForce: dice.pick(['ioc', 'ioc', 'fok']),
    postOnly: false,
    allowDuplicate: true,
  })
  const kalshi = dice.pick(['kalshi:KXSIM-A', 'kalshi:KXSIM-B'])
  const polymarket = dice.pick(['polymarket:sim-c', 'polymarket:sim-d'])
  const legs = [leg(kalshi, dice.pick(['yes', 'no'])), leg(polymarket, dice.pick(['yes', 'no']))] as const
  return dice.chance(50)
    ? { kind: 'pair', first: legs[0], second: legs[1] }
    : { kind: 'pair', first: legs[1], second: legs[0] }
}

function drawFault(dice: Dice, weather: number, hasLoop: boolean): PlanItem {
  // Early in the run, where things still happen; further apart in a storm.
  const call: CallChoice = dice.chance(55)
    ? { among: 'writes', nth: dice.below(4 + weather) }
    : { among: 'all', nth: dice.below(30 + 14 * weather) }
  // Approving a pair comes first, and takes a while.
  const operation = dice.below(160 + 60 * weather) + (hasLoop ? dice.pick([0, 150, 250]) : 0)
  const roll = dice.below(100)
  if (roll < 66) return { kind: 'call_fault', call, fault: drawCallFault(dice) }
  if (roll < 82) {
    const when = dice.pick(['before', 'after', 'torn'])
    return { kind: 'crash', operation, when, power: dice.chance(45) }
  }
  if (roll < 92) {
    return { kind: 'crash_in_call', call, afterMs: dice.pick([0, 5, 30, 60, 200, 2_000]), power: dice.chance(45) }
  }
  const trouble = dice.chance(75) ? 'full' : 'failing'
  return { kind: 'disk_trouble', operation, lastsOperations: dice.pick([1, 2, 6, 30, 120]), trouble }
}

function drawCallFault(dice: Dice): CallFault {
  switch (dice.below(15)) {
    case 0:
      return { kind: 'refused' }
    case 1:
    case 2:
      return { kind: 'lost_request', shown: dice.pick(['reset', 'timeout']) }
    case 3:
    case 4:
    case 5:
      return { kind: 'lost_answer', shown: dice.pick(['reset', 'timeout']) }
    case 6:
    case 13:
    case 14:
      return { kind: 'late_request', afterMs: dice.pick([10_500, 12_000, 13_000, 14_000]) }
    case 7:
      return { kind: 'slow', upMs: dice.below(6_000), downMs: dice.below(6_000) }
    case 8:
      return { kind: 'twice', againAfterMs: dice.pick([0, 1, 200, 4_000]), heard: dice.pick(['first', 'second']) }
    case 9:
      return { kind: 'old_answer' }
    case 10:
    case 11: {
      const status = dice.pick([429, 500, 502, 503, 504])
      return { kind: 'status', status, executed: status !== 429 && dice.chance(60), page: dice.chance(40) }
    }
    default:
      return dice.chance(40)
        ? { kind: 'truncated' }
        : { kind: 'malformed', how: dice.pick(['garbage', 'empty', 'html', 'half']) }
  }
}

function drawEvent(dice: Dice): VenueEvent {
  const market = dice.pick(simulatedMarkets)
  const venue = dice.pick(['kalshi', 'polymarket'])
  switch (dice.below(18)) {
    case 0:
      return { kind: 'close_market', market }
    case 1:
      return { kind: 'pause_market', market, forMs: dice.between(1_000, 90_000) }
    case 2:
      return { kind: 'pause_exchange', forMs: dice.between(1_000, 90_000) }
    case 3:
    case 4:
      return { kind: 'move_book', market, mid: dice.between(30, 70) }
    case 5:
    case 6:
      return {
        kind: 'stale_reads',
        venue,
        lagMs: dice.between(500, 8_000),
        percent: dice.pick([50, 100]),
        forMs: dice.between(5_000, 90_000),
      }
    case 7:
    case 8:
      return { kind: 'ghost_fill' }
    case 9:
      return { kind: 'delayed_match', ms: dice.between(500, 9_000) }
    case 10:
      return { kind: 'garbage_cursor' }
    case 11:
      return { kind: 'foreign_order', wish: drawWish(dice) }
    case 12:
      return { kind: 'clock_jump', byMs: dice.pick([-120_000, -3_000, 3_000, 120_000]) }
    case 13:
    case 14:
      return { kind: 'crowd', venue, forMs: dice.between(2_000, 90_000) }
    case 15:
    case 16:
      return { kind: 'nibble', quantity: dice.pick(['1', '3', '6']) }
    default:
      return { kind: 'outage', venue, forMs: dice.between(2_000, 60_000) }
  }
}
