import type { VenueId } from '../domain/market.ts'

/**
 * What may be kept of a venue's traffic. Everything that is not named here is replaced by a placeholder before it is
 * written, and by the same placeholder in a live request before it is compared with the tape.
 */
export interface RedactionRules {
  /** Names of the rules, for the manifest. */
  readonly names: readonly string[]
  /** Lower-case headers kept with their values; all others keep only their name. */
  readonly headers: ReadonlySet<string>
  /** Placeholder words for secrets that have a name of their own: `key` becomes `{{kalshi.key}}`. Lower-case. */
  readonly placeholders: ReadonlyMap<string, string>
  /** Members whose value is kept. Objects and arrays under them are still looked into. */
  readonly fields: ReadonlySet<string>
  readonly fieldPattern: RegExp
  /** Members kept with everything in them, because their own members are ids. */
  readonly wholeFields: ReadonlySet<string>
  /** Members never kept, in public bodies either. */
  readonly secretFields: ReadonlySet<string>
  /**
   * Members of requests that two runs of the same order need not agree on, so that replays do not compare them. What
   * redaction replaces is equal anyway.
   */
  readonly volatileFields: ReadonlySet<string>
}

// Nothing in these identifies or authorises anybody. `date` teaches clients their clock skew, so replays need it.
const plainHeaders = [
  'accept',
  'accept-encoding',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'retry-after',
  'transfer-encoding',
  'user-agent',
  'ratelimit-limit',
  'ratelimit-remaining',
  'ratelimit-reset',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'poly-ratelimit-limit',
  'poly-ratelimit-remaining',
  'poly-ratelimit-reset',
]

const secretFields = [
  'signature',
  'secret',
  'passphrase',
  'private_key',
  'privateKey',
  'apiKey',
  'api_key',
  'apiKeys',
  'api_keys',
  'api_key_id',
  'password',
  'token',
  'access_token',
  'refresh_token',
  'cookie',
  'email',
]

const errorFields = ['error', 'code', 'message', 'details', 'msg', 'errorMsg', 'error_msg', 'retryable', 'parameter']

const kalshi: RedactionRules = {
  names: ['kalshi.headers', 'kalshi.fields'],
  headers: new Set(plainHeaders),
  placeholders: new Map([
    ['kalshi-access-key', 'key'],
    ['kalshi-access-signature', 'signature'],
    ['kalshi-access-timestamp', 'timestamp'],
  ]),
  fields: new Set([
    ...errorFields,
    'action',
    'as_of_time',
    'average_fee_paid',
    'average_fill_price',
    'balance',
    'balance_breakdown',
    'book_side',
    'cancel_order_on_pause',
    'client_order_id',
    'count',
    'cursor',
    'event_positions',
    'event_ticker',
    'exchange_index',
    'fee_cost',
    'fill_count',
    'fill_id',
    'fills',
    'is_block_trade',
    'is_taker',
    'market_positions',
    'market_result',
    'market_ticker',
    'order',
    'order_group_id',
    'order_id',
    'orders',
    'outcome_side',
    'portfolio_value',
    'post_only',
    'price',
    'queue_positions',
    'reduce_by',
    'reduce_only',
    'reduce_to',
    'reduced_by',
    'remaining_count',
    'revenue',
    'self_trade_prevention_type',
    'settlement_status',
    'settlements',
    'side',
    'status',
    'subaccount',
    'subaccount_number',
    'ticker',
    'time_in_force',
    'trade_id',
    'ts',
    'type',
    'updated_client_order_id',
    'value',
  ]),
  // Amounts and times come in families: `yes_price_dollars`, `fill_count_fp`, `created_time`, `updated_ts`.
  fieldPattern: /_(?:dollars|fp|ts|time|ts_ms)$|^ts_ms$/,
  wholeFields: new Set([]),
  secretFields: new Set(secretFields),
  // Signatures are headers here, and every id and time of a body comes from the intent.
  volatileFields: new Set([]),
}

const polymarket: RedactionRules = {
  names: ['polymarket.headers', 'polymarket.fields'],
  // An address on the chain is public.
  headers: new Set([...plainHeaders, 'poly_address']),
  placeholders: new Map([
    ['poly_api_key', 'key'],
    ['poly_signature', 'signature'],
    ['poly_passphrase', 'passphrase'],
    ['poly_timestamp', 'timestamp'],
    // In an order this is the API key, not an address.
    ['owner', 'key'],
    ['apikey', 'key'],
  ]),
  fields: new Set([
    ...errorFields,
    'allowance',
    'allowances',
    'amount',
    'archived',
    'asset_id',
    'associate_trades',
    'avg_price',
    'balance',
    'bucket_index',
    'builder',
    'canceled',
    'condition_id',
    'count',
    'created_at',
    'current_price',
    'current_size',
    'current_value',
    'data',
    'deferExec',
    'end_date',
    'entry_cost_usdc',
    'entry_fees_usdc',
    'err_msg',
    'event_id',
    'event_slug',
    'expiration',
    'fee_rate_bps',
    'has_more',
    'heartbeat_id',
    'icon',
    'id',
    'last_event_at',
    'last_update',
    'limit',
    'maker',
    'makerAmount',
    'maker_address',
    'maker_orders',
    'makingAmount',
    'market',
    'match_time',
    'match_time_nano',
    'matched_amount',
    'mergeable',
    'metadata',
    'negative_risk',
    'next_cursor',
    'not_canceled',
    'offset',
    'opposite_outcome',
    'opposite_token_id',
    'order',
    'orderHashes',
    'orderID',
    'orderType',
    'order_id',
    'order_type',
    'original_size',
    'outcome',
    'outcome_index',
    'pagination',
    'percent_pnl',
    'percent_realized_pnl',
    'postOnly',
    'price',
    'proxy_wallet',
    'realized_pnl',
    'redeemable',
    'salt',
    'side',
    'signatureType',
    'signer',
    'size',
    'size_matched',
    'slug',
    'status',
    'success',
    'taker',
    'takerAmount',
    'taker_order_id',
    'takingAmount',
    'timestamp',
    'title',
    'tokenId',
    'token_id',
    'total_cost_usdc',
    'total_pnl',
    'total_size',
    'trace_id',
    'tradeIDs',
    'trader_side',
    'transactionsHashes',
    'transaction_hash',
    'type',
    'unrealized_pnl',
    'verified',
  ]),
  fieldPattern: /^0x[0-9a-f]+$/i,
  wholeFields: new Set(['allowances', 'not_canceled']),
  secretFields: new Set([...secretFields, 'owner']),
  // The signature of a replay is made with another key. The order id covers everything it would prove.
  volatileFields: new Set(['signature', 'owner']),
}

export const redactionRules: Readonly<Record<VenueId, RedactionRules>> = { kalshi, polymarket }
