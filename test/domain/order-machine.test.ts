import { expect } from 'chai'
import fc from 'fast-check'
import {
  addQuantity,
  type Money,
  parseMoney,
  parsePrice,
  parseQuantity,
  type Quantity,
} from '../../src/domain/amounts.ts'
import { type Fill, sumFills } from '../../src/domain/fill.ts'
import { isOpen, isSettled, type Order, type OrderReport, orderStatuses } from '../../src/domain/order.ts'
import { applyOrderEvent, deniedOrder, type OrderEvent, submittedOrder } from '../../src/domain/order-machine.ts'
import { canFollow, IllegalTransition } from '../../src/domain/order-states.ts'
import { aFill, anIntent, aTime } from '../support/builders.ts'
import { decimal, shown } from './arbitraries.ts'

const later = '2026-11-20T12:00:01.000Z'
const intent = anIntent({ quantity: '10', timeInForce: 'gtc' })
const fresh = submittedOrder(intent, null, aTime)

function aReport(changes: Partial<OrderReport> & { readonly filled?: string }): OrderReport {
  const { filled = '0', ...rest } = changes
  return {
    venueOrderId: 'venue-order-1',
    clientOrderId: null,
    status: 'resting',
    filledQuantity: parseQuantity(filled),
    remainingQuantity: null,
    averagePrice: null,
    fees: null,
    provisional: false,
    ...rest,
  }
}

const reported = (changes: Parameters<typeof aReport>[0]): OrderEvent => ({
  kind: 'reported',
  report: aReport(changes),
})
const filled = (changes: Parameters<typeof aFill>[0]): OrderEvent => ({ kind: 'filled', fill: aFill(changes) })
const settled = (changes: Parameters<typeof aFill>[0]): OrderEvent => ({ kind: 'fill_settled', fill: aFill(changes) })
const lost: OrderEvent = { kind: 'unknown', reason: 'no answer' }

function orderAfter(...events: readonly OrderEvent[]): Order {
  return events.reduce((order, event) => applyOrderEvent(order, event, later), fresh)
}

const quantitiesOf = (order: Order): readonly (string | null)[] =>
  [order.filledQuantity, order.bookedQuantity, order.provisionalQuantity, order.remainingQuantity].map(shown)

describe('order machine: statuses', () => {
  it('a submitted order rests, fills or ends as the venue reports', () => {
    expect(orderAfter(reported({ status: 'resting' })).status).to.equal('resting')
    expect(orderAfter(reported({ status: 'filled', filled: '10' })).status).to.equal('filled')
    expect(orderAfter(reported({ status: 'cancelled' })).status).to.equal('cancelled')
  })

  it('never revives an ended order', () => {
    for (const ended of ['filled', 'partially_filled', 'cancelled', 'expired', 'rejected', 'denied'] as const) {
      expect(orderStatuses.filter((next) => isOpen(next) && canFollow(ended, next))).to.deep.equal([])
    }
  })

  it('a stale report of a resting order leaves an ended one ended', () => {
    expect(orderAfter(reported({ status: 'cancelled' }), reported({ status: 'resting' })).status).to.equal('cancelled')
  })

  it('refuses a rejection of an order that has ended: two orders are mixed up', () => {
    const filledUp = orderAfter(reported({ status: 'filled', filled: '10' }))
    expect(() => applyOrderEvent(filledUp, { kind: 'rejected', reason: 'x' }, later)).to.throw(IllegalTransition)
  })

  it('refuses to deny an order that was sent', () => {
    expect(() => orderAfter({ kind: 'denied', reason: 'x' })).to.throw(IllegalTransition, 'from submitted to denied')
  })

  it('refuses any news of a denied order, which never left', () => {
    const denied = deniedOrder(intent, 'too big', aTime)
    for (const event of [filled({}), reported({ status: 'resting' }), lost]) {
      expect(() => applyOrderEvent(denied, event, later)).to.throw(IllegalTransition)
    }
  })

  it('calls an order partially filled when it ended with a part, whatever word the venue has for the end', () => {
    for (const status of ['cancelled', 'expired', 'partially_filled'] as const) {
      expect(orderAfter(reported({ status, filled: '3' })).status).to.equal('partially_filled')
    }
  })

  it('does not believe a filled order without a filled quantity', () => {
    expect(orderAfter(reported({ status: 'filled', filled: '0' })).status).to.equal('unknown')
  })

  it('an order that the venue drops from its book is cancelled, not rejected', () => {
    expect(orderAfter(reported({ status: 'resting' }), reported({ status: 'rejected' })).status).to.equal('cancelled')
  })
})

