import {
  AmountError,
  formatAmount,
  type Money,
  parseMoney,
  parseQuantity,
  type Quantity,
} from '../../domain/amounts.ts'
import { type MarketId, parseMarketId, type VenueId, venueIds } from '../../domain/market.ts'

/** What becomes of an injected edge at its moment. A venue names one side; without one, both. */
export type Effect =
  /** Nobody offers it any more: the book is as it was, but for offers as good. */
  | { readonly kind: 'vanish'; readonly venue: VenueId | null }
  /** The offer is there still, and keeps nothing. */
  | { readonly kind: 'move'; readonly venue: VenueId | null }
  /** So many contracts are left of the offer. */
  | { readonly kind: 'thin'; readonly venue: VenueId; readonly left: Quantity }
  /** Somebody takes so many contracts of what accounts have resting in its market. */
  | { readonly kind: 'take'; readonly venue: VenueId; readonly quantity: Quantity }
  /** Trading in its market ends. */
  | { readonly kind: 'close'; readonly venue: VenueId }

/** What befalls the next order at a venue, from the start. */
export type Hindrance =
  /** Taken, and matched so much later (Polymarket). */
  | { readonly kind: 'late-fill'; readonly venue: 'polymarket'; readonly ms: number }
  /** Carried out at once and answered so much later: fills are heard of before the answer. */
  | { readonly kind: 'late-answer'; readonly venue: VenueId; readonly ms: number }
  /** Carried out, and never answered. */
  | { readonly kind: 'lose-answer'; readonly venue: VenueId }

/** `order`: before the first order in either market is carried out; `fill`: after the first that fills; `cancel`. */
export const moments = ['order', 'fill', 'cancel'] as const
export type Moment = (typeof moments)[number]

export interface InjectionWish {
  readonly markets: readonly [MarketId, MarketId]
  readonly polarity: 'same' | 'inverted'
  readonly edge: Money
  readonly size: Quantity
  /** Ms from the start, of real time. Null: until the moment, or for good. */
  readonly forMs: number | null
  readonly on: Moment | null
  readonly effects: readonly Effect[]
  readonly hindrances: readonly Hindrance[]
}

export type ReadWish =
  | { readonly kind: 'wish'; readonly wish: InjectionWish }
  | { readonly kind: 'wrong'; readonly message: string }

/** Thrown by the readers below, and told. */
class WrongWish extends Error {}

const FOR_MAX_MS = 24 * 60 * 60 * 1000
const defaultLateMs = 500

/** `{markets: [a, b], polarity, edge, size, forMs?, on?, effects?: ["vanish:kalshi", …]}`, or what is wrong with it. */
export function readWish(body: Readonly<Record<string, unknown>>): ReadWish {
  try {
    return { kind: 'wish', wish: wishOf(body) }
  } catch (error) {
    if (error instanceof WrongWish || error instanceof AmountError) return { kind: 'wrong', message: error.message }
    throw error
  }
}

function wishOf(body: Readonly<Record<string, unknown>>): InjectionWish {
  const { polarity, forMs = null, on = null, effects: words = [] } = body
  if (polarity !== 'same' && polarity !== 'inverted') throw new WrongWish('polarity must be same or inverted')
  if (forMs !== null && (typeof forMs !== 'number' || !Number.isInteger(forMs) || forMs < 0 || forMs > FOR_MAX_MS)) {
    throw new WrongWish('forMs must be whole milliseconds, at most a day')
  }
  const moment = moments.find((known) => known === on) ?? null
  if (moment === null && on !== null) throw new WrongWish(`on must be one of ${moments.join(', ')}`)
  const size = typeof body.size === 'string' ? parseQuantity(body.size) : null
  if (size === null || size <= 0n) throw new WrongWish('size must be contracts in a string, more than none')
  if (typeof body.edge !== 'string') throw new WrongWish('edge must be dollars in a string')
  if (!Array.isArray(words)) throw new WrongWish('effects must be a list of words such as vanish:kalshi')
  const parts = words.map(readEffect)
  const effects = parts.flatMap((part) => ('effect' in part ? [part.effect] : []))
  const hindrances = parts.flatMap((part) => ('hindrance' in part ? [part.hindrance] : []))
  if (effects.length > 0 && forMs === null && moment === null) {
    throw new WrongWish('say when: after so long (for), or at the first order, fill or cancel (on)')
  }
  const edge = parseMoney(body.edge)
  if (edge >= 1_000_000n) throw new WrongWish(`a pair pays one dollar, so that none keeps ${formatAmount(edge)}`)
  return { markets: readMarkets(body.markets), polarity, edge, size, forMs, on: moment, effects, hindrances }
}

/** One market of each venue, in the order of the venues. */
function readMarkets(value: unknown): readonly [MarketId, MarketId] {
  const parsed = (Array.isArray(value) ? value : []).map((id) => (typeof id === 'string' ? parseMarketId(id) : null))
  const [first, second] = venueIds.map((venue) => parsed.find((each) => each?.venue === venue) ?? null)
  if (parsed.length !== 2 || first == null || second == null) throw new WrongWish('markets must be one of each venue')
  return [`${first.venue}:${first.symbol}`, `${second.venue}:${second.symbol}`]
}

type Part = { readonly effect: Effect } | { readonly hindrance: Hindrance }

const forms =
  'vanish[:VENUE], move[:VENUE], thin:VENUE:CONTRACTS, take:VENUE:CONTRACTS, close:VENUE, late-fill:polymarket[:MS], late-answer:VENUE[:MS] or lose-answer:VENUE'

/** `ACTION[:VENUE[:VALUE]]`. */
function readEffect(value: unknown): Part {
  const [action, place, amount, ...more] = typeof value === 'string' ? value.split(':') : []
  const venue = venueIds.find((known) => known === place) ?? null
  const wrong = new WrongWish(`what happens must be ${forms}, and ${JSON.stringify(value)} is not`)
  if (more.length > 0 || (place !== undefined && venue === null)) throw wrong
  if (action === 'vanish' || action === 'move') {
    if (amount !== undefined) throw wrong
    return { effect: { kind: action, venue } }
  }
  if (venue === null) throw wrong
  switch (action) {
    case 'thin':
      if (amount === undefined) throw wrong
      return { effect: { kind: 'thin', venue, left: parseQuantity(amount) } }
    case 'take':
      if (amount === undefined) throw wrong
      return { effect: { kind: 'take', venue, quantity: parseQuantity(amount) } }
    case 'close':
      return { effect: { kind: 'close', venue } }
    case 'late-fill':
      if (venue !== 'polymarket') throw new WrongWish(`${venue} matches immediate orders at once: try late-answer`)
      return { hindrance: { kind: 'late-fill', venue, ms: readMs(amount, wrong) } }
    case 'late-answer':
      return { hindrance: { kind: 'late-answer', venue, ms: readMs(amount, wrong) } }
    case 'lose-answer':
      return { hindrance: { kind: 'lose-answer', venue } }
    default:
      throw wrong
  }
}

function readMs(text: string | undefined, wrong: WrongWish): number {
  if (text === undefined) return defaultLateMs
  if (!/^\d{1,6}$/.test(text)) throw wrong
  return Number(text)
}
