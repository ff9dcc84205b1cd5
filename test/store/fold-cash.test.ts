import { expect } from 'chai'
import fc from 'fast-check'
import { formatAmount, moneyOf } from '../../src/domain/amounts.ts'
import { cashThrough, positionKey } from '../../src/domain/position.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import { applyRecords, type FoldOutcome } from '../../src/store/fold.ts'
import { emptyState } from '../../src/store/fold-state.ts'
import { anIntent, anyStep, booked, historyOf, money, nettingOf, price, quantity, submitted } from './support.ts'

const recall = { order: () => null, trade: () => null }
const start = '2026-11-20T12:00:00.000Z'

function foldAll(events: readonly JournalEvent[], time = start): FoldOutcome {
  const records = events.map((event, index) => ({ seq: index + 1, time, event }))
  return applyRecords(emptyState, records, { nettingOf, recall })
}

const agreed: JournalEvent = { type: 'cash.agreed', venue: 'kalshi', balance: money('100') }
const market = anIntent('o-1').market
const bought = booked('o-1', 'f-1', { market, quantity: quantity('10'), price: price('0.45'), fee: money('0.1') })

function movedBy(...events: readonly JournalEvent[]): string | null {
  const line = foldAll(events).state.cash.get('kalshi')
  return line === undefined ? null : formatAmount(line.moved)
}

describe('cash in the fold', () => {
  it('is not followed before it agreed with the venue', () => {
    expect(movedBy(submitted('o-1'), bought)).to.equal(null)
  })

  it('goes down by what a purchase cost, fee included', () => {
    expect(movedBy(agreed, submitted('o-1'), bought)).to.equal('-4.6')
  })

  it('counts from where it agreed last', () => {
    expect(movedBy(agreed, submitted('o-1'), bought, agreed)).to.equal('0')
  })

  it('goes up by what a claimed deposit brought', () => {
    expect(movedBy(agreed, { type: 'cash.claimed', venue: 'kalshi', amount: money('20') })).to.equal('20')
  })

  it('leaves room for a fee that is not known, and for nothing more', () => {
    const unknownFee = booked('o-1', 'f-1', { market, quantity: quantity('10'), price: price('0.45'), fee: null })
    const line = foldAll([agreed, submitted('o-1'), unknownFee]).state.cash.get('kalshi')
    expect([line?.moved, (line?.slack ?? 0n) > 100_000n]).to.deep.equal([money('-4.5'), true])
    expect((foldAll([agreed, submitted('o-1'), bought]).state.cash.get('kalshi')?.slack ?? 9n) < 10n).to.equal(true)
  })

  it('holds what was traded elsewhere before it agreed already', () => {
    const adopted: JournalEvent = {
      type: 'order.adopted',
      intent: { ...anIntent('o-1'), purpose: { kind: 'adopted' } },
      venueOrderId: 'v-1',
    }
    const at = (time: string) =>
      booked('o-1', 'f-1', { market, quantity: quantity('10'), price: price('0.45'), fee: money('0.1'), time })
    expect(movedBy(agreed, adopted, at('2026-11-20T11:59:59Z'))).to.equal('0')
    expect(movedBy(agreed, adopted, at('2026-11-20T12:00:01Z'))).to.equal('-4.6')
    // Our clock was ten minutes ahead when it agreed.
    const dated: JournalEvent = {
      type: 'cash.agreed',
      venue: 'kalshi',
      balance: money('100'),
      asOf: '2026-11-20T11:50:00Z',
    }
    expect(movedBy(dated, adopted, at('2026-11-20T11:49:59Z'))).to.equal('0')
    expect(movedBy(dated, adopted, at('2026-11-20T11:50:01Z'))).to.equal('-4.6')
    // A time in whole seconds may be up to a second early. It was not there when everything agreed: it came after that.
    const within: JournalEvent = { ...dated, asOf: '2026-11-20T11:50:00.500Z' }
    expect(movedBy(within, adopted, at('2026-11-20T11:50:00Z'))).to.equal('-4.6')
    expect(movedBy(within, adopted, at('2026-11-20T11:50:00.100Z'))).to.equal('0')
  })

  it('is what the positions cost and brought, whatever happened', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const trades = historyOf(steps).filter(({ type }) => type !== 'cash.agreed' && type !== 'cash.claimed')
        const begin = (['kalshi', 'polymarket'] as const).map(
          (venue): JournalEvent => ({ type: 'cash.agreed', venue, balance: money('0') }),
        )
        const { state } = foldAll([...begin, ...trades])
        const moved = [...state.cash.values()].reduce((sum, line) => sum + line.moved, 0n)
        expect(moved).to.equal(cashThrough(state.positions.values()))
      }),
      { numRuns: 300 },
    )
  })
})

