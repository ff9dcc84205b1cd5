import type { ScenePart } from '../../capture/compose/arrange.ts'
import { cannotCompose } from '../../capture/compose/scene.ts'
import {
  addMoney,
  addQuantity,
  type Money,
  moneyOf,
  subtractMoney,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import { positionKey } from '../../domain/position.ts'
import type { Balance, VenuePosition } from '../../domain/venue.ts'
import type { OrderRequest } from '../../engine/requests.ts'
import type { LedgerState } from '../../store/ledger.ts'
import type { Observed } from '../session/operation-codec.ts'

type Account = Pick<LedgerState, 'positions' | 'cash'>

/** What a part began with when it was recorded, and what the scene has at that point. */
interface Begin {
  readonly own: Account
  readonly scene: Account
}

/**
 * What a part's account is told of in a scene: the account of a scene has lived through the earlier parts, so what the venue
 * showed of holdings and cash when the part was recorded is shown with what those have moved.
 */
export class SceneAccount {
  readonly #begins = new Map<ScenePart, Begin>()
  readonly #shifts = new Map<string, Money>()

  constructor(
    private readonly beginOf: (part: ScenePart) => Account,
    /** Everything that is ordered in the scene. */
    private readonly requests: readonly OrderRequest[],
  ) {}

  /** The part begins now, unless it has begun. */
  begin(part: ScenePart, now: Account): void {
    this.#beginOf(part, now)
  }

  /** What an operation of a part saw, as it would have been shown after all that the scene has done. */
  shown(part: ScenePart, observed: readonly Observed[], now: Account): readonly Observed[] {
    this.#beginOf(part, now)
    return observed.map((seen): Observed => {
      switch (seen.kind) {
        case 'positions':
          return { ...seen, positions: shownPositions(this.#beginOf(part, now), seen.venue, seen.positions) }
        case 'balance':
          return { ...seen, balance: this.#balance(part, seen.venue, seen.balance, now) }
        default:
          return seen
      }
    })
  }

  /** Kept as it was when the part began. */
  #beginOf(part: ScenePart, now: Account): Begin {
    const known = this.#begins.get(part)
    if (known !== undefined) return known
    const begin = {
      own: this.beginOf(part),
      scene: { positions: new Map(now.positions), cash: new Map(now.cash) },
    }
    this.#begins.set(part, begin)
    return begin
  }

  #balance(part: ScenePart, venue: VenueId, shown: Balance, now: Account): Balance {
    const shift = this.#shiftOf(part, venue, shown, now)
    if (shift === 0n) return shown
    const pool = this.#poolThatMoved(part, venue, shown)
    const moved = (amount: Money): Money => {
      const sum = addMoney(amount, shift)
      if (sum < 0n) throw cannotCompose(`the balance that ${part.source.session} reads would be negative in this scene`)
      // What lies below a step is cut off, as the venue does.
      return moneyOf(shown.step > 0n ? sum - (sum % shown.step) : sum)
    }
    const pools = shown.pools.map((one) => (one === pool ? { ...one, available: moved(one.available) } : one))
    return { ...shown, available: moved(shown.available), pools }
  }

  /** Of a venue that keeps cash apart: that of the markets that were traded, which their routing names. */
  #poolThatMoved({ source }: ScenePart, venue: VenueId, { pools }: Balance): Balance['pools'][number] | undefined {
    const [only, ...more] = pools
    if (more.length === 0) return only
    const routed = this.requests.flatMap(({ market }) => (market.venue === venue ? Object.values(market.routing) : []))
    const [pool, ...others] = pools.filter(({ name }) => routed.includes(name))
    if (pool !== undefined && others.length === 0) return pool
    throw cannotCompose(
      `${source.session} reads a balance of ${pools.length} pools, and which of them was moved before cannot be told`,
    )
  }

  /** One figure for a part and venue. Where the part knew of no cash before, its first look shows what the scene explains. */
  #shiftOf(part: ScenePart, venue: VenueId, shown: Balance, now: Account): Money {
    const key = `${part.index} ${venue}`
    const known = this.#shifts.get(key)
    if (known !== undefined) return known
    const begin = this.#beginOf(part, now)
    const [own, scene] = [explainedCash(begin.own, venue), explainedCash(begin.scene, venue)]
    const shift =
      own === null || scene === null
        ? subtractMoney(explainedCash(now, venue) ?? shown.available, shown.available)
        : subtractMoney(scene, own)
    this.#shifts.set(key, shift)
    return shift
  }
}

function shownPositions(
  { own, scene }: Begin,
  venue: VenueId,
  shown: readonly VenuePosition[],
): readonly VenuePosition[] {
  const held = new Map(shown.map((position) => [positionKey(position.market, position.outcome), position]))
  for (const key of new Set([...own.positions.keys(), ...scene.positions.keys()])) {
    const position = scene.positions.get(key) ?? own.positions.get(key)
    if (position === undefined || position.venue !== venue) continue
    const { market, outcome } = position
    const quantity = subtractQuantity(
      addQuantity(held.get(key)?.quantity ?? ZERO_QUANTITY, scene.positions.get(key)?.quantity ?? ZERO_QUANTITY),
      own.positions.get(key)?.quantity ?? ZERO_QUANTITY,
    )
    held.set(key, { market, outcome, quantity })
  }
  return [...held.values()].filter(({ quantity }) => quantity !== 0n)
}

/** What the journal explains, or null when cash never agreed there. */
function explainedCash({ cash }: Account, venue: VenueId): Money | null {
  const line = cash.get(venue)
  return line === undefined ? null : addMoney(line.agreed, line.moved)
}
