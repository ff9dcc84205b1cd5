import { expect } from 'chai'
import { accountIdentity, createClient, venueSettings } from '../../src/clients/index.ts'
import type { AccountSource, ClientOptions } from '../../src/clients/venue-module.ts'
import { ToolkitError } from '../../src/domain/errors.ts'
import { venueIds } from '../../src/domain/market.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { TEST_ADDRESS, TEST_KEY } from './polymarket/builders.ts'

const none: AccountSource = { kind: 'none' }

function options(changes: Partial<ClientOptions> = {}): ClientOptions {
  return {
    urls: {
      rest: 'http://127.0.0.1:1',
      clob: 'http://127.0.0.1:1',
      gamma: 'http://127.0.0.1:1',
      data: 'http://127.0.0.1:1',
    },
    account: none,
    clock: new VirtualClock(0),
    timeoutMs: 1_000,
    userAgent: 'crosstape-test',
    ...changes,
  }
}

async function problem(promise: Promise<unknown>): Promise<ToolkitError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof ToolkitError) return error
    throw error
  }
  throw new Error('it did not fail')
}

describe('venue registry', () => {
  it('makes a client for every venue, which nets as its settings say', async () => {
    for (const venue of venueIds) {
      const client = await createClient(venue, options())
      expect(client.venue).to.equal(venue)
      expect(client.capabilities.netting).to.equal(venueSettings[venue].netting)
    }
  })

  it('gives every setting a variable of its own', () => {
    const names = Object.values(venueSettings).flatMap(({ urls, credentials }) =>
      [...urls, ...credentials].map((setting) => setting.env),
    )
    expect(new Set(names).size).to.equal(names.length)
  })

  it('says that Polymarket has no demo', async () => {
    const urls = Object.fromEntries(venueSettings.polymarket.urls.map(({ name, defaults }) => [name, defaults.demo]))
    const error = await problem(createClient('polymarket', options({ urls })))
    expect(error).to.include({ code: 'VENUE_ADDRESS_MISSING', category: 'usage' })
    expect(error.message).to.contain('no demo')
  })

  it('has a demo and a live address for Kalshi', () => {
    for (const { defaults } of venueSettings.kalshi.urls) {
      expect(defaults.demo).to.match(/^(https|wss):/)
      expect(defaults.live).to.match(/^(https|wss):/)
    }
  })

  it('names the variable that is missing from an incomplete Kalshi key', async () => {
    const account: AccountSource = { kind: 'credentials', values: { apiKeyId: 'id' } }
    const error = await problem(createClient('kalshi', options({ account })))
    expect(error.message).to.contain('KALSHI_PRIVATE_KEY_PATH is not')
  })

  it('names the variables that are missing from an incomplete Polymarket key', async () => {
    const account: AccountSource = { kind: 'credentials', values: { privateKey: TEST_KEY, apiKey: 'id' } }
    const client = await createClient('polymarket', options({ account }))
    const error = await problem(client.getBalance())
    expect(error.message).to.contain('POLYMARKET_API_SECRET and POLYMARKET_API_PASSPHRASE')
  })

  it('reads public data without credentials, and says what is missing for the rest', async () => {
    for (const venue of venueIds) {
      const client = await createClient(venue, options({ account: { kind: 'credentials', values: {} } }))
      expect((await problem(client.getBalance())).category).to.equal('usage')
    }
  })

  it('keeps of an account what a replay needs, and nothing secret', async () => {
    const identity = await accountIdentity('polymarket', { privateKey: TEST_KEY })
    expect(identity).to.deep.equal({ address: TEST_ADDRESS, funder: TEST_ADDRESS, signatureType: '0' })
    expect(await accountIdentity('polymarket', {})).to.deep.equal({})
    expect(await accountIdentity('kalshi', { apiKeyId: 'id', privateKeyPath: '/nowhere' })).to.deep.equal({})
  })
})
