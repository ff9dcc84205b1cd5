import { expect } from 'chai'
import type { OrderJson } from '../../../src/cli/json/order-json.ts'
import type { PositionListJson } from '../../../src/cli/json/position-json.ts'
import { auditVerifyView } from '../../../src/cli/views/audit.ts'
import { cancelAllView, cancellationView } from '../../../src/cli/views/cancellation.ts'
import type { Document } from '../../../src/cli/views/document.ts'
import { dollars } from '../../../src/cli/views/dollars.ts'
import { marketListView } from '../../../src/cli/views/markets.ts'
import { orderListView } from '../../../src/cli/views/orders.ts'
import { placementView } from '../../../src/cli/views/placement.ts'
import { positionListView, reconcileView } from '../../../src/cli/views/positions.ts'
import { previewView } from '../../../src/cli/views/preview.ts'
import { renderDocument } from '../../../src/cli/views/render.ts'
import { haltView } from '../../../src/cli/views/safeguards.ts'

function anOrder(changes: Partial<OrderJson> = {}): OrderJson {
  return {
    id: 'o-1',
    clientOrderId: 'c-1',
    venueOrderId: 'v-1',
    venue: 'kalshi',
    market: 'kalshi:A',
    outcome: 'yes',
    side: 'buy',
    quantity: '5',
    price: '0.45',
    timeInForce: 'ioc',
    expiresAt: null,
    firstTerms: null,
    pendingAmend: null,
    status: 'filled',
    filledQuantity: '5',
    bookedQuantity: '5',
    provisionalQuantity: '0',
    reversedQuantity: '0',
    remainingQuantity: '0',
    averagePrice: '0.44',
    fees: '0.09',
    feeDrift: null,
    reason: null,
    createdAt: '2026-11-20T12:00:00.000Z',
    updatedAt: '2026-11-20T12:00:01.000Z',
    ...changes,
  }
}

const nothingFound = {
  settled: [],
  unsettled: [],
  reversed: [],
  trades: [],
  differences: [],
  dust: [],
  booked: 0,
  claimed: 0,
  feeDrifts: [],
  cashMoving: [],
  recordsLost: [],
}

const show = (document: Document): Promise<string> => renderDocument(document, null)
const placed = (order: OrderJson): Document => placementView({ order, denials: [], dryRun: false, preview: null })

