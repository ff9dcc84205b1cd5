import { Agent, createServer, type Server } from 'node:http'
import axios, { type AxiosInstance, type CreateAxiosDefaults, type InternalAxiosRequestConfig } from 'axios'

const reply = JSON.stringify({
  order_id: '97ec18b7-10d3-4557-9de0-8598aad625f0',
  client_order_id: '2b8394e0-515e-4b89-b624-f34067756855',
  fill_count: '5.00',
  remaining_count: '0.00',
  average_fill_price: '0.4500',
  average_fee_paid: '0.0175',
  ts_ms: 1781159370164,
})
const headers = { 'content-type': 'application/json' }

/** A venue on loopback that takes every order. */
export function listen(): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => response.writeHead(201, headers).end(reply))
  })
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)))
}

export function originOf(server: Server): string {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the bench server has no port')
  return `http://127.0.0.1:${address.port}`
}

const plain = {
  responseType: 'text' as const,
  transformResponse: [(body: unknown) => body],
  transformRequest: [(body: unknown) => body],
  validateStatus: () => true,
  maxRedirects: 0,
  proxy: false as const,
} satisfies CreateAxiosDefaults

/** As our clients make theirs. */
export function createInstance(): AxiosInstance {
  return axios.create({ ...plain, adapter: axios.getAdapter('http'), httpAgent: new Agent({ keepAlive: true }) })
}

/** Answered at once and without a network: what is left is the tape's own cost. */
export function createInstanceWithoutNetwork(): AxiosInstance {
  const bytes = Buffer.from(reply)
  const adapter = async (config: InternalAxiosRequestConfig) => ({
    data: config.responseType === 'arraybuffer' ? bytes : reply,
    status: 201,
    statusText: 'Created',
    headers,
    config,
    request: {},
  })
  return axios.create({ ...plain, adapter })
}

/** Sends orders one after the other. */
export async function sendOrders(instance: AxiosInstance, baseUrl: string, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i += 1) {
    await instance.request({
      method: 'POST',
      url: `${baseUrl}/portfolio/events/orders`,
      data: orderBody(i),
      headers: { 'Content-Type': 'application/json', 'KALSHI-ACCESS-SIGNATURE': 'bench' },
    })
  }
}

function orderBody(i: number): string {
  return JSON.stringify({
    ticker: 'KXFED-26DEC-T4.25',
    side: 'bid',
    count: '5.00',
    price: '0.4500',
    time_in_force: 'immediate_or_cancel',
    self_trade_prevention_type: 'taker_at_cross',
    client_order_id: `bench-${i}`,
  })
}
