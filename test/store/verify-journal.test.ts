import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { openLedger } from '../../src/store/open-ledger.ts'
import { verifyJournal } from '../../src/store/verify-journal.ts'
import { ledgerOptions, submitted, withDataDir } from './support.ts'

const segment = (dataDir: string, number = 1): string => join(dataDir, 'journal', 'sandbox', `0000000${number}.jsonl`)
const verify = (dataDir: string): ReturnType<typeof verifyJournal> => verifyJournal({ dataDir, environment: 'sandbox' })

/** Runs with a journal of five records. */
function withFive<T>(work: (dataDir: string) => Promise<T>, segmentBytes = 1 << 20): Promise<T> {
  return withDataDir(async (dataDir) => {
    const ledger = await openLedger(ledgerOptions(dataDir, { segmentBytes }))
    for (let n = 1; n <= 5; n++) await ledger.append(submitted(`o-${n}`))
    await ledger.close()
    return work(dataDir)
  })
}

function editLines(file: string, edit: (lines: string[]) => string[]): void {
  writeFileSync(file, edit(readFileSync(file, 'utf8').split('\n')).join('\n'))
}

describe('journal verification', () => {
  it('proves a journal that is whole', async () => {
    await withFive(async (dataDir) => {
      expect(await verify(dataDir)).to.include({ ok: true, records: 5, sealed: 5, anchors: 1, problem: null })
    })
  })

  it('proves a journal of several segments', async () => {
    await withFive(async (dataDir) => {
      expect(readdirSync(join(dataDir, 'journal', 'sandbox')).length).to.be.greaterThan(3)
      expect(await verify(dataDir)).to.include({ ok: true, records: 5, sealed: 5, anchors: 1, problem: null })
    }, 400)
  })

  it('has nothing to say against a journal that was never begun', async () => {
    await withDataDir(async (dataDir) =>
      expect(await verify(dataDir)).to.include({ ok: true, records: 0, head: null, problem: null }),
    )
  })

  it('finds a changed record', async () => {
    await withFive(async (dataDir) => {
      editLines(segment(dataDir), (lines) => lines.map((line) => line.replace('"id":"o-3"', '"id":"o-9"')))
      const { ok, records, problem } = await verify(dataDir)
      expect([ok, records, problem?.line, problem?.seq]).to.deep.equal([false, 2, 4, 3])
    })
  })

  it('finds a missing record', async () => {
    await withFive(async (dataDir) => {
      editLines(segment(dataDir), (lines) => lines.filter((line) => !line.includes('"id":"o-3"')))
      expect(await verify(dataDir)).to.have.nested.property('problem.seq', 3)
    })
  })

  it('finds swapped records', async () => {
    await withFive(async (dataDir) => {
      editLines(segment(dataDir), ([header = '', one = '', two = '', ...rest]) => [header, two, one, ...rest])
      expect(await verify(dataDir)).to.have.nested.property('problem.seq', 1)
    })
  })

  it('finds records that were cut off its end', async () => {
    await withFive(async (dataDir) => {
      const text = readFileSync(segment(dataDir), 'utf8')
      truncateSync(segment(dataDir), text.lastIndexOf('\n', text.length - 2) + 1)
      const { ok, problem } = await verify(dataDir)
      expect([ok, problem?.seq]).to.deep.equal([false, 5])
      expect(problem?.what).to.include('cut off')
    })
  })

  it('finds a whole journal that was removed', async () => {
    await withFive(async (dataDir) => {
      rmSync(segment(dataDir))
      expect(await verify(dataDir)).to.have.property('ok', false)
    })
  })

  it('finds a segment that was removed', async () => {
    await withFive(async (dataDir) => {
      rmSync(segment(dataDir, 2))
      expect(await verify(dataDir)).to.have.nested.property('problem.file', segment(dataDir, 2))
    }, 400)
  })

  it('finds a journal that was replaced by another', async () => {
    await withFive(async (dataDir) => {
      await withDataDir(async (elsewhere) => {
        const ledger = await openLedger(ledgerOptions(elsewhere))
        for (let n = 1; n <= 6; n++) await ledger.append(submitted(`o-${n}x`))
        await ledger.close()
        writeFileSync(segment(dataDir), readFileSync(segment(elsewhere)))
      })
      expect((await verify(dataDir)).problem?.what).to.include('in their place')
    })
  })

  it('finds a torn end, and leaves it as it is', async () => {
    await withFive(async (dataDir) => {
      rmSync(join(dataDir, 'views'), { recursive: true })
      truncateSync(segment(dataDir), readFileSync(segment(dataDir)).length - 5)
      const bytes = readFileSync(segment(dataDir))
      expect((await verify(dataDir)).problem).to.include({ line: 6, seq: 5 })
      expect(readFileSync(segment(dataDir)).equals(bytes)).to.equal(true)
    })
  })

  it('refuses to judge a newer format', async () => {
    await withFive(async (dataDir) => {
      editLines(segment(dataDir), (lines) => lines.map((line) => line.replace('{"format":2', '{"format":7')))
      const error = await verify(dataDir).catch((reason: unknown) => reason)
      expect(error).to.have.property('code', 'JOURNAL_NEWER')
    })
  })
})
