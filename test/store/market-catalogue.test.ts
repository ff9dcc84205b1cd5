import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { VenueError } from '../../src/domain/errors.ts'
import type { Market } from '../../src/domain/market.ts'
import { uniformLadder } from '../../src/domain/tick-ladder.ts'
import { VirtualClock } from '../../src/runtime/clock.ts'
import { type Catalogue, openCatalogue } from '../../src/store/market-catalogue.ts'
import { noon, price, quantity, withDataDir } from './support.ts'

function aMarket(symbol: string, more: Partial<Market> = {}): Market {
  return {
    id: `kalshi:${symbol}`,
    venue: 'kalshi',
    symbol,
    aliases: [`alias-${symbol}`],
    title: `Will ${symbol} happen?`,
    yesLabel: '',
    category: 'Economics',
    eventId: null,
    rules: 'Resolves to yes if it happens.',
    status: 'open',
    untradableReason: null,
    openTime: null,
    closeTime: '2026-12-31T00:00:00Z',
    ladder: uniformLadder(price('0.01')),
    minimumQuantity: null,
    quantityStep: quantity('0.01'),
    bestBid: price('0.44'),
    bestAsk: null,
    lastPrice: null,
    volume: quantity('1200.5'),
    volumeUnit: 'contracts',
    result: null,
    fees: {
      kind: 'quadratic',
      takerRate: 70_000n as never,
      makerRate: 0n as never,
      exponent: 1,
      multiplier: 1_000_000n as never,
      rounding: 'balance',
      waivedUntil: '2026-12-01T00:00:00Z',
      series: 'KXS',
    },
    routing: { shard: '3' },
    ...more,
  }
}

async function* pages(...all: readonly (readonly Market[])[]): AsyncGenerator<readonly Market[]> {
  yield* all
}

async function* brokenPages(): AsyncGenerator<readonly Market[]> {
  yield [aMarket('NEW')]
  throw new VenueError({ code: 'KALSHI_DOWN', message: 'no answer', kind: 'unavailable', sent: 'maybe' })
}

function withCatalogue<T>(work: (catalogue: Catalogue, dataDir: string) => Promise<T>): Promise<T> {
  return withDataDir((dataDir) =>
    work(openCatalogue({ dataDir, environment: 'sandbox', clock: new VirtualClock(noon) }), dataDir),
  )
}

const symbols = (markets: readonly Market[]): readonly string[] => markets.map(({ symbol }) => symbol)

describe('market catalogue', () => {
  it('is empty before the first sync', async () => {
    await withCatalogue(async (catalogue) => {
      expect(await catalogue.list({ limit: 10 })).to.deep.equal([])
      expect(await catalogue.find('kalshi:A')).to.equal(null)
      expect(await catalogue.syncedAt('kalshi')).to.equal(null)
    })
  })

  it('gives a market back as it came, by id and by alias', async () => {
    await withCatalogue(async (catalogue) => {
      await catalogue.replaceVenue('kalshi', pages([aMarket('A')], [aMarket('B')]))
      expect(await catalogue.find('kalshi:B')).to.deep.equal(aMarket('B'))
      expect(await catalogue.find('kalshi:alias-B')).to.deep.equal(aMarket('B'))
      expect(await catalogue.find('kalshi:C')).to.equal(null)
      expect(await catalogue.syncedAt('kalshi')).to.equal('2026-11-20T12:00:00.000Z')
    })
  })

  it('counts what came and what went', async () => {
    await withCatalogue(async (catalogue) => {
      const first = await catalogue.replaceVenue('kalshi', pages([aMarket('A'), aMarket('B')]))
      const second = await catalogue.replaceVenue('kalshi', pages([aMarket('B'), aMarket('C'), aMarket('D')]))
      expect([first, second]).to.deep.equal([
        { count: 2, added: 2, removed: 0 },
        { count: 3, added: 2, removed: 1 },
      ])
    })
  })

  it('counts a market once that a venue lists on two pages', async () => {
    await withCatalogue(async (catalogue) => {
      expect(await catalogue.replaceVenue('kalshi', pages([aMarket('A')], [aMarket('A')]))).to.include({ count: 1 })
      expect(symbols(await catalogue.list({ limit: 10 }))).to.deep.equal(['A'])
    })
  })

  it('keeps the earlier catalogue when a sync fails half way, and leaves nothing behind', async () => {
    await withCatalogue(async (catalogue, dataDir) => {
      await catalogue.replaceVenue('kalshi', pages([aMarket('A')]))
      const error = await catalogue.replaceVenue('kalshi', brokenPages()).catch((reason: unknown) => reason)
      expect(error).to.be.instanceOf(VenueError)
      expect(symbols(await catalogue.list({ limit: 10 }))).to.deep.equal(['A'])
      expect(readdirSync(join(dataDir, 'views', 'sandbox', 'markets')).sort()).to.deep.equal([
        'kalshi-1',
        'kalshi.json',
      ])
    })
  })

  it('leaves the other venue alone', async () => {
    await withCatalogue(async (catalogue) => {
      const other = aMarket('x', { id: 'polymarket:x', venue: 'polymarket' })
      await catalogue.replaceVenue('polymarket', pages([other]))
      await catalogue.replaceVenue('kalshi', pages([aMarket('A')]))
      expect(symbols(await catalogue.list({ limit: 10 }))).to.deep.equal(['A', 'x'])
      expect(symbols(await catalogue.list({ venue: 'polymarket', limit: 10 }))).to.deep.equal(['x'])
    })
  })

  it('lists by status, by words in any case, and up to a limit', async () => {
    await withCatalogue(async (catalogue) => {
      const all = [aMarket('FED-1'), aMarket('FED-2', { status: 'settled' }), aMarket('CPI-1'), aMarket('FED-3')]
      await catalogue.replaceVenue('kalshi', pages(all))
      expect(symbols(await catalogue.list({ status: 'open', limit: 10 }))).to.deep.equal(['FED-1', 'CPI-1', 'FED-3'])
      expect(symbols(await catalogue.list({ text: 'will Fed ECONOMICS', limit: 10 }))).to.deep.equal([
        'FED-1',
        'FED-2',
        'FED-3',
      ])
      expect(symbols(await catalogue.list({ text: 'fed', limit: 2 }))).to.deep.equal(['FED-1', 'FED-2'])
    })
  })

  it('finds one of thousands in small files', async () => {
    await withCatalogue(async (catalogue, dataDir) => {
      const page = (from: number): readonly Market[] => Array.from({ length: 500 }, (_, n) => aMarket(`M-${from + n}`))
      await catalogue.replaceVenue('kalshi', pages(page(0), page(500), page(1_000), page(1_500)))
      expect((await catalogue.find('kalshi:M-1999'))?.symbol).to.equal('M-1999')
      expect(readdirSync(join(dataDir, 'views', 'sandbox', 'markets', 'kalshi-1', 'index'))).to.have.length(16)
    })
  })

  it('says what to do when it is damaged', async () => {
    await withCatalogue(async (catalogue, dataDir) => {
      await catalogue.replaceVenue('kalshi', pages([aMarket('A')]))
      writeFileSync(join(dataDir, 'views', 'sandbox', 'markets', 'kalshi-1', 'index', '0.json'), '{')
      const error = await catalogue.find('kalshi:A').catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'CATALOGUE_DAMAGED')
      await catalogue.replaceVenue('kalshi', pages([aMarket('A')]))
      expect((await catalogue.find('kalshi:A'))?.symbol).to.equal('A')
    })
  })
})
