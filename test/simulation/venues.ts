import { createHash, createPrivateKey, createPublicKey } from 'node:crypto'
import { computeAddress } from 'ethers/transaction'
import { minQuantity, type Price, parsePrice, parseQuantity, type Quantity } from '../../src/domain/amounts.ts'
import { type MarketId, parseMarketId, perVenue, type VenueId, venueIds } from '../../src/domain/market.ts'
import type { Clock } from '../../src/runtime/clock.ts'
import type { Face, FaceRequest } from '../../src/sandbox/face.ts'
import type { FaultRule } from '../../src/sandbox/faults.ts'
import { Host, kalshiAccount, polymarketAccount } from '../../src/sandbox/host.ts'
import type { KalshiKey, PolymarketKey } from '../../src/sandbox/keys.ts'
import type { Catalogue, SandboxMarket } from '../../src/sandbox/model.ts'
import { ApiKeys } from '../../src/sandbox/polymarket/api-keys.ts'
import type { SocketFace } from '../../src/sandbox/socket-face.ts'
import { memoryStore } from '../../src/sandbox/state-files.ts'
import { VenueFaces } from '../../src/sandbox/venue-faces.ts'
import { originMs, sketchMarket, smallCatalogue } from '../sandbox/support/small-catalogue.ts'
import type { VenueEvent, Wish } from './plan.ts'
import { simulatedMarkets, simulatedPairs } from './simulated-markets.ts'

/** Before the machine's time begins, the exchange's day has. */
export const startMs = originMs + 3_600_000

const ONE_CENT = parsePrice('0.01')

export const accountOf: Readonly<Record<VenueId, string>> = { kalshi: kalshiAccount, polymarket: polymarketAccount }

/** Keys that are the same in every run, since order ids are hashes of what they sign. Made here; nothing hangs on them. */
function secretBytes(what: string): Buffer {
  return createHash('sha256').update(`simulation/${what}`).digest()
}

function kalshiKey(): KalshiKey {
  // RFC 8410: the fixed beginning of an Ed25519 private key in PKCS#8.
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  const der = Buffer.concat([prefix, secretBytes('kalshi')])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  return {
    apiKeyId: '5a000000-0000-4000-8000-000000000001',
    publicKey: createPublicKey(key),
    privateKeyPem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKeyPath: '/keys/kalshi.pem',
  }
}

function polymarketKey(): PolymarketKey {
  const privateKey = `0x${secretBytes('polymarket').toString('hex')}`
  return { privateKey, address: computeAddress(privateKey) }
}

export const keys = { ed25519: kalshiKey(), rsa: null, polymarket: polymarketKey() }

/** The API key that the order service has for our wallet, as a person would have noted it down. */
export function apiKeyFor(seed: string): Readonly<Record<string, string>> {
  const { address } = keys.polymarket
  const derived = new ApiKeys(seed, [address]).derive(address, '0')
  if (derived === null) throw new Error('the order service has no key for the simulated wallet')
  return { apiKey: derived.apiKey, apiSecret: derived.secret, apiPassphrase: derived.passphrase }
}

/** Markets of both venues whose rules say which wording of them they are. */
function catalogue(markets: ReadonlyMap<MarketId, SandboxMarket>): Catalogue {
  const plain = smallCatalogue([])
  const of = (venue: VenueId): readonly SandboxMarket[] =>
    [...markets.values()].filter((market) => market.venue === venue)
  return {
    ...plain,
    find: (venue, symbol) => markets.get(`${venue}:${symbol}`) ?? null,
    list: of,
    findEvent: (venue, id) => smallCatalogue(of(venue).map(({ symbol }) => ({ venue, symbol }))).findEvent(venue, id),
    listEvents: (venue) => smallCatalogue(of(venue).map(({ symbol }) => ({ venue, symbol }))).listEvents(venue),
  }
}

function simulatedMarket(id: MarketId, index: number): SandboxMarket {
  const parsed = parseMarketId(id)
  if (parsed === null) throw new Error(`not a market: ${id}`)
  const market = sketchMarket({ ...parsed, levels: 5 })
  if (market.details.venue === 'kalshi') return market
  const digit = String(index + 3)
  const details = {
    ...market.details,
    gammaId: digit,
    conditionId: `0x${digit.repeat(64)}`,
    questionId: `0x${`${digit}a`.repeat(32)}`,
    clobTokenIds: [tokenId(`${id}/yes`), tokenId(`${id}/no`)] as const,
  }
  return { ...market, details }
}

