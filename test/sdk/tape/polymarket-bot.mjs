// A program that trades with clob-client-v2 and knows nothing of tapes. Prints what it was told, for comparison.
import { createRequire } from 'node:module'
import { join } from 'node:path'

const { SDK_FOLDER, POLYMARKET_CLOB_URL: host, POLYMARKET_PRIVATE_KEY, BOT_TOKEN, BOT_CONDITION } = process.env
const load = createRequire(join(SDK_FOLDER, 'package.json'))
const { ClobClient } = load('@polymarket/clob-client-v2')
const { Wallet } = load('@ethersproject/wallet')

const options = { host, chain: 137, signer: new Wallet(POLYMARKET_PRIVATE_KEY) }
const creds = await new ClobClient(options).createOrDeriveApiKey()
const clob = new ClobClient({ ...options, creds })
const order = (price, size) => ({ tokenID: BOT_TOKEN, price, size, side: 'BUY' })
const told = []

told.push(await clob.getOrderBook(BOT_TOKEN))
const rested = await clob.createAndPostOrder(order(0.3, 10), {}, 'GTC')
told.push({ success: rested.success, status: rested.status })
const open = await clob.getOpenOrders({ market: BOT_CONDITION })
told.push({
  isOurs: open[0]?.id === rested.orderID,
  isOurKey: open[0]?.owner === creds.key,
  size: open[0]?.original_size,
})
told.push(await clob.cancelOrder({ orderID: rested.orderID }).then(({ canceled }) => canceled[0] === rested.orderID))
told.push(await clob.createAndPostOrder(order(0.5, 1_000_000), {}, 'FOK'))
const taken = await clob.createAndPostOrder(order(0.5, 10), {}, 'GTC')
told.push({ status: taken.status, making: taken.makingAmount, taking: taken.takingAmount })
told.push((await clob.getTrades({ market: BOT_CONDITION })).map(({ price, size, side }) => ({ price, size, side })))
told.push(await clob.getBalanceAllowance({ asset_type: 'COLLATERAL' }))
console.log(JSON.stringify(told))
