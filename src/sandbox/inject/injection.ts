import {
  addQuantity,
  type Money,
  minQuantity,
  type Price,
  type Quantity,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import { assertNever, ToolkitError } from '../../domain/errors.ts'
import { type MarketId, type Outcome, venueOf } from '../../domain/market.ts'
import type { Level } from '../../domain/order-book.ts'
import type { Command, CommandResult, PlaceCommand } from '../commands.ts'
import type { FaultRule } from '../faults.ts'
import { balanceStepOf, chargedFees } from '../fee-changes.ts'
import { isTrading } from '../lifecycle.ts'
import type { SandboxMarket } from '../model.ts'
import { type EdgeSide, findEdge, freePrice, type Levels, quotesWith } from './edge.ts'
import type { Stage } from './stage.ts'
import type { Effect, Hindrance, InjectionWish } from './wish.ts'

/** One side of an injected edge. Prices are those of `outcome`. */
export interface InjectedLeg {
  readonly market: SandboxMarket
  readonly outcome: Outcome
  readonly price: Price
  /** From here on an offer keeps nothing with the other side. */
  readonly freeFrom: Price
  /** The maker's quotes before it, YES prices. */
  readonly before: Levels
}

/** An order that came to one of the markets while the injection was watched. */
export interface Arrival {
  /** Ms after the start, by the exchange's clock. */
  readonly afterMs: number
  readonly command: PlaceCommand
  /** Null where it was taken. */
  readonly refused: string | null
  readonly orderId: string | null
}

export type EndedBy = 'time' | 'order' | 'fill' | 'cancel' | 'replaced' | 'sandbox'

/** Orders that are noted of one injection: a program that places more has been seen enough. */
const ARRIVALS_MAX = 500

/** Sets the quotes of both markets so that the pair pays, and does what was wished at its moment. */
export class Injection {
  readonly arrivals: Arrival[] = []
  readonly kept: Money
  readonly legs: readonly [InjectedLeg, InjectedLeg]
  readonly startedMs: number
  endedBy: EndedBy | null = null
  endedMs: number | null = null
  /** What could not be done, in words. */
  readonly problems: string[] = []
  private readonly rules: readonly FaultRule[]
  private readonly offers: Map<MarketId, Level | null>
  private readonly timer = new AbortController()
  private hasHappened = false

  constructor(
    readonly id: string,
    private readonly host: Stage,
    readonly wish: InjectionWish,
  ) {
    const prepared = prepare(host, wish)
    this.kept = prepared.kept
    this.legs = prepared.legs
    this.startedMs = host.clock.nowMs()
    this.offers = new Map(this.legs.map(({ market, price }) => [market.id, { price, quantity: wish.size }]))
    this.rules = wish.hindrances.map(ruleOf)
    for (const leg of this.legs) this.quote(leg)
    for (const rule of this.rules) host.faults.add(rule)
    if (wish.forMs !== null) void this.waitOut(wish.forMs)
  }

  concerns(market: MarketId): boolean {
    return this.legs.some((leg) => leg.market.id === market)
  }

  /** Before a command of anyone is carried out. */
  before(command: Command): void {
    const isOurs = 'market' in command && command.market !== null && this.concerns(command.market)
    if (command.kind === 'place' && isOurs) this.happen('order')
    if (command.kind === 'cancel' && this.isOrderHere(command.account, command.orderId)) this.happen('cancel')
    if (command.kind === 'cancel_all' && (command.market === null || isOurs)) this.happen('cancel')
  }

  after(command: Command, result: CommandResult): void {
    if (command.kind !== 'place' || !this.concerns(command.market)) return
    const refused = result.kind === 'refused' ? result.reason : null
    const orderId = result.kind === 'placed' ? result.order.id : null
    if (this.arrivals.length < ARRIVALS_MAX) {
      this.arrivals.push({ afterMs: this.host.clock.nowMs() - this.startedMs, command, refused, orderId })
    }
    if (result.kind === 'placed' && result.trades.length > 0) this.happen('fill')
  }

  /** Ends it as it stands: quotes are left to whoever sets them next. */
  end(by: EndedBy): void {
    if (this.endedBy !== null) return
    this.endedBy = by
    this.endedMs = this.host.clock.nowMs()
    this.timer.abort()
    for (const rule of this.rules) this.host.faults.remove(rule)
  }

  private isOrderHere(account: string, orderId: string): boolean {
    const order = this.host.core.order(account, orderId)
    return order !== null && this.concerns(order.market)
  }

  private async waitOut(ms: number): Promise<void> {
    await this.host.clock.sleep(ms, this.timer.signal)
    if (this.endedBy !== null || this.timer.signal.aborted) return
    const effects = this.hasHappened || this.wish.effects.length === 0 ? [goneOnBoth] : this.wish.effects
    this.carryOut(effects)
    this.end('time')
  }

  /** Its moment, if it is this one: once. */
  private happen(moment: 'order' | 'fill' | 'cancel'): void {
    if (this.endedBy !== null || this.hasHappened || this.wish.on !== moment) return
    this.hasHappened = true
    const { effects, forMs } = this.wish
    this.carryOut(effects.length === 0 ? [goneOnBoth] : effects)
    // What is left of the offers goes when the time is over, if there is one.
    if (forMs === null) this.end(moment)
  }

  private carryOut(effects: readonly Effect[]): void {
    for (const effect of effects) {
      for (const leg of this.legs) {
        if (effect.venue === null || effect.venue === leg.market.venue) this.tryOn(leg, effect)
      }
    }
  }

  /** A market that was closed meanwhile takes no quotes: that is a finding, and no crash of the exchange. */
  private tryOn(leg: InjectedLeg, effect: Effect): void {
    try {
      this.act(leg, effect)
    } catch (error) {
      if (!(error instanceof ToolkitError)) throw error
      this.problems.push(`${effect.kind} in ${leg.market.id}: ${error.message}`)
    }
  }

  private act(leg: InjectedLeg, effect: Effect): void {
    const { id } = leg.market
    switch (effect.kind) {
      case 'vanish':
        this.offers.set(id, null)
        this.quote(leg)
        break
      case 'move':
        this.offers.set(id, { price: leg.freeFrom, quantity: this.wish.size })
        this.quote(leg)
        break
      case 'thin':
        this.offers.set(id, { price: leg.price, quantity: effect.left })
        this.quote(leg)
        break
      case 'take':
        this.take(leg, effect.quantity)
        break
      case 'close': {
        const nowMs = this.host.clock.nowMs()
        const schedule = { openMs: nowMs, closeMs: nowMs, determineMs: null, settleMs: null }
        this.host.exchange.execute({ kind: 'set_market', market: id, schedule })
        break
      }
      default:
        assertNever(effect)
    }
  }

  private quote(leg: InjectedLeg): void {
    const { market, price, freeFrom, before, outcome } = leg
    const offer = this.offers.get(market.id) ?? null
    const about = { injected: price, freeFrom, size: this.wish.size }
    const side = { market: market.id, outcome, ladder: market.ladder }
    this.host.exchange.execute({ kind: 'set_book', market: market.id, ...quotesWith(before, side, offer, about) })
  }

  /** Quotes that meet what rests, one order after the other, and the quotes from before again. */
  private take(leg: InjectedLeg, wanted: Quantity): void {
    const { exchange } = this.host
    let left = wanted
    for (const { bookSide, yesPrice, remaining } of restingIn(this.host, leg.market.id)) {
      if (left <= 0n) break
      const level = { price: yesPrice, quantity: minQuantity(left, remaining) }
      const [bids, asks] = bookSide === 'bid' ? [[], [level]] : [[level], []]
      exchange.execute({ kind: 'set_book', market: leg.market.id, bids, asks })
      left = subtractQuantity(left, level.quantity)
    }
    this.quote(leg)
  }
}

const goneOnBoth: Effect = { kind: 'vanish', venue: null }

function ruleOf(hindrance: Hindrance): FaultRule {
  const { venue } = hindrance
  const rule = { venue, endpoint: 'place_order', skip: 0, times: 1, percent: 100 }
  switch (hindrance.kind) {
    case 'late-fill':
      return { ...rule, fault: { kind: 'delayed_match', ms: hindrance.ms } }
    case 'late-answer':
      return { ...rule, fault: { kind: 'delay', ms: hindrance.ms } }
    case 'lose-answer':
      return { ...rule, fault: { kind: 'drop_response' } }
    default:
      return assertNever(hindrance)
  }
}

/** Orders of real accounts that rest in a market. */
function restingIn({ exchange }: Stage, market: MarketId) {
  return exchange
    .accounts()
    .filter(({ unlimited }) => !unlimited)
    .flatMap(({ id }) => exchange.orders(id))
    .filter((order) => order.market === market && order.state === 'resting')
}

/** The quotes of the synthetic maker: the book without what accounts have resting in it. */
function quotesIn(host: Stage, market: MarketId): Levels {
  const book = host.exchange.book(market)
  const resting = restingIn(host, market)
  const without = (levels: readonly Level[], side: 'bid' | 'ask'): readonly Level[] =>
    levels.flatMap(({ price, quantity }) => {
      const others = resting.filter((order) => order.bookSide === side && order.yesPrice === price)
      const left = subtractQuantity(quantity, addQuantity(ZERO_QUANTITY, ...others.map(({ remaining }) => remaining)))
      return left > 0n ? [{ price, quantity: left }] : []
    })
  return { bids: without(book.bids, 'bid'), asks: without(book.asks, 'ask') }
}

/** What the pair is to be offered at. @throws ToolkitError (usage) when a market takes no quotes, or no prices keep as much. */
function prepare(host: Stage, wish: InjectionWish): Pick<Injection, 'kept' | 'legs'> {
  const [a, b] = wish.markets.map((id) => openMarket(host, id))
  if (a === undefined || b === undefined) throw new Error('a pair has two markets')
  const facing: Outcome = wish.polarity === 'same' ? 'no' : 'yes'
  const sides = [sideOf(host, a, 'yes'), sideOf(host, b, facing)] as const
  const [before, after] = [quotesIn(host, a.id), quotesIn(host, b.id)]
  const found = findEdge(sides, wish, middleOf(a, before))
  if (found === null) {
    throw problem('NO_SUCH_EDGE', `No prices of ${a.id} and ${b.id} near the middle keep so much after both fees.`)
  }
  const [price, other] = found.prices
  const legs = [
    { market: a, outcome: 'yes', price, freeFrom: freePrice(sides[0], other), before },
    { market: b, outcome: facing, price: other, freeFrom: freePrice(sides[1], price), before: after },
  ] as const
  return { kept: found.kept, legs }
}

function sideOf(host: Stage, market: SandboxMarket, outcome: Outcome): EdgeSide {
  const desk = host.exchange.fees()
  const account = host.exchange.accounts().find(({ venue, unlimited }) => venue === market.venue && !unlimited)
  return {
    outcome,
    ladder: market.ladder,
    fees: chargedFees(desk, market, host.clock.nowMs()),
    balanceStep: balanceStepOf(desk, account?.id ?? ''),
  }
}

/** Between the best quotes, or where the catalogue would quote. */
function middleOf({ liquidity }: SandboxMarket, { bids: [bid], asks: [ask] }: Levels): Price {
  return bid === undefined || ask === undefined ? liquidity.mid : (((bid.price + ask.price) / 2n) as Price)
}

function openMarket(host: Stage, id: MarketId): SandboxMarket {
  const view = host.exchange.market(id)
  if (view === null) throw problem('MARKET_NOT_FOUND', `The sandbox has no market ${id} at ${venueOf(id)}.`)
  if (isTrading(view.status)) return view.market
  throw problem('MARKET_NOT_OPEN', `${id} is ${view.status}: nothing can be offered in it.`)
}

function problem(code: string, message: string): ToolkitError {
  return new ToolkitError({ code, category: 'usage', message })
}
