import { expect } from 'chai'
import { VirtualClock } from '../../../src/runtime/clock.ts'
import type { FaceReply } from '../../../src/sandbox/face.ts'
import { SignerGate, signerLimits } from '../../../src/sandbox/polymarket/rate-limit.ts'

describe('Polymarket face: rate limits by signer', () => {
  let clock: VirtualClock
  let gate: SignerGate

  beforeEach(() => {
    clock = new VirtualClock(Date.parse('2026-11-20T12:00:00Z'))
    gate = new SignerGate(signerLimits.basic, clock)
  })

  function pass(endpoint: string, body = '', answer = '{}', address = '0xabc'): Promise<FaceReply> {
    const request = { method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body }
    return gate.pass(address, endpoint, request, () => ({ status: 200, body: answer }))
  }

  const batch = (length: number): string => JSON.stringify(Array.from({ length }, () => ({})))

  it('takes a batch whole or not at all, and names the limit that refused', async () => {
    expect((await pass('place_orders', batch(15))).headers?.['Poly-RateLimit-Remaining']).to.equal('45')
    for (let i = 0; i < 3; i++) await pass('place_orders', batch(15))
    const refused = await pass('place_orders', batch(15))
    expect(refused.status).to.equal(429)
    expect(refused.headers).to.deep.equal({
      'Poly-RateLimit-Remaining': '0',
      'Poly-RateLimit-Reset': String(Date.parse('2026-11-20T12:00:02Z') / 1_000),
      'Poly-RateLimit-Tier': 'Standard',
      'Retry-After': '2',
    })
  })

  it('has room again as the bucket refills', async () => {
    for (let i = 0; i < 60; i++) await pass('place_order')
    expect((await pass('place_order')).status).to.equal(429)
    clock.advanceTo(clock.nowMs() + 25)
    expect((await pass('place_order')).status).to.equal(200)
  })

  it('counts each order that a sweep cancelled', async () => {
    const answer = JSON.stringify({ canceled: ['0x1', '0x2'], not_canceled: {} })
    const reply = await pass('cancel_all', '', answer)
    expect(reply.headers?.['Poly-RateLimit-Remaining']).to.equal('117')
  })

  it('leaves reads alone, and keeps signers and the two buckets apart', async () => {
    for (let i = 0; i < 60; i++) await pass('place_order')
    expect((await pass('get_order')).headers).to.equal(undefined)
    expect((await pass('cancel_order')).status).to.equal(200)
    expect((await pass('place_order', '', '{}', '0xdef')).status).to.equal(200)
  })
})
