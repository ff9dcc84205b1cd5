import { expect } from 'chai'
import { type ClobMarket, findMarket, setBook, settling } from '../support/polymarket-markets.ts'
import { type Clob, clobClient, loggedIn, readCredentials } from '../support/polymarket-sdk.ts'
import { ServedSandbox } from '../support/program.ts'
import { at, listAt, textAt } from '../support/read.ts'

type Json = Readonly<Record<string, unknown>>

/** The venue's refusals as the SDK hands them to its caller: an object with `error` and `status` in place of an answer. */
describe('clob-client-v2: refusals', () => {
  let sandbox: ServedSandbox
  let clob: Clob
  let market: ClobMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    clob = await loggedIn(sandbox)
    market = await findMarket(clob)
  })

  beforeEach(() => setBook(sandbox, market, [['0.4', '50']], [['0.45', '20']]))
  afterEach(() => sandbox.clearFaults())

  after(() => sandbox.stop())

  const buy = (price: number, size: number, more: Json = {}) => ({
    tokenID: market.yes,
    price,
    size,
    side: 'BUY',
    ...more,
  })

  const create = async (order: Json, options?: Json): Promise<Json> => asObject(await clob.createOrder(order, options))

  async function refusedWith(posted: Promise<unknown>): Promise<string> {
    const answer = await posted
    expect(at(answer, 'status'), JSON.stringify(answer)).to.equal(400)
    return textAt(answer, 'error')
  }

  function asObject(value: unknown): Json {
    return Object.fromEntries(Object.entries(Object(value)))
  }

  describe('of orders', () => {
    it('more than the balance', async () => {
      const text = await refusedWith(clob.postOrder(await create(buy(0.9, 1_000_000))))
      expect(text).to.match(
        /^not enough balance \/ allowance: the balance is not enough -> balance: \d+, order amount: \d+$/,
      )
    })

    it('a sale of shares that are not there', async () => {
      const text = await refusedWith(clob.postOrder(await create(buy(0.5, 10, { side: 'SELL' }))))
      expect(text).to.include('not enough balance / allowance')
    })

    it('the same signed order twice, which proves that the first one arrived', async () => {
      const order = await create(buy(0.2, 10))
      const first = await clob.postOrder(order)
      const id = textAt(first, 'orderID')
      expect(await refusedWith(clob.postOrder(order))).to.equal(`order ${id} is invalid. Duplicated.`)
    })

    it('a price between two ticks', async () => {
      // Where a tick is no power of ten, the SDK rounds prices to decimals and lets them pass.
      const odd = await findMarket(clob, { tick: '0.005' })
      const order = await create({ tokenID: odd.yes, price: 0.207, size: 10, side: 'BUY' })
      expect(await refusedWith(clob.postOrder(order))).to.match(
        /^order 0x[0-9a-f]{64} is invalid\. Price \(0\.207\) breaks minimum tick size rule: 0\.005$/,
      )
      const local: unknown = await clob.createOrder(buy(0.001, 10)).catch((reason: unknown) => reason)
      expect(local).to.have.property('message', 'invalid price (0.001), min: 0.01 - max: 0.99')
    })

    it('amounts other than those that were signed', async () => {
      const forged = { ...(await create(buy(0.2, 10))), takerAmount: '9999000' }
      expect(await refusedWith(clob.postOrder(forged))).to.equal('invalid signature')
    })

    it('too few shares', async () => {
      const text = await refusedWith(clob.postOrder(await create(buy(0.2, 4))))
      expect(text).to.match(/^order 0x[0-9a-f]{64} is invalid\. Size \(4\) lower than the minimum: 5$/)
    })

    it('a purchase that trades at once and is worth less than a dollar', async () => {
      await setBook(sandbox, market, [], [['0.1', '50']])
      const text = await refusedWith(clob.postOrder(await create(buy(0.1, 5))))
      expect(text).to.equal('invalid amount for a marketable BUY order ($0.5), min size: $1')
    })

    it('an immediate order whose amount is no whole cent', async () => {
      const text = await refusedWith(clob.postOrder(await create(buy(0.45, 13.33)), 'FAK'))
      expect(text).to.equal(
        'invalid amounts, the market buy orders maker amount supports a max accuracy of 2 decimals, taker amount a max of 4 decimals',
      )
    })

    it('fill or kill that cannot be filled whole', async () => {
      const text = await refusedWith(clob.postOrder(await create(buy(0.45, 40)), 'FOK'))
      expect(text).to.equal("order couldn't be fully filled. FOK orders are fully filled or killed.")
    })

    it('fill and kill that finds nothing', async () => {
      const text = await refusedWith(clob.postOrder(await create(buy(0.44, 50)), 'FAK'))
      expect(text).to.equal(
        'no orders found to match with FAK order. FAK orders are partially filled or killed if no match is found.',
      )
    })

    it('post-only across the book; the SDK itself refuses post-only at once', async () => {
      const text = await refusedWith(clob.postOrder(await create(buy(0.45, 10)), 'GTC', true))
      expect(text).to.equal('invalid post-only order: order crosses book')
      const error: unknown = await clob
        .postOrder(await create(buy(0.45, 10)), 'FAK', true)
        .catch((reason: unknown) => reason)
      expect(error).to.have.property('message', 'postOnly is not supported for FOK/FAK orders')
    })

    it('an expiry within three minutes, and one on an order that has none', async () => {
      const nowS = Number(await clob.getServerTime())
      const soon = await create(buy(0.2, 10, { expiration: nowS + 100 }))
      expect(await refusedWith(clob.postOrder(soon, 'GTD'))).to.equal('invalid expiration')
      const later = await create(buy(0.2, 10, { expiration: nowS + 1_000 }))
      expect(await refusedWith(clob.postOrder(later, 'GTC'))).to.equal('invalid expiration')
    })

    it('a signature for the wrong kind of market', async () => {
      const positions = await findMarket(clob, { version: 3 })
      const asTokens = await create({ tokenID: positions.yes, price: 0.2, size: 10, side: 'BUY' })
      expect(await refusedWith(clob.postOrder(asTokens))).to.equal('order_version_mismatch')
      const asPositions = await create(buy(0.2, 10), { version: 3 })
      expect(await refusedWith(clob.postOrder(asPositions))).to.equal('order_version_mismatch')
      const wrongExchange = await create(buy(0.2, 10), { negRisk: true })
      expect(await refusedWith(clob.postOrder(wrongExchange))).to.equal('invalid signature')
    })

    it('an order of the first generation', async () => {
      const old = await create(buy(0.2, 10), { version: 1 })
      expect(await refusedWith(clob.postOrder(old))).to.equal(
        'invalid order version, please use the latest clob-client',
      )
    })

    it('a wallet that the venue does not know', async () => {
      const funderAddress = '0x4444444444444444444444444444444444444444'
      const creds = readCredentials(await clob.deriveApiKey())
      const proxy = await clobClient(sandbox, { creds, signatureType: 1, funderAddress })
      expect(await refusedWith(proxy.postOrder(await proxy.createOrder(buy(0.2, 10))))).to.equal(
        'maker address not allowed, please use the deposit wallet flow',
      )
      const deposit = await clobClient(sandbox, { creds, signatureType: 3, funderAddress })
      expect(await refusedWith(deposit.postOrder(await deposit.createOrder(buy(0.2, 10))))).to.equal(
        'the order signer address has to be the address of the API KEY',
      )
    })

    it('an order that another key signed', async () => {
      const stranger = await clobClient(sandbox, { privateKey: `0x${'77'.repeat(32)}` })
      const order = await stranger.createOrder(buy(0.2, 10))
      expect(await refusedWith(clob.postOrder(order))).to.equal(
        'the order signer address has to be the address of the API KEY',
      )
    })

    it('an order under another key’s name', async () => {
      const creds = readCredentials(await clob.deriveApiKey())
      const second = readCredentials(await (await clobClient(sandbox)).createApiKey(9))
      // Signed in with one key, and saying that the other one owns the order, cannot happen in the SDK.
      const mixed = await clobClient(sandbox, { creds: { ...creds, key: second.key } })
      expect(await mixed.postOrder(await create(buy(0.2, 10)))).to.deep.equal({
        error: 'Unauthorized/Invalid api key',
        status: 401,
      })
    })

    it('more orders in a batch than fifteen', async () => {
      const orders = await Promise.all(Array.from({ length: 16 }, () => create(buy(0.1, 5))))
      const posted = clob.postOrders(orders.map((order) => ({ order, orderType: 'GTC' })))
      expect(await refusedWith(posted)).to.equal('Too many orders in payload: 16, max allowed: 15')
    })

    it('a market that is paused or over', async () => {
      const other = await findMarket(clob, { negRisk: true })
      const order = { tokenID: other.yes, price: 0.2, size: 10, side: 'BUY' }
      await sandbox.setMarket(`polymarket:${other.slug}`, { status: 'paused' })
      expect(await refusedWith(clob.postOrder(await create(order)))).to.equal(
        'the market is not yet ready to process new orders',
      )
      await sandbox.setMarket(`polymarket:${other.slug}`, { status: 'closed' })
      expect(await refusedWith(clob.postOrder(await create(order)))).to.equal('Invalid market')
    })

    it('tokens and conditions that do not exist', async () => {
      const unknown = { ...(await create(buy(0.2, 10))), tokenId: '12345' }
      expect(await refusedWith(clob.postOrder(unknown))).to.equal('Invalid token id')
      expect(await refusedWith(clob.cancelOrder({ orderID: '0x12' }))).to.equal('Invalid orderID')
      expect(await refusedWith(clob.cancelMarketOrders({ market: `0x${'9'.repeat(64)}` }))).to.equal('Invalid market')
      expect(await refusedWith(clob.cancelMarketOrders({ asset_id: '99' }))).to.equal('Invalid token id')
      expect(await refusedWith(clob.getBalanceAllowance({ asset_type: 'GOLD' }))).to.equal('Invalid asset type')
    })
  })

  describe('of logins', () => {
    it('a passphrase, a secret or a key that is not right', async () => {
      const creds = readCredentials(await clob.deriveApiKey())
      const unauthorized = { error: 'Unauthorized/Invalid api key', status: 401 }
      for (const wrong of [{ passphrase: 'x' }, { secret: 'AAAA' }, { key: 'unknown' }]) {
        const other = await clobClient(sandbox, { creds: { ...creds, ...wrong } })
        expect(await other.getApiKeys()).to.deep.equal(unauthorized)
      }
    })

    it('a wallet without a key has none to derive; it may make one and sees nothing', async () => {
      const privateKey = `0x${'88'.repeat(32)}`
      const stranger = await clobClient(sandbox, { privateKey, throwOnError: true })
      const error: unknown = await stranger.deriveApiKey().catch((reason: unknown) => reason)
      expect(error).to.include({ name: 'ApiError', status: 400, message: 'Could not derive api key!' })
      const own = await loggedIn(sandbox, { privateKey })
      expect(await own.getOpenOrders()).to.deep.equal([])
      expect(textAt(await own.getBalanceAllowance({ asset_type: 'COLLATERAL' }), 'balance')).to.equal('0')
    })

    it('a login signed for another chain', async () => {
      const elsewhere = await clobClient(sandbox, { chain: 80_002, throwOnError: true })
      const error: unknown = await elsewhere.deriveApiKey().catch((reason: unknown) => reason)
      expect(error).to.include({ name: 'ApiError', status: 401, message: 'Invalid L1 Request headers' })
    })

    it('throws instead, when the SDK is told to', async () => {
      const strict = await loggedInStrictly()
      const order = await strict.createOrder(buy(0.2, 4))
      const error: unknown = await strict.postOrder(order).catch((reason: unknown) => reason)
      expect(error).to.include({ name: 'ApiError', status: 400 })
    })

    async function loggedInStrictly(): Promise<Clob> {
      return clobClient(sandbox, { creds: readCredentials(await clob.deriveApiKey()), throwOnError: true })
    }
  })

  describe('of venues in trouble', () => {
    const texts: readonly (readonly [status: number, body: string])[] = [
      [200, '{"success":false,"errorMsg":"not enough balance / allowance","orderID":"","status":""}'],
      [200, '{"success":true,"errorMsg":"","orderID":"0x01","status":"unmatched"}'],
      [400, '{"error":"\'0x12\' address banned"}'],
      [400, '{"error":"\'0x12\' address in closed only mode"}'],
      [400, '{"error":"order match delayed due to market conditions"}'],
      [400, '{"error":"the trade contains rounding issues"}'],
      [403, '{"error":"Trading restricted in your region, please refer to available regions - https://example.org"}'],
      [429, '{"error":"Too Many Requests"}'],
      [500, '{"error":"could not insert order"}'],
      [503, '{"error":"Trading is currently disabled. Check polymarket.com for updates"}'],
      [503, '{"error":"Trading is currently cancel-only. New orders are not accepted, but cancels are allowed."}'],
      [
        503,
        '{"error":"post-only mode: only post-only orders and cancels are allowed","code":"post_only_mode","retry_after_seconds":79}',
      ],
    ]
    for (const [status, body] of texts) {
      it(`hands over ${status} ${body}`, async () => {
        await sandbox.addFault({ endpoint: 'place_order', fault: 'status', status, body, executed: false })
        const answer = await clob.postOrder(await create(buy(0.2, 10)))
        // With 200 it is the answer as it came; else the SDK adds the status.
        expect(answer).to.deep.equal({ ...asObject(JSON.parse(body)), ...(status === 200 ? {} : { status }) })
      })
    }

    it('hands over little of an empty answer: 425 while the engine restarts', async () => {
      await sandbox.addFault({ endpoint: 'place_order', fault: 'status', status: 425, body: '', executed: false })
      const answer = await clob.postOrder(await create(buy(0.2, 10)))
      expect(answer).to.deep.equal({ error: 'Request failed with status code 425' })
    })

    it('hands a gateway’s page over as text', async () => {
      await sandbox.addFault({ endpoint: 'place_order', fault: 'html', status: 502, executed: false })
      const answer = await clob.postOrder(await create(buy(0.2, 10)))
      expect(textAt(answer, 'error')).to.include('<html>')
    })

    it('cannot tell whether an order was placed when the answer is lost; posting it again tells', async () => {
      const order = await create(buy(0.2, 10))
      await sandbox.addFault({ endpoint: 'place_order', fault: 'drop_response' })
      expect(textAt(await clob.postOrder(order), 'error')).to.equal('socket hang up')
      expect(await refusedWith(clob.postOrder(order))).to.match(/Duplicated\.$/)
    })

    it('repeats a lost order by itself when told to, and then takes the refusal of its own repetition for the answer', async () => {
      const creds = readCredentials(await clob.deriveApiKey())
      const stubborn = await clobClient(sandbox, { creds, retryOnError: true })
      await sandbox.addFault({ endpoint: 'place_order', fault: 'drop_response' })
      const order = await stubborn.createOrder(buy(0.2, 10))
      expect(await refusedWith(stubborn.postOrder(order))).to.match(/Duplicated\.$/)
    })

    it('says delayed where the venue takes its time to match', async () => {
      await sandbox.addFault({ endpoint: 'place_order', fault: 'delayed_match', ms: 3_000 })
      const answer = await clob.postOrder(await create(buy(0.45, 10)))
      expect(answer).to.include({ success: true, status: 'delayed' })
      const id = textAt(answer, 'orderID')
      expect(at(await clob.cancelOrder({ orderID: id }), `not_canceled.${id}`)).to.equal('order is being matched')
      await sandbox.advance(3_000)
      expect(await clob.getOrder(id)).to.include({ status: 'MATCHED', size_matched: '10' })
    })

    it('says matched of a trade that then fails to settle, and names no hash for it', async () => {
      const before = textAt(await clob.getBalanceAllowance({ asset_type: 'COLLATERAL' }), 'balance')
      await sandbox.addFault({ endpoint: 'place_order', fault: 'settlement_failed' })
      const answer = await settling(sandbox, clob.postOrder(await create(buy(0.45, 10))))
      expect(answer).to.include({ success: true, status: 'matched' })
      expect(listAt(answer, 'transactionsHashes')).to.deep.equal([])
      const [trade] = listAt(await clob.getTrades({ id: textAt(answer, 'tradeIDs.0') }), '')
      expect(trade).to.include({ status: 'FAILED' })
      expect(textAt(await clob.getBalanceAllowance({ asset_type: 'COLLATERAL' }), 'balance')).to.equal(before)
    })
  })
})
