import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { replayKalshiAccount } from '../../../src/clients/kalshi/auth.ts'
import { createKalshiClient, type KalshiClientOptions } from '../../../src/clients/kalshi/client.ts'
import type { VenueClient } from '../../../src/domain/venue.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { aTimeMs } from '../../support/builders.ts'

/** What stands on the wire for one request. `hang_up` takes the request and breaks the connection. */
export type Answer =
  | { readonly status?: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | 'hang_up'

interface Asked {
  readonly call: string
  readonly query: URLSearchParams
  readonly body: string
  readonly headers: IncomingMessage['headers']
}

/** A plain HTTP server with literal answers, and a real client on it. Answers to one call are used in order, the last one for ever. */
export interface ScriptedVenue {
  readonly client: VenueClient
  readonly clock: VirtualClock
  readonly asked: Asked[]
  answer(call: string, ...answers: Answer[]): void
  close(): void
}

const BASE = '/trade-api/v2'

export async function scriptedVenue(options: Partial<KalshiClientOptions> = {}): Promise<ScriptedVenue> {
  const script = new Map<string, Answer[]>()
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      const url = new URL(request.url ?? '', 'http://venue')
      const call = `${request.method} ${url.pathname.slice(BASE.length)}`
      asked.push({ call, query: url.searchParams, body, headers: request.headers })
      const answers = script.get(call) ?? [
        { status: 404, body: { error: { code: 'not_found', message: 'not found' } } },
      ]
      const answer = answers.length > 1 ? answers.shift() : answers[0]
      if (answer === undefined || answer === 'hang_up') return request.socket.destroy()
      // Kalshi's own time, so that the client learns no skew against its virtual clock.
      response.writeHead(answer.status ?? 200, { date: new Date(aTimeMs).toUTCString(), ...answer.headers })
      response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {}))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const clock = new VirtualClock(aTimeMs)
  const client = createKalshiClient({
    baseUrl: `http://127.0.0.1:${portOf(server)}${BASE}`,
    account: replayKalshiAccount(),
    timeoutMs: 1000,
    clock,
    userAgent: 'crosstape/test',
    ...options,
  })
  return {
    client,
    clock,
    asked,
    answer: (call, ...answers) => script.set(call, answers),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
