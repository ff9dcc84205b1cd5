import { readFileSync, writeFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { AxiosInstance, AxiosRequestConfig } from 'axios'
import { expect } from 'chai'
import { type ExchangeEntry, recordedWire } from '../../src/capture/format/exchange.ts'
import { accepts, travelledBody } from '../../src/capture/format/packed-body.ts'
import { loadRecording } from '../../src/capture/read/recording.ts'
import { verifyRecording } from '../../src/capture/read/verify.ts'
import { openReplay } from '../../src/capture/replay/replay-tape.ts'
import { exchangeFiles, makeInstance, openTestTape, readEntry, temporaryFolder, Venue } from './harness.ts'

const text = JSON.stringify({ orders: [], cursor: 'c'.repeat(2000) })
const orders = '/portfolio/orders'
/** Neither gzip nor a text. */
const noGzip = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x41])

describe('a compressed body', () => {
  it('is read without its codings, the last one first, and keeps its bytes', () => {
    for (const [coding, bytes] of [
      ['gzip', gzipSync(text)],
      ['X-GZIP', gzipSync(text)],
      ['br', brotliCompressSync(text)],
      ['deflate', deflateSync(text)],
      ['deflate', deflateRawSync(text)],
      ['gzip, br', brotliCompressSync(gzipSync(text))],
    ] as const) {
      expect(travelledBody(bytes, coding), coding).to.deep.equal({ body: text, wire: bytes })
    }
  })

  it('is none without a coding that changes the bytes', () => {
    expect(travelledBody(Buffer.from(text), 'identity')).to.deep.equal({ body: text })
    expect(travelledBody(Buffer.from([0xff, 0xfe]), null)).to.deep.equal({ body: Buffer.from([0xff, 0xfe]) })
    expect(travelledBody(Buffer.alloc(0), 'gzip')).to.deep.equal({ body: '' })
    // Headers that are wrong.
    expect(travelledBody(Buffer.from(text), 'utf-8')).to.deep.equal({ body: text })
    expect(travelledBody(Buffer.from(text), 'gzip')).to.deep.equal({ body: text })
  })

  it('that does not unpack, or unpacks to more than a tape holds, is not judged by its text', () => {
    const half = gzipSync(text).subarray(0, 20)
    expect(travelledBody(half, 'gzip')).to.deep.equal({ body: half, wire: 'unreadable' })
    expect(travelledBody(half, 'zstd')).to.deep.equal({ body: half, wire: 'unreadable' })
    expect(travelledBody(gzipSync(Buffer.alloc(5000)), 'gzip', 4999)).to.deep.equal({ body: '', wire: 'too_large' })
  })

  it('is given to a client that says it can read it', () => {
    expect(accepts('gzip, deflate', 'gzip')).to.equal(true)
    expect(accepts('br;q=1.0, *;q=0.1', 'gzip')).to.equal(true)
    expect(accepts('gzip;q=0, *', 'gzip')).to.equal(false)
    expect(accepts('gzip', 'gzip, br')).to.equal(false)
    expect(accepts(null, 'gzip')).to.equal(false)
  })
})