describe('settlements in the fold', () => {
  const settled = (changes: Partial<Extract<JournalEvent, { type: 'position.settled' }>['settlement']> = {}) =>
    ({
      type: 'position.settled',
      settlement: { market, outcome: 'yes', quantity: quantity('10'), payout: money('10'), time: null, ...changes },
    }) as const

  function heldAfter(...events: readonly JournalEvent[]) {
    const { state, warnings } = foldAll(events)
    const position = state.positions.get(positionKey(market, 'yes'))
    return {
      held: position === undefined ? null : formatAmount(position.quantity),
      realized: position === undefined ? null : formatAmount(position.realizedPnl),
      cash: formatAmount(state.cash.get('kalshi')?.moved ?? money('0')),
      today: formatAmount(moneyOf(state.today.realized)),
      warnings: warnings.length,
    }
  }

  it('close the holding, realise what it made, and bring the payout in', () => {
    expect(heldAfter(agreed, submitted('o-1'), bought, settled())).to.deep.equal({
      held: '0',
      realized: '5.5',
      cash: '5.4',
      today: '5.4',
      warnings: 0,
    })
  })

  it('that come twice are paid once', () => {
    const once = heldAfter(agreed, submitted('o-1'), bought, settled())
    expect(heldAfter(agreed, submitted('o-1'), bought, settled(), settled())).to.deep.equal({ ...once, warnings: 1 })
  })

  it('of another number than is held change nothing', () => {
    const before = heldAfter(agreed, submitted('o-1'), bought)
    const after = heldAfter(agreed, submitted('o-1'), bought, settled({ quantity: quantity('9') }))
    expect(after).to.deep.equal({ ...before, warnings: 1 })
  })
})

describe('evidence in the fold', () => {
  const unknown: JournalEvent = { type: 'order.unknown', orderId: 'o-1', code: 'TIMEOUT', reason: 'no answer' }
  const evidence = (rulesOut: readonly ('under_way' | 'no_order' | 'live' | 'ended')[]): JournalEvent => ({
    type: 'order.evidence',
    orderId: 'o-1',
    finding: 'shown',
    evidence: 'looked',
    rulesOut,
  })
  const orderAfter = (...events: readonly JournalEvent[]) =>
    foldAll([submitted('o-1'), unknown, ...events]).state.openOrders.get('o-1')

  it('that the venue took the order is remembered, and that it was not seen is not', () => {
    expect(orderAfter(evidence(['under_way', 'no_order']))?.landed).to.equal(true)
    expect(orderAfter(evidence(['under_way', 'live', 'ended']))?.landed).to.equal(undefined)
    expect(orderAfter(evidence([]))?.landed).to.equal(undefined)
  })

  it('settles nothing by itself', () => {
    expect(orderAfter(evidence(['under_way', 'live', 'ended']))?.status).to.equal('unknown')
  })

  it('of an order that was sent again says when that was', () => {
    expect(orderAfter({ type: 'order.resent', orderId: 'o-1' })?.resentAt).to.equal(start)
  })
})

describe('orders that were left out, in the fold', () => {
  const ignored: JournalEvent = {
    type: 'order.ignored',
    order: { venue: 'kalshi', venueOrderId: 'v-9', shown: 'resting', holdings: [] },
  }

  it('are kept until they are adopted after all', () => {
    const intent = { ...anIntent('o-9'), purpose: { kind: 'adopted' } } as const
    const adopted: JournalEvent = { type: 'order.adopted', intent, venueOrderId: 'v-9' }
    expect(foldAll([ignored]).state.ignoredOrders.size).to.equal(1)
    expect(foldAll([ignored, adopted]).state.ignoredOrders.size).to.equal(0)
  })
})
