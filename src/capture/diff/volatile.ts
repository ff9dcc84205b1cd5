import type { VenueId } from '../../domain/market.ts'

/** What differs between two runs of the same thing, and tells nothing. */
interface Volatile {
  /** Members and path segments that hold ids: compared by what they refer to, not by their text. */
  readonly ids: ReadonlySet<string>
  /** Members that are times, salts, signatures or accounts: not compared. */
  readonly ignored: ReadonlySet<string>
  readonly ignoredPattern: RegExp
  /** Whether an amount of one member always has the same number of decimals. */
  readonly fixedDecimals: boolean
}

export const volatile: Readonly<Record<VenueId, Volatile>> = {
  kalshi: {
    ids: new Set([
      'order_id',
      'client_order_id',
      'updated_client_order_id',
      'trade_id',
      'fill_id',
      'order_group_id',
      'cursor',
    ]),
    ignored: new Set(['user_id', 'balance', 'balance_dollars', 'portfolio_value']),
    ignoredPattern: /_(?:ts|time|ts_ms)$|^(?:ts|ts_ms)$/,
    fixedDecimals: true,
  },
  polymarket: {
    ids: new Set([
      'orderID',
      'id',
      'order_id',
      'taker_order_id',
      'tradeIDs',
      'associate_trades',
      'canceled',
      'trace_id',
      'heartbeat_id',
      'next_cursor',
    ]),
    ignored: new Set([
      'salt',
      'signature',
      'owner',
      'maker',
      'signer',
      'maker_address',
      'proxy_wallet',
      'timestamp',
      'created_at',
      'match_time',
      'match_time_nano',
      'last_update',
      'transactionsHashes',
      'transaction_hash',
      'bucket_index',
      'balance',
      'allowance',
      'allowances',
      'hash',
    ]),
    ignoredPattern: /_(?:time|timestamp)$/,
    fixedDecimals: false,
  },
}

/** An id by its form: a UUID, a hash, or the number of a token. */
export function looksLikeId(text: string): boolean {
  return /^(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|0x[0-9a-f]{16,})$/i.test(text)
}
