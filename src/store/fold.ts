import { ZERO_MONEY } from '../domain/amounts.ts'
import type { Netting } from '../domain/holding.ts'
import { pairName, type VenueId, venueIds, venueOf } from '../domain/market.ts'
import { intentFingerprint, isUnsettled, type OrderIntent } from '../domain/order.ts'
import { deniedOrder, submittedOrder } from '../domain/order-machine.ts'
import { NEVER_REACHED, notLanded } from '../domain/stories.ts'
import type { ArbTrade, JournalEvent, JournalRecord } from './events.ts'
import { applyFillEvent, applySettlement, moveCash } from './fold-fill.ts'
import { changeOrder, keepOrder, type Recall, trackedOrder } from './fold-order.ts'
import {
  type Departed,
  type Draft,
  draftOf,
  type FoldState,
  stateOf,
  type TrackedOrder,
  type TrackedTrade,
} from './fold-state.ts'
import { ignoredKey } from './ledger.ts'

/** The duplicate check looks back at most this far. */
const INTENT_WINDOW_MS = 15 * 60_000
const INTENTS_MAX = 1_000

export interface FoldContext {
  readonly nettingOf: (venue: VenueId) => Netting
  /** What has left the state before these records. Asked for orders and trades that the records speak of. */
  readonly recall: Recall
}

export interface FoldOutcome {
  readonly state: FoldState
  /** In the order they left; an id that came back and left again is there once for each time. */
  readonly orders: readonly Departed<TrackedOrder>[]
  readonly trades: readonly Departed<TrackedTrade>[]
  /** What the records say that cannot be, for a person. */
  readonly warnings: readonly string[]
}

/** Nothing has ever left: enough for short histories and tests. */
const nothingArchived: Recall = { order: () => null, trade: () => null }

/** The state after one more record. Pure. */
export function applyRecord(
  state: FoldState,
  record: JournalRecord,
  nettingOf: FoldContext['nettingOf'],
  recall: Recall = nothingArchived,
): FoldState {
  return applyRecords(state, [record], { nettingOf, recall }).state
}

/** The state after a run of records, and what left it. Pure; equal to applying them one by one. */
export function applyRecords(state: FoldState, records: readonly JournalRecord[], context: FoldContext): FoldOutcome {
  const draft = draftOf(state)
  for (const record of records) {
    draft.seq = record.seq
    rollDay(draft, record.time)
    applyEvent(draft, record, context)
  }
  return {
    state: stateOf(draft),
    orders: draft.departedOrders,
    trades: draft.departedTrades,
    warnings: draft.warnings,
  }
}

/** A day's loss is never forgotten because a clock was set back. */
function rollDay(draft: Draft, time: string): void {
  const day = time.slice(0, 10)
  if (day > draft.today.day) draft.today = { day, realized: 0n }
}

function applyEvent(draft: Draft, record: JournalRecord, context: FoldContext): void {
  const { event, time } = record
  const { recall } = context
  switch (event.type) {
    case 'journal.cut':
      draft.lostRecords = {
        upTo: event.upTo,
        venues: venueIds,
        ...(event.anchor === undefined ? {} : { anchor: event.anchor }),
      }
      break
    case 'order.submitted':
      submit(draft, event.intent, event.venueOrderId, time, recall)
      break
    case 'order.adopted':
      draft.ignoredOrders.delete(ignoredKey(venueOf(event.intent.market), event.venueOrderId))
      begin(draft, event.intent, event.venueOrderId, time)
      break
    case 'order.denied':
      deny(draft, event.intent, event.denials.map((denial) => denial.message).join(' '), time)
      break
    case 'order.reported':
      changeOrder(draft, event.orderId, { kind: 'reported', report: event.report }, time, recall)
      break
    case 'order.rejected':
      changeOrder(
        draft,
        event.orderId,
        { kind: 'rejected', reason: event.reason, isPresumed: event.code === NEVER_REACHED },
        time,
        recall,
      )
      // The same order once more repeats nothing.
      draft.recentIntents = draft.recentIntents.filter(({ orderId }) => orderId !== event.orderId)
      break
    case 'order.unknown':
      changeOrder(draft, event.orderId, { kind: 'unknown', reason: event.reason }, time, recall)
      break
    case 'amend.requested': {
      const { orderId, price, quantity } = event
      changeOrder(draft, orderId, { kind: 'amend_requested', terms: { price, quantity } }, time, recall)
      break
    }
    case 'amend.answered':
      changeOrder(draft, event.orderId, { kind: 'amend_answered', outcome: event.outcome }, time, recall)
      break
    case 'fill.booked':
    case 'fill.settled':
      applyFillEvent(draft, { orderId: event.orderId, fill: event.fill, time }, context.nettingOf, recall)
      break
    case 'order.evidence':
      noteEvidence(draft, event, recall)
      break
    case 'order.resent':
      noteResend(draft, event.orderId, time, recall)
      break
    case 'order.ignored':
      draft.ignoredOrders.set(ignoredKey(event.order.venue, event.order.venueOrderId), event.order)
      break
    case 'pair.approved':
      draft.rejectedPairs.delete(pairName(event.pair.markets))
      draft.approvedPairs.set(pairName(event.pair.markets), event.pair)
      break
    case 'pair.rejected':
      draft.approvedPairs.delete(pairName(event.pair.markets))
      draft.rejectedPairs.set(pairName(event.pair.markets), event.pair)
      break
    case 'position.settled':
      applySettlement(draft, event.settlement)
      break
    case 'cash.agreed':
      draft.cash.set(event.venue, {
        agreed: event.balance,
        agreedAtMs: Date.parse(event.asOf ?? time),
        moved: ZERO_MONEY,
        slack: ZERO_MONEY,
        computedFees: ZERO_MONEY,
      })
      draft.lostRecords = lostAfterAgreeing(draft.lostRecords, event.venue)
      break
    case 'cash.claimed':
      moveCash(draft, event.venue, { amount: event.amount })
      break
    case 'trade.opened':
    case 'trade.updated':
      putTrade(draft, event.trade, recall)
      break
    case 'fee.drift':
      noteFeeDrift(draft, event, time, recall)
      break
    case 'safeguards.resumed':
      draft.feeDrifts.clear()
      break
    case 'cancel_all.requested':
    case 'cancel_all.answered':
      draft.cancelledAllAt.set(event.venue, Date.parse(time))
      break
    case 'breaker.changed':
      draft.breakers.set(event.breaker, event.memory)
      break
    default:
    // The rest is the trail of what was done; nothing follows from it.
  }
}

