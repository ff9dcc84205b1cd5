import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import fc from 'fast-check'
import { loadRecording } from '../../../src/capture/read/recording.ts'
import { ToolkitError } from '../../../src/domain/errors.ts'
import { filesOf } from '../har/sessions.ts'
import { temporaryFolder } from '../harness.ts'
import { entriesOf, importText } from './foreign.ts'

const orders = 'https://external-api.kalshi.com/trade-api/v2/portfolio/events/orders'
const secret = 'c2VjcmV0LW9mLXRoZS1hY2NvdW50'

/** An entry with what every exporter writes. */
function entry(
  changes: { readonly request?: object; readonly response?: object; readonly [member: string]: unknown } = {},
) {
  const { request, response, ...rest } = changes
  return {
    startedDateTime: '2026-11-20T10:00:00.000Z',
    time: 12.5,
    request: {
      method: 'GET',
      url: orders,
      httpVersion: 'h2',
      headers: [],
      cookies: [],
      queryString: [],
      headersSize: -1,
      bodySize: 0,
      ...request,
    },
    response: {
      status: 200,
      statusText: '',
      httpVersion: 'h2',
      headers: [],
      cookies: [],
      content: { size: 2, mimeType: 'application/json', text: '{}' },
      redirectURL: '',
      headersSize: -1,
      bodySize: -1,
      ...response,
    },
    cache: {},
    timings: { send: 0, wait: 12.5, receive: 0 },
    ...rest,
  }
}

const har = (creator: string, ...entries: readonly unknown[]): object => ({
  log: { version: '1.2', creator: { name: creator, version: '1' }, pages: [], entries },
})

