import { expect } from 'chai'
import { exitCodes, gravest, placementReason, reconcileReason } from '../../src/cli/exit-codes.ts'
import { amendmentReason } from '../../src/cli/halt/cancel-reasons.ts'
import { parsePrice, parseQuantity } from '../../src/domain/amounts.ts'
import type { Order, OrderStatus } from '../../src/domain/order.ts'
import { submittedOrder } from '../../src/domain/order-machine.ts'

function anOrder(status: OrderStatus): Order {
  const intent = {
    id: 'o-1',
    clientOrderId: 'c-1',
    market: 'kalshi:A' as const,
    outcome: 'yes' as const,
    side: 'buy' as const,
    quantity: parseQuantity('5'),
    price: parsePrice('0.45'),
    timeInForce: 'ioc' as const,
    expiresAt: null,
    postOnly: false,
    reduceOnly: false,
    purpose: { kind: 'manual' as const },
    createdAtMs: 0,
  }
  return { ...submittedOrder(intent, null, '2026-11-20T00:00:00.000Z'), status }
}

describe('exit codes', () => {
  it('are the ones that scripts rely on', () => {
    const codes = Object.fromEntries(Object.entries(exitCodes).map(([reason, { code }]) => [reason, code]))
    expect(codes).to.deep.equal({
      done: 0,
      bug: 1,
      usage: 2,
      denied: 3,
      rejected: 4,
      unknown_outcome: 5,
      unavailable: 6,
      drift: 7,
      declined: 8,
      interrupted: 130,
    })
  })

  it('say that an order which ended unfilled was placed as asked', () => {
    expect(placementReason({ order: anOrder('cancelled'), denials: [], answer: 'accepted' })).to.equal('done')
  })

  it('never call an order without an answer done', () => {
    expect(placementReason({ order: anOrder('unknown'), denials: [], answer: 'unknown' })).to.equal('unknown_outcome')
    expect(placementReason({ order: anOrder('submitted'), denials: [], answer: 'withheld' })).to.equal(
      'unknown_outcome',
    )
  })

  it('tell a safeguard from a venue that is away', () => {
    const denied = { order: anOrder('denied'), answer: null }
    const denials = [{ code: 'MAX_NOTIONAL' }, { code: 'BREAKER_OPEN' }]
    expect(placementReason({ ...denied, denials })).to.equal('denied')
    expect(placementReason({ ...denied, denials: denials.slice(1) })).to.equal('unavailable')
  })

  it('tell an order that the venue refused from one that it never looked at', () => {
    const ended = { order: anOrder('rejected'), denials: [] }
    expect(placementReason({ ...ended, answer: 'rejected' })).to.equal('rejected')
    expect(placementReason({ ...ended, answer: 'not_sent' })).to.equal('unavailable')
    expect(placementReason({ ...ended, answer: 'held_back' })).to.equal('denied')
  })

  it('tell a change that was kept back from one that the venue refused', () => {
    const base = { order: anOrder('resting'), denials: [], message: null, preview: null }
    expect(amendmentReason({ ...base, outcome: 'held_back' })).to.equal('denied')
    expect(amendmentReason({ ...base, outcome: 'refused' })).to.equal('rejected')
  })

  it('do not call a reconciliation done while records are missing', () => {
    const agreed = { unsettled: [], differences: [] }
    expect(reconcileReason(agreed)).to.equal('done')
    expect(reconcileReason(agreed, ['kalshi'])).to.equal('drift')
  })

  it('put what is unknown before what is known to have gone wrong', () => {
    expect(gravest(['done', 'rejected', 'unknown_outcome'])).to.equal('unknown_outcome')
    expect(gravest([])).to.equal('done')
  })
})
