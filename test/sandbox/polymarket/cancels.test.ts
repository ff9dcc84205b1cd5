import { expect } from 'chai'
import type { SandboxMarket } from '../../../src/sandbox/model.ts'
import { detailsOf, tokenOf, Venue } from './support.ts'

describe('polymarket sandbox: cancels and heartbeats', () => {
  let venue: Venue
  let market: SandboxMarket
  beforeEach(async () => {
    venue = await Venue.open()
    market = venue.find(
      (each, { version, tickSize }) => version === 'v1' && tickSize === '0.01' && each.yesLabel === 'Yes',
    )
    venue.setBook(market, [['0.40', '100']], [['0.45', '20']])
  })
  afterEach(() => venue.close())

  const rest = async (outcome: 'yes' | 'no' = 'yes', salt = 1): Promise<string> =>
    (await venue.place({ market, outcome, salt, makerAmount: '1000000', takerAmount: '10000000' })).orderId

  it('cancels an order once', async () => {
    const orderID = await rest()
    const first = await venue.call('DELETE', '/order', { orderID })
    expect([first.status, first.json]).to.deep.equal([200, { canceled: [orderID], not_canceled: {} }])
    const second = await venue.call('DELETE', '/order', { orderID })
    expect([second.status, second.json]).to.deep.equal([
      200,
      { canceled: [], not_canceled: { [orderID]: 'already canceled or matched' } },
    ])
  })

  it('says of a filled order that it was matched', async () => {
    const { orderId } = await venue.place({ market, makerAmount: '4500000', takerAmount: '10000000' })
    const { json } = await venue.call('DELETE', '/order', { orderID: orderId })
    expect(json.not_canceled).to.deep.equal({ [orderId]: 'Order already matched' })
  })

  it('does not find an order that was never there', async () => {
    const orderID = `0x${'0'.repeat(64)}`
    const { json } = await venue.call('DELETE', '/order', { orderID })
    expect(json.not_canceled).to.deep.equal({ [orderID]: 'Order not found or already canceled' })
  })

  it('refuses an id that is none', async () => {
    const { status, json } = await venue.call('DELETE', '/order', { orderID: '0x12' })
    expect([status, json]).to.deep.equal([400, { error: 'Invalid orderID' }])
  })

  it('answers for each of several', async () => {
    const [known, unknown] = [await rest(), `0x${'1'.repeat(64)}`]
    const { json } = await venue.call('DELETE', '/orders', [known, unknown])
    expect(json.canceled).to.deep.equal([known])
    expect(Object.keys(json.not_canceled)).to.deep.equal([unknown])
  })

  it('cancels everything, or one market, or one outcome of it', async () => {
    const [yes, no] = [await rest('yes'), await rest('no', 2)]
    const ofNo = await venue.call('DELETE', '/cancel-market-orders', {
      market: detailsOf(market).conditionId,
      asset_id: tokenOf(market, 'no'),
    })
    expect(ofNo.json.canceled).to.deep.equal([no])
    const elsewhere = venue.find((each) => each.id !== market.id)
    const other = await venue.call('DELETE', '/cancel-market-orders', { market: detailsOf(elsewhere).conditionId })
    expect(other.json.canceled).to.deep.equal([])
    expect((await venue.call('DELETE', '/cancel-all')).json.canceled).to.deep.equal([yes])
  })

  it('cancels the orders of whoever began to beat and fell silent', async () => {
    const orderID = await rest()
    const first = await venue.call('POST', '/v1/heartbeats', { heartbeat_id: '' })
    venue.clock.advanceTo(venue.clock.nowMs() + 9_000)
    const second = await venue.call('POST', '/v1/heartbeats', { heartbeat_id: first.json.heartbeat_id })
    expect(second.status).to.equal(200)
    venue.clock.advanceTo(venue.clock.nowMs() + 9_000)
    expect((await venue.call('GET', `/data/order/${orderID}`)).json.status).to.equal('LIVE')
    venue.clock.advanceTo(venue.clock.nowMs() + 10_000)
    expect((await venue.call('GET', `/data/order/${orderID}`)).json.status).to.equal('CANCELED')
  })

  it('answers a wrong beat with the id that it expects', async () => {
    const { json } = await venue.call('POST', '/v1/heartbeats', { heartbeat_id: '' })
    const wrong = await venue.call('POST', '/v1/heartbeats', { heartbeat_id: 'nonsense' })
    expect([wrong.status, wrong.json]).to.deep.equal([
      400,
      { error: 'Invalid Heartbeat ID', heartbeat_id: json.heartbeat_id },
    ])
  })

  it('leaves orders alone without beats', async () => {
    const orderID = await rest()
    venue.clock.advanceTo(venue.clock.nowMs() + 3_600_000)
    expect((await venue.call('GET', `/data/order/${orderID}`)).json.status).to.equal('LIVE')
  })
})
