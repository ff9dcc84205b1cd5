import { expect } from 'chai'
import { loadPolymarketAccount, type PolymarketAccount } from '../../../src/clients/polymarket/account.ts'
import { l2Signature } from '../../../src/clients/polymarket/auth-l2.ts'
import { createPolymarketClient } from '../../../src/clients/polymarket/client.ts'
import type { PolymarketClientOptions } from '../../../src/clients/polymarket/options.ts'
import { parsePrice, parseQuantity } from '../../../src/domain/amounts.ts'
import { ToolkitError, VenueError } from '../../../src/domain/errors.ts'
import type { Market } from '../../../src/domain/market.ts'
import type { OrderIntent } from '../../../src/domain/order.ts'
import type { PreparedOrder, VenueClient } from '../../../src/domain/venue.ts'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import { reportIn, verdictOf } from '../../support/lookups.ts'
import {
  aClobMarket,
  anIntent,
  anOrder,
  approve,
  aRow,
  CONDITION,
  marketFrom,
  NO_TOKEN,
  NOW_MS,
  TEST_ADDRESS,
  TEST_KEY,
  YES_TOKEN,
} from './builders.ts'
import { type ScriptedServer, startScriptedServer } from './scripted-server.ts'

const credentials = {
  apiKey: '11111111-2222-3333-4444-555555555555',
  secret: Buffer.from('a test secret of thirty-two bytes').toString('base64'),
  passphrase: 'pass',
}

let server: ScriptedServer
let clock: VirtualClock
let account: PolymarketAccount
const market: Market = marketFrom()

function clientFor(changes: Partial<PolymarketClientOptions> = {}): VenueClient {
  return createPolymarketClient({
    urls: { clob: server.url, gamma: server.url, data: server.url },
    account,
    clock,
    timeoutMs: 2_000,
    userAgent: 'crosstape-test',
    ...changes,
  })
}

async function prepared(
  client: VenueClient,
  changes: Partial<OrderIntent> = {},
): Promise<PreparedOrder & { id: string }> {
  const order = await client.prepareOrder(approve(anIntent(changes)), market)
  if (order.venueOrderId === null) throw new Error('no id')
  return Object.assign(order, { id: order.venueOrderId })
}

async function rejection(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it did not fail')
}

beforeEach(async () => {
  server = await startScriptedServer()
  clock = new VirtualClock(NOW_MS)
  account = await loadPolymarketAccount({ privateKey: TEST_KEY, credentials })
})
afterEach(() => server.close())

