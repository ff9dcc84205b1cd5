import {
  addMoney,
  addQuantity,
  cost,
  formatAmount,
  type Money,
  parseMoney,
  subtractMoney,
  subtractQuantity,
  ZERO_MONEY,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { Fill } from '../../domain/fill.ts'
import { type VenueId, venueIds } from '../../domain/market.ts'
import type { Order } from '../../domain/order.ts'
import { systemClock } from '../../runtime/clock.ts'
import type { Ledger } from '../../store/ledger.ts'
import { openLedger } from '../../store/open-ledger.ts'
import { verifyJournal } from '../../store/verify-journal.ts'
import { nettingOf } from '../config/netting.ts'
import { compareHoldings } from '../rehearsal/holdings.ts'
import type { ExchangeAccount, ExchangeOrder, SandboxControl } from '../rehearsal/sandbox-control.ts'

export type Accounts = Readonly<Record<VenueId, ExchangeAccount>>

export async function readAccounts(control: SandboxControl): Promise<Accounts> {
  const accounts = await Promise.all(venueIds.map((venue) => control.account(venue)))
  return Object.fromEntries(accounts.map((account) => [account.venue, account])) as Accounts
}

/**
 * Holds the journal of a folder against the exchange's own books: every order on one side is on the other, once, with as
 * much filled and as much at rest; positions are the same; the cash is what it was before, less what the fills cost.
 * Returns what is wrong, in words.
 */
export async function compareBooks(folder: string, before: Accounts, after: Accounts): Promise<readonly string[]> {
  const { problem } = await verifyJournal({ dataDir: folder, environment: 'sandbox' })
  const ledger = await openLedger({
    dataDir: folder,
    environment: 'sandbox',
    clock: systemClock,
    nettingOf,
    onWarning: () => undefined,
  })
  try {
    const orders = await ledger.listOrders({ limit: 10_000 })
    const fills = await fillsOf(ledger)
    return [
      ...(problem === null ? [] : [`journal: ${problem.file}: ${problem.what}`]),
      ...venueIds.flatMap((venue) => [
        ...compareOrders(
          orders.filter((order) => order.venue === venue),
          after[venue].orders,
        ),
        ...compareHoldings(ledger.state.positions, after[venue]).flatMap(({ wrong }) => wrong ?? []),
        ...compareCash(
          fills.filter((fill) => fill.venue === venue),
          before[venue],
          after[venue],
        ),
      ]),
    ]
  } finally {
    await ledger.close()
  }
}

function compareOrders(ours: readonly Order[], theirs: readonly ExchangeOrder[]): readonly string[] {
  const wrong: string[] = []
  for (const there of theirs) {
    const same = ours.filter(({ venueOrderId }) => venueOrderId === there.id)
    const [here] = same
    if (here === undefined) wrong.push(`lost: the exchange has order ${there.id}, and the journal does not`)
    else if (same.length > 1) wrong.push(`double: order ${there.id} is ${same.length} orders in the journal`)
    else wrong.push(...compareOrder(here, there))
  }
  const clientIds = theirs.flatMap(({ clientOrderId }) => clientOrderId ?? [])
  const doubles = clientIds.filter((id, index) => clientIds.indexOf(id) !== index)
  wrong.push(...doubles.map((id) => `double: the exchange has two orders for ${id}`))
  const known = new Set(theirs.map(({ id }) => id))
  for (const here of ours) {
    const { venueOrderId, status } = here
    if (status === 'denied' || status === 'rejected' || metNothing(here)) continue
    if (venueOrderId === null || !known.has(venueOrderId)) wrong.push(`ghost: ${here.intent.id} is ${status} here only`)
  }
  return wrong
}

/** Polymarket makes no order of an immediate one that meets nothing: it refuses it, and with us it is cancelled. */
function metNothing({ status, filledQuantity, intent }: Order): boolean {
  return status === 'cancelled' && filledQuantity === ZERO_QUANTITY && intent.timeInForce === 'ioc'
}

function compareOrder(here: Order, there: ExchangeOrder): readonly string[] {
  // What was matched and taken back stays in the order's own figure at the exchange; positions and cash are held apart.
  const filled = formatAmount(addQuantity(here.filledQuantity, here.reversedQuantity))
  const isRestingHere = here.status === 'resting'
  const isRestingThere = there.state === 'resting'
  return [
    ...(filled === there.filled ? [] : [`${here.intent.id}: ${filled} filled here, ${there.filled} there`]),
    ...(isRestingHere === isRestingThere ? [] : [`${here.intent.id}: ${here.status} here, ${there.state} there`]),
    ...(isRestingHere && isRestingThere ? compareTerms(here, there) : []),
    ...(here.status === 'unknown' || here.status === 'submitted' ? [`${here.intent.id}: still ${here.status}`] : []),
  ]
}

/** What rests, which a change that is not settled leaves open. */
function compareTerms({ intent, filledQuantity, pendingAmend }: Order, there: ExchangeOrder): readonly string[] {
  const price = formatAmount(intent.price)
  const rest = formatAmount(subtractQuantity(intent.quantity, filledQuantity))
  return [
    ...(pendingAmend === null ? [] : [`${intent.id}: a change of it is still open`]),
    ...(price === there.price ? [] : [`${intent.id}: at ${price} here, at ${there.price} there`]),
    ...(rest === there.remaining ? [] : [`${intent.id}: ${rest} resting here, ${there.remaining} there`]),
  ]
}

function compareCash(fills: readonly Fill[], before: ExchangeAccount, after: ExchangeAccount): readonly string[] {
  let expected = cashOf(before)
  for (const { id, side, price, quantity, fee } of fills) {
    if (fee === null) return [`cash: what fill ${id} was charged is not known`]
    const paid = cost(price, quantity, 'up')
    expected = subtractMoney(side === 'buy' ? subtractMoney(expected, paid) : addMoney(expected, paid), fee)
  }
  const held = cashOf(after)
  if (held === expected) return []
  return [`cash at ${after.venue}: ${formatAmount(expected)} by our fills, ${formatAmount(held)} there`]
}

function cashOf({ cash }: ExchangeAccount): Money {
  return Object.values(cash).reduce<Money>((sum, amount) => addMoney(sum, parseMoney(amount)), ZERO_MONEY)
}

/** Each execution as it was last heard of; those that the venue took back moved nothing. */
async function fillsOf(ledger: Ledger): Promise<readonly Fill[]> {
  const fills = new Map<string, Fill>()
  for await (const { event } of ledger.records()) {
    if (event.type === 'fill.booked' || event.type === 'fill.settled') {
      fills.set(`${event.orderId} ${event.fill.id}`, event.fill)
    }
  }
  return [...fills.values()].filter(({ finality }) => finality !== 'failed')
}
