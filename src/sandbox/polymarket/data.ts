import {
  averagePrice,
  complement,
  cost,
  formatAmount,
  type Money,
  type Price,
  type Quantity,
  subtractMoney,
} from '../../domain/amounts.ts'
import { type Outcome, oppositeOutcome } from '../../domain/market.ts'
import type { Face, FaceReply, FaceRequest, SandboxHost } from '../face.ts'
import type { Holding } from '../model.ts'
import type { PolymarketTrader } from './caller.ts'
import type { Lookup, PolymarketView } from './context.ts'
import { assetOf } from './lookup.ts'
import { ok } from './replies.ts'
import { isoSeconds, unixSeconds } from './times.ts'
import { transactionHash } from './trade-rows.ts'
import { isDecided, yesValue } from './valuation.ts'

const MAX_PAGE = 500
/** Smaller holdings are left out unless the query sets its own floor. Source: polymarket.md §3.14. */
const DUST = 100_000n
const outcomes: readonly Outcome[] = ['yes', 'no']

interface DataContext {
  readonly host: SandboxHost
  readonly traders: () => readonly PolymarketTrader[]
  readonly lookup: Lookup
}

/** The data service: what a wallet holds and did, in doubles and snake case. Source: polymarket.md §3.14. */
export function createDataFace(context: DataContext): Face {
  return {
    endpoint: ({ path }) => routes[path]?.endpoint ?? 'unknown',
    handle: (request: FaceRequest) => {
      const route = routes[request.path]
      if (request.method !== 'GET' || route === undefined) return problem(404, 'not_found', 'no such resource')
      return route.answer(context, request.query)
    },
  }
}

const routes: Readonly<
  Record<
    string,
    { readonly endpoint: string; readonly answer: (context: DataContext, query: URLSearchParams) => FaceReply }
  >
> = {
  '/v2/positions': { endpoint: 'list_positions', answer: listPositions },
  '/v2/trades': { endpoint: 'list_wallet_trades', answer: listTrades },
  '/v2/value': { endpoint: 'get_value', answer: getValue },
  '/v2/resolutions': { endpoint: 'list_resolutions', answer: listResolutions },
  '/v2/status': { endpoint: 'get_status', answer: () => ok({ data: { status: 'ok' } }) },
}

function problem(status: number, code: string, error: string, parameter?: string): FaceReply {
  const body = { error, code, retryable: false, trace_id: '0000000000000000', ...(parameter && { parameter }) }
  return { status, body: JSON.stringify(body) }
}

function missing(parameter: string): FaceReply {
  return problem(400, 'invalid_parameter', `${parameter} is missing or invalid`, parameter)
}

/** A page in the service's envelope. */
function page<Item>(items: readonly Item[], query: URLSearchParams, row: (item: Item) => unknown): FaceReply {
  const limit = Number(query.get('limit') ?? '100')
  if (!Number.isSafeInteger(limit) || limit < 1 || limit > MAX_PAGE) return missing('limit')
  const cursor = query.get('cursor')
  const place = cursor === null ? (query.get('offset') ?? '0') : Buffer.from(cursor, 'base64url').toString()
  if (!/^\d{1,9}$/.test(place)) return missing(cursor === null ? 'offset' : 'cursor')
  const start = Number(place)
  const more = start + limit < items.length
  return ok({
    data: items.slice(start, start + limit).map(row),
    pagination: {
      limit,
      offset: start,
      has_more: more,
      next_cursor: more ? Buffer.from(String(start + limit)).toString('base64url') : null,
    },
  })
}

function traderOf(context: DataContext, query: URLSearchParams): PolymarketTrader | null | 'invalid' {
  const user = query.get('user') ?? ''
  if (!/^0x[0-9a-fA-F]{40}$/.test(user)) return 'invalid'
  return context.traders().find(({ funder }) => funder.toLowerCase() === user.toLowerCase()) ?? null
}

const double = (value: Money | Price | Quantity): number => Number(formatAmount(value))

interface HeldPosition {
  readonly found: PolymarketView
  readonly outcome: Outcome
  readonly holding: Holding
  readonly quantity: Quantity
  readonly price: Price
}

function priceOf({ host }: DataContext, found: PolymarketView, outcome: Outcome): Price {
  const yes = yesValue(found, host.exchange.book(found.market.id))
  return outcome === 'yes' ? yes : complement(yes)
}

function heldBy(context: DataContext, trader: PolymarketTrader): readonly HeldPosition[] {
  const holdings = context.host.exchange.account(trader.account)?.holdings ?? new Map<never, Holding>()
  return [...holdings].flatMap(([id, holding]) => {
    const found = context.lookup.bySlug(id.slice('polymarket:'.length))
    if (found === null) return []
    return outcomes.flatMap((outcome): HeldPosition[] =>
      holding[outcome] > 0n
        ? [{ found, outcome, holding, quantity: holding[outcome], price: priceOf(context, found, outcome) }]
        : [],
    )
  })
}

function statusOf({ found, outcome, holding }: HeldPosition): string {
  if (isDecided(found)) {
    const won = found.view.schedule.yesPayout === (outcome === 'yes' ? 1_000_000n : 0n)
    return won ? 'REDEEMABLE' : 'REDEEMABLE_LOST'
  }
  return holding.yes > 0n && holding.no > 0n ? 'MERGEABLE' : 'OPEN'
}

