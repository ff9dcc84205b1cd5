import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { exportHar } from '../../../src/capture/har/export-har.ts'
import { Chromium, findChromium } from '../../support/chromium.ts'
import { temporaryFolder } from '../harness.ts'
import { asNew, kalshi, recordSession, type ScriptedSocket } from './sessions.ts'

/** The importer of the network panel, as the browser ships it. */
const readHar = (har: string): string => `(async () => {
  const { HARFormat, Importer } = await import('devtools://devtools/bundled/models/har/har.js')
  const requests = Importer.Importer.requestsFromHARLog(new HARFormat.HARRoot(JSON.parse(${JSON.stringify(har)})).log)
  return Promise.all(requests.map(async (request) => {
    const data = await request.requestContentData()
    return {
      url: request.url(),
      method: request.requestMethod,
      status: request.statusCode,
      sent: await request.requestFormData(),
      text: data.isTextContent ? data.text : data.base64,
      ms: Math.round(request.duration * 1000),
      frames: request.frames().map(({ type, text, opCode }) => [type, text, opCode]),
    }
  }))
})()`

const market: ScriptedSocket = {
  path: '/ws/market',
  frames: [
    { type: 'sent', data: '{"type":"market"}', opcode: 1 },
    { type: 'received', data: Buffer.from([1, 2]), opcode: 2 },
  ],
  end: 'closed',
}

describe('an exported archive in Chromium', function () {
  this.timeout(60_000)
  const executable = findChromium()
  const folder = temporaryFolder()
  after(() => folder.remove())

  it('opens in the importer of the network panel', async function () {
    if (executable === null) return this.skip()
    const { directory } = await recordSession(
      folder.path,
      [
        {
          alias: kalshi,
          method: 'POST',
          path: '/portfolio/events/orders',
          request: '{"price":"0.4500"}',
          answer: { status: 201, body: '{"fill_count":"5.00"}' },
          tookMs: 12,
        },
        { alias: kalshi, method: 'GET', path: '/markets/X', request: null, answer: { code: 'ECONNRESET' }, tookMs: 3 },
        {
          alias: kalshi,
          method: 'GET',
          path: '/markets/Y',
          request: null,
          answer: { status: 200, body: Buffer.from([0xff, 0x00, 0x80]) },
          tookMs: 1,
        },
      ],
      { sockets: [market] },
    )
    const har = join(folder.path, 'out.har')
    exportHar(directory, har, asNew)
    const browser = await Chromium.start(executable)
    try {
      const page = await browser.open('devtools://devtools/bundled/devtools_app.html')
      const base = 'https://external-api.kalshi.com/trade-api/v2'
      const get = { method: 'GET', sent: null, frames: [] }
      expect(await page.evaluate(readHar(readFileSync(har, 'utf8')))).to.deep.equal([
        {
          ...get,
          url: 'wss://ws.example/ws/market',
          status: 101,
          text: '',
          ms: 7,
          frames: [
            ['send', '{"type":"market"}', 1],
            ['receive', 'AQI=', 2],
          ],
        },
        {
          ...get,
          url: `${base}/portfolio/events/orders`,
          method: 'POST',
          status: 201,
          sent: '{"price":"0.4500"}',
          text: '{"fill_count":"5.00"}',
          ms: 12,
        },
        { ...get, url: `${base}/markets/X`, status: 0, text: '', ms: 3 },
        { ...get, url: `${base}/markets/Y`, status: 200, text: '/wCA', ms: 1 },
      ])
    } finally {
      await browser.stop()
    }
  })
})