describe('polymarket client: orders', () => {
  it('gives an intent the same id whenever it is prepared', async () => {
    const [first, second] = [await prepared(clientFor()), await prepared(clientFor())]
    expect(first.id).to.match(/^0x[0-9a-f]{64}$/)
    expect(second.id).to.equal(first.id)
    expect(second.preview).to.deep.equal(first.preview)
  })

  it('sends the signed body once, under a login over exactly that text', async () => {
    const client = clientFor()
    const order = await prepared(client)
    server.script = {
      'POST /order': () => ({ json: { success: true, errorMsg: '', orderID: order.id, status: 'live' } }),
    }
    expect(await client.placeOrder(order)).to.have.nested.include({ kind: 'accepted', 'report.status': 'resting' })
    const [sent] = server.seen
    if (sent === undefined) throw new Error('nothing sent')
    const timestampS = Number(sent.headers.poly_timestamp)
    expect(timestampS).to.equal(NOW_MS / 1000)
    expect(sent.headers).to.include({
      poly_address: TEST_ADDRESS,
      poly_api_key: credentials.apiKey,
      poly_passphrase: 'pass',
      poly_signature: l2Signature(credentials.secret, { timestampS, method: 'POST', path: '/order', body: sent.body }),
    })
    expect(JSON.parse(sent.body)).to.have.nested.include({ owner: credentials.apiKey, 'order.maker': TEST_ADDRESS })
  })

  it('never sends again when the answer is lost, and calls the order unknown', async () => {
    server.script = { 'POST /order': () => 'drop' }
    const client = clientFor()
    expect(await client.placeOrder(await prepared(client))).to.include({ kind: 'unknown' })
    expect(server.count('POST /order')).to.equal(1)
  })

  for (const status of [425, 500, 502]) {
    it(`never sends again after ${status}`, async () => {
      server.script = { 'POST /order': () => ({ status, text: '' }) }
      const client = clientFor()
      expect(await client.placeOrder(await prepared(client))).to.include({ kind: 'unknown' })
      expect(server.count('POST /order')).to.equal(1)
    })
  }

  it('knows that nothing was sent when there is no connection', async () => {
    const client = clientFor({ urls: { clob: 'http://127.0.0.1:1', gamma: server.url, data: server.url } })
    expect(await client.placeOrder(await prepared(client))).to.include({ kind: 'not_sent', code: 'NOT_CONNECTED' })
  })

  it('derives the API key once, creating it only when there is none', async () => {
    account = await loadPolymarketAccount({ privateKey: TEST_KEY })
    const secrets: string[] = []
    const client = clientFor({ onSecrets: (values) => secrets.push(...values) })
    server.script = {
      'GET /auth/derive-api-key': () => ({ status: 400, json: { error: 'Could not derive api key!' } }),
      'POST /auth/api-key': () => ({ json: credentials }),
      'GET /balance-allowance': () => ({ json: { balance: '12500000', allowances: {} } }),
    }
    const [balance] = await Promise.all([client.getBalance(), client.getBalance()])
    expect(balance.available).to.equal(12_500_000n)
    expect([server.count('GET /auth/derive-api-key'), server.count('POST /auth/api-key')]).to.deep.equal([1, 1])
    expect(server.seen[0]?.headers).to.include({ poly_nonce: '0', poly_address: TEST_ADDRESS })
    expect(secrets).to.include(credentials.secret)
  })

  it('sends no order when the login cannot be had', async () => {
    account = await loadPolymarketAccount({ privateKey: TEST_KEY })
    server.script = {
      'GET /auth/derive-api-key': () => ({ status: 401, json: { error: 'Invalid L1 Request headers' } }),
    }
    const client = clientFor()
    expect(await client.placeOrder(await prepared(client))).to.include({ kind: 'not_sent' })
    expect([server.count('POST /auth/api-key'), server.count('POST /order')]).to.deep.equal([0, 0])
  })

  it('names the settings when there is no account', async () => {
    const client = clientFor({ account: null })
    const error = await rejection(client.getBalance())
    expect(error).to.be.instanceOf(ToolkitError).and.include({ code: 'POLYMARKET_NO_ACCOUNT', category: 'usage' })
  })

  it('keeps keys and signatures out of what it throws', async () => {
    server.script = {
      'GET /balance-allowance': () => ({ status: 401, json: { error: 'Unauthorized/Invalid api key' } }),
    }
    const error = await rejection(clientFor().getBalance())
    expect(error).to.be.instanceOf(VenueError).and.include({ kind: 'auth' })
    const printed = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String(error.cause)
    for (const secret of [credentials.secret, credentials.apiKey, TEST_KEY.slice(2)]) {
      expect(printed).not.to.contain(secret)
    }
  })
})

