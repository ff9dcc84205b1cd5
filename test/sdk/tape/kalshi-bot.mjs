// A program that trades with kalshi-typescript and knows nothing of tapes. Prints what it was told, for comparison.
import { randomUUID } from 'node:crypto'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const { SDK_FOLDER, KALSHI_BASE_URL: basePath, KALSHI_API_KEY_ID, KALSHI_PRIVATE_KEY_PATH, BOT_MARKET } = process.env
const sdk = createRequire(join(SDK_FOLDER, 'package.json'))('kalshi-typescript')
const configuration = new sdk.Configuration({
  apiKey: KALSHI_API_KEY_ID,
  privateKeyPath: KALSHI_PRIVATE_KEY_PATH,
  basePath,
})
const [markets, orders, portfolio] = ['MarketApi', 'OrdersApi', 'PortfolioApi'].map(
  (name) => new sdk[name](configuration, basePath),
)

const order = (change) => ({
  ticker: BOT_MARKET,
  client_order_id: randomUUID(),
  side: 'bid',
  count: '4.00',
  price: '0.5000',
  time_in_force: 'immediate_or_cancel',
  self_trade_prevention_type: 'taker_at_cross',
  ...change,
})
const told = []
const tell = ({ status, data }) => told.push({ status, data })

tell(await markets.getMarketOrderbook(BOT_MARKET))
const taking = order()
const { data: taken } = await orders.createOrderV2(taking)
told.push({ isEcho: taken.client_order_id === taking.client_order_id, filled: taken.fill_count })
const resting = order({ price: '0.3000', time_in_force: 'good_till_canceled' })
const { data: rested } = await orders.createOrderV2(resting)
const { data: read } = await orders.getOrder(rested.order_id)
told.push({ isEcho: read.order.client_order_id === resting.client_order_id, status: read.order.status })
tell(await orders.cancelOrderV2(rested.order_id, undefined, undefined, BOT_MARKET).catch(({ response }) => response))
tell(await orders.createOrderV2(order({ ticker: 'KXNONE-26' })).catch(({ response }) => response))
tell(await portfolio.getFills(BOT_MARKET))
tell(await portfolio.getBalance())
console.log(JSON.stringify(told))