describe('an HTTP archive from elsewhere', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('of Chrome becomes a session: its calls to the venues, numbered by their start, and nothing else', async () => {
    const report = await importText(
      folder.path,
      'trading day.har',
      har(
        'WebInspector',
        entry({ startedDateTime: '2026-11-20T10:00:01.000Z', _initiator: { type: 'script' }, _priority: 'High' }),
        entry({
          request: {
            method: 'POST',
            headers: [
              { name: ':authority', value: 'external-api.kalshi.com' },
              { name: 'Content-Type', value: 'application/json' },
            ],
            postData: { mimeType: 'application/json', text: '{"price":"0.4500","count":"5.00"}' },
          },
          response: {
            status: 201,
            content: { size: 40, mimeType: 'application/json', text: '{"order_id":"o-1","fill_count":"5.00"}' },
          },
        }),
        entry({ request: { url: 'https://www.googletagmanager.com/gtag.js' } }),
        entry({ request: { method: 'OPTIONS' } }),
      ),
    )
    expect(report).to.deep.include({
      kind: 'taken_in',
      format: 'har',
      session: 'trading-day',
      creator: 'WebInspector 1',
      exchanges: 2,
    })
    expect(report.left).to.deep.equal([
      { reason: 'another host (www.googletagmanager.com)', count: 1 },
      { reason: 'a preflight request of a browser', count: 1 },
    ])
    const [first, second] = entriesOf(report)
    expect(first?.request).to.deep.include({ method: 'POST', url: orders })
    expect(first?.request.headers).to.deep.equal([{ name: 'content-type', value: 'application/json' }])
    expect(first?.request.postData?.text).to.equal('{"price":"0.4500","count":"5.00"}')
    expect(first).to.include({ _seq: 1, _endpoint: 'orders', _service: 'rest', _basePath: '/trade-api/v2', time: 12.5 })
    expect(second).to.include({ _seq: 2, startedDateTime: '2026-11-20T10:00:01.000Z' })
    expect(loadRecording(report.directory, null).manifest).to.deep.include({
      environment: 'live',
      filter: 'all',
      trigger: { kind: 'import', format: 'har', source: 'trading day.har', creator: 'WebInspector 1', unknown: [] },
    })
  })

  it('keeps failures as failures, in the words of each exporter', async () => {
    const failures: readonly (readonly [string | null, string, string])[] = [
      ['net::ERR_CONNECTION_REFUSED', 'refused', 'ECONNREFUSED'],
      ['net::ERR_NAME_NOT_RESOLVED', 'refused', 'ENOTFOUND'],
      ['net::ERR_TIMED_OUT', 'timeout', 'ECONNABORTED'],
      ['net::ERR_ABORTED', 'aborted', 'ERR_CANCELED'],
      ['net::ERR_CONNECTION_RESET', 'reset', 'ECONNRESET'],
      ['server disconnected', 'reset', 'ECONNRESET'],
      // Firefox says nothing: the request may have arrived.
      [null, 'reset', 'UNKNOWN'],
    ]
    const entries = failures.map(([_error]) => entry({ response: { status: 0, _error, content: {} } }))
    const taken = entriesOf(await importText(folder.path, 'a.har', har('mitmproxy', ...entries)))
    expect(taken.map(({ _outcome, _error }) => [_outcome, _error?.code])).to.deep.equal(
      failures.map(([, ...rest]) => rest),
    )
  })

  it('of mitmproxy brings its sockets, whose frames are redacted like ours', async () => {
    const hello = { auth: { apiKey: secret, secret, passphrase: secret }, type: 'user', markets: ['0xab'] }
    const socket = entry({
      request: { url: 'https://ws-subscriptions-clob.polymarket.com/ws/user' },
      response: { status: 101, content: {} },
      _resourceType: 'websocket',
      _webSocketMessages: [
        { type: 'send', time: 1795168800.25, opcode: 1, data: JSON.stringify(hello) },
        { type: 'receive', time: 1795168800.5, opcode: 1, data: 'PONG' },
        { type: 'receive', time: 1795168800.75, opcode: 2, data: Buffer.from([1, 2]).toString('base64') },
      ],
    })
    const report = await importText(folder.path, 'a.har', har('mitmproxy', entry(), socket))
    expect(report).to.include({ exchanges: 1, sockets: 1 })
    entriesOf(report)
    const [stream] = loadRecording(report.directory, null).streams
    expect(stream?.frames.map(({ atMs, type, data }) => [atMs - (stream?.startedAtMs ?? 0), type, data])).to.deep.equal(
      [
        [
          250,
          'send',
          '{"auth":{"apiKey":"{{polymarket.key}}","secret":"{{polymarket.secret}}","passphrase":"{{polymarket.passphrase}}"},"type":"user","markets":["0xab"]}',
        ],
        [500, 'receive', 'PONG'],
        [750, 'receive', '{{polymarket.body}}'],
      ],
    )
    expect(JSON.stringify(filesOf(report.directory))).to.not.contain(secret)
  })

  it('leaves out what carries credentials, and what repeats a secret where it would be kept', async () => {
    const signed = { headers: [{ name: 'KALSHI-ACCESS-KEY', value: secret }] }
    const echo = { status: 400, content: { size: 9, text: `{"error":{"message":"no key ${secret}"}}` } }
    const report = await importText(
      folder.path,
      'a.har',
      har(
        'x',
        entry(),
        entry({ request: { url: 'https://clob.polymarket.com/auth/api-key' } }),
        entry({ request: signed, response: echo }),
      ),
    )
    expect(report.left).to.deep.equal([
      { reason: 'it carries credentials', count: 1 },
      { reason: 'a secret stands where it would be kept', count: 1 },
    ])
    expect(report.exchanges).to.equal(1)
  })

  it('never writes a secret, wherever in private traffic it stands', async () => {
    const url = 'https://external-api.kalshi.com/trade-api/v2'
    const place = fc.constantFrom(
      'header',
      'cookie',
      'query',
      'member',
      'form',
      'page',
      'bytes',
      'nested',
      'user',
      'deep',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(place, { minLength: 1, maxLength: 4 }), async (places) => {
        const own = temporaryFolder()
        try {
          const entries = places.map((where) => secretEntry(where, url))
          const report = await importText(own.path, 'a.har', har('x', entry(), ...entries))
          entriesOf(report)
          const written = JSON.stringify(filesOf(report.directory))
          expect(written).to.not.contain(secret).and.not.contain(Buffer.from(secret).toString('base64').slice(0, 30))
        } finally {
          own.remove()
        }
      }),
      { numRuns: 30 },
    )
  })

  it('says what it does not know instead of making it up', async () => {
    const report = await importText(
      folder.path,
      'a.har',
      har('x', entry({ startedDateTime: 'soon', time: -1, response: { content: { size: 80 } } }), { not: 'an entry' }),
    )
    expect(report.notes).to.deep.equal([
      'entry 2 is not a HAR entry (request): it was left out.',
      'The source does not say when every exchange was made: such stand beside the one before.',
      'The source does not say how long every exchange took: such stand with 0 ms.',
      'The source leaves out bodies that were there: such messages are empty on the tape.',
    ])
    expect(loadRecording(report.directory, null).manifest.trigger).to.deep.include({
      unknown: ['times', 'latencies', 'bodies'],
    })
  })

  it('says that compressed bodies were seen unpacked, and keeps the bytes where an exporter wrote them', async () => {
    const text = '{"orders":[]}'
    const packed = gzipSync(text).toString('base64')
    const headers = [{ name: 'Content-Encoding', value: 'gzip' }]
    const content = (more: object): object => ({
      headers,
      content: { size: 13, mimeType: 'application/json', ...more },
    })
    const report = await importText(
      folder.path,
      'packed.har',
      har(
        'Some proxy',
        entry({ response: content({ text }) }),
        entry({ response: content({ text: Buffer.from(text).toString('base64'), encoding: 'base64' }) }),
        entry({ response: content({ text: packed, encoding: 'base64' }) }),
        entry({ response: content({ text: gzipSync('{"pin":"0000"}').toString('base64'), encoding: 'base64' }) }),
      ),
    )
    const contents = entriesOf(report).map(({ response }) => response.content)
    expect(contents.map((one) => one.text)).to.deep.equal([text, text, text, '{"pin":"{{kalshi.pin}}"}'])
    expect(contents.map(({ _wire }) => _wire)).to.deep.equal([
      { missing: 'unseen' },
      { missing: 'unseen' },
      { text: packed, encoding: 'base64' },
      { missing: 'redacted' },
    ])
  })

  it('is told by the address of this run when it went through a proxy', async () => {
    const report = await importText(
      folder.path,
      'a.har',
      har('x', entry({ request: { url: 'http://127.0.0.1:9/trade-api/v2/markets' } })),
    )
    expect(entriesOf(report)[0]).to.include({ _venue: 'kalshi', _basePath: '/trade-api/v2', _endpoint: 'markets' })
    expect(loadRecording(report.directory, null).manifest.environment).to.equal('sandbox')
  })

  it('that holds nothing of a venue is refused, and leaves nothing behind', async () => {
    const refusal = await importText(
      folder.path,
      'a.har',
      har('x', entry({ request: { url: 'https://example.com/' } })),
    ).catch((error: unknown) => error)
    expect(refusal)
      .to.be.instanceOf(ToolkitError)
      .with.property('message')
      .that.contains('1: another host (example.com)')
    expect(filesOf(folder.path)).to.have.all.keys('a.har')
  })
})

