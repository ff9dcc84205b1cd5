import { expect } from 'chai'
import fc from 'fast-check'
import { parseQuantity } from '../../src/domain/amounts.ts'
import { decodeRecord, encodeRecord } from '../../src/store/codec.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import { anIntent, anyStep, aTrade, booked, historyOf, money, price, quantity, reported, submitted } from './support.ts'

const time = '2026-11-20T12:00:00.000Z'

function textOf(event: JournalEvent): string {
  return encodeRecord({ seq: 1, time, event }).text
}

function through(event: JournalEvent): unknown {
  const { text, decoded } = encodeRecord({ seq: 1, time, event })
  const read = decodeRecord(text)
  // What the ledger goes on with is what a later process will read.
  expect(decoded).to.deep.equal(read)
  return read
}

/** The record's text with one piece of it replaced. */
function changed(event: JournalEvent, from: string, to: string): string {
  const text = textOf(event)
  expect(text).to.include(from)
  return text.replace(from, to)
}

function whatIsWrong(text: string): string {
  const decoded = decodeRecord(text)
  if (decoded.ok) return 'nothing'
  return decoded.problem.kind === 'malformed' ? decoded.problem.what : decoded.problem.type
}

/** One of each kind: a new kind that is missing here does not compile. */
const oneOfEach: { readonly [K in JournalEvent['type']]: Extract<JournalEvent, { type: K }> } = {
  'session.started': { type: 'session.started', session: 's', command: 'trade place', version: '0.1.0', tape: 'named' },
  'session.ended': { type: 'session.ended', session: 's', outcome: 'done' },
  'journal.keyed': { type: 'journal.keyed', key: '0123456789abcdef', previous: null },
  'journal.cut': { type: 'journal.cut', upTo: 154, anchor: 'ab'.repeat(32) },
  'order.denied': {
    type: 'order.denied',
    intent: anIntent('o-1'),
    denials: [{ code: 'MAX_NOTIONAL', message: 'too much', value: '1000', limit: null }],
  },
  'order.submitted': {
    type: 'order.submitted',
    intent: anIntent('o-1', { purpose: { kind: 'unwind', tradeId: 't-1' }, expiresAt: time, timeInForce: 'gtd' }),
    venueOrderId: '0xabc',
  },
  'order.adopted': {
    type: 'order.adopted',
    intent: anIntent('o-1', { purpose: { kind: 'unwind', tradeId: 't-1' }, expiresAt: time, timeInForce: 'gtd' }),
    venueOrderId: '0xabc',
  },
  'order.reported': {
    ...(reported('o-1', { averagePrice: price('0.4525') }) as Extract<JournalEvent, { type: 'order.reported' }>),
  },
  'order.rejected': { type: 'order.rejected', orderId: 'o-1', code: 'X', reason: 'no' },
  'order.unknown': { type: 'order.unknown', orderId: 'o-1', code: 'X', reason: 'no answer' },
  'cancel.requested': { type: 'cancel.requested', orderId: 'o-1' },
  'cancel.answered': { type: 'cancel.answered', orderId: 'o-1', outcome: 'cancelled', message: null },
  'amend.requested': { type: 'amend.requested', orderId: 'o-1', price: price('0.4525'), quantity: quantity('12.5') },
  'amend.denied': {
    type: 'amend.denied',
    orderId: 'o-1',
    price: price('0.4525'),
    quantity: quantity('12.5'),
    denials: [{ code: 'HALTED', message: 'trading was halted', value: null, limit: null }],
  },
  'amend.answered': { type: 'amend.answered', orderId: 'o-1', outcome: 'unknown', message: 'reset' },
  'cancel_all.requested': { type: 'cancel_all.requested', venue: 'kalshi' },
  'cancel_all.answered': { type: 'cancel_all.answered', venue: 'polymarket', outcome: 'unknown', message: 'reset' },
  'fill.booked': { ...(booked('o-1', 'f-1') as Extract<JournalEvent, { type: 'fill.booked' }>) },
  'fill.settled': {
    ...(booked('o-1', 'f-1', { fee: null, liquidity: null }) as Extract<JournalEvent, { type: 'fill.booked' }>),
    type: 'fill.settled',
  },
  'fee.drift': {
    type: 'fee.drift',
    orderId: 'o-1',
    market: 'kalshi:A',
    fillIds: ['f-1'],
    drift: {
      charged: money('0.12'),
      predicted: money('0.0875'),
      worst: money('0.1'),
      series: 'KXS',
      schedule: 'taker rate 0.07',
    },
  },
  'order.evidence': {
    type: 'order.evidence',
    orderId: 'o-1',
    finding: 'not_shown',
    evidence: 'it is not listed',
    source: 'list_orders',
    asOf: '2026-11-20T12:01:00.000Z',
    rulesOut: ['under_way', 'live', 'ended'],
  },
  'order.resent': { type: 'order.resent', orderId: 'o-1' },
  'order.ignored': {
    type: 'order.ignored',
    order: {
      venue: 'kalshi',
      venueOrderId: 'v-1',
      shown: 'buy 5 yes of kalshi:A at 0.4, resting',
      holdings: [{ market: 'kalshi:A', outcome: 'yes', quantity: parseQuantity('2') }],
    },
  },
  'position.settled': {
    type: 'position.settled',
    settlement: { market: 'kalshi:A', outcome: 'no', quantity: parseQuantity('3'), payout: money('3'), time: null },
  },
  'cash.agreed': { type: 'cash.agreed', venue: 'polymarket', balance: money('98.0186') },
  'cash.claimed': { type: 'cash.claimed', venue: 'polymarket', amount: money('-20') },
  'trade.opened': { type: 'trade.opened', trade: aTrade('t-1') },
  'trade.updated': { type: 'trade.updated', trade: aTrade('t-1', { status: 'unwound', edgeRealized: '-0.01' }) },
  'pair.approved': {
    type: 'pair.approved',
    pair: {
      markets: ['kalshi:A', 'polymarket:a'],
      polarity: 'inverted',
      hash: 'ab'.repeat(32),
      approvedAt: '2026-11-20T12:00:00.000Z',
      by: 'pat',
    },
  },
  'pair.rejected': {
    type: 'pair.rejected',
    pair: {
      markets: ['kalshi:A', 'polymarket:a'],
      rejectedAt: '2026-11-20T12:00:00.000Z',
      by: 'pat',
      reason: 'another station',
    },
  },
  'markets.synced': { type: 'markets.synced', venue: 'kalshi', markets: 200 },
  'safeguards.halted': { type: 'safeguards.halted', reason: 'stop' },
  'safeguards.resumed': { type: 'safeguards.resumed', reason: 'go' },
  'breaker.changed': {
    type: 'breaker.changed',
    breaker: 'kalshi',
    memory: { state: 'open', consecutiveFailures: 5, sinceMs: 1 },
  },
  'reconcile.finished': { type: 'reconcile.finished', settled: 1, differences: 0 },
}