describe('order machine: what is not known', () => {
  it('an order without an answer has no known remainder and no known fees', () => {
    const order = orderAfter(lost)
    expect([order.status, order.remainingQuantity, order.fees]).to.deep.equal(['unknown', null, null])
  })

  it('stays unknown through a partial fill, whose rest may be live', () => {
    expect(orderAfter(lost, filled({ quantity: '4' })).status).to.equal('unknown')
  })

  it('is settled by a fill of everything', () => {
    expect(orderAfter(lost, filled({ quantity: '10' })).status).to.equal('filled')
  })

  it('is settled by the venue’s report', () => {
    expect(orderAfter(lost, reported({ status: 'cancelled' })).status).to.equal('cancelled')
  })

  it('is rejected when the venue provably does not have it', () => {
    const order = orderAfter(lost, { kind: 'rejected', reason: 'absent' })
    expect([order.status, shown(order.fees)]).to.deep.equal(['rejected', '0'])
  })

  describe('that was called absent', () => {
    const absent: OrderEvent = { kind: 'rejected', reason: 'absent', isPresumed: true }

    it('rests again when the venue shows it resting', () => {
      const order = orderAfter(lost, absent, reported({ status: 'resting' }))
      expect([order.status, order.presumedAbsent]).to.deep.equal(['resting', undefined])
    })

    it('may be live again beyond a fill of a part of it', () => {
      const order = orderAfter(lost, absent, filled({ quantity: '4' }))
      expect([order.status, isSettled(order)]).to.deep.equal(['unknown', false])
    })

    it('stays refused when it was the venue that refused it', () => {
      const refused: OrderEvent = { kind: 'rejected', reason: 'no cash' }
      expect(orderAfter(lost, refused, reported({ status: 'resting' })).status).to.equal('rejected')
    })
  })

  it('is not rejected once a fill proves that it existed', () => {
    const order = orderAfter(lost, filled({ quantity: '4' }), { kind: 'rejected', reason: 'absent' })
    expect([order.status, shown(order.filledQuantity)]).to.deep.equal(['unknown', '4'])
  })

  it('keeps fills that come with an unclear report', () => {
    expect(shown(orderAfter(reported({ status: 'unknown', filled: '3' })).filledQuantity)).to.equal('3')
  })

  it('an order taken for absent turns out to have filled', () => {
    const order = orderAfter(lost, { kind: 'rejected', reason: 'absent' }, filled({ quantity: '4' }))
    expect([order.status, ...quantitiesOf(order)]).to.deep.equal(['partially_filled', '4', '4', '0', '0'])
  })
})

describe('order machine: fills', () => {
  it('books a fill once, however often it is seen', () => {
    const order = orderAfter(filled({ id: 'f1', quantity: '4' }), filled({ id: 'f1', quantity: '4' }))
    expect(shown(order.filledQuantity)).to.equal('4')
  })

  it('a stale report never takes fills away', () => {
    const order = orderAfter(filled({ quantity: '4' }), reported({ status: 'cancelled', filled: '0' }))
    expect([order.status, shown(order.filledQuantity)]).to.deep.equal(['submitted', '4'])
  })

  it('a fill that a report had counted does not count again', () => {
    const order = orderAfter(reported({ filled: '4' }), filled({ quantity: '4' }))
    expect(quantitiesOf(order)).to.deep.equal(['4', '4', '0', '6'])
  })

  it('a fill that a report had counted in part adds the rest', () => {
    const order = orderAfter(reported({ filled: '3' }), filled({ quantity: '5' }))
    expect(quantitiesOf(order)).to.deep.equal(['5', '5', '0', '5'])
  })

  it('a late fill turns a cancelled order into a partially filled one', () => {
    expect(orderAfter(reported({ status: 'cancelled' }), filled({ quantity: '4' })).status).to.equal('partially_filled')
  })

  it('takes average and fees from the fills once they cover everything', () => {
    const order = orderAfter(
      reported({ status: 'filled', filled: '10', averagePrice: parsePrice('0.5') }),
      filled({ id: 'f1', quantity: '4', price: '0.40', fee: parseMoney('0.01') }),
      filled({ id: 'f2', quantity: '6', price: '0.45', fee: parseMoney('0.02') }),
    )
    expect([order.averagePrice, order.fees].map(shown)).to.deep.equal(['0.43', '0.03'])
  })

  it('has no known fees while a fill does not say its own', () => {
    expect(orderAfter(filled({ quantity: '4', fee: null })).fees).to.equal(null)
  })

  it('has no known average when more is filled and the venue does not say at what', () => {
    const order = orderAfter(reported({ filled: '3', averagePrice: parsePrice('0.4') }), reported({ filled: '5' }))
    expect(order.averagePrice).to.equal(null)
  })

  it('sums fills for a cross-check, failed ones left out', () => {
    const sum = sumFills([
      aFill({ id: 'f1', quantity: '4', price: '0.40', fee: parseMoney('0.01') }),
      aFill({ id: 'f2', quantity: '6', price: '0.45', fee: parseMoney('0.02') }),
      aFill({ id: 'f3', quantity: '9', finality: 'failed' }),
    ])
    expect([sum.quantity, sum.averagePrice, sum.fees].map(shown)).to.deep.equal(['10', '0.43', '0.03'])
  })
})

