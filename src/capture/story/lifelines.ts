import type { Money, Quantity } from '../../domain/amounts.ts'
import { subtractMoney, subtractQuantity, ZERO_MONEY, ZERO_QUANTITY } from '../../domain/amounts.ts'
import type { VenueId } from '../../domain/market.ts'
import { costOf, type OrderState, type OrderStep, type Terms } from './told.ts'

/** A moment in the life of an order. */
export interface LifeMoment {
  readonly seq: number
  readonly atMs: number
  readonly state: OrderState | null
  /** All that was filled by then. Null: unknown. */
  readonly filled: Quantity | null
}

/** The life of one order, as the exchanges tell it. */
export interface Lifeline {
  readonly venue: VenueId
  /** The venue's id. Null: none was ever told. */
  readonly id: string | null
  readonly terms: Terms | null
  readonly state: OrderState | null
  /** Null: unknown. */
  readonly filled: Quantity | null
  readonly moments: readonly LifeMoment[]
}

/** A fill that one exchange brought to light. */
export interface SeenFill {
  readonly terms: Terms
  readonly filled: Quantity
  /** Null: unknown. */
  readonly paid: Money | null
}

interface Life {
  readonly venue: VenueId
  id: string | null
  terms: Terms | null
  state: OrderState | null
  filled: Quantity | null
  paid: Money | null
  rests: Quantity | null
  readonly moments: LifeMoment[]
}

/** Follows orders through the exchanges of a session. Mutable: a book that is written page by page. */
export class Lifelines {
  readonly #lives: Life[] = []
  readonly #byId = new Map<string, Life>()

  /** Takes a step in. Returns the fill that is new in it, or null. */
  take(venue: VenueId, seq: number, atMs: number, step: OrderStep): SeenFill | null {
    const life = this.#find(venue, step) ?? this.#begin(venue, step)
    for (const id of step.ids) this.#byId.set(`${venue} ${id}`, life)
    const [own] = step.ids
    if (own !== undefined) life.id ??= own
    life.terms = step.terms ?? life.terms
    life.state = step.state ?? life.state
    life.rests = step.rests ?? life.rests
    const fill = newFill(life, step)
    life.moments.push({ seq, atMs, state: life.state, filled: life.filled })
    return fill
  }

  /** Orders that may cost something now. */
  open(): readonly { readonly terms: Terms; readonly rests: Quantity | null; readonly isUnknown: boolean }[] {
    return this.#lives.flatMap(({ terms, state, rests }) =>
      terms !== null && (state === 'resting' || state === 'unknown')
        ? [{ terms, rests, isUnknown: state === 'unknown' }]
        : [],
    )
  }

  all(): readonly Lifeline[] {
    return this.#lives.map(({ venue, id, terms, state, filled, moments }) => ({
      venue,
      id,
      terms,
      state,
      filled,
      moments,
    }))
  }

  #find(venue: VenueId, step: OrderStep): Life | null {
    for (const id of step.ids) {
      const known = this.#byId.get(`${venue} ${id}`)
      if (known !== undefined) return known
    }
    return step.state === 'unknown' ? null : this.#unansweredLike(venue, step)
  }

  /** The one order without an answer that this one can be: an id that was never told is no id. */
  #unansweredLike(venue: VenueId, { ids, terms }: OrderStep): Life | null {
    if (ids.length === 0 || terms === null) return null
    const alike = this.#lives.filter(
      (life) =>
        life.venue === venue &&
        life.id === null &&
        life.state === 'unknown' &&
        life.terms !== null &&
        sameTerms(life.terms, terms),
    )
    const [only] = alike
    return alike.length === 1 && only !== undefined ? only : null
  }

  #begin(venue: VenueId, { ids }: OrderStep): Life {
    const id = ids[0] ?? null
    const life: Life = {
      venue,
      id,
      terms: null,
      state: null,
      filled: null,
      paid: ZERO_MONEY,
      rests: null,
      moments: [],
    }
    this.#lives.push(life)
    return life
  }
}

function sameTerms(a: Terms, b: Terms): boolean {
  return (
    a.side === b.side &&
    a.quantity === b.quantity &&
    a.price === b.price &&
    (a.market === b.market || b.market === null)
  )
}

/** Fills are told as totals: what is new is the difference. A total that shrinks is a fill that was taken back. */
function newFill(life: Life, { filled, cost }: OrderStep): SeenFill | null {
  if (filled === null) return null
  const before = life.filled ?? ZERO_QUANTITY
  life.filled = filled
  if (life.terms === null || filled === before) return null
  const total = cost ?? costOf(filled, life.terms.price)
  const paid = total === null || life.paid === null ? null : subtractMoney(total, life.paid)
  life.paid = total
  return { terms: life.terms, filled: subtractQuantity(filled, before), paid }
}
