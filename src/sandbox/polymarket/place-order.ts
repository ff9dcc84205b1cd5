import { cost, formatAmount, type Money, ONE_DOLLAR, parseMoney, type Quantity } from '../../domain/amounts.ts'
import { bookOf } from '../../domain/order-book.ts'
import type { PlaceResult } from '../commands.ts'
import type { FaceReply } from '../face.ts'
import type { AnswerForm } from '../faults.ts'
import { parseBody } from '../json-body.ts'
import type { SandboxOrder, SandboxTrade } from '../model.ts'
import type { Refused } from '../refused.ts'
import type { Call, Caller, PolymarketTrader } from './caller.ts'
import type { AssetView, ClobContext } from './context.ts'
import { exchangeOf, lacking, refuseUncovered } from './funds.ts'
import { tradedIds } from './lookup.ts'
import { type OrderBody, parseOrderBody, type WireOrder } from './order-body.ts'
import { verifyOrder } from './order-signature.ts'
import { type OrderTerms, readTerms } from './order-terms.ts'
import { failure, ok } from './replies.ts'

/** Either the accepted order or the text and status of a refusal. */
type Verdict =
  | { readonly kind: 'accepted'; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly kind: 'refused'; readonly status: number; readonly error: string; readonly orderId: string }

const MAX_BATCH = 15

/** `POST /order`. */
export async function placeOrder(context: ClobContext, call: Call, caller: Caller): Promise<FaceReply> {
  const form = context.host.faults.takeKind('polymarket', call.endpoint, 'answer_form')?.form ?? null
  if (form === 'refused_as_success' || form === 'refused_with_200') return ok(dressedRefusal(form))
  const verdict = shapedAs(form, await judge(context, call, caller, parseBody(call.request.body)))
  return verdict.kind === 'accepted' ? ok(verdict.answer) : failure(verdict.status, verdict.error)
}

/** Refusals that come with status 200. Source: polymarket.md §3.7, §3.8. */
function dressedRefusal(form: 'refused_as_success' | 'refused_with_200'): Readonly<Record<string, unknown>> {
  const success = form === 'refused_as_success'
  const errorMsg = 'not enough balance / allowance'
  return { success, errorMsg, orderID: '', status: '', makingAmount: '', takingAmount: '' }
}

/** The same answer in another form: amounts as integers of millionths, or a resting order that is called unmatched. */
function shapedAs(form: AnswerForm | null, verdict: Verdict): Verdict {
  if (verdict.kind === 'refused' || form === null) return verdict
  const { answer } = verdict
  if (form === 'unmatched') {
    return answer.status === 'live' ? { ...verdict, answer: { ...answer, status: 'unmatched' } } : verdict
  }
  const inMillionths = (text: unknown): unknown =>
    typeof text === 'string' && text !== '' ? parseMoney(text).toString() : text
  const { makingAmount, takingAmount } = answer
  return {
    ...verdict,
    answer: { ...answer, makingAmount: inMillionths(makingAmount), takingAmount: inMillionths(takingAmount) },
  }
}

/** `POST /orders`: each entry on its own. A refused entry says success with an error message, as the venue does. */
export async function placeOrders(context: ClobContext, call: Call, caller: Caller): Promise<FaceReply> {
  const bodies = parseBody(call.request.body)
  if (!Array.isArray(bodies) || bodies.length === 0) return failure(400, 'Invalid payload')
  if (bodies.length > MAX_BATCH) {
    return failure(400, `Too many orders in payload: ${bodies.length}, max allowed: ${MAX_BATCH}`)
  }
  const answers: unknown[] = []
  for (const body of bodies) {
    const verdict = await judge(context, call, caller, body)
    answers.push(
      verdict.kind === 'accepted'
        ? verdict.answer
        : {
            success: true,
            errorMsg: verdict.error,
            orderID: verdict.orderId,
            status: '',
            makingAmount: '',
            takingAmount: '',
          },
    )
  }
  return ok(context.host.faults.entriesOf('polymarket', call.endpoint, answers))
}

