import { cost, formatAmount, parseMoney, type Quantity } from '../../src/domain/amounts.ts'
import type { Fill } from '../../src/domain/fill.ts'
import { type MarketId, parseMarketId } from '../../src/domain/market.ts'
import type { OrderIntent } from '../../src/domain/order.ts'
import { DUST } from '../../src/domain/pair.ts'
import type { Limits } from '../../src/safeguards/limits.ts'
import type { FaceReply } from '../../src/sandbox/face.ts'
import type { ArbTrade, JournalEvent } from '../../src/store/events.ts'
import type { FoldState } from '../../src/store/fold-state.ts'
import type { ReadTexts } from './arb-steps.ts'
import type { Authorship, BookedRecord, Books } from './books.ts'
import type { SimulatedProcess } from './machine/machine.ts'
import type { Call } from './network.ts'
import { simulatedPairs } from './simulated-markets.ts'
import { accountOf, type Venues, wordingsIn } from './venues.ts'
import { violated } from './violation.ts'
import type { FeedWatch } from './watch-feeds.ts'

/** A process that has heard of other rules has so long to act on it, ms: the loop asks again after six seconds here. */
const NOTICE_MS = 8_000
/** Within so long every loop has heard of other rules, however slow the answers, ms. */
const HEAR_MS = 200_000
/** Between the check of an order and its record lies the writing of it, ms. */
const WRITING_MS = 500

type Submitted = Extract<JournalEvent, { type: 'order.submitted' }>['intent']

/** Holds two-leg trades against what must be true of them. */
export class TradeWatch {
  /** What a person had read, by the hash that their approval is bound to. */
  private readonly read = new Map<string, ReadTexts>()
  private readonly toldLapsed = new Set<string>()
  private readonly wordings = new Map<string, { readonly wording: number; readonly atMs: number }>()
  private readonly books = new Map<string, number>()
  /** Trades about which a person has decided: what the books give then is nobody's promise. */
  private readonly decided = new Set<string>()

  constructor(
    private readonly journal: Books,
    private readonly venues: Venues,
    private readonly limits: Limits,
    private readonly steadyClock: boolean,
    private readonly feeds: FeedWatch,
  ) {}

  approving(texts: ReadTexts): void {
    this.read.set(texts.hash, texts)
  }

  /** A loop has said that it takes an approval for lapsed. It may also have found nobody to ask. */
  lapsed({ boot, pid }: SimulatedProcess, pair: string): void {
    const approval = this.journal.state.approvedPairs.get(pair)
    if (approval === undefined) return
    const hasLapsed = approval.markets.some(
      (market) => this.boundBy(approval.hash, market) !== this.venues.wordingOf(market).number,
    )
    if (hasLapsed) this.toldLapsed.add(`${boot * 100_000 + pid}/${approval.hash}`)
  }

  /** The wording of a market's rules that an approval was given for. */
  private boundBy(hash: string, market: MarketId): number | undefined {
    return this.read.get(hash)?.wordings.get(parseMarketId(market)?.symbol ?? '')
  }

  /** What a process was told: how rules are worded, and what a book holds. */
  heard({ venue, process, request, endpoint, sentAtMs }: Call, reply: FaceReply, atMs: number): void {
    if (request.method !== 'GET' || reply.status !== 200 || !isJson(reply.body ?? '')) return
    const who = process.boot * 100_000 + process.pid
    const market =
      endpoint === 'get_book' || endpoint === 'get_orderbook' ? this.venues.bookAsked(venue, request) : null
    if (market !== null) this.books.set(`${who}/${market}`, sentAtMs)
    for (const [symbol, wording] of wordingsIn(reply.body ?? '')) {
      const key = `${who}/${venue}:${symbol}`
      const before = this.wordings.get(key)
      if (before?.wording !== wording) this.wordings.set(key, { wording, atMs })
    }
  }

  recorded(booked: BookedRecord): void {
    const { event } = booked.record
    switch (event.type) {
      case 'trade.opened':
        this.opened(booked, event.trade)
        return
      case 'trade.updated':
        this.updated(event.trade)
        return
      case 'order.submitted':
        this.submitted(booked, event.intent)
        return
    }
  }

