import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { WebSocketServer } from 'ws'
import { type SocketUser, StreamSocket } from '../../../src/clients/streams/socket.ts'
import { systemClock } from '../../../src/runtime/clock.ts'
import { seededRandom } from '../../../src/runtime/random.ts'

/** A venue that accepts sockets, and does nothing that it is not told to. */
async function aVenue(onConnect: (attempt: number, heard: (text: string) => void) => void) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  let attempts = 0
  const heard: string[] = []
  const signatures: unknown[] = []
  server.on('connection', (socket, request) => {
    signatures.push(request.headers['x-signature'])
    socket.on('message', (data) => heard.push(String(data)))
    onConnect(++attempts, (text) => socket.send(text))
  })
  const { port } = server.address() as AddressInfo
  const close = () => {
    for (const socket of server.clients) socket.terminate()
    server.close()
  }
  opened.push(close)
  return { url: `ws://127.0.0.1:${port}/`, heard, signatures, close }
}

function connect(url: string, user: Partial<SocketUser>) {
  const states: string[] = []
  let signature = 0
  const socket = new StreamSocket(
    {
      venue: 'kalshi',
      name: 'test',
      url,
      baseUrl: url,
      clock: systemClock,
      random: seededRandom('stream-socket'),
      headers: () => ({ 'x-signature': String(++signature) }),
      silenceLimitMs: 200,
      heartbeat: { text: 'PING', everyMs: 50 },
      onState: ({ state }) => states.push(state.kind === 'waiting' ? state.reason : state.kind),
    },
    { opened: () => [], received: () => [], lost: () => undefined, tick: () => ({ kind: 'send', texts: [] }), ...user },
  )
  socket.start()
  opened.push(() => socket.close())
  return { socket, states }
}

/** What a test opened: a failing one must not keep the process. */
const opened: (() => unknown)[] = []

async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 150 && !isSo(); turn++) await systemClock.sleep(10)
  expect(isSo()).to.equal(true)
}

describe('a connection that keeps itself alive', () => {
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close()
  })

  it('gives up one that stays open and silent, and signs the next handshake afresh', async () => {
    let lost = 0
    const venue = await aVenue((attempt, say) => {
      if (attempt > 1) say('hello')
    })
    const received: string[] = []
    const { socket, states } = connect(venue.url, {
      opened: () => ['subscribe'],
      received: (text) => {
        received.push(text)
        return []
      },
      lost: () => lost++,
    })
    const subscriptions = () => venue.heard.filter((text) => text === 'subscribe').length
    await until(() => received.length > 0 && subscriptions() === 2 && venue.heard.includes('PING'))
    expect(states.slice(0, 5)).to.deep.equal(['connecting', 'up', 'nothing was heard for 200 ms', 'connecting', 'up'])
    expect(venue.signatures.slice(0, 2)).to.deep.equal(['1', '2'])
    expect(socket.silentForMs).to.be.a('number')
    expect(lost).to.equal(socket.reconnects)
    await socket.close()
    expect(socket.state.kind).to.equal('closed')
    venue.close()
  })

  it('tries again where nobody listens, until it is closed', async () => {
    const venue = await aVenue(() => undefined)
    venue.close()
    const { socket, states } = connect(venue.url, {})
    await until(() => socket.reconnects >= 2)
    expect(states.find((state) => state.includes('ECONNREFUSED'))).to.not.equal(undefined)
    await socket.close()
    expect(socket.state.kind).to.equal('closed')
  })

  it('begins anew when its user finds that nothing good comes of it any more', async () => {
    let ticks = 0
    const venue = await aVenue((_attempt, say) => say('hello'))
    const { socket, states } = connect(venue.url, {
      tick: () => (++ticks === 1 ? { kind: 'reconnect', reason: 'a subscription ended' } : { kind: 'send', texts: [] }),
    })
    await until(() => socket.reconnects === 1)
    expect(states).to.include('a subscription ended')
    await socket.close()
    venue.close()
  })
})
