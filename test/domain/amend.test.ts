import { expect } from 'chai'
import fc from 'fast-check'
import { worstTerms } from '../../src/domain/amend.ts'
import { complement, cost, parsePrice, parseQuantity, type Quantity } from '../../src/domain/amounts.ts'
import { exposureOf } from '../../src/domain/exposure.ts'
import { isUncertain, type Order, type OrderReport, type OrderTerms } from '../../src/domain/order.ts'
import { applyOrderEvent, type OrderEvent, submittedOrder } from '../../src/domain/order-machine.ts'
import { IllegalTransition } from '../../src/domain/order-states.ts'
import { aFill, anIntent, aTime } from '../support/builders.ts'
import { lots, quotedPrices, shown } from './arbitraries.ts'

const later = '2026-11-20T12:00:01.000Z'

function terms(price: string, quantity: string): OrderTerms {
  return { price: parsePrice(price), quantity: parseQuantity(quantity) }
}

function report(status: OrderReport['status'], filled = '0', remaining: string | null = null): OrderEvent {
  const filledQuantity = parseQuantity(filled)
  const remainingQuantity = remaining === null ? null : parseQuantity(remaining)
  const rest = { venueOrderId: 'v-1', clientOrderId: null, averagePrice: null, fees: null, provisional: false }
  return { kind: 'reported', report: { ...rest, status, filledQuantity, remainingQuantity } }
}

const asked = (price: string, quantity: string): OrderEvent => ({
  kind: 'amend_requested',
  terms: terms(price, quantity),
})
const answered = (outcome: Extract<OrderEvent, { kind: 'amend_answered' }>['outcome']): OrderEvent => ({
  kind: 'amend_answered',
  outcome,
})
const filled = (quantity: string, id = 'fill-1'): OrderEvent => ({ kind: 'filled', fill: aFill({ id, quantity }) })

function orderAfter(side: 'buy' | 'sell', ...events: readonly OrderEvent[]): Order {
  const intent = anIntent({ side, quantity: '10', price: '0.40', timeInForce: 'gtc' })
  return [report('resting'), ...events].reduce(
    (order, event) => applyOrderEvent(order, event, later),
    submittedOrder(intent, null, aTime),
  )
}

const termsOf = ({ intent }: Order): readonly (string | null)[] => [shown(intent.price), shown(intent.quantity)]
const worstOf = (order: Order): readonly (string | null)[] => {
  const { price, quantity } = worstTerms(order)
  return [shown(price), shown(quantity)]
}

describe('a change of a resting order', () => {
  it('leaves it at its old terms and counts it at the worse of both while it has no answer', () => {
    const order = orderAfter('buy', asked('0.45', '8'))
    expect(termsOf(order)).to.deep.equal(['0.4', '10'])
    expect(worstOf(order)).to.deep.equal(['0.45', '10'])
    expect([order.status, isUncertain(order)]).to.deep.equal(['resting', true])
  })

  it('counts a sale at the lower price: beyond what is held it costs the complement', () => {
    expect(worstOf(orderAfter('sell', asked('0.35', '8')))).to.deep.equal(['0.35', '10'])
    expect(worstOf(orderAfter('sell', asked('0.45', '12')))).to.deep.equal(['0.4', '12'])
  })

  it('gives it the new terms once it is carried out, and keeps those it was first sent with', () => {
    const order = orderAfter('buy', asked('0.45', '12'), answered('amended'), asked('0.46', '9'), answered('amended'))
    expect(termsOf(order)).to.deep.equal(['0.46', '9'])
    expect(order.firstTerms).to.deep.equal(terms('0.40', '10'))
    expect([order.pendingAmend, shown(order.remainingQuantity)]).to.deep.equal([null, '9'])
  })

  for (const outcome of ['refused', 'not_live', 'never_arrived'] as const) {
    it(`leaves it as it was when it was ${outcome}`, () => {
      const order = orderAfter('buy', asked('0.45', '12'), answered(outcome))
      expect([...termsOf(order), order.pendingAmend, order.firstTerms]).to.deep.equal(['0.4', '10', null, null])
    })
  }

  it('stays open after an answer that proves nothing', () => {
    expect(isUncertain(orderAfter('buy', asked('0.45', '12'), answered('unknown')))).to.equal(true)
  })

  it('stays open after a report of the order at rest, which may be from before it', () => {
    expect(orderAfter('buy', asked('0.45', '12'), report('resting', '0', '10')).pendingAmend).to.not.equal(null)
  })

  it('does not matter any more once the order has ended', () => {
    const order = orderAfter('buy', asked('0.45', '12'), report('cancelled'))
    expect([order.status, order.pendingAmend]).to.deep.equal(['cancelled', null])
    expect(applyOrderEvent(order, answered('amended'), later)).to.deep.equal(order)
  })

  it('does not end the order with the old quantity, which may not be all any more', () => {
    expect(orderAfter('buy', asked('0.45', '12'), filled('10')).status).to.equal('resting')
    expect(
      orderAfter('buy', asked('0.45', '12'), filled('10'), answered('refused'), report('filled', '10')).status,
    ).to.equal('filled')
  })

  it('is proven by more fills than the old terms allow', () => {
    for (const event of [filled('11'), report('resting', '11')]) {
      const order = orderAfter('buy', asked('0.45', '12'), event)
      expect([...termsOf(order), order.pendingAmend]).to.deep.equal(['0.45', '12', null])
    }
  })

  it('ends the order when as much was filled meanwhile as it asked for in all', () => {
    const order = orderAfter('buy', filled('8'), asked('0.40', '8'), answered('amended'))
    expect([order.status, shown(order.remainingQuantity)]).to.deep.equal(['filled', '0'])
  })

  it('is one at a time, and of an order that rests', () => {
    expect(() => orderAfter('buy', asked('0.45', '12'), asked('0.46', '12'))).to.throw(IllegalTransition)
    expect(() => orderAfter('buy', report('cancelled'), asked('0.45', '12'))).to.throw(IllegalTransition)
    const lost: OrderEvent = { kind: 'unknown', reason: 'no answer' }
    expect(() => orderAfter('buy', lost, asked('0.45', '12'))).to.throw(IllegalTransition)
  })

  it('never lets exposure fall below what the venue can still take, whichever terms it has', () => {
    const wanted = fc.record({ price: quotedPrices, quantity: lots })
    fc.assert(
      fc.property(
        wanted,
        wanted,
        fc.boolean(),
        fc.constantFrom('buy', 'sell' as const),
        fc.nat(100),
        (old, next, landed, side, percent) => {
          const intent = anIntent({ ...old, side, timeInForce: 'gtc' })
          const truth = landed ? next : old
          const booked = ((truth.quantity * BigInt(percent)) / 100n) as Quantity
          const events: OrderEvent[] = [
            report('resting'),
            { kind: 'amend_requested', terms: next },
            ...(booked === 0n ? [] : [{ kind: 'filled', fill: aFill({ side, quantity: booked }) } as const]),
          ]
          const order = events.reduce(
            (each, event) => applyOrderEvent(each, event, later),
            submittedOrder(intent, null, aTime),
          )
          const price = side === 'buy' ? truth.price : complement(truth.price)
          const left = (truth.quantity - booked) as Quantity
          expect(exposureOf([], [order]).total >= cost(price, left, 'down')).to.equal(true)
        },
      ),
    )
  })
})