/** The market with its rules as they are worded when somebody reads them. */
function worded(market: SandboxMarket, wording: () => number): SandboxMarket {
  return {
    ...market,
    get rules() {
      return `If it happens, this market resolves to Yes. Wording ${wording()} of ${market.symbol}.`
    },
  }
}

/** The wordings of rules that a text tells of, by the symbols of their markets. */
export function wordingsIn(text: string): ReadonlyMap<string, number> {
  const found = text.matchAll(/Wording (\d+) of ([\w-]+)\./g)
  return new Map([...found].map(([, wording, symbol]) => [symbol ?? '', Number(wording)]))
}

/** How a market's rules are worded now, and since when. */
export interface Wording {
  readonly number: number
  readonly sinceMs: number
}

/** A 256-bit number, as the ids of outcome tokens are. */
function tokenId(what: string): string {
  return BigInt(`0x${secretBytes(what).toString('hex')}`).toString()
}

/** Both venues on the exchange's own time, which is the true one. */
export class Venues {
  readonly host: Host
  private readonly faces: VenueFaces
  /** Until when a venue cannot be reached, and until when it turns everybody away. */
  private readonly outages = new Map<VenueId, number>()
  private readonly crowds = new Map<VenueId, number>()
  private readonly wordings = new Map<MarketId, Wording>()
  /** Pairs that fell, until their books pay again. */
  private readonly fallen = new Set<number>()
  /** What was handed to the exchange in all: its wealth never changes. */
  readonly deposits: bigint
  /** Cash of our accounts before anything was traded, in millionths. */
  readonly startCash: Readonly<Record<VenueId, bigint>>
  /** Orders placed on our account by another tool. */
  readonly foreignOrders = new Set<string>()

  constructor(
    private readonly clock: Clock,
    options: { readonly seed: string; readonly rateLimit: 'off' | 'basic' | 'advanced' },
  ) {
    const { seed, rateLimit } = options
    const markets = new Map<MarketId, SandboxMarket>()
    for (const [index, id] of simulatedMarkets.entries()) {
      markets.set(
        id,
        worded(simulatedMarket(id, index), () => this.wordingOf(id).number),
      )
    }
    const createCatalogue = (): Catalogue => catalogue(markets)
    this.host = new Host({ store: memoryStore, clock, freshSeed: () => seed, createCatalogue })
    this.faces = new VenueFaces(() => this.host, { dataDir: null, clock, rateLimit }, keys)
    this.deposits = this.wealth()
    this.startCash = perVenue((venue) => this.cashOf(venue))
  }

  face(venue: VenueId, service: string): Face | Promise<Face> {
    if (venue === 'kalshi') return this.faces.kalshi()
    if (service !== 'clob' && service !== 'gamma' && service !== 'data') throw new Error(`no service ${service}`)
    return this.faces.polymarket(service)
  }

  sockets(venue: VenueId): SocketFace | Promise<SocketFace> {
    return venue === 'kalshi' ? this.faces.kalshiSockets() : this.faces.polymarketSockets()
  }

  wordingOf(market: MarketId): Wording {
    return this.wordings.get(market) ?? { number: 0, sinceMs: 0 }
  }

  /** The market whose book a request is for. */
  bookAsked(venue: VenueId, { path, query }: FaceRequest): MarketId | null {
    const token = query.get('token_id')
    const found = simulatedMarkets.find((id) => {
      const details = this.host.exchange.market(id)?.market.details
      if (!id.startsWith(venue) || details === undefined) return false
      return details.venue === 'kalshi'
        ? path.endsWith(`/${id.slice(venue.length + 1)}/orderbook`)
        : token !== null && details.clobTokenIds?.includes(token) === true
    })
    return found ?? null
  }

  /** What a market's books are told under. */
  nameOnSocket(id: MarketId): string {
    const market = this.host.core.market(id)?.market
    const details = market?.details
    return (details?.venue === 'polymarket' ? details.clobTokenIds?.[0] : market?.symbol) ?? id
  }

  /** Whether somebody would buy all of this from the account at the best price, in an order that the venue takes. */
  canSell(
    account: string,
    { market, outcome, quantity }: Pick<Wish, 'market' | 'outcome'> & { readonly quantity: bigint },
  ): boolean {
    const { exchange } = this.host
    const view = exchange.market(market)
    const held = this.host.core.account(account)?.holdings.get(market)?.[outcome] ?? 0n
    if (view === null || view.status !== 'open' || held < quantity) return false
    if (quantity < (view.market.minimumQuantity ?? view.market.quantityStep)) return false
    const { bids, asks } = exchange.book(market)
    const best = outcome === 'yes' ? bids[0] : asks[0]
    return best !== undefined && best.quantity >= quantity
  }