describe('polymarket client: cancels', () => {
  const id = `0x${'ab'.repeat(32)}`
  const order = anOrder(anIntent(), id)

  it('name the order in a signed body', async () => {
    server.script = { 'DELETE /order': () => ({ json: { canceled: [id], not_canceled: {} } }) }
    expect(await clientFor().cancelOrder(order, market)).to.deep.equal({ kind: 'cancelled', reducedBy: null })
    expect(server.seen[0]?.body).to.equal(`{"orderID":"${id}"}`)
  })

  it('are unknown when the answer is lost, and are not repeated', async () => {
    server.script = { 'DELETE /order': () => 'drop' }
    expect(await clientFor().cancelOrder(order, market)).to.include({ kind: 'unknown' })
    expect(server.seen.length).to.equal(1)
  })

  it('of everything say how many', async () => {
    server.script = { 'DELETE /cancel-all': () => ({ json: { canceled: ['a', 'b'], not_canceled: {} } }) }
    expect(await clientFor().cancelAll()).to.deep.equal({ cancelled: 2 })
  })
})

const wireOrder = {
  id: `0x${'ab'.repeat(32)}`,
  status: 'LIVE',
  market: CONDITION,
  asset_id: NO_TOKEN,
  side: 'BUY',
  original_size: '10',
  size_matched: '4',
  price: '0.55',
  associate_trades: [],
}
const wireTrade = {
  id: 't-1',
  taker_order_id: wireOrder.id,
  market: CONDITION,
  asset_id: YES_TOKEN,
  side: 'BUY',
  size: '10',
  price: '0.45',
  status: 'CONFIRMED',
  match_time: String(NOW_MS / 1000),
  maker_address: TEST_ADDRESS,
  maker_orders: [],
  trader_side: 'TAKER',
}
const emptyPage = { limit: 100, count: 0, next_cursor: 'LTE=', data: [] }
const catalogue = { 'GET /markets/keyset': () => ({ json: { markets: [aRow()] } }) } as const

