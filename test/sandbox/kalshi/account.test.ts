import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { codeOf, createBody, type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'

const orders = '/portfolio/events/orders'

describe('Kalshi face: keys, level and cash', () => {
  let bench: KalshiBench

  beforeEach(async () => {
    bench = await kalshiBench({ rateLimit: 'basic' })
  })
  afterEach(() => bench.close())

  async function generate(body: Record<string, unknown>): Promise<{ keyId: string; pem: string }> {
    const { status, body: made } = await bench.call('POST', '/api_keys/generate', body)
    expect(status).to.equal(201)
    return { keyId: String(made.api_key_id), pem: String(made.private_key) }
  }

  const callAs = (key: { keyId: string; pem: string }, method: string, path: string, body?: unknown) =>
    bench.raw(method, path, {
      headers: { ...bench.headers(method, path, key), 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })

  for (const type of ['rsa', 'ed25519']) {
    it(`makes an ${type} key that works until it is deleted`, async () => {
      const key = await generate({ name: 'spare', key_type: type })
      expect((await callAs(key, 'POST', orders, createBody())).status).to.equal(201)
      const { body } = await bench.call('GET', '/api_keys')
      expect(body.api_keys).to.deep.include({ api_key_id: key.keyId, name: 'spare', scopes: ['read', 'write'] })
      expect((await bench.call('DELETE', `/api_keys/${key.keyId}`)).status).to.equal(204)
      expect((await callAs(key, 'GET', '/portfolio/balance')).status).to.equal(401)
      expect((await bench.call('DELETE', `/api_keys/${key.keyId}`)).status).to.equal(404)
    })
  }

  it('keeps a key to its scopes', async () => {
    const reader = await generate({ name: 'reader', key_type: 'ed25519', scopes: ['read'] })
    expect((await callAs(reader, 'GET', '/portfolio/orders')).status).to.equal(200)
    expect((await callAs(reader, 'POST', orders, createBody())).status).to.equal(403)
    const trader = await generate({ name: 'trader', key_type: 'ed25519', scopes: ['write::trade'] })
    expect((await callAs(trader, 'POST', orders, createBody())).status).to.equal(201)
    expect((await callAs(trader, 'GET', '/portfolio/target_balance_allocation')).status).to.equal(403)
    expect((await callAs(trader, 'POST', '/api_keys', { name: 'more' })).status).to.equal(403)
  })

  it('keeps keys and their makers through a reset of the exchange', async () => {
    const key = await generate({ name: 'spare', key_type: 'ed25519' })
    await bench.control('POST', '/reset')
    expect((await callAs(key, 'GET', '/portfolio/balance')).status).to.equal(200)
  })

  for (const [what, body] of [
    ['no name', {}],
    ['an unknown kind', { name: 'k', key_type: 'dsa' }],
    ['an unknown scope', { name: 'k', scopes: ['everything'] }],
    ['write without read', { name: 'k', scopes: ['write'] }],
  ] as const) {
    it(`refuses a key with ${what}`, async () => {
      const answer = await bench.call('POST', '/api_keys/generate', body)
      expect([answer.status, codeOf(answer)]).to.deep.equal([400, 'invalid_parameters'])
    })
  }

  it('takes a caller’s own public key from the higher levels only', async () => {
    const pair = generateKeyPairSync('ed25519')
    const body = { name: 'own', public_key: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString() }
    expect((await bench.call('POST', '/api_keys', body)).status).to.equal(403)
    const unlimited = await kalshiBench({ rateLimit: 'off' })
    try {
      const made = await unlimited.call('POST', '/api_keys', body)
      expect(made.status).to.equal(201)
      const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
      const headers = unlimited.headers('GET', '/portfolio/balance', { keyId: String(made.body.api_key_id), pem })
      expect((await unlimited.raw('GET', '/portfolio/balance', { headers })).status).to.equal(200)
    } finally {
      await unlimited.close()
    }
  })

  it('raises the level of an account that has traded through the API', async () => {
    expect((await bench.call('POST', '/account/api_usage_level/upgrade')).status).to.equal(403)
    await bench.call('POST', orders, createBody())
    expect((await bench.call('POST', '/account/api_usage_level/upgrade')).status).to.equal(201)
    expect((await bench.call('GET', '/account/limits')).body).to.deep.include({ usage_tier: 'advanced' })
    const many = Array.from({ length: 80 }, (_one, n) => createBody({ price: '0.0100', client_order_id: `o${n}` }))
    expect((await bench.call('POST', `${orders}/batched`, { orders: many })).status).to.equal(201)
  })

  it('counts the contracts of the last thirty days', async () => {
    await bench.control('POST', '/books', { market: 'kalshi:KXA', bids: [], asks: [['0.45', '100']] })
    await bench.call('POST', orders, createBody({ price: '0.4500', count: '7.00' }))
    const { body } = await bench.call('GET', '/account/api_usage_level/volume_progress')
    expect(body.volume_progress).to.have.nested.property('0.trailing_30d_volume_fp', '7.00')
  })

  it('tells what resting orders tie up, shard by shard', async () => {
    await bench.call('POST', orders, createBody({ price: '0.4500', count: '10.00' }))
    await bench.call('POST', orders, createBody({ side: 'ask', price: '0.7500', count: '4.00', ticker: 'KXSHARD' }))
    const { body } = await bench.call('GET', '/portfolio/summary/total_resting_order_value')
    expect(body).to.deep.equal({
      total_resting_order_value: 550,
      resting_order_value_breakdown: [
        { exchange_index: 0, balance: '4.5000' },
        { exchange_index: 1, balance: '0.0000' },
        { exchange_index: 2, balance: '1.0000' },
        { exchange_index: 3, balance: '0.0000' },
      ],
    })
  })

  it('shows the primary subaccount, the only one', async () => {
    const balances = (await bench.call('GET', '/portfolio/subaccounts/balances')).body.subaccount_balances
    expect(balances).to.have.nested.property('0.balance', '10000.0000')
    const netting = (await bench.call('GET', '/portfolio/subaccounts/netting')).body.netting_configs
    expect(netting).to.deep.include({ subaccount_number: 0, enabled: false, exchange_index: 0 })
    const moved = await bench.call('GET', '/portfolio/subaccounts/transfers')
    expect(moved.body).to.deep.equal({ transfers: [], cursor: '' })
    const wanted = await bench.call('GET', '/portfolio/target_balance_allocation')
    expect(wanted.body).to.deep.equal({ allocations: [], resting_margin_reservation: 'sum' })
  })
})
