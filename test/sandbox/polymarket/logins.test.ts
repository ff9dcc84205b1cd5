import { expect } from 'chai'
import { Wallet } from 'ethers'
import { Venue } from './support.ts'

describe('polymarket sandbox: logins', () => {
  let venue: Venue
  afterEach(() => venue.close())

  it('derives the same key every time, and creates no second one', async () => {
    venue = await Venue.open()
    const again = await venue.login('GET', '/auth/derive-api-key')
    expect(again.json).to.deep.equal(venue.credentials)
    const created = await venue.login('POST', '/auth/api-key')
    expect([created.status, created.json]).to.deep.equal([400, { error: 'Could not create api key' }])
  })

  it('has no key to derive before one was created', async () => {
    venue = await Venue.open({ hasApiKey: false })
    const early = await venue.login('GET', '/auth/derive-api-key')
    expect([early.status, early.json]).to.deep.equal([400, { error: 'Could not derive api key!' }])
    const created = await venue.login('POST', '/auth/api-key')
    expect(Object.keys(created.json)).to.deep.equal(['apiKey', 'secret', 'passphrase'])
    expect((await venue.login('GET', '/auth/derive-api-key')).json).to.deep.equal(created.json)
  })

  it('gives another nonce another key', async () => {
    venue = await Venue.open()
    const second = await venue.login('POST', '/auth/api-key', 7)
    expect(second.json.apiKey).to.not.equal(venue.credentials.apiKey)
    const list = await venue.call('GET', '/auth/api-keys')
    expect(list.json.apiKeys).to.have.members([venue.credentials.apiKey, second.json.apiKey])
  })

  it('refuses a login that somebody else signed', async () => {
    venue = await Venue.open()
    const stranger = new Wallet(`0x${'22'.repeat(32)}`)
    const { status, json } = await venue.login('GET', '/auth/derive-api-key', 0, stranger)
    expect([status, json]).to.deep.equal([401, { error: 'Invalid L1 Request headers' }])
  })

  it('signs the path without its query', async () => {
    venue = await Venue.open()
    expect((await venue.call('GET', '/data/orders?market=0x00&next_cursor=MA==')).status).to.equal(200)
    const wrong = venue.headersFor('GET', '/data/orders?market=0x00', '')
    const refused = await venue.call('GET', '/data/orders?market=0x00', undefined, wrong)
    expect([refused.status, refused.json]).to.deep.equal([401, { error: 'Unauthorized/Invalid api key' }])
  })

  for (const header of ['POLY_ADDRESS', 'POLY_SIGNATURE', 'POLY_TIMESTAMP', 'POLY_API_KEY', 'POLY_PASSPHRASE']) {
    it(`refuses a call with a wrong ${header}`, async () => {
      venue = await Venue.open()
      const { status, json } = await venue.call('GET', '/data/orders', undefined, { [header]: '1' })
      expect([status, json]).to.deep.equal([401, { error: 'Unauthorized/Invalid api key' }])
    })
  }

  it('refuses a body other than the one that was signed', async () => {
    venue = await Venue.open()
    const headers = venue.headersFor('DELETE', '/orders', '[]')
    expect((await venue.call('DELETE', '/orders', '[ ]', headers)).status).to.equal(401)
  })

  it('revokes the key that asks for it', async () => {
    venue = await Venue.open()
    expect((await venue.call('DELETE', '/auth/api-key')).json).to.equal('OK')
    expect((await venue.call('GET', '/auth/api-keys')).status).to.equal(401)
  })

  describe('read-only keys', () => {
    const reading = (key: string) => ({ POLY_READONLY_API_KEY: key, POLY_ADDRESS: venue.wallet.address })

    async function readAs(key: string, path = '/data/orders'): Promise<number> {
      const response = await fetch(venue.clobUrl(path), { headers: reading(key) })
      return response.status
    }

    it('reads without a signature, until it is deleted', async () => {
      venue = await Venue.open()
      const { json } = await venue.call('POST', '/auth/readonly-api-key')
      expect((await venue.call('GET', '/auth/readonly-api-keys')).json).to.deep.equal([json.apiKey])
      expect(await readAs(json.apiKey)).to.equal(200)
      const deleted = await venue.call('DELETE', '/auth/readonly-api-key', { key: json.apiKey })
      expect(deleted.json).to.equal(true)
      expect(await readAs(json.apiKey)).to.equal(401)
      const again = await venue.call('DELETE', '/auth/readonly-api-key', { key: json.apiKey })
      expect(again.json).to.equal(false)
    })

    it('changes nothing', async () => {
      venue = await Venue.open()
      const { json } = await venue.call('POST', '/auth/readonly-api-key')
      const response = await fetch(venue.clobUrl('/cancel-all'), { method: 'DELETE', headers: reading(json.apiKey) })
      expect(response.status).to.equal(401)
    })

    it('reads for its own address only', async () => {
      venue = await Venue.open()
      const { json } = await venue.call('POST', '/auth/readonly-api-key')
      const headers = { POLY_READONLY_API_KEY: json.apiKey, POLY_ADDRESS: `0x${'2'.repeat(40)}` }
      expect((await fetch(venue.clobUrl('/data/orders'), { headers })).status).to.equal(401)
    })
  })
})
