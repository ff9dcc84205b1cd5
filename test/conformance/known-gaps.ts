import type { Json } from './openapi.ts'

/**
 * Where the wire is known to differ from Kalshi's OpenAPI document, with the reason. Where a recording and the document
 * differ, the wire wins. A row that no exchange of the whole suite needs is an error: the table must not grow stale.
 * Sources: `kalshi.md` is the venue page beside the document.
 */

/** A status that an operation answers with although the document does not declare it. */
export interface StatusGap {
  readonly status: number
  /** Ids of operations, or every one. */
  readonly operations: readonly string[] | 'all'
  readonly because: string
}

export const statusGaps: readonly StatusGap[] = [
  {
    status: 404,
    operations: ['CreateOrderV2'],
    because:
      'market_not_found and user_not_found occur on the wire although only 400 to 503 are declared (kalshi.md §4.1)',
  },
  {
    status: 404,
    operations: ['GetSeries'],
    because:
      'not_found is the answer for any resource that is unknown (kalshi.md §6); the document has no words for it here',
  },
  {
    status: 409,
    operations: ['CancelOrderV2', 'CancelAllOrders', 'AmendOrderV2', 'DecreaseOrderV2'],
    because:
      'trading_is_paused and exchange_is_paused: no amending, and in an exchange pause no cancels either (kalshi.md §6)',
  },
  {
    status: 409,
    operations: ['IntraExchangeInstanceTransfer'],
    because: 'transfer_already_applied: a transfer id that was used before (kalshi.md §6, changelog of 2026-10-15)',
  },
  { status: 429, operations: 'all', because: '429 can come from any operation (kalshi.md §4.1 and §7)' },
]

/** A call that the document leaves out, and the one way in which it may be answered. */
export interface CallGap {
  readonly call: RegExp
  readonly status: number
  readonly because: string
}

export const callGaps: readonly CallGap[] = [
  {
    call: /^(POST \/portfolio\/orders(\/batched|\/[^/]+\/(amend|decrease))?|DELETE \/portfolio\/orders\/[^/]+)$/,
    status: 410,
    because: 'V1 orders are left out of the document; they answer 410 (kalshi.md §4.2, changelog of 2026-06)',
  },
  { call: /./, status: 404, because: 'whatever does not exist is not found' },
]

/** An error body. The document declares the flat one for all. */
export interface ErrorShape {
  readonly name: string
  readonly schema: Json
  /** Null for any. */
  readonly statuses: readonly number[] | null
  readonly because: string
}

const texts = { code: { type: 'string', minLength: 1 }, message: { type: 'string' }, details: { type: 'string' } }
const coded: Json = { type: 'object', required: ['code', 'message'], properties: texts }

export const errorShapes: readonly ErrorShape[] = [
  {
    name: 'nested',
    schema: { type: 'object', required: ['error'], properties: { error: coded } },
    statuses: null,
    because: 'nearly all errors on the wire, demo and production (kalshi.md §6)',
  },
  { name: 'flat', schema: coded, statuses: [400], because: 'bodies that cannot be decoded (kalshi.md §6)' },
  {
    name: 'msg',
    schema: { type: 'object', required: ['msg'], properties: { msg: { type: 'string', minLength: 1 } } },
    statuses: [400],
    because: 'query parameters out of bounds (kalshi.md §6, demo 2026-06)',
  },
]

/**
 * What the document says of amounts in prose: up to 6 decimals of a dollar in answers and 2 to 4 in requests, exactly 2
 * decimals of a contract in answers and up to 2 in requests (kalshi.md §3).
 */
export const patterns: Readonly<Record<'request' | 'answer', Readonly<Record<string, string>>>> = {
  request: { FixedPointDollars: '^\\d+\\.\\d{2,4}$', FixedPointCount: '^\\d+(\\.\\d{1,2})?$' },
  answer: { FixedPointDollars: '^-?\\d+\\.\\d{1,6}$', FixedPointCount: '^-?\\d+\\.\\d{2}$' },
}
