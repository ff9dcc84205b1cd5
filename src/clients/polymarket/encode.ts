import { hash } from 'node:crypto'
import { cost, formatAmount, isMultipleOf, type Price, type Quantity } from '../../domain/amounts.ts'
import { ToolkitError } from '../../domain/errors.ts'
import type { Market } from '../../domain/market.ts'
import type { OrderIntent, TimeInForce } from '../../domain/order.ts'
import { isOnLadder } from '../../domain/tick-ladder.ts'
import type { PolymarketAccount } from './account.ts'
import { CENT, immediateAmounts, limitAmounts, type OrderAmounts, SHARE_STEP, wholeCentStep } from './amounts.ts'
import { exchangeOf, type Route, routeFromRecord } from './routing.ts'
import { exchangeDomain, type OrderStruct, type TypedDataDomain, ZERO_BYTES32 } from './typed-data.ts'

/** An order as it is signed, with the unsigned parts that travel beside it. */
export interface EncodedOrder {
  readonly struct: OrderStruct
  readonly domain: TypedDataDomain
  readonly orderType: 'GTC' | 'GTD' | 'FAK' | 'FOK'
  readonly postOnly: boolean
  /** Unix seconds, or `0` for none. Not part of the signature. */
  readonly expiration: string
}

const orderTypeOf: Readonly<Record<TimeInForce, EncodedOrder['orderType']>> = {
  ioc: 'FAK',
  fok: 'FOK',
  gtc: 'GTC',
  gtd: 'GTD',
}

/** The venue takes a GTD order off the book this long before its stated expiration. */
const GTD_EARLY_S = 60
/** It refuses one whose stated expiration is nearer than this. Source: Polymarket order documentation, 2026-09. */
const GTD_SHORTEST_S = 180

/**
 * The order that an intent means in this market. Nothing is ever resized: what the venue cannot take exactly is refused.
 *
 * An immediate buy (IOC, FOK) names an amount of dollars at the venue, not of shares: it spends up to quantity times
 * limit. When it fills below the limit it can therefore buy more shares than the quantity; reports say what was taken.
 * That amount must be whole cents, so only some quantities work at a price. For an exact count use GTC at the limit.
 * @throws ToolkitError of category `denied`; nothing has been signed or sent then.
 */
export function encodeOrder(
  intent: OrderIntent,
  market: Market,
  account: PolymarketAccount,
  nowMs: number,
): EncodedOrder {
  const route = routeFromRecord(market.routing)
  if (route === null || market.untradableReason !== null) {
    throw denied('POLYMARKET_UNTRADABLE', market, market.untradableReason ?? 'it has no exchange to send orders to')
  }
  refuseUnsupported(intent, market)
  const amounts = orderAmounts(intent, market)
  return {
    struct: {
      salt: saltOf(intent),
      maker: account.funder,
      // A deposit wallet is its own signer; the key behind it signs for it.
      signer: account.signatureType === 3 ? account.funder : account.address,
      tokenId: route.tokens[intent.outcome],
      makerAmount: amounts.makerAmount.toString(),
      takerAmount: amounts.takerAmount.toString(),
      side: intent.side === 'buy' ? 0 : 1,
      signatureType: account.signatureType,
      timestamp: String(intent.createdAtMs),
      metadata: ZERO_BYTES32,
      builder: ZERO_BYTES32,
    },
    domain: domainOf(route, account.chainId),
    orderType: orderTypeOf[intent.timeInForce],
    postOnly: intent.postOnly,
    expiration: expirationOf(intent, market, nowMs),
  }
}

function domainOf(route: Route, chainId: number): TypedDataDomain {
  return exchangeDomain(route.domainVersion, exchangeOf(route), chainId)
}

/** Depends on the client order id alone, so that preparing an intent again gives the same order and the same id. */
export function saltOf(intent: Pick<OrderIntent, 'clientOrderId'>): string {
  const digits = hash('sha256', intent.clientOrderId).slice(0, 13)
  const salt = BigInt(`0x${digits}`)
  return (salt === 0n ? 1n : salt).toString()
}

function denied(code: string, market: Market, reason: string, suggestions: readonly string[] = []): ToolkitError {
  return new ToolkitError({
    code,
    message: `Order not sent: ${reason} (${market.id}). No money moved.`,
    category: 'denied',
    suggestions,
  })
}

function refuseUnsupported(intent: OrderIntent, market: Market): void {
  if (intent.reduceOnly) {
    throw denied('POLYMARKET_NO_REDUCE_ONLY', market, 'Polymarket has no reduce-only orders')
  }
  if (intent.postOnly && (intent.timeInForce === 'ioc' || intent.timeInForce === 'fok')) {
    throw denied('POLYMARKET_POST_ONLY', market, 'an order cannot be post-only and immediate at once', [
      'Use --tif gtc or gtd with post-only.',
    ])
  }
  if (!isMultipleOf(intent.quantity, SHARE_STEP) || intent.quantity === 0n) {
    throw denied(
      'POLYMARKET_QUANTITY_STEP',
      market,
      `${formatAmount(intent.quantity)} shares is not a whole multiple of ${formatAmount(SHARE_STEP)}`,
    )
  }
}

