import type { Session } from '../../src/cli/session/session.ts'
import { addQuantity, complement, cost, formatAmount, type Money } from '../../src/domain/amounts.ts'
import { outstandingQuantity } from '../../src/domain/exposure.ts'
import type { Fill } from '../../src/domain/fill.ts'
import { type VenueId, venueIds } from '../../src/domain/market.ts'
import { isOpen, type Order, type OrderIntent } from '../../src/domain/order.ts'
import { positionKey } from '../../src/domain/position.ts'
import type { Limits } from '../../src/safeguards/limits.ts'
import type { SandboxOrder, SandboxTrade } from '../../src/sandbox/model.ts'
import { stringifyAmounts } from '../../src/store/amount-schema.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import { emptyState, type FoldState } from '../../src/store/fold-state.ts'
import { storeState } from '../../src/store/state-codec.ts'
import type { BookedRecord, Books } from './books.ts'
import type { SimulatedProcess } from './machine/machine.ts'
import type { Call } from './network.ts'
import { accountOf, type Venues } from './venues.ts'
import { violated } from './violation.ts'
import { FeedWatch } from './watch-feeds.ts'
import { NewsWatch } from './watch-news.ts'
import { TradeWatch, tradeOf } from './watch-trades.ts'

/** What a person asked for, as far as an intent must agree with it. */
export type Asked = Pick<OrderIntent, 'market' | 'outcome' | 'side' | 'quantity' | 'price' | 'timeInForce'>

/** Holds a run against the invariants while it goes on. It reads the disk and the exchange, never the program's memory. */
export class Watch {
  readonly asked: Asked[] = []
  /** Since when placing is halted, in the machine's time. Null while it is not. */
  haltedSinceMs: number | null = null
  readonly trades: TradeWatch
  readonly feeds: FeedWatch
  readonly news: NewsWatch
  private readonly seenOrders = new Set<string>()
  private readonly sent = new Map<string, number>()
  private readonly traffic = new Map<
    string,
    { readonly clean: boolean; readonly write: boolean; readonly atMs: number }[]
  >()

  constructor(
    private readonly books: Books,
    private readonly venues: Venues,
    private readonly limits: Limits,
    /** Clocks that jump make times in the journal incomparable. */
    private readonly steadyClock: boolean,
  ) {
    this.feeds = new FeedWatch(venues, limits, () => venues.host.clock.monotonicMs())
    this.news = new NewsWatch(books, steadyClock)
    this.trades = new TradeWatch(books, venues, limits, steadyClock, this.feeds)
  }

  /** The program sends: not what the network makes of it. */
  sending(call: Call): void {
    const { request, endpoint } = call
    this.news.sending(call, this.venues.host.clock.monotonicMs())
    if (endpoint !== 'place_order' || request.method !== 'POST') return
    const key = orderKeyOf(request.body)
    const times = (this.sent.get(key) ?? 0) + 1
    this.sent.set(key, times)
    if (times > 1) violated('once', `the program sent an order ${times} times: ${key}`)
  }

  /** After a venue has carried something out: whatever it holds now must be ours to explain. */
  carriedOut(): void {
    for (const venue of venueIds) {
      for (const order of this.venues.host.core.orders(accountOf[venue])) {
        if (this.seenOrders.has(order.id)) break
        this.seenOrders.add(order.id)
        if (!this.venues.foreignOrders.has(order.id)) this.newOrder(venue, order)
      }
    }
  }

  private newOrder(venue: VenueId, placed: SandboxOrder): void {
    const submitted = this.submissionOf(placed)
    const name = `${venue} order ${placed.id}`
    if (submitted === null) violated('known', `${name} exists, and the journal knows of no intent for it`)
    const { intent } = submitted
    if (!this.books.isDurable(`"clientOrderId":"${intent.clientOrderId}"`)) {
      violated('known', `${name} exists, and a power cut now would take ${intent.id} from the journal`)
    }
    const others = this.ordersOf(venue, intent, submitted.venueOrderId)
    if (others.length > 1) violated('once', `${intent.id} has ${others.length} orders at ${venue}`)
    const difference = termsDifference(intent, placed)
    if (difference !== null) violated('terms', `${name} for ${intent.id}: ${difference}`)
  }

  /** The intent behind an order at a venue, as the journal has it. */
  private submissionOf(placed: SandboxOrder): Extract<JournalEvent, { type: 'order.submitted' }> | null {
    for (const { record } of this.books.records) {
      const { event } = record
      if (event.type !== 'order.submitted') continue
      if (event.venueOrderId === placed.id || event.intent.clientOrderId === placed.clientOrderId) return event
    }
    return null
  }

