import { cpSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import type { VenueId } from '../../src/domain/market.ts'
import type { Ledger } from '../../src/store/ledger.ts'
import { withLock } from '../../src/store/lock.ts'
import { openLedger } from '../../src/store/open-ledger.ts'
import { ledgerOptions, money, submitted, withDataDir } from './support.ts'

const RECORDS = 38
const journal = (dataDir: string): string => join(dataDir, 'journal', 'sandbox', '00000001.jsonl')
const views = (dataDir: string): string => join(dataDir, 'views')
const anchors = (dataDir: string): string => join(dataDir, 'audit', 'sandbox', 'anchors.jsonl')
const agreed = (venue: VenueId) => ({ type: 'cash.agreed' as const, venue, balance: money('5') })

/** Runs with a journal of 38 records, its views and its anchor. */
function withTrail(work: (dataDir: string) => Promise<void>): Promise<void> {
  return withDataDir(async (dataDir) => {
    await opened(dataDir, (ledger) => {
      return ledger.append(...Array.from({ length: RECORDS }, (_, index) => submitted(`o-${index}`)))
    })
    await work(dataDir)
  })
}

async function opened(dataDir: string, work?: (ledger: Ledger) => Promise<void>) {
  const options = ledgerOptions(dataDir)
  const ledger = await openLedger(options)
  await work?.(ledger)
  await ledger.close()
  return { lost: ledger.state.lostRecords, seq: ledger.state.seq, warnings: options.warnings.join('\n') }
}

function linesOf(dataDir: string): readonly string[] {
  return readFileSync(journal(dataDir), 'utf8').split('\n').slice(0, -1)
}

function cutTo(dataDir: string, records: number): void {
  writeFileSync(
    journal(dataDir),
    `${linesOf(dataDir)
      .slice(0, records + 1)
      .join('\n')}\n`,
  )
}

describe('a journal from which records were lost', () => {
  it('says in the journal that records were lost, once, and knows it in every later process', async () => {
    await withTrail(async (dataDir) => {
      rmSync(views(dataDir), { recursive: true })
      cutTo(dataDir, 30)
      const { lost, warnings } = await opened(dataDir)
      expect(lost).to.deep.include({ upTo: RECORDS, venues: ['kalshi', 'polymarket'] })
      expect(warnings).to.include('The views were made anew').and.to.not.include('Nothing was lost')
      expect(linesOf(dataDir).filter((line) => line.includes('"type":"journal.cut"'))).to.have.length(1)
      expect(await opened(dataDir)).to.deep.equal({ lost, seq: 31, warnings: '' })
    })
  })

  it('by the views alone says the same, and not that nothing was lost', async () => {
    await withTrail(async (dataDir) => {
      rmSync(anchors(dataDir))
      cutTo(dataDir, 30)
      const { lost, warnings } = await opened(dataDir)
      expect(lost?.upTo).to.equal(RECORDS)
      expect(warnings).to.include(`though the views were written from record ${RECORDS}`)
      expect(warnings).to.not.include('Nothing was lost')
    })
  })

  it('with another record in the place of the last one that the views saw says the same', async () => {
    await withTrail(async (dataDir) => {
      const before = linesOf(dataDir)
      rmSync(anchors(dataDir))
      renameSync(views(dataDir), join(dataDir, 'kept'))
      cutTo(dataDir, RECORDS - 1)
      await opened(dataDir, (ledger) => ledger.append(submitted('o-x'), submitted('o-y')))
      expect(linesOf(dataDir).length).to.be.above(before.length)
      rmSync(anchors(dataDir))
      rmSync(views(dataDir), { recursive: true })
      renameSync(join(dataDir, 'kept'), views(dataDir))
      const { lost, warnings } = await opened(dataDir)
      expect(lost?.upTo).to.equal(RECORDS)
      expect(warnings).to.include(`Record ${RECORDS} of the journal is not the one that the views were written from`)
    })
  })

  it('is not taken for cut again after the venues agreed, though a crash left no new anchor', async () => {
    await withTrail(async (dataDir) => {
      rmSync(views(dataDir), { recursive: true })
      cutTo(dataDir, 30)
      const oldAnchors = readFileSync(anchors(dataDir))
      await opened(dataDir, (ledger) => ledger.append(agreed('kalshi'), agreed('polymarket')))
      writeFileSync(anchors(dataDir), oldAnchors)
      const { lost } = await opened(dataDir)
      expect([lost?.upTo, lost?.venues]).to.deep.equal([RECORDS, []])
    })
  })

  /** Runs with a journal that was cut, agreed with both venues and has grown again to this many records. */
  function withGrownAgain(records: number, work: (dataDir: string) => Promise<void>): Promise<void> {
    return withTrail(async (dataDir) => {
      rmSync(views(dataDir), { recursive: true })
      cutTo(dataDir, 10)
      await opened(dataDir, async (ledger) => {
        await ledger.append(agreed('kalshi'), agreed('polymarket'))
        const more = records - ledger.state.seq
        await ledger.append(...Array.from({ length: more }, (_, index) => submitted(`p-${index}`)))
      })
      cutTo(dataDir, 15)
      await work(dataDir)
    })
  }

  for (const grown of [20, RECORDS, 45]) {
    it(`a second time, after it had grown to ${grown} of ${RECORDS} records, keeps orders back again`, async () => {
      await withGrownAgain(grown, async (dataDir) => {
        rmSync(views(dataDir), { recursive: true })
        expect((await opened(dataDir)).lost).to.deep.include({ upTo: grown, venues: ['kalshi', 'polymarket'] })
      })
    })
  }

  it('a second time, as only the views know, keeps orders back again', async () => {
    await withGrownAgain(20, async (dataDir) => {
      const [first = ''] = readFileSync(anchors(dataDir), 'utf8').split('\n')
      writeFileSync(anchors(dataDir), `${first}\n`)
      expect((await opened(dataDir)).lost?.venues).to.deep.equal(['kalshi', 'polymarket'])
    })
  })

  /** Another journal of more records, as a restored folder or another machine would have it. */
  function withForeign(dataDir: string, records: number, what: readonly ('journal' | 'views')[]): Promise<void> {
    return withDataDir(async (other) => {
      await opened(other, (ledger) =>
        ledger.append(...Array.from({ length: records }, (_, index) => submitted(`x-${index}`))),
      )
      rmSync(views(dataDir), { recursive: true })
      for (const folder of what) cpSync(join(other, folder), join(dataDir, folder), { recursive: true })
    })
  }

  const replacements = [
    ['one as long', RECORDS, ['journal']],
    ['a longer one', 50, ['journal']],
    ['one as long, with its views', RECORDS, ['journal', 'views']],
  ] as const
  for (const [by, records, what] of replacements) {
    it(`that was replaced by ${by} keeps orders back`, async () => {
      await withTrail(async (dataDir) => {
        const before = linesOf(dataDir).length - 1
        await withForeign(dataDir, records, what)
        const { lost, warnings } = await opened(dataDir)
        expect(lost?.upTo).to.equal(before)
        expect(warnings).to.include(`Record ${before} of the journal is not the one with which a session ended`)
        expect((await opened(dataDir)).warnings).to.equal('')
      })
    })
  }

  it('keeps orders back in the process that saw it, though it could not record it at first', async () => {
    await withTrail(async (dataDir) => {
      rmSync(views(dataDir), { recursive: true })
      cutTo(dataDir, 30)
      const key = join(dataDir, 'audit', 'sandbox', 'key')
      renameSync(key, join(dataDir, 'kept'))
      mkdirSync(key)
      const ledger = await openLedger(ledgerOptions(dataDir))
      const place = () => ledger.transact(({ lostRecords: lost }) => ({ events: [submitted('o-y')], result: lost }))
      expect(await place().then(() => 'placed', codeOf)).to.not.equal('placed')
      rmdirSync(key)
      renameSync(join(dataDir, 'kept'), key)
      expect((await place())?.upTo).to.equal(RECORDS)
      await ledger.close()
    })
  })

  it('is found by the next process when the first that saw it could not record it', async () => {
    await withTrail(async (dataDir) => {
      rmSync(anchors(dataDir))
      cutTo(dataDir, 30)
      await withLock(join(dataDir, 'journal', 'sandbox', 'lock'), async () => {
        const busy = openLedger({ ...ledgerOptions(dataDir), lockWaitMs: 20 })
        expect(await busy.then(() => 'opened', codeOf)).to.equal('LEDGER_BUSY')
      })
      expect((await opened(dataDir)).lost?.upTo).to.equal(RECORDS)
    })
  })
})

const codeOf = (error: { readonly code?: string }): string => error.code ?? String(error)
