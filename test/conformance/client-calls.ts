/**
 * The operation of Kalshi's document behind each call of our client, by the name that the client gives it. A whole run
 * of the suite must see every one of them asked by the client and answered by the sandbox.
 */
export const clientCalls: Readonly<Record<string, string>> = {
  amend_order: 'AmendOrderV2',
  cancel_all: 'CancelAllOrders',
  cancel_order: 'CancelOrderV2',
  cancel_orders: 'BatchCancelOrdersV2',
  decrease_order: 'DecreaseOrderV2',
  get_account_limits: 'GetAccountApiLimits',
  get_balance: 'GetBalance',
  get_book: 'GetMarketOrderbook',
  get_endpoint_costs: 'GetAccountEndpointCosts',
  get_event: 'GetEvent',
  get_exchange_status: 'GetExchangeStatus',
  get_historical_market: 'GetHistoricalMarket',
  get_market: 'GetMarket',
  get_order: 'GetOrder',
  get_series: 'GetSeries',
  list_api_keys: 'GetApiKeys',
  list_events: 'GetEvents',
  list_fills: 'GetFills',
  list_historical_fills: 'GetFillsHistorical',
  list_historical_orders: 'GetHistoricalOrders',
  list_markets: 'GetMarkets',
  list_orders: 'GetOrders',
  list_positions: 'GetPositions',
  list_series: 'GetSeriesList',
  list_settlements: 'GetSettlements',
  place_order: 'CreateOrderV2',
  place_orders: 'BatchCreateOrdersV2',
  user_data_timestamp: 'GetUserDataTimestamp',
}
