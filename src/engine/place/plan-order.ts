import { cost, type Money } from '../../domain/amounts.ts'
import { exposureOf } from '../../domain/exposure.ts'
import { venueOf } from '../../domain/market.ts'
import type { OrderIntent, OrderPurpose } from '../../domain/order.ts'
import { bookOf, type DepthWalk, type OrderBook, walkDepth, walkSpending } from '../../domain/order-book.ts'
import type { VenueCapabilities } from '../../domain/venue.ts'
import type { Ids } from '../../runtime/ids.ts'
import { orderAdmissions } from '../../safeguards/breaker.ts'
import { checkOrder, type Snapshot } from '../../safeguards/check-order.ts'
import type { Denial } from '../../safeguards/denials.ts'
import type { LedgerState } from '../../store/ledger.ts'
import type { OrderRequest } from '../requests.ts'
import type { Trading } from '../trading.ts'

/** What a person or strategy asks for, before it has ids and a time. */
export interface OrderDraft extends Omit<OrderIntent, 'id' | 'clientOrderId' | 'createdAtMs' | 'purpose'> {
  readonly allowDuplicate: boolean
  /** `manual` unless told otherwise. */
  readonly purpose?: OrderPurpose
}

/** A request as a preview shows it. */
export interface OrderPlan extends OrderRequest {
  readonly verdict: Verdict
  /** What an immediate order would fill in this book. */
  readonly expected: DepthWalk
}

export type Verdict =
  | { readonly kind: 'approved'; readonly worstCost: Money; readonly worstFee: Money }
  | { readonly kind: 'denied'; readonly denials: readonly Denial[] }

/**
 * Reads the market and its book and runs every safeguard. Sends nothing and journals nothing.
 * @throws VenueError when the market or its book cannot be read.
 */
export async function planOrder(
  trading: Trading,
  draft: OrderDraft,
  signal?: AbortSignal,
  ids: Ids = trading.runtime.ids,
): Promise<OrderPlan> {
  const market = await trading.observe.market(draft.market, signal)
  // A market that takes no orders often has no book to read, and needs none to be denied.
  const tradable = market.status === 'open' && market.untradableReason === null
  const book = tradable ? await trading.observe.book(market, signal) : null
  await trading.ledger.refresh()
  const { purpose, allowDuplicate, ...wanted } = draft
  const intent: OrderIntent = {
    ...wanted,
    // The market's own name, so that one market reached by two names is still one position.
    market: market.id,
    id: ids.short('o'),
    clientOrderId: ids.uuid(),
    purpose: purpose ?? { kind: 'manual' },
    createdAtMs: trading.observe.orderTimeMs(),
  }
  const { capabilities } = await trading.client(venueOf(intent.market))
  const seen = { market, book, allowDuplicate, capabilities }
  const snapshot = await takeSnapshot(trading, intent, seen, trading.ledger.state)
  const checked = checkOrder(intent, snapshot, trading.limits)
  const verdict: Verdict =
    checked.kind === 'approved'
      ? { kind: 'approved', worstCost: checked.worstCost, worstFee: checked.worstFee }
      : { kind: 'denied', denials: checked.denials }
  const expected = expectedFill(intent, book, capabilities)
  return { intent, market, book, verdict, expected, allowDuplicate }
}

/** What an immediate order would fill in this book. */
export function expectedFill(intent: OrderIntent, book: OrderBook | null, capabilities: VenueCapabilities): DepthWalk {
  const { side, quantity, price: limit, timeInForce } = intent
  const own = bookOf(book ?? { market: intent.market, bids: [], asks: [], capturedAtMs: 0 }, intent.outcome)
  const immediate = timeInForce === 'ioc' || timeInForce === 'fok'
  return capabilities.immediateBuysSpend && immediate && side === 'buy'
    ? walkSpending(own, { dollars: cost(limit, quantity, 'up'), limit })
    : walkDepth(own, { side, quantity, limit })
}

/** Everything the safeguards look at, for one order at one moment. Quick: it also runs under the ledger's lock. */
export async function takeSnapshot(
  trading: Trading,
  intent: OrderIntent,
  seen: Pick<Snapshot, 'market' | 'book' | 'allowDuplicate' | 'capabilities' | 'isResend'>,
  state: LedgerState,
): Promise<Snapshot> {
  const halted = await trading.readHalt()
  const nowMs = trading.runtime.clock.nowMs()
  const guarded = { venue: venueOf(intent.market), isLeg: intent.purpose.kind === 'arb_leg' }
  return {
    market: seen.market,
    book: seen.book,
    state,
    exposure: exposureOf(state.positions.values(), state.openOrders.values()),
    capabilities: seen.capabilities,
    halted,
    breakers: orderAdmissions(state.breakers, guarded, nowMs),
    sessionSpent: trading.budget.spent(),
    nowMs,
    allowDuplicate: seen.allowDuplicate,
    isResend: seen.isResend ?? false,
  }
}
