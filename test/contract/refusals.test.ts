import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { loadKalshiAccount } from '../../src/clients/kalshi/auth.ts'
import { createKalshiClient } from '../../src/clients/kalshi/client.ts'
import { kalshiRefusals } from '../../src/clients/kalshi/refusals.ts'
import { loadPolymarketAccount } from '../../src/clients/polymarket/account.ts'
import { createPolymarketClient } from '../../src/clients/polymarket/client.ts'
import { polymarketRefusals } from '../../src/clients/polymarket/refusals.ts'
import type { Refusal } from '../../src/clients/refusal-table.ts'
import { parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import { VenueError } from '../../src/domain/errors.ts'
import type { Market } from '../../src/domain/market.ts'
import type { ApprovedOrder, OrderIntent } from '../../src/domain/order.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'
import type { Cancellation, Placement, PreparedOrder, VenueClient } from '../../src/domain/venue.ts'
import { isoTime, VirtualClock } from '../../src/runtime/clock.ts'
import { seededIds } from '../../src/runtime/ids.ts'
import { seededRandom } from '../../src/runtime/random.ts'
import { type RunningSandbox, startSandbox } from '../../src/sandbox/serve.ts'

const START_MS = Date.parse('2026-11-20T12:00:00Z')
const ids = seededIds(seededRandom('refusals'))

function intentFor(market: Market, changes: Partial<OrderIntent> = {}): OrderIntent {
  return {
    id: ids.short('o'),
    clientOrderId: ids.uuid(),
    market: market.id,
    outcome: 'yes',
    side: 'buy',
    quantity: parseQuantity('20'),
    price: parsePrice('0.5'),
    timeInForce: 'gtc',
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    purpose: { kind: 'manual' },
    createdAtMs: START_MS,
    ...changes,
  }
}

function prepare(client: VenueClient, market: Market, changes: Partial<OrderIntent> = {}): Promise<PreparedOrder> {
  return client.prepareOrder({ intent: intentFor(market, changes) } as ApprovedOrder, market)
}

async function place(client: VenueClient, market: Market, changes: Partial<OrderIntent> = {}): Promise<Placement> {
  return client.placeOrder(await prepare(client, market, changes))
}

async function placeTwice(client: VenueClient, market: Market): Promise<Placement> {
  const prepared = await prepare(client, market, { price: parsePrice('0.3') })
  const first = await client.placeOrder(prepared)
  expect(first.kind).to.equal('accepted')
  return client.placeOrder(prepared)
}

/** What a row's code looks like to whoever asked. */
function codeOf(answer: Placement | Cancellation): string {
  if (answer.kind === 'duplicate') return 'DUPLICATE_ORDER'
  if (answer.kind === 'accepted' && answer.report.status === 'cancelled') return 'FAK_NO_MATCH'
  return 'code' in answer ? answer.code : answer.kind
}

function control(sandbox: RunningSandbox) {
  return async (what: string, body: unknown, method = 'POST'): Promise<void> => {
    const init = method === 'POST' ? { method, body: JSON.stringify(body) } : { method }
    const response = await fetch(`${sandbox.control}/${what}`, init)
    if (!response.ok) throw new Error(`the sandbox refused ${what}: ${await response.text()}`)
  }
}

async function plainMarket(client: VenueClient, wanted: (market: Market) => boolean): Promise<Market> {
  for await (const page of client.listMarkets({ status: 'open' })) {
    const found = page.find(
      (market) =>
        market.untradableReason === null &&
        market.ladder[0]?.step === parsePrice('0.01') &&
        Date.parse(market.closeTime ?? '') > START_MS + 7 * 86_400_000 &&
        wanted(market),
    )
    if (found !== undefined) return client.getMarket(found.symbol)
  }
  throw new Error('the sandbox has no such market')
}

/** Answers with a row's example in place of the venue, as for a venue that refuses what the sandbox never would. */
async function placeAgainst(
  { examples }: Refusal,
  call: ReturnType<typeof control>,
  attempt: () => Promise<Placement>,
): Promise<Placement> {
  const [example] = examples
  if (example === undefined) throw new Error('no example')
  const { status, body, headers = {} } = example
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  await call('faults', { endpoint: 'place_order', fault: 'status', status, body: text, headers, executed: false })
  return attempt()
}

/** Codes that are no answer to a new order, or stand for what goes wrong before and behind a venue. */
function onlyScripted(table: readonly Refusal[], produced: readonly string[]): readonly Refusal[] {
  return table.filter(({ code, operations }) => operations.includes('place') && !produced.includes(code))
}

describe('kalshi refusals on the sandbox', function () {
  this.timeout(20_000)
  const clock = new VirtualClock(START_MS)
  let sandbox: RunningSandbox
  let client: VenueClient
  let market: Market
  let call: ReturnType<typeof control>

  async function connect(keyId: string, privateKeyPem: string, at = clock): Promise<VenueClient> {
    const account = await loadKalshiAccount({ keyId, privateKeyPem })
    const baseUrl = sandbox.kalshi.rest
    return createKalshiClient({ baseUrl, account, timeoutMs: 5_000, clock: at, userAgent: 'crosstape/test' })
  }

  before(async () => {
    sandbox = await startSandbox({ dataDir: null, clock, seed: 'refusals' })
    call = control(sandbox)
    client = await connect(sandbox.kalshi.apiKeyId, sandbox.kalshi.privateKeyPem)
    market = await plainMarket(client, ({ routing }) => routing.exchangeIndex === '0')
    await call('books', { market: market.id, bids: [['0.4', '10']], asks: [['0.5', '10']] })
  })
  after(() => sandbox?.close())
  afterEach(() => call('exchange', { tradingActive: true, exchangeActive: true }))

  const past = isoTime(START_MS - 60_000)
  const scenarios: Readonly<Record<string, () => Promise<Placement | Cancellation>>> = {
    INSUFFICIENT_BALANCE: () =>
      place(client, market, { quantity: parseQuantity('10000000'), price: parsePrice('0.3') }),
    PRICE_OFF_GRID: () => place(client, market, { price: parsePrice('0.305') }),
    POST_ONLY_WOULD_CROSS: () => place(client, market, { postOnly: true }),
    EXPIRY_PASSED: () => place(client, market, { timeInForce: 'gtd', expiresAt: past, price: parsePrice('0.3') }),
    BAD_REQUEST: () => place(client, market, { clientOrderId: 'an.id' }),
    FOK_NOT_FILLED: () => place(client, market, { timeInForce: 'fok' }),
    DUPLICATE_ORDER: () => placeTwice(client, market),
    MARKET_NOT_FOUND: () => {
      const other = { ...market, id: 'kalshi:KXNOSUCH-26-A', symbol: 'KXNOSUCH-26-A' } as const
      return place(client, other)
    },
    ORDER_NOT_FOUND: () => client.cancelOrder(submittedOrder(intentFor(market), ids.uuid(), isoTime(START_MS)), market),
    TRADING_PAUSED: async () => {
      await call('exchange', { tradingActive: false })
      return place(client, market)
    },
    EXCHANGE_PAUSED: async () => {
      await call('exchange', { exchangeActive: false })
      return client.cancelOrder(submittedOrder(intentFor(market), ids.uuid(), isoTime(START_MS)), market)
    },
    MARKET_CLOSED: async () => {
      const other = await plainMarket(client, ({ id }) => id !== market.id)
      await call('markets', { market: other.id, status: 'closed' })
      return place(client, other)
    },
    AUTH_BAD_SIGNATURE: async () => {
      const { privateKey } = generateKeyPairSync('ed25519')
      const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      return place(await connect(sandbox.kalshi.apiKeyId, pem), market)
    },
    AUTH_UNKNOWN_KEY: async () => place(await connect(ids.uuid(), sandbox.kalshi.privateKeyPem), market),
    CLOCK_OFF: async () => {
      const { apiKeyId, privateKeyPem } = sandbox.kalshi
      return place(await connect(apiKeyId, privateKeyPem, new VirtualClock(START_MS - 300_000)), market)
    },
    HTTP_503: async () => {
      await call('faults', { endpoint: 'place_order', fault: 'status', status: 503, executed: true })
      return place(client, market)
    },
    RATE_LIMITED: async () => {
      const strict = await startSandbox({ dataDir: null, clock: new VirtualClock(START_MS), rateLimit: 'basic' })
      try {
        const account = await loadKalshiAccount({
          keyId: strict.kalshi.apiKeyId,
          privateKeyPem: strict.kalshi.privateKeyPem,
        })
        const hasty = createKalshiClient({
          baseUrl: strict.kalshi.rest,
          account,
          timeoutMs: 5_000,
          clock: new VirtualClock(START_MS),
          userAgent: 'crosstape/test',
        })
        const placements: Placement[] = []
        for (let order = 0; order < 12; order++) {
          placements.push(await place(hasty, market, { price: parsePrice('0.01'), quantity: parseQuantity('1') }))
        }
        return placements.at(-1) ?? { kind: 'withheld' }
      } finally {
        await strict.close()
      }
    },
  }

  for (const [code, provoke] of Object.entries(scenarios)) {
    it(`include ${code}`, async () => {
      expect(codeOf(await provoke())).to.equal(code)
    })
  }

  for (const row of onlyScripted(kalshiRefusals, Object.keys(scenarios))) {
    it(`take ${row.code} from a fault rule`, async () => {
      const placement = await placeAgainst(row, call, () => place(client, market))
      expect(codeOf(placement)).to.equal(row.code)
    })
  }

  it('leave a read that needs a login in plain words', async () => {
    const stranger = await connect(ids.uuid(), sandbox.kalshi.privateKeyPem)
    const failure: unknown = await stranger.getBalance().catch((error: unknown) => error)
    expect(failure).to.be.instanceOf(VenueError).and.include({ kind: 'auth' })
  })
})

describe('polymarket refusals on the sandbox', function () {
  this.timeout(20_000)
  const clock = new VirtualClock(START_MS)
  let sandbox: RunningSandbox
  let client: VenueClient
  let market: Market
  let call: ReturnType<typeof control>

  type Settings = Parameters<typeof loadPolymarketAccount>[0]

  function own(): Settings {
    const { privateKey, funder, signatureType } = sandbox.polymarket
    return { privateKey, funder, signatureType: String(signatureType) }
  }

  async function connect(settings: Settings = own()): Promise<VenueClient> {
    const { clob, gamma, data } = sandbox.polymarket
    const account = await loadPolymarketAccount(settings)
    return createPolymarketClient({
      urls: { clob, gamma, data },
      account,
      clock,
      timeoutMs: 5_000,
      userAgent: 'crosstape/test',
    })
  }

  before(async () => {
    sandbox = await startSandbox({ dataDir: null, clock, seed: 'refusals' })
    call = control(sandbox)
    client = await connect()
    market = await plainMarket(client, ({ routing }) => routing.domainVersion === '2' && routing.negRisk === 'false')
    await call('books', { market: market.id, bids: [['0.4', '50']], asks: [['0.5', '10']] })
  })
  after(() => sandbox?.close())

  const otherTick = (step: string): Market => ({
    ...market,
    ladder: market.ladder.map((band) => ({ ...band, step: parsePrice(step) })),
  })
  const scenarios: Readonly<Record<string, () => Promise<Placement | Cancellation>>> = {
    INSUFFICIENT_BALANCE: () => place(client, market, { side: 'sell', price: parsePrice('0.6') }),
    POST_ONLY_WOULD_CROSS: () => place(client, market, { postOnly: true }),
    FOK_NOT_FILLED: () => place(client, market, { timeInForce: 'fok' }),
    FAK_NO_MATCH: () => place(client, market, { timeInForce: 'ioc', price: parsePrice('0.45') }),
    DUPLICATE_ORDER: () => placeTwice(client, market),
    PRICE_OFF_GRID: () => place(client, otherTick('0.001'), { price: parsePrice('0.305') }),
    BELOW_MINIMUM_SIZE: () => place(client, market, { quantity: parseQuantity('1'), price: parsePrice('0.3') }),
    BELOW_MINIMUM_NOTIONAL: async () => {
      await call('books', { market: market.id, bids: [], asks: [['0.05', '50']] })
      return place(client, market, { quantity: parseQuantity('10'), price: parsePrice('0.05') })
    },
    INVALID_EXPIRATION: async () => {
      const expiresAt = isoTime(START_MS + 150_000)
      const prepared = await prepare(client, market, { timeInForce: 'gtd', expiresAt, price: parsePrice('0.03') })
      await call('clock', { advanceMs: 120_000 })
      return client.placeOrder(prepared)
    },
    ORDER_VERSION_MISMATCH: () => place(client, { ...market, routing: { ...market.routing, domainVersion: '3' } }),
    INVALID_SIGNATURE: () => place(client, { ...market, routing: { ...market.routing, negRisk: 'true' } }),
    // The first wallet that anybody makes up: it gets an API key, and may not trade as a plain account.
    MAKER_NOT_ALLOWED: async () => place(await connect({ privateKey: `0x${'11'.repeat(32)}` }), market),
    SIGNER_MISMATCH: async () =>
      place(await connect({ ...own(), funder: `0x${'12'.repeat(20)}`, signatureType: '3' }), market),
    AUTH_REJECTED: async () => {
      const credentials = { apiKey: ids.uuid(), secret: Buffer.from('x').toString('base64'), passphrase: 'p' }
      return place(await connect({ ...own(), credentials }), market)
    },
    MARKET_NOT_READY: async () => {
      const other = await plainMarket(client, ({ id, routing }) => id !== market.id && routing.domainVersion === '2')
      await call('markets', { market: other.id, status: 'paused' })
      return place(client, other)
    },
    INVALID_MARKET: async () => {
      const other = await plainMarket(client, ({ id, routing }) => id !== market.id && routing.domainVersion === '2')
      await call('markets', { market: other.id, status: 'closed' })
      return place(client, other)
    },
    ORDER_NOT_FOUND: () =>
      client.cancelOrder(submittedOrder(intentFor(market), `0x${'ab'.repeat(32)}`, isoTime(START_MS)), market),
    INVALID_ORDER_ID: () => client.cancelOrder(submittedOrder(intentFor(market), 'no-id', isoTime(START_MS)), market),
    ORDER_ENDED: async () => {
      await call('books', { market: market.id, bids: [], asks: [['0.5', '50']] })
      const prepared = await prepare(client, market)
      expect(await client.placeOrder(prepared)).to.have.nested.include({ 'report.status': 'filled' })
      const order = submittedOrder(prepared.approved.intent, prepared.venueOrderId, isoTime(START_MS))
      return client.cancelOrder(order, market)
    },
    WEB_PAGE: async () => {
      await call('faults', { venue: 'polymarket', endpoint: 'place_order', fault: 'html', status: 502 })
      return place(client, market)
    },
  }

  for (const [code, provoke] of Object.entries(scenarios)) {
    it(`include ${code}`, async () => {
      expect(codeOf(await provoke())).to.equal(code)
    })
  }

  for (const row of onlyScripted(polymarketRefusals, Object.keys(scenarios))) {
    it(`take ${row.code} from a fault rule`, async () => {
      const placement = await placeAgainst(row, call, () => place(client, market))
      expect(codeOf(placement)).to.equal(row.code)
    })
  }
})
