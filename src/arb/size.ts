import {
  addMoney,
  cost,
  type Money,
  maxQuantity,
  minQuantity,
  PAR,
  type Price,
  type Quantity,
  roundDownToStep,
  SCALE,
  subtractMoney,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { worstTakerFee } from '../domain/fees.ts'
import { DUST } from '../domain/pair.ts'
import type { Limits } from '../safeguards/limits.ts'
import { touchEdge } from './edge.ts'
import { costOf, type LegOffer, limitOf, lotOf, planLeg } from './leg-offer.ts'
import { SPEND_MINIMUM } from './lots.ts'
import type { Bound, LegPlan } from './opportunity.ts'
import { keptAt, type Stretch, walkStretches } from './stretches.ts'

/** What a person and the safeguards allow a pair of orders to be. Dollars; null is no limit. */
export interface SizeTerms {
  /** Dollars that each pair must keep. */
  readonly minEdge: Money
  readonly size: Quantity | null
  readonly limits: Pick<Limits, 'minNotional' | 'maxNotional' | 'maxSlippage'>
  readonly exposureLeft: Money
  readonly budgetLeft: Money | null
}

export interface Sized {
  readonly legs: readonly [LegPlan, LegPlan]
  readonly pairs: Quantity
  readonly edge: Money
  readonly collateral: Money
  readonly boundBy: Bound
}

export type SizeResult =
  | { readonly kind: 'sized'; readonly sized: Sized }
  /** The first contract already earns less than was asked for. Dollars per pair, before and after fees. */
  | { readonly kind: 'no_edge'; readonly gross: Money; readonly net: Money }
  | { readonly kind: 'too_small'; readonly bound: Bound }

/** Orders of a leg tried in one stretch of the books before the search gives up on the last cents. */
const TRIES_MAX = 512
/** Rounding in our favour that a venue's nearest rounding can add for each fill, in millionths of a dollar. */
const ROUNDING_GAIN = 10n

/**
 * The pair of immediate purchases that keeps most: both books are walked to where the next pair would keep less than
 * `minEdge`, fees included, within every limit and on both venues' grids. Grids, minimums and the rounding of fees can make
 * a size on either side of that point the better one: they are tried outwards from it, until none can be better.
 */
export function sizePair(offers: readonly [LegOffer, LegOffer], terms: SizeTerms): SizeResult {
  const { stretches, peak, ending } = walkStretches(offers, terms.minEdge, terms.limits.maxSlippage)
  if (peak === ZERO_QUANTITY) return { kind: 'no_edge', ...touchEdge(offers) }
  const gain = BigInt(2 * stretches.length) * ROUNDING_GAIN * SCALE * SCALE
  const field: Field = { terms, peak, gain, keptAt: (pairs) => keptAt(stretches, pairs) }
  let found: Found = { bound: ending, best: null }
  const before = stretches.filter(({ slope }) => slope > 0n).toReversed()
  for (const stretch of [...before, ...stretches.slice(before.length)]) {
    const most = field.keptAt(minQuantity(stretch.upTo, peak)) + gain
    if (found.best === null || most > keptBy(found.best, terms) * SCALE) {
      found = searchStretch(offers, stretch, field, found)
    }
  }
  const { best, bound } = found
  return best === null ? { kind: 'too_small', bound } : { kind: 'sized', sized: best }
}

interface Field {
  readonly terms: SizeTerms
  readonly peak: Quantity
  /** By how much rounding can make a size better than the exact fees say, in 10^-18 dollars. */
  readonly gain: bigint
  keptAt(pairs: Quantity): bigint
}

interface Found {
  /** What ends the size, as far as is known. */
  readonly bound: Bound
  readonly best: Sized | null
}

/** Orders whose limits reach one stretch's prices: the leader's quantity decides the other's. */
interface Orders {
  readonly offers: readonly [LegOffer, LegOffer]
  readonly leader: 0 | 1
  readonly limits: readonly [Price, Price]
  readonly lot: Quantity
}

/** The best pair of orders so far, after those that reach this stretch's prices. */
function searchStretch(offers: readonly [LegOffer, LegOffer], stretch: Stretch, field: Field, found: Found): Found {
  const orders = ordersOf(offers, stretch)
  if (orders === null) return found
  const { terms, peak, gain } = field
  const { least, most, bound } = allowedLots(orders, stretch.upTo, terms)
  if (least > most) return { bound: bound ?? found.bound, best: found.best }
  let best = found.best
  const start = clamp(lotsFor(orders, maxQuantity(stretch.from, minQuantity(stretch.upTo, peak))), least, most)
  for (const step of [-1n, 1n]) {
    let lots = step < 0n ? start : start + 1n
    for (let tries = 0; lots >= least && lots <= most && tries < TRIES_MAX; tries++, lots += step) {
      const first = leaderAt(orders, lots)
      if (first.expected + DUST <= stretch.from) {
        // Lots need not meet where a stretch begins.
        if (step > 0n) continue
        break
      }
      if (best !== null && field.keptAt(first.expected) + gain <= keptBy(best, terms) * SCALE) break
      best = betterOf(best, first, orders, { bound: bound ?? found.bound, terms })
    }
  }
  return { bound: bound ?? found.bound, best }
}

/** The best so far, or what keeps more of the orders that the other leg can answer the leader's with. */
function betterOf(
  best: Sized | null,
  first: LegPlan,
  orders: Orders,
  { bound, terms }: { readonly bound: Bound; readonly terms: SizeTerms },
): Sized | null {
  let better = best
  for (const other of answersTo(first.expected, orders)) {
    const sized = joined(orders, first, other, bound)
    if (sized === null || !isPair(sized, orders.offers) || !isAllowed(sized, orders.offers, terms)) continue
    if (keptBy(sized, terms) > (better === null ? 0n : keptBy(better, terms))) better = sized
  }
  return better
}

/**
 * Both sides hold as much, and no limit is worse than it must be. What falls between the grids is less than either venue
 * trades; more would be a bet, not a pair.
 */
function isPair({ legs }: Sized, offers: readonly [LegOffer, LegOffer]): boolean {
  const [a, b] = legs
  const lone = a.expected > b.expected ? a.expected - b.expected : b.expected - a.expected
  return lone < DUST && limitOf(offers[0], a.worst) === a.limit && limitOf(offers[1], b.worst) === b.limit
}

function isAllowed(sized: Sized, offers: readonly [LegOffer, LegOffer], terms: SizeTerms): boolean {
  return tooLarge(sized, offers, terms) === null && !isTooSmall(sized, offers, terms)
}

function clamp(value: bigint, least: bigint, most: bigint): bigint {
  return value < least ? least : value > most ? most : value
}

function ordersOf(offers: readonly [LegOffer, LegOffer], { prices }: Stretch): Orders | null {
  const [first, second] = [limitOf(offers[0], prices[0]), limitOf(offers[1], prices[1])]
  if (first === null || second === null) return null
  // The leg with the coarser grid leads, and the other follows it.
  const leader = offers[0].spends ? 0 : 1
  return { offers, leader, limits: [first, second], lot: lotOf(offers[leader], leader === 0 ? first : second) }
}

/** Whole lots of the leader that buy no more than so many contracts. */
function lotsFor({ offers, leader, limits, lot }: Orders, pairs: Quantity): bigint {
  const { asks, spends } = offers[leader]
  const quantity = spends ? (costOf(asks, pairs) * SCALE) / limits[leader] : pairs
  return quantity / lot
}

function leaderAt({ offers, leader, limits, lot }: Orders, lots: bigint): LegPlan {
  const plan = planLeg(offers[leader], limits[leader], (lots * lot) as Quantity)
  if (plan === null) throw new Error('a stretch offers what it was measured by')
  return plan
}

/** The smallest and the largest number of lots that nothing refuses, and what refuses more. */
function allowedLots(
  orders: Orders,
  upTo: Quantity,
  terms: SizeTerms,
): { readonly least: bigint; readonly most: bigint; readonly bound: Bound | null } {
  const whole = lotsFor(orders, upTo)
  const at = (lots: bigint): Sized | null => {
    const first = leaderAt(orders, lots)
    const [other] = answersTo(first.expected, orders)
    return other === undefined ? null : joined(orders, first, other, 'depth')
  }
  let bound: Bound | null = null
  const refuses = (lots: bigint): boolean => {
    const sized = at(lots)
    const why = sized === null ? null : tooLarge(sized, orders.offers, terms)
    bound = why ?? bound
    return why !== null
  }
  const most = lastOf(whole, (lots) => !refuses(lots))
  const short = lastOf(most, (lots) => {
    const sized = at(lots)
    return sized === null || isTooSmall(sized, orders.offers, terms)
  })
  // The other grid neighbour may be large enough already.
  return { least: short > 1n ? short : 1n, most, bound }
}

/** The last whole number up to `most` for which this holds, when it holds for none after one for which it does not. */
function lastOf(most: bigint, holds: (value: bigint) => boolean): bigint {
  let [low, high] = [0n, most]
  while (low < high) {
    const middle = low + (high - low + 1n) / 2n
    if (holds(middle)) low = middle
    else high = middle - 1n
  }
  return low
}

/** Quantities of the other leg that go with what the leader buys: the grid's neighbours on both sides. */
function answersTo(expected: Quantity, { offers, leader, limits }: Orders): readonly Quantity[] {
  const follower = leader === 0 ? 1 : 0
  const [offer, limit] = [offers[follower], limits[follower]]
  const lot = lotOf(offer, limit)
  const wanted = offer.spends ? (((costOf(offer.asks, expected) * SCALE) / limit) as Quantity) : expected
  const below = roundDownToStep(wanted, lot)
  return below === wanted ? [below] : [below, (below + lot) as Quantity]
}

function joined({ offers, leader, limits }: Orders, first: LegPlan, other: Quantity, boundBy: Bound): Sized | null {
  const follower = leader === 0 ? 1 : 0
  const second = planLeg(offers[follower], limits[follower], other)
  if (second === null) return null
  const legs = leader === 0 ? ([first, second] as const) : ([second, first] as const)
  const pairs = minQuantity(first.expected, second.expected)
  const collateral = addMoney(first.cost, first.fee, second.cost, second.fee)
  return { legs, pairs, collateral, edge: subtractMoney(cost(PAR, pairs, 'down'), collateral), boundBy }
}

/** What it keeps beyond what was asked for, in 10^-12 dollars. */
function keptBy({ edge, pairs }: Sized, { minEdge }: SizeTerms): bigint {
  return edge * SCALE - minEdge * pairs
}

/** Dollars that an order can cost at worst, without and with its fee. */
function worstOf({ market, limit, quantity }: LegPlan): { readonly bare: Money; readonly withFee: Money } {
  const bare = cost(limit, quantity, 'up')
  const fee = worstTakerFee(market.fees, { side: 'buy', price: limit, quantity }) ?? ZERO_MONEY
  return { bare, withFee: addMoney(bare, fee) }
}

/** Which limit the orders break at their worst. Null: none. What a larger pair does not break a smaller one does not either. */
function tooLarge({ legs }: Sized, offers: readonly [LegOffer, LegOffer], terms: SizeTerms): Bound | null {
  const { limits, exposureLeft, budgetLeft, size } = terms
  const [first, second] = [worstOf(legs[0]), worstOf(legs[1])]
  if (size !== null && legs.some(({ expected }) => expected > size)) return 'size'
  if (first.bare > limits.maxNotional || second.bare > limits.maxNotional) return 'max_notional'
  if (addMoney(first.bare, second.bare) > exposureLeft) return 'exposure'
  if (budgetLeft !== null && addMoney(first.withFee, second.withFee) > budgetLeft) return 'session_budget'
  const lacks = (cash: Money | null, needed: Money): boolean => cash !== null && needed > cash
  return lacks(offers[0].cash, first.withFee) || lacks(offers[1].cash, second.withFee) ? 'cash' : null
}

/** Whether an order is smaller than its venue or our own limits take. */
function isTooSmall({ legs }: Sized, offers: readonly [LegOffer, LegOffer], { limits }: SizeTerms): boolean {
  return legs.some(({ expected, limit, quantity, market }, index) => {
    const dollars = cost(limit, quantity, 'down')
    const spends = index === 0 ? offers[0].spends : offers[1].spends
    const least = spends && limits.minNotional < SPEND_MINIMUM ? SPEND_MINIMUM : limits.minNotional
    return expected === 0n || dollars < least || quantity < (market.minimumQuantity ?? ZERO_QUANTITY)
  })
}
