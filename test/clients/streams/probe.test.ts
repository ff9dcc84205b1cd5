import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { WebSocketServer } from 'ws'
import { probeSocket } from '../../../src/clients/streams/probe.ts'

describe('socket check', () => {
  let server: Server
  let sockets: WebSocketServer
  let url: string

  beforeEach(async () => {
    server = createServer()
    sockets = new WebSocketServer({ noServer: true })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`
  })

  afterEach(async () => {
    for (const client of sockets.clients) client.terminate()
    sockets.close()
    await new Promise((resolve) => server.close(resolve))
  })

  const probe = (more: Partial<Parameters<typeof probeSocket>[0]> = {}) =>
    probeSocket({ check: 'venue.socket', url, timeoutMs: 300, ...more })

  function acceptAll(): void {
    server.on('upgrade', (request, socket, head) =>
      sockets.handleUpgrade(request, socket, head, (opened) => sockets.emit('connection', opened)),
    )
  }

  function answerWith(status: string): void {
    server.on('upgrade', (_request, socket) => socket.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`))
  }

  it('passes when the socket opens', async () => {
    acceptAll()
    expect((await probe()).status).to.equal('ok')
  })

  it('waits for the sign of life where one is asked for', async () => {
    acceptAll()
    sockets.on('connection', (opened) =>
      opened.on('message', (text) => opened.send(String(text) === 'PING' ? 'PONG' : 'what?')),
    )
    expect((await probe({ ping: { send: 'PING', expect: 'PONG' } })).status).to.equal('ok')
  })

  it('fails when the socket opens and stays silent', async () => {
    acceptAll()
    const finding = await probe({ ping: { send: 'PING', expect: 'PONG' } })
    expect(finding).to.include({ status: 'problem', cause: 'unreachable' })
    expect(finding.message).to.contain('no sign of life within 300 ms')
  })

  it('tells a refused login from an address that does not answer', async () => {
    answerWith('401 Unauthorized')
    expect((await probe()).cause).to.equal('configuration')
  })

  it('names the status of an answer that is no socket', async () => {
    answerWith('502 Bad Gateway')
    const finding = await probe()
    expect(finding.cause).to.equal('unreachable')
    expect(finding.message).to.contain('502')
  })

  it('fails for an address where nobody listens', async () => {
    expect((await probe({ url: 'ws://127.0.0.1:9/ws' })).cause).to.equal('unreachable')
  })
})