function expectOneText(event: JournalEvent): void {
  const text = textOf(event)
  const decoded = decodeRecord(text)
  if (!decoded.ok) throw new Error(whatIsWrong(text))
  expect(encodeRecord(decoded.record).text).to.equal(text)
}

/** The same value with its keys, at every depth, in another order. */
function shuffledKeys<T>(value: T, order: readonly number[]): T {
  if (Array.isArray(value)) return value.map((part) => shuffledKeys(part, order)) as T
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([name, part], index) => ({ name, part, rank: order[index] ?? index }))
  entries.sort((a, b) => b.rank - a.rank)
  return Object.fromEntries(entries.map(({ name, part }) => [name, shuffledKeys(part, order)])) as T
}

describe('codec', () => {
  for (const event of Object.values(oneOfEach)) {
    it(`gives back ${event.type} as it was`, () => {
      expect(through(event)).to.deep.equal({ ok: true, record: { seq: 1, time, event } })
    })
  }

  it('gives back any history as it was', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 20 }), (steps) => {
        for (const event of historyOf(steps))
          expect(through(event)).to.deep.equal({ ok: true, record: { seq: 1, time, event } })
      }),
    )
  })

  it('writes amounts as decimal strings', () => {
    expect(textOf(submitted('o-1'))).to.include('"price":"0.45","purpose":{"kind":"manual"},"quantity":"10"')
  })

  it('has one text for a record: reading and writing it again changes no byte', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 20 }), (steps) => {
        for (const event of [...Object.values(oneOfEach), ...historyOf(steps)]) expectOneText(event)
      }),
      { numRuns: 50 },
    )
  })

  it('has one text for a record, in whichever order its parts were put together', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(oneOfEach)),
        fc.array(fc.nat(), { maxLength: 12 }),
        (event, order) => {
          const shuffled = shuffledKeys(event, order)
          expect(textOf(shuffled)).to.equal(textOf(event))
        },
      ),
    )
  })

  it('keeps any text as it is: not normalised, not lost, whatever it holds', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (reason) => {
        expectOneText({ type: 'order.unknown', orderId: 'o-1', code: 'X', reason })
        expect(through({ type: 'safeguards.halted', reason })).to.have.nested.property('record.event.reason', reason)
      }),
    )
  })

  for (const [what, to] of [
    ['a number', '"price":0.45'],
    ['an exponent', '"price":"45e-2"'],
    ['surplus digits', '"price":"0.45000001"'],
    ['a price above a dollar', '"price":"45"'],
    ['nothing', '"price":null'],
  ] as const) {
    it(`refuses ${what} for an amount, naming the field`, () => {
      expect(whatIsWrong(changed(submitted('o-1'), '"price":"0.45"', to))).to.match(
        /^order\.submitted: intent\.price: /,
      )
    })
  }

  it('refuses a missing field', () => {
    expect(whatIsWrong(changed(booked('o-1', 'f-1'), '"fee":"0.18",', ''))).to.include('fill.fee')
  })

  it('refuses a market that is none', () => {
    expect(whatIsWrong(changed(submitted('o-1'), 'kalshi:FED-26DEC', 'mtgox:../../x'))).to.include('intent.market')
  })

  it('tolerates a field that a later version has added', () => {
    expect(whatIsWrong(changed(submitted('o-1'), '"postOnly"', '"colour":"red","postOnly"'))).to.equal('nothing')
  })

  it('names a kind of event that it does not know', () => {
    expect(whatIsWrong(changed(submitted('o-1'), 'order.submitted', 'order.teleported'))).to.equal('order.teleported')
  })

  it('refuses text that is not JSON', () => {
    expect(whatIsWrong('{"seq":1')).to.equal('it is not JSON')
  })
})
