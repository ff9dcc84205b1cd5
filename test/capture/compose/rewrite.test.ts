import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { rewriteEntry } from '../../../src/capture/compose/rewrite.ts'
import {
  describeExchange,
  describeRequest,
  type ExchangeEntry,
  type LiveRequest,
} from '../../../src/capture/format/exchange.ts'

const text = '{"order_id":"o-1"}'
const bytes = gzipSync(text)
const packing = [{ name: 'content-encoding', value: 'gzip' }]

function packedEntry(): ExchangeEntry {
  const live: LiveRequest = {
    alias: { venue: 'kalshi', service: 'rest', baseUrl: 'http://127.0.0.1:9' },
    basePath: '',
    endpoint: { name: 'orders', content: 'account', isOrder: true, places: true },
    method: 'POST',
    url: new URL('http://127.0.0.1:9/portfolio/events/orders'),
    headers: packing,
    body: text,
    wire: bytes,
  }
  const result = { status: 201, statusText: '', headers: packing, body: text, wire: bytes }
  const when = { startedAtMs: 0, durationMs: 1, inFlight: [], isObserved: false, seq: 1 }
  return describeExchange({ ...when, live, described: describeRequest(live), result })
}

describe('an exchange that is put into a scene', () => {
  it('loses the compressed bytes of a text that is another one, and says so', () => {
    const rewritten = rewriteEntry(packedEntry(), { responseText: () => '{"order_id":"o-22"}' })
    expect(rewritten.response.content).to.deep.include({ size: 19, _wire: { missing: 'rewritten' } })
    expect(rewritten.request.postData?._wire).to.deep.equal({ text: bytes.toString('base64'), encoding: 'base64' })
  })
})