  private ordersOf(venue: VenueId, intent: OrderIntent, venueOrderId: string | null): readonly SandboxOrder[] {
    return this.venues.host.core
      .orders(accountOf[venue])
      .filter((order) => order.id === venueOrderId || order.clientOrderId === intent.clientOrderId)
  }

  /** Each record as it reaches the disk. */
  recorded(records: readonly BookedRecord[]): void {
    for (const booked of records) {
      this.trades.recorded(booked)
      this.news.recorded(booked)
      const { event } = booked.record
      if (event.type === 'order.submitted') this.submitted(booked, event.intent)
      if (event.type === 'journal.cut')
        violated('lost', `records up to ${event.upTo} are called lost, and no disk lost any`)
      if (event.type === 'breaker.changed') this.breakerChanged(booked, event)
      if ('orderId' in event && event.type !== 'fill.settled') this.checkKept(booked, event.orderId)
    }
  }

  /** What was executed stays executed until the venue takes a fill back: a read that lags proves nothing. */
  private checkKept({ before, after, record }: BookedRecord, orderId: string): void {
    const [was, is] = [before, after].map(({ openOrders }) => openOrders.get(orderId))
    if (was === undefined || is === undefined || is.filledQuantity >= was.filledQuantity) return
    const [had, has] = [was, is].map(({ filledQuantity }) => formatAmount(filledQuantity))
    violated('fills', `${orderId} had ${had} filled, and ${has} after ${record.event.type}`)
  }

  private submitted({ before, after, author }: BookedRecord, intent: OrderIntent): void {
    this.checkAsked(before, intent)
    this.checkFrozen(before, intent)
    if (author !== null && this.haltedSinceMs !== null && (author.lockedAtMs ?? 0) > this.haltedSinceMs) {
      violated('halt', `${intent.id} was approved at ${author.lockedAtMs}, after the halt at ${this.haltedSinceMs}`)
    }
    if (intent.purpose.kind === 'unwind' || intent.side === 'sell') return
    const worst = cost(intent.price, intent.quantity, 'up')
    if (worst > this.limits.maxNotional) violated('notional', `${intent.id} is worth ${formatAmount(worst)}`)
    const exposed = leastExposure(after)
    if (exposed > this.limits.maxExposure) {
      violated('exposure', `${formatAmount(exposed)} with ${intent.id}, of ${formatAmount(this.limits.maxExposure)}`)
    }
  }

  private checkAsked(before: FoldState, intent: OrderIntent): void {
    if (intent.purpose.kind !== 'unwind') {
      const trade = before.openTrades.get(tradeOf(intent) ?? '')
      // What the loop buys for an approved pair is held against the approval, and what it completes against the legs.
      if (trade?.pair !== undefined || trade?.completionOrderIds?.includes(intent.id) === true) return
      const wanted = this.asked.some((asked) => agrees(asked, intent))
      if (!wanted) violated('approved', `nobody asked for ${describeIntent(intent)}`)
      return
    }
    // An unwind sells what a leg of its trade has bought, and no more.
    let bought = 0n
    for (const order of this.books.orders()) {
      if (order.intent.id === intent.id || !isOfLeg(order, intent)) continue
      bought += order.intent.side === 'buy' ? order.filledQuantity : -order.filledQuantity
    }
    if (intent.side !== 'sell' || intent.quantity > bought) {
      violated('approved', `${describeIntent(intent)} unwinds more than was bought`)
    }
  }

  /** Nothing of a trade moves while one of its orders is not settled, and nothing in its markets while it is frozen. */
  private checkFrozen(before: FoldState, intent: OrderIntent): void {
    const { purpose } = intent
    if (purpose.kind === 'unwind') {
      const unsettled = [...before.openOrders.values()].find(
        (order) => tradeOf(order.intent) === purpose.tradeId && (isOpen(order.status) || isLost(order)),
      )
      if (unsettled !== undefined) {
        violated(
          'frozen',
          `${intent.id} unwinds ${purpose.tradeId} while ${unsettled.intent.id} is ${unsettled.status}`,
        )
      }
    }
    for (const trade of before.openTrades.values()) {
      if (trade.status !== 'frozen' || !trade.legs.some((leg) => leg.market === intent.market)) continue
      violated('frozen', `${intent.id} was placed in a market of ${trade.id}, which is frozen`)
    }
  }

