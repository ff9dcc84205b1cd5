import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { expect } from 'chai'
import type { Headers, HttpReply, HttpRequest } from '../../../src/clients/http/request.ts'
import { createTransport, type Transport, type TransportOptions } from '../../../src/clients/http/transport.ts'
import { RateBudget } from '../../../src/clients/rates/budget.ts'
import type { AttemptEnd } from '../../../src/clients/rates/charge.ts'
import type { Meter } from '../../../src/clients/rates/meter.ts'
import { ToolkitError, VenueError } from '../../../src/domain/errors.ts'
import type { LastLook } from '../../../src/domain/venue.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { seededRandom } from '../../../src/runtime/random.ts'
import { quiet, TimedClock } from '../../support/timed-clock.ts'

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

async function listen(handler: Handler): Promise<{ server: Server; url: string; seen: Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body })
      handler(request, response, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`, seen }
}

describe('transport', () => {
  const servers: Server[] = []
  const transports: Transport[] = []
  const availability: boolean[] = []

  afterEach(() => {
    for (const transport of transports.splice(0)) transport.close()
    for (const server of servers.splice(0)) {
      server.closeAllConnections()
      server.close()
    }
    availability.length = 0
  })

  async function against(handler: Handler, options: Partial<TransportOptions> = {}) {
    const { server, url, seen } = await listen(handler)
    servers.push(server)
    return { seen, transport: to(url, options) }
  }

  function to(baseUrl: string, options: Partial<TransportOptions> = {}): Transport {
    const transport = createTransport({
      venue: 'kalshi',
      service: 'rest',
      baseUrl,
      timeoutMs: 300,
      clock: new VirtualClock(1_790_000_000_000),
      userAgent: 'crosstape/test',
      onAvailability: (ok) => availability.push(ok),
      ...options,
    })
    transports.push(transport)
    return transport
  }

  const read: HttpRequest = { method: 'GET', path: '/markets', safe: true, endpoint: 'list_markets' }
  const order: HttpRequest = {
    method: 'POST',
    path: '/orders',
    body: '{ "count": "1.00" }',
    safe: false,
    endpoint: 'place_order',
  }

  async function failureOf(sending: Promise<unknown>): Promise<VenueError> {
    const outcome = await sending.then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(outcome).to.be.instanceOf(VenueError)
    return outcome as VenueError
  }

  it('sends the body byte for byte and repeats the key of a list', async () => {
    const { seen, transport } = await against((_request, response) => response.end('{}'))
    await transport.send({ ...order, query: { tickers: ['A', 'B'], limit: '2' } })
    expect(seen[0]?.body).to.equal('{ "count": "1.00" }')
    expect(seen[0]?.url).to.equal('/v2/orders?tickers=A&tickers=B&limit=2')
    expect(seen[0]?.headers['content-type']).to.equal('application/json')
    expect(seen[0]?.headers['user-agent']).to.equal('crosstape/test')
  })

  it('takes any status as a reply and leaves the text as it came', async () => {
    const { transport } = await against((_request, response) => {
      response.statusCode = 409
      response.end('{"n": 0.10000000000000000001}')
    })
    const reply = await transport.send(order)
    expect(reply.status).to.equal(409)
    expect(reply.text).to.equal('{"n": 0.10000000000000000001}')
    expect(String((reply.json as { n: unknown }).n)).to.equal('0.10000000000000000001')
    expect(availability).to.deep.equal([true])
  })

  it('leaves it to the venue what an answer says about its being there', async () => {
    const availabilityOf = ({ status }: HttpReply): boolean | null => (status === 503 ? null : status !== 425)
    for (const status of [425, 503, 200]) {
      const { transport } = await against(
        (_request, response) => {
          response.statusCode = status
          response.end()
        },
        { availabilityOf },
      )
      await transport.send(order)
    }
    expect(availability).to.deep.equal([false, true])
  })

  it('does not follow redirects', async () => {
    const { seen, transport } = await against((_request, response) => {
      response.writeHead(302, { location: '/elsewhere' })
      response.end()
    })
    expect((await transport.send(read)).status).to.equal(302)
    expect(seen).to.have.length(1)
  })

  it('signs every attempt afresh over the full path without query', async () => {
    const attempts: unknown[] = []
    const { seen, transport } = await against((_request, response) => {
      response.statusCode = 503
      response.end('busy')
    })
    const reply = await transport.send({
      ...read,
      query: { limit: '1' },
      auth: (attempt) => {
        attempts.push(attempt)
        return { 'X-SIGNATURE': `signature-${attempts.length}` }
      },
    })
    expect(reply.status).to.equal(503)
    expect(seen.map((one) => one.headers['x-signature'])).to.deep.equal(['signature-1', 'signature-2', 'signature-3'])
    expect(attempts[2]).to.deep.equal({ method: 'GET', path: '/v2/markets', body: '' })
    expect(availability).to.deep.equal([false])
  })

  it('retries a safe request after a reset and after 429', async () => {
    let count = 0
    const { transport } = await against((request, response) => {
      count += 1
      if (count === 1) return request.socket.resetAndDestroy()
      response.statusCode = count === 2 ? 429 : 200
      response.end('{"ok":true}')
    })
    expect((await transport.send(read)).status).to.equal(200)
    expect(count).to.equal(3)
  })

  it('never sends an order twice', async () => {
    for (const fail of [
      (request: IncomingMessage) => request.socket.resetAndDestroy(),
      (request: IncomingMessage) => request.socket.end(),
    ]) {
      const { seen, transport } = await against((request) => fail(request))
      expect((await failureOf(transport.send(order))).sent).to.equal('maybe')
      expect(seen).to.have.length(1)
    }
    const { seen, transport } = await against((_request, response) => {
      response.statusCode = 500
      response.end()
    })
    expect((await transport.send(order)).status).to.equal(500)
    expect(seen).to.have.length(1)
  })

  it('says maybe when the answer does not come in time', async () => {
    const { transport } = await against(() => {}, { timeoutMs: 60 })
    const failure = await failureOf(transport.send(order))
    expect([failure.code, failure.sent, failure.kind]).to.deep.equal(['TIMEOUT', 'maybe', 'unavailable'])
    expect(failure.message).to.contain('The venue may have acted on it')
    expect(availability).to.deep.equal([false])
  })

  it('says maybe when the answer breaks off in the middle', async () => {
    const { transport } = await against((request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('{"order_id":')
      setImmediate(() => request.socket.destroy())
    })
    expect((await failureOf(transport.send(order))).sent).to.equal('maybe')
  })

  it('says no when nobody listens', async () => {
    const { server, url } = await listen(() => {})
    await new Promise((resolve) => server.close(resolve))
    const failure = await failureOf(to(url).send(order))
    expect([failure.code, failure.sent]).to.deep.equal(['NOT_CONNECTED', 'no'])
    expect(failure.message).to.contain('Nothing was sent')
  })

  it('says no when the host name is unknown', async () => {
    const failure = await failureOf(to('http://no-such-host.invalid/v2').send(order))
    expect(failure.sent).to.equal('no')
  })

  it('says no when the connection never stood, although the failure was a timeout', async () => {
    // TLS to a peer that never answers the handshake: the request cannot have left.
    const mute = createTcpServer(() => {})
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const url = `https://127.0.0.1:${(mute.address() as AddressInfo).port}`
    const failure = await failureOf(to(url, { timeoutMs: 60 }).send(order))
    expect([failure.code, failure.sent]).to.deep.equal(['NOT_CONNECTED', 'no'])
    mute.close()
  })

  it('tells a call given up before sending from one given up under way, and blames the venue for neither', async () => {
    const before = await against((_request, response) => response.end('{}'))
    expect((await failureOf(before.transport.send({ ...order, signal: AbortSignal.abort() }))).sent).to.equal('no')
    expect(before.seen).to.have.length(0)
    const stop = new AbortController()
    const during = await against(() => stop.abort())
    expect((await failureOf(during.transport.send({ ...order, signal: stop.signal }))).sent).to.equal('maybe')
    expect(availability).to.deep.equal([])
  })

  it('lets no credential out with an error', async () => {
    const { transport } = await against((request) => request.socket.destroy())
    const failure = await failureOf(transport.send({ ...order, auth: () => ({ 'X-SIGNATURE': 'c0ffee-secret' }) }))
    const shown = JSON.stringify(failure, Object.getOwnPropertyNames(failure)) + String(failure.stack)
    expect(shown).to.not.contain('c0ffee')
    expect(failure.cause).to.equal(undefined)
  })

  describe('with a rate budget', () => {
    let clock: TimedClock
    let ended: AttemptEnd[]

    /** One pool of two calls a second, and every end that it was told. */
    function aMeter(): Meter {
      clock = new TimedClock()
      ended = []
      const random = seededRandom('rates')
      const budget = new RateBudget('test', { clock, random, mode: 'metered', limitOf: () => twoASecond })
      const priorityOf: Meter['priorityOf'] = ({ method }) => (method === 'POST' ? 'order' : 'read')
      return {
        priorityOf,
        admit: (call, signal) =>
          budget.admit({ priority: priorityOf(call), costs: [{ pool: 'calls', cost: 1 }] }, signal),
        settle: (_call, permit, end) => {
          ended.push(end)
          permit.end(end.kind === 'unsent' ? 'unseen' : 'counted')
          return 'taken'
        },
      }
    }
    const twoASecond = { kind: 'bucket', capacity: 2, refillPerSecond: 2 } as const

    it('asks for every attempt, and signs after it waited', async () => {
      let count = 0
      const meter = aMeter()
      const { transport } = await against(
        (_request, response) => {
          response.statusCode = ++count < 3 ? 503 : 200
          response.end('{}')
        },
        { meter, clock },
      )
      const signedAt: number[] = []
      const auth = (): Headers => {
        signedAt.push(clock.nowMs())
        return {}
      }
      const sending = transport.send({ ...read, auth })
      let settled = false
      sending.finally(() => {
        settled = true
      })
      for (await quiet(); !settled; await quiet()) clock.advance()
      expect((await sending).status).to.equal(200)
      expect(ended.map(({ kind }) => kind)).to.deep.equal(['answered', 'answered', 'answered'])
      expect(signedAt[2]).to.be.at.least(500)
    })

    it('sends nothing when the call is given up while it waits', async () => {
      const meter = aMeter()
      const { seen, transport } = await against((_request, response) => response.end('{}'), { meter, clock })
      await transport.send(read)
      await transport.send(read)
      const stop = new AbortController()
      const sending = failureOf(transport.send({ ...order, signal: stop.signal }))
      await quiet()
      stop.abort()
      expect([(await sending).code, (await sending).sent]).to.deep.equal(['ABORTED', 'no'])
      expect(seen).to.have.length(2)
      expect(availability).to.deep.equal([true, true])
    })

    it('looks once more after it waited, and then sends nothing, takes no room, and blames nobody', async () => {
      const meter = aMeter()
      const { seen, transport } = await against((_request, response) => response.end('{}'), { meter, clock })
      await transport.send(read)
      await transport.send(read)
      let isHalted = false
      const lastLook: LastLook = () => Promise.resolve(isHalted ? 'HALTED' : null)
      const sending = failureOf(transport.send({ ...order, lastLook }))
      await quiet()
      isHalted = true
      clock.advance()
      const { code, sent } = await sending
      expect([code, sent]).to.deep.equal(['HALTED', 'no'])
      expect(seen).to.have.length(2)
      expect(ended.map(({ kind }) => kind)).to.deep.equal(['answered', 'answered', 'unsent'])
      expect(availability).to.deep.equal([true, true])
    })

    it('tells the budget what came of each attempt', async () => {
      const meter = aMeter()
      const { transport } = await against((request) => request.socket.destroy(), { meter, clock })
      await failureOf(transport.send(order))
      const { server, url } = await listen(() => {})
      await new Promise((resolve) => server.close(resolve))
      await failureOf(to(url, { meter, clock }).send(order))
      expect(ended.map(({ kind }) => kind)).to.deep.equal(['lost', 'unsent'])
    })

    it('sends a call again that was turned away if it makes an order smaller, and never an order', async () => {
      const attempts: Record<string, number> = {}
      for (const priority of ['cancel', 'order'] as const) {
        const permit = { charge: { priority, costs: [] }, sentAtMs: 0, end: () => undefined }
        const meter: Meter = {
          priorityOf: () => priority,
          admit: () => ({ kind: 'admitted', permit }),
          settle: (_call, _permit, end) => (end.kind === 'answered' && end.status === 429 ? 'not_executed' : 'taken'),
        }
        const { seen, transport } = await against(
          (_request, response) => {
            response.statusCode = 429
            response.end('{}')
          },
          { meter },
        )
        await transport.send(order)
        attempts[priority] = seen.length
      }
      expect(attempts).to.deep.equal({ cancel: 6, order: 1 })
    })

    it('gives the place back when the signer fails', async () => {
      const meter = aMeter()
      const { transport } = await against((_request, response) => response.end('{}'), { meter, clock })
      const auth = (): Headers => {
        throw new RangeError('no key')
      }
      for (let i = 0; i < 5; i++) await transport.send({ ...order, auth }).catch(() => undefined)
      expect((await transport.send(order)).status).to.equal(200)
    })

    it('says why an order was held back and that nothing was sent, and does not blame the venue', async () => {
      const meter: Meter = {
        priorityOf: () => 'order',
        admit: () => ({ kind: 'refused', code: 'RATE_BUDGET_SPENT' }),
        settle: () => 'taken',
      }
      const { seen, transport } = await against((_request, response) => response.end('{}'), { meter })
      const failure = await failureOf(transport.send(order))
      expect([failure.kind, failure.sent, failure.code]).to.deep.equal(['rate_limited', 'no', 'RATE_BUDGET_SPENT'])
      expect(failure.message).to.match(/the price could be stale .*Nothing was sent/)
      expect(failure.suggestions).to.have.length(1)
      expect([seen.length, availability.length]).to.deep.equal([0, 0])
    })
  })

  it('passes on what the signer throws, without sending', async () => {
    const { seen, transport } = await against((_request, response) => response.end('{}'))
    const sending = transport.send({
      ...order,
      auth: () => {
        throw new RangeError('no key')
      },
    })
    const outcome: unknown = await sending.catch((error: unknown) => error)
    expect(outcome).to.be.instanceOf(RangeError)
    expect(seen).to.have.length(0)
  })

  it('reports what a tape refused to let out as not sent, in its words, once', async () => {
    let calls = 0
    const refusal = new ToolkitError({ code: 'DRIFT', category: 'drift', message: 'Not on the tape.' })
    const { seen, transport } = await against((_request, response) => response.end('{}'), {
      attachTape: (instance) => {
        instance.defaults.adapter = (config) => {
          calls += 1
          const error = Object.assign(new Error('refused', { cause: refusal }), {
            isAxiosError: true,
            code: 'ECONNREFUSED',
          })
          return Promise.reject(Object.assign(error, { config }))
        }
      },
    })
    const failure = await failureOf(transport.send(read))
    expect([failure.code, failure.sent, failure.message]).to.deep.equal(['DRIFT', 'no', 'Not on the tape.'])
    expect([calls, seen.length, availability.length]).to.deep.equal([1, 0, 0])
  })

  it('hands its instance to the tape once, and every attempt passes the wrapped adapter', async () => {
    let attached = 0
    const taped: string[] = []
    const { transport } = await against(
      (_request, response) => {
        response.statusCode = taped.length === 1 ? 503 : 200
        response.end('{}')
      },
      {
        attachTape: (instance) => {
          attached += 1
          const inner = instance.defaults.adapter
          if (typeof inner !== 'function') throw new Error('the adapter is not a function')
          instance.defaults.adapter = (config) => {
            taped.push(`${config.method} ${config.url} ${config.crosstape?.endpoint}`)
            return inner(config)
          }
        },
      },
    )
    await transport.send(read)
    await transport.send(read)
    expect(attached).to.equal(1)
    expect(taped).to.have.length(3)
    expect(taped[0]).to.match(/^get http:\/\/127.*\/v2\/markets list_markets$/)
  })
})
