import { addMoney, type Money, ZERO_MONEY } from '../../domain/amounts.ts'
import { venueOf } from '../../domain/market.ts'
import type { ApprovedOrder, Order } from '../../domain/order.ts'
import { deniedOrder } from '../../domain/order-machine.ts'
import type { PreparedOrder, VenueClient } from '../../domain/venue.ts'
import { isoTime } from '../../runtime/clock.ts'
import { decisionEvents } from '../../safeguards/breaker-events.ts'
import { checkOrder, isApproved, type Snapshot } from '../../safeguards/check-order.ts'
import type { Denial } from '../../safeguards/denials.ts'
import type { JournalEvent } from '../../store/events.ts'
import type { Decision, LedgerState } from '../../store/ledger.ts'
import type { OrderRequest } from '../requests.ts'
import type { Trading } from '../trading.ts'
import { type CheckedAt, checkedNow } from './last-look.ts'
import { takeSnapshot } from './plan-order.ts'
import { venueRuleDenial } from './venue-rule.ts'

export interface DeniedOrder {
  readonly order: Order
  /** Empty for an order that was fine itself but fell with another of its group. */
  readonly denials: readonly Denial[]
}

export type Submission =
  | { readonly kind: 'submitted'; readonly prepared: readonly PreparedOrder[]; readonly checkedAt: CheckedAt }
  | { readonly kind: 'denied'; readonly orders: readonly DeniedOrder[] }

interface Checked {
  readonly request: OrderRequest
  /** Names of the breakers that stand before it. */
  readonly breakers: readonly string[]
  readonly denials: readonly Denial[]
  readonly prepared: PreparedOrder | null
  readonly worst: Money
}

/** A request with the client of its venue. */
interface Addressed {
  readonly request: OrderRequest
  readonly client: VenueClient
}

/**
 * Checks orders under the ledger's lock and makes their intents durable before a byte leaves. All or none: legs that
 * belong together are never half approved, and each is checked with the ones before it counted against the limits.
 * @param opening What is recorded before them in the same write, whether they are approved or denied.
 */
export async function submitOrders(
  trading: Trading,
  requests: readonly OrderRequest[],
  opening: readonly JournalEvent[] = [],
): Promise<Submission> {
  // Before the lock: making a client may start a sandbox or read a key, and every other process would wait for it.
  const addressed = await Promise.all(requests.map((request) => address(trading, request)))
  return trading.ledger.transact(async (state) => {
    const { events, result } = await decide(trading, addressed, state)
    return { events: [...opening, ...events], result }
  })
}

async function address(trading: Trading, request: OrderRequest): Promise<Addressed> {
  const client = await trading.client(venueOf(request.intent.market))
  await client.getReady()
  return { request, client }
}

/** Denies and journals an order that the safeguards still deny. Null, and nothing journalled, when they no longer do. */
export async function confirmDenial(trading: Trading, request: OrderRequest): Promise<DeniedOrder | null> {
  const client = await trading.client(venueOf(request.intent.market))
  return trading.ledger.transact(async (state) => {
    const seen = { ...request, capabilities: client.capabilities }
    const verdict = checkOrder(request.intent, await takeSnapshot(trading, request.intent, seen, state), trading.limits)
    if (verdict.kind === 'approved') return { events: [], result: null }
    const { events, orders } = denialOf(trading, state, [{ request, denials: verdict.denials }])
    return { events, result: orders[0] ?? null }
  })
}

async function decide(
  trading: Trading,
  requests: readonly Addressed[],
  state: LedgerState,
): Promise<Decision<Submission>> {
  const checkedAt = checkedNow(trading.runtime.clock)
  const checked: Checked[] = []
  for (const request of requests) {
    const reserved = addMoney(...checked.map((each) => each.worst))
    checked.push(await check(trading, request, state, reserved))
  }
  if (checked.some((each) => each.prepared === null)) {
    const { events, orders } = denialOf(trading, state, checked)
    return { events, result: { kind: 'denied', orders } }
  }
  const prepared = checked.flatMap((each) => (each.prepared === null ? [] : [each.prepared]))
  for (const each of checked) trading.budget.spend(each.worst)
  const events: JournalEvent[] = prepared.map((order) => ({
    type: 'order.submitted',
    intent: order.approved.intent,
    venueOrderId: order.venueOrderId,
  }))
  const passed = new Set(checked.flatMap((each) => each.breakers))
  const news = decisionEvents(state.breakers, trading.runtime.clock.nowMs(), passed)
  return { events: [...news, ...events], result: { kind: 'submitted', prepared, checkedAt } }
}

async function check(
  trading: Trading,
  { request, client }: Addressed,
  state: LedgerState,
  reserved: Money,
): Promise<Checked> {
  const seen = { ...request, capabilities: client.capabilities }
  const snapshot = withReserved(await takeSnapshot(trading, request.intent, seen, state), reserved)
  const breakers = snapshot.breakers.map(({ name }) => name)
  const verdict = checkOrder(request.intent, snapshot, trading.limits)
  if (verdict.kind === 'denied')
    return { request, breakers, denials: verdict.denials, prepared: null, worst: ZERO_MONEY }
  if (!isApproved(verdict.order)) throw new Error('an order reached the venue port without passing the safeguards')
  const worst = addMoney(verdict.worstCost, verdict.worstFee)
  const encoded = await prepare(client, request, verdict.order)
  return encoded.kind === 'prepared'
    ? { request, breakers, denials: [], prepared: encoded.order, worst }
    : { request, breakers, denials: [encoded.denial], prepared: null, worst: ZERO_MONEY }
}

function withReserved(snapshot: Snapshot, reserved: Money): Snapshot {
  const { exposure, sessionSpent } = snapshot
  return {
    ...snapshot,
    exposure: {
      ...exposure,
      resting: addMoney(exposure.resting, reserved),
      total: addMoney(exposure.total, reserved),
    },
    sessionSpent: addMoney(sessionSpent, reserved),
  }
}

/** A venue's encoding rules (precision, expiry) can still refuse what our own limits allow: that is a denial too. */
async function prepare(
  client: VenueClient,
  request: OrderRequest,
  approved: ApprovedOrder,
): Promise<{ kind: 'prepared'; order: PreparedOrder } | { kind: 'denied'; denial: Denial }> {
  try {
    return { kind: 'prepared', order: await client.prepareOrder(approved, request.market) }
  } catch (error) {
    return { kind: 'denied', denial: venueRuleDenial(error) }
  }
}

function denialOf(
  trading: Trading,
  state: LedgerState,
  checked: readonly Pick<Checked, 'request' | 'denials'>[],
): { readonly events: readonly JournalEvent[]; readonly orders: readonly DeniedOrder[] } {
  const nowMs = trading.runtime.clock.nowMs()
  const at = isoTime(nowMs)
  const fellWith = 'Not sent, because another order of the same trade was denied.'
  const orders = checked.map(({ request, denials }) => {
    const reason = denials.length === 0 ? fellWith : denials.map((denial) => denial.message).join(' ')
    return { order: deniedOrder(request.intent, reason, at), denials }
  })
  const events: JournalEvent[] = checked.map(({ request, denials }) => ({
    type: 'order.denied',
    intent: request.intent,
    denials: denials.map(({ code, message, value, limit }) => ({ code, message, value, limit })),
  }))
  const news = decisionEvents(state.breakers, nowMs, new Set())
  return { events: [...news, ...events], orders }
}
