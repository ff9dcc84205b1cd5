import { randomUUID } from 'node:crypto'
import { expect } from 'chai'
import { allPages, type PlainMarket, plainMarket } from '../support/kalshi-markets.ts'
import { type KalshiApis, kalshiApis, refusal } from '../support/kalshi-sdk.ts'
import { ServedSandbox } from '../support/program.ts'
import { at, listAt, numberAt, textAt } from '../support/read.ts'

type Json = Readonly<Record<string, unknown>>

describe('kalshi-typescript: account', () => {
  let sandbox: ServedSandbox
  let apis: KalshiApis
  let market: PlainMarket

  before(async () => {
    sandbox = await ServedSandbox.start()
    apis = await kalshiApis(sandbox)
    market = await plainMarket(apis)
  })

  after(() => sandbox.stop())

  async function place(change: Json = {}): Promise<string> {
    const { data } = await apis.OrdersApi.createOrderV2({
      ticker: market.ticker,
      client_order_id: randomUUID(),
      side: 'bid',
      count: '4.00',
      price: '0.4500',
      time_in_force: 'good_till_canceled',
      self_trade_prevention_type: 'taker_at_cross',
      ...change,
    })
    return textAt(data, 'order_id')
  }

  const book = (price: string, quantity = '100') =>
    sandbox.setBook(`kalshi:${market.ticker}`, [['0.10', '100']], [[price, quantity]])

  describe('keys', () => {
    it('generates a key, trades with it, and deletes it', async () => {
      const { ApiKeysApi } = apis
      const made = await ApiKeysApi.generateApiKey({ name: 'spare', key_type: 'rsa' })
      expect(made.status).to.equal(201)
      const apiKey = textAt(made.data, 'api_key_id')
      const spare = await kalshiApis(sandbox, { apiKey, privateKeyPem: textAt(made.data, 'private_key') })
      expect(numberAt((await spare.PortfolioApi.getBalance()).data, 'balance')).to.be.greaterThan(0)
      const listed = await ApiKeysApi.getApiKeys()
      expect(listAt(listed.data, 'api_keys').map((row) => at(row, 'api_key_id'))).to.include.members([
        apiKey,
        sandbox.ready.kalshi.apiKeyId,
      ])
      expect((await ApiKeysApi.deleteApiKey(apiKey)).status).to.equal(204)
      expect((await refusal(spare.PortfolioApi.getBalance())).status).to.equal(401)
    })

    it('keeps a key to what it may do', async () => {
      const made = await apis.ApiKeysApi.generateApiKey({ name: 'reader', scopes: ['read'] })
      const login = { apiKey: textAt(made.data, 'api_key_id'), privateKeyPem: textAt(made.data, 'private_key') }
      const reader = await kalshiApis(sandbox, login)
      expect((await reader.OrdersApi.getOrders()).status).to.equal(200)
      expect((await refusal(reader.OrdersApi.cancelAllOrders())).status).to.equal(403)
    })

    it('leaves own public keys to the higher levels', async () => {
      expect((await refusal(apis.ApiKeysApi.createApiKey({ name: 'own', public_key: 'PEM' }))).status).to.equal(403)
    })
  })

  describe('limits', () => {
    it('tells the buckets, the costs and the volume', async () => {
      const { AccountApi } = apis
      expect((await AccountApi.getAccountApiLimits()).data).to.deep.include({
        usage_tier: 'advanced',
        write: { refill_rate: 300, bucket_capacity: 900 },
      })
      const costs = await AccountApi.getAccountEndpointCosts()
      expect(at(costs.data, 'default_cost')).to.equal(10)
      const progress = await AccountApi.getAccountApiUsageLevelVolumeProgress()
      expect(textAt(progress.data, 'volume_progress.0.trailing_30d_volume_fp')).to.equal('0.00')
    })

    it('asks for the next level', async () => {
      expect((await refusal(apis.AccountApi.upgradeAccountApiUsageLevel())).status).to.equal(403)
      await place({ price: '0.0100' })
      expect((await apis.AccountApi.upgradeAccountApiUsageLevel()).status).to.equal(201)
    })
  })

  describe('portfolio', () => {
    it('shows cash, what orders tie up, and what trading changed', async () => {
      const { PortfolioApi } = apis
      await book('0.50')
      const before = numberAt((await PortfolioApi.getBalance()).data, 'balance')
      await place({ price: '0.5000', count: '10.00', time_in_force: 'immediate_or_cancel' })
      const { data } = await PortfolioApi.getBalance()
      // Ten at 0.50 and the fee of 0.175.
      expect(before - numberAt(data, 'balance')).to.be.within(517, 518)
      expect(numberAt(data, 'portfolio_value')).to.be.greaterThan(0)
      const shard = await PortfolioApi.getBalance(undefined, 2)
      expect(textAt(shard.data, 'balance_dollars')).to.equal('2000.0000')
      const tiedBefore = await PortfolioApi.getPortfolioRestingOrderTotalValue()
      await place({ price: '0.2000', count: '5.00' })
      const tied = await PortfolioApi.getPortfolioRestingOrderTotalValue()
      const value = (answer: { data: unknown }) => numberAt(answer.data, 'total_resting_order_value')
      expect(value(tied) - value(tiedBefore)).to.equal(100)
    })

    it('shows positions by market and by event, netted into one side', async () => {
      const { PortfolioApi } = apis
      const held = async () => {
        const { data } = await PortfolioApi.getPositions(undefined, 100, 'position', market.ticker)
        return at(data, 'market_positions.0')
      }
      await book('0.50')
      const before = Number(textAt(await held(), 'position_fp'))
      await sandbox.setBook(`kalshi:${market.ticker}`, [['0.40', '100']], [])
      await place({ side: 'ask', price: '0.4000', count: '25.00', time_in_force: 'immediate_or_cancel' })
      const position = await held()
      expect(Number(textAt(position, 'position_fp'))).to.equal(before - 25)
      expect(Number(textAt(position, 'fees_paid_dollars'))).to.be.greaterThan(0)
      const event = await PortfolioApi.getPositions(undefined, 100, undefined, undefined, market.eventTicker)
      expect(at(event.data, 'event_positions.0.event_ticker')).to.equal(market.eventTicker)
    })

    it('pages through fills and positions', async () => {
      const { PortfolioApi } = apis
      for (let n = 0; n < 5; n++) {
        await book('0.50')
        await place({ price: '0.5000', count: '1.00', time_in_force: 'immediate_or_cancel' })
      }
      const fills = (limit: number) =>
        allPages(
          (cursor) => PortfolioApi.getFills(market.ticker, undefined, undefined, undefined, limit, cursor),
          'fills',
        )
      const all = await fills(1_000)
      expect(all.length).to.be.greaterThan(5)
      expect(await fills(2)).to.deep.equal(all)
      expect(new Set(all.map((fill) => textAt(fill, 'fill_id'))).size).to.equal(all.length)
      const positions = await allPages((cursor) => PortfolioApi.getPositions(cursor, 1), 'market_positions')
      expect(positions.map((row) => at(row, 'ticker'))).to.include(market.ticker)
      const trades = await apis.MarketApi.getTrades(1_000, undefined, market.ticker)
      const traded = listAt(trades.data, 'trades').map((row) => at(row, 'trade_id'))
      expect(traded).to.have.members(all.map((fill) => at(fill, 'trade_id')))
    })

    it('sums trades up in candlesticks', async () => {
      const { MarketApi, EventsApi } = apis
      const { seriesTicker, ticker, eventTicker } = market
      const nowS = Math.floor(Date.now() / 1_000)
      const range = [nowS - 86_400, nowS + 2 * 86_400] as const
      const { data } = await MarketApi.getMarketCandlesticks(seriesTicker, ticker, ...range, 1_440)
      const volume = listAt(data, 'candlesticks').map((row) => Number(textAt(row, 'volume_fp')))
      expect(volume.reduce((sum, one) => sum + one, 0)).to.be.greaterThan(0)
      const batch = await MarketApi.batchGetMarketCandlesticks(ticker, ...range, 1_440)
      expect(at(batch.data, 'markets.0.candlesticks')).to.deep.equal(at(data, 'candlesticks'))
      const event = await EventsApi.getMarketCandlesticksByEvent(eventTicker, seriesTicker, ...range, 1_440)
      expect(listAt(event.data, 'market_tickers')).to.include(ticker)
    })

    it('pays out when a market settles, and keeps the record', async () => {
      const { PortfolioApi, HistoricalApi } = apis
      const other = await plainMarket(apis, 2)
      await sandbox.setBook(`kalshi:${other.ticker}`, [], [['0.30', '100']])
      await place({ ticker: other.ticker, price: '0.3000', count: '10.00', time_in_force: 'immediate_or_cancel' })
      await sandbox.setMarket(`kalshi:${other.ticker}`, { status: 'settled', result: 'yes' })
      // Positions leave for the archive with their whole event.
      const event = await apis.EventsApi.getEvent(other.eventTicker)
      const siblings = listAt(event.data, 'markets').map((row) => textAt(row, 'ticker'))
      for (const ticker of siblings.filter((one) => one !== other.ticker)) {
        await sandbox.setMarket(`kalshi:${ticker}`, { status: 'settled', result: 'no' })
      }
      const settled = await PortfolioApi.getSettlements(100, undefined, other.ticker)
      expect(at(settled.data, 'settlements.0')).to.deep.include({
        market_result: 'yes',
        yes_count_fp: '10.00',
        yes_total_cost_dollars: '3.000000',
        revenue: 1_000,
        value: 100,
      })
      const gone = await PortfolioApi.getPositions(undefined, 100, undefined, other.ticker)
      expect(listAt(gone.data, 'market_positions')).to.deep.equal([])
      await sandbox.advance(100 * 86_400_000)
      const old = await HistoricalApi.getHistoricalMarket(other.ticker)
      expect(at(old.data, 'market.result')).to.equal('yes')
      const archived = await HistoricalApi.getHistoricalMarkets(10, undefined, other.ticker)
      expect(listAt(archived.data, 'markets').map((row) => at(row, 'ticker'))).to.deep.equal([other.ticker])
      const held = await HistoricalApi.getHistoricalPositions(other.ticker)
      expect(at(held.data, 'market_positions.0')).to.deep.include({ ticker: other.ticker, position_fp: '0.00' })
      const fills = await HistoricalApi.getFillsHistorical(other.ticker)
      expect(listAt(fills.data, 'fills')).to.have.length(1)
      const trades = await HistoricalApi.getTradesHistorical(other.ticker)
      expect(listAt(trades.data, 'trades').map((row) => at(row, 'trade_id'))).to.deep.equal([
        textAt(fills.data, 'fills.0.trade_id'),
      ])
      const candles = await HistoricalApi.getMarketCandlesticksHistorical(other.ticker, 1, 4_000_000_000, 1_440)
      expect(at(candles.data, 'candlesticks.0.volume')).to.equal('10.00')
    })

    it('knows one subaccount and no money from outside', async () => {
      const { PortfolioApi } = apis
      const balances = await PortfolioApi.getSubaccountBalances()
      expect(listAt(balances.data, 'subaccount_balances').map((row) => at(row, 'exchange_index'))).to.have.members([
        0, 1, 2, 3,
      ])
      expect(at((await PortfolioApi.getSubaccountNetting()).data, 'netting_configs.0.enabled')).to.equal(false)
      expect(listAt((await PortfolioApi.getDeposits()).data, 'deposits')).to.deep.equal([])
      expect(listAt((await PortfolioApi.getWithdrawals()).data, 'withdrawals')).to.deep.equal([])
      expect(listAt((await PortfolioApi.getSubaccountTransfers()).data, 'transfers')).to.deep.equal([])
      expect(listAt((await PortfolioApi.getTargetBalanceAllocation()).data, 'allocations')).to.deep.equal([])
    })

    it('moves cash between shards, once for each id that it is given', async () => {
      const { PortfolioApi } = apis
      const cashOn = async (shard: number) =>
        Number(textAt((await PortfolioApi.getBalance(undefined, shard)).data, 'balance_dollars'))
      const before = await cashOn(3)
      const order = {
        source: 'event_contract',
        destination: 'event_contract',
        // Hundredths of a cent.
        amount: 250_000,
        source_exchange_shard: 0,
        destination_exchange_shard: 3,
        client_transfer_id: randomUUID(),
      }
      const { data } = await PortfolioApi.intraExchangeInstanceTransfer(order)
      const id = textAt(data, 'transfer_id')
      await sandbox.advance(2_000)
      const made = await PortfolioApi.getIntraExchangeInstanceTransfer(id)
      expect(at(made.data, 'transfer')).to.deep.include({ amount: '25.0000', status: 'complete' })
      expect((await cashOn(3)) - before).to.equal(25)
      const list = await PortfolioApi.getIntraExchangeInstanceTransfers(10)
      expect(listAt(list.data, 'transfers').map((row) => at(row, 'transfer_id'))).to.deep.equal([id])
      const again = await refusal(PortfolioApi.intraExchangeInstanceTransfer(order))
      expect([again.status, at(again.data, 'error.code')]).to.deep.equal([409, 'transfer_already_applied'])
      const unknown = await refusal(PortfolioApi.getIntraExchangeInstanceTransfer(randomUUID()))
      expect(unknown.status).to.equal(404)
    })
  })

  describe('order groups', () => {
    it('lists, limits, triggers, resets and deletes a group', async () => {
      const { OrderGroupsApi, OrdersApi } = apis
      const made = await OrderGroupsApi.createOrderGroup({ contracts_limit: 5 })
      expect(made.status).to.equal(201)
      const group = textAt(made.data, 'order_group_id')
      expect(listAt((await OrderGroupsApi.getOrderGroups()).data, 'order_groups')).to.have.length(1)
      const resting = await place({ price: '0.1000', order_group_id: group })
      expect((await OrderGroupsApi.getOrderGroup(group)).data).to.deep.include({ orders: [resting] })
      expect((await OrderGroupsApi.updateOrderGroupLimit(group, { contracts_limit: 8 })).data).to.deep.equal({})
      expect((await OrderGroupsApi.triggerOrderGroup(group)).data).to.deep.equal({})
      expect(at((await OrdersApi.getOrder(resting)).data, 'order.status')).to.equal('canceled')
      const refused = await refusal(
        place({ price: '0.1000', order_group_id: group }).then((id) => ({ status: 0, data: id })),
      )
      expect([refused.status, at(refused.data, 'error.code')]).to.deep.equal([409, 'exceeded_order_group_risk_limit'])
      expect((await OrderGroupsApi.resetOrderGroup(group)).data).to.deep.equal({})
      const again = await place({ price: '0.1000', order_group_id: group })
      expect((await OrderGroupsApi.deleteOrderGroup(group)).data).to.deep.equal({})
      expect(at((await OrdersApi.getOrder(again)).data, 'order.status')).to.equal('canceled')
      expect((await refusal(OrderGroupsApi.getOrderGroup(group))).status).to.equal(404)
    })

    it('stops a group that trades too fast', async () => {
      const { OrderGroupsApi, OrdersApi } = apis
      await book('0.50')
      const group = textAt((await OrderGroupsApi.createOrderGroup({ contracts_limit: 5 })).data, 'order_group_id')
      const resting = await place({ price: '0.1000', order_group_id: group })
      await place({ price: '0.5000', count: '5.00', order_group_id: group })
      expect(at((await OrdersApi.getOrder(resting)).data, 'order.status')).to.equal('canceled')
      expect(at((await OrderGroupsApi.getOrderGroup(group)).data, 'is_auto_cancel_enabled')).to.equal(true)
    })
  })
})
