import { expect } from 'chai'
import fc from 'fast-check'
import { judgePlacement, type SentOrder } from '../../../src/clients/polymarket/placement.ts'
import { parsePrice, parseQuantity, type Quantity } from '../../../src/domain/amounts.ts'
import type { OrderIntent } from '../../../src/domain/order.ts'
import type { Placement } from '../../../src/domain/venue.ts'
import { anIntent, aReply } from './builders.ts'

const ID = `0x${'ab'.repeat(32)}`

/** Ten shares at 0.45. */
function sentOrder(changes: Partial<OrderIntent> = {}): SentOrder {
  const intent = anIntent(changes)
  const [dollars, shares] = [(intent.quantity * intent.price) / 1_000_000n, BigInt(intent.quantity)]
  const [makerAmount, takerAmount] = intent.side === 'buy' ? [dollars, shares] : [shares, dollars]
  return { orderId: ID, intent, makerAmount, takerAmount }
}

const accepted = { success: true, errorMsg: '', orderID: ID, status: 'live', makingAmount: '', takingAmount: '' }

function judge(body: unknown, sent: SentOrder = sentOrder(), status = 200): Placement {
  return judgePlacement(aReply(status, body), sent)
}

function reportOf(placement: Placement) {
  if (placement.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(placement)}`)
  return placement.report
}

describe('polymarket placement answers', () => {
  it('take a live order as resting in full', () => {
    const report = reportOf(judge(accepted))
    expect(report).to.include({ venueOrderId: ID, status: 'resting', filledQuantity: 0n, provisional: false })
    expect(report.remainingQuantity).to.equal(parseQuantity('10'))
  })

  it('take a full match as filled, provisionally, at what was paid', () => {
    const report = reportOf(judge({ ...accepted, status: 'matched', makingAmount: '4.4', takingAmount: '10' }))
    expect(report).to.include({ status: 'filled', filledQuantity: parseQuantity('10'), provisional: true, fees: null })
    expect(report.averagePrice).to.equal(parsePrice('0.44'))
  })

  it('read the same match when it is printed in millionths', () => {
    const report = reportOf(
      judge({ ...accepted, status: 'matched', makingAmount: '4400000', takingAmount: '10000000' }),
    )
    expect(report.filledQuantity).to.equal(parseQuantity('10'))
    expect(report.averagePrice).to.equal(parsePrice('0.44'))
  })

  it('read whole units without a point when they buy more shares than were asked for', () => {
    const sent = sentOrder({ timeInForce: 'ioc', quantity: parseQuantity('100') })
    const report = reportOf(judge({ ...accepted, status: 'matched', makingAmount: '45', takingAmount: '120' }, sent))
    expect(report).to.include({ status: 'filled', filledQuantity: parseQuantity('120') })
  })

  it('read a sale, whose given side is shares', () => {
    const sent = sentOrder({ side: 'sell', timeInForce: 'ioc' })
    const report = reportOf(judge({ ...accepted, status: 'matched', makingAmount: '4', takingAmount: '1.84' }, sent))
    expect(report).to.include({ status: 'partially_filled', filledQuantity: parseQuantity('4'), remainingQuantity: 0n })
    expect(report.averagePrice).to.equal(parsePrice('0.46'))
  })

  it('let the rest of a partly matched GTC order rest', () => {
    const report = reportOf(judge({ ...accepted, status: 'matched', makingAmount: '1.8', takingAmount: '4' }))
    expect(report).to.include({ status: 'resting', remainingQuantity: parseQuantity('6') })
  })

  it('end a partly matched IOC order', () => {
    const sent = sentOrder({ timeInForce: 'ioc' })
    const report = reportOf(judge({ ...accepted, status: 'matched', makingAmount: '1.8', takingAmount: '4' }, sent))
    expect(report).to.include({ status: 'partially_filled', remainingQuantity: 0n })
  })

  it('agree on both units for any fill within the limit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 45 }), (lots, cents) => {
        const shares = BigInt(lots) * 10_000n
        const dollars = (shares * BigInt(cents)) / 100n
        fc.pre(dollars > 0n)
        const text = (value: bigint): string => {
          const digits = value.toString().padStart(7, '0')
          return `${digits.slice(0, -6)}.${digits.slice(-6)}`
        }
        const body = { ...accepted, status: 'matched' }
        const micro = judge({ ...body, makingAmount: String(dollars), takingAmount: String(shares) })
        const whole = judge({ ...body, makingAmount: text(dollars), takingAmount: text(shares) })
        expect(micro).to.deep.equal(whole)
        expect(reportOf(whole).filledQuantity).to.equal(shares as Quantity)
      }),
    )
  })

  for (const [what, amounts] of [
    ['says nothing of its size', { makingAmount: '', takingAmount: '' }],
    ['says zero', { makingAmount: '0', takingAmount: '0' }],
    ['gives more than the order offered', { makingAmount: '4.6', takingAmount: '10.2' }],
    ['is worse than the limit', { makingAmount: '4.4', takingAmount: '5' }],
  ] as const) {
    it(`keep the order but not the fill of a match that ${what}`, () => {
      const report = reportOf(judge({ ...accepted, status: 'matched', ...amounts }))
      expect(report).to.include({ status: 'unknown', filledQuantity: 0n, remainingQuantity: null })
    })
  }

  for (const status of ['delayed', 'unmatched']) {
    it(`leave a ${status} order unknown until it is read`, () => {
      expect(reportOf(judge({ ...accepted, status }))).to.include({ status: 'unknown', remainingQuantity: null })
    })
  }
})
