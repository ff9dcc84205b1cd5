import dgram from 'node:dgram'
import dns, { lookup } from 'node:dns'
import { createServer, get, type Server } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import net from 'node:net'
import tls from 'node:tls'
import axios from 'axios'
import { expect } from 'chai'
import WebSocket from 'ws'
import { type NetworkSeal, sealNetwork } from '../../src/capture/replay/replay-seal.ts'

describe('a sealed process', () => {
  let server: Server
  let port: number
  let reached: number
  let seal: NetworkSeal

  beforeEach(async () => {
    reached = 0
    server = createServer((_request, response) => response.end('ok'))
    server.on('connection', () => {
      reached += 1
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    port = typeof address === 'object' && address !== null ? address.port : 0
    seal = sealNetwork()
  })
  afterEach(async () => {
    seal.release()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  const failureOf = (emitter: { once(event: 'error', listener: (error: Error) => void): unknown }): Promise<unknown> =>
    new Promise((resolve) => emitter.once('error', resolve))
  const callback = (start: (done: (error: unknown) => void) => void): Promise<unknown> => new Promise(start)
  const rejection = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => 'it went through',
      (error: unknown) => error,
    )

  const ways: Readonly<Record<string, () => Promise<unknown>>> = {
    'net.connect': () => failureOf(net.connect(port, '127.0.0.1')),
    'a socket that connects itself': () => failureOf(new net.Socket().connect({ port, host: '127.0.0.1' })),
    'a local socket': () => failureOf(net.connect('/tmp/crosstape-no-such-socket')),
    'tls.connect': () => failureOf(tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false })),
    'node:http': () => failureOf(get(`http://127.0.0.1:${port}/`)),
    'node:http2': () => failureOf(connectHttp2(`http://127.0.0.1:${port}`)),
    fetch: async () => Reflect.get(Object(await rejection(fetch(`http://127.0.0.1:${port}/`))), 'cause'),
    axios: async () => {
      const error = await rejection(axios.get(`http://127.0.0.1:${port}/`, { proxy: false }))
      return Reflect.get(Object(error), 'cause') ?? error
    },
    'a web socket': () => failureOf(new WebSocket(`ws://127.0.0.1:${port}/`)),
    'a datagram': () =>
      callback((done) => {
        const socket = dgram.createSocket('udp4')
        socket.send('x', port, '127.0.0.1', (error) => {
          socket.close()
          done(error)
        })
      }),
    'dns.lookup': () => callback((done) => dns.lookup('venue.example', done)),
    'a lookup imported by name': () => callback((done) => lookup('venue.example', done)),
    'dns.resolve4': () => callback((done) => dns.resolve4('venue.example', done)),
    'dns.promises': () => rejection(dns.promises.lookup('venue.example')),
    'a resolver of its own': () => callback((done) => new dns.Resolver().resolve4('venue.example', done)),
  }

  for (const [name, leave] of Object.entries(ways)) {
    it(`lets nothing out by ${name}`, async () => {
      const error = await leave()
      expect(error).to.include({ code: 'REPLAY_SEALED' })
      expect(reached).to.equal(0)
      expect(seal.attempts()).to.not.deep.equal([])
    })
  }

  it('says where something wanted to go', async () => {
    await failureOf(net.connect(port, '127.0.0.1'))
    await callback((done) => dns.lookup('venue.example', done))
    expect(seal.attempts().map(({ what }) => what)).to.deep.equal([
      `connect to 127.0.0.1:${port}`,
      'look up venue.example',
    ])
  })

  it('is open again when the last seal is released, and not before', async () => {
    const other = sealNetwork()
    seal.release()
    expect(await failureOf(net.connect(port, '127.0.0.1'))).to.include({ code: 'REPLAY_SEALED' })
    other.release()
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).to.equal('ok')
    expect(seal.attempts()).to.deep.equal([])
  })
})
