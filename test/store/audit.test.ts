import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { type AuditEntry, newestAudit, readAudit } from '../../src/store/audit.ts'
import type { JournalEvent } from '../../src/store/events.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { anIntent, booked, filledOrder, ledgerOptions, submitted, withDataDir } from './support.ts'

function withTrail<T>(
  events: readonly JournalEvent[],
  work: (dataDir: string) => Promise<T>,
  segmentBytes = 1 << 20,
): Promise<T> {
  return withDataDir(async (dataDir) => {
    const ledger = await openLedger(ledgerOptions(dataDir, { segmentBytes }))
    for (const event of events) await ledger.append(event)
    await ledger.close()
    return work(dataDir)
  })
}

async function trail(dataDir: string): Promise<readonly AuditEntry[]> {
  const entries: AuditEntry[] = []
  for await (const entry of readAudit({ dataDir, environment: 'sandbox' })) entries.push(entry)
  return entries
}

const unwind = anIntent('o-1', { side: 'sell', purpose: { kind: 'unwind', tradeId: 't-1' } })

describe('audit trail', () => {
  it('says of an order what was done, to what, and why', async () => {
    await withTrail([{ type: 'order.submitted', intent: unwind, venueOrderId: '0xabc' }], async (dataDir) => {
      const [entry] = await trail(dataDir)
      expect(entry).to.deep.include({
        id: 1,
        account: 'sandbox',
        tradeType: 'unwind',
        action: 'order.submitted',
        venue: 'kalshi',
        market: 'kalshi:FED-26DEC',
        order: 'o-1',
        trade: 't-1',
        amount: '10',
        side: 'sell',
        success: null,
        error: null,
        time: '2026-11-20T12:00:00.000Z',
      })
      expect(entry?.metadata).to.include({ price: '0.45', venueOrderId: '0xabc' })
    })
  })

  it('carries the hash of the journal line', async () => {
    await withTrail([submitted('o-1')], async (dataDir) => {
      const line = readFileSync(join(dataDir, 'journal', 'sandbox', '00000001.jsonl'), 'utf8').split('\n')[1]
      expect((await trail(dataDir))[0]?.hash).to.equal(line?.slice(0, 64))
    })
  })

  it('knows market and side of an event that names only its order', async () => {
    const unknown: JournalEvent = { type: 'order.unknown', orderId: 'o-1', code: 'TIMEOUT', reason: 'no answer in 5 s' }
    await withTrail([submitted('o-1'), unknown], async (dataDir) => {
      expect((await trail(dataDir))[1]).to.include({
        market: 'kalshi:FED-26DEC',
        side: 'buy',
        success: null,
        error: 'no answer in 5 s',
      })
    })
  })

  it('calls a denial and a refusal a failure, with the reason', async () => {
    const denials = [{ code: 'MAX_NOTIONAL', message: 'Costs too much.', value: null, limit: null }]
    const events: readonly JournalEvent[] = [
      { type: 'order.denied', intent: anIntent('o-1'), denials },
      submitted('o-2'),
      { type: 'order.rejected', orderId: 'o-2', code: 'insufficient_balance', reason: 'no money' },
    ]
    await withTrail(events, async (dataDir) => {
      const ends = (await trail(dataDir)).map(({ success, error }) => [success, error])
      expect(ends).to.deep.equal([
        [false, 'Costs too much.'],
        [null, null],
        [false, 'no money'],
      ])
    })
  })

  it('shows a fill with its own quantity', async () => {
    await withTrail([submitted('o-1'), booked('o-1', 'f-1', { fee: null })], async (dataDir) => {
      const fill = (await trail(dataDir))[1]
      expect(fill).to.include({ action: 'fill.booked', amount: '10', success: true })
      expect(fill?.metadata).to.deep.equal({ fill: 'f-1', finality: 'final', price: '0.45' })
    })
  })

  it('gives the newest that match, from as many segments as it takes', async () => {
    const events = Array.from({ length: 8 }, (_, n) => filledOrder(`o-${n}${n}`)).flat()
    await withTrail(
      events,
      async (dataDir) => {
        const query = { dataDir, environment: 'sandbox', limit: 3 }
        const ids = (entries: readonly AuditEntry[]): readonly number[] => entries.map(({ id }) => id)
        expect(ids(await newestAudit(query))).to.deep.equal([22, 23, 24])
        expect(ids(await newestAudit({ ...query, matches: ({ order }) => order === 'o-11' }))).to.deep.equal([4, 5, 6])
      },
      900,
    )
  })

  it('looks up an order that began before what it read', async () => {
    const events = [submitted('o-1'), submitted('o-2'), booked('o-1', 'f-1')]
    await withTrail(
      events,
      async (dataDir) => {
        const intentOf = async (id: string): Promise<typeof unwind> => anIntent(id, { purpose: unwind.purpose })
        const [entry] = await newestAudit({ dataDir, environment: 'sandbox', limit: 1, intentOf })
        expect(entry).to.include({ action: 'fill.booked', tradeType: 'unwind' })
      },
      100,
    )
  })

  it('is empty before anything was done', async () => {
    await withDataDir(async (dataDir) => {
      expect(await newestAudit({ dataDir, environment: 'sandbox', limit: 3 })).to.deep.equal([])
      expect(await trail(dataDir)).to.deep.equal([])
    })
  })
})
