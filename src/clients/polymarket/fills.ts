import type { Price, Quantity } from '../../domain/amounts.ts'
import { predictFee } from '../../domain/fees.ts'
import type { Fill } from '../../domain/fill.ts'
import type { Market, Outcome } from '../../domain/market.ts'
import type { Side } from '../../domain/side.ts'
import type { WireMakerOrder, WireTrade } from './decode.ts'

/** A market and the outcomes that its asset ids stand for. */
export interface FillContext {
  readonly market: Market
  readonly outcomeOf: (assetId: string) => Outcome | null
}

interface OwnPart {
  readonly orderId: string
  readonly outcome: Outcome
  readonly side: Side
  readonly quantity: Quantity
  readonly price: Price
  readonly liquidity: 'taker' | 'maker'
}

/** An asset id in one of our trades that the market does not have. The caller decides what that means. */
export class ForeignAsset extends Error {
  override readonly name = 'ForeignAsset'
  constructor(
    readonly tradeId: string,
    readonly assetId: string,
  ) {
    super(`trade ${tradeId} is in asset ${assetId}, which is not one of the market's`)
  }
}

/** Executions of one order in a trade: it may be the taker, or any of the makers. @throws ForeignAsset */
export function fillsOfOrder(trade: WireTrade, orderId: string, context: FillContext): readonly Fill[] {
  const wanted = orderId.toLowerCase()
  const taker = trade.takerOrderId.toLowerCase() === wanted ? [takerPart(trade, context)] : []
  const makers = trade.makerOrders
    .filter((maker) => maker.orderId.toLowerCase() === wanted)
    .map((maker) => makerPart(trade, maker, context))
  return [...taker, ...makers].map((part) => toFill(trade, part, context))
}

/** Executions of an account in a trade. A row says whether we took or made; of the makers, ours carry our wallet. */
export function fillsOfAccount(trade: WireTrade, funder: string, context: FillContext): readonly Fill[] {
  const wallet = funder.toLowerCase()
  const taker = trade.weAre === 'taker' ? [takerPart(trade, context)] : []
  const makers = trade.makerOrders
    .filter((maker) => maker.makerAddress?.toLowerCase() === wallet)
    .map((maker) => makerPart(trade, maker, context))
  return [...taker, ...makers].map((part) => toFill(trade, part, context))
}

function outcomeIn(trade: WireTrade, assetId: string, context: FillContext): Outcome {
  const outcome = context.outcomeOf(assetId)
  if (outcome === null) throw new ForeignAsset(trade.id, assetId)
  return outcome
}

function takerPart(trade: WireTrade, context: FillContext): OwnPart {
  return {
    orderId: trade.takerOrderId,
    outcome: outcomeIn(trade, trade.assetId, context),
    side: trade.side,
    quantity: trade.quantity,
    price: trade.price,
    liquidity: 'taker',
  }
}

/**
 * A maker's entry is in terms of the maker's own asset. Where it does not give the side, the match does: the same asset
 * was traded against the taker, the other one beside it (both bought, or both sold).
 */
function makerPart(trade: WireTrade, maker: WireMakerOrder, context: FillContext): OwnPart {
  const opposite: Side = trade.side === 'buy' ? 'sell' : 'buy'
  return {
    orderId: maker.orderId,
    outcome: outcomeIn(trade, maker.assetId, context),
    side: maker.side ?? (maker.assetId === trade.assetId ? opposite : trade.side),
    quantity: maker.quantity,
    price: maker.price,
    liquidity: 'maker',
  }
}

/**
 * The venue does not print what it charged (`fee_rate_bps` is not it), so the fee is the market's schedule applied to the
 * fill, and says so; null where the schedule is unknown.
 */
function toFill(trade: WireTrade, part: OwnPart, { market }: FillContext): Fill {
  return {
    id: `${trade.id}:${part.orderId}`,
    venue: 'polymarket',
    market: market.id,
    venueOrderId: part.orderId,
    outcome: part.outcome,
    side: part.side,
    quantity: part.quantity,
    price: part.price,
    fee: predictFee(market.fees, part),
    feeSource: 'schedule',
    liquidity: part.liquidity,
    finality: trade.finality,
    time: trade.time,
  }
}
