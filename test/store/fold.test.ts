import { expect } from 'chai'
import fc from 'fast-check'
import * as v from 'valibot'
import { exposureOf } from '../../src/domain/exposure.ts'
import type { Fill } from '../../src/domain/fill.ts'
import { stringifyAmounts } from '../../src/store/amount-schema.ts'
import type { JournalEvent, JournalRecord } from '../../src/store/events.ts'
import { applyRecord, applyRecords, type FoldOutcome } from '../../src/store/fold.ts'
import type { Recall } from '../../src/store/fold-order.ts'
import { emptyState, type FoldState, type TrackedOrder, type TrackedTrade } from '../../src/store/fold-state.ts'
import { stateSchema, storeState } from '../../src/store/state-codec.ts'
import {
  anIntent,
  anyStep,
  aTrade,
  booked,
  filledOrder,
  historyOf,
  money,
  nettingOf,
  price,
  quantity,
  reported,
  submitted,
} from './support.ts'

const isNew: readonly string[] = ['firstTerms', 'pendingAmend']

function recordsOf(events: readonly JournalEvent[], time = '2026-11-20T12:00:00.000Z'): readonly JournalRecord[] {
  return events.map((event, index) => ({ seq: index + 1, time, event }))
}

function foldAll(events: readonly JournalEvent[], recall?: Recall): FoldOutcome {
  return applyRecords(emptyState, recordsOf(events), { nettingOf, recall: recall ?? new Shelf() })
}

/** An archive in memory. */
class Shelf implements Recall {
  readonly orders = new Map<string, TrackedOrder>()
  readonly trades = new Map<string, TrackedTrade>()
  order(id: string): TrackedOrder | null {
    return this.orders.get(id) ?? null
  }
  trade(id: string): TrackedTrade | null {
    return this.trades.get(id) ?? null
  }
  put(outcome: FoldOutcome): void {
    for (const { id, value } of outcome.orders) this.orders.set(id, value)
    for (const { id, value } of outcome.trades) this.trades.set(id, value)
  }
}

function heldOf(state: FoldState): bigint {
  return [...state.positions.values()].reduce((sum, { quantity: held }) => sum + held, 0n)
}

