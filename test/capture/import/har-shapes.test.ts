import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { expect } from 'chai'
import { loadRecording } from '../../../src/capture/read/recording.ts'
import { temporaryFolder } from '../harness.ts'
import { entriesOf, importFrom, importText } from './foreign.ts'

const base = 'https://external-api.kalshi.com/trade-api/v2'
const orders = `${base}/portfolio/events/orders`
const json = { name: 'Content-Type', value: 'application/json' }

const log = (name: string, ...entries: readonly object[]): object => ({
  log: { version: '1.2', creator: { name }, entries },
})

/** What exporters write differently, each in the shape of its own files. */
describe('an HTTP archive in the shape of', () => {
  let folder: ReturnType<typeof temporaryFolder>
  beforeEach(() => {
    folder = temporaryFolder()
  })
  afterEach(() => folder.remove())

  it('Fiddler: a byte order mark, seven digits of a second, forms as parameters, no text of a body', async () => {
    const entry = {
      startedDateTime: '2026-11-20T10:00:00.1234567+01:00',
      time: 31,
      request: {
        bodySize: 12,
        method: 'POST',
        url: `${base}/markets`,
        headers: [{ name: 'Host', value: 'external-api.kalshi.com' }],
        postData: {
          params: [{ name: 'a', value: '1 2' }, { name: 'b' }],
          mimeType: 'application/x-www-form-urlencoded',
        },
        cookies: [],
        queryString: [],
      },
      response: {
        content: { size: 2, mimeType: 'application/json', text: '{}' },
        headers: [json, { name: 'Transfer-Encoding', value: 'chunked' }],
        headersSize: 120,
        bodySize: -1,
        statusText: 'OK',
        status: 200,
      },
      timings: { ssl: -1, connect: 0, send: 0, dns: -1, receive: 0, blocked: -1, wait: 31 },
      comment: '[#12]',
    }
    const text = `\uFEFF${JSON.stringify(log('Fiddler', entry))}`
    const [taken] = entriesOf(await importText(folder.path, 'fiddler.har', text))
    expect(taken?.startedDateTime).to.equal('2026-11-20T09:00:00.123Z')
    expect(taken?.request.postData?.text).to.equal('a=1+2&b=')
    expect(taken?.response.content.text).to.equal('{}')
  })

  it('Firefox: a text that is called base64 and is none, a socket without its messages', async () => {
    const started = { startedDateTime: '2026-11-20T10:00:00.000+01:00', time: 5, cache: {}, timings: {} }
    const request = { bodySize: 0, method: 'GET', httpVersion: 'HTTP/2', headers: [json], cookies: [], queryString: [] }
    const response = {
      status: 200,
      statusText: '',
      httpVersion: 'HTTP/2',
      headers: [json],
      headersSize: 100,
      bodySize: 400,
    }
    const content = { mimeType: 'application/json', size: 13, encoding: 'base64', text: '{"orders":[]}' }
    const socket = 'wss://external-api-ws.kalshi.com/trade-api/ws/v2'
    const report = await importText(
      folder.path,
      'firefox.har',
      log(
        'Firefox',
        { ...started, request: { ...request, url: orders }, response: { ...response, content } },
        {
          ...started,
          request: { ...request, url: socket },
          response: { ...response, status: 101, content: { mimeType: 'text/plain', size: 0, text: '' } },
        },
      ),
    )
    expect(entriesOf(report).map(({ response: taken }) => taken.content.text)).to.deep.equal(['{"orders":[]}'])
    expect(
      loadRecording(report.directory, null).streams.map(({ opened, frames }) => [opened?.status, frames]),
    ).to.deep.equal([[101, []]])
    expect(report.notes).to.deep.equal(['entry 2 is a socket: its messages are not in the archive.'])
  })

  it('Chrome: an answer that broke off after its headers has no body that anybody knows', async () => {
    const report = await importText(
      folder.path,
      'chrome.har',
      log('WebInspector', {
        startedDateTime: '2026-11-20T10:00:00.000Z',
        time: 143.9,
        request: {
          method: 'POST',
          url: orders,
          httpVersion: 'http/2.0',
          headers: [{ name: ':authority', value: 'external-api.kalshi.com' }, json],
          bodySize: 17,
          postData: { mimeType: 'application/json', text: '{"count":"1.00"}\n' },
        },
        response: {
          status: 200,
          headers: [json],
          content: { size: 0, mimeType: 'application/json' },
          bodySize: -1,
          _transferSize: 469,
          _error: 'net::ERR_ABORTED',
        },
      }),
    )
    expect(entriesOf(report)[0]?.request.headers.map(({ name }) => name)).to.deep.equal(['content-type'])
    expect(report.notes).to.deep.equal([
      'The source leaves out bodies that were there: such messages are empty on the tape.',
    ])
  })

  it('a program that leaves out a request’s body, or the answer, says neither that there was none', async () => {
    const request = { method: 'POST', url: orders, headers: [json], bodySize: 40 }
    const report = await importText(
      folder.path,
      'half.har',
      log('some proxy', { startedDateTime: '2026-11-20T10:00:00Z', time: -1, request, response: null }),
    )
    const [taken] = entriesOf(report)
    // The order may have arrived.
    expect(taken).to.deep.include({ _outcome: 'reset', _error: { code: 'UNKNOWN', syscall: null } })
    expect(report.notes).to.include(
      'The source leaves out bodies that were there: such messages are empty on the tape.',
    )
  })

  it('mitmproxy: compressed as a whole, no content where there was no answer, null for what it does not know', async () => {
    const entry = {
      startedDateTime: '2026-11-20T10:00:00.423053+00:00',
      time: 12.25,
      request: {
        method: 'DELETE',
        url: `${orders}/o-1`,
        httpVersion: 'HTTP/2.0',
        headers: [{ name: ':path', value: '/' }],
        bodySize: 0,
        postData: { mimeType: '', text: '', params: [] },
      },
      response: { status: 0, statusText: '', headers: [], content: {}, _error: 'Client disconnected.' },
      timings: { connect: null, ssl: null, send: 0, receive: 0, wait: 0 },
    }
    mkdirSync(folder.path, { recursive: true })
    const source = join(folder.path, 'flows.zhar')
    writeFileSync(source, deflateSync(JSON.stringify(log('mitmproxy exporthar', entry))))
    const report = await importFrom(source, folder.path)
    expect(report).to.include({ session: 'flows', exchanges: 1 })
    expect(entriesOf(report)[0]).to.deep.include({ _outcome: 'reset', time: 12.25 })
  })
})
