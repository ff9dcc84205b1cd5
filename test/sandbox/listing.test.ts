import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { projectRoot } from '../../scripts/source-options.ts'
import { createCatalogue } from '../../src/sandbox/catalogue/catalogue.ts'
import { Host, kalshiAccount } from '../../src/sandbox/host.ts'
import { readEntry } from '../../src/sandbox/listing/read-entry.ts'
import { fileStore } from '../../src/sandbox/state-files.ts'
import { TimedClock } from '../support/timed-clock.ts'
import { kalshiEntry, polymarketEntry } from './support/entries.ts'
import { placeCommand } from './support/exchange.ts'
import { originMs } from './support/small-catalogue.ts'

const listed = 'kalshi:KXNEW-27-T5'

describe('markets listed while the sandbox runs', () => {
  let folder: string
  let clock: TimedClock
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'crosstape-listing-'))
    clock = new TimedClock(originMs)
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const open = () => new Host({ store: fileStore(folder), clock, freshSeed: () => 'listing', createCatalogue })
  function list(host: Host, body: Record<string, unknown>): void {
    const read = readEntry(body, clock.nowMs())
    if (read.kind === 'wrong') throw new Error(read.message)
    host.exchange.execute({ kind: 'list_event', entry: read.entry })
  }
  const shown = (host: Host) => ({
    market: host.exchange.market(listed),
    book: host.exchange.book(listed),
    newest: [host.catalogue.list('kalshi')[0]?.id, host.catalogue.list('polymarket')[0]?.id],
    event: host.catalogue.findEvent('kalshi', 'KXNEW-27'),
    series: host.catalogue.findSeries('KXNEW'),
  })

  it('are there at once, newest first, with a book, and found by their ids', () => {
    const host = open()
    list(host, kalshiEntry())
    list(host, polymarketEntry())
    const { market, book, newest, event, series } = shown(host)
    expect([market?.status, market?.market.title, market?.schedule.createdMs]).to.deep.equal([
      'open',
      'More than five?',
      originMs,
    ])
    expect([book.bids.length > 0, book.asks.length > 0]).to.deep.equal([true, true])
    expect(newest).to.deep.equal([listed, 'polymarket:more-than-five-in-2027'])
    expect([event?.markets, series?.ticker]).to.deep.equal([['KXNEW-27-T5'], 'KXNEW'])
    const details = host.catalogue.find('polymarket', 'more-than-five-in-2027')?.details
    if (details?.venue !== 'polymarket') throw new Error('it is listed')
    expect(host.catalogue.findAsset(details.clobTokenIds?.[1] ?? '')?.symbol).to.equal('more-than-five-in-2027')
    expect(host.catalogue.findCondition(details.conditionId)?.symbol).to.equal('more-than-five-in-2027')
    const gammaIds = host.catalogue.list('polymarket').map((one) => 'gammaId' in one.details && one.details.gammaId)
    expect(new Set(gammaIds).size).to.equal(gammaIds.length)
    host.close()
  })

  for (const [how, end] of [
    ['from the log', (host: Host) => host.retire()],
    ['from a snapshot', (host: Host) => host.close()],
  ] as const) {
    it(`are there after a restart ${how}, with what was traded in them`, () => {
      const first = open()
      list(first, kalshiEntry())
      list(first, polymarketEntry())
      list(first, kalshiEntry({ markets: [{ key: 'T6', title: 'More than six?', claim: 'there are more than six' }] }))
      const texts = { yesLabel: 'Above five', rules: 'Counted twice.' }
      first.exchange.execute({ kind: 'set_market', market: listed, schedule: {}, texts })
      const order = placeCommand({ account: kalshiAccount, market: listed, price: '0.99', timeInForce: 'ioc' })
      expect(first.exchange.execute(order).kind).to.equal('placed')
      expect(first.exchange.market(listed)?.market).to.include(texts)
      const before = JSON.stringify(shown(first), (_, value) => (typeof value === 'bigint' ? String(value) : value))
      end(first)
      const second = open()
      const after = JSON.stringify(shown(second), (_, value) => (typeof value === 'bigint' ? String(value) : value))
      expect(after).to.equal(before)
      expect(second.catalogue.findEvent('kalshi', 'KXNEW-27')?.markets).to.deep.equal(['KXNEW-27-T5', 'KXNEW-27-T6'])
      expect(second.exchange.trades({ market: listed }).length).to.be.greaterThan(0)
      second.close()
    })
  }

  it('charge what their series charges, if it is there already', () => {
    const host = open()
    const { feeMultiplier } = host.catalogue.findSeries('KXHOUSE') ?? expect.fail('the series is there')
    list(host, kalshiEntry({ series: { ticker: 'KXHOUSE' }, feeMultiplier: '9' }))
    const fees = host.exchange.market(listed)?.market.fees
    expect(fees?.kind === 'kalshi' && fees.multiplier).to.equal(feeMultiplier)
    host.close()
  })

  it('are not listed under a name that is taken, or that is none', () => {
    const host = open()
    list(host, kalshiEntry())
    expect(() => list(host, kalshiEntry())).to.throw('has a market kalshi:KXNEW-27-T5 already. Nothing was listed.')
    const [market] = [polymarketEntry().markets].flat()
    expect(() => list(host, polymarketEntry({ markets: [market, market] }))).to.throw('Two markets of the entry')
    const spaced = { key: 'two words', title: 'A?', rules: 'A.' }
    expect(() => list(host, polymarketEntry({ markets: [spaced] }))).to.throw('is no name of a market')
    host.close()
  })

  const wrong: readonly (readonly [string, Record<string, unknown>, string])[] = [
    ['no venue', kalshiEntry({ venue: 'nasdaq' }), 'venue of the entry must be one of kalshi, polymarket'],
    ['no title', kalshiEntry({ title: undefined }), 'the entry has no title'],
    ['a misspelt member', kalshiEntry({ closing: 'soon' }), 'the entry has a member closing; known are venue, ticker'],
    ['a member of the other venue', polymarketEntry({ grid: 'linear_cent' }), 'the entry has a member grid'],
    ['a grid that is none', kalshiEntry({ grid: 'half' }), 'grid of the entry must be one of linear_cent, deci_cent'],
    [
      'a time that is none',
      kalshiEntry({ life: { close: 'soon' } }),
      'close of life of the entry must be a time such as',
    ],
    ['an end in the past', kalshiEntry({ life: { close: '2020-01-01T00:00:00Z' } }), 'follow one another'],
    ['no markets', kalshiEntry({ markets: [] }), 'markets names none'],
    [
      'a market without rules',
      polymarketEntry({ markets: [{ key: 'a', title: 'A?' }] }),
      'number 1 of markets of the entry has no rules',
    ],
    [
      'three outcomes',
      polymarketEntry({ markets: [{ key: 'a', title: 'A?', rules: 'A.', outcomes: ['a', 'b', 'c'] }] }),
      'outcomes are two',
    ],
    ['a factor that is none', kalshiEntry({ feeMultiplier: 'double' }), 'feeMultiplier of the entry'],
    [
      'a strike as a number',
      kalshiEntry({ markets: [{ title: 'A?', claim: 'a', strike: { type: 'less', cap: 5 } }] }),
      'must be text',
    ],
  ]
  for (const [what, body, why] of wrong) {
    it(`are not listed with ${what}`, () => {
      const read = readEntry(body, originMs)
      expect(read.kind === 'wrong' ? read.message : read.kind).to.include(why)
    })
  }

  it('are listed from the entries that are shown to people', () => {
    const shownTo = readFileSync(join(projectRoot, 'docs/decisions/0037-listings-and-fee-news.md'), 'utf8')
    const entries = [...shownTo.matchAll(/```json\n([^`]+)```/g)].map(([, text = '']) => JSON.parse(text))
    const host = open()
    for (const entry of entries) list(host, entry)
    const ids = [host.catalogue.list('kalshi')[0]?.id, host.catalogue.list('polymarket')[0]?.id]
    expect(ids).to.deep.equal(['kalshi:KXRAIN-27JAN-T5', 'polymarket:more-than-5-inches-in-january'])
    host.close()
  })
})
