import type { VenueId } from '../../src/domain/market.ts'
import type { FrameFault } from '../../src/sandbox/faults.ts'
import type { Dice } from './machine/dice.ts'
import type { PlanItem } from './plan.ts'

/** A text that means nothing comes in place of a message. */
export interface GarbageFault {
  readonly kind: 'garbage_frame'
  readonly how: 'half' | 'list' | 'null' | 'words'
}

/** What befalls a message of a socket. */
export type SocketFault = FrameFault | GarbageFault

export type HandshakeFault =
  | { readonly kind: 'refused' }
  /** Nothing comes back. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'reset' }
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'slow'; readonly ms: number }

export type SocketItem =
  /** Befalls the n-th message of this type that this venue sends, or gets (`command`), in the run. */
  | {
      readonly kind: 'frame_fault'
      readonly venue: VenueId
      readonly type: string
      readonly nth: number
      readonly fault: SocketFault
    }
  | { readonly kind: 'handshake_fault'; readonly nth: number; readonly fault: HandshakeFault }

/** Of a hundred runs with the loop, in so many it hears by sockets; in the others it reads its books again and again. */
export const SOCKET_SHARE = 50

const bookTypes = {
  kalshi: ['orderbook_delta', 'orderbook_delta', 'orderbook_delta', 'orderbook_snapshot', '*'],
  polymarket: ['price_change', 'price_change', 'price_change', 'book', 'best_bid_ask', '*'],
} as const

const accountTypes = {
  kalshi: ['fill', 'user_order', 'user_order', 'market_position'],
  polymarket: ['trade', 'trade', 'order', 'order'],
} as const

/** What goes wrong with the sockets of a run: in some nothing does, so that the rest is met alone. */
export function drawSocketItems(dice: Dice, pairs: readonly number[]): readonly PlanItem[] {
  const items: PlanItem[] = []
  const [pair = 0] = pairs
  if (dice.chance(60)) items.push(...drawFlicker(dice, pair))
  for (let count = dice.pick([0, 1, 2, 3, 5]); count > 0; count--) {
    items.push(dice.chance(35) ? drawAccountFault(dice) : drawBookFault(dice))
  }
  for (let count = dice.pick([0, 0, 1, 2]); count > 0; count--) {
    items.push({ kind: 'handshake_fault', nth: dice.below(6), fault: drawHandshakeFault(dice) })
  }
  if (dice.chance(15)) {
    const venue = dice.pick(['kalshi', 'polymarket'])
    items.push({ kind: 'frame_fault', venue, type: 'command', nth: dice.below(8), fault: { kind: 'drop_frame' } })
  }
  return items
}

/** Books that pay for moments only: what was missed of one of them is still believed in the next. */
function drawFlicker(dice: Dice, pair: number): readonly PlanItem[] {
  const depth = (): string => dice.pick(['6', '15', '40'])
  const items: PlanItem[] = []
  let atMs = dice.between(800, 9_000)
  for (let count = dice.between(3, 6); count > 0; count--) {
    const depths = [depth(), depth()] as const
    const event = {
      kind: 'edge',
      pair,
      cents: dice.pick([6, 8, 12, 20]),
      depths,
      forMs: dice.between(100, 700),
    } as const
    items.push({ kind: 'event', atMs, event })
    atMs += dice.between(200, 1_500)
  }
  return items
}

function drawBookFault(dice: Dice): PlanItem {
  const venue = dice.pick(['kalshi', 'polymarket'])
  const type = dice.pick(bookTypes[venue])
  return {
    kind: 'frame_fault',
    venue,
    type,
    nth: dice.below(type === 'orderbook_delta' ? 60 : 14),
    fault: drawFault(dice),
  }
}

/** Lost, twice, or told when the process has long believed something else. */
function drawAccountFault(dice: Dice): PlanItem {
  const venue = dice.pick(['kalshi', 'polymarket'])
  const type = dice.pick(accountTypes[venue])
  const late = { kind: 'delay_frames', ms: dice.pick([200, 3_000, 9_000, 15_000]) } as const
  const fault = dice.chance(40) ? late : drawFault(dice)
  return { kind: 'frame_fault', venue, type, nth: dice.below(5), fault }
}

function drawFault(dice: Dice): SocketFault {
  switch (dice.below(12)) {
    case 0:
    case 1:
    case 2:
      return { kind: 'drop_frame' }
    case 3:
      return { kind: 'gap_frames', frames: dice.pick([2, 3, 8]) }
    case 4:
      return { kind: 'duplicate_frame' }
    case 5:
    case 6:
      return { kind: 'reorder_frames' }
    case 7:
      return { kind: 'delay_frames', ms: dice.pick([20, 400, 3_000, 12_000]) }
    case 8:
      return { kind: 'reset_socket' }
    case 9:
    case 10:
      return { kind: 'half_open_socket' }
    default:
      return { kind: 'garbage_frame', how: dice.pick(['half', 'list', 'null', 'words']) }
  }
}

function drawHandshakeFault(dice: Dice): HandshakeFault {
  switch (dice.below(5)) {
    case 0:
      return { kind: 'refused' }
    case 1:
      return { kind: 'lost' }
    case 2:
      return { kind: 'reset' }
    case 3:
      return { kind: 'status', status: dice.pick([401, 429, 502, 503]) }
    default:
      return { kind: 'slow', ms: dice.pick([500, 4_000, 12_000]) }
  }
}