describe('order machine: fills that may be reversed', () => {
  const provisional = filled({ id: 'f1', quantity: '4', finality: 'provisional' })

  it('counts a provisional fill, and settles it once', () => {
    const order = orderAfter(provisional, settled({ id: 'f1', quantity: '4' }), settled({ id: 'f1', quantity: '4' }))
    expect(quantitiesOf(order)).to.deep.equal(['4', '4', '0', '6'])
  })

  it('settling one fill twice leaves another one provisional', () => {
    const other = filled({ id: 'f2', quantity: '4', finality: 'provisional' })
    const order = orderAfter(
      provisional,
      other,
      settled({ id: 'f1', quantity: '4' }),
      settled({ id: 'f1', quantity: '4' }),
    )
    expect(shown(order.provisionalQuantity)).to.equal('4')
  })

  it('a fill booked as final settles the part that a report called provisional', () => {
    const order = orderAfter(
      reported({ status: 'filled', filled: '10', provisional: true }),
      filled({ quantity: '10' }),
    )
    expect([shown(order.provisionalQuantity), isSettled(order)]).to.deep.equal(['0', true])
  })

  it('never calls more provisional than is filled', () => {
    const order = orderAfter(
      reported({ filled: '3', provisional: true }),
      filled({ quantity: '5', finality: 'provisional' }),
    )
    expect(quantitiesOf(order)).to.deep.equal(['5', '5', '5', '5'])
  })

  it('takes a failed fill back once, and an order that had filled has not', () => {
    const whole = { id: 'f1', quantity: '10', fee: parseMoney('0.07') }
    const failed = settled({ ...whole, finality: 'failed' })
    const order = orderAfter(filled({ ...whole, finality: 'provisional' }), failed, failed)
    expect([order.status, ...quantitiesOf(order)]).to.deep.equal(['cancelled', '0', '0', '0', '0'])
    expect([order.averagePrice, order.fees].map(shown)).to.deep.equal([null, '0'])
  })

  it('an order loses only the part that failed', () => {
    const order = orderAfter(
      filled({ id: 'f1', quantity: '6' }),
      filled({ id: 'f2', quantity: '4', finality: 'provisional' }),
      settled({ id: 'f2', quantity: '4', finality: 'failed' }),
    )
    expect([order.status, ...quantitiesOf(order)]).to.deep.equal(['partially_filled', '6', '6', '0', '0'])
    expect(shown(order.reversedQuantity)).to.equal('4')
  })

  it('does not book a match again that was taken back, however late it is told', () => {
    const failed = settled({ id: 'f1', quantity: '4', finality: 'failed' })
    const order = orderAfter(provisional, failed, provisional, settled({ id: 'f1', quantity: '4' }))
    expect(quantitiesOf(order).slice(0, 3)).to.deep.equal(['0', '0', '0'])
  })

  it('keeps a final fill final, whatever stale news of it comes', () => {
    const order = orderAfter(
      provisional,
      settled({ id: 'f1', quantity: '4' }),
      provisional,
      settled({ id: 'f1', quantity: '4', finality: 'failed' }),
    )
    expect(quantitiesOf(order).slice(0, 3)).to.deep.equal(['4', '4', '0'])
  })

  it('takes a fill back that was reported and never booked', () => {
    const order = orderAfter(
      reported({ status: 'filled', filled: '10', provisional: true }),
      settled({ id: 'f1', quantity: '10', finality: 'failed' }),
    )
    expect([order.status, ...quantitiesOf(order)]).to.deep.equal(['cancelled', '0', '0', '0', '0'])
    expect(isSettled(order)).to.equal(true)
  })

  it('does not count what was taken back again when a stale report does', () => {
    const order = orderAfter(
      provisional,
      settled({ id: 'f1', quantity: '4', finality: 'failed' }),
      reported({ status: 'resting', filled: '4', provisional: true }),
    )
    expect([order.status, ...quantitiesOf(order)]).to.deep.equal(['resting', '0', '0', '0', '6'])
  })

  it('believes a report of less when the venue says that the rest was taken back', () => {
    const order = orderAfter(
      reported({ status: 'filled', filled: '10', provisional: true }),
      settled({ id: 'f1', quantity: '4', finality: 'failed' }),
      reported({ status: 'partially_filled', filled: '6', reversedQuantity: parseQuantity('4') }),
    )
    expect([order.status, shown(order.filledQuantity)]).to.deep.equal(['partially_filled', '6'])
  })
})