describe('polymarket client: reads of the account', () => {
  const order = anOrder(anIntent(), wireOrder.id)

  for (const [what, answer] of [
    ['null', { text: 'null' }],
    ['nothing', { text: '' }],
    ['an empty text', { text: '""' }],
    ['404', { status: 404, json: { error: 'not found' } }],
  ] as const) {
    it(`take ${what} for an order as not shown`, async () => {
      server.script = { 'GET /data/order/*': () => answer }
      expect(await clientFor().getOrder(order, market)).to.equal(null)
    })
  }

  it('join an order with its executions', async () => {
    const matched = {
      ...wireOrder,
      asset_id: YES_TOKEN,
      status: 'MATCHED',
      size_matched: '10',
      associate_trades: ['t-1'],
    }
    server.script = {
      'GET /data/order/*': () => ({ json: matched }),
      'GET /data/trades': () => ({ json: { ...emptyPage, data: [wireTrade] } }),
    }
    const report = await clientFor().getOrder(order, market)
    expect(report).to.include({ status: 'filled', provisional: false, averagePrice: parsePrice('0.45') })
    expect(server.seen[1]?.query.get('market')).to.equal(CONDITION)
  })

  it('refuse the record of another order', async () => {
    server.script = { 'GET /data/order/*': () => ({ json: { ...wireOrder, id: `0x${'cd'.repeat(32)}` } }) }
    expect(await rejection(clientFor().getOrder(order, market))).to.include({ kind: 'undecodable' })
  })

  it('follow the cursor to the end mark, without the query in the login', async () => {
    server.script = {
      ...catalogue,
      'GET /data/orders': ({ query }) => ({
        json:
          query.get('next_cursor') === 'MA=='
            ? { next_cursor: 'MTAw', data: [wireOrder] }
            : { next_cursor: 'LTE=', data: [{ ...wireOrder, id: '0x2', asset_id: YES_TOKEN, price: '0.4' }] },
      }),
    }
    const open = await clientFor().listOpenOrders()
    expect(open.map((one) => [one.market, one.outcome, one.remainingQuantity])).to.deep.equal([
      ['polymarket:fed-cuts-december', 'no', parseQuantity('6')],
      ['polymarket:fed-cuts-december', 'yes', parseQuantity('6')],
    ])
    const [first] = server.seen
    const call = { timestampS: NOW_MS / 1000, method: 'GET', path: '/data/orders', body: '' }
    expect(first?.headers.poly_signature).to.equal(l2Signature(credentials.secret, call))
  })

  it('stop at a cursor that comes back', async () => {
    server.script = { 'GET /data/orders': () => ({ json: { next_cursor: 'MA==', data: [] } }) }
    expect(await clientFor().listOpenOrders()).to.deep.equal([])
    expect(server.count('GET /data/orders')).to.equal(1)
  })

  it('list executions of the account since a time', async () => {
    server.script = { ...catalogue, 'GET /data/trades': () => ({ json: { ...emptyPage, data: [wireTrade] } }) }
    const fills = await clientFor().listFills({ sinceMs: NOW_MS - 60_000 })
    expect(fills.map((fill) => [fill.id, fill.market, fill.finality])).to.deep.equal([
      [`t-1:${wireOrder.id}`, 'polymarket:fed-cuts-december', 'final'],
    ])
    expect(server.seen[0]?.query.get('after')).to.equal(String(NOW_MS / 1000 - 61))
  })

  it('fail rather than leave out an execution in a market that the catalogue does not know', async () => {
    server.script = {
      'GET /markets/keyset': () => ({ json: { markets: [] } }),
      'GET /data/trades': () => ({ json: { ...emptyPage, data: [wireTrade] } }),
    }
    expect(await rejection(clientFor().listFills({}))).to.include({ kind: 'not_found' })
  })

  it('list holdings of the maker wallet, over all pages', async () => {
    const row = {
      token_id: YES_TOKEN,
      condition_id: CONDITION,
      current_size: 12.340000000000002,
      slug: 'a-b',
      outcome_index: 1,
    }
    server.script = {
      ...catalogue,
      'GET /v2/positions': ({ query }) => ({
        json: query.has('cursor')
          ? {
              data: [
                { ...row, slug: '', outcome_index: 999 },
                { ...row, current_size: 0 },
              ],
              pagination: { next_cursor: null },
            }
          : { data: [row], pagination: { next_cursor: 'next' } },
      }),
    }
    expect(await clientFor().listPositions()).to.deep.equal([
      { market: 'polymarket:a-b', outcome: 'no', quantity: parseQuantity('12.34') },
      { market: 'polymarket:fed-cuts-december', outcome: 'yes', quantity: parseQuantity('12.34') },
    ])
    expect(server.seen[1]?.query.get('user')).to.equal(TEST_ADDRESS)
  })

  it('read the balance in millionths', async () => {
    server.script = { 'GET /balance-allowance': () => ({ json: { balance: '5', allowance: '0' } }) }
    expect((await clientFor().getBalance()).available).to.equal(5n)
    expect(server.seen[0]?.query.get('signature_type')).to.equal('0')
  })
})

