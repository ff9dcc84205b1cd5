import { get } from 'node:http'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { kalshiOrder } from '../harness.ts'
import { makeTapes, serving, type Tapes } from './tapes.ts'

const text = '{"orders":[{"order_id":"o-1","client_order_id":"the-first-of-all"}]}'
const packed = gzipSync(text)

interface Answered {
  readonly coding: string | undefined
  readonly length: string | undefined
  readonly body: Buffer
}

/** The answer as it is on the wire. */
function fetchBytes(url: string, acceptEncoding: string): Promise<Answered> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'accept-encoding': acceptEncoding } }, async (response) => {
      const body = Buffer.concat(await response.toArray())
      resolve({ coding: response.headers['content-encoding'], length: response.headers['content-length'], body })
    }).on('error', reject)
  })
}

describe('a served tape with compressed answers', () => {
  let tapes: Tapes
  beforeEach(async () => {
    tapes = makeTapes()
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    await tapes.record(
      'packed',
      (_request, response) => response.writeHead(200, headers).end(packed),
      async ({ send }) => {
        await send('kalshi', 'GET', '/portfolio/orders')
        await send('kalshi', 'POST', '/portfolio/events/orders', {
          ...kalshiOrder,
          client_order_id: 'the-first-of-all',
        })
        await send('kalshi', 'GET', '/portfolio/orders')
      },
    )
  })
  afterEach(() => tapes.remove())

  it('gives them as they came to a client that can read them, and the text to one that cannot', async () => {
    await serving(
      tapes,
      ['packed'],
      async ({ kalshi }) => {
        const url = `${kalshi.rest}/portfolio/orders`
        expect(await fetchBytes(url, 'br, gzip')).to.deep.equal({
          coding: 'gzip',
          length: String(packed.length),
          body: packed,
        })
        expect(await fetchBytes(url, 'identity')).to.deep.equal({
          coding: undefined,
          length: String(text.length),
          body: Buffer.from(text),
        })
      },
      { mode: 'by-endpoint' },
    )
  })

  it('gives the text where it had to put in an id of this run', async () => {
    await serving(tapes, ['packed'], async ({ kalshi }) => {
      await fetchBytes(`${kalshi.rest}/portfolio/orders`, 'gzip')
      const body = JSON.stringify({ ...kalshiOrder, client_order_id: 'the-one-of-this-run' })
      await fetch(`${kalshi.rest}/portfolio/events/orders`, { method: 'POST', body })
      const last = await fetchBytes(`${kalshi.rest}/portfolio/orders`, 'gzip')
      expect(last.coding).to.equal(undefined)
      expect(last.body.toString()).to.equal(text.replace('the-first-of-all', 'the-one-of-this-run'))
      expect(last.length).to.equal(String(last.body.length))
    })
  })
})