  trafficEnded(call: Call, how: 'clean' | 'spoilt'): void {
    const key = trafficKey(call.process, call.venue)
    const list = this.traffic.get(key) ?? []
    this.traffic.set(key, list)
    const atMs = this.venues.host.clock.nowMs() + call.process.skewMs()
    list.push({ clean: how === 'clean', write: call.write !== null, atMs })
  }

  private breakerChanged(
    { before, author }: BookedRecord,
    { breaker, memory }: Extract<JournalEvent, { type: 'breaker.changed' }>,
  ): void {
    const venue = venueIds.find((id) => id === breaker)
    const was = before.breakers.get(breaker)?.state ?? 'closed'
    if (venue === undefined || author === null || memory.state !== 'open' || was !== 'closed') return
    if (!this.steadyClock) return
    const since = memory.sinceMs ?? 0
    const list = this.traffic.get(`${author.process}/${venue}`) ?? []
    const heard = list.filter(({ atMs }) => Math.floor(atMs) <= since)
    const rows = [heard, heard.filter(({ write }) => write)].map((row) => row.slice(-5))
    if (rows.every((row) => row.some(({ clean }) => clean))) {
      violated(
        'breaker',
        `the breaker of ${venue} opened, though it answered one of its last calls, and of its last writes`,
      )
    }
  }

  /** What must hold between any two steps, whatever is still under way. */
  afterStep(sessions: readonly Session[]): void {
    const { host, deposits } = this.venues
    if (this.venues.wealth() !== deposits || this.venues.oddPairs() !== 0n) {
      violated('cash', `the venues hold ${this.venues.wealth()} of ${deposits} millionths`)
    }
    for (const venue of venueIds) {
      for (const placed of host.core.orders(accountOf[venue])) {
        if (!this.venues.foreignOrders.has(placed.id)) this.checkOrder(venue, placed)
      }
    }
    for (const session of sessions) this.checkFold(session)
  }

  private checkOrder(venue: VenueId, placed: SandboxOrder): void {
    const submission = this.submissionOf(placed)
    if (submission === null) violated('known', `${venue} order ${placed.id} is not in the journal any more`)
    const ours = this.books.order(submission.intent.id)
    if (ours === null) violated('known', `${submission.intent.id} was submitted and is not among the orders`)
    const isLive = placed.state === 'resting' || placed.state === 'delayed'
    if (isLive && !isOpen(ours.status)) {
      violated('alive', `${ours.intent.id} is ${ours.status} in the journal and ${placed.state} at ${venue}`)
    }
    const executed = addQuantity(...this.tradesOf(placed.id).map((trade) => trade.quantity))
    if (ours.bookedQuantity > executed || ours.filledQuantity > executed) {
      violated(
        'fills',
        `${ours.intent.id} has ${formatAmount(ours.filledQuantity)} filled and ${formatAmount(ours.bookedQuantity)} booked; ${venue} executed ${formatAmount(executed)}`,
      )
    }
  }

  private tradesOf(venueOrderId: string): readonly SandboxTrade[] {
    return this.venues.host.core
      .trades({})
      .filter((trade) => trade.taker.orderId === venueOrderId || trade.maker.orderId === venueOrderId)
  }

  private checkFold({ trading }: Session): void {
    const live = trading.ledger.state
    const booked = live.seq === 0 ? emptyState : this.books.records[live.seq - 1]?.after
    if (booked === undefined) violated('fold', `a process believes in record ${live.seq}, which is not on the disk`)
    const difference = stateDifference(live, booked)
    if (difference !== null) violated('fold', `as of record ${live.seq}: ${difference}`)
  }

  /** What must hold when nothing is under way any more and everything could be read. */
  atEnd(): void {
    for (const venue of venueIds) {
      this.checkAllOrders(venue)
      this.checkPositions(venue)
      this.checkCash(venue)
    }
  }

