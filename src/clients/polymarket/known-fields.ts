import type { KnownFields } from '../probe.ts'

/** The day on which the members below were written down. Source: Polymarket's documentation and answers seen until 2026-10. */
export const fieldsAsOf = '2026-11'

/** `GET /clob-markets/{condition}`. */
export const knownTerms: KnownFields = {
  always: ['t', 'c', 'mos', 'mts', 'ao'],
  sometimes: ['r', 'mbf', 'tbf', 'aot', 'itode', 'fd', 'v', 'nr', 'sd', 'gst', 'cbos', 'rfqe', 'ibce'],
}

/** `GET /book`. */
export const knownBook: KnownFields = {
  always: ['market', 'asset_id', 'timestamp', 'hash', 'bids', 'asks', 'min_order_size', 'tick_size', 'neg_risk'],
  sometimes: ['last_trade_price', 'version'],
}

/** `GET /data/orders`. */
export const knownOrder: KnownFields = {
  always: [
    'id',
    'status',
    'owner',
    'maker_address',
    'market',
    'asset_id',
    'side',
    'original_size',
    'size_matched',
    'price',
    'associate_trades',
    'outcome',
    'created_at',
    'expiration',
    'order_type',
  ],
  sometimes: [],
}

/** `GET /data/trades`. */
export const knownTrade: KnownFields = {
  always: [
    'id',
    'taker_order_id',
    'market',
    'asset_id',
    'side',
    'size',
    'fee_rate_bps',
    'price',
    'status',
    'match_time',
    'last_update',
    'outcome',
    'bucket_index',
    'owner',
    'maker_address',
    'maker_orders',
    'trader_side',
  ],
  sometimes: ['match_time_nano', 'transaction_hash', 'err_msg'],
}

/** The members of Gamma's market that orders and decisions depend on. It has some hundred others, which come and go. */
export const neededOfGamma: readonly string[] = [
  'version',
  'conditionId',
  'slug',
  'question',
  'description',
  'outcomes',
  'outcomePrices',
  'endDate',
  'active',
  'closed',
  'archived',
  'acceptingOrders',
  'enableOrderBook',
  'orderPriceMinTickSize',
  'orderMinSize',
  'feesEnabled',
]
