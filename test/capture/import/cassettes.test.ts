import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { temporaryFolder } from '../harness.ts'
import { entriesOf, importFrom, importText } from './foreign.ts'

const packed = gzipSync('{"fills":[{"price":0.10000000000000000001}]}').toString('base64')

const vcrpy = `interactions:
- request:
    body: null
    headers:
      KALSHI-ACCESS-KEY: [the-key]
      Accept: ['*/*']
    method: GET
    uri: https://demo-api.kalshi.co/trade-api/v2/portfolio/fills?limit=5
  response:
    body:
      string: '{"fills":[{"count":103,"price":0.0400,"yes_price_fixed":"0.0400"}]}'
    headers:
      Date: ['Sun, 23 Nov 2025 21:27:01 GMT']
    status: {code: 200, message: OK}
- request:
    body: '{"count":1}'
    headers: {}
    method: POST
    uri: https://demo-api.kalshi.co/trade-api/v2/portfolio/orders
  response:
    body:
      string: !!binary |
        ${packed}
    headers:
      content-encoding: [gzip]
      Date: ['Sun, 23 Nov 2025 21:27:02 GMT']
    status: {code: 200, message: OK}
version: 1
`

const ruby = `---
http_interactions:
- request:
    method: get
    uri: https://clob.polymarket.com/time
    body: {encoding: US-ASCII, string: ''}
    headers: {Accept: ['*/*']}
  response:
    status: {code: 200, message: OK}
    headers: {}
    body: {encoding: UTF-8, string: '1768944180'}
    http_version:
  recorded_at: Tue, 20 Jan 2026 21:23:00 GMT
recorded_with: VCR 6.1.0
`

const exchangeFile = (sequence: number, price: string): string => `{
  "captured_at": "2026-01-20T06:14:4${sequence}.774085+00:00",
  "latency_ms": 200,
  "request": {
    "method": "POST",
    "url": "https://trading-api.kalshi.com/trade-api/v2/portfolio/orders",
    "headers": { "content-type": "application/json" },
    "body": {
      "count": 1.0, "text": "a  b\\" c", "yes_price": ${price}
    }
  },
  "response": {
    "status": 201,
    "headers": { "content-length": "999" },
    "body_raw": "{\\"order\\": {\\"yes_price\\": ${price}}}",
    "body_parsed": {}
  }
}`

describe('recordings of test suites and of older harnesses', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('a cassette of vcrpy: dated by the venue, numbers as they were written, bodies unpacked', async () => {
    const report = await importText(folder.path, 'fills.yaml', vcrpy)
    expect(report).to.include({ format: 'vcr', creator: 'vcrpy', exchanges: 2 })
    const [fills, order] = entriesOf(report)
    expect(fills).to.include({ startedDateTime: '2025-11-23T21:27:01.000Z', _endpoint: 'fills' })
    expect(fills?.response.content.text).to.equal('{"fills":[{"count":103,"price":0.0400,"yes_price_fixed":"0.0400"}]}')
    expect(fills?.request.headers[0]).to.deep.equal({ name: 'kalshi-access-key', value: '{{kalshi.key}}' })
    expect(order?.request.postData?.text).to.equal('{"count":1}')
    expect(order?.response.content.text).to.equal('{"fills":[{"price":0.10000000000000000001}]}')
    expect(order?.response.content._wire).to.deep.equal({ text: packed, encoding: 'base64' })
  })

  it('a cassette of Ruby', async () => {
    const report = await importText(folder.path, 'time.yml', ruby)
    expect(report).to.include({ format: 'vcr', creator: 'VCR 6.1.0' })
    const [time] = entriesOf(report)
    expect(time).to.include({ startedDateTime: '2026-01-20T21:23:00.000Z', _endpoint: 'time' })
    expect(time?.response.content.text).to.equal('1768944180')
  })

  it('files of one exchange each, in the order of their times', async () => {
    const source = join(folder.path, 'session_2026-01-19_live')
    mkdirSync(source)
    writeFileSync(join(source, '001_POST_kalshi_orders.json'), exchangeFile(5, '45.50'))
    writeFileSync(join(source, '002_POST_kalshi_orders.json'), exchangeFile(4, '0.10000000000000000001'))
    writeFileSync(join(source, 'manifest.json'), '{}')
    writeFileSync(join(source, 'notes.json'), '{}')
    const report = await importFrom(source, folder.path)
    expect(report).to.deep.include({
      session: 'session_2026-01-19_live',
      format: 'exchange_files',
      exchanges: 2,
      notes: ['notes.json holds no recording: it was left out.'],
    })
    const [first, second] = entriesOf(report)
    expect(first?.request.postData?.text).to.equal(
      '{"count":1.0,"text":"{{kalshi.text}}","yes_price":0.10000000000000000001}',
    )
    expect(first?.response.content.text).to.equal('{"order": {"yes_price": 0.10000000000000000001}}')
    expect(second).to.deep.include({ time: 200, startedDateTime: '2026-01-20T06:14:45.774Z' })
  })

  for (const [file, text, why] of [
    ['a.json', '{"some":"thing"}', 'it is not an HTTP archive'],
    ['a.yaml', 'a: [1,', 'a.yaml: Flow sequence'],
    ['a.har', '{"log":', 'it is not an HTTP archive'],
  ] as const) {
    it(`refuses ${file} with ${text}`, async () => {
      const refusal = await importText(folder.path, file, text).catch((error: unknown) => error)
      expect(refusal).to.be.instanceOf(ToolkitError).with.property('message').that.contains(why)
    })
  }

  it('refuses what is not there', async () => {
    const refusal = await importFrom(join(folder.path, 'none.har'), folder.path).catch((error: unknown) => error)
    expect(refusal).to.be.instanceOf(ToolkitError).with.property('code', 'IMPORT_UNREADABLE')
  })
})
