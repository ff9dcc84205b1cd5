import { expect } from 'chai'
import { codeOf, createBody, type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'

const orders = '/portfolio/events/orders'
const groups = '/portfolio/order_groups'

describe('Kalshi face: order groups', () => {
  let bench: KalshiBench

  beforeEach(async () => {
    bench = await kalshiBench()
    await bench.control('POST', '/books', { market: 'kalshi:KXA', bids: [], asks: [['0.45', '100']] })
  })
  afterEach(() => bench.close())

  async function createGroup(body: Record<string, unknown>): Promise<string> {
    const answer = await bench.call('POST', `${groups}/create`, body)
    expect(answer.status).to.equal(201)
    return String(answer.body.order_group_id)
  }

  async function place(groupId: string, change: Record<string, unknown> = {}): Promise<string> {
    const answer = await bench.call('POST', orders, createBody({ price: '0.3000', order_group_id: groupId, ...change }))
    expect(answer.status, answer.text).to.equal(201)
    return String(answer.body.order_id)
  }

  async function orderOf(id: string): Promise<unknown> {
    return (await bench.call('GET', `/portfolio/orders/${id}`)).body.order
  }

  const take = { price: '0.4500', time_in_force: 'immediate_or_cancel' }

  it('names the group on its orders, and its orders in the group', async () => {
    const groupId = await createGroup({ contracts_limit: 10 })
    const id = await place(groupId)
    expect(await orderOf(id)).to.deep.include({ order_group_id: groupId })
    expect((await bench.call('GET', `${groups}/${groupId}`)).body).to.deep.equal({
      is_auto_cancel_enabled: false,
      contracts_limit_fp: '10.00',
      exchange_index: 0,
      orders: [id],
    })
    expect((await bench.call('GET', groups)).body).to.deep.equal({
      order_groups: [{ id: groupId, is_auto_cancel_enabled: false, contracts_limit_fp: '10.00', exchange_index: 0 }],
    })
  })

  it('cancels what rests, refuses what comes and leaves other orders alone once the limit is reached', async () => {
    const groupId = await createGroup({ contracts_limit_fp: '5.00' })
    const resting = await place(groupId)
    const other = (await bench.call('POST', orders, createBody({ price: '0.3000' }))).body.order_id
    await place(groupId, { ...take, count: '4.99' })
    expect(await orderOf(resting)).to.deep.include({ status: 'resting' })
    await place(groupId, { ...take, count: '0.01' })
    expect(await orderOf(resting)).to.deep.include({ status: 'canceled' })
    expect(await orderOf(String(other))).to.deep.include({ status: 'resting' })
    const refused = await bench.call('POST', orders, createBody({ price: '0.3000', order_group_id: groupId }))
    expect([refused.status, codeOf(refused)]).to.deep.equal([409, 'exceeded_order_group_risk_limit'])
  })

  it('says of the order that reached the limit what has become of it', async () => {
    const groupId = await createGroup({ contracts_limit: 100 })
    const { body } = await bench.call(
      'POST',
      orders,
      createBody({ price: '0.4500', count: '150.00', order_group_id: groupId }),
    )
    expect(body).to.deep.include({ fill_count: '100.00', remaining_count: '0.00' })
  })

  it('counts fifteen seconds back, makers’ fills too', async () => {
    const groupId = await createGroup({ contracts_limit: 10 })
    const resting = await place(groupId, { price: '0.4000' })
    await place(groupId, { ...take, count: '6.00' })
    bench.clock.advanceTo(bench.clock.nowMs() + 15_000)
    await bench.control('POST', '/books', { market: 'kalshi:KXA', bids: [], asks: [['0.40', '5']] })
    expect(await orderOf(resting)).to.deep.include({ status: 'resting', fill_count_fp: '5.00' })
    await bench.control('POST', '/books', { market: 'kalshi:KXA', bids: [], asks: [['0.40', '5']] })
    expect((await bench.call('GET', `${groups}/${groupId}`)).body).to.include({ is_auto_cancel_enabled: true })
  })

  it('counts from zero after a reset', async () => {
    const groupId = await createGroup({ contracts_limit: 5 })
    await place(groupId, { ...take, count: '5.00' })
    expect((await bench.call('PUT', `${groups}/${groupId}/reset`)).text).to.equal('{}')
    const resting = await place(groupId)
    await place(groupId, { ...take, count: '4.00' })
    expect(await orderOf(resting)).to.deep.include({ status: 'resting' })
  })

  it('is triggered at once by a limit below what it has traded, and by hand', async () => {
    for (const change of [
      { call: 'limit', body: { contracts_limit: 3 } },
      { call: 'trigger', body: undefined },
    ]) {
      const groupId = await createGroup({ contracts_limit: 100 })
      const resting = await place(groupId)
      await place(groupId, { ...take, count: '3.00' })
      expect((await bench.call('PUT', `${groups}/${groupId}/${change.call}`, change.body)).status).to.equal(200)
      expect(await orderOf(resting)).to.deep.include({ status: 'canceled' })
    }
  })

  it('takes its orders along when it is deleted', async () => {
    const groupId = await createGroup({ contracts_limit: 5 })
    const resting = await place(groupId)
    expect((await bench.call('DELETE', `${groups}/${groupId}`)).text).to.equal('{}')
    expect(await orderOf(resting)).to.deep.include({ status: 'canceled' })
    expect((await bench.call('GET', `${groups}/${groupId}`)).status).to.equal(404)
    expect((await bench.call('PUT', `${groups}/${groupId}/reset`)).status).to.equal(404)
  })

  it('lives on one shard', async () => {
    const groupId = await createGroup({ contracts_limit: 5, exchange_index: 2 })
    const elsewhere = await bench.call('POST', orders, createBody({ order_group_id: groupId }))
    expect([elsewhere.status, codeOf(elsewhere)]).to.deep.equal([404, 'order_group_not_found'])
    await place(groupId, { ticker: 'KXSHARD' })
    expect((await bench.call('PUT', `${groups}/${groupId}/trigger`)).status).to.equal(404)
    expect((await bench.call('PUT', `${groups}/${groupId}/trigger?exchange_index=2`)).status).to.equal(200)
  })

  for (const [what, body] of [
    ['no limit', {}],
    ['a limit of nothing', { contracts_limit: 0 }],
    ['two limits that differ', { contracts_limit: 5, contracts_limit_fp: '6.00' }],
    ['a shard that does not exist', { contracts_limit: 5, exchange_index: 9 }],
  ] as const) {
    it(`refuses to make a group with ${what}`, async () => {
      const answer = await bench.call('POST', `${groups}/create`, body)
      expect([answer.status, codeOf(answer)]).to.deep.equal([400, 'invalid_parameters'])
    })
  }
})
