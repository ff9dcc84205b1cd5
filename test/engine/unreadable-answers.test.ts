import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { expect } from 'chai'
import { perVenue } from '../../src/domain/market.ts'
import { reconcile } from '../../src/engine/reconcile/reconcile.ts'
import { withValue } from '../clients/decoding.ts'
import { aWorld, marketOf, place, type TestWorld } from '../support/session.ts'

type Change = (json: unknown) => unknown

/** Stands in front of the sandbox and changes what it answers to one call. Everything else passes as it is. */
interface Spoiler {
  readonly origin: string
  /** E.g. `POST /portfolio/events/orders`. */
  spoil(call: string, change: Change): void
  close(): void
}

const ofTheConnection: readonly string[] = ['host', 'connection', 'content-length']

async function startSpoiler(target: string): Promise<Spoiler> {
  const changes = new Map<string, Change>()
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(Buffer.from(part))
    const passedOn = Object.entries(request.headers).filter(([name]) => !ofTheConnection.includes(name))
    const answer = await fetch(`${target}${request.url}`, {
      method: request.method ?? 'GET',
      headers: passedOn.map(([name, value]): [string, string] => [name, String(value)]),
      ...(parts.length === 0 ? {} : { body: Buffer.concat(parts) }),
    })
    const text = await answer.text()
    const change = changes.get(`${request.method} ${request.url?.replace(/^\/trade-api\/v2|\?.*$/g, '')}`)
    const date = answer.headers.get('date') ?? ''
    response.writeHead(answer.status, { 'content-type': 'application/json', date })
    response.end(change === undefined ? text : JSON.stringify(change(JSON.parse(text))))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${portOf(server)}`,
    spoil: (call, change) => changes.set(call, change),
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen')
  return address.port
}

const CREATE = 'POST /portfolio/events/orders'

describe('answers that cannot be read', () => {
  let world: TestWorld
  let spoiler: Spoiler

  beforeEach(async () => {
    world = await aWorld()
    await world.control.setBook(marketOf.kalshi, { bids: [['0.44', '30']], asks: [['0.46', '10']] })
    spoiler = await startSpoiler(new URL(world.sandbox.kalshi.rest).origin)
  })
  afterEach(async () => {
    spoiler.close()
    await world.close()
  })

  function open() {
    const { venues } = world.settings()
    const urls = { ...venues.kalshi.urls, rest: `${spoiler.origin}/trade-api/v2` }
    return world.open({
      venues: perVenue((venue) => (venue === 'kalshi' ? { ...venues.kalshi, urls } : venues[venue])),
    })
  }

  it('read like any other with members that nobody knows', async () => {
    spoiler.spoil(CREATE, (json) => withValue(json, 'fill_price_in_euros', { cents: 12 }))
    const { order } = await place(await open(), { quantity: '10', price: '0.46' })
    expect([order.status, order.bookedQuantity]).to.deep.equal(['filled', 10_000_000n])
  })

  for (const [what, change] of [
    ['no count', (json) => withValue(json, 'fill_count', undefined)],
    ['null for a count', (json) => withValue(json, 'fill_count', null)],
    ['a number for a count', (json) => withValue(json, 'fill_count', 10)],
    ['empty text for a count', (json) => withValue(json, 'remaining_count', '')],
    ['words for a price', (json) => withValue(json, 'average_fill_price', 'cheap')],
  ] as readonly [string, Change][]) {
    it(`with ${what} leave the order unknown in the journal, until it is found`, async () => {
      spoiler.spoil(CREATE, change)
      const session = await open()
      const { order } = await place(session, { quantity: '10', price: '0.46' })
      expect([order.status, order.filledQuantity, order.bookedQuantity]).to.deep.equal(['unknown', 0n, 0n])
      await session[Symbol.asyncDispose]()
      const next = await open()
      expect(next.trading.ledger.state.openOrders.get(order.intent.id)?.status).to.equal('unknown')
      const { settled } = await reconcile(next.trading, { order: order.intent.id, fix: false, venues: ['kalshi'] })
      expect(settled.map(({ to }) => to)).to.deep.equal(['filled'])
    })
  }

  it('about the fills leave the order as it was answered, with nothing booked', async () => {
    spoiler.spoil('GET /portfolio/fills', (json) => withValue(json, 'fills.0.fee_cost', undefined))
    const { order } = await place(await open(), { quantity: '10', price: '0.46' })
    expect([order.status, order.filledQuantity, order.bookedQuantity, order.fees]).to.deep.equal([
      'filled',
      10_000_000n,
      0n,
      null,
    ])
  })
})
