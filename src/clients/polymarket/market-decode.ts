import * as v from 'valibot'
import { type Price, parsePrice } from '../../domain/amounts.ts'
import { type Market, type MarketStatus, marketId, type Outcome, parseMarketId } from '../../domain/market.ts'
import { uniformLadder } from '../../domain/tick-ladder.ts'
import { decodeWith, integer, looseAmounts, maybe, numberAmounts, type Schema, textOrNull } from '../decode.ts'
import { parseJson, plainText } from '../json.ts'
import { isKnownTick, SHARE_STEP } from './amounts.ts'
import { clobFeeSchema, clobFees, gammaFeeSchema, gammaFees } from './fees.ts'
import { type Route, routeFor, routeToRecord } from './routing.ts'

/** The catalogue writes figures as numbers and as text. */
const { approximateQuantity, price, quantity, quotedPrice } = looseAmounts

/** A figure for display: what cannot be read is not shown, instead of hiding the market. */
function shown<T>(schema: Schema<T>): Schema<T | null> {
  return v.fallback(maybe(schema), null)
}

/** The catalogue holds some lists as text with a JSON array in it. Anything else is an empty list. */
const textList: Schema<readonly string[]> = v.pipe(
  // With a default, since valibot skips the transformation of an absent member without one.
  v.nullish(v.union([v.string(), v.array(v.unknown())]), ''),
  v.transform((raw) => {
    const list = typeof raw === 'string' ? parseJson(raw) : raw
    return Array.isArray(list) ? list.map(plainText) : []
  }),
)

const flag = shown(v.boolean())

export const gammaMarketSchema = v.object({
  version: textOrNull,
  question: textOrNull,
  conditionId: textOrNull,
  slug: textOrNull,
  description: textOrNull,
  resolutionSource: textOrNull,
  category: textOrNull,
  startDate: textOrNull,
  endDate: textOrNull,
  acceptingOrdersTimestamp: textOrNull,
  outcomes: textList,
  outcomePrices: textList,
  clobTokenIds: textList,
  positionIds: textList,
  active: flag,
  closed: flag,
  archived: flag,
  acceptingOrders: flag,
  enableOrderBook: flag,
  automaticallyResolved: flag,
  negRisk: maybe(v.boolean()),
  umaResolutionStatus: textOrNull,
  resolutionStatus: textOrNull,
  orderPriceMinTickSize: maybe(price),
  orderMinSize: maybe(quantity),
  feesEnabled: maybe(v.boolean()),
  feeSchedule: maybe(gammaFeeSchema),
  bestBid: shown(quotedPrice),
  bestAsk: shown(quotedPrice),
  lastTradePrice: shown(quotedPrice),
  volume: shown(approximateQuantity),
  groupItemTitle: textOrNull,
  negRiskOther: flag,
  events: v.fallback(
    maybe(v.array(v.object({ id: shown(v.string()), slug: textOrNull, category: textOrNull, negRiskAugmented: flag }))),
    null,
  ),
})
export type GammaMarket = v.InferOutput<typeof gammaMarketSchema>

/** `GET /clob-markets/{condition}`: the order service's own word. Absent `nr` means false, absent `fd` means no fee. */
export const clobMarketSchema = v.object({
  c: v.string(),
  t: v.array(v.object({ t: v.string(), o: textOrNull })),
  mos: maybe(numberAmounts.quantity),
  mts: numberAmounts.price,
  nr: maybe(v.boolean()),
  fd: maybe(clobFeeSchema),
  ao: maybe(v.boolean()),
  sd: v.fallback(maybe(integer), null),
  v: textOrNull,
})
type ClobMarket = v.InferOutput<typeof clobMarketSchema>

/** `not_asked` in listings, `absent` when the order service does not know the market (yet, or any more). */
export type ClobWord = ClobMarket | 'not_asked' | 'absent'

export function decodeGammaMarket(json: unknown, what: string): GammaMarket {
  return decodeWith(gammaMarketSchema, json, what)
}

/**
 * A market from its catalogue row and, for a single market, the order service's word on it, which wins on tick, minimum
 * size and fees. Null for rows that are no binary market with a name: the catalogue keeps some from its early years.
 * Outcome 0 is our YES. Where the two services disagree on what an order would be, the market is not tradable.
 */
export function buildMarket(row: GammaMarket, clob: ClobWord, nowMs: number): Market | null {
  const { slug, conditionId, question } = row
  const [yesLabel, noLabel] = row.outcomes
  if (slug === null || conditionId === null || row.outcomes.length !== 2) return null
  if (yesLabel === undefined || noLabel === undefined) return null
  if (parseMarketId(marketId('polymarket', slug)) === null) return null
  const known = typeof clob === 'object' ? clob : null
  const negRisk = known === null ? row.negRisk : (row.negRisk ?? known.nr ?? false)
  const route = routeFor({ ...row, conditionId, negRisk })
  const tick = known?.mts ?? row.orderPriceMinTickSize
  const status = statusOf(row, nowMs)
  const [event] = row.events ?? []
  return {
    id: marketId('polymarket', slug),
    venue: 'polymarket',
    symbol: slug,
    aliases: [conditionId.toLowerCase()],
    title: question ?? slug,
    yesLabel: yesLabel.toLowerCase() === 'yes' ? '' : yesLabel,
    category: row.category ?? event?.category ?? null,
    eventId: event?.slug ?? event?.id ?? null,
    rules: rulesOf(row),
    status,
    untradableReason: untradableReason({ row, clob, status, tick, route, negRisk }),
    openTime: timeText(row.acceptingOrdersTimestamp) ?? timeText(row.startDate),
    closeTime: timeText(row.endDate),
    ladder: uniformLadder(tick ?? DISPLAY_TICK),
    minimumQuantity: known?.mos ?? row.orderMinSize,
    quantityStep: SHARE_STEP,
    bestBid: standing(row.bestBid),
    bestAsk: standing(row.bestAsk),
    lastPrice: standing(row.lastTradePrice),
    volume: row.volume,
    volumeUnit: 'dollars',
    result: resultOf(row),
    fees: known === null ? gammaFees(row) : clobFees(known.fd),
    routing: 'refused' in route ? {} : routeToRecord(route),
  }
}

