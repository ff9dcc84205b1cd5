import { expect } from 'chai'
import { intentFingerprint } from '../../src/domain/order.ts'
import { anIntent } from '../support/builders.ts'

describe('intent fingerprint', () => {
  const same = intentFingerprint(anIntent({}))

  it('is the same for the same wish under other ids and times', () => {
    expect(intentFingerprint(anIntent({ id: 'o-2', clientOrderId: 'other', createdAtMs: 1 }))).to.equal(same)
  })

  it('is the same however the amounts were written', () => {
    expect(intentFingerprint(anIntent({ price: '0.450', quantity: '5.00' }))).to.equal(same)
  })

  const others = {
    market: { market: 'polymarket:other' },
    outcome: { outcome: 'no' },
    side: { side: 'sell' },
    quantity: { quantity: '6' },
    price: { price: '0.46' },
    'time in force': { timeInForce: 'fok' },
  } as const
  for (const [name, change] of Object.entries(others)) {
    it(`differs with the ${name}`, () => {
      expect(intentFingerprint(anIntent(change))).to.not.equal(same)
    })
  }
})
