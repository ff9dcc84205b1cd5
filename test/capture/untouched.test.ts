import { createServer, type Server } from 'node:net'
import { expect } from 'chai'
import type { TapeAlias } from '../../src/capture/format/endpoints.ts'
import { makeInstance, openTestTape, sendOrder, temporaryFolder } from './harness.ts'

/** Notes every byte that a client sends and answers each connection with one small reply. */
async function listen(seen: string[]): Promise<{ readonly server: Server; readonly alias: TapeAlias }> {
  const server = createServer((socket) => {
    let text = ''
    socket.on('data', (part) => {
      text += part.toString('latin1')
      if (!text.endsWith('}')) return
      seen.push(text)
      socket.end('HTTP/1.1 201 Created\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { server, alias: { venue: 'kalshi', service: 'rest', baseUrl: `http://127.0.0.1:${port}/trade-api/v2` } }
}

describe('a request on tape', () => {
  it('leaves byte for byte as it would without a tape', async () => {
    const folder = temporaryFolder()
    const seen: string[] = []
    const { server, alias } = await listen(seen)
    await sendOrder(makeInstance(), alias)
    const tape = await openTestTape(folder.path)
    const instance = makeInstance()
    tape.attach(instance, alias)
    await sendOrder(instance, alias)
    await tape.close('done')
    await sendOrder(instance, alias)
    server.close()
    folder.remove()
    expect(seen).to.have.length(3)
    expect(new Set(seen).size).to.equal(1)
    expect(seen[0]).to.match(/^POST \/trade-api\/v2\/portfolio\/events\/orders HTTP\/1\.1\r\n/)
  })
})