describe('fold', () => {
  it('lets an order leave once it has ended and all its fills are booked', () => {
    const { state, orders } = foldAll(filledOrder('o-1'))
    expect(state.openOrders.size).to.equal(0)
    expect(orders.map(({ id, seq }) => [id, seq])).to.deep.equal([['o-1', 3]])
  })

  it('keeps a filled order until its fill is booked', () => {
    const { state } = foldAll(filledOrder('o-1').slice(0, 2))
    expect(state.openOrders.get('o-1')?.status).to.equal('filled')
  })

  it('counts a fill once that is booked twice', () => {
    const { state } = foldAll([...filledOrder('o-1'), booked('o-1', 'f-o-1')])
    expect(heldOf(state)).to.equal(quantity('10'))
  })

  it('counts a fill once that comes again after its order was archived', () => {
    const shelf = new Shelf()
    const first = foldAll(filledOrder('o-1'))
    shelf.put(first)
    const again = { seq: 4, time: '2026-11-21T00:00:00Z', event: booked('o-1', 'f-o-1') }
    expect(heldOf(applyRecord(first.state, again, nettingOf, shelf))).to.equal(quantity('10'))
  })

  it('books a late fill on an archived order', () => {
    const shelf = new Shelf()
    const first = foldAll([submitted('o-1'), reported('o-1', { status: 'cancelled' })])
    shelf.put(first)
    const late = { seq: 3, time: '2026-11-20T13:00:00Z', event: booked('o-1', 'f-9', { quantity: quantity('4') }) }
    const next = applyRecords(first.state, [late], { nettingOf, recall: shelf })
    expect(heldOf(next.state)).to.equal(quantity('4'))
    expect(next.orders[0]?.value.order.bookedQuantity).to.equal(quantity('4'))
  })

  it('undoes a provisional fill once, however often its failure is told', () => {
    const provisional = booked('o-1', 'f-1', { finality: 'provisional' })
    const failed: JournalEvent = {
      type: 'fill.settled',
      orderId: 'o-1',
      fill: { ...fillOf(provisional), finality: 'failed' },
    }
    const { state } = foldAll([submitted('o-1'), provisional, failed, failed])
    expect(heldOf(state)).to.equal(0n)
    expect(state.today.realized).to.equal(0n)
  })

  it('undoes what was booked, not what the failure claims', () => {
    const provisional = booked('o-1', 'f-1', { finality: 'provisional' })
    const claimed = { ...fillOf(provisional), finality: 'failed' as const, quantity: quantity('3') }
    const { state } = foldAll([submitted('o-1'), provisional, { type: 'fill.settled', orderId: 'o-1', fill: claimed }])
    expect(heldOf(state)).to.equal(0n)
  })

  it('gives the day nothing back for a fill of unknown fee that failed before it was ever booked', () => {
    const ghost = booked('o-1', 'f-1', { finality: 'failed', fee: null, market: 'polymarket:a' })
    const told: JournalEvent = { type: 'fill.settled', orderId: 'o-1', fill: fillOf(ghost) }
    const { state } = foldAll([
      submitted('o-1', { market: 'polymarket:a' }),
      reported('o-1', { status: 'filled', filledQuantity: quantity('10'), provisional: true }),
      told,
    ])
    expect(state.today.realized).to.equal(0n)
    expect(state.positions.size).to.equal(0)
  })

  it('books a final fill of which no provisional one was seen', () => {
    const settled: JournalEvent = { type: 'fill.settled', orderId: 'o-1', fill: fillOf(booked('o-1', 'f-1')) }
    expect(heldOf(foldAll([submitted('o-1'), settled]).state)).to.equal(quantity('10'))
  })

  it('moves no position for an order that cannot have fills, and says so', () => {
    const denied: JournalEvent = { type: 'order.denied', intent: anIntent('o-1'), denials: [] }
    const { state, warnings } = foldAll([denied, booked('o-1', 'f-1')])
    expect(heldOf(state)).to.equal(0n)
    expect(warnings).to.have.length(1)
  })

  it('keeps an order as it was when an impossible event is told of it', () => {
    const refused: JournalEvent = { type: 'order.rejected', orderId: 'o-1', code: 'X', reason: 'late' }
    const { state, warnings } = foldAll([submitted('o-1'), reported('o-1'), refused])
    expect(state.openOrders.get('o-1')?.status).to.equal('resting')
    expect(warnings[0]).to.include('o-1')
  })

  it('reports an event of an order that nobody began', () => {
    expect(foldAll([reported('o-7')]).warnings[0]).to.include('o-7')
  })

  it('remembers when everything was last cancelled, by venue, and through the view', () => {
    const events = (['requested', 'answered'] as const).map((step, index) => ({
      seq: index + 1,
      time: `2026-11-20T12:00:0${index}.000Z`,
      event: { type: `cancel_all.${step}`, venue: 'kalshi', outcome: 'unknown', message: null } as JournalEvent,
    }))
    const { state } = applyRecords(emptyState, events, { nettingOf, recall: new Shelf() })
    expect([...throughJson(state).cancelledAllAt]).to.deep.equal([['kalshi', Date.parse('2026-11-20T12:00:01.000Z')]])
  })

  it('remembers lost records until each venue agrees, and which they were for good', () => {
    const agreed = (venue: 'kalshi' | 'polymarket'): JournalEvent => ({
      type: 'cash.agreed',
      venue,
      balance: money('10'),
    })
    const lostAfter = (...events: readonly JournalEvent[]) => throughJson(foldAll(events).state).lostRecords
    const cut: JournalEvent = { type: 'journal.cut', upTo: 154 }
    expect(lostAfter(agreed('kalshi'), cut)).to.deep.equal({ upTo: 154, venues: ['kalshi', 'polymarket'] })
    expect(lostAfter(cut, agreed('kalshi'))).to.deep.equal({ upTo: 154, venues: ['polymarket'] })
    expect(lostAfter(cut, agreed('kalshi'), agreed('polymarket'))).to.deep.equal({ upTo: 154, venues: [] })
  })

  it('reads a state that was kept before cancel-alls were remembered', () => {
    const kept = JSON.parse(stringifyAmounts(storeState(emptyState)))
    delete kept.cancelledAllAt
    expect(v.parse(stateSchema, kept)).to.deep.equal(emptyState)
  })

  it('adds up the day: what sales realise, less fees', () => {
    const { state } = foldAll([
      ...filledOrder('o-1'),
      submitted('o-2', { side: 'sell' }),
      booked('o-2', 'f-2', { side: 'sell', fee: money('0.02') }),
    ])
    expect(state.today).to.deep.equal({ day: '2026-11-20', realized: money('-0.20') })
  })

  it('counts a fee that nobody tells at its worst, and takes that back with the fill', () => {
    const provisional = { fee: null, finality: 'provisional' } as const
    const bought = [submitted('o-1'), booked('o-1', 'f-1', provisional)]
    const { state } = foldAll(bought)
    expect(state.today.realized < money('-0.01')).to.equal(true)
    expect([...state.positions.values()].map(({ fees, fillsWithoutFee }) => [fees, fillsWithoutFee])).to.deep.equal([
      [0n, 1],
    ])
    const failed = { ...booked('o-1', 'f-1', { fee: null, finality: 'failed' }), type: 'fill.settled' } as JournalEvent
    expect(foldAll([...bought, failed]).state.today.realized).to.equal(0n)
    const final = { ...booked('o-1', 'f-1', { fee: null }), type: 'fill.settled' } as JournalEvent
    expect(foldAll([...bought, final]).state.today).to.deep.equal(state.today)
  })

  it('keeps a series back whose fee was above what limits counted, until resumed', () => {
    const drift = (charged: string): JournalEvent => ({
      type: 'fee.drift',
      orderId: 'o-1',
      market: 'kalshi:A',
      fillIds: ['f-o-1'],
      drift: { charged: money(charged), predicted: money('0.09'), worst: money('0.1'), series: 'KXS', schedule: '' },
    })
    const within = foldAll([...filledOrder('o-1'), drift('0.1')], undefined)
    expect(within.state.feeDrifts.size).to.equal(0)
    const shelf = new Shelf()
    const filled = foldAll(filledOrder('o-1'))
    shelf.put(filled)
    const next = applyRecords(filled.state, recordsOf([drift('0.11')]), { nettingOf, recall: shelf })
    expect([...next.state.feeDrifts]).to.deep.equal([['KXS', { orderId: 'o-1', at: '2026-11-20T12:00:00.000Z' }]])
    expect(next.orders.map(({ value }) => value.order.feeDrift?.charged)).to.deep.equal([money('0.11')])
    const restored = v.parse(stateSchema, JSON.parse(stringifyAmounts(storeState(next.state))))
    expect(restored.feeDrifts).to.deep.equal(next.state.feeDrifts)
    const resumed = applyRecords(next.state, recordsOf([{ type: 'safeguards.resumed', reason: 'seen' }]), {
      nettingOf,
      recall: shelf,
    })
    expect(resumed.state.feeDrifts.size).to.equal(0)
  })

  it('begins a new day at zero', () => {
    const { state } = foldAll(filledOrder('o-1'))
    const next = { seq: 4, time: '2026-11-21T00:00:00Z', event: reported('o-1') }
    expect(applyRecord(state, next, nettingOf).today).to.deep.equal({ day: '2026-11-21', realized: 0n })
  })

  it('does not forget the day when the clock is set back', () => {
    const { state } = foldAll(filledOrder('o-1'))
    const back = { seq: 4, time: '2026-11-19T23:00:00Z', event: submitted('o-2') }
    expect(applyRecord(state, back, nettingOf).today).to.deep.equal({ day: '2026-11-20', realized: money('-0.18') })
  })

  it('forgets the intent of an order that never was, and of no other', () => {
    const { state } = foldAll([
      submitted('o-1'),
      submitted('o-2'),
      submitted('o-3'),
      { type: 'order.rejected', orderId: 'o-2', code: 'X', reason: 'no' },
      { type: 'order.unknown', orderId: 'o-3', code: 'X', reason: 'no answer' },
    ])
    expect(state.recentIntents.map(({ orderId }) => orderId)).to.deep.equal(['o-1', 'o-3'])
  })

  it('bounds the intents that it remembers', () => {
    const { state } = foldAll(Array.from({ length: 1_200 }, (_, index) => submitted(`o-${index}`)))
    expect(state.recentIntents).to.have.length(1_000)
    expect(state.recentIntents.at(-1)?.orderId).to.equal('o-1199')
  })

  it('keeps frozen trades in sight and lets balanced ones go', () => {
    const { state, trades } = foldAll([
      { type: 'trade.opened', trade: aTrade('t-1') },
      { type: 'trade.opened', trade: aTrade('t-2') },
      { type: 'trade.updated', trade: aTrade('t-1', { status: 'balanced' }) },
      { type: 'trade.updated', trade: aTrade('t-2', { status: 'frozen' }) },
    ])
    expect([...state.openTrades.keys()]).to.deep.equal(['t-2'])
    expect(trades.map(({ id }) => id)).to.deep.equal(['t-1'])
  })

  it('takes a change that was journalled and never answered for under way, in the next process too', () => {
    const events: JournalEvent[] = [
      submitted('o-1'),
      reported('o-1', { status: 'resting', filledQuantity: quantity('0') }),
      { type: 'amend.requested', orderId: 'o-1', price: price('0.55'), quantity: quantity('12') },
    ]
    const { state } = foldAll(events)
    for (const each of [state, throughJson(state)]) {
      const order = each.openOrders.get('o-1')
      expect(order?.pendingAmend).to.deep.equal({
        price: price('0.55'),
        quantity: quantity('12'),
        askedAt: '2026-11-20T12:00:00.000Z',
      })
      expect(exposureOf([], each.openOrders.values()).unknown).to.equal(money('6.6'))
    }
  })

  it('holds the order against its new terms once it is changed', () => {
    const { state, orders } = foldAll([
      submitted('o-1'),
      reported('o-1', { status: 'resting', filledQuantity: quantity('0') }),
      { type: 'amend.requested', orderId: 'o-1', price: price('0.55'), quantity: quantity('6') },
      { type: 'amend.answered', orderId: 'o-1', outcome: 'amended', message: null },
      booked('o-1', 'f-1', { quantity: quantity('6') }),
    ])
    expect([...state.openOrders.keys()]).to.deep.equal([])
    expect(orders.map(({ value }) => value.order.status)).to.deep.equal(['filled'])
  })

  it('reads what was kept before orders could be changed', () => {
    const stored: unknown = JSON.parse(stringifyAmounts(storeState(foldAll([submitted('o-1')]).state)))
    const older = JSON.parse(JSON.stringify(stored, (name, value) => (isNew.includes(name) ? undefined : value)))
    expect(v.parse(stateSchema, older).openOrders.get('o-1')).to.include({ firstTerms: null, pendingAmend: null })
  })

  it('drops flat positions before held ones when there are too many', () => {
    const events = Array.from({ length: 1_100 }, (_, index) => [
      submitted(`o-${index}`, { market: `polymarket:m${index}` }),
      booked(`o-${index}`, 'f-1', { market: `polymarket:m${index}` }),
      submitted(`s-${index}`, { market: `polymarket:m${index}`, side: 'sell' }),
      ...(index === 0 ? [] : [booked(`s-${index}`, 'f-2', { market: `polymarket:m${index}`, side: 'sell' })]),
    ]).flat()
    const { positions } = foldAll(events).state
    expect(positions.size).to.equal(1_000)
    expect(positions.has('polymarket:m0/yes')).to.equal(true)
  })

  it('gives the same state record by record, in batches, and through a checkpoint anywhere', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), fc.array(fc.nat(8), { minLength: 1 }), (steps, sizes) => {
        const records = recordsOf(historyOf(steps))
        const whole = applyRecords(emptyState, records, { nettingOf, recall: new Shelf() })
        const shelf = new Shelf()
        let state = emptyState
        for (let at = 0, turn = 0; at < records.length; turn++) {
          const size = 1 + (sizes[turn % sizes.length] ?? 0)
          const outcome = applyRecords(state, records.slice(at, at + size), { nettingOf, recall: shelf })
          shelf.put(outcome)
          state = throughJson(outcome.state)
          at += size
        }
        expect(storeState(state)).to.deep.equal(storeState(whole.state))
        const again = new Shelf()
        again.put(whole)
        expect([...shelf.orders]).to.deep.equal([...again.orders])
      }),
      { numRuns: 150 },
    )
  })

  it('never counts a fill twice, whatever is told in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const { state, orders } = foldAll(historyOf(steps))
        const all = [...state.openOrders.values(), ...orders.map(({ value }) => value.order)]
        for (const order of all) expect(new Set(order.fillIds).size).to.equal(order.fillIds.length)
      }),
      { numRuns: 150 },
    )
  })

  it('ends in the same place whatever is told of the same fills, in whatever order and how often', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 16 }), fc.nat(15), (news, failures) => {
        const fails = (fill: number): boolean => ((failures >> fill) & 1) === 1
        const told = (fill: number, ended: boolean): JournalEvent => {
          const finality = !ended ? 'provisional' : fails(fill) ? 'failed' : 'final'
          const { fill: body } = { fill: fillOf(booked('o-1', `f-${fill}`, { quantity: quantity(String(fill + 1)) })) }
          return { type: ended ? 'fill.settled' : 'fill.booked', orderId: 'o-1', fill: { ...body, finality } }
        }
        const all = [0, 1, 2, 3]
        const { state, orders } = foldAll([
          submitted('o-1', { market: 'polymarket:a' }),
          ...news.map(([fill, ended]) => told(fill, ended)),
          ...all.map((fill) => told(fill, true)),
          reported('o-1', { status: 'cancelled' }),
        ])
        const kept = all.filter((fill) => !fails(fill)).reduce((sum, fill) => sum + fill + 1, 0)
        expect(heldOf(state)).to.equal(quantity(String(kept)))
        expect(state.pendingFills.size).to.equal(0)
        const [order] = [...state.openOrders.values(), ...orders.map(({ value }) => value.order)].slice(-1)
        expect(order?.filledQuantity).to.equal(quantity(String(kept)))
        expect(order?.reversedQuantity).to.equal(quantity(String(10 - kept)))
        const [position] = state.positions.values()
        expect(position?.totalCost ?? 0n).to.equal(money(String((kept * 45) / 100)))
        expect(position?.fees ?? 0n).to.equal(money(String(((4 - all.filter(fails).length) * 18) / 100)))
      }),
      { numRuns: 300 },
    )
  })
})

function fillOf(event: JournalEvent): Fill {
  if (event.type !== 'fill.booked') throw new Error('not a fill')
  return event.fill
}

function throughJson(state: FoldState): FoldState {
  return v.parse(stateSchema, JSON.parse(stringifyAmounts(storeState(state))))
}