  private checkAllOrders(venue: VenueId): void {
    const ours = this.books.orders().filter((order) => order.venue === venue)
    for (const order of ours) {
      if (order.status === 'unknown' || order.status === 'submitted') {
        violated('settles', `${order.intent.id} is still ${order.status}`)
      }
    }
    for (const placed of this.venues.host.core.orders(accountOf[venue])) {
      const order = ours.find((each) => each.venueOrderId === placed.id)
      if (order === undefined) {
        if (this.venues.foreignOrders.has(placed.id) && placed.filled === 0n && placed.state !== 'resting') continue
        violated('known', `${venue} order ${placed.id} never became known`)
      }
      const isLive = placed.state === 'resting' || placed.state === 'delayed'
      if (isLive !== isOpen(order.status)) {
        violated('settles', `${order.intent.id} is ${order.status} in the journal and ${placed.state} at ${venue}`)
      }
      const executed = addQuantity(
        ...this.tradesOf(placed.id)
          .filter(({ failedMs }) => failedMs === null)
          .map((trade) => trade.quantity),
      )
      if (order.filledQuantity !== executed || order.bookedQuantity !== executed) {
        violated(
          'fills',
          `${order.intent.id} ended with ${formatAmount(order.filledQuantity)} filled and ${formatAmount(order.bookedQuantity)} booked; ${venue} executed ${formatAmount(executed)}`,
        )
      }
    }
  }

  private checkPositions(venue: VenueId): void {
    const folded = sumByKey(this.fillsOf(venue), venue)
    const ours = new Map<string, bigint>()
    for (const [key, position] of this.books.state.positions) {
      if (position.venue === venue && position.quantity !== 0n) ours.set(key, position.quantity)
    }
    const theirs = new Map<string, bigint>()
    for (const [market, holding] of this.venues.host.core.account(accountOf[venue])?.holdings ?? []) {
      if (holding.yes !== 0n) theirs.set(positionKey(market, 'yes'), holding.yes)
      if (holding.no !== 0n) theirs.set(positionKey(market, 'no'), holding.no)
    }
    for (const key of new Set([...folded.keys(), ...ours.keys(), ...theirs.keys()])) {
      const [fold, mine, venues] = [folded, ours, theirs].map((one) => one.get(key) ?? 0n)
      if (fold === mine && mine === venues) continue
      violated(
        'positions',
        `${key}: the fills give ${fold}, the positions ${mine}, ${venue} holds ${venues} millionths`,
      )
    }
  }

  /** What the fills have cost and brought, against what is in the account. */
  private checkCash(venue: VenueId): void {
    const fills = this.fillsOf(venue)
    const expected = cashAfter(fills, venue)
    const moved = this.venues.cashOf(venue) - this.venues.startCash[venue]
    // Polymarket tells sizes and prices, and not what a fraction of a share came to: that is rounded, a millionth a fill.
    const tolerated = venue === 'polymarket' ? BigInt(fills.length) : 0n
    const difference = expected > moved ? expected - moved : moved - expected
    if (difference > tolerated) {
      violated('cash', `the journal's fills moved ${expected} millionths at ${venue}, the account's cash ${moved}`)
    }
  }

  /** Fills that stand, by the journal's records alone. */
  private fillsOf(venue: VenueId): readonly Fill[] {
    const fills = new Map<string, Fill>()
    for (const { record } of this.books.records) {
      const { event } = record
      if (event.type !== 'fill.booked' && event.type !== 'fill.settled') continue
      const { fill } = event
      if (fill.venue !== venue) continue
      const key = `${event.orderId}/${fill.id}`
      if (fill.finality === 'failed') fills.delete(key)
      else if (!fills.has(key) && event.type === 'fill.booked') fills.set(key, fill)
    }
    return [...fills.values()]
  }
}

/** What one order is told from another by in what is sent. */
function orderKeyOf(body: string): string {
  return /"client_order_id":"[^"]+"/.exec(body)?.[0] ?? /"salt":[^,]+/.exec(body)?.[0] ?? body
}

function trafficKey(process: SimulatedProcess, venue: VenueId): string {
  return `${process.boot * 100_000 + process.pid}/${venue}`
}

function agrees(asked: Asked, intent: OrderIntent): boolean {
  return (
    asked.market === intent.market &&
    asked.outcome === intent.outcome &&
    asked.side === intent.side &&
    asked.quantity === intent.quantity &&
    asked.price === intent.price &&
    asked.timeInForce === intent.timeInForce
  )
}

function describeIntent({ id, side, quantity, outcome, market, price }: OrderIntent): string {
  return `${id}: ${side} ${formatAmount(quantity)} ${outcome} of ${market} at ${formatAmount(price)}`
}

/** Whether an order bought or sold what an unwind sells. */
function isOfLeg({ intent }: Order, unwind: OrderIntent): boolean {
  const { market, outcome } = unwind
  return tradeOf(intent) === tradeOf(unwind) && intent.market === market && intent.outcome === outcome
}

