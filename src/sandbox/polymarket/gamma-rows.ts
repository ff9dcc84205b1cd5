import {
  addMoney,
  addQuantity,
  complement,
  cost,
  formatAmount,
  type Price,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { MarketStatus } from '../../domain/market.ts'
import type { SandboxHost } from '../face.ts'
import type { BookView, SandboxEvent } from '../model.ts'
import { feeRate } from './clob-markets.ts'
import type { Lookup, PolymarketView } from './context.ts'
import { isoSeconds } from './times.ts'
import { isClosed, yesValue } from './valuation.ts'

/** What the catalogue service shows of a market's life. It has no word for a market that waits for its result. */
const umaWord: Readonly<Record<MarketStatus, string | null>> = {
  unopened: null,
  open: null,
  paused: null,
  closed: 'requested',
  determined: 'proposed',
  settled: 'resolved',
}

export interface GammaFigures {
  /** Dollars. */
  readonly volume: number
  readonly liquidity: number
}

export function figuresOf(host: SandboxHost, found: PolymarketView): GammaFigures {
  return figuresFrom(found, host.exchange.book(found.market.id))
}

function figuresFrom({ view, market }: PolymarketView, { bids, asks }: BookView): GammaFigures {
  const resting = [...bids, ...asks].map((level) => cost(level.price, level.quantity, 'down'))
  const volume = cost(view.lastPrice ?? market.liquidity.mid, view.volume, 'down')
  return { volume: Number(formatAmount(volume)), liquidity: Number(formatAmount(addMoney(...resting))) }
}

/** Lists are printed as text with JSON in it; only position ids are a real array. Source: polymarket.md §5.1. */
function gammaMarketRow(host: SandboxHost, found: PolymarketView): Record<string, unknown> {
  const { market, details, view } = found
  const book = host.exchange.book(market.id)
  const fee = feeRate(host, found)
  const figures = figuresFrom(found, book)
  const yes = yesValue(found, book)
  const [bid, ask] = [book.bids[0]?.price ?? null, book.asks[0]?.price ?? null]
  const closed = isClosed(found)
  const number = (price: Price | null): number | undefined => (price === null ? undefined : Number(formatAmount(price)))
  return {
    id: details.gammaId,
    version: details.version,
    question: market.title,
    conditionId: gammaConditionId(found),
    slug: market.symbol,
    resolutionSource: details.resolutionSource,
    startDate: isoSeconds(market.schedule.createdMs),
    endDate: isoSeconds(details.endMs),
    category: market.category,
    description: market.rules,
    outcomes: JSON.stringify([market.yesLabel, market.noLabel]),
    outcomePrices: JSON.stringify([formatAmount(yes), formatAmount(complement(yes))]),
    ...(details.clobTokenIds !== null && { clobTokenIds: JSON.stringify(details.clobTokenIds) }),
    ...(details.positionIds !== null && { positionIds: details.positionIds }),
    active: view.status !== 'unopened',
    closed,
    archived: false,
    restricted: true,
    enableOrderBook: true,
    acceptingOrders: view.status === 'open',
    acceptingOrdersTimestamp: isoSeconds(view.schedule.openMs),
    orderPriceMinTickSize: Number(details.tickSize),
    orderMinSize: market.minimumQuantity === null ? null : Number(formatAmount(market.minimumQuantity)),
    negRisk: details.negRisk,
    ...(details.negRiskMarketId !== null && {
      negRiskMarketID: details.negRiskMarketId,
      negRiskRequestID: details.questionId,
    }),
    questionID: details.questionId,
    umaResolutionStatuses: JSON.stringify(closed ? [umaWord[view.status]] : []),
    ...(umaWord[view.status] !== null && { umaResolutionStatus: umaWord[view.status] }),
    ...(closed && { closedTime: isoSeconds(view.schedule.closeMs) }),
    bestBid: number(bid) ?? 0,
    bestAsk: number(ask) ?? 1,
    ...(view.lastPrice !== null && { lastTradePrice: number(view.lastPrice) }),
    ...(bid !== null && ask !== null && { spread: number((ask - bid) as Price) }),
    makerBaseFee: 1000,
    takerBaseFee: 1000,
    feesEnabled: fee !== null,
    ...(fee !== null && {
      feeType: details.feeType,
      feeSchedule: { exponent: fee.exponent, rate: fee.rate, takerOnly: true, rebateRate: 0.25 },
    }),
    clearBookOnStart: false,
    rfqEnabled: false,
    secondsDelay: details.secondsDelay,
    ...(details.gameStartMs !== null && { gameStartTime: isoSeconds(details.gameStartMs) }),
    ...(details.sportsMarketType !== null && { sportsMarketType: details.sportsMarketType }),
    ...(details.line !== null && { line: Number(details.line) }),
    ...(details.groupItemTitle !== null && { groupItemTitle: details.groupItemTitle }),
    ...(details.negRisk && { negRiskOther: isPlaceholder(host, found) }),
    volume: String(figures.volume),
    volumeNum: figures.volume,
    liquidity: String(figures.liquidity),
    liquidityNum: figures.liquidity,
    tags: details.tags.map((label) => ({
      id: tagId(label),
      label,
      slug: label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    })),
  }
}

/** The last market of an event that still gets outcomes stands for whatever is not named yet. */
function isPlaceholder(host: SandboxHost, { market }: PolymarketView): boolean {
  if (!host.polymarket.augmentedEvents.has(market.eventId)) return false
  return host.catalogue.findEvent('polymarket', market.eventId)?.markets.at(-1) === market.symbol
}

/** Condition ids of v2 markets are printed without their last, empty byte. Source: polymarket.md §3.1. */
function gammaConditionId({ details }: PolymarketView): string {
  return details.version === 'v2' ? details.conditionId.slice(0, 64) : details.conditionId
}

/** A small number that depends on the label alone. */
export function tagId(label: string): string {
  let sum = 7
  for (const letter of label) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 100_000
  return String(100_000 + sum)
}

function eventSummary(host: SandboxHost, event: SandboxEvent): Record<string, unknown> {
  const { id, gammaId, title, category } = event
  const negRiskAugmented = host.polymarket.augmentedEvents.has(id)
  return { id: gammaId, ticker: id, slug: id, title, category, negRiskAugmented }
}

/** A market with the event that it belongs to, as market lists print it. */
export function marketWithEvent(host: SandboxHost, found: PolymarketView): Record<string, unknown> {
  const event = host.catalogue.findEvent('polymarket', found.market.eventId)
  return { ...gammaMarketRow(host, found), events: event === null ? [] : [eventSummary(host, event)] }
}

/** An event with all of its markets. */
export function gammaEventRow(host: SandboxHost, lookup: Lookup, event: SandboxEvent): Record<string, unknown> {
  const markets = event.markets.flatMap((slug) => lookup.bySlug(slug) ?? [])
  const [first] = markets
  const over = markets.every(isClosed)
  const figures = markets.map((found) => figuresOf(host, found))
  const volume = markets.reduce((sum, { view }) => addQuantity(sum, view.volume), ZERO_QUANTITY)
  return {
    ...eventSummary(host, event),
    description: first?.market.rules ?? '',
    resolutionSource: event.sources[0]?.url ?? '',
    startDate: first === undefined ? null : isoSeconds(first.market.schedule.createdMs),
    endDate: first === undefined ? null : isoSeconds(first.details.endMs),
    active: markets.some(({ view }) => view.status !== 'unopened'),
    closed: over,
    archived: false,
    live: markets.some(({ details }) => details.gameStartMs !== null && details.gameStartMs <= host.clock.nowMs()),
    featured: false,
    restricted: true,
    enableOrderBook: true,
    negRisk: event.negRiskMarketId !== null,
    enableNegRisk: event.negRiskMarketId !== null,
    ...(event.negRiskMarketId !== null && { negRiskMarketID: event.negRiskMarketId }),
    volume: figures.reduce((sum, one) => sum + one.volume, 0),
    liquidity: figures.reduce((sum, one) => sum + one.liquidity, 0),
    openInterest: Number(formatAmount(volume)),
    tags: (first?.details.tags ?? []).map((label) => ({
      id: tagId(label),
      label,
      slug: label.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
    })),
    markets: markets.map((found) => gammaMarketRow(host, found)),
  }
}