describe('views', () => {
  it('write dollars with at least two decimals and never fewer than there are', () => {
    expect(['0.4', '0.4175', '-0.25', '12', null].map(dollars)).to.deep.equal([
      '$0.40',
      '$0.4175',
      '-$0.25',
      '$12.00',
      '-',
    ])
  })

  describe('of an order', () => {
    it('say what was filled, at what price and for which fees', async () => {
      const shown = await show(placed(anOrder()))
      expect(shown).to.contain('buy 5 yes @ $0.45 on kalshi:A (ioc)')
      expect(shown).to.contain('5 of 5 filled at $0.44 on average, fees $0.09')
    })

    it('never call an unknown order failed, and say how to settle it', async () => {
      const order = anOrder({ status: 'unknown', reason: 'No answer from Kalshi after 5 s.', remainingQuantity: null })
      const shown = await show(placed(order))
      expect(shown).to.contain('may be live: No answer from Kalshi').and.to.contain('positions reconcile --order o-1')
      expect(shown).not.to.match(/fail/i)
    })

    it('say that a fee is not known, not that it is zero', async () => {
      expect(await show(placed(anOrder({ fees: null })))).to.contain('fees not known yet')
    })

    it('tell a fee that the schedule does not give, and what waits when it was above what limits had counted', async () => {
      const drift = { charged: '0.1739', predicted: '0.087', worst: '0.1', series: 'KXS', schedule: 'taker rate 0.07' }
      const beyond = await show(placed(anOrder({ feeDrift: drift })))
      expect(beyond).to.contain('$0.1739 was charged').and.to.contain('series KXS gives $0.087 (taker rate 0.07)')
      expect(beyond).to.contain('wait for crosstape safeguards resume')
      const within = await show(placed(anOrder({ feeDrift: { ...drift, charged: '0.0913' } })))
      expect(within).to.contain('Fee drift').and.not.to.contain('resume')
      expect(await show(placed(anOrder()))).to.not.contain('Fee drift')
    })

    it('list every denial with its code and what to do', async () => {
      const denials = ['A', 'B'].map((code) => ({
        code,
        message: `${code} said no.`,
        value: null,
        limit: null,
        suggestion: `fix ${code}`,
      }))
      const shown = await show(
        placementView({ order: anOrder({ status: 'denied' }), denials, dryRun: false, preview: null }),
      )
      expect(shown).to.contain('was not sent')
      for (const part of ['A said no. [A]', 'Try: fix A', 'B said no. [B]', 'Try: fix B'])
        expect(shown).to.contain(part)
    })

    it('say that a dry run sent nothing', async () => {
      const order = anOrder({ status: 'submitted', filledQuantity: '0', bookedQuantity: '0' })
      const shown = await show(placementView({ order, denials: [], dryRun: true, preview: { side: 'bid' } }))
      expect(shown)
        .to.contain('Nothing was sent')
        .and.to.match(/side +bid/)
      expect(shown).not.to.contain('may be live')
    })

    it('say what was matched and taken back', async () => {
      const order = anOrder({ status: 'cancelled', filledQuantity: '0', reversedQuantity: '5' })
      expect(await show(placed(order))).to.contain('matched 5 more and took it back: nothing moved')
    })

    it('warn of what can still be reversed', async () => {
      expect(await show(placed(anOrder({ provisionalQuantity: '5' })))).to.contain('can still be reversed')
    })

    it('say that fills are still missing from the positions', async () => {
      const shown = await show(placed(anOrder({ bookedQuantity: '2' })))
      expect(shown).to.contain('2 of 5').and.to.contain('positions reconcile --order o-1')
    })

    it('show an unknown remainder as a dash in a list', async () => {
      const shown = await show(orderListView({ orders: [anOrder({ status: 'unknown', remainingQuantity: null })] }))
      expect(shown.split('\n')[1]).to.match(/ - +2026-11-20T12/)
    })
  })

  describe('of a preview', () => {
    const preview = {
      environment: 'sandbox',
      market: 'kalshi:A',
      title: 'Will it?',
      outcome: 'yes',
      side: 'buy',
      quantity: '5',
      price: '0.45',
      timeInForce: 'ioc',
      expiresAt: null,
      worstCost: '2.35',
      worstFee: '0.1',
      expected: { quantity: '3', averagePrice: '0.44' },
      soldBeforeFinal: '0',
      limits: { maxNotional: '100', exposure: '20', provisional: '0', maxExposure: '1000' },
      addresses: [],
    }

    it('show the worst cost, the fees in it, what the book would fill and the limits', async () => {
      const shown = await show(previewView(preview))
      expect(shown).to.contain('$2.35, of which fees $0.10')
      expect(shown).to.contain('3 of 5 would fill at $0.44 on average')
      expect(shown).to.contain('order $100.00, exposure $20.00 of $1000.00')
    })

    it('say why an immediate order may take more than its quantity', async () => {
      const expected = { quantity: '6.25', averagePrice: '0.36' }
      expect(await show(previewView({ ...preview, expected }))).to.contain(
        '6.25 would fill at $0.36 on average: more than 5, since an immediate order spends the whole sum here',
      )
    })

    it('shout when it is live', async () => {
      expect(await show(previewView({ ...preview, environment: 'live' }))).to.match(/^LIVE: /)
    })

    it('says how much of the exposure is provisional, and what is sold before it is final', async () => {
      const limits = { ...preview.limits, provisional: '4.5' }
      const shown = await show(previewView({ ...preview, limits, side: 'sell', soldBeforeFinal: '3' }))
      expect(shown).to.contain('($4.50 of it in provisional fills)').and.to.contain('3 of it were bought in matches')
    })

    it('name an address that is not the environment’s own', async () => {
      const addresses = [{ name: 'rest', url: 'http://127.0.0.1:1', source: 'KALSHI_BASE_URL' }]
      expect(await show(previewView({ ...preview, addresses }))).to.contain('http://127.0.0.1:1 (KALSHI_BASE_URL)')
    })
  })

  it('of a cancel tell a venue that does not answer from one that cancelled', async () => {
    const unknown = await show(
      cancellationView({
        order: anOrder({ status: 'unknown' }),
        outcome: 'unknown',
        message: null,
        cancelledQuantity: null,
      }),
    )
    expect(unknown).to.contain('not known')
    const kalshi = {
      venue: 'kalshi',
      outcome: 'cancelled',
      cancelled: null,
      stillResting: null,
      message: null,
    } as const
    expect(await show(cancelAllView({ venues: [{ ...kalshi, tailUntil: null }] }))).to.contain('may still rest')
  })

  it('of cancel-all says until when new orders may go with it', async () => {
    const kalshi = { venue: 'kalshi', outcome: 'cancelled', cancelled: null, stillResting: 0, message: null } as const
    const shown = await show(cancelAllView({ venues: [{ ...kalshi, tailUntil: '2026-11-20T12:01:00.000Z' }] }))
    expect(shown).to.contain('Until 2026-11-20T12:01:00.000Z kalshi may cancel new orders too')
    expect(await show(cancelAllView({ venues: [{ ...kalshi, tailUntil: null }] }))).not.to.contain('Until')
  })

  describe('of positions', () => {
    const position = {
      venue: 'kalshi',
      market: 'kalshi:A',
      outcome: 'yes',
      quantity: '5',
      provisionalQuantity: '0',
      finalQuantity: '5',
      provisionalSold: '0',
      claimedQuantity: '0',
      dustQuantity: null,
      averageCost: '0.44',
      marketPrice: null,
      unrealizedPnl: null,
      realizedPnl: '0',
      provisionalPnl: '0',
      fees: '0.09',
    }
    const exposure = { positions: '2.2', provisional: '0', resting: '0', unknown: '0', total: '2.2' }
    const totals = { realizedPnl: '0', provisionalPnl: '0', fees: '0.09' }
    const listed = (
      changes: Partial<typeof position> | { readonly dustQuantity: string },
      trades: PositionListJson['trades'] = [],
    ): Promise<string> => show(positionListView({ positions: [{ ...position, ...changes }], trades, exposure, totals }))

    it('show a price that is not known as a dash', async () => {
      expect(await listed({})).to.match(/\$0\.44 +- +- +\$0\.00/)
    })

    it('say what the venue can still take back, and what may come back', async () => {
      const shown = await listed({ provisionalQuantity: '2', provisionalSold: '3' })
      expect(shown).to.contain('2 can still be taken back').and.to.contain('3 sold, which come back')
    })

    it('say what orders claim beyond what is booked', async () => {
      expect(await listed({ claimedQuantity: '4' })).to.contain('orders report 4 more, not booked yet')
    })

    it('name what a trade holds for a person, and how they decide', async () => {
      const trade = { id: 't-1', status: 'imbalanced', pair: 'a b', policy: 'hold', imbalance: '5' } as const
      expect(await listed({}, [trade]))
        .to.contain('t-1: 5 contracts stand without their other half, held for you to decide')
        .and.to.contain('crosstape arb run --mend unwind')
      expect(await listed({}, [{ ...trade, policy: 'unwind' }])).to.contain('The next arb run mends them within')
      expect(await listed({}, [{ ...trade, status: 'frozen' }])).to.contain('positions reconcile')
    })

    it('name dust', async () => {
      expect(await listed({ dustQuantity: '0.007' })).to.contain('0.007 of it is dust')
    })
  })

  it('of a reconciliation count the differences that are left', async () => {
    const difference = {
      kind: 'position' as const,
      cause: 'missed_fill' as const,
      venue: 'kalshi' as const,
      subject: 'kalshi:A/yes',
      ours: '5',
      theirs: '7',
      likelyCause: 'Traded elsewhere.',
      fixed: false,
    }
    const shown = await show(reconcileView({ ...nothingFound, differences: [difference] }))
    expect(shown).to.contain('we have 5, the venue has 7').and.to.contain('1 difference between journal and venues')
  })

  it('of a reconciliation speak of agreement only where it was looked for', async () => {
    const unsettled = [{ orderId: 'o-1', reason: 'No answer.' }]
    expect(await show(reconcileView(nothingFound))).to.contain('Journal and venues agree.')
    const shown = await show(reconcileView({ ...nothingFound, unsettled, cashMoving: ['kalshi'] }))
    expect(shown).to.contain('Apart from that, orders and positions agree. Cash was not compared with kalshi')
    expect(await show(reconcileView({ ...nothingFound, cashMoving: ['polymarket'] }))).to.contain(
      'Orders and positions agree. Cash was not compared with polymarket',
    )
  })

  it('of a reconciliation say where records are still missing', async () => {
    const shown = await show(reconcileView({ ...nothingFound, recordsLost: ['kalshi'] }))
    expect(shown).to.contain('Records of the journal were lost, and kalshi has not agreed')
  })

  it('of a reconciliation call a fill that was taken back by its name, with what it would have been', async () => {
    const ghost = {
      orderId: 'o-1',
      fillIds: ['t-9:0xab'],
      market: 'polymarket:a',
      outcome: 'yes',
      side: 'buy',
      quantity: '10',
    }
    const shown = await show(reconcileView({ ...nothingFound, reversed: [ghost] }))
    expect(shown)
      .to.contain('GHOST FILL of o-1')
      .and.to.contain('buy 10 yes on polymarket:a')
      .and.to.contain('t-9:0xab')
  })

  it('of a reconciliation say which trade lost its balance', async () => {
    const change = { tradeId: 't-1', from: 'provisional', to: 'imbalanced', imbalance: '10' }
    const shown = await show(reconcileView({ ...nothingFound, trades: [change] }))
    expect(shown).to.contain('t-1: provisional -> imbalanced').and.to.contain('10 contracts of one leg')
  })

  it('of an empty catalogue name the venue that was never synced', async () => {
    const syncedAt = { kalshi: '2026-11-20T12:00:00Z', polymarket: null }
    expect(await show(marketListView({ markets: [], syncedAt }))).to.contain('Never synced: polymarket.')
  })

  it('of a broken journal name file and line, and ask to keep it', async () => {
    const problem = { file: '/d/journal/00000001.jsonl', line: 7, seq: 6, what: 'the record was changed' }
    const shown = await show(
      auditVerifyView({
        environment: 'sandbox',
        ok: false,
        records: 5,
        sealed: 5,
        anchors: 1,
        head: null,
        notes: [],
        problem,
      }),
    )
    expect(shown).to.contain('/d/journal/00000001.jsonl, line 7').and.to.contain('Keep the file')
  })

  it('of a halt say that cancelling stays possible', async () => {
    const report = { problem: null, haltedAfterMs: 3, environment: 'sandbox', venues: [], unanswered: 0 }
    const shown = await show(haltView({ ...report, stillBooked: 2, halted: { reason: 'odd prices', at: null } }))
    expect(shown).to.contain('Cancelling').and.to.contain('Nothing was cancelled')
  })

  it('of a halt that cancelled orders say how the journal comes to know of their end', async () => {
    const outcome = { outcome: 'cancelled', cancelled: 2, stillResting: 0, message: null, tailUntil: null } as const
    const venues = [{ ...outcome, venue: 'kalshi', afterMs: 5 }] as const
    const report = { problem: null, haltedAfterMs: 3, environment: 'sandbox', venues, unanswered: 0 }
    const shown = await show(haltView({ ...report, stillBooked: 2, halted: { reason: 'odd prices', at: null } }))
    expect(shown).to.contain('2 orders still count as open in the journal').and.to.contain('positions reconcile')
  })

  it('of a halt that failed say so, and what could not be read', async () => {
    const report = { problem: 'NOT halted: no room', haltedAfterMs: 3, environment: 'sandbox', venues: [] }
    const shown = await show(haltView({ ...report, halted: null, unanswered: null, stillBooked: null }))
    expect(shown).to.contain('NOT halted: no room').and.to.contain('could not be read from the journal')
  })
})
