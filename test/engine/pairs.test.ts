import { expect } from 'chai'
import { ToolkitError } from '../../src/domain/errors.ts'
import type { Market } from '../../src/domain/market.ts'
import { approvablePolarity, approvePair, currentPairs, readPair, rejectPair } from '../../src/engine/markets/pairs.ts'
import { createRuntime } from '../../src/runtime/runtime.ts'
import { openCatalogue } from '../../src/store/market-catalogue.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { ledgerOptions, withDataDir } from '../store/support.ts'
import { aMarket } from '../support/builders.ts'

const claim = 'Ana Ruiz wins the 2027 Harbour Prize'
const title = 'Will Ana Ruiz win the 2027 Harbour Prize?'
const kalshi = aMarket({
  id: 'kalshi:KXPRIZE-27-AR',
  symbol: 'KXPRIZE-27-AR',
  title,
  rules: `If ${claim}, then the market resolves to Yes.`,
})
const polymarket = aMarket({
  id: 'polymarket:ana-ruiz-prize',
  venue: 'polymarket',
  symbol: 'ana-ruiz-prize',
  title,
  rules: `This market will resolve to "Yes" if ${claim}. Otherwise, this market will resolve to "No".`,
})
const ids = [polymarket.id, kalshi.id] as const

async function* page(...markets: readonly Market[]): AsyncGenerator<readonly Market[]> {
  yield markets
}

async function withPair(work: (open: ReturnType<typeof opener>) => Promise<void>): Promise<void> {
  await withDataDir(async (dataDir) => {
    const world = opener(dataDir)
    await world.catalogue.replaceVenue('kalshi', page(kalshi))
    await world.catalogue.replaceVenue('polymarket', page(polymarket))
    await work(world)
  })
}

function opener(dataDir: string) {
  const runtime = createRuntime({ seed: 'pairs' })
  const options = ledgerOptions(dataDir)
  return {
    catalogue: openCatalogue({ dataDir, environment: 'sandbox', clock: runtime.clock }),
    /** A process of its own: what it knows it has from the disk. */
    async process<T>(
      use: (trading: { ledger: Awaited<ReturnType<typeof openLedger>>; runtime: typeof runtime }) => Promise<T>,
    ): Promise<T> {
      const ledger = await openLedger(options)
      try {
        return await use({ ledger, runtime })
      } finally {
        await ledger.close()
      }
    },
  }
}

describe('approved pairs', () => {
  it('survive the process that approved them, in the order of the venues, and hold while the texts stand', () =>
    withPair(async ({ catalogue, process }) => {
      const pair = await readPair(catalogue, ids)
      expect(pair.judgement.verdict).to.equal('same')
      await process((trading) => approvePair(trading, pair, { polarity: approvablePolarity(pair, null), by: 'pat' }))
      const [standing] = await process(({ ledger }) => currentPairs(ledger, catalogue))
      expect(standing?.kind).to.equal('valid')
      expect(standing?.pair).to.deep.include({
        markets: [kalshi.id, polymarket.id],
        polarity: 'same',
        by: 'pat',
        hash: pair.hash,
      })
    }))

  for (const [what, change] of [
    ['a comma in a rule text', { rules: kalshi.rules.replace('wins', 'wins,') }],
    ['the title', { title: `${title} ` }],
    ['what YES stands for', { yesLabel: 'Ana' }],
    ['the end', { closeTime: '2027-01-01T00:00:00.000Z' }],
  ] as const) {
    it(`lapse when ${what} changes, with the reason`, () =>
      withPair(async ({ catalogue, process }) => {
        const pair = await readPair(catalogue, ids)
        await process((trading) => approvePair(trading, pair, { polarity: 'same', by: 'pat' }))
        await catalogue.replaceVenue('kalshi', page({ ...kalshi, ...change }))
        const [standing] = await process(({ ledger }) => currentPairs(ledger, catalogue))
        expect(standing?.kind === 'lapsed' && standing.reason).to.include('has changed')
      }))
  }

  it('do not lapse when a price changes', () =>
    withPair(async ({ catalogue, process }) => {
      const pair = await readPair(catalogue, ids)
      await process((trading) => approvePair(trading, pair, { polarity: 'same', by: 'pat' }))
      await catalogue.replaceVenue('kalshi', page({ ...kalshi, bestAsk: null, volume: null }))
      const [standing] = await process(({ ledger }) => currentPairs(ledger, catalogue))
      expect(standing?.kind).to.equal('valid')
    }))

  it('lapse when a market leaves the catalogue, and end when they are rejected', () =>
    withPair(async ({ catalogue, process }) => {
      const pair = await readPair(catalogue, ids)
      await process((trading) => approvePair(trading, pair, { polarity: 'same', by: 'pat' }))
      await catalogue.replaceVenue('polymarket', page())
      const [standing] = await process(({ ledger }) => currentPairs(ledger, catalogue))
      expect(standing?.kind === 'lapsed' && standing.reason).to.include(polymarket.id)
      await process((trading) => rejectPair(trading, [kalshi.id, polymarket.id], { by: 'pat', reason: 'gone' }))
      const state = await process(({ ledger }) => Promise.resolve(ledger.state))
      expect([state.approvedPairs.size, state.rejectedPairs.size]).to.deep.equal([0, 1])
    }))

  it('never come of texts that say the two differ, nor of a polarity against the texts', () =>
    withPair(async ({ catalogue }) => {
      const pair = await readPair(catalogue, ids)
      expect(code(() => approvablePolarity(pair, 'inverted'))).to.equal('POLARITY_WRONG')
      await catalogue.replaceVenue(
        'polymarket',
        page({ ...polymarket, title: title.replace('2027', '2028'), rules: polymarket.rules.replace('2027', '2028') }),
      )
      const other = await readPair(catalogue, ids)
      expect(code(() => approvablePolarity(other, 'same'))).to.equal('PAIR_DIFFERS')
      await catalogue.replaceVenue(
        'polymarket',
        page({ ...polymarket, rules: `${polymarket.rules}\n\nThe moon decides.` }),
      )
      const unread = await readPair(catalogue, ids)
      expect(code(() => approvablePolarity(unread, null))).to.equal('POLARITY_NEEDED')
      expect(approvablePolarity(unread, 'inverted')).to.equal('inverted')
    }))

  it('are one market of each venue, both in the catalogue', () =>
    withPair(async ({ catalogue }) => {
      expect(await failure(readPair(catalogue, [kalshi.id, kalshi.id]))).to.equal('NO_PAIR')
      expect(await failure(readPair(catalogue, ['kalshi:GONE', polymarket.id]))).to.equal('MARKET_NOT_IN_CATALOGUE')
    }))
})

function code(work: () => unknown): string {
  try {
    work()
    return 'none'
  } catch (error) {
    return error instanceof ToolkitError ? error.code : String(error)
  }
}

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof ToolkitError ? error.code : String(error)),
  )
}