function secretEntry(where: string, url: string): object {
  const body = (text: string): object => ({ content: { size: 1, mimeType: 'x', text } })
  const post = (text: string): object => ({ method: 'POST', postData: { mimeType: 'x', text } })
  switch (where) {
    case 'header':
      return entry({ request: { headers: [{ name: 'X-Account', value: secret }] } })
    case 'cookie':
      return entry({
        request: { cookies: [{ name: 's', value: secret }], headers: [{ name: 'cookie', value: `s=${secret}` }] },
      })
    case 'query':
      return entry({ request: { url: `${url}/portfolio/fills?token=${secret}` } })
    case 'member':
      return entry({ response: body(JSON.stringify({ order: { api_key: secret } })) })
    case 'form':
      return entry({ request: { url: `${url}/login`, ...post(`email=a%40b&password=${secret}`) } })
    case 'page':
      return entry({ response: { status: 503, ...body(`<html>session ${secret}</html>`) } })
    case 'bytes':
      return entry({
        response: {
          content: { size: 1, text: Buffer.from([255, ...Buffer.from(secret)]).toString('base64'), encoding: 'base64' },
        },
      })
    case 'nested':
      return entry({ response: body(JSON.stringify({ orders: [{ new_thing: [{ value: secret }] }] })) })
    case 'user':
      return entry({ request: { url: `https://me:${secret}@external-api.kalshi.com/trade-api/v2/portfolio/fills` } })
    default:
      return entry({ response: body(`${'{"a":'.repeat(300)}"${secret}"${'}'.repeat(300)}`) })
  }
}
