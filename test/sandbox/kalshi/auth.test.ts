import { generateKeyPairSync } from 'node:crypto'
import { expect } from 'chai'
import { codeOf, type KalshiBench, kalshiBench } from '../support/kalshi-http.ts'

const path = '/portfolio/balance'

describe('Kalshi face: signatures', () => {
  let bench: KalshiBench

  before(async () => {
    bench = await kalshiBench({ rsa: true })
  })
  after(() => bench.close())

  const ask = (change: Parameters<KalshiBench['headers']>[2], target = path) =>
    bench.raw('GET', target, { headers: bench.headers('GET', target, change) })

  it('accepts the RSA key with PSS', async () => {
    expect(bench.sandbox.kalshi.privateKeyPem).to.contain('RSA PRIVATE KEY')
    expect((await ask({})).status).to.equal(200)
  })

  it('accepts the Ed25519 key of the same account', async () => {
    const { apiKeyId, privateKeyPem } = bench.sandbox.kalshi.ed25519
    expect((await ask({ keyId: apiKeyId, pem: privateKeyPem })).status).to.equal(200)
  })

  it('signs the path without its query', async () => {
    expect((await ask({}, `${path}?exchange_index=1`)).status).to.equal(200)
  })

  it('says when headers are missing', async () => {
    const answer = await bench.raw('GET', path, {})
    expect([answer.status, codeOf(answer)]).to.deep.equal([401, 'signature_is_missing_from_headers'])
  })

  it('does not know a key of another environment', async () => {
    const answer = await ask({ keyId: '00000000-0000-4000-8000-000000000000' })
    expect(answer.status).to.equal(401)
    expect(answer.body.error).to.include({ code: 'authentication_error', details: 'NOT_FOUND' })
  })

  it('refuses a signature over another path', async () => {
    const answer = await ask({ signedPath: '/portfolio/balance' })
    expect(answer.status).to.equal(401)
    expect(answer.body.error).to.include({ details: 'INCORRECT_API_KEY_SIGNATURE' })
  })

  it('refuses the signature of another key', async () => {
    const stranger = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const answer = await ask({ pem: stranger, keyId: bench.sandbox.kalshi.ed25519.apiKeyId })
    expect(answer.body.error).to.include({ details: 'INCORRECT_API_KEY_SIGNATURE' })
  })

  for (const [offsetMs, accepted] of [
    [-10_000, true],
    [10_000, true],
    [-30_000, false],
    [60_000, false],
  ] as const) {
    it(`${accepted ? 'accepts' : 'refuses'} a clock that is ${offsetMs / 1_000} s off`, async () => {
      const answer = await ask({ offsetMs })
      if (accepted) expect(answer.status).to.equal(200)
      else expect([answer.status, codeOf(answer)]).to.deep.equal([401, 'header_timestamp_expired'])
    })
  }

  it('needs no signature for market data', async () => {
    expect((await bench.raw('GET', '/markets', {})).status).to.equal(200)
  })

  it('keeps its clients signed in when the exchange time is moved', async () => {
    await bench.control('POST', '/clock', { advanceMs: 86_400_000 })
    expect((await ask({})).status).to.equal(200)
  })
})

describe('Kalshi face: rate limits', () => {
  it('answers 429 when a bucket is empty, and again serves when it refilled', async () => {
    const bench = await kalshiBench({ rateLimit: 'basic' })
    try {
      for (let order = 0; order < 10; order++) await bench.call('POST', '/portfolio/events/orders', {})
      const refused = await bench.call('POST', '/portfolio/events/orders', {})
      expect([refused.status, codeOf(refused)]).to.deep.equal([429, 'too_many_requests'])
      // Reads have a bucket of their own.
      expect((await bench.call('GET', path)).status).to.equal(200)
      bench.clock.advanceTo(bench.clock.nowMs() + 200)
      expect((await bench.call('POST', '/portfolio/events/orders', {})).status).to.equal(400)
    } finally {
      await bench.close()
    }
  })

  it('counts unsigned reads by themselves, and a write to a named shard on that shard', async () => {
    const bench = await kalshiBench({ rateLimit: 'basic' })
    try {
      for (let read = 0; read < 60; read++) await bench.raw('GET', '/exchange/status', {})
      expect((await bench.raw('GET', '/exchange/status', {})).status).to.equal(429)
      expect((await bench.call('GET', path)).status).to.equal(200)
      for (let order = 0; order < 10; order++) await bench.call('POST', '/portfolio/events/orders', {})
      expect((await bench.call('POST', '/portfolio/events/orders', {})).status).to.equal(429)
      expect((await bench.call('POST', '/portfolio/events/orders', { exchange_index: 2 })).status).to.equal(400)
    } finally {
      await bench.close()
    }
  })

  it('publishes the limits it keeps', async () => {
    const bench = await kalshiBench({ rateLimit: 'basic' })
    try {
      const { body } = await bench.call('GET', '/account/limits')
      expect(body).to.deep.equal({
        usage_tier: 'basic',
        read: { refill_rate: 200, bucket_capacity: 600 },
        write: { refill_rate: 100, bucket_capacity: 100 },
        grants: [],
      })
    } finally {
      await bench.close()
    }
  })
})
