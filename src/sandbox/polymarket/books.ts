import { createHash } from 'node:crypto'
import { complement, formatAmount, type Price, parsePrice, SCALE } from '../../domain/amounts.ts'
import { bookOf, type Level } from '../../domain/order-book.ts'
import type { FaceReply } from '../face.ts'
import { isRecord, parseBody } from '../json-body.ts'
import type { SandboxTrade } from '../model.ts'
import type { Call } from './caller.ts'
import type { AssetView, ClobContext } from './context.ts'
import { tradedIds } from './lookup.ts'
import { failure, noBook, ok } from './replies.ts'

/** Levels of one token, best first. */
export interface TokenBook {
  readonly bids: readonly Level[]
  readonly asks: readonly Level[]
  readonly updatedMs: number
}

const MAX_BATCH = 500

/** The asset of a token that has a book now, or null: unknown, not yet open, over, or the id of the other version. */
export function tradedAsset(context: ClobContext, tokenId: string): AssetView | null {
  const asset = context.lookup.byAsset(tokenId)
  if (asset === null || tradedIds(asset.details)?.includes(tokenId) !== true) return null
  return asset.view.status === 'open' || asset.view.status === 'paused' ? asset : null
}

export function tokenBook(context: ClobContext, asset: AssetView): TokenBook {
  const { bids, asks, updatedMs } = context.host.exchange.book(asset.market.id)
  const book = bookOf({ market: asset.market.id, bids, asks, capturedAtMs: updatedMs }, asset.outcome)
  return { bids: book.bids, asks: book.asks, updatedMs }
}

/** What was last traded, in dollars of the asset's own outcome. */
function lastTrade(context: ClobContext, asset: AssetView): { price: string; side: string } | null {
  const [trade] = context.host.exchange.trades({ market: asset.market.id })
  return trade === undefined ? null : { price: formatAmount(ownPrice(trade, asset)), side: ownSide(trade, asset) }
}

function ownPrice(trade: SandboxTrade, asset: AssetView): Price {
  return asset.outcome === 'yes' ? trade.yesPrice : complement(trade.yesPrice)
}

function ownSide(trade: SandboxTrade, asset: AssetView): string {
  const yesBuy = trade.taker.bookSide === 'bid'
  return yesBuy === (asset.outcome === 'yes') ? 'BUY' : 'SELL'
}

export interface BookRow extends Readonly<Record<string, unknown>> {
  readonly timestamp: string
  readonly hash: string
  readonly tick_size: string
}

/** The book as the venue prints it: the best level comes last on both sides. */
export function bookRow(context: ClobContext, asset: AssetView, tokenId: string): BookRow {
  const { bids, asks, updatedMs } = tokenBook(context, asset)
  const { details, market } = asset
  const levels = (side: readonly Level[]): readonly unknown[] =>
    side.map((level) => ({ price: formatAmount(level.price), size: formatAmount(level.quantity) })).reverse()
  const row = {
    market: details.conditionId,
    asset_id: tokenId,
    timestamp: String(updatedMs),
    hash: '',
    bids: levels(bids),
    asks: levels(asks),
    min_order_size: market.minimumQuantity === null ? '' : formatAmount(market.minimumQuantity),
    tick_size: details.tickSize,
    neg_risk: details.negRisk,
    last_trade_price: lastTrade(context, asset)?.price ?? '',
    ...(details.version === 'v2' && { version: 'v2' }),
  }
  return { ...row, hash: createHash('sha1').update(JSON.stringify(row)).digest('hex') }
}

/** Answers a public question about one token, or says that it has no book. */
function aboutToken(
  context: ClobContext,
  { request }: Call,
  answer: (asset: AssetView, tokenId: string) => unknown,
): FaceReply {
  const tokenId = request.query.get('token_id') ?? ''
  if (tokenId === '') return failure(400, 'Invalid token id')
  const asset = tradedAsset(context, tokenId)
  return asset === null ? noBook : ok(answer(asset, tokenId))
}

/** The tokens of a batch question, with their entries. Unknown ones are left out, as the venue does. */
function batch(
  context: ClobContext,
  { request }: Call,
): readonly { asset: AssetView; tokenId: string; entry: Readonly<Record<string, unknown>> }[] | null {
  const body = parseBody(request.body)
  if (!Array.isArray(body) || body.length > MAX_BATCH) return null
  return body.filter(isRecord).flatMap((entry) => {
    const tokenId = typeof entry.token_id === 'string' ? entry.token_id : ''
    const asset = tradedAsset(context, tokenId)
    return asset === null ? [] : [{ asset, tokenId, entry }]
  })
}

const invalidBatch = failure(400, 'Invalid payload')

export function getBook(context: ClobContext, call: Call): FaceReply {
  return aboutToken(context, call, (asset, tokenId) => bookRow(context, asset, tokenId))
}

