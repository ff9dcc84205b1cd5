import { complement, formatAmount, PAR, type Price } from '../../domain/amounts.ts'
import type { FaceReply, SandboxHost } from '../face.ts'
import { chargedFees } from '../fee-changes.ts'
import type { Call } from './caller.ts'
import type { ClobContext, PolymarketView } from './context.ts'
import { tradedIds } from './lookup.ts'
import { pageFrom } from './pages.ts'
import { failure, marketNotFound, ok } from './replies.ts'
import { isoSeconds } from './times.ts'
import { isClosed, isDecided, yesValue } from './valuation.ts'

/** The order service knows conditions by 64 hex digits only, while Gamma prints 62 for v2 markets. Source: polymarket.md §3.1. */
function findMarket(context: ClobContext, { params }: Call): PolymarketView | null {
  const id = params.condition ?? ''
  return id.length === 66 ? context.lookup.byCondition(id) : null
}

function acceptsOrders({ view }: PolymarketView): boolean {
  return view.status === 'open'
}

/** The taker fee as the service prints it, or null where there is none. */
export function feeRate(
  { exchange, clock }: SandboxHost,
  { market }: PolymarketView,
): { readonly rate: number; readonly exponent: number } | null {
  const fees = chargedFees(exchange.fees(), market, clock.nowMs())
  if (fees.kind !== 'polymarket' || fees.rate === 0n) return null
  return { rate: Number(formatAmount(fees.rate)), exponent: fees.exponent }
}

/** `GET /clob-markets/{condition}`. */
export function getMarketTerms(context: ClobContext, call: Call): FaceReply {
  const found = findMarket(context, call)
  if (found === null || found.view.status === 'unopened') return marketNotFound
  const { details, market } = found
  const ids = tradedIds(details)
  const fee = feeRate(context.host, found)
  const minimum = market.minimumQuantity
  return ok({
    r: null,
    t: [
      { t: ids?.[0] ?? '', o: market.yesLabel },
      { t: ids?.[1] ?? '', o: market.noLabel },
    ],
    c: details.conditionId,
    ...(minimum !== null && { mos: Number(formatAmount(minimum)) }),
    mts: Number(details.tickSize),
    mbf: 1000,
    tbf: 1000,
    ao: acceptsOrders(found),
    aot: isoSeconds(market.schedule.openMs),
    ...(details.negRisk && { nr: true }),
    ...(details.secondsDelay > 0 && { sd: details.secondsDelay }),
    ...(details.gameStartMs !== null && { gst: isoSeconds(details.gameStartMs) }),
    ...(fee !== null && { fd: { r: fee.rate, e: fee.exponent, to: true } }),
    v: details.version,
  })
}

function tokens(context: ClobContext, found: PolymarketView): readonly unknown[] {
  const { details, market } = found
  const ids = tradedIds(details)
  const yes = yesValue(found, context.host.exchange.book(market.id))
  const row = (outcome: string, id: string | undefined, price: Price): unknown => ({
    token_id: id ?? '',
    outcome,
    price: Number(formatAmount(price)),
    winner: isDecided(found) && price === PAR,
  })
  return [row(market.yesLabel, ids?.[0], yes), row(market.noLabel, ids?.[1], complement(yes))]
}

/** The older form of a market, still served. */
function marketRow(context: ClobContext, found: PolymarketView): unknown {
  const { details, market, view } = found
  return {
    enable_order_book: view.status === 'open' || view.status === 'paused',
    active: view.status !== 'unopened',
    closed: isClosed(found),
    archived: false,
    accepting_orders: acceptsOrders(found),
    accepting_order_timestamp: isoSeconds(market.schedule.openMs),
    minimum_order_size: market.minimumQuantity === null ? 0 : Number(formatAmount(market.minimumQuantity)),
    minimum_tick_size: Number(details.tickSize),
    condition_id: details.conditionId,
    question_id: details.questionId,
    question: market.title,
    description: market.rules,
    market_slug: market.symbol,
    end_date_iso: isoSeconds(details.endMs),
    game_start_time: details.gameStartMs === null ? null : isoSeconds(details.gameStartMs),
    seconds_delay: details.secondsDelay,
    maker_base_fee: 1000,
    taker_base_fee: 1000,
    neg_risk: details.negRisk,
    neg_risk_market_id: details.negRiskMarketId ?? '',
    neg_risk_request_id: details.negRisk ? details.questionId : '',
    is_50_50_outcome: false,
    tokens: tokens(context, found),
    tags: details.tags,
    rewards: { rates: null, min_size: 0, max_spread: 0 },
  }
}

function simplifiedRow(context: ClobContext, found: PolymarketView): unknown {
  return {
    condition_id: found.details.conditionId,
    tokens: tokens(context, found),
    rewards: { rates: null, min_size: 0, max_spread: 0 },
    active: found.view.status !== 'unopened',
    closed: isClosed(found),
    archived: false,
    accepting_orders: acceptsOrders(found),
  }
}

/** `GET /markets/{condition}`. */
export function getClobMarket(context: ClobContext, call: Call): FaceReply {
  const found = findMarket(context, call)
  return found === null ? marketNotFound : ok(marketRow(context, found))
}

const CLOB_PAGE = 1000

/** `GET /markets`, `/sampling-markets` and their simplified forms: cursor pages. */
export function listClobMarkets(
  context: ClobContext,
  { request }: Call,
  form: 'full' | 'simplified',
  sampling: boolean,
): FaceReply {
  // Sampling lists hold what earns rewards: here, everything that can be traded.
  const all = context.lookup.all().filter((found) => !sampling || acceptsOrders(found))
  const toRow = form === 'full' ? marketRow : simplifiedRow
  const row = (found: PolymarketView): unknown => toRow(context, found)
  const page = pageFrom(all, request.query.get('next_cursor'), row, CLOB_PAGE)
  return page === null ? failure(400, 'Invalid next_cursor') : ok(page)
}

/** `GET /markets-by-token/{token}`. Which token is called primary says nothing about YES. */
export function getMarketByToken(context: ClobContext, { params }: Call): FaceReply {
  const asset = context.lookup.byAsset(params.token ?? '')
  const ids = asset === null ? null : tradedIds(asset.details)
  if (asset === null || ids === null) return marketNotFound
  const [primary, secondary] = [...ids].sort()
  return ok({ condition_id: asset.details.conditionId, primary_token_id: primary, secondary_token_id: secondary })
}