describe('polymarket client: market data', () => {
  it('needs neither key nor ethers', async () => {
    server.script = {
      'GET /markets/slug/*': () => ({ json: aRow() }),
      'GET /clob-markets/*': () => ({ json: aClobMarket() }),
    }
    let asked = false
    const client = clientFor({
      account: () => {
        asked = true
        return Promise.resolve(null)
      },
    })
    expect((await client.getMarket('fed-cuts-december')).untradableReason).to.equal(null)
    expect(asked).to.equal(false)
  })

  it('finds a market by condition id, closed ones included', async () => {
    server.script = {
      'GET /markets/keyset': ({ query }) => ({
        json: { markets: query.get('closed') === 'true' ? [aRow({ closed: true })] : [] },
      }),
      'GET /clob-markets/*': () => ({ status: 404, json: { error: 'market not found' } }),
    }
    expect(await clientFor().getMarket(CONDITION)).to.include({ symbol: 'fed-cuts-december', status: 'closed' })
  })

  it('says that a market does not exist', async () => {
    expect(await rejection(clientFor().getMarket('no-such-market'))).to.include({
      kind: 'not_found',
      code: 'MARKET_NOT_FOUND',
    })
  })

  it('shows a market that the order service does not know yet as untradable', async () => {
    server.script = {
      'GET /markets/slug/*': () => ({ json: aRow() }),
      'GET /clob-markets/*': () => ({ status: 404, json: { error: 'market not found' } }),
    }
    expect((await clientFor().getMarket('fed-cuts-december')).untradableReason).to.contain('order service')
  })

  it('sorts the book, which comes with the best level last', async () => {
    server.script = {
      'GET /book': () => ({
        json: {
          asset_id: YES_TOKEN,
          bids: [
            { price: '0.01', size: '100' },
            { price: '0.44', size: '7.5' },
          ],
          asks: [
            { price: '0.99', size: '1' },
            { price: '0.46', size: '20' },
          ],
        },
      }),
    }
    const book = await clientFor().getBook(market)
    expect([book.bids[0]?.price, book.asks[0]?.price]).to.deep.equal([parsePrice('0.44'), parsePrice('0.46')])
    expect(book.capturedAtMs).to.equal(NOW_MS)
  })

  it('has no book for a market that has none, or for another token’s', async () => {
    const error = { error: 'No orderbook exists for the requested token id' }
    server.script = { 'GET /book': () => ({ status: 404, json: error }) }
    expect(await rejection(clientFor().getBook(market))).to.include({ kind: 'not_found' })
    server.script = { 'GET /book': () => ({ json: { asset_id: NO_TOKEN, bids: [], asks: [] } }) }
    expect(await rejection(clientFor().getBook(market))).to.include({ kind: 'not_found' })
  })

  it('lists pages until there is no cursor, by status and up to a limit', async () => {
    const rows = (start: number) => [0, 1, 2].map((n) => aRow({ slug: `m-${start + n}`, acceptingOrders: n !== 1 }))
    server.script = {
      'GET /markets/keyset': ({ query }) => ({
        json: query.has('after_cursor') ? { markets: rows(3) } : { markets: rows(0), next_cursor: 'c1' },
      }),
    }
    const slugs = async (query: Parameters<VenueClient['listMarkets']>[0]): Promise<string[]> => {
      const all: string[] = []
      for await (const page of clientFor().listMarkets(query)) all.push(...page.map((one) => one.symbol))
      return all
    }
    expect(await slugs({ status: 'open' })).to.deep.equal(['m-0', 'm-2', 'm-3', 'm-5'])
    expect(await slugs({ status: 'paused' })).to.deep.equal(['m-1', 'm-4'])
    expect(await slugs({ status: 'open', limit: 3 })).to.deep.equal(['m-0', 'm-2', 'm-3'])
    expect(server.seen[0]?.query.get('end_date_min')).to.match(/T00:00:00.000Z$/)
  })

  it('calls an answer that is no catalogue unreadable', async () => {
    server.script = { 'GET /markets/slug/*': () => ({ text: '<html></html>' }) }
    expect(await rejection(clientFor().getMarket('x'))).to.include({ kind: 'undecodable' })
  })
})