/** Which record was lost stays known, or the same loss would be found again. */
function lostAfterAgreeing(lost: FoldState['lostRecords'], venue: VenueId): FoldState['lostRecords'] {
  return lost === null ? null : { ...lost, venues: lost.venues.filter((one) => one !== venue) }
}

/** Proof that the venue took an order outlives the read that gave it: a later look that shows nothing takes nothing back. */
function noteEvidence(
  draft: Draft,
  { orderId, rulesOut = [] }: Extract<JournalEvent, { type: 'order.evidence' }>,
  recall: Recall,
): void {
  if (!notLanded.every((story) => rulesOut.includes(story))) return
  const tracked = trackedOrder(draft, orderId, recall)
  if (tracked === null || !isUnsettled(tracked.order)) return
  keepOrder(draft, { ...tracked, order: { ...tracked.order, landed: true } })
}

function noteResend(draft: Draft, orderId: string, time: string, recall: Recall): void {
  const tracked = trackedOrder(draft, orderId, recall)
  if (tracked === null) return
  keepOrder(draft, { ...tracked, order: { ...tracked.order, resentAt: time, updatedAt: time } })
}

function noteFeeDrift(
  draft: Draft,
  { orderId, market, drift }: Extract<JournalEvent, { type: 'fee.drift' }>,
  time: string,
  recall: Recall,
): void {
  const tracked = trackedOrder(draft, orderId, recall)
  if (tracked === null) return
  keepOrder(draft, { ...tracked, order: { ...tracked.order, feeDrift: drift, updatedAt: time } })
  if (drift.charged > drift.worst) draft.feeDrifts.set(drift.series ?? market, { orderId, at: time })
}

function submit(draft: Draft, intent: OrderIntent, venueOrderId: string | null, time: string, recall: Recall): void {
  if (draft.openOrders.has(intent.id)) {
    changeOrder(draft, intent.id, { kind: 'submitted', venueOrderId }, time, recall)
    return
  }
  draft.recentIntents.push({ fingerprint: intentFingerprint(intent), atMs: Date.parse(time), orderId: intent.id })
  trimIntents(draft, Date.parse(time))
  begin(draft, intent, venueOrderId, time)
}

function begin(draft: Draft, intent: OrderIntent, venueOrderId: string | null, time: string): void {
  draft.ordersCreated++
  const order = submittedOrder(intent, venueOrderId, time)
  keepOrder(draft, { order, ordinal: draft.ordersCreated, provisionalFills: [] })
}

function deny(draft: Draft, intent: OrderIntent, reason: string, time: string): void {
  draft.ordersCreated++
  keepOrder(draft, { order: deniedOrder(intent, reason, time), ordinal: draft.ordersCreated, provisionalFills: [] })
}

function trimIntents(draft: Draft, nowMs: number): void {
  const { recentIntents } = draft
  const kept = recentIntents.findIndex((intent) => intent.atMs >= nowMs - INTENT_WINDOW_MS)
  const surplus = Math.max(kept, recentIntents.length - INTENTS_MAX, 0)
  if (surplus > 0) draft.recentIntents = recentIntents.slice(surplus)
}

/** An imbalanced or frozen trade still wants a person, so it stays in sight. */
function hasEnded(trade: ArbTrade): boolean {
  return trade.status === 'balanced' || trade.status === 'unwound' || trade.status === 'failed'
}

function putTrade(draft: Draft, trade: ArbTrade, recall: Recall): void {
  const known =
    draft.tradeOrdinals.get(trade.id) ??
    (draft.departedTrades.findLast((departed) => departed.id === trade.id) ?? recall.trade(trade.id))?.ordinal
  if (known === undefined) draft.tradesCreated++
  const ordinal = known ?? draft.tradesCreated
  if (hasEnded(trade)) {
    draft.openTrades.delete(trade.id)
    draft.tradeOrdinals.delete(trade.id)
    draft.departedTrades.push({ id: trade.id, seq: draft.seq, ordinal, value: { ordinal, trade } })
  } else {
    draft.openTrades.set(trade.id, trade)
    draft.tradeOrdinals.set(trade.id, ordinal)
  }
}