/** An order's true history at the venue: its fills in order and how each ends. */
const histories = fc
  .array(
    fc.record({
      hundredths: fc.bigInt(1n, 200n),
      cents: fc.bigInt(1n, 45n),
      finality: fc.constantFrom('final' as const, 'provisional' as const),
      fails: fc.boolean(),
    }),
    { maxLength: 5 },
  )
  .map((parts) =>
    parts.map(({ hundredths, cents, finality, fails }, index): PastFill => {
      const fill = aFill({
        id: `f${index}`,
        quantity: decimal(hundredths * 10_000n),
        price: decimal(cents * 10_000n),
        fee: parseMoney('0.01'),
        finality,
      })
      return { fill, end: { ...fill, finality: fails && finality === 'provisional' ? 'failed' : 'final' } }
    }),
  )

/** A fill as it is first told, and as it ends. */
interface PastFill {
  readonly fill: Fill
  readonly end: Fill
}

const isFailed = ({ end }: PastFill): boolean => end.finality === 'failed'

function totalOf(fills: readonly PastFill[]): Quantity {
  return addQuantity(...fills.map(({ fill }) => fill.quantity))
}

/** A report of someone who knows of the first fills, and of the failures among them or not yet. */
function reportFrom(fills: readonly PastFill[], knowsFailures: boolean, status: OrderReport['status']): OrderEvent {
  const failed = knowsFailures ? fills.filter(isFailed) : []
  const live = fills.filter((past) => !failed.includes(past))
  return {
    kind: 'reported',
    report: {
      ...aReport({ status }),
      filledQuantity: totalOf(live),
      reversedQuantity: totalOf(failed),
      provisional: live.some(({ fill }) => fill.finality === 'provisional'),
    },
  }
}

/** What the venue could say or we could learn along the way: any prefix, stale or not, in any order, any number of times. */
function newsOf(fills: readonly PastFill[]): fc.Arbitrary<readonly OrderEvent[]> {
  const seen = fc
    .tuple(fc.nat(fills.length), fc.boolean())
    .map(([count, knowsFailures]) => reportFrom(fills.slice(0, count), knowsFailures, 'resting'))
  if (fills.length === 0) return fc.array(seen, { maxLength: 3 })
  const past = fc.constantFrom(...fills)
  const booking = past.map(({ fill }): OrderEvent => ({ kind: 'filled', fill }))
  const settling = past.map(({ end }): OrderEvent => ({ kind: 'fill_settled', fill: end }))
  return fc.array(fc.oneof(seen, booking, settling), { maxLength: 14 })
}

describe('order machine: any history, heard in any order', () => {
  const heard = histories.chain((fills) => fc.record({ fills: fc.constant(fills), news: newsOf(fills) }))

  it('never makes an illegal step, loses a fill, or books or doubts more than is filled', () => {
    fc.assert(
      fc.property(heard, ({ news }) => {
        let order = fresh
        for (const event of news) {
          const next = applyOrderEvent(order, event, later)
          const reversed = next.reversedQuantity > order.reversedQuantity
          expect(next.status === order.status || canFollow(order.status, next.status) || reversed).to.equal(true)
          expect(next.filledQuantity + next.reversedQuantity >= order.filledQuantity).to.equal(true)
          expect(next.bookedQuantity <= next.filledQuantity).to.equal(true)
          expect(next.provisionalQuantity <= next.filledQuantity).to.equal(true)
          order = next
        }
      }),
    )
  })

  it('ends, once all is heard, with exactly what happened', () => {
    fc.assert(
      fc.property(heard, fc.boolean(), ({ fills, news }, knowsFailures) => {
        const kept = fills.filter((past) => !isFailed(past))
        const order = orderAfter(
          ...news,
          ...fills.map(({ fill }): OrderEvent => ({ kind: 'filled', fill })),
          ...fills.map(({ end }): OrderEvent => ({ kind: 'fill_settled', fill: end })),
          reportFrom(fills, knowsFailures, 'cancelled'),
        )
        const truth = sumFills(kept.map(({ fill }) => fill))
        expect(quantitiesOf(order)).to.deep.equal([shown(totalOf(kept)), shown(totalOf(kept)), '0', '0'])
        expect(order.reversedQuantity).to.equal(totalOf(fills.filter(isFailed)))
        expect(order.averagePrice).to.equal(truth.averagePrice)
        expect(order.fees).to.equal(truth.fees as Money)
        expect(isSettled(order)).to.equal(true)
      }),
    )
  })

  it('hearing any event twice in a row is hearing it once', () => {
    fc.assert(
      fc.property(heard, ({ news }) => {
        expect(orderAfter(...news.flatMap((event) => [event, event]))).to.deep.equal(orderAfter(...news))
      }),
    )
  })
})