  private opened({ before, author }: BookedRecord, { id, pair }: ArbTrade): void {
    if (author === null || pair === undefined) return
    const approval = before.approvedPairs.get(pair)
    if (approval === undefined) violated('approved', `${id} trades ${pair}, which nobody approved`)
    for (const market of approval.markets) {
      const bound = this.boundBy(approval.hash, market)
      const now = this.venues.wordingOf(market)
      if (bound === now.number) continue
      const lapsed = `${id} trades ${market} by wording ${bound}, and the rules have wording ${now.number}`
      const heard = this.wordings.get(`${author.process}/${market}`)
      // An answer that was meant for an earlier question may have told of the old ones again.
      if (heard !== undefined && heard.wording !== bound) {
        const isTold = this.toldLapsed.has(`${author.process}/${approval.hash}`)
        if (isTold || author.atMs - heard.atMs > NOTICE_MS) violated('approved', `${lapsed}, which the process knew`)
      }
      if (author.atMs - now.sinceMs > HEAR_MS) violated('approved', `${lapsed} for long`)
    }
  }

  private updated(trade: ArbTrade): void {
    if (trade.edgeRealized !== null && trade.worstLossExpected !== undefined) this.checkLoss(trade)
  }

  /** By the plain sum of its fills, a trade has not lost more than was said before its first order, whoever mended it and when. */
  private checkLoss(trade: ArbTrade): void {
    if (this.decided.has(trade.id)) return
    const kept = this.keptBy(trade)
    if (kept === null || trade.worstLossExpected === undefined) return
    if (-kept.money > parseMoney(trade.worstLossExpected) + kept.tolerated) {
      violated(
        'worst',
        `${trade.id} kept ${kept.money} millionths; at worst ${trade.worstLossExpected} were to be lost`,
      )
    }
  }

  private keptBy(trade: ArbTrade): { readonly money: bigint; readonly tolerated: bigint } | null {
    let [money, count] = [0n, 0n]
    for (const { side, price, quantity, fee } of this.fillsOf(namedIn(trade))) {
      if (fee === null) return null
      money += (side === 'buy' ? -cost(price, quantity, 'up') : cost(price, quantity, 'down')) - fee
      count++
    }
    const [first, second] = this.heldBy(trade)
    return { money: money + (first < second ? first : second), tolerated: count }
  }

  /** Contracts on either side of a trade, by its fills. A pair of them is a dollar. */
  private heldBy(trade: ArbTrade): readonly [bigint, bigint] {
    const fills = this.fillsOf(namedIn(trade))
    const [first, second] = trade.legs.map(({ market }) =>
      fills
        .filter((fill) => fill.market === market)
        .reduce((sum, { side, quantity }) => (side === 'buy' ? sum + quantity : sum - quantity), 0n),
    )
    return [first ?? 0n, second ?? 0n]
  }

  private fillsOf(orderIds: readonly string[]): readonly Fill[] {
    const fills = new Map<string, Fill>()
    for (const { record } of this.journal.records) {
      const { event } = record
      if (event.type !== 'fill.booked' && event.type !== 'fill.settled') continue
      if (!orderIds.includes(event.orderId)) continue
      const key = `${event.orderId}/${event.fill.id}`
      if (event.fill.finality === 'failed') fills.delete(key)
      else if (!fills.has(key) && event.type === 'fill.booked') fills.set(key, event.fill)
    }
    return [...fills.values()]
  }

  private submitted({ before, author }: BookedRecord, intent: Submitted): void {
    this.checkSingle(before, intent)
    const tradeId = tradeOf(intent)
    const trade = tradeId === null ? undefined : before.openTrades.get(tradeId)
    if (tradeId === null) return
    if (trade === undefined || !namedIn(trade).includes(intent.id)) {
      violated('approved', `${intent.id} belongs to ${tradeId}, whose record does not name it`)
    }
    if (trade.policy === 'hold' && isMending(trade, intent) && !this.decided.has(tradeId)) {
      violated('mended', `${intent.id} mends ${tradeId}, which holds until a person decides`)
    }
    if (intent.purpose.kind !== 'arb_leg') return
    if (trade.completionOrderIds?.includes(intent.id) === true) this.checkCompletion(intent, trade)
    this.checkReserve(before, intent, trade)
    if (trade.pair === undefined) return
    this.checkSides(intent, trade)
    if (author === null || !this.steadyClock) return
    this.checkFresh(intent, trade, author)
  }

  /** By the time when what came by a socket proved a leg's book, or else by the time when it was asked for. */
  private checkFresh({ id, market }: OrderIntent, trade: ArbTrade, { process, atMs }: Authorship): void {
    const isLeg = trade.legs.some(({ orderId }) => orderId === id)
    const provenAtMs = isLeg ? this.feeds.provenAt(trade.id, market) : null
    const sinceMs = provenAtMs ?? this.books.get(`${process}/${market}`) ?? Number.NEGATIVE_INFINITY
    if (atMs - sinceMs <= this.limits.maxBookAgeMs + WRITING_MS) return
    const how = provenAtMs === null ? 'asked for' : 'proven'
    violated('fresh', `${id} buys in ${market}, whose book was ${how} ${atMs - sinceMs} ms before`)
  }

