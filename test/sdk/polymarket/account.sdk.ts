import { expect } from 'chai'
import { type ClobMarket, findMarket, setBook, settling } from '../support/polymarket-markets.ts'
import { type Clob, clobClient, loggedIn, readCredentials } from '../support/polymarket-sdk.ts'
import { ServedSandbox } from '../support/program.ts'
import { at, listAt, textAt } from '../support/read.ts'

describe('clob-client-v2: account', () => {
  let sandbox: ServedSandbox
  let clob: Clob
  let market: ClobMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    clob = await loggedIn(sandbox)
    market = await findMarket(clob)
    await setBook(sandbox, market, [['0.4', '50']], [['0.45', '100']])
  })

  after(() => sandbox.stop())

  describe('credentials', () => {
    it('derives the key that is there, and creates none beside it', async () => {
      const fresh = await clobClient(sandbox)
      const derived = readCredentials(await fresh.deriveApiKey())
      expect(readCredentials(await fresh.createOrDeriveApiKey())).to.deep.equal(derived)
      // Refused as the venue refuses it; the SDK hands over a key without contents.
      expect(await fresh.createApiKey()).to.deep.equal({ key: undefined, secret: undefined, passphrase: undefined })
    })

    it('creates a key of another nonce, lists both, and deletes one', async () => {
      const fresh = await clobClient(sandbox)
      const second = readCredentials(await fresh.createApiKey(7))
      const listed = listAt(at(await clob.getApiKeys(), 'apiKeys'), '')
      expect(listed).to.include(second.key)
      expect(listed).to.have.length(2)
      const other = await clobClient(sandbox, { creds: second })
      expect(await other.deleteApiKey()).to.equal('OK')
      expect(await other.getApiKeys()).to.deep.equal({ error: 'Unauthorized/Invalid api key', status: 401 })
      expect(listAt(at(await clob.getApiKeys(), 'apiKeys'), '')).to.have.length(1)
    })

    it('makes, lists and deletes read-only keys', async () => {
      const key = textAt(await clob.createReadonlyApiKey(), 'apiKey')
      expect(await clob.getReadonlyApiKeys()).to.deep.equal([key])
      const url = `${sandbox.ready.polymarket.clob}/data/orders`
      const headers = { POLY_READONLY_API_KEY: key, POLY_ADDRESS: sandbox.ready.polymarket.funder }
      expect((await fetch(url, { headers })).status).to.equal(200)
      expect(await clob.deleteReadonlyApiKey(key)).to.equal(true)
      expect((await fetch(url, { headers })).status).to.equal(401)
    })

    it('may trade without restriction', async () => {
      expect(await clob.getClosedOnlyMode()).to.deep.equal({ closed_only: false })
    })

    it('works without a signer for public calls alone', async () => {
      const anonymous = await clobClient(sandbox, { signer: 'none' })
      const error: unknown = await anonymous.getOpenOrders().catch((reason: unknown) => reason)
      expect(error).to.have.property('message', 'Signer is needed to interact with this endpoint!')
      const unnamed = await clobClient(sandbox)
      const second: unknown = await unnamed.getOpenOrders().catch((reason: unknown) => reason)
      expect(second).to.have.property('message', 'API Credentials are needed to interact with this endpoint!')
    })
  })

  describe('balances', () => {
    const units = async (params: object): Promise<bigint> =>
      BigInt(textAt(await clob.getBalanceAllowance(params), 'balance'))
    const cash = { asset_type: 'COLLATERAL' }

    it('tells cash and what every exchange may take of it', async () => {
      expect(await units(cash)).to.equal(10_000_000_000n)
      const allowances = at(await clob.getBalanceAllowance(cash), 'allowances')
      expect(Object.values(Object(allowances)).every((allowance) => BigInt(String(allowance)) > 0n)).to.equal(true)
      expect(await clob.updateBalanceAllowance(cash)).to.equal('')
    })

    it('moves with what is bought: shares in full, the fee on top of the price', async () => {
      const before = await units(cash)
      const order = await clob.createOrder({ tokenID: market.yes, price: 0.45, size: 20, side: 'BUY' })
      await settling(sandbox, clob.postOrder(order, 'GTC'))
      expect(await units({ asset_type: 'CONDITIONAL', token_id: market.yes })).to.equal(20_000_000n)
      const spent = before - (await units(cash))
      expect(spent >= 9_000_000n && spent < 9_500_000n, String(spent)).to.equal(true)
    })

    it('keeps a market order within the balance that it is told of, fee included', async () => {
      const order = { tokenID: market.yes, amount: 10, price: 0.45, side: 'BUY', userUSDCBalance: 10 }
      const answer = await settling(sandbox, clob.createAndPostMarketOrder(order, { tickSize: '0.01' }, 'FOK'))
      expect(answer).to.include({ success: true, status: 'matched' })
      expect(Number(textAt(answer, 'makingAmount'))).to.be.at.most(10)
    })

    it('shows nothing for a wallet type that the account has not', async () => {
      const proxy = await clobClient(sandbox, {
        creds: readCredentials(await (await clobClient(sandbox)).deriveApiKey()),
        signatureType: 1,
      })
      expect(textAt(await proxy.getBalanceAllowance(cash), 'balance')).to.equal('0')
    })

    it('knows positions by what they are worth at the end', async () => {
      await sandbox.setMarket(`polymarket:${market.slug}`, { status: 'settled', result: 'yes' })
      expect(at(await clob.getMarket(market.conditionId), 'tokens.0.winner')).to.equal(true)
      expect(await clob.getOrderBook(market.yes)).to.deep.equal({
        error: 'No orderbook exists for the requested token id',
        status: 404,
      })
    })
  })

  it('lists earnings and rewards of none', async () => {
    const day = '2026-11-20'
    expect(await clob.getEarningsForUserForDay(day)).to.deep.equal([])
    expect(await clob.getTotalEarningsForUserForDay(day)).to.deep.equal([])
    expect(await clob.getUserEarningsAndMarketsConfig(day)).to.deep.equal([])
    expect(await clob.getRewardPercentages()).to.deep.equal({})
  })
})
