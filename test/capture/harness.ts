import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import axios, { type AxiosInstance } from 'axios'
import type { TapeAlias } from '../../src/capture/format/endpoints.ts'
import type { ExchangeEntry } from '../../src/capture/format/exchange.ts'
import { seqOfFileName } from '../../src/capture/format/exchange.ts'
import { openTape, type Tape, type TapeOptions } from '../../src/capture/record/tape.ts'
import { systemClock } from '../../src/runtime/clock.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void

/** A real HTTP server that stands for a venue, and counts what reached it. */
export class Venue {
  readonly received: { readonly method: string; readonly url: string; readonly body: string }[] = []
  private constructor(
    private readonly server: Server,
    readonly origin: string,
  ) {}

  static async start(answer: Answer): Promise<Venue> {
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (part: string) => {
        body += part
      })
      request.on('end', () => {
        venue.received.push({ method: request.method ?? '', url: request.url ?? '', body })
        answer(request, response, body)
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const venue = new Venue(server, `http://127.0.0.1:${port}`)
    return venue
  }

  get kalshi(): TapeAlias {
    return { venue: 'kalshi', service: 'rest', baseUrl: `${this.origin}/trade-api/v2` }
  }

  get polymarket(): TapeAlias {
    return { venue: 'polymarket', service: 'clob', baseUrl: this.origin }
  }

  get httpServer(): Server {
    return this.server
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** As the clients make theirs: text in, text out, every status a response. */
export function makeInstance(options: { readonly timeout?: number } = {}): AxiosInstance {
  return axios.create({
    adapter: axios.getAdapter('http'),
    httpAgent: new Agent({ keepAlive: false }),
    timeout: options.timeout ?? 5000,
    responseType: 'text',
    transformResponse: [(body: unknown) => body],
    transformRequest: [(body: unknown) => body],
    validateStatus: () => true,
    maxRedirects: 0,
    proxy: false,
  })
}

export const kalshiOrder = {
  ticker: 'KXFED-26DEC-T4.25',
  side: 'bid',
  count: '5.00',
  price: '0.4500',
  time_in_force: 'immediate_or_cancel',
  client_order_id: '2b8394e0-515e-4b89-b624-f34067756855',
}

export const kalshiReply = {
  order_id: '97ec18b7-10d3-4557-9de0-8598aad625f0',
  fill_count: '5.00',
  remaining_count: '0.00',
  ts_ms: 1781159370164,
}

/** Sends a Kalshi order as the client does: the body a string, the headers signed. */
export function sendOrder(
  instance: AxiosInstance,
  alias: TapeAlias,
  changes: Readonly<Record<string, unknown>> = {},
): Promise<{ readonly status: number; readonly data: string }> {
  return instance.request<string>({
    method: 'POST',
    url: `${alias.baseUrl}/portfolio/events/orders`,
    data: JSON.stringify({ ...kalshiOrder, ...changes }),
    headers: {
      'Content-Type': 'application/json',
      'KALSHI-ACCESS-KEY': 'key-id-of-the-account',
      'KALSHI-ACCESS-SIGNATURE': 'a signature that changes every time',
      'KALSHI-ACCESS-TIMESTAMP': '1781159370000',
    },
  })
}

/** A recorder that is still closing may write while the folder goes. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'crosstape-capture-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 }) }
}

export function openTestTape(captureDir: string, changes: Partial<TapeOptions> = {}): Promise<Tape> {
  return openTape({
    captureDir,
    session: 'test',
    environment: 'sandbox',
    toolVersion: '0.0.0-test',
    filter: 'orders',
    clock: systemClock,
    seed: 'seed',
    trigger: { kind: 'scenario', name: 'test' },
    accounts: {},
    secrets: [],
    ...changes,
  })
}

export function exchangeFiles(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((file) => seqOfFileName(file) !== null)
    .sort()
}

export function readEntry(directory: string, file: string): ExchangeEntry {
  return JSON.parse(readFileSync(join(directory, file), 'utf8')) as ExchangeEntry
}

export function readEverything(directory: string): string {
  return readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), 'utf8'))
    .join('\n')
}
