import { formatAmount, ZERO_QUANTITY } from '../domain/amounts.ts'
import { type MarketId, type VenueId, venueOf } from '../domain/market.ts'
import type { OrderIntent } from '../domain/order.ts'
import type { Side } from '../domain/side.ts'
import { isoTime } from '../runtime/clock.ts'
import type { ArbTrade, JournalEvent } from './events.ts'

/** What one journal event says, in the same columns for all kinds. */
export interface AuditFacts {
  /** Why the order exists: `manual`, `arb_leg` or `unwind`. */
  readonly tradeType: string | null
  readonly venue: VenueId | null
  readonly market: MarketId | null
  readonly order: string | null
  /** Of two legs. */
  readonly trade: string | null
  /** Contracts, as a decimal string. */
  readonly amount: string | null
  readonly side: Side | null
  /** Null while it is not known: asked and not yet answered, or answered unclearly. */
  readonly success: boolean | null
  readonly error: string | null
  readonly metadata: Readonly<Record<string, string>>
}

const nothing: AuditFacts = {
  tradeType: null,
  venue: null,
  market: null,
  order: null,
  trade: null,
  amount: null,
  side: null,
  success: null,
  error: null,
  metadata: {},
}

/** `intent` is that of the order which the event is about, where known. */
export function auditFacts(event: JournalEvent, intent: OrderIntent | null): AuditFacts {
  switch (event.type) {
    case 'order.submitted':
    case 'order.adopted':
      return {
        ...aboutOrder(event.intent.id, event.intent),
        metadata: sorted({ ...terms(event.intent), venueOrderId: event.venueOrderId }),
      }
    case 'order.denied': {
      const codes = event.denials.map(({ code }) => code).join(' ')
      const error = event.denials.map(({ message }) => message).join(' ')
      return {
        ...aboutOrder(event.intent.id, event.intent),
        success: false,
        error,
        metadata: sorted({ ...terms(event.intent), codes }),
      }
    }
    case 'order.reported': {
      const { status, filledQuantity, reversedQuantity = ZERO_QUANTITY, venueOrderId } = event.report
      return {
        ...aboutOrder(event.orderId, intent),
        success: status === 'unknown' ? null : status !== 'rejected',
        metadata: sorted({
          status,
          filledQuantity: formatAmount(filledQuantity),
          reversedQuantity: reversedQuantity === 0n ? null : formatAmount(reversedQuantity),
          venueOrderId,
          source: event.source,
        }),
      }
    }
    case 'order.rejected':
      return {
        ...aboutOrder(event.orderId, intent),
        success: false,
        error: event.reason,
        metadata: { code: event.code },
      }
    case 'order.unknown':
      return { ...aboutOrder(event.orderId, intent), error: event.reason, metadata: { code: event.code } }
    case 'fill.booked':
    case 'fill.settled': {
      const { id, quantity, price, fee, finality, side, market, venue } = event.fill
      return {
        ...aboutOrder(event.orderId, intent),
        venue,
        market,
        side,
        amount: formatAmount(quantity),
        success: finality !== 'failed',
        error: finality === 'failed' ? 'The venue reversed the fill: nothing moved.' : null,
        metadata: sorted({
          fill: id,
          price: formatAmount(price),
          fee: fee === null ? null : formatAmount(fee),
          finality,
        }),
      }
    }
    case 'fee.drift': {
      const { charged, predicted, worst, series, schedule } = event.drift
      return {
        ...aboutOrder(event.orderId, intent),
        success: false,
        error: `Charged ${formatAmount(charged)}, where the schedule of ${series ?? event.market} gives ${formatAmount(predicted)}.`,
        metadata: sorted({
          charged: formatAmount(charged),
          predicted: formatAmount(predicted),
          worst: formatAmount(worst),
          series,
          schedule,
          fills: event.fillIds.join(' '),
        }),
      }
    }
    case 'order.evidence': {
      const { finding, evidence, source = null, asOf = null, rulesOut } = event
      const metadata = sorted({ finding, evidence, source, asOf, rulesOut: rulesOut?.join(' ') ?? null })
      return { ...aboutOrder(event.orderId, intent), metadata }
    }
    case 'order.resent':
      return aboutOrder(event.orderId, intent)
    case 'cancel.requested':
      return aboutOrder(event.orderId, intent)
    case 'cancel.answered':
      return { ...aboutOrder(event.orderId, intent), ...answer(event.outcome, event.message) }
    case 'amend.requested': {
      const [price, quantity] = [formatAmount(event.price), formatAmount(event.quantity)]
      return { ...aboutOrder(event.orderId, intent), amount: quantity, metadata: { price, quantity } }
    }
    case 'amend.denied': {
      const [price, quantity] = [formatAmount(event.price), formatAmount(event.quantity)]
      const codes = event.denials.map(({ code }) => code).join(' ')
      const error = event.denials.map(({ message }) => message).join(' ')
      const about = { ...aboutOrder(event.orderId, intent), amount: quantity }
      return { ...about, success: false, error, metadata: { codes, price, quantity } }
    }
    case 'amend.answered':
      return { ...aboutOrder(event.orderId, intent), ...answer(event.outcome, event.message) }
    default:
      return auditFactsBesideOrders(event)
  }
}