function refused(error: string, orderId = '', status = 400): Verdict {
  return { kind: 'refused', status, error, orderId }
}

/** All checks in the venue's order, then the exchange. */
async function judge(context: ClobContext, call: Call, caller: Caller, raw: unknown): Promise<Verdict> {
  const body = parseOrderBody(raw)
  if ('refused' in body) return refused(body.refused)
  if (body.owner !== caller.apiKey) return refused('the order owner has to be the owner of the API KEY')
  const trader = traderOf(body.order, caller)
  if ('refused' in trader) return refused(trader.refused)
  const asset = context.lookup.byAsset(body.order.tokenId)
  if (asset === null || !tradedIds(asset.details)?.includes(body.order.tokenId)) return refused('Invalid token id')
  const verdict = await verifyOrder(body.order, exchangeOf(asset), trader.signer)
  if (verdict.kind === 'other_version') return refused('order_version_mismatch')
  if (verdict.kind === 'invalid') return refused('invalid signature')
  return submit(context, call, { body, trader, asset, orderId: verdict.orderId })
}

/**
 * The wallet that an order is for. Types 0 to 2 are signed in the name of the EOA, type 3 in that of the deposit wallet.
 * Plain EOAs trade only when they are on the venue's list. Source: polymarket.md §0.5 and §2.3.
 */
function traderOf(order: WireOrder, caller: Caller): PolymarketTrader | { readonly refused: string } {
  const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase()
  const expectedSigner = order.signatureType === 3 ? order.maker : caller.address
  const wrongSigner = { refused: 'the order signer address has to be the address of the API KEY' }
  if (!same(order.signer, expectedSigner)) return wrongSigner
  const trader = caller.traders.find(
    (known) => known.signatureType === order.signatureType && same(known.funder, order.maker),
  )
  if (trader !== undefined) return trader
  return order.signatureType === 3
    ? wrongSigner
    : { refused: 'maker address not allowed, please use the deposit wallet flow' }
}

interface Submission {
  readonly body: OrderBody
  readonly trader: PolymarketTrader
  readonly asset: AssetView
  readonly orderId: string
}

function submit(context: ClobContext, call: Call, submission: Submission): Verdict {
  const { body, trader, asset, orderId } = submission
  const { exchange, faults, clock } = context.host
  const nowMs = clock.nowMs()
  if (exchange.order(trader.account, orderId) !== null)
    return refused(`order ${orderId} is invalid. Duplicated.`, orderId)
  const closed = refuseStatus(asset)
  if (closed !== null) return refused(closed, orderId)
  const terms = readTerms(body, asset, { orderId, nowMs })
  if ('refused' in terms) return refused(terms.refused, orderId)
  const crossing = crosses(context, submission, terms)
  const small = crossing && body.order.side === 'BUY' ? refuseSmall(terms) : null
  if (small !== null) return refused(small, orderId)
  const uncovered = refuseUncovered(context, trader, asset, body.order)
  if (uncovered !== null) return refused(uncovered, orderId)
  const delay =
    faults.takeKind('polymarket', call.endpoint, 'delayed_match')?.ms ?? (crossing ? playDelayMs(asset, nowMs) : 0)
  const result = exchange.execute({
    kind: 'place',
    account: trader.account,
    market: asset.market.id,
    orderId,
    clientOrderId: null,
    outcome: asset.outcome,
    side: body.order.side === 'BUY' ? 'buy' : 'sell',
    ownPrice: terms.price,
    amount: terms.amount,
    timeInForce: body.orderType === 'FAK' ? 'ioc' : body.orderType === 'FOK' ? 'fok' : 'gtc',
    expiresAtMs: terms.expiresAtMs,
    postOnly: body.postOnly,
    reduceOnly: false,
    // The venue documents no prevention of self-trades.
    selfTrade: 'allow',
    cancelOnPause: false,
    refuseUnmatched: body.orderType === 'FAK',
    delayMs: delay,
    doomed: faults.takeKind('polymarket', call.endpoint, 'settlement_failed') !== null,
    retried: faults.takeKind('polymarket', call.endpoint, 'settlement_retried') !== null,
  })
  return verdictOf(context, submission, terms, result)
}

