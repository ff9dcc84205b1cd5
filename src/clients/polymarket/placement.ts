import * as v from 'valibot'
import {
  averagePrice,
  cost,
  type Money,
  parseMoney,
  type Quantity,
  subtractQuantity,
  ZERO_QUANTITY,
} from '../../domain/amounts.ts'
import type { OrderIntent, OrderReport } from '../../domain/order.ts'
import type { Placement } from '../../domain/venue.ts'
import { decimal } from '../decode.ts'
import type { HttpReply } from '../transport.ts'
import { findKnownText, judgeRefusal } from './errors.ts'

/** What the answer is measured against. */
export interface SentOrder {
  readonly orderId: string
  readonly intent: OrderIntent
  /** Millionths, as signed. */
  readonly makerAmount: bigint
  readonly takerAmount: bigint
}

const answerSchema = v.object({
  success: v.boolean(),
  errorMsg: v.nullish(v.string(), ''),
  orderID: v.nullish(v.string(), ''),
  status: v.nullish(v.string(), ''),
  makingAmount: v.nullish(v.union([v.literal(''), decimal]), ''),
  takingAmount: v.nullish(v.union([v.literal(''), decimal]), ''),
})
type Answer = v.InferOutput<typeof answerSchema>

/**
 * What an answer to `POST /order` proves. Accepted only when it says success, no error, our own order id and a status we
 * know; a 2xx alone says nothing. Whatever cannot be read or does not fit what was sent is unknown, never zero.
 */
export function judgePlacement(reply: HttpReply, sent: SentOrder): Placement {
  if (reply.status < 200 || reply.status > 299) return refusalPlacement(judgeRefusal(reply), sent)
  const parsed = v.safeParse(answerSchema, reply.json)
  if (!parsed.success) return unknown('ANSWER_UNREADABLE', 'Polymarket answered, but not in a way that can be read')
  return judgeAnswer(parsed.output, sent)
}

function unknown(code: string, message: string): Placement {
  return { kind: 'unknown', code, message: `${message}. The order may be live.` }
}

function refusalPlacement(refusal: ReturnType<typeof judgeRefusal>, sent: SentOrder): Placement {
  switch (refusal.kind) {
    case 'refused':
      return { kind: 'rejected', code: refusal.code, message: refusal.message }
    case 'rate_limited':
      return { kind: 'not_sent', code: refusal.code, message: refusal.message }
    case 'duplicate':
      return { kind: 'duplicate', message: refusal.message }
    case 'killed':
      return { kind: 'accepted', report: emptyReport(sent.orderId, 'cancelled') }
    case 'unclear':
      return unknown(refusal.code, refusal.message)
  }
}

function emptyReport(venueOrderId: string, status: OrderReport['status']): OrderReport {
  return {
    venueOrderId,
    clientOrderId: null,
    status,
    filledQuantity: ZERO_QUANTITY,
    remainingQuantity: status === 'cancelled' ? ZERO_QUANTITY : null,
    averagePrice: null,
    fees: null,
    provisional: false,
  }
}

function judgeAnswer(answer: Answer, sent: SentOrder): Placement {
  if (!answer.success || answer.errorMsg !== '') return refusedWith200(answer, sent)
  if (answer.orderID.toLowerCase() !== sent.orderId.toLowerCase()) {
    return unknown(
      'ORDER_ID_MISMATCH',
      `Polymarket named the order ${answer.orderID.slice(0, 70) || '(nothing)'}, not ${sent.orderId}`,
    )
  }
  switch (answer.status.toLowerCase()) {
    case 'live':
      return {
        kind: 'accepted',
        report: { ...emptyReport(sent.orderId, 'resting'), remainingQuantity: sent.intent.quantity },
      }
    case 'matched':
      return judgeMatch(answer, sent)
    case 'delayed':
    case 'unmatched':
      // Taken, but decided later: only reading the order tells.
      return { kind: 'accepted', report: emptyReport(sent.orderId, 'unknown') }
    default:
      return unknown(
        'STATUS_UNKNOWN',
        `Polymarket gave the order the status ${JSON.stringify(answer.status.slice(0, 40))}`,
      )
  }
}

/** A refusal dressed as a 200. With a text that we do not know and an order id set, it might still be an order. */
function refusedWith200(answer: Answer, sent: SentOrder): Placement {
  const message = answer.errorMsg.slice(0, 300) || 'no reason given'
  const known = findKnownText(answer.errorMsg)
  if (known !== null) return refusalPlacement({ kind: known.meaning, code: known.code, message }, sent)
  return answer.orderID === '' && answer.errorMsg !== ''
    ? { kind: 'rejected', code: 'VENUE_REFUSED', message }
    : unknown('VENUE_UNCLEAR', message)
}

function judgeMatch(answer: Answer, sent: SentOrder): Placement {
  const amounts = matchedAmounts(answer, sent)
  // A match whose size we cannot read is still a match: the order stands, its fills must be read.
  if (amounts === null) return { kind: 'accepted', report: emptyReport(sent.orderId, 'unknown') }
  const { shares, dollars, spent } = amounts
  const { intent } = sent
  const rests = intent.timeInForce === 'gtc' || intent.timeInForce === 'gtd'
  const complete = spent || shares >= intent.quantity
  const status = complete ? 'filled' : rests ? 'resting' : 'partially_filled'
  const report: OrderReport = {
    venueOrderId: sent.orderId,
    clientOrderId: null,
    status,
    filledQuantity: shares,
    remainingQuantity: status === 'resting' ? subtractQuantity(intent.quantity, shares) : ZERO_QUANTITY,
    averagePrice: averagePrice(dollars, shares, intent.side === 'buy' ? 'up' : 'down'),
    fees: null,
    provisional: true,
  }
  return { kind: 'accepted', report }
}

/**
 * Shares and dollars of a match. The venue has been seen to print both whole units (`2.65`) and millionths (`2650000`); the
 * given side decides, since an order never gives more than it offered. Null when neither reading makes sense.
 */
function matchedAmounts(
  answer: Answer,
  sent: SentOrder,
): { readonly shares: Quantity; readonly dollars: Money; readonly spent: boolean } | null {
  const { makingAmount, takingAmount } = answer
  if (makingAmount === '' || takingAmount === '') return null
  const dotted = makingAmount.includes('.') || takingAmount.includes('.')
  const whole = dotted || millionths(makingAmount) <= sent.makerAmount
  const read = (text: string): bigint => (whole ? millionths(text) : BigInt(text))
  const [making, taking] = [read(makingAmount), read(takingAmount)]
  if (making <= 0n || taking <= 0n || making > sent.makerAmount) return null
  const buys = sent.intent.side === 'buy'
  const [shares, dollars] = buys ? [taking, making] : [making, taking]
  // Worse than the limit by more than rounding, or above a dollar a share: not our order's numbers.
  const slack = 200n
  const limit = cost(sent.intent.price, shares as Quantity, 'up')
  const plausible = buys ? dollars <= limit + slack + limit / 1000n : dollars + slack + limit / 1000n >= limit
  if (!plausible || dollars > shares + slack) return null
  return { shares: shares as Quantity, dollars: dollars as Money, spent: making === sent.makerAmount }
}

function millionths(text: string): bigint {
  // Seven digits and more have been cut off by nobody so far; cutting keeps a longer tail from looking unreadable.
  return parseMoney(text.replace(/^(-?\d+\.\d{6})\d+$/, '$1'))
}