export function getBooks(context: ClobContext, call: Call): FaceReply {
  const tokens = batch(context, call)
  return tokens === null ? invalidBatch : ok(tokens.map(({ asset, tokenId }) => bookRow(context, asset, tokenId)))
}

/** BUY is the best bid and SELL the best ask, against intuition. Source: polymarket.md §5.3. */
function priceOf(context: ClobContext, asset: AssetView, side: string): string {
  const { bids, asks } = tokenBook(context, asset)
  const best = side === 'BUY' ? bids[0] : asks[0]
  return best === undefined ? '0' : formatAmount(best.price)
}

export function getPrice(context: ClobContext, call: Call): FaceReply {
  const side = (call.request.query.get('side') ?? '').toUpperCase()
  if (side !== 'BUY' && side !== 'SELL') return failure(400, 'Invalid side')
  return aboutToken(context, call, (asset) => ({ price: priceOf(context, asset, side) }))
}

export function getPrices(context: ClobContext, call: Call): FaceReply {
  const tokens = batch(context, call)
  if (tokens === null) return invalidBatch
  const prices: Record<string, Record<string, string>> = {}
  for (const { asset, tokenId, entry } of tokens) {
    const side = entry.side === 'SELL' ? 'SELL' : 'BUY'
    prices[tokenId] = { ...prices[tokenId], [side]: priceOf(context, asset, side) }
  }
  return ok(prices)
}

/** Half way between the touch, or null when a side is empty. Half a millionth is cut off. */
function midpoint(context: ClobContext, asset: AssetView): string | null {
  const { bids, asks } = tokenBook(context, asset)
  const [bid, ask] = [bids[0], asks[0]]
  return bid === undefined || ask === undefined ? null : formatAmount(((bid.price + ask.price) / 2n) as Price)
}

export function getMidpoint(context: ClobContext, call: Call): FaceReply {
  return aboutToken(context, call, (asset) => ({ mid: midpoint(context, asset) ?? '' }))
}

export function getMidpoints(context: ClobContext, call: Call): FaceReply {
  const tokens = batch(context, call)
  if (tokens === null) return invalidBatch
  return ok(Object.fromEntries(tokens.map(({ asset, tokenId }) => [tokenId, midpoint(context, asset) ?? ''])))
}

function spread(context: ClobContext, asset: AssetView): string {
  const { bids, asks } = tokenBook(context, asset)
  const [bid, ask] = [bids[0]?.price ?? 0n, asks[0]?.price ?? SCALE]
  return formatAmount((ask - bid) as Price)
}

export function getSpread(context: ClobContext, call: Call): FaceReply {
  return aboutToken(context, call, (asset) => ({ spread: spread(context, asset) }))
}

export function getSpreads(context: ClobContext, call: Call): FaceReply {
  const tokens = batch(context, call)
  if (tokens === null) return invalidBatch
  return ok(Object.fromEntries(tokens.map(({ asset, tokenId }) => [tokenId, spread(context, asset)])))
}

const NO_TRADE = { price: '0.5', side: '' }

export function getLastTradePrice(context: ClobContext, call: Call): FaceReply {
  return aboutToken(context, call, (asset) => lastTrade(context, asset) ?? NO_TRADE)
}

export function getLastTradePrices(context: ClobContext, call: Call): FaceReply {
  const tokens = batch(context, call)
  if (tokens === null) return invalidBatch
  return ok(tokens.map(({ asset, tokenId }) => ({ token_id: tokenId, ...(lastTrade(context, asset) ?? NO_TRADE) })))
}

export function getTickSize(context: ClobContext, call: Call): FaceReply {
  return aboutToken(context, call, (asset) => ({ minimum_tick_size: Number(asset.details.tickSize) }))
}

export function getNegRisk(context: ClobContext, call: Call): FaceReply {
  return aboutToken(context, call, (asset) => ({ neg_risk: asset.details.negRisk }))
}

/** Legacy noise that is still served: no fee can be computed from it. */
export function getFeeRate(context: ClobContext, call: Call): FaceReply {
  return aboutToken(context, call, () => ({ base_fee: 1000 }))
}

/** Two points: the opening at the fair price and now. Enough to draw a line, and nothing to trade on. */
export function getPricesHistory(context: ClobContext, { request }: Call): FaceReply {
  const asset = tradedAsset(context, request.query.get('market') ?? '')
  if (asset === null) return noBook
  const { mid } = asset.market.liquidity
  const opened = asset.outcome === 'yes' ? mid : complement(mid)
  const points = [
    { t: Math.floor(asset.view.schedule.openMs / 1000), p: opened },
    {
      t: Math.floor(context.host.clock.nowMs() / 1000),
      p: parsePrice(lastTrade(context, asset)?.price ?? formatAmount(opened)),
    },
  ]
  return ok({ history: points.map(({ t, p }) => ({ t, p: Number(formatAmount(p)) })) })
}