describe('polymarket client: an order whose answer was lost', () => {
  const order = anOrder(anIntent(), wireOrder.id)

  it('is found by its id', async () => {
    server.script = { 'GET /data/order/*': () => ({ json: { ...wireOrder, asset_id: YES_TOKEN, size_matched: '0' } }) }
    expect(reportIn(await clientFor().findOrder(order, market)).status).to.equal('resting')
    expect(server.count('DELETE /order')).to.equal(0)
  })

  it('is found by its executions when the record is not shown', async () => {
    server.script = {
      'GET /data/order/*': () => ({ text: 'null' }),
      'GET /data/trades': () => ({ json: { ...emptyPage, data: [wireTrade] } }),
    }
    expect(reportIn(await clientFor().findOrder(order, market)).status).to.equal('filled')
  })

  it('is found late, without a cancel', async () => {
    server.script = {
      'GET /data/order/*': () =>
        clock.nowMs() < NOW_MS + 20_000
          ? { text: 'null' }
          : { json: { ...wireOrder, asset_id: YES_TOKEN, size_matched: '0' } },
      'GET /data/trades': () => ({ json: emptyPage }),
    }
    expect(verdictOf(await clientFor().findOrder(order, market))).to.equal('found')
    expect(server.count('DELETE /order')).to.equal(0)
  })

  function neverShown(cancel: unknown): void {
    server.script = {
      'GET /data/order/*': () => ({ text: 'null' }),
      'GET /data/trades': () => ({ json: emptyPage }),
      'DELETE /order': () => ({ json: cancel }),
    }
  }

  it('is absent only after 30 s and a cancel that does not find it', async () => {
    neverShown({ canceled: [], not_canceled: { [wireOrder.id]: 'Order not found or already canceled' } })
    expect(verdictOf(await clientFor().findOrder(order, market))).to.equal('absent')
    expect(clock.nowMs()).to.be.at.least(NOW_MS + 30_000)
    expect(server.count('DELETE /order')).to.equal(1)
  })

  it('is not absent when the cancel finds it, or says that it matched', async () => {
    neverShown({ canceled: [wireOrder.id], not_canceled: {} })
    expect(verdictOf(await clientFor().findOrder(order, market))).to.equal('not_seen')
    neverShown({ canceled: [], not_canceled: { [wireOrder.id]: 'Order already matched' } })
    expect(verdictOf(await clientFor().findOrder(order, market))).to.equal('not_seen')
  })

  it('is looked for several times even long after the attempt', async () => {
    neverShown({ canceled: [], not_canceled: { [wireOrder.id]: 'Order not found or already canceled' } })
    clock.advanceTo(NOW_MS + 3_600_000)
    await clientFor().findOrder(order, market)
    expect(server.count(`GET /data/order/${wireOrder.id}`)).to.be.at.least(3)
  })

  it('is not concluded on when the search is given up', async () => {
    neverShown({ canceled: [], not_canceled: {} })
    const stop = new AbortController()
    const impatient = {
      nowMs: () => clock.nowMs(),
      monotonicMs: () => clock.monotonicMs(),
      sleep: () => {
        stop.abort()
        return Promise.resolve()
      },
    }
    const lookup = await clientFor({ clock: impatient }).findOrder(order, market, { signal: stop.signal })
    expect(verdictOf(lookup)).to.equal('not_seen')
    expect(server.count('DELETE /order')).to.equal(0)
  })
})

describe('polymarket client: what a resolved market paid', () => {
  function resolution(changes: Readonly<Record<string, unknown>> = {}): void {
    const row = { condition_id: CONDITION, status: 'resolved', payouts: [1_000_000, 0], reporter: 'UMA_OO', ...changes }
    server.script = { 'GET /v2/resolutions': () => ({ json: { data: [row], pagination: { next_cursor: null } } }) }
  }

  it('is told for each outcome, and for nobody in particular', async () => {
    resolution({ payouts: [500_000, 500_000] })
    expect(await clientFor().getSettlement(market)).to.deep.equal({
      market: market.id,
      payout: { yes: 500_000n, no: 500_000n },
      paidFor: null,
      time: null,
    })
    expect(server.seen[0]?.query.get('condition')).to.equal(CONDITION)
  })

  for (const [what, changes] of [
    ['a proposal that can still be disputed', { status: 'proposed' }],
    ['a dispute', { status: 'disputed' }],
    ['payouts that make no dollar', { payouts: [600_000, 600_000] }],
    ['no payouts', { payouts: [] }],
    ['another market', { condition_id: `0x${'99'.repeat(32)}` }],
  ] as const) {
    it(`is not known from ${what}`, async () => {
      resolution(changes)
      expect(await clientFor().getSettlement(market)).to.equal(null)
    })
  }
})