type OrderEventType =
  | 'order.submitted'
  | 'order.adopted'
  | 'order.denied'
  | 'order.reported'
  | 'order.rejected'
  | 'order.unknown'
  | 'fill.booked'
  | 'fill.settled'
  | 'fee.drift'
  | 'order.evidence'
  | 'order.resent'
  | 'cancel.requested'
  | 'cancel.answered'
  | 'amend.requested'
  | 'amend.denied'
  | 'amend.answered'

function auditFactsBesideOrders(event: Exclude<JournalEvent, { type: OrderEventType }>): AuditFacts {
  switch (event.type) {
    case 'cancel_all.requested':
      return { ...nothing, venue: event.venue }
    case 'cancel_all.answered':
      return { ...nothing, venue: event.venue, ...answer(event.outcome, event.message) }
    case 'trade.opened':
    case 'trade.updated':
      return aboutTrade(event.trade)
    case 'markets.synced':
      return { ...nothing, venue: event.venue, success: true, metadata: { markets: String(event.markets) } }
    case 'safeguards.halted':
    case 'safeguards.resumed':
      return { ...nothing, success: true, metadata: { reason: event.reason } }
    case 'breaker.changed': {
      const { state, consecutiveFailures, failedWrites, sinceMs, trialSinceMs } = event.memory
      return {
        ...nothing,
        metadata: sorted({
          breaker: event.breaker,
          state,
          failures: String(consecutiveFailures),
          ...(failedWrites === undefined ? {} : { failedWrites: String(failedWrites) }),
          since: sinceMs === null ? null : isoTime(sinceMs),
          trial: trialSinceMs === undefined ? null : isoTime(trialSinceMs),
        }),
      }
    }
    case 'order.ignored': {
      const { venue, venueOrderId, shown } = event.order
      return { ...nothing, venue, success: true, metadata: sorted({ venueOrderId, shown }) }
    }
    case 'pair.approved': {
      const { markets, polarity, hash, by } = event.pair
      return { ...nothing, success: true, metadata: sorted({ markets: markets.join(' '), polarity, hash, by }) }
    }
    case 'pair.rejected': {
      const { markets, by, reason } = event.pair
      return { ...nothing, success: true, metadata: sorted({ markets: markets.join(' '), by, reason }) }
    }
    case 'position.settled': {
      const { market, outcome, quantity, payout, time } = event.settlement
      return {
        ...nothing,
        venue: venueOf(market),
        market,
        amount: formatAmount(quantity),
        success: true,
        metadata: sorted({ outcome, payout: formatAmount(payout), time }),
      }
    }
    case 'cash.agreed':
      return { ...nothing, venue: event.venue, success: true, metadata: { balance: formatAmount(event.balance) } }
    case 'cash.claimed':
      return { ...nothing, venue: event.venue, success: true, metadata: { amount: formatAmount(event.amount) } }
    case 'reconcile.finished': {
      const { settled, differences } = event
      return {
        ...nothing,
        success: differences === 0,
        metadata: { settled: String(settled), differences: String(differences) },
      }
    }
    case 'session.started':
      return { ...nothing, metadata: sorted({ ...startOf(event), tape: event.tape ?? null }) }
    case 'journal.keyed':
      return { ...nothing, metadata: sorted({ key: event.key, previous: event.previous }) }
    case 'journal.cut':
      return { ...nothing, success: false, metadata: { upTo: String(event.upTo) } }
    case 'session.ended':
      return { ...nothing, metadata: { session: event.session, outcome: event.outcome } }
  }
}

function startOf({ session, command, version }: Extract<JournalEvent, { type: 'session.started' }>) {
  return { session, command, version }
}

function aboutOrder(order: string, intent: OrderIntent | null): AuditFacts {
  if (intent === null) return { ...nothing, order }
  const { purpose, market, quantity, side } = intent
  return {
    ...nothing,
    order,
    tradeType: purpose.kind,
    venue: venueOf(market),
    market,
    trade: 'tradeId' in purpose ? purpose.tradeId : null,
    amount: formatAmount(quantity),
    side,
  }
}

function aboutTrade(trade: ArbTrade): AuditFacts {
  const { id, edgeExpected, edgeRealized, imbalance, fees, provisional, worstLossExpected = null } = trade
  const ended = { open: null, balanced: true, unwound: true, imbalanced: false, frozen: null, failed: false }[
    trade.status
  ]
  const status = provisional === true ? 'provisional' : trade.status
  const orders = trade.legs.map(({ orderId }) => orderId).join(' ')
  return {
    ...nothing,
    tradeType: 'two_leg',
    trade: id,
    success: ended,
    metadata: sorted({ status, orders, edgeExpected, edgeRealized, imbalance, fees, worstLossExpected }),
  }
}

/** `refused` and the like are failures; `unknown` is neither. */
function answer(outcome: string, message: string | null): Pick<AuditFacts, 'success' | 'error' | 'metadata'> {
  const success = outcome === 'unknown' ? null : outcome === 'cancelled' || outcome === 'amended'
  return { success, error: success === true ? null : message, metadata: { outcome } }
}

function terms(intent: OrderIntent) {
  const { outcome, price, timeInForce, clientOrderId } = intent
  return { outcome, price: formatAmount(price), timeInForce, clientOrderId }
}

/** What is known, by name. */
function sorted(facts: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  const known = Object.entries(facts).flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
  return Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)))
}
