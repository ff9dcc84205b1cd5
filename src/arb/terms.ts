import {
  type Money,
  minQuantity,
  type Quantity,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../domain/amounts.ts'
import { ToolkitError } from '../domain/errors.ts'
import { exposureOf } from '../domain/exposure.ts'
import { type VenueId, venueOf } from '../domain/market.ts'
import type { VenueCapabilities } from '../domain/venue.ts'
import type { Trading } from '../engine/trading.ts'
import type { LedgerState } from '../store/ledger.ts'
import type { DetectTerms } from './detect.ts'
import type { ArbPair } from './ports.ts'

/** What a person asks of every trade. */
export interface ArbWishes {
  /** Dollars that each pair of contracts must keep. */
  readonly minEdge: Money
  /** Contracts of one trade. Null: as many as limits and books allow. */
  readonly size: Quantity | null
  /** Contracts over all trades that may be hedged while their fills can still be reversed. */
  readonly provisionalMax: Quantity
}

export interface AccountFacts {
  readonly capabilities: ReadonlyMap<VenueId, VenueCapabilities>
  /** Dollars for new orders. Null where not known. */
  readonly cash: ReadonlyMap<VenueId, Money | null>
}

/** What limits, positions and cash allow now: the terms that pairs are judged by. */
export function termsNow(trading: Trading, wishes: ArbWishes, { capabilities, cash }: AccountFacts): DetectTerms {
  const { ledger, limits, budget, runtime } = trading
  const { positions, openOrders } = ledger.state
  const used = exposureOf(positions.values(), openOrders.values()).total
  return {
    minEdge: wishes.minEdge,
    size: sizeLeft(wishes, ledger.state, capabilities),
    limits,
    exposureLeft: left(limits.maxExposure, used),
    budgetLeft: limits.sessionBudget === null ? null : left(limits.sessionBudget, budget.spent()),
    nowMs: runtime.clock.monotonicMs(),
    spends: (market) => capabilities.get(venueOf(market))?.immediateBuysSpend ?? true,
    cash: (market) => cash.get(venueOf(market)) ?? null,
  }
}

function left(limit: Money, used: Money): Money {
  return limit > used ? subtractMoney(limit, used) : ZERO_MONEY
}

/** Fills that can be reversed leave their hedge alone when they are: what is under way of them takes room from what comes. */
function sizeLeft(
  { size, provisionalMax }: ArbWishes,
  { openOrders }: LedgerState,
  capabilities: AccountFacts['capabilities'],
): Quantity | null {
  if (![...capabilities.values()].some(({ provisionalFills }) => provisionalFills)) return size
  const underWay = [...openOrders.values()].reduce(
    (sum, { provisionalQuantity }) => (sum + provisionalQuantity) as Quantity,
    ZERO_QUANTITY,
  )
  const room = underWay < provisionalMax ? subtractQuantity(provisionalMax, underWay) : ZERO_QUANTITY
  return size === null ? room : minQuantity(size, room)
}

/** What both venues can do, and what cash they show. Not known is no reason not to trade: the venue refuses what it must. */
export async function readAccountFacts(trading: Trading, pairs: readonly ArbPair[]): Promise<AccountFacts> {
  const capabilities = new Map<VenueId, VenueCapabilities>()
  const cash = new Map<VenueId, Money | null>()
  for (const venue of new Set(pairs.flatMap(({ markets }) => markets.map((market) => market.venue)))) {
    capabilities.set(venue, (await trading.client(venue)).capabilities)
    cash.set(venue, await balanceOf(trading, venue))
  }
  return { capabilities, cash }
}

async function balanceOf(trading: Trading, venue: VenueId): Promise<Money | null> {
  try {
    return (await trading.observe.balance(venue)).available
  } catch (error) {
    if (error instanceof ToolkitError) return null
    throw error
  }
}