describe('compressed bodies on a tape', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let venue: Venue
  let answer: (response: ServerResponse) => void

  beforeEach(async () => {
    folder = temporaryFolder()
    venue = await Venue.start((_request, response) => answer(response))
  })
  afterEach(async () => {
    await venue.stop()
    folder.remove()
  })

  const answersWith = (bytes: Buffer, coding = 'gzip'): void => {
    const headers = { 'content-type': 'application/json', 'content-encoding': coding }
    answer = (response) => response.writeHead(200, headers).end(bytes)
  }
  type Told = { readonly data?: unknown; readonly headers?: object; readonly code?: string }
  const ask = (instance: AxiosInstance, path: string, config: AxiosRequestConfig): Promise<Told> =>
    instance.get(`${venue.kalshi.baseUrl}${path}`, config).then(
      ({ data, headers }) => ({ data, headers: { ...headers } }),
      ({ code }) => ({ code: String(code) }),
    )

  /** Asks without a tape, on one, and of its replay. */
  async function threeWays(path = orders, config: AxiosRequestConfig = {}) {
    const plain = await ask(makeInstance(), path, config)
    const tape = await openTestTape(folder.path, { filter: 'all' })
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    const taped = await ask(instance, path, config)
    await tape.close('done')
    const replay = openReplay([loadRecording('test', folder.path)])
    const player = makeInstance()
    replay.attach(player, venue.kalshi)
    const replayed = await ask(player, path, config)
    await replay.close()
    return { plain, taped, replayed }
  }
  const directory = (): string => join(folder.path, 'test')
  const entry = (file = '001_GET_kalshi_orders.json'): ExchangeEntry => readEntry(directory(), file)

  for (const [coding, pack] of [['gzip', gzipSync] as const, ['br', brotliCompressSync] as const]) {
    it(`are kept as they came as ${coding}, beside their text, and change nothing for the caller`, async () => {
      const packed = pack(text)
      answersWith(packed, coding)
      const { plain, taped, replayed } = await threeWays()
      expect(taped).to.deep.equal({ ...plain, headers: { ...taped.headers } })
      expect([plain.data, taped.data, replayed.data]).to.deep.equal([text, text, text])
      for (const { headers } of [plain, taped, replayed]) expect(headers).not.to.have.property('content-encoding')
      const { response } = entry()
      expect(recordedWire(response.content)).to.deep.equal(packed)
      expect(response.content).to.include({ text, size: text.length, compression: text.length - packed.length })
      expect(response).to.include({ bodySize: packed.length })
      expect(verifyRecording(directory())).to.deep.include({ status: 'whole', problems: [] })
    })
  }

  it('reach a caller that unpacks them itself as they came, also in a replay', async () => {
    const packed = gzipSync(text)
    answersWith(packed)
    const config = { decompress: false, responseType: 'arraybuffer' } as const
    for (const { data, headers } of Object.values<Told>(await threeWays(orders, config))) {
      expect(data).to.deep.equal(packed)
      expect(headers).to.include({ 'content-encoding': 'gzip' })
    }
  })

  it('lose their bytes where the text had to be redacted, and say so', async () => {
    answersWith(gzipSync('{"orders":[],"member_name":"Somebody Known"}'))
    const { taped } = await threeWays()
    expect(taped.data).to.contain('Somebody Known')
    const { content } = entry().response
    expect(content).to.deep.include({
      text: '{"orders":[],"member_name":"{{kalshi.member_name}}"}',
      _wire: { missing: 'redacted' },
    })
    expect(verifyRecording(directory()).problems).to.deep.equal([])
  })

  it('are not recorded when a known secret stands behind what they unpack to', async () => {
    const secret = 'a-secret-nobody-may-see'
    const name = Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3])
    // The name of a file, which gzip can carry.
    answersWith(Buffer.concat([name, Buffer.from(`${secret}\0`), gzipSync(text).subarray(10)]))
    const tape = await openTestTape(folder.path, { secrets: [secret] })
    const instance = makeInstance()
    tape.attach(instance, venue.kalshi)
    expect((await ask(instance, orders, {})).data).to.equal(text)
    expect((await tape.close('done')).problems.map(({ what }) => what)).to.deep.equal([
      'a known secret stands in the response; it was not recorded',
    ])
    expect(exchangeFiles(tape.directory)).to.deep.equal([])
  })

  it('that nobody can unpack are withheld where they may be private', async () => {
    answersWith(noGzip)
    const { plain, taped } = await threeWays()
    expect([plain.code, taped.code]).to.deep.equal(['Z_DATA_ERROR', 'Z_DATA_ERROR'])
    expect(entry().response.content).to.deep.include({
      text: '{{kalshi.unreadable_body}}',
      _wire: { missing: 'unreadable' },
    })
    expect(verifyRecording(directory()).problems).to.deep.equal([])
  })

  it('that nobody can unpack are kept where they are public', async () => {
    answersWith(noGzip)
    await threeWays('/markets')
    const { content } = entry('001_GET_kalshi_markets.json').response
    expect(recordedWire(content)).to.deep.equal(noGzip)
    expect(content).to.include({ encoding: 'base64' })
    expect(verifyRecording(directory()).problems).to.deep.equal([])
  })

  it('that are no compressed bodies at all are texts on the tape, and to the caller what axios makes of them', async () => {
    answersWith(Buffer.from('{"orders":[],"pin":"0000"}'))
    const { plain, taped } = await threeWays()
    expect([plain.code, taped.code]).to.deep.equal(['Z_DATA_ERROR', 'Z_DATA_ERROR'])
    expect(entry().response.content).to.include({ text: '{"orders":[],"pin":"{{kalshi.pin}}"}' })
    expect(entry().response.content).not.to.have.property('_wire')
  })

  it('that break off are what axios makes of them', async () => {
    answersWith(gzipSync(JSON.stringify({ orders: Array.from({ length: 500 }, (_, n) => ({ n })) })).subarray(0, 600))
    const { plain, taped } = await threeWays('/markets')
    expect(String(plain.data).slice(0, 12)).to.equal('{"orders":[{')
    expect(taped.data).to.equal(plain.data)
  })

  it('that unpack to more than the caller wants are the same error', async () => {
    answersWith(gzipSync(Buffer.alloc(100_000)))
    const { plain, taped, replayed } = await threeWays(orders, { maxContentLength: 10_000 })
    expect([plain, taped, replayed]).to.deep.equal(Array(3).fill({ code: 'ERR_BAD_RESPONSE' }))
  })

  it('are named when their bytes and their text say different things', async () => {
    answersWith(gzipSync(text))
    await threeWays()
    const path = join(directory(), '001_GET_kalshi_orders.json')
    const changed = readFileSync(path, 'utf8').replace(
      gzipSync(text).toString('base64'),
      gzipSync('{"orders":[1]}').toString('base64'),
    )
    writeFileSync(path, changed)
    expect(verifyRecording(directory()).problems).to.deep.include({
      file: '001_GET_kalshi_orders.json',
      where: 'response.content._wire',
      what: 'the compressed bytes do not unpack to the text beside them',
    })
  })
})