  isOut(venue: VenueId): boolean {
    return (this.outages.get(venue) ?? 0) > this.clock.nowMs()
  }

  isBusy(venue: VenueId): boolean {
    return (this.crowds.get(venue) ?? 0) > this.clock.nowMs()
  }

  /** Cash of our account at a venue, in millionths. */
  cashOf(venue: VenueId): bigint {
    let cash = 0n
    for (const amount of this.host.core.account(accountOf[venue])?.cash.values() ?? []) cash += amount
    return cash
  }

  /** Cash everywhere, what the venue kept, and a dollar for each open pair. To the millionth. */
  wealth(): bigint {
    const { core } = this.host
    let total: bigint = core.venueCash
    for (const account of core.accounts()) {
      for (const cash of account.cash.values()) total += cash
      for (const holding of account.holdings.values()) total += holding.yes
    }
    return total
  }

  /** Pairs that lack their other half: there must be none. */
  oddPairs(): bigint {
    let odd = 0n
    for (const account of this.host.core.accounts()) {
      for (const holding of account.holdings.values()) odd += holding.yes - holding.no
    }
    return odd
  }

  /** Carries out what happens at the venues by itself. Returns what has to be undone later, and when. */
  happen(event: Exclude<VenueEvent, { kind: 'clock_jump' }>): { readonly afterMs: number; undo(): void } | null {
    const { host } = this
    const rule = (
      venue: string,
      endpoint: string,
      fault: FaultRule['fault'],
      times: number | null,
      percent = 100,
    ): void => host.faults.add({ venue, endpoint, skip: 0, times, percent, fault })
    switch (event.kind) {
      case 'close_market':
        host.exchange.execute({
          kind: 'set_market',
          market: event.market,
          schedule: { closeMs: Math.floor(this.clock.nowMs()) },
        })
        return null
      case 'pause_market': {
        const { market } = event
        host.exchange.execute({ kind: 'set_market', market, schedule: { paused: true } })
        return {
          afterMs: event.forMs,
          undo: () => host.exchange.execute({ kind: 'set_market', market, schedule: { paused: false } }),
        }
      }
      case 'pause_exchange':
        host.switches.tradingActive = false
        return {
          afterMs: event.forMs,
          undo: () => {
            host.switches.tradingActive = true
          },
        }
      case 'move_book':
        this.moveBook(event.market, event.mid)
        return null
      case 'nibble':
        this.nibble(parseQuantity(event.quantity))
        return null
      case 'edge': {
        this.makeEdge(event)
        const { markets } = simulatedPairs[event.pair === 0 ? 0 : 1]
        this.fallen.delete(event.pair)
        const undo = (): void => {
          if (this.fallen.has(event.pair)) return
          for (const market of markets) this.moveBook(market, 50)
        }
        return { afterMs: event.forMs, undo }
      }
      case 'fall':
        this.fall(event)
        return null
      case 'change_rules':
        this.changeRules(event.market)
        return null
      case 'stale_reads': {
        const { venue, lagMs, percent } = event
        rule(venue, '*', { kind: 'stale_reads', ms: lagMs }, null, percent)
        return { afterMs: event.forMs, undo: () => host.faults.clear() }
      }
      case 'ghost_fill':
        rule('polymarket', 'place_order', { kind: 'settlement_failed' }, 1)
        return null
      case 'delayed_match':
        rule('polymarket', 'place_order', { kind: 'delayed_match', ms: event.ms }, 1)
        return null
      case 'garbage_cursor':
        rule('kalshi', '*', { kind: 'garbage_cursor' }, 2)
        return null
      case 'foreign_order':
        this.foreignOrder(event.wish)
        return null
      case 'outage':
        this.outages.set(event.venue, this.clock.nowMs() + event.forMs)
        return null
      case 'crowd':
        this.crowds.set(event.venue, this.clock.nowMs() + event.forMs)
        return null
    }
  }

  /** Nothing goes wrong at the venues any more. */
  calm(): void {
    this.outages.clear()
    this.crowds.clear()
    this.host.faults.clear()
    this.host.switches.tradingActive = true
  }

  private changeRules(id: MarketId): void {
    this.wordings.set(id, { number: this.wordingOf(id).number + 1, sinceMs: this.clock.nowMs() })
  }

