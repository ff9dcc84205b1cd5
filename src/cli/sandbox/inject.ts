import {
  addQuantity,
  formatAmount,
  parseQuantity,
  type Quantity,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import { parseMarketId } from '../../domain/market.ts'
import { orderedIds } from '../../engine/markets/pairs.ts'
import type { ApprovedPair, PairedIds, Polarity } from '../../pairs/approved-pair.ts'
import { type Clock, systemClock } from '../../runtime/clock.ts'
import { findRunningSandbox } from '../../sandbox/discover.ts'
import type { InjectionJson, InjectJson } from '../json/inject-json.ts'
import { type InjectionRequest, sandboxControl } from '../rehearsal/sandbox-control.ts'
import type { Session } from '../session/session.ts'

export interface InjectOptions extends Omit<InjectionRequest, 'markets' | 'polarity'> {
  /** Both markets, or one of an approved pair. */
  readonly pair: string
  /** Null: as it was approved. */
  readonly polarity: Polarity | null
  /** How long nothing may come, neither an order nor the end of the edge, before the watch is over; ms. */
  readonly watchMs: number
  onBegun(injection: InjectionJson): void
  readonly signal: AbortSignal
  readonly clock?: Clock
}

const pollMs = 50

/**
 * Has the sandbox that is served for this data directory offer an edge, and tells what came of it.
 * @throws ToolkitError (usage) when none is served, or the pair is not known.
 */
export async function injectEdge({ settings, trading }: Session, options: InjectOptions): Promise<InjectJson> {
  const served = await findRunningSandbox(settings.dataDir)
  if (served === null) throw notServed(settings.dataDir)
  const control = sandboxControl(served.control)
  const { pair, polarity, watchMs, onBegun, signal, clock = systemClock, ...wish } = options
  const pairIds = pairOf([...trading.ledger.state.approvedPairs.values()], pair, polarity)
  const begun = await control.inject({ ...wish, ...pairIds })
  onBegun(begun)
  let injection = begun
  let quietSinceMs = clock.monotonicMs()
  while (!signal.aborted) {
    const isToEnd = wish.forMs !== null && injection.endedBy === null
    if (!isToEnd && clock.monotonicMs() - quietSinceMs >= watchMs) break
    await clock.sleep(pollMs, signal)
    const now = await control.injection(begun.id)
    if (now.endedBy !== injection.endedBy || now.orders.length > injection.orders.length) {
      quietSinceMs = clock.monotonicMs()
    }
    injection = now
  }
  return injectJson(injection)
}

export function injectJson(injection: InjectionJson): InjectJson {
  const quantities = injection.legs.map(({ market, outcome }) => boughtIn(injection, market, outcome))
  const [first = ZERO_QUANTITY, second = ZERO_QUANTITY] = quantities
  return {
    injection,
    bought: injection.legs.map(({ market, outcome }, index) => ({
      market,
      outcome,
      quantity: formatAmount(quantities[index] ?? ZERO_QUANTITY),
    })),
    imbalance: formatAmount(first > second ? subtractQuantity(first, second) : subtractQuantity(second, first)),
  }
}

function boughtIn({ orders }: InjectionJson, market: string, outcome: string): Quantity {
  const sum = (side: string): Quantity =>
    addQuantity(
      ZERO_QUANTITY,
      ...orders
        .filter((order) => order.market === market && order.outcome === outcome && order.side === side)
        .map(({ filled }) => parseQuantity(filled)),
    )
  return subtractQuantity(sum('buy'), sum('sell'))
}

interface NamedPair {
  readonly markets: PairedIds
  readonly polarity: Polarity
}

/** The pair that is meant. @throws ToolkitError (usage). */
function pairOf(approved: readonly ApprovedPair[], name: string, polarity: Polarity | null): NamedPair {
  const ids = name.trim().split(/\s+/)
  const [first, second] = ids
  if (first === undefined || ids.length > 2 || ids.some((id) => parseMarketId(id) === null)) throw badPair(name)
  if (second === undefined) {
    const [only, ...others] = approved.filter(({ markets }) => markets.some((id) => id === first))
    if (only === undefined || others.length > 0) throw notOne(first, others.length > 0)
    return { markets: only.markets, polarity: polarity ?? only.polarity }
  }
  const markets = orderedIds([first, second])
  const known = approved.find((pair) => pair.markets.every((id) => markets.includes(id)))
  const facing = polarity ?? known?.polarity
  if (facing === undefined) throw notApproved(markets)
  return { markets, polarity: facing }
}

function badPair(name: string): ToolkitError {
  return new ToolkitError({
    code: 'NO_PAIR',
    category: 'usage',
    message: `--pair ${JSON.stringify(name)} is neither two markets nor one market of an approved pair. Nothing was injected.`,
    suggestions: ['crosstape pairs list'],
  })
}

function notOne(market: string, areSeveral: boolean): ToolkitError {
  return new ToolkitError({
    code: 'NO_PAIR',
    category: 'usage',
    message: `${market} is in ${areSeveral ? 'several approved pairs: name both markets' : 'no approved pair'}. Nothing was injected.`,
    suggestions: ['crosstape pairs list'],
  })
}

function notApproved(markets: PairedIds): ToolkitError {
  return new ToolkitError({
    code: 'PAIR_NOT_APPROVED',
    category: 'usage',
    message: `${markets.join(' ')} is not approved, so it is not known which outcomes face each other. Nothing was injected.`,
    suggestions: [
      `crosstape pairs approve ${markets.join(' ')}`,
      '--polarity same or --polarity inverted, for a program that has pairs of its own',
    ],
  })
}

function notServed(dataDir: string): ToolkitError {
  return new ToolkitError({
    code: 'SANDBOX_NOT_SERVED',
    category: 'usage',
    message: `No sandbox is being served for ${dataDir}: an edge in one that nobody trades on would be seen by nobody. Nothing was injected.`,
    facts: { dataDir },
    suggestions: ['crosstape sandbox serve'],
  })
}
