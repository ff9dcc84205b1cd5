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
import type { VenueError } from '../../domain/errors.ts'
import type { OrderIntent, OrderReport } from '../../domain/order.ts'
import type { Placement } from '../../domain/venue.ts'
import { decimalText } from '../decode.ts'
import type { HttpReply } from '../http/request.ts'
import { type Judgement, placementFrom, printable } from '../refusal-table.ts'
import { judge, judgeText } from './errors.ts'

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
  makingAmount: v.nullish(v.union([v.literal(''), decimalText]), ''),
  takingAmount: v.nullish(v.union([v.literal(''), decimalText]), ''),
})
type Answer = v.InferOutput<typeof answerSchema>

/** What the venue calls an order that it has taken. Source: Polymarket API reference, 2026-10. */
export const takenStatuses = {
  live: 'It rests in the book in full.',
  matched: 'It traded at once, in full or in part; the amounts and the trades say how much.',
  delayed: 'It is taken, and matched or dropped some seconds later: only reading it tells.',
  unmatched: 'Pages disagree on whether it rests or was dropped: only reading it tells.',
} as const satisfies Readonly<Record<string, string>>

type TakenStatus = keyof typeof takenStatuses

function isTaken(status: string): status is TakenStatus {
  return Object.hasOwn(takenStatuses, status)
}

/** What the answer to `POST /order` proves. Whatever cannot be read or does not fit what was sent is unknown, never zero. */
export function judgePlacement(reply: HttpReply, sent: SentOrder): Placement {
  if (reply.status < 200 || reply.status > 299) return refusalPlacement(judge(reply, 'place'), sent)
  return judgeEntry(reply.json, sent)
}

/**
 * What one order's answer proves, alone in a 2xx or as an entry of a batch. Accepted only when it says success, no error,
 * our own order id and a status we know; a 2xx alone says nothing.
 */
export function judgeEntry(entry: unknown, sent: SentOrder): Placement {
  const parsed = v.safeParse(answerSchema, entry)
  if (!parsed.success) return unknown('ANSWER_UNREADABLE', 'Polymarket answered, but not in a way that can be read')
  return judgeAnswer(parsed.output, sent)
}

/** What a new order without an answer is. */
export function lostPlacement({ sent, code, message }: VenueError): Placement {
  return { kind: sent === 'no' ? 'not_sent' : 'unknown', code, message }
}

function unknown(code: string, message: string): Placement {
  return {
    kind: 'unknown',
    code,
    message: `${message}. The order may be live: do not send it again before it is reconciled.`,
  }
}

/** A killed order is reported under the id that we computed: it existed, and ended with nothing. */
function refusalPlacement(judged: Judgement, sent: SentOrder): Placement {
  return judged.meaning === 'killed'
    ? { kind: 'accepted', report: emptyReport(sent.orderId, 'cancelled') }
    : placementFrom(judged)
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
  const status = answer.status.toLowerCase()
  if (!isTaken(status)) {
    return unknown('STATUS_UNKNOWN', `Polymarket gave the order the status ${JSON.stringify(printable(answer.status))}`)
  }
  switch (status) {
    case 'live':
      return {
        kind: 'accepted',
        report: { ...emptyReport(sent.orderId, 'resting'), remainingQuantity: sent.intent.quantity },
      }
    case 'matched':
      return judgeMatch(answer, sent)
    case 'delayed':
    case 'unmatched':
      return { kind: 'accepted', report: emptyReport(sent.orderId, 'unknown') }
  }
}

/** A refusal dressed as a 200, unless the same answer also shows the order as taken. */
function refusedWith200(answer: Answer, sent: SentOrder): Placement {
  const said = printable(answer.errorMsg) || 'no reason'
  if (isTaken(answer.status.toLowerCase()) && answer.orderID !== '') {
    return unknown('ANSWER_CONTRADICTS', `Polymarket calls the order ${answer.status} and gives an error: ${said}`)
  }
  return refusalPlacement(judgeText(answer.errorMsg, 'place'), sent)
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
  // A token has six decimals: more of them are no amount of it, and cutting them off would be a guess.
  if (![makingAmount, takingAmount].every((text) => /^\d+(\.\d{1,6})?$/.test(text))) return null
  const dotted = makingAmount.includes('.') || takingAmount.includes('.')
  const whole = dotted || parseMoney(makingAmount) <= sent.makerAmount
  const read = (text: string): bigint => (whole ? parseMoney(text) : BigInt(text))
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