function orderAmounts(intent: OrderIntent, market: Market): OrderAmounts {
  const { side, price, quantity, timeInForce } = intent
  const tick = tickOf(market, price)
  const immediate = timeInForce === 'ioc' || timeInForce === 'fok'
  if (immediate && side === 'buy') refuseBrokenCents(price, quantity, market)
  const amounts = immediate
    ? immediateAmounts({ side, price, tick, amount: side === 'buy' ? cost(price, quantity, 'up') : quantity })
    : limitAmounts({ side, price, tick, size: quantity })
  if ('refused' in amounts) throw denied('POLYMARKET_AMOUNTS', market, amounts.refused)
  return amounts
}

function tickOf(market: Market, price: Price): Price {
  const [range] = market.ladder
  if (range === undefined || market.ladder.length !== 1 || !isOnLadder(market.ladder, price)) {
    throw denied('POLYMARKET_TICK', market, `${formatAmount(price)} is not on the market's price grid`)
  }
  return range.step
}

function refuseBrokenCents(price: Price, quantity: Quantity, market: Market): void {
  const dollars = cost(price, quantity, 'up')
  if (dollars % CENT === 0n) return
  const step = wholeCentStep(price)
  const below = (quantity - (quantity % step)) as Quantity
  const above = (below + step) as Quantity
  const nearest = [below, above].filter((candidate) => candidate > 0n).map(formatAmount)
  throw denied(
    'POLYMARKET_PRECISION',
    market,
    `an immediate Polymarket buy spends whole cents, and ${formatAmount(quantity)} at ${formatAmount(price)} is ` +
      `${formatAmount(dollars)} dollars`,
    [`Try --quantity ${nearest.join(' or --quantity ')}, or --tif gtc, which takes any multiple of 0.01 shares.`],
  )
}

function expirationOf(intent: OrderIntent, market: Market, nowMs: number): string {
  if (intent.timeInForce !== 'gtd') return '0'
  const wantedMs = intent.expiresAt === null ? Number.NaN : Date.parse(intent.expiresAt)
  if (Number.isNaN(wantedMs)) throw denied('POLYMARKET_EXPIRATION', market, 'a GTD order needs the time it ends at')
  const expiration = Math.floor(wantedMs / 1000) + GTD_EARLY_S
  const shortest = Math.ceil(nowMs / 1000) + GTD_SHORTEST_S
  if (expiration < shortest) {
    throw denied(
      'POLYMARKET_EXPIRATION',
      market,
      `the order would end at ${intent.expiresAt ?? ''}, and Polymarket wants GTD orders to live at least ` +
        `${GTD_SHORTEST_S - GTD_EARLY_S} s`,
      [`Set --expires to ${new Date((shortest - GTD_EARLY_S) * 1000).toISOString()} or later.`],
    )
  }
  return String(expiration)
}

/**
 * The request body, built once: the login covers exactly this text. The salt is a number on the wire, everything else
 * numeric is text.
 */
export function orderBody(order: EncodedOrder, signature: string, apiKey: string): string {
  const { struct } = order
  return JSON.stringify({
    deferExec: false,
    postOnly: order.postOnly,
    order: {
      salt: Number(struct.salt),
      maker: struct.maker,
      signer: struct.signer,
      tokenId: struct.tokenId,
      makerAmount: struct.makerAmount,
      takerAmount: struct.takerAmount,
      side: struct.side === 0 ? 'BUY' : 'SELL',
      signatureType: struct.signatureType,
      timestamp: struct.timestamp,
      expiration: order.expiration,
      metadata: struct.metadata,
      builder: struct.builder,
      signature,
    },
    owner: apiKey,
    orderType: order.orderType,
  })
}

/** What will be sent, for a person: no signature and no key. */
export function orderPreview(order: EncodedOrder): Readonly<Record<string, string>> {
  const { struct, domain } = order
  return {
    request: 'POST /order',
    orderType: order.orderType,
    side: struct.side === 0 ? 'BUY' : 'SELL',
    makerAmount: struct.makerAmount,
    takerAmount: struct.takerAmount,
    tokenId: struct.tokenId,
    maker: struct.maker,
    signer: struct.signer,
    signatureType: String(struct.signatureType),
    expiration: order.expiration,
    postOnly: String(order.postOnly),
    salt: struct.salt,
    timestamp: struct.timestamp,
    exchange: domain.verifyingContract ?? '',
    domainVersion: domain.version,
  }
}
