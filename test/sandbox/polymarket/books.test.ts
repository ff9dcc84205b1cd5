import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { SandboxMarket } from '../../../src/sandbox/model.ts'
import { detailsOf, tokenOf, Venue } from './support.ts'

describe('polymarket sandbox: books and prices', () => {
  let venue: Venue
  let market: SandboxMarket
  let yes: string
  let no: string
  before(async () => {
    venue = await Venue.open()
    market = venue.find(
      (each, { version, tickSize, negRisk }) =>
        version === 'v1' && tickSize === '0.01' && !negRisk && each.yesLabel === 'Yes',
    )
    venue.setBook(
      market,
      [
        ['0.40', '100'],
        ['0.39', '50.5'],
      ],
      [
        ['0.45', '20'],
        ['0.47', '30'],
      ],
    )
    yes = tokenOf(market, 'yes')
    no = tokenOf(market, 'no')
  })
  after(() => venue.close())

  it('lists the best level last on both sides', async () => {
    const { json } = await venue.get('clob', `/book?token_id=${yes}`)
    expect(json.bids).to.deep.equal([
      { price: '0.39', size: '50.5' },
      { price: '0.4', size: '100' },
    ])
    expect(json.asks).to.deep.equal([
      { price: '0.47', size: '30' },
      { price: '0.45', size: '20' },
    ])
    expect(json).to.include({
      market: detailsOf(market).conditionId,
      asset_id: yes,
      min_order_size: '5',
      tick_size: '0.01',
      neg_risk: false,
      last_trade_price: '',
    })
    expect(json).to.not.have.property('version')
  })

  it('mirrors the book of the other token at the complement', async () => {
    const { json } = await venue.get('clob', `/book?token_id=${no}`)
    expect(json.bids).to.deep.equal([
      { price: '0.53', size: '30' },
      { price: '0.55', size: '20' },
    ])
    expect(json.asks).to.deep.equal([
      { price: '0.61', size: '50.5' },
      { price: '0.6', size: '100' },
    ])
  })

  it('hashes the book with an empty hash', async () => {
    const { text, json } = await venue.get('clob', `/book?token_id=${yes}`)
    const preimage = text.replace(json.hash, '')
    expect(json.hash).to.equal(createHash('sha1').update(preimage).digest('hex'))
  })

  const answers: readonly [path: () => string, answer: () => unknown][] = [
    [() => `/price?token_id=${yes}&side=BUY`, () => ({ price: '0.4' })],
    [() => `/price?token_id=${yes}&side=SELL`, () => ({ price: '0.45' })],
    [() => `/midpoint?token_id=${yes}`, () => ({ mid: '0.425' })],
    [() => `/spread?token_id=${no}`, () => ({ spread: '0.05' })],
    [() => `/last-trade-price?token_id=${yes}`, () => ({ price: '0.5', side: '' })],
    [() => `/tick-size?token_id=${yes}`, () => ({ minimum_tick_size: 0.01 })],
    [() => `/neg-risk?token_id=${yes}`, () => ({ neg_risk: false })],
    [() => `/fee-rate?token_id=${yes}`, () => ({ base_fee: 1000 })],
    [() => '/ok', () => 'OK'],
    [() => '/version', () => ({ version: 2 })],
    [() => '/time', () => venue.clock.nowMs() / 1000],
  ]
  for (const [path, answer] of answers) {
    it(`answers ${path().replace(/\?token_id=[^&]*&?/, ' ')}`, async () => {
      const { status, json } = await venue.get('clob', path())
      expect(status).to.equal(200)
      expect(json).to.deep.equal(answer())
    })
  }

  it('answers for many tokens and leaves out what it does not know', async () => {
    const tokens = [
      { token_id: yes, side: 'BUY' },
      { token_id: '1', side: 'BUY' },
      { token_id: no, side: 'SELL' },
    ]
    expect((await venue.post('/books', tokens)).json.map((book: { asset_id: string }) => book.asset_id)).to.deep.equal([
      yes,
      no,
    ])
    expect((await venue.post('/prices', tokens)).json).to.deep.equal({ [yes]: { BUY: '0.4' }, [no]: { SELL: '0.6' } })
    expect((await venue.post('/midpoints', tokens)).json).to.deep.equal({ [yes]: '0.425', [no]: '0.575' })
  })

  it('has no book for unknown tokens, ids of the other version, and markets that are over', async () => {
    const both = venue.find((_m, d) => d.version === 'v1' && d.positionIds !== null)
    const over = venue.host.catalogue
      .list('polymarket')
      .find((each) => venue.host.exchange.market(each.id)?.status === 'settled')
    const tokens = ['1', detailsOf(both).positionIds?.[0], tokenOf(over as SandboxMarket, 'yes')]
    for (const token of tokens) {
      const { status, json } = await venue.get('clob', `/book?token_id=${token}`)
      expect([status, json]).to.deep.equal([404, { error: 'No orderbook exists for the requested token id' }])
    }
  })

  it('marks books of v2 markets', async () => {
    const v2 = venue.find((_m, d) => d.version === 'v2')
    expect((await venue.get('clob', `/book?token_id=${tokenOf(v2, 'yes')}`)).json.version).to.equal('v2')
  })

  it('states the terms of a market in short keys', async () => {
    const { conditionId } = detailsOf(market)
    const { json } = await venue.get('clob', `/clob-markets/${conditionId}`)
    expect(json).to.deep.include({
      c: conditionId,
      t: [
        { t: yes, o: 'Yes' },
        { t: no, o: 'No' },
      ],
      mos: 5,
      mts: 0.01,
      ao: true,
      v: 'v1',
    })
    expect(json.fd).to.include({ e: 1, to: true })
    expect(json).to.not.have.property('nr')
  })

  it('leaves out the fee where there is none, and says what is neg-risk', async () => {
    const free = venue.find((each) => each.category === 'Geopolitics')
    expect((await venue.get('clob', `/clob-markets/${detailsOf(free).conditionId}`)).json).to.not.have.property('fd')
    const group = venue.find((_m, d) => d.negRisk)
    expect((await venue.get('clob', `/clob-markets/${detailsOf(group).conditionId}`)).json.nr).to.equal(true)
  })

  it('knows v2 conditions by 64 digits only', async () => {
    const { conditionId } = detailsOf(venue.find((_m, d) => d.version === 'v2'))
    expect((await venue.get('clob', `/clob-markets/${conditionId}`)).json.v).to.equal('v2')
    const short = await venue.get('clob', `/clob-markets/${conditionId.slice(0, 64)}`)
    expect([short.status, short.json]).to.deep.equal([404, { error: 'market not found' }])
  })

  it('still serves the older market form and its lists', async () => {
    const { conditionId } = detailsOf(market)
    const one = await venue.get('clob', `/markets/${conditionId}`)
    expect(one.json).to.include({
      condition_id: conditionId,
      minimum_order_size: 5,
      minimum_tick_size: 0.01,
      accepting_orders: true,
    })
    const list = await venue.get('clob', '/simplified-markets')
    expect([list.json.count > 200, list.json.next_cursor]).to.deep.equal([true, 'LTE='])
    const byToken = await venue.get('clob', `/markets-by-token/${yes}`)
    expect(byToken.json.condition_id).to.equal(conditionId)
  })

  it('shows the last trade in the terms of each token', async () => {
    await venue.place({ market, makerAmount: '4500000', takerAmount: '10000000' })
    expect((await venue.get('clob', `/last-trade-price?token_id=${yes}`)).json).to.deep.equal({
      price: '0.45',
      side: 'BUY',
    })
    expect((await venue.get('clob', `/last-trade-price?token_id=${no}`)).json).to.deep.equal({
      price: '0.55',
      side: 'SELL',
    })
    venue.setBook(
      market,
      [
        ['0.40', '100'],
        ['0.39', '50.5'],
      ],
      [
        ['0.45', '20'],
        ['0.47', '30'],
      ],
    )
  })
})