  /** YES is cheap at the first venue, and the other side of it at the second. */
  private makeEdge({ pair, cents, depths }: Extract<VenueEvent, { kind: 'edge' }>): void {
    const { markets, polarity } = simulatedPairs[pair === 0 ? 0 : 1]
    const [first, second] = [50 - Math.floor(cents / 2), 50 + Math.ceil(cents / 2)]
    this.setBook(markets[0], { bid: first - 3, ask: first, depth: depths[0] })
    // The other side is NO where YES is the same on both venues, and YES where one's YES is the other's NO.
    if (polarity === 'same') this.setBook(markets[1], { bid: second, ask: second + 3, depth: depths[1] })
    else this.setBook(markets[1], { bid: 97 - second, ask: 100 - second, depth: depths[1] })
  }

  private fall({ pair, cents }: Extract<VenueEvent, { kind: 'fall' }>): void {
    const { markets, polarity } = simulatedPairs[pair === 0 ? 0 : 1]
    this.fallen.add(pair)
    this.moveBook(markets[0], 50 - cents)
    this.moveBook(markets[1], polarity === 'same' ? 50 + cents : 50 - cents)
  }

  private setBook(
    market: MarketId,
    book: { readonly bid: number; readonly ask: number; readonly depth: string },
  ): void {
    if (this.host.exchange.market(market)?.status !== 'open') return
    const level = (cents: number, quantity: string) => ({ price: price(cents), quantity: parseQuantity(quantity) })
    const { bid, ask, depth } = book
    this.host.exchange.execute({
      kind: 'set_book',
      market,
      bids: [level(bid, depth), level(bid - 2, '60')],
      asks: [level(ask, depth), level(ask + 2, '60')],
    })
  }

  moveBook(market: MarketId, mid: number): void {
    if (this.host.exchange.market(market)?.status !== 'open') return
    const level = (cents: number, quantity: string) => ({ price: price(cents), quantity: parseQuantity(quantity) })
    this.host.exchange.execute({
      kind: 'set_book',
      market,
      bids: [level(mid - 1, '15'), level(mid - 3, '60')],
      asks: [level(mid + 1, '15'), level(mid + 3, '60')],
    })
  }

  /** The same, and the next reads of orders show it or do not. */
  nibbleUnseen(quantity: Quantity): void {
    this.nibble(quantity)
    const fault = { kind: 'stale_reads', ms: 5_000 } as const
    for (const venue of venueIds) {
      this.host.faults.add({ venue, endpoint: 'get_order', skip: 0, times: 3, percent: 50, fault })
    }
  }

  /** Quotes that meet a part of each order of ours that rests, and go again. */
  private nibble(quantity: Quantity): void {
    for (const account of Object.values(accountOf)) {
      for (const { market, state, bookSide, yesPrice, remaining } of this.host.core.orders(account)) {
        if (state !== 'resting' || this.host.exchange.market(market)?.status !== 'open') continue
        const level = { price: yesPrice, quantity: minQuantity(quantity, remaining) }
        const [bids, asks] = bookSide === 'bid' ? [[], [level]] : [[level], []]
        this.host.exchange.execute({ kind: 'set_book', market, bids, asks })
        // What is left of it goes on resting: the quotes that come back stay away from it.
        this.moveBook(market, Number(yesPrice / ONE_CENT) + (bookSide === 'bid' ? 4 : -4))
      }
    }
  }

  private foreignOrder(wish: Wish): void {
    const parsed = parseMarketId(wish.market)
    if (parsed === null) return
    const immediate = wish.timeInForce === 'ioc' || wish.timeInForce === 'fok'
    const result = this.host.exchange.execute({
      kind: 'place',
      account: accountOf[parsed.venue],
      market: wish.market,
      orderId:
        parsed.venue === 'polymarket'
          ? `0x${secretBytes(`${this.host.seed}/${this.clock.nowMs()}`).toString('hex')}`
          : null,
      clientOrderId: null,
      outcome: wish.outcome,
      side: wish.side,
      ownPrice: parsePrice(wish.price),
      amount: { kind: 'quantity', quantity: parseQuantity(wish.quantity) },
      timeInForce: immediate ? 'ioc' : 'gtc',
      expiresAtMs: null,
      postOnly: false,
      reduceOnly: false,
      selfTrade: 'taker_at_cross',
      cancelOnPause: false,
      refuseUnmatched: false,
      delayMs: 0,
      doomed: false,
    })
    if (result.kind === 'placed') this.foreignOrders.add(result.order.id)
  }
}

function price(cents: number): Price {
  return parsePrice(`0.${String(cents).padStart(2, '0')}`)
}