/** Only to have a ladder on markets that cannot be traded anyway. */
const DISPLAY_TICK = parsePrice('0.01')

/** The catalogue prints 0 or 1 for a side of the book that is empty. */
function standing(quoted: Price | null): Price | null {
  return quoted !== null && quoted > 0n && quoted < 1_000_000n ? quoted : null
}

function timeText(text: string | null): string | null {
  return text !== null && /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? text : null
}

function rulesOf(row: GammaMarket): string {
  const source = row.resolutionSource
  const text = row.description ?? ''
  return source === null || text.includes(source) ? text : `${text}\n\nResolution source: ${source}`
}

/** The outcome that won, read off the final prices of a closed market. */
function resultOf(row: GammaMarket): Outcome | 'scalar' | null {
  if (row.closed !== true) return null
  const [yes, no] = row.outcomePrices.map(Number)
  if (yes === 1 && no === 0) return 'yes'
  if (yes === 0 && no === 1) return 'no'
  return yes === 0.5 && no === 0.5 ? 'scalar' : null
}

function isResolved(row: GammaMarket): boolean {
  const said = [row.umaResolutionStatus, row.resolutionStatus].some((word) => word === 'resolved' || word === 'settled')
  return said || row.automaticallyResolved === true
}

function statusOf(row: GammaMarket, nowMs: number): MarketStatus {
  if (row.closed === true || row.archived === true) {
    if (resultOf(row) === null) return 'closed'
    return isResolved(row) ? 'settled' : 'determined'
  }
  if (row.active !== true) return 'unopened'
  if (row.acceptingOrders === true) return 'open'
  const opens = row.acceptingOrdersTimestamp === null ? Number.NaN : Date.parse(row.acceptingOrdersTimestamp)
  // Not accepting and never did: still being prepared. Not accepting any more: halted.
  return Number.isNaN(opens) || opens > nowMs ? 'unopened' : 'paused'
}

interface TradabilityFacts {
  readonly row: GammaMarket
  readonly clob: ClobWord
  readonly status: MarketStatus
  readonly tick: Price | null
  readonly route: ReturnType<typeof routeFor>
  readonly negRisk: boolean | null
}

/** The first thing that stands in the way of an order, in words that follow "cannot be traded: ". Null when nothing does. */
function untradableReason(facts: TradabilityFacts): string | null {
  const { row, clob, status, tick, route } = facts
  if (row.closed === true || row.archived === true) return 'it is closed'
  if (status === 'unopened') return 'it does not accept orders yet'
  if (status === 'paused') return 'it does not accept orders at the moment'
  if (row.enableOrderBook === false) return 'it has no order book'
  if ('refused' in route) return route.refused
  if (isPlaceholder(row)) return 'it stands for outcomes that are not named yet, so what it pays for can still change'
  if (tick === null) return 'the venue does not say its tick size'
  if (!isKnownTick(tick)) return 'it has a tick size that this version does not know'
  if (clob === 'absent') return 'the order service does not know it'
  return clob === 'not_asked' ? null : disagreement(row, clob, route)
}

/** `Person C`, `Candidate AB`, `Other`: names that an event keeps for what comes later. */
const PLACEHOLDER_TITLE = /^(?:other|(?:person|candidate|player|team|company|party|country|movie|option) [A-Z]{1,2})$/i

/**
 * Events that still get outcomes keep a market for "other" and some for names to come. As outcomes are added, their meaning
 * changes. Source: Polymarket neg-risk documentation, read 2026-10.
 */
function isPlaceholder(row: GammaMarket): boolean {
  if (row.negRiskOther === true) return true
  const augmented = row.events?.some((event) => event.negRiskAugmented === true) === true
  return augmented && row.groupItemTitle !== null && PLACEHOLDER_TITLE.test(row.groupItemTitle)
}

/** Where catalogue and order service would make different orders of the same intent. */
function disagreement(row: GammaMarket, clob: ClobMarket, route: Route): string | null {
  if (clob.ao === false) return 'the order service does not accept orders for it'
  if (clob.v !== null && clob.v !== row.version) return 'catalogue and order service disagree on its version'
  if (row.negRisk !== null && row.negRisk !== (clob.nr ?? false)) {
    return 'catalogue and order service disagree on whether it is neg-risk'
  }
  const [first, second] = clob.t
  const same = clob.t.length === 2 && first?.t === route.tokens.yes && second?.t === route.tokens.no
  return same ? null : 'catalogue and order service disagree on its outcomes'
}

/** Token ids and names that place an account's trade or order in a market, tradable or not. */
export interface MarketIdentity {
  readonly market: Market
  readonly assets: readonly { readonly assetId: string; readonly outcome: Outcome }[]
}

/** Every asset id that the catalogue gives the market, of either exchange. */
export function identityOf(row: GammaMarket, market: Market): MarketIdentity {
  const outcomes: readonly Outcome[] = ['yes', 'no']
  const assets = [row.clobTokenIds, row.positionIds].flatMap((ids) =>
    outcomes.flatMap((outcome, index) => {
      const assetId = ids[index]
      return assetId === undefined ? [] : [{ assetId, outcome }]
    }),
  )
  return { market, assets }
}