function listPositions(context: DataContext, query: URLSearchParams): FaceReply {
  const trader = traderOf(context, query)
  if (trader === 'invalid') return missing('user')
  const conditions = new Set(query.getAll('condition').flatMap((text) => text.toLowerCase().split(',')))
  if (conditions.size > 20) return missing('condition')
  const floor =
    query.get('filter_amount') === null ? DUST : BigInt(Math.round(Number(query.get('filter_amount')) * 1e6) || 0)
  const statuses = new Set(query.getAll('status').flatMap((text) => text.split(',')))
  const held = (trader === null ? [] : heldBy(context, trader))
    .filter(({ quantity }) => quantity >= floor)
    .filter(({ found }) => conditions.size === 0 || conditions.has(found.details.conditionId))
    .filter((position) => statuses.size === 0 || statuses.has(statusOf(position)))
  return page(held, query, (position) => positionRow(trader?.funder ?? '', position))
}

function positionRow(wallet: string, position: HeldPosition): unknown {
  const { found, outcome, holding, quantity, price } = position
  const { details, market, view } = found
  const opposite = oppositeOutcome(outcome)
  const entry = outcome === 'yes' ? holding.yesCost : holding.noCost
  const value = cost(price, quantity, 'down')
  const unrealized = subtractMoney(value, entry)
  const label = (of: Outcome): string => (of === 'yes' ? market.yesLabel : market.noLabel)
  const status = statusOf(position)
  return {
    proxy_wallet: wallet,
    token_id: assetOf(details, outcome),
    condition_id: details.conditionId,
    current_size: double(quantity),
    avg_price: double(averagePrice(entry, quantity, 'up') ?? (0n as Price)),
    entry_cost_usdc: double(entry),
    entry_fees_usdc: double(holding.fees),
    total_cost_usdc: double(entry),
    current_price: double(price),
    current_value: double(value),
    total_size: double(quantity),
    realized_pnl: double(holding.realizedPnl),
    unrealized_pnl: double(unrealized),
    total_pnl: double((holding.realizedPnl + unrealized) as Money),
    status,
    redeemable: status.startsWith('REDEEMABLE'),
    mergeable: status === 'MERGEABLE',
    negative_risk: details.negRisk,
    archived: false,
    title: market.title,
    slug: market.symbol,
    icon: '',
    event_id: '',
    event_slug: market.eventId,
    outcome: label(outcome),
    outcome_index: outcome === 'yes' ? 0 : 1,
    opposite_outcome: label(opposite),
    opposite_token_id: assetOf(details, opposite),
    end_date: isoSeconds(details.endMs),
    last_event_at: isoSeconds(Math.max(holding.updatedMs, view.schedule.createdMs)),
    name: '',
    profile_image: '',
    verified: false,
  }
}

/** Newest first, one row for each side that the wallet took in a trade. */
function listTrades(context: DataContext, query: URLSearchParams): FaceReply {
  const trader = traderOf(context, query)
  if (trader === 'invalid') return missing('user')
  const trades = trader === null ? [] : context.host.exchange.trades({ account: trader.account })
  const rows = trades
    .filter((trade) => trade.failedMs === null)
    .flatMap((trade) =>
      [trade.taker, trade.maker]
        .filter((party) => party.account === trader?.account)
        .map((party) => ({ trade, party })),
    )
  return page(rows, query, ({ trade, party }) => {
    const found = context.lookup.bySlug(trade.market.slice('polymarket:'.length))
    return {
      proxy_wallet: trader?.funder ?? '',
      side: party.side.toUpperCase(),
      token_id: found === null ? '' : assetOf(found.details, party.outcome),
      condition_id: found?.details.conditionId ?? '',
      size: double(trade.quantity),
      price: double(party.ownPrice),
      timestamp: unixSeconds(trade.timeMs),
      title: found?.market.title ?? '',
      slug: found?.market.symbol ?? '',
      event_slug: found?.market.eventId ?? '',
      outcome: party.outcome === 'yes' ? (found?.market.yesLabel ?? '') : (found?.market.noLabel ?? ''),
      outcome_index: party.outcome === 'yes' ? 0 : 1,
      transaction_hash: transactionHash(trade),
    }
  })
}

function getValue(context: DataContext, query: URLSearchParams): FaceReply {
  const trader = traderOf(context, query)
  if (trader === 'invalid') return missing('user')
  const held = trader === null ? [] : heldBy(context, trader)
  const value = held.reduce<bigint>((sum, { price, quantity }) => sum + cost(price, quantity, 'down'), 0n) as Money
  return ok({ data: { user: query.get('user'), value: double(value) } })
}

/** The word for each stage, and the payouts in micro units once they are known. */
function listResolutions(context: DataContext, query: URLSearchParams): FaceReply {
  const conditions = query.getAll('condition').flatMap((text) => text.split(','))
  if (conditions.length === 0 || conditions.some((id) => !/^0x[0-9a-fA-F]{64}$/.test(id))) return missing('condition')
  const found = conditions.flatMap((id) => context.lookup.byCondition(id) ?? [])
  return page(found, query, (one) => {
    const { details, view } = one
    const known = isDecided(one) ? view.schedule.yesPayout : null
    const word =
      view.status === 'settled'
        ? 'resolved'
        : view.status === 'determined'
          ? 'proposed'
          : view.status === 'closed'
            ? 'posed'
            : 'active'
    return {
      condition_id: details.conditionId,
      status: word,
      payouts: known === null ? [] : [Number(known), Number(complement(known))],
      reporter: details.feeType?.startsWith('crypto') === true ? 'CHAINLINK' : 'UMA_OO',
    }
  })
}
