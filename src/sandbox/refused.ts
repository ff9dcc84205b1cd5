/** Why the exchange refuses, in its own words; the faces say it in their venue's. */
export type RefusalReason =
  | 'market_not_found'
  | 'market_not_open'
  | 'market_paused'
  | 'off_ladder'
  | 'bad_quantity'
  | 'expired'
  | 'insufficient_cash'
  | 'insufficient_holdings'
  | 'post_only_cross'
  | 'fok_unfilled'
  | 'no_match'
  | 'duplicate_client_order_id'
  | 'duplicate_order_id'
  | 'order_not_found'
  | 'order_not_live'
  | 'order_delayed'
  | 'order_mismatch'
  | 'account_not_found'
  | 'pool_not_found'
  | 'duplicate_transfer'
  | 'group_not_found'
  | 'group_triggered'
  | 'bad_request'

/** Certain that nothing changed, but for a burnt client order id. */
export interface Refused {
  readonly kind: 'refused'
  readonly reason: RefusalReason
  readonly message: string
}