function isLost({ status }: Order): boolean {
  return status === 'unknown' || status === 'submitted'
}

/** How an order at a venue differs from its intent, both seen from YES. */
function termsDifference(intent: OrderIntent, placed: SandboxOrder): string | null {
  const yes = intent.outcome === 'yes'
  const price = yes ? intent.price : complement(intent.price)
  const side = (intent.side === 'buy') === yes ? 'bid' : 'ask'
  if (placed.market !== intent.market) return `in ${placed.market}, not ${intent.market}`
  if (placed.bookSide !== side) return `a ${placed.bookSide}, not a ${side}`
  if (placed.yesPrice !== price) return `at ${placed.yesPrice}, not ${price}`
  const { amount } = placed
  if (amount.kind === 'budget') {
    const most = cost(intent.price, intent.quantity, 'up')
    return amount.budget > most ? `for ${amount.budget}, not at most ${most}` : null
  }
  return amount.quantity === intent.quantity ? null : `${amount.quantity}, not ${intent.quantity}`
}

/** What is certainly at risk: positions at cost, and every buy that has not ended at its limit. Sales left out. */
function leastExposure(state: FoldState): Money {
  let total = 0n
  for (const position of state.positions.values()) if (position.totalCost > 0n) total += position.totalCost
  for (const order of state.openOrders.values()) {
    if (order.intent.side === 'buy') total += cost(order.intent.price, outstandingQuantity(order), 'up')
  }
  return total as Money
}

/** Holdings by outcome as plain sums of fills; on a netting venue YES and NO of one market cancel out. */
function sumByKey(fills: readonly Fill[], venue: VenueId): ReadonlyMap<string, bigint> {
  const sums = new Map<string, bigint>()
  for (const { market, outcome, side, quantity } of fills) {
    const signed = side === 'buy' ? quantity : -quantity
    const key = positionKey(market, outcome)
    sums.set(key, (sums.get(key) ?? 0n) + signed)
  }
  if (venue === 'kalshi') netOut(sums)
  return sums
}

function netOut(sums: Map<string, bigint>): void {
  for (const key of [...sums.keys()]) {
    const market = key.slice(0, key.lastIndexOf('/'))
    const [yes, no] = [sums.get(`${market}/yes`) ?? 0n, sums.get(`${market}/no`) ?? 0n]
    const net = yes - no
    sums.set(`${market}/yes`, net > 0n ? net : 0n)
    sums.set(`${market}/no`, net < 0n ? -net : 0n)
  }
}

/**
 * Dollars moved by fills, in millionths. On a netting venue all is seen from YES: what is sold beyond what was held is NO,
 * for which a dollar less its price was paid.
 */
function cashAfter(fills: readonly Fill[], venue: VenueId): bigint {
  let cash = 0n
  const held = new Map<string, bigint>()
  for (const { market, outcome, side, price, quantity, fee } of fills) {
    const flip = venue === 'kalshi' && outcome === 'no'
    const sold = (side === 'sell') !== flip
    const yesPrice = flip ? complement(price) : price
    cash += sold ? cost(yesPrice, quantity, 'down') : -cost(yesPrice, quantity, 'up')
    cash -= fee ?? 0n
    held.set(market, (held.get(market) ?? 0n) + (sold ? -quantity : quantity))
  }
  if (venue !== 'kalshi') return cash
  return [...held.values()].reduce((sum, net) => (net < 0n ? sum + net : sum), cash)
}

function stateDifference(live: object, booked: FoldState): string | null {
  if (!isFoldState(live)) return 'the live state is not a folded one'
  const [mine, theirs] = [storeState(live), storeState(booked)].map(stringifyAmounts)
  return mine === undefined || theirs === undefined ? 'nothing to compare' : textDifference(mine, theirs)
}

/** Where two JSON texts differ other than in the order of their fields. Null where they do not. */
export function textDifference(left: string, right: string): string | null {
  if (left === right) return null
  const [mine, theirs] = [inOrder(left), inOrder(right)]
  if (mine === theirs) return null
  const at = [...mine].findIndex((letter, index) => letter !== theirs[index])
  return `live …${mine.slice(Math.max(0, at - 80), at + 80)}… and folded …${theirs.slice(Math.max(0, at - 80), at + 80)}…`
}

function inOrder(json: string): string {
  return JSON.stringify(JSON.parse(json), (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

function isFoldState(state: object): state is FoldState {
  return 'orderTracks' in state && 'seq' in state
}