/** A purchase that trades at once must be worth a dollar. */
function refuseSmall({ amount, price, size }: OrderTerms): string | null {
  const spent = amount.kind === 'budget' ? amount.budget : cost(price, size, 'down')
  return spent < ONE_DOLLAR ? `invalid amount for a marketable BUY order ($${formatAmount(spent)}), min size: $1` : null
}

function refuseStatus({ view }: AssetView): string | null {
  switch (view.status) {
    case 'open':
      return null
    case 'unopened':
    case 'paused':
      return 'the market is not yet ready to process new orders'
    default:
      return 'Invalid market'
  }
}

/** Whether the order would trade at once. */
function crosses(context: ClobContext, { body, asset }: Submission, terms: OrderTerms): boolean {
  const { bids, asks } = context.host.exchange.book(asset.market.id)
  const book = bookOf({ market: asset.market.id, bids, asks, capturedAtMs: 0 }, asset.outcome)
  const best = body.order.side === 'BUY' ? book.asks[0] : book.bids[0]
  if (best === undefined) return false
  return body.order.side === 'BUY' ? best.price <= terms.price : best.price >= terms.price
}

/** While a game is on, markets that say so hold takers back. */
function playDelayMs({ details }: AssetView, nowMs: number): number {
  const underWay = details.gameStartMs !== null && nowMs >= details.gameStartMs
  return underWay ? details.secondsDelay * 1000 : 0
}

function verdictOf(context: ClobContext, submission: Submission, terms: OrderTerms, result: PlaceResult): Verdict {
  const { orderId } = submission
  if (result.kind === 'refused') return refused(refusalText(context, submission, terms, result), orderId)
  return { kind: 'accepted', answer: answerOf(result.order, result.trades) }
}

function refusalText(context: ClobContext, submission: Submission, terms: OrderTerms, result: Refused): string {
  const { body, trader, asset, orderId } = submission
  const { exchange } = context.host
  switch (result.reason) {
    case 'insufficient_cash':
      return lacking(exchange.available(trader.account, asset.market.pool), body.order.makerAmount)
    case 'insufficient_holdings':
      return lacking(exchange.availableHolding(trader.account, asset.market.id, asset.outcome), body.order.makerAmount)
    case 'post_only_cross':
      return 'invalid post-only order: order crosses book'
    case 'fok_unfilled':
      return "order couldn't be fully filled. FOK orders are fully filled or killed."
    case 'no_match':
      return 'no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.'
    case 'duplicate_order_id':
      return `order ${orderId} is invalid. Duplicated.`
    case 'bad_quantity':
      return `order ${orderId} is invalid. Size (${formatAmount(terms.size)}) breaks the accuracy of 2 decimals`
    case 'market_paused':
    case 'market_not_open':
      return 'the market is not yet ready to process new orders'
    default:
      return 'invalid order params payload'
  }
}

/** Settlement hashes come later and are left out, as the venue often does. Source: polymarket.md §3.7. */
function answerOf(order: SandboxOrder, trades: readonly SandboxTrade[]): Readonly<Record<string, unknown>> {
  const matched = trades.length > 0
  const status = order.state === 'delayed' ? 'delayed' : matched ? 'matched' : 'live'
  const shares = trades.reduce<bigint>((sum, trade) => sum + trade.quantity, 0n) as Quantity
  const dollars = trades.reduce<bigint>((sum, trade) => sum + trade.taker.money, 0n) as Money
  const [making, taking] = order.side === 'buy' ? [dollars, shares] : [shares, dollars]
  return {
    success: true,
    errorMsg: '',
    orderID: order.id,
    status,
    makingAmount: matched ? formatAmount(making) : '',
    takingAmount: matched ? formatAmount(taking) : '',
    transactionsHashes: [],
    tradeIDs: trades.map((trade) => trade.id),
  }
}
