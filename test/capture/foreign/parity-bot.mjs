// A program that trades in every way that Node offers and knows nothing of tapes. Writes what it was told to a file.

import { writeFileSync } from 'node:fs'
import http, { request as namedRequest } from 'node:http'
import https, { get as namedGet } from 'node:https'
import { Worker } from 'node:worker_threads'
import { gzipSync } from 'node:zlib'
import axios from 'axios'
import { WebSocket } from 'ws'

const {
  KALSHI_BASE_URL: kalshi,
  POLYMARKET_CLOB_URL: nobody,
  POLYMARKET_WS_URL: sockets,
  BOT_SAYS,
  BOT_ENDS,
} = process.env
const { POLYMARKET_GAMMA_URL: secure } = process.env
const orders = `${kalshi}/portfolio/events/orders`
const order = { ticker: 'KX-1', side: 'bid', count: '1.00', price: '0.4500', client_order_id: 'c-1' }
const told = {}

async function tell(name, call) {
  told[name] = await call().catch((error) => ({
    threw: error.name,
    code: error.code ?? error.cause?.code,
    message: error.message,
  }))
}

/** By callbacks, as older programs do. */
function ask(request, url, options = {}) {
  return new Promise((resolve, reject) => {
    const asked = request(url, options, (answer) => {
      let body = ''
      answer.setEncoding('utf8').on('data', (part) => {
        body += part
      })
      answer.on('end', () => resolve([answer.statusCode, answer.statusMessage, answer.headers['x-of'], body]))
    })
    asked.on('timeout', () => asked.destroy(new Error('the bot lost patience')))
    asked.on('error', reject)
    asked.end(options.body)
  })
}

function talk(Socket) {
  return new Promise((resolve, reject) => {
    const heard = []
    const socket = new Socket(`${sockets}/user`)
    socket.addEventListener('open', () => socket.send(JSON.stringify({ type: 'user', markets: ['x'.repeat(3_000)] })))
    socket.addEventListener('message', ({ data }) => {
      heard.push(String(data).length)
      socket.close(1000, 'enough')
    })
    socket.addEventListener('close', ({ code }) => resolve([heard, code]))
    socket.addEventListener('error', reject)
  })
}

const headers = { 'content-type': 'application/json', 'KALSHI-ACCESS-SIGNATURE': 'signed' }
await tell('axios', () =>
  axios.post(orders, order, { headers }).then(({ status, statusText, data }) => [status, statusText, data]),
)
await tell('fetch', () =>
  fetch(orders, { method: 'POST', body: JSON.stringify(order), headers }).then(async (answer) => [
    answer.status,
    answer.statusText,
    answer.url === orders,
    await answer.json(),
  ]),
)
await tell('fetch of a Request', () =>
  fetch(new Request(orders, { method: 'POST', body: '{"ticker":"KX-2"}' })).then((answer) => answer.text()),
)
await tell('a Request is one', async () => new Request(orders) instanceof Request)
await tell('http.request', () => ask(http.request, orders, { method: 'POST', body: '{"ticker":"KX-3"}' }))
await tell('imported by name', () => ask(namedRequest, `${kalshi}/portfolio/fills?a=x%2By&a=2&ticker=A%20B`))
await tell('compressed', () => axios.get(`${kalshi}/portfolio/orders?gzip=1`).then(({ data }) => data))
await tell('compressed for fetch', () => fetch(`${kalshi}/portfolio/orders?gzip=2`).then((answer) => answer.text()))
await tell('compressed by the program', () =>
  fetch(orders, {
    method: 'POST',
    body: gzipSync(JSON.stringify(order)),
    headers: { ...headers, 'content-encoding': 'gzip' },
  }).then((answer) => answer.text()),
)
await tell('axios loses patience', () => axios.get(`${kalshi}/portfolio/orders?hang=1`, { timeout: 150 }))
await tell('http loses patience', () => ask(http.get, `${kalshi}/portfolio/orders?hang=2`, { timeout: 150 }))
await tell('a signal ends http', () =>
  ask(http.get, `${kalshi}/portfolio/orders?hang=8`, { signal: AbortSignal.timeout(150) }),
)
await tell('headers before the body', () => {
  const send = (url, options, heard) => {
    const asked = http.request(url, options, heard)
    asked.flushHeaders()
    return asked
  }
  return ask(send, orders, { method: 'POST', headers: { 'content-length': 17 }, body: '{"ticker":"KX-4"}' })
})
await tell('a worker', () => {
  const asks = `require('http').get('${kalshi}/portfolio/orders?worker=1', (answer) => answer.resume())`
  return new Promise((resolve) => new Worker(asks, { eval: true }).on('exit', resolve))
})
await tell('fetch loses patience', () =>
  fetch(`${kalshi}/portfolio/orders?hang=3`, { signal: AbortSignal.timeout(150) }),
)
await tell('axios gives up', () => {
  const giving = new AbortController()
  setTimeout(() => giving.abort(), 100)
  return axios.get(`${kalshi}/portfolio/orders?hang=4`, { signal: giving.signal })
})
await tell('given up before', () => fetch(`${kalshi}/portfolio/orders?hang=5`, { signal: AbortSignal.abort() }))
await tell('reset', () => axios.get(`${kalshi}/portfolio/orders?reset=1`))
await tell('refused', () => axios.post(`${nobody}/order`, {}))
await tell('fetch refused', () => fetch(`${nobody}/data/orders`))
await tell('not kept by the filter', () => axios.get(`${kalshi}/markets`).then(({ status }) => status))
await tell('socket', () => talk(WebSocket))
if (globalThis.WebSocket !== undefined) await tell('global socket', () => talk(globalThis.WebSocket))
if (secure !== undefined) {
  const agent = new https.Agent({ keepAlive: true })
  await tell('https by axios', () => axios.post(`${secure}/order`, order).then(({ data }) => data))
  await tell('https by an agent', () => ask(namedGet, `${secure}/data/orders`, { agent }))
  await tell('https by fetch', () => fetch(`${secure}/data/orders`).then((answer) => answer.text()))
  // Another address, so not for the tape.
  await tell('another certificate', () => axios.get(`${secure.replace('localhost', '127.0.0.1')}/data/orders`))
  agent.destroy()
}
writeFileSync(BOT_SAYS, JSON.stringify(told))

if (BOT_ENDS === 'exit') {
  fetch(`${kalshi}/portfolio/orders?hang=6`).catch(() => undefined)
  setTimeout(() => process.exit(3), 100)
}
if (BOT_ENDS === 'kill') process.kill(process.pid, 'SIGKILL')