  /** What is bought to complete a trade is of its lighter side, and no more than that lacks. */
  private checkCompletion(intent: OrderIntent, trade: ArbTrade): void {
    const held = ({ market, outcome }: Pick<OrderIntent, 'market' | 'outcome'>): bigint =>
      namedIn(trade)
        .flatMap((id) => (id === intent.id ? [] : (this.journal.order(id) ?? [])))
        .filter((order) => order.intent.market === market && order.intent.outcome === outcome)
        .reduce(
          (sum, { intent: { side }, filledQuantity: filled }) => (side === 'buy' ? sum + filled : sum - filled),
          0n,
        )
    const other = trade.legs.find(({ market }) => market !== intent.market)
    const heavy = other === undefined ? null : this.journal.order(other.orderId)
    const lacks = heavy === null ? 0n : held(heavy.intent) - held(intent)
    if (intent.quantity > lacks) {
      violated(
        'approved',
        `${intent.id} completes ${trade.id} with ${formatAmount(intent.quantity)} of ${lacks} millionths`,
      )
    }
  }

  private checkSingle(before: FoldState, intent: OrderIntent): void {
    for (const { id, status, legs } of before.openTrades.values()) {
      const isUnderWay = status === 'open' || status === 'frozen'
      if (!isUnderWay || id === tradeOf(intent) || !legs.some(({ market }) => market === intent.market)) continue
      violated('single', `${intent.id} was placed in a market of ${id}, which is ${status}`)
    }
  }

  /** What is lost today and what trades under way lose at worst, together, stay within the limit. */
  private checkReserve({ today, openTrades }: FoldState, { id }: OrderIntent, trade: ArbTrade): void {
    const { maxDailyLoss } = this.limits
    if (maxDailyLoss === null || trade.worstLossExpected === undefined) return
    let reserved = -today.realized
    for (const { worstLossExpected } of openTrades.values()) reserved += parseMoney(worstLossExpected ?? '0')
    if (reserved > maxDailyLoss) {
      violated('reserve', `${reserved} millionths are lost or at risk with ${id}, of ${formatAmount(maxDailyLoss)}`)
    }
  }

  /** Both legs together pay a dollar whatever happens: that is what was approved. */
  private checkSides(intent: OrderIntent, trade: ArbTrade): void {
    const pair = simulatedPairs.find(({ markets }) => markets.join(' ') === trade.pair)
    const other = trade.legs.find(({ market }) => market !== intent.market)
    const otherLeg = other === undefined ? null : this.journal.order(other.orderId)
    const isInPair = pair?.markets.some((market) => market === intent.market) === true && intent.side === 'buy'
    if (!isInPair) violated('approved', `${intent.id} is no purchase of ${trade.pair}`)
    if (otherLeg === null) return
    const facesOther = (otherLeg.intent.outcome === intent.outcome) === (pair?.polarity === 'inverted')
    if (!facesOther) violated('approved', `${intent.id} buys ${intent.outcome}, as its other leg does`)
  }

  /** After a loop in peace. Whether it has left anything for a person to decide. */
  atRest(): boolean {
    return [...this.journal.state.openTrades.values()].some(({ status }) => status === 'imbalanced')
  }

  /** From here on the person's word counts for what is left. */
  deciding(): void {
    for (const id of this.journal.state.openTrades.keys()) this.decided.add(id)
  }

  /** An imbalance that somebody could sell has been sold, once a person has decided so. */
  atEnd(): void {
    for (const trade of this.journal.state.openTrades.values()) {
      if (trade.status === 'imbalanced') this.checkLeft(trade)
    }
  }

  private checkLeft(trade: ArbTrade): void {
    const [first, second] = this.heldBy(trade)
    const excess = (first > second ? first - second : second - first) as Quantity
    const leg = trade.legs[first > second ? 0 : 1]
    const order = leg === undefined ? null : this.journal.order(leg.orderId)
    if (order === null || excess < DUST) return
    const { market, outcome } = order.intent
    if (!this.venues.canSell(accountOf[order.venue], { market, outcome, quantity: excess })) return
    violated('mended', `${trade.id} still holds ${formatAmount(excess)} ${outcome} of ${market} without the other half`)
  }
}

function namedIn({ legs, unwindOrderIds, completionOrderIds = [] }: ArbTrade): readonly string[] {
  return [...legs.map(({ orderId }) => orderId), ...unwindOrderIds, ...completionOrderIds]
}

function isMending({ legs }: ArbTrade, { id }: OrderIntent): boolean {
  return legs.every(({ orderId }) => orderId !== id)
}

export function tradeOf({ purpose }: OrderIntent): string | null {
  return 'tradeId' in purpose ? purpose.tradeId : null
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
